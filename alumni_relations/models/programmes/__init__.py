from . import alumni_programme
from . import alumni_participation
