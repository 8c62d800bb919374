from odoo import api, models
from odoo.exceptions import UserError


class ReportGovernance(models.AbstractModel):
    """One page for a board: what a period came to, in three answers. Do graduates
    engage, what does it cost, what does it change? Each figure with its denominator,
    the targets with what became of them, and the method. From the values of the
    period: what a closed one says never changes."""

    _name = "report.alumni_kpi.report_governance"
    _description = "Page for the governance"
    _inherit = ["alumni.overview"]

    @api.model
    def action_print(self):
        """The page of the last complete period of the current institution."""
        period = self._last_period()
        if not period:
            raise UserError(
                self.env._(
                    "No period is complete yet. Print the page of the running one "
                    "under Configuration, Periods."
                )
            )
        return self.env.ref("alumni_kpi.report_governance_action").report_action(period)

    @api.model
    def _get_report_values(self, docids, data=None):
        periods = self.env["alumni.period"].browse(docids)
        self._prepare(periods)
        return {
            "doc_ids": docids,
            "doc_model": "alumni.period",
            "docs": periods,
            "pages": {period.id: self._page(period) for period in periods},
        }
