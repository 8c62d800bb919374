from . import alumni_opportunity
from . import alumni_hire
