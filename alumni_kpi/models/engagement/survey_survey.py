from odoo import models
from odoo.tools import SQL


class SurveySurvey(models.Model):
    """Answers belong to the institution of the person in charge of the survey."""

    _inherit = "survey.survey"

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        if any("user_id" in vals for vals in vals_list):
            self._engagement_touch_acts()
        return result

    def unlink(self):
        self._engagement_touch_acts()
        return super().unlink()

    def _engagement_touch_acts(self):
        if self.ids:
            self.env["survey.user_input"]._engagement_touch_where(
                SQL("survey_id IN %s", tuple(self.ids))
            )
