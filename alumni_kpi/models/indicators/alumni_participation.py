from odoo import models


class AlumniParticipation(models.Model):
    """The value of volunteering follows the hours that were validated."""

    _name = "alumni.participation"
    _inherit = ["alumni.participation", "alumni.measure.source"]
