from odoo import models


class AlumniConsent(models.Model):
    """Who has refused or agreed, and when."""

    _name = "alumni.consent"
    _inherit = ["alumni.consent", "alumni.person.year.source"]
