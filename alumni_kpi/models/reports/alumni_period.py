from odoo import models
from odoo.tools import SQL


class AlumniPeriod(models.Model):
    """A new period finds the events in it."""

    _inherit = "alumni.period"

    def _take_acts(self):
        result = super()._take_acts()
        if self:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE alumni_funnel funnel SET period_id = period.id
                    FROM alumni_period period
                    WHERE period.id = ANY(%s)
                        AND funnel.company_id = period.company_id
                        AND funnel.date BETWEEN period.date_start AND period.date_end
                    """,
                    self.ids,
                )
            )
            self.env["alumni.funnel"].invalidate_model(["period_id"])
        return result
