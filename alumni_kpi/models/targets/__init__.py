from . import alumni_indicator
from . import alumni_peer_median
from . import alumni_target
from . import alumni_indicator_value
