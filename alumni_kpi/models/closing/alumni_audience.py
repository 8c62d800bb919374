from odoo import api, models
from odoo.exceptions import UserError


class AlumniAudience(models.Model):
    """Closed periods count people under this audience: it stays."""

    _inherit = "alumni.audience"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        if self.env["alumni.person.year.cube"]._is_frozen("audience_id", self):
            raise UserError(
                self.env._(
                    "Closed periods count people under this audience. "
                    "Archive it instead of deleting it."
                )
            )
