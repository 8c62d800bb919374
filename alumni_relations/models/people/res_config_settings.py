from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Settings of the institution on the settings page."""

    _inherit = "res.config.settings"

    alumni_rule = fields.Selection(related="company_id.alumni_rule", readonly=False)
    alumni_email_basis = fields.Selection(
        related="company_id.alumni_email_basis", readonly=False
    )
    alumni_bounce_limit = fields.Integer(
        related="company_id.alumni_bounce_limit", readonly=False
    )
