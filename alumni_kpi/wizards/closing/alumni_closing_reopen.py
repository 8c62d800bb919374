from odoo import fields, models


class AlumniClosingReopen(models.TransientModel):
    """Why a closed period is reopened."""

    _name = "alumni.closing.reopen"
    _description = "Reopening of a period"

    period_id = fields.Many2one(
        comodel_name="alumni.period", required=True, readonly=True, ondelete="cascade"
    )
    reason = fields.Text(
        required=True,
        help="It is kept with the closing for ever, with your name and the date.",
    )

    def action_reopen(self):
        """Reopen the period and show it."""
        self.ensure_one()
        return self.period_id._reopen(self.reason) or self.period_id._action_form()
