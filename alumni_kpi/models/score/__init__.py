from . import alumni_score_scheme
from . import alumni_score_rule
from . import alumni_score_queue
from . import alumni_score_total
from . import alumni_score_distribution
from . import alumni_score
from . import alumni_score_contribution
from . import alumni_score_run
