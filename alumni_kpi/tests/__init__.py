from .reports import test_spreadsheet_dashboard
from .engagement import test_access
from .engagement import test_alumni_engagement
from .engagement import test_alumni_period
from .engagement import test_alumni_person_year
from .engagement import test_alumni_person_year_cube
from .engagement import test_alumni_rebuild
