from odoo import api, models
from odoo.tools import SQL


class SurveyUserInput(models.Model):
    """Answering a survey to the end is an act of communication. Trying it out is
    not, and answering it again replaces the first answer. The institution is that of
    the event, the programme or the person in charge of the survey, else the first
    one."""

    _name = "survey.user_input"
    _inherit = ["survey.user_input", "alumni.engagement.source"]
    _engagement_gives = False
    _engagement_fields = frozenset(
        {
            "partner_id",
            "state",
            "end_datetime",
            "test_entry",
            "alumni_superseded",
            "alumni_company_id",
            "alumni_event_id",
            "alumni_programme_id",
        }
    )

    @api.model
    def _engagement_select(self):
        return SQL(
            """
            SELECT answer.partner_id, company.id,
                   (COALESCE(answer.end_datetime, answer.create_date)
                       AT TIME ZONE 'UTC' AT TIME ZONE company.alumni_tz)::date,
                   'communication', 'survey_answer', answer.id, 0::numeric,
                   0::numeric, answer.alumni_programme_id, answer.alumni_event_id
            FROM survey_user_input answer
            JOIN res_company company ON company.id = COALESCE(
                answer.alumni_company_id,
                (SELECT min(id) FROM res_company WHERE active)
            )
            WHERE answer.state = 'done' AND answer.partner_id IS NOT NULL
                AND answer.test_entry IS NOT TRUE
                AND answer.alumni_superseded IS NOT TRUE
            """
        )
