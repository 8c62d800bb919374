from . import alumni_breakdown
from . import alumni_measure_source
from . import alumni_measure
from . import alumni_measure_entry
from . import alumni_indicator
from . import alumni_indicator_value
from . import alumni_period
from . import alumni_soundness
