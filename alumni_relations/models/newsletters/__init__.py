from . import mailing_filter
from . import mailing_mailing
from . import mailing_trace
