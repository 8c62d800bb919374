from odoo import api, models
from odoo.exceptions import UserError


class ResCountry(models.Model):
    """Closed periods count people under this country: it stays."""

    _inherit = "res.country"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        if self.env["alumni.person.year.cube"]._is_frozen("country_id", self):
            raise UserError(
                self.env._(
                    "Closed periods count people under this country. It cannot be "
                    "deleted."
                )
            )
