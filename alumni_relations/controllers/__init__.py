from . import invitation
from . import mailing
