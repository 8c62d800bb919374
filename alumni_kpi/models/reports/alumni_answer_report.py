from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.alumni_relations.models.objectives.impact import IMPACT_OBJECTIVES
from odoo.addons.alumni_relations.models.surveys.survey_question import (
    BENEFICIARIES,
    MEASURES,
    QUESTION_KINDS,
    RECOMMEND_WHAT,
)


class AlumniAnswerReport(models.Model):
    """What people answer: one row per person asked and question that measures
    something, answered or not.

    A mean or share is that of the answers that have the quantity, so in a pivot it is
    a ratio of sums whatever the grouping, and its number of answers stands beside it.
    Answers about an event belong to the day of the event, others to their own day.
    Trials and answers that a later one replaces are left out."""

    _name = "alumni.answer.report"
    _description = "Satisfaction and impact"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "question_id"
    _depends = {
        "survey.user_input": [
            "survey_id",
            "state",
            "partner_id",
            "end_datetime",
            "test_entry",
            "alumni_event_id",
            "alumni_programme_id",
            "alumni_company_id",
            "alumni_superseded",
        ],
        "survey.user_input.line": [
            "user_input_id",
            "question_id",
            "skipped",
            "answer_type",
            "value_scale",
            "suggested_answer_id",
        ],
        "survey.question": [
            "survey_id",
            "question_type",
            "scale_min",
            "scale_max",
            "alumni_bank_id",
            "alumni_measure",
            "alumni_question_kind",
            "alumni_impact_objective",
            "alumni_recommend_what",
            "alumni_beneficiary",
        ],
        "survey.question.answer": ["alumni_is_yes", "question_id"],
        "event.event": ["alumni_kind_id", "date_begin", "date_tz"],
        "alumni.period": ["company_id", "date_start", "date_end"],
    }

    answer_id = fields.Many2one(
        comodel_name="survey.user_input",
        string="Answers of",
        readonly=True,
        groups="alumni_relations.group_officer",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        readonly=True,
        groups="alumni_relations.group_officer",
        help="Empty of an anonymous answer.",
    )
    answered_id = fields.Many2one(
        comodel_name="survey.user_input",
        string="Answered by",
        readonly=True,
        groups="alumni_relations.group_officer",
        help="The same, empty of who has not answered the question.",
    )
    survey_id = fields.Many2one(comodel_name="survey.survey", readonly=True)
    question_id = fields.Many2one(
        comodel_name="survey.question",
        readonly=True,
        help="The question of the bank, if it comes from there: then it is one "
        "question in whatever survey it is asked.",
    )
    measure = fields.Selection(selection=MEASURES, readonly=True)
    kind = fields.Selection(
        selection=QUESTION_KINDS, string="Kind of question", readonly=True
    )
    impact_objective = fields.Selection(
        selection=IMPACT_OBJECTIVES, string="Impact objective", readonly=True
    )
    recommend_what = fields.Selection(
        selection=RECOMMEND_WHAT, string="Recommends", readonly=True
    )
    beneficiary = fields.Selection(
        selection=BENEFICIARIES, string="Who benefits", readonly=True
    )
    event_id = fields.Many2one(comodel_name="event.event", readonly=True)
    event_kind_id = fields.Many2one(
        comodel_name="alumni.event.kind", string="Kind of event", readonly=True
    )
    programme_id = fields.Many2one(comodel_name="alumni.programme", readonly=True)
    company_id = fields.Many2one(
        comodel_name="res.company", string="Institution", readonly=True
    )
    date = fields.Date(
        readonly=True,
        help="The day of the event that the answer is about, else that of the answer.",
    )
    period_id = fields.Many2one(comodel_name="alumni.period", readonly=True)

    asked = fields.Integer(
        readonly=True, help="People who were asked the question or have answered it."
    )
    answered = fields.Integer(
        string="Answers", readonly=True, help="People who have answered the question."
    )
    response_rate = fields.Float(
        string="Response rate (%)",
        readonly=True,
        aggregator="avg",
        help="Answers / asked.",
    )
    rated = fields.Integer(
        string="Ratings 1-5",
        readonly=True,
        help="Answers on a scale from 1 to 5, on which mean and share 4-5 rest.",
    )
    rating = fields.Float(
        string="Mean (1-5)",
        readonly=True,
        aggregator="avg",
        help="Of the answers on a scale from 1 to 5.",
    )
    high = fields.Float(
        string="Share 4-5 (%)",
        readonly=True,
        aggregator="avg",
        help="Of the answers on a scale from 1 to 5, those that are 4 or 5.",
    )
    recommended = fields.Integer(
        string="Answers for NPS",
        readonly=True,
        help="Answers from 0 to 10, on which the net promoter score rests.",
    )
    nps = fields.Float(
        string="NPS",
        readonly=True,
        aggregator="avg",
        help="Net promoter score, from -100 to 100: percentage of answers 9-10 minus "
        "percentage of answers 0-6. Look at one thing recommended at a time: "
        "institution, network or event.",
    )
    yes = fields.Float(
        string="Share of yes (%)",
        readonly=True,
        aggregator="avg",
        help="Of the answers to binary questions.",
    )
    favourable = fields.Float(
        string="Share favourable (%)",
        readonly=True,
        aggregator="avg",
        help="Yes; 4 or 5 on a scale from 1 to 5; a feeling above neutral. Of the "
        "answers to binary, quantitative and sentiment questions, recommendation "
        "aside.",
    )
    gap = fields.Float(
        string="Expectation gap",
        readonly=True,
        aggregator="avg",
        help="Mean rating received minus mean rating expected, in points, over the "
        "people who have given both.",
    )
    gap_count = fields.Integer(
        string="Answers for the gap",
        readonly=True,
        help="Expectations of people who have also rated what they received.",
    )

    @property
    def _table_query(self):
        return self._select_answers()

    def _select_answers(self):
        """One row per person asked and question, with the columns of this model."""
        return SQL(
            """
            SELECT (answer.id::bigint << 22) + question.id AS id,
                   answer.id AS answer_id,
                   CASE WHEN line.id IS NOT NULL THEN answer.id END AS answered_id,
                   answer.partner_id, answer.survey_id,
                   COALESCE(question.alumni_bank_id, question.id) AS question_id,
                   question.alumni_measure AS measure,
                   question.alumni_question_kind AS kind,
                   question.alumni_impact_objective AS impact_objective,
                   question.alumni_recommend_what AS recommend_what,
                   question.alumni_beneficiary AS beneficiary,
                   answer.alumni_event_id AS event_id,
                   event.alumni_kind_id AS event_kind_id,
                   answer.alumni_programme_id AS programme_id,
                   company.id AS company_id, day.date, period.id AS period_id,
                   1 AS asked, (line.id IS NOT NULL)::integer AS answered,
                   CASE WHEN line.id IS NOT NULL THEN 100 ELSE 0 END AS response_rate,
                   (value.rating IS NOT NULL)::integer AS rated, value.rating,
                   (value.rating >= 4)::integer * 100 AS high,
                   (value.recommend IS NOT NULL)::integer AS recommended,
                   CASE WHEN value.recommend >= 9 THEN 100
                        WHEN value.recommend <= 6 THEN -100
                        WHEN value.recommend IS NOT NULL THEN 0 END AS nps,
                   value.yes::integer * 100 AS yes,
                   CASE question.alumni_question_kind
                       WHEN 'binary' THEN value.yes
                       WHEN 'quantitative' THEN value.rating >= 4
                       WHEN 'sentiment' THEN
                           line.value_scale * 2 > question.scale_min
                               + question.scale_max
                   END::integer * 100 AS favourable,
                   received.mean - value.rating AS gap,
                   (received.mean IS NOT NULL AND value.rating IS NOT NULL)::integer
                       AS gap_count
            FROM survey_user_input answer
            JOIN survey_question question ON question.survey_id = answer.survey_id
                AND question.alumni_measure IS NOT NULL
            JOIN res_company company ON company.id = COALESCE(
                answer.alumni_company_id,
                (SELECT min(id) FROM res_company WHERE active))
            LEFT JOIN event_event event ON event.id = answer.alumni_event_id
            CROSS JOIN LATERAL (
                SELECT (COALESCE(event.date_begin, answer.end_datetime,
                                 answer.create_date) AT TIME ZONE 'UTC'
                        AT TIME ZONE COALESCE(event.date_tz, company.alumni_tz))::date
                       AS date
            ) AS day
            LEFT JOIN alumni_period period ON period.company_id = company.id
                AND day.date BETWEEN period.date_start AND period.date_end
            LEFT JOIN survey_user_input_line line ON line.user_input_id = answer.id
                AND line.question_id = question.id AND answer.state = 'done'
                AND line.skipped IS NOT TRUE
                -- several choices, or a choice with a comment, are one answer
                AND (line.answer_type <> 'suggestion'
                         AND question.question_type NOT IN
                             ('simple_choice', 'multiple_choice')
                     OR NOT EXISTS (
                         SELECT FROM survey_user_input_line first
                         WHERE first.user_input_id = answer.id
                             AND first.question_id = question.id
                             AND first.skipped IS NOT TRUE AND first.id < line.id))
            LEFT JOIN survey_question_answer choice
                ON choice.id = line.suggested_answer_id
            CROSS JOIN LATERAL (
                SELECT CASE WHEN question.alumni_question_kind
                                     IN ('quantitative', 'sentiment')
                                 AND question.scale_min = 1 AND question.scale_max = 5
                                 AND question.question_type = 'scale'
                            THEN line.value_scale END AS rating,
                       CASE WHEN question.alumni_measure = 'recommendation'
                                 AND question.question_type = 'scale'
                            THEN line.value_scale END AS recommend,
                       CASE WHEN question.alumni_question_kind = 'binary'
                                 AND choice.id IS NOT NULL
                            THEN COALESCE(choice.alumni_is_yes, FALSE) END AS yes
            ) AS value
            LEFT JOIN LATERAL (
                SELECT avg(rated.value_scale) AS mean
                FROM survey_user_input_line rated
                JOIN survey_question other ON other.id = rated.question_id
                WHERE question.alumni_measure = 'expectation'
                    AND question.alumni_question_kind = 'quantitative'
                    AND rated.user_input_id = answer.id
                    AND rated.skipped IS NOT TRUE
                    AND other.alumni_measure = 'satisfaction'
                    AND other.alumni_question_kind = 'quantitative'
            ) AS received ON TRUE
            WHERE answer.test_entry IS NOT TRUE
                AND answer.alumni_superseded IS NOT TRUE
            """
        )

    @api.readonly
    def action_open_answers(self):
        """All answers of the person."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "survey.user_input",
            "res_id": self.answer_id.id,
            "view_mode": "form",
        }
