from odoo import api, models


class AlumniProgramme(models.Model):
    """A programme shows the funnel of its events and what it changed."""

    _inherit = "alumni.programme"

    @api.readonly
    def action_alumni_funnel(self):
        """What became of those who were asked to the events of this programme."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "alumni_kpi.alumni_funnel_action"
            ),
            "domain": [("programme_id", "=", self.id)],
            "context": {"pivot_row_groupby": ["event_id"]},
        }

    def action_alumni_impact(self):
        """What this changed, and for whom."""
        self.ensure_one()
        return self.env["alumni.impact"]._open(self)
