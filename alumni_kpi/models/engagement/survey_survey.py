from odoo import models
from odoo.tools import SQL


class SurveySurvey(models.Model):
    """The answers to a survey go with it."""

    _name = "survey.survey"
    _inherit = ["survey.survey", "alumni.engagement.context"]

    def _engagement_acts(self):
        return {"survey.user_input": SQL("survey_id IN %s", tuple(self.ids))}
