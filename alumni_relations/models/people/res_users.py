from odoo import models

from .res_partner import CONTACT_DETAILS


class ResUsers(models.Model):
    """A user is a contact too: what analysts may not read of contacts, they do not
    find by way of the users either, except their own."""

    _inherit = "res.users"

    def _has_field_access(self, field, operation):
        return super()._has_field_access(field, operation) and (
            field.name not in CONTACT_DETAILS
            or self._origin == self.env.user
            or not self.env["res.partner"]._alumni_contact_details_hidden()
        )
