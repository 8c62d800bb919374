from . import alumni_mentoring_terms
from . import alumni_mentor
from . import alumni_mentoring_request
from . import alumni_mentoring_pair
from . import alumni_mentoring_session
