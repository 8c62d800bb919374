from . import alumni_programme
from . import alumni_participation
from . import event_event
from . import event_registration
