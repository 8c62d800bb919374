from odoo import api, models
from odoo.tools import SQL


class MailBlacklist(models.Model):
    """Who is put on the list or taken off it is reachable or not at once."""

    _inherit = "mail.blacklist"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._alumni_refresh_people()
        return records

    def write(self, vals):
        before = self.mapped("email") if "email" in vals else []
        result = super().write(vals)
        if vals.keys() & {"email", "active"}:
            self._alumni_refresh_people(before)
        return result

    def unlink(self):
        before = self.mapped("email")
        result = super().unlink()
        self.browse()._alumni_refresh_people(before)
        return result

    def _alumni_refresh_people(self, addresses=()):
        addresses = [*addresses, *self.mapped("email")]
        # sudo: who manages the list need not see the people on it
        self.env["res.partner"].sudo()._alumni_refresh(
            SQL(
                "SELECT id FROM res_partner WHERE email_normalized = ANY(%s)", addresses
            )
        )
