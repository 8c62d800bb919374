from . import invitation
from . import mailing
from . import survey
