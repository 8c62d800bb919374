from .benchmark import test_alumni_benchmark_export, test_disclosure
from .indicators import (
    test_access,
    test_alumni_indicator,
    test_alumni_measure_entry,
    test_alumni_soundness,
)
from .reports import test_spreadsheet_dashboard
from .engagement import test_access
from .engagement import test_alumni_engagement
from .engagement import test_alumni_period
from .engagement import test_alumni_person_year
from .engagement import test_alumni_person_year_cube
from .engagement import test_alumni_rebuild
