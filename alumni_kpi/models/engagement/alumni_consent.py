from odoo import api, models


class AlumniConsent(models.Model):
    """Who has refused or agreed, and when."""

    _inherit = "alumni.consent"

    @api.model_create_multi
    def create(self, vals_list):
        consents = super().create(vals_list)
        self.env["alumni.person.year"]._touch(consents.partner_id)
        return consents

    def write(self, vals):
        self.env["alumni.person.year"]._touch(self.partner_id)
        result = super().write(vals)
        if "partner_id" in vals:
            self.env["alumni.person.year"]._touch(self.partner_id)
        return result

    def unlink(self):
        self.env["alumni.person.year"]._touch(self.partner_id)
        return super().unlink()
