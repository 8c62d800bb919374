from . import base_partner_merge
from . import events
from . import programmes
from . import surveys
