from odoo import models


class AlumniProgramme(models.Model):
    """Those who take part in a programme are asked how it goes. Answers about its
    events count among those about the programme."""

    _name = "alumni.programme"
    _inherit = ["alumni.programme", "alumni.surveyed.mixin"]
    _alumni_answer_field = "alumni_programme_id"
