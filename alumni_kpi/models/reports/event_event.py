from odoo import api, models

FUNNEL_FIELDS = frozenset(
    {
        "date_begin",
        "date_end",
        "date_tz",
        "programme_id",
        "alumni_kind_id",
        "company_id",
    }
)
"""What every row of the funnel of an event takes from the event."""

MEASURED_FIELDS = frozenset(
    {"seats_limited", "seats_max", "is_multi_slots", "alumni_topic_ids"}
)
"""What measures know about events beside the funnel (ENG-44, FOL-08)."""


class EventEvent(models.Model):
    """An event that is moved takes its funnel along."""

    _inherit = "event.event"

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        if any(not FUNNEL_FIELDS.isdisjoint(vals) for vals in vals_list):
            self.env["alumni.funnel"]._pending()["events"].update(self.ids)
        return result

    def write(self, vals):
        result = super().write(vals)
        if not MEASURED_FIELDS.isdisjoint(vals):
            self.env["alumni.funnel"]._measure_changed()
        return result

    @api.readonly
    def action_alumni_funnel(self):
        """What became of those who were asked to this event."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "alumni_kpi.alumni_funnel_action"
            ),
            "domain": [("event_id", "=", self.id)],
            "context": {"pivot_row_groupby": ["generation_id"]},
        }

    def action_alumni_impact(self):
        """What this changed, and for whom."""
        self.ensure_one()
        return self.env["alumni.impact"]._open(self)
