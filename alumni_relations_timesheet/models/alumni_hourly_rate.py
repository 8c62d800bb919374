from odoo import api, models


class AlumniHourlyRate(models.Model):
    """Time sheets that waited for a rate become costs when there is one."""

    _inherit = "alumni.hourly.rate"

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        # Whoever keeps the rates need not see the analytic accounts.
        self.env["account.analytic.account"].sudo().search(
            [
                ("company_id", "in", [False, *rates.company_id.ids]),
                "|",
                ("alumni_event_id", "!=", False),
                ("alumni_programme_id", "!=", False),
            ]
        )._alumni_ask()
        return rates
