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
    alumni_refreshing = fields.Boolean(
        string="People being updated",
        compute="_compute_alumni_refreshing",
        help="Whether people are still being brought up to date with the settings.",
    )

    def _compute_alumni_refreshing(self):
        self.alumni_refreshing = bool(self.env["alumni.refresh"]._pending())

    def action_alumni_refresh(self):
        """Show how far people are brought up to date."""
        return self.env["alumni.refresh"]._action_progress()
