from odoo import models
from odoo.tools import SQL


class EventEvent(models.Model):
    """The end and the programme of an event stand on the acts that happened there."""

    _name = "event.event"
    _inherit = ["event.event", "alumni.engagement.context"]
    _engagement_context_fields = frozenset({"date_end", "programme_id"})

    def _engagement_acts(self):
        sources = ("event.registration", "alumni.gift", "alumni.participation")
        return dict.fromkeys(sources, SQL("event_id IN %s", tuple(self.ids)))
