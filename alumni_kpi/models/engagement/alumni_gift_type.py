from odoo import models
from odoo.tools import SQL


class AlumniGiftType(models.Model):
    """The mode and the code of a type stand on the acts of all its gifts."""

    _inherit = "alumni.gift.type"

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        if any(not {"mode", "code"}.isdisjoint(vals) for vals in vals_list):
            self.env["alumni.gift"]._engagement_touch_where(
                SQL("gift_type_id IN %s", tuple(self.ids))
            )
        return result
