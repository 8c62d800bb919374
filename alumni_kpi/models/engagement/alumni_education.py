from odoo import models


class AlumniEducation(models.Model):
    """Who is an alumnus, since when, of which school and level."""

    _name = "alumni.education"
    _inherit = ["alumni.education", "alumni.person.year.source"]
    _person_year_past = True

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        if any("degree_level" in vals for vals in vals_list):
            self._touch_person_years()
        if any("award_date" in vals for vals in vals_list):
            # Of another year of the same decade the cube, by which changes are
            # noticed, knows nothing.
            self.env["alumni.period"].sudo()._mark_values_outdated()
        return result
