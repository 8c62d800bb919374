from . import base_partner_merge
from . import events
from . import mentoring
from . import programmes
from . import surveys
