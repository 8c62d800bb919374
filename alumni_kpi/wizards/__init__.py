from . import closing
from . import engagement
