from . import engagement
from . import indicators
from . import benchmark
from . import reports
