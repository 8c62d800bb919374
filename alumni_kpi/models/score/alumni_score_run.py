from odoo import models


class AlumniScoreRun(models.Model):
    """A computation of everybody's score: after a change of rules or of everything, and
    when a new period begins. Who looks at scores sees those of before until this one
    is finished."""

    _name = "alumni.score.run"
    _description = "Computation of scores"
    _inherit = ["alumni.background.mixin"]
    _rec_name = "create_date"
    _background_cron = "alumni_kpi.ir_cron_alumni_score_run"

    def _begin(self):
        # Everybody is computed: who waits need not wait longer.
        self.env["alumni.score.queue"]._take()
        return super()._begin()

    def _step(self):
        """Compute the scores of an institution."""
        companies = self.env["res.company"].search([("active", "=", True)], order="id")
        left = companies.filtered(lambda company: company.id > self.last_id)
        if left:
            self.env["alumni.score.distribution"]._refresh_everybody(left[0])
            done = len(companies) - len(left) + 1
            self.write({"last_id": left[0].id, "progress": 100 * done / len(companies)})
        if len(left) <= 1:
            self._finish()

    def _done_message(self):
        return self.env._("The scores are up to date.")
