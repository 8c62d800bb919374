from odoo import api, models


class AlumniEducation(models.Model):
    """Who is an alumnus, since when, of which school and level."""

    _inherit = "alumni.education"

    @api.model_create_multi
    def create(self, vals_list):
        educations = super().create(vals_list)
        self.env["alumni.person.year"]._touch(educations.partner_id)
        return educations

    def write(self, vals):
        self.env["alumni.person.year"]._touch(self.partner_id)
        result = super().write(vals)
        if "partner_id" in vals:
            self.env["alumni.person.year"]._touch(self.partner_id)
        return result

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        if any("degree_level" in vals for vals in vals_list):
            self.env["alumni.person.year"]._touch(self.partner_id)
        return result

    def unlink(self):
        self.env["alumni.person.year"]._touch(self.partner_id)
        return super().unlink()
