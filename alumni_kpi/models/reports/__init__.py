from . import alumni_action_report
from . import alumni_return
from . import alumni_return_run
from . import alumni_return_report
from . import alumni_rebuild
from . import spreadsheet_dashboard
