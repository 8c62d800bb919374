from . import alumni_mentoring_proposal
