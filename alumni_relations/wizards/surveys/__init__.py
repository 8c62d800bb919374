from . import alumni_survey_questions
from . import alumni_survey_send
from . import survey_invite
