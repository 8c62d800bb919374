from . import alumni_programme_stage
from . import alumni_programme
from . import alumni_participation
