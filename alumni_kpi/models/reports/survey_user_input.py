from odoo import models


class SurveyUserInput(models.Model):
    """Who said how the event was."""

    _name = "survey.user_input"
    _inherit = ["survey.user_input", "alumni.funnel.source"]
    _funnel_pair = ("alumni_event_id", "partner_id")
    _funnel_fields = frozenset({"state", "test_entry"})
