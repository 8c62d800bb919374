from odoo import api, models
from odoo.tools import SQL


class SurveyUserInput(models.Model):
    """Answering a survey to the end is an act of communication. Trying it out is
    not. The institution is that of the person in charge of the survey, else the
    first one."""

    _name = "survey.user_input"
    _inherit = ["survey.user_input", "alumni.engagement.source"]
    _engagement_fields = frozenset(
        {"partner_id", "survey_id", "state", "end_datetime", "test_entry"}
    )

    @api.model
    def _engagement_select(self):
        return SQL(
            """
            SELECT answer.partner_id, company.id,
                   (COALESCE(answer.end_datetime, answer.create_date)
                       AT TIME ZONE 'UTC' AT TIME ZONE company.alumni_tz)::date,
                   'communication', 'survey_answer', answer.id, 0::numeric,
                   0::numeric, NULL::integer, NULL::integer
            FROM survey_user_input answer
            JOIN survey_survey survey ON survey.id = answer.survey_id
            LEFT JOIN res_users staff ON staff.id = survey.user_id
            JOIN res_company company ON company.id = COALESCE(
                staff.company_id, (SELECT min(id) FROM res_company WHERE active)
            )
            WHERE answer.state = 'done' AND answer.partner_id IS NOT NULL
                AND answer.test_entry IS NOT TRUE
            """
        )
