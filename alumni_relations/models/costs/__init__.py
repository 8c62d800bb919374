from . import alumni_hourly_rate
