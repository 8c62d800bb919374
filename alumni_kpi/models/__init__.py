from . import engagement
from . import indicators
from . import benchmark
