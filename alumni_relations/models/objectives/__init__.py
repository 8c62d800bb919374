from . import impact
from . import alumni_objective_mixin
from . import alumni_objective
from . import alumni_objective_link
from . import alumni_improvement
