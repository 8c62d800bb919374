from odoo import models
from odoo.tools import SQL


class EventEvent(models.Model):
    """The end and the programme of an event stand on the acts that happened there."""

    _inherit = "event.event"

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        if any(not {"date_end", "programme_id"}.isdisjoint(vals) for vals in vals_list):
            self._engagement_touch_acts()
        return result

    def unlink(self):
        self._engagement_touch_acts()
        return super().unlink()

    def _engagement_touch_acts(self):
        if self.ids:
            for source in ("event.registration", "alumni.gift", "alumni.participation"):
                self.env[source]._engagement_touch_where(
                    SQL("event_id IN %s", tuple(self.ids))
                )
