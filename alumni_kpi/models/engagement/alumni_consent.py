from odoo import api, models
from odoo.tools import SQL


class AlumniConsent(models.Model):
    """Who has refused or agreed, and when."""

    _name = "alumni.consent"
    _inherit = ["alumni.consent", "alumni.person.year.source"]

    @api.model
    def _new_refusal(self):
        """SQL condition on the tables ``consent`` and ``partner``: the refusal of
        somebody whom the office already knew. What a registrar's file says of
        people whom the same load creates is the state they come with, dated or
        not: the day of the load is not the day on which they objected."""
        # One load writes a person and what is said of the person in one transaction,
        # and everything written in one transaction has the same moment of creation.
        return SQL(
            "(consent.state = 'refused' AND NOT (consent.source = 'registrar'"
            " AND consent.create_date = partner.create_date))"
        )
