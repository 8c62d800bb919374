from odoo import models
from odoo.tools import SQL


class SurveySurvey(models.Model):
    """Answers belong to the institution of the person in charge of the survey."""

    _name = "survey.survey"
    _inherit = ["survey.survey", "alumni.engagement.context"]
    _engagement_context_fields = frozenset({"user_id"})

    def _engagement_acts(self):
        return {"survey.user_input": SQL("survey_id IN %s", tuple(self.ids))}
