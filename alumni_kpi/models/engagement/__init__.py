from . import res_company
from . import alumni_period
from . import alumni_engagement
from . import alumni_person_year_mixin
from . import alumni_person_year
from . import alumni_person_year_cube
