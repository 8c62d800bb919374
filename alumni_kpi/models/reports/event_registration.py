from odoo import models


class EventRegistration(models.Model):
    """Who registered, cancelled, came or stayed away."""

    _name = "event.registration"
    _inherit = ["event.registration", "alumni.funnel.source"]
    _funnel_pair = ("event_id", "attendee_id")
    _funnel_fields = frozenset({"company_id", "state", "active"})
