from . import people
from . import giving
from . import programmes
from . import newsletters
from . import intake
