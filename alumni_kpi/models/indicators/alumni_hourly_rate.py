from odoo import models


class AlumniHourlyRate(models.Model):
    """The value of volunteering follows the rates."""

    _name = "alumni.hourly.rate"
    _inherit = ["alumni.hourly.rate", "alumni.measure.source"]
