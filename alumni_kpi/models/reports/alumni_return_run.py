from odoo import api, models
from odoo.tools import SQL

PEOPLE = 10_000
"""People whose returns are computed in one step."""


class AlumniReturnRun(models.Model):
    """A computation of the returns of all actions. Who looks at returns sees those of
    the last computation until this one is finished."""

    _name = "alumni.return.run"
    _description = "Computation of returns"
    _inherit = ["alumni.background.mixin"]
    _rec_name = "create_date"
    _background_cron = "alumni_kpi.ir_cron_alumni_return_run"

    def _begin(self):
        self.env["alumni.return"]._discard()
        return super()._begin()

    def _step(self):
        """Compute the returns of some people."""
        self.env.cr.flush()
        last_id = self.last_id + PEOPLE
        self.env["alumni.return"]._add_people(self.last_id + 1, last_id)
        [(highest,)] = self.env.execute_query(
            SQL("SELECT COALESCE(max(partner_id), 0) FROM alumni_engagement")
        )
        if last_id < highest:
            self.write({"last_id": last_id, "progress": 100 * last_id / highest})
        else:
            self._finish()

    def _finish(self):
        self.env["alumni.return"]._publish()
        return super()._finish()

    def _done_message(self):
        return self.env._("The returns are up to date.")

    @api.model
    def _cron_request(self):
        """Every night: acts have come and months have passed."""
        self._request()
