from odoo import api, models


class AlumniPersonYearSource(models.AbstractModel):
    """For models that say something about a person, in ``partner_id``, which the
    person-years of the open periods show."""

    _name = "alumni.person.year.source"
    _description = "Source of person-years"

    # Whether a change may reach into closed periods.
    _person_year_past = False

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._touch_person_years()
        return records

    def write(self, vals):
        self._touch_person_years()
        result = super().write(vals)
        if "partner_id" in vals:
            self._touch_person_years()
        return result

    def unlink(self):
        self._touch_person_years()
        return super().unlink()

    def _touch_person_years(self):
        self.env["alumni.person.year"]._touch(self.partner_id, self._person_year_past)
