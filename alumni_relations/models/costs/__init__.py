from . import alumni_hourly_rate
from . import alumni_cost_line
from . import alumni_programme
