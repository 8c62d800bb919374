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
    alumni_dues_mode = fields.Selection(
        related="company_id.alumni_dues_mode", readonly=False
    )
    alumni_fte_hours = fields.Integer(
        related="company_id.alumni_fte_hours", readonly=False
    )
    alumni_tz = fields.Selection(related="company_id.alumni_tz", readonly=False)
    alumni_score_base = fields.Selection(
        related="company_id.alumni_score_base", readonly=False
    )
    alumni_score_cut = fields.Float(
        related="company_id.alumni_score_cut", readonly=False
    )
    alumni_rebuilding = fields.Boolean(
        string="Figures being computed",
        compute="_compute_alumni_rebuilding",
        help="Whether figures are still being computed after a change.",
    )

    def _compute_alumni_rebuilding(self):
        self.alumni_rebuilding = bool(self.env["alumni.rebuild"]._pending())

    def action_alumni_rebuild(self):
        """Show how far the figures are computed."""
        return self.env["alumni.rebuild"]._action_progress()
