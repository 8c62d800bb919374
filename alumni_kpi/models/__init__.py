from . import engagement
from . import indicators
from . import targets
from . import benchmark
from . import reports

# extends a report
from .indicators import alumni_funnel
