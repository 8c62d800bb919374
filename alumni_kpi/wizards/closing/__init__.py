from . import alumni_closing_reopen
