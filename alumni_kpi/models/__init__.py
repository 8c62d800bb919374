from . import engagement
from . import indicators
from . import targets
from . import benchmark
from . import reports
