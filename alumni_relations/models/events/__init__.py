from . import alumni_event_kind
from . import event_event
from . import event_registration
from . import alumni_invitation
from . import alumni_invitation_answer
from . import mailing_mailing
