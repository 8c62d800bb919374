from . import alumni_hours_refusal
