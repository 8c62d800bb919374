from . import engagement
from . import score
from . import indicators
from . import targets
from . import benchmark
from . import reports
from . import closing

# extends a report
from .indicators import alumni_funnel
