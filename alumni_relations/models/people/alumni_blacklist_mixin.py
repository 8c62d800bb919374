from odoo import api, models
from odoo.tools import SQL


class AlumniBlacklistMixin(models.AbstractModel):
    """Who is put on a blacklist or taken off it is reachable or not at once."""

    _name = "alumni.blacklist.mixin"
    _description = "Blacklist that closes a channel"

    # The field with the address, and the column of contacts that holds the same.
    _alumni_address = None
    _alumni_person_column = None

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._alumni_refresh_people()
        return records

    def write(self, vals):
        before = self._alumni_addresses() if self._alumni_address in vals else []
        result = super().write(vals)
        if vals.keys() & {self._alumni_address, "active"}:
            self._alumni_refresh_people(before)
        return result

    def unlink(self):
        before = self._alumni_addresses()
        result = super().unlink()
        self.browse()._alumni_refresh_people(before)
        return result

    def _alumni_addresses(self):
        return self.mapped(self._alumni_address)

    def _alumni_refresh_people(self, addresses=()):
        # sudo: who manages the list need not see the people on it
        self.env["res.partner"].sudo()._alumni_refresh(
            SQL(
                "SELECT id FROM res_partner WHERE %s = ANY(%s)",
                SQL.identifier(self._alumni_person_column),
                [*addresses, *self._alumni_addresses()],
            )
        )
