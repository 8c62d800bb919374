from .intake import alumni_bulk_mixin
from . import people
from . import giving
from . import programmes
from . import events
from . import costs
from . import newsletters
from . import intake
