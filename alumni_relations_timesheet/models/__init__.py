from . import account_analytic_account
from . import account_analytic_line
from . import alumni_cost_line
from . import alumni_hourly_rate
from . import alumni_import_kind_costs
