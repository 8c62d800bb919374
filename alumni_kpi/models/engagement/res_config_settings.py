from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """How the institution counts, on the settings page."""

    _inherit = "res.config.settings"

    alumni_fiscal_month = fields.Selection(
        related="company_id.alumni_fiscal_month", readonly=False
    )
    alumni_clicks_count = fields.Boolean(
        related="company_id.alumni_clicks_count", readonly=False
    )
    alumni_tz = fields.Selection(related="company_id.alumni_tz", readonly=False)
