from odoo import api, models
from odoo.tools import SQL


class PhoneBlacklist(models.Model):
    """Who is put on the list or taken off it is reachable or not at once."""

    _inherit = "phone.blacklist"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._alumni_refresh_people()
        return records

    def write(self, vals):
        before = self.mapped("number") if "number" in vals else []
        result = super().write(vals)
        if vals.keys() & {"number", "active"}:
            self._alumni_refresh_people(before)
        return result

    def unlink(self):
        before = self.mapped("number")
        result = super().unlink()
        self.browse()._alumni_refresh_people(before)
        return result

    def _alumni_refresh_people(self, numbers=()):
        numbers = [*numbers, *self.mapped("number")]
        # sudo: who manages the list need not see the people on it
        self.env["res.partner"].sudo()._alumni_refresh(
            SQL("SELECT id FROM res_partner WHERE phone_sanitized = ANY(%s)", numbers)
        )
