from odoo import api, models
from odoo.exceptions import UserError


class AlumniSchool(models.Model):
    """Closed periods count people under this school: it stays."""

    _inherit = "alumni.school"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        if self.env["alumni.person.year.cube"]._is_frozen("school_id", self):
            raise UserError(
                self.env._(
                    "Closed periods count people under this school. "
                    "Archive it instead of deleting it."
                )
            )
