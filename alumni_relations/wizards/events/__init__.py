from . import alumni_invite
