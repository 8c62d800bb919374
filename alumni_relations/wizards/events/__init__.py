from . import alumni_invite
from . import mail_compose_message
