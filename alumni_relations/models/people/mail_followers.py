from odoo import models


class MailFollowers(models.Model):
    """Followers show their address: not to an analyst."""

    _inherit = "mail.followers"

    def _has_field_access(self, field, operation):
        return super()._has_field_access(field, operation) and (
            field.name != "email"
            or not self.env["res.partner"]._alumni_contact_details_hidden()
        )

    def _to_store_defaults(self, target):
        result = super()._to_store_defaults(target)
        return self.env["res.partner"]._alumni_without_contact_details(result)
