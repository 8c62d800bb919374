from odoo import models


class ResUsers(models.Model):
    """The institution of who is in charge of a mailing is that of its replies."""

    _inherit = "res.users"

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        if any("company_id" in vals for vals in vals_list):
            # Whoever moves a user need not have access to that user's mailings.
            self.env["mailing.mailing"].sudo().with_context(active_test=False).search(
                [("user_id", "in", self.ids)]
            )._engagement_touch_acts()
        return result
