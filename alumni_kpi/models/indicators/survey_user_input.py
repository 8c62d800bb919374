from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

BANK_QUESTIONS = {
    "useful_learning": "alumni_relations.bank_learning_quantitative_1",
    "useful_network": "alumni_relations.bank_networking_quantitative_4",
}
"""Indicators that rest on one question of the bank, in whatever survey it is asked."""


class SurveyUserInput(models.Model):
    """What measures say about answers: who was asked, ratings, recommendations and
    expectations, in the period of the event or else of the answer."""

    _name = "survey.user_input"
    _inherit = ["survey.user_input", "alumni.measure.source"]

    _measure_source = "answer"
    _measure_dimensions = {
        "generation": "generation_id",
        "award_decade": "award_decade",
        "programme": "programme_id",
    }

    @api.model
    def _bulk_written(self, ids):
        result = super()._bulk_written(ids)
        self._measure_changed()
        return result

    @api.model
    def _measure_select(self, period):
        return SQL(
            """
            SELECT answer.*, person.generation_id, person.award_decade
            FROM (%s) AS answer
            LEFT JOIN alumni_person_year person
                ON person.partner_id = answer.partner_id
                AND person.period_id = answer.period_id
            WHERE answer.period_id = %s
            """,
            self.env["alumni.answer.report"]._select_answers(),
            period.id,
        )

    @api.model
    def _measure_columns(self):
        satisfied = SQL("measure = 'satisfaction' AND kind = 'quantitative'")
        columns = {
            "answers_asked": SQL("NULLIF(COUNT(DISTINCT answer_id), 0)"),
            "answers_given": SQL("COUNT(DISTINCT answered_id)"),
            "ratings": SQL("NULLIF(SUM(rated) FILTER (WHERE %s), 0)", satisfied),
            "rating_points": SQL("SUM(rating) FILTER (WHERE %s)", satisfied),
            "people_surveyed": SQL("NULLIF(COUNT(DISTINCT partner_id), 0)"),
            "people_expecting": SQL(
                "COUNT(DISTINCT partner_id) FILTER ("
                " WHERE measure = 'expectation' AND answered_id IS NOT NULL)"
            ),
            "expectations": SQL("NULLIF(SUM(gap_count), 0)"),
            "expectation_points": SQL("SUM(gap)"),
        }
        for name, bank_question in BANK_QUESTIONS.items():
            question = self.env.ref(bank_question, raise_if_not_found=False)
            asked = SQL("question_id = %s", question.id if question else 0)
            columns |= {
                name: SQL("NULLIF(SUM(rated) FILTER (WHERE %s), 0)", asked),
                f"{name}_high": SQL("SUM(high) FILTER (WHERE %s) / 100", asked),
            }
        for what in ("event", "institution"):
            columns |= {
                f"recommendations_{what}": SQL(
                    "NULLIF(SUM(recommended) FILTER (WHERE recommend_what = %s), 0)",
                    what,
                ),
                f"promoters_{what}": SQL(
                    "SUM(nps) FILTER (WHERE recommend_what = %s) / 100", what
                ),
            }
        return columns

    @api.model
    def _measure_domain(self, column, period):
        def within(name):
            return Domain(name, ">=", period.date_start) & Domain(
                name, "<=", period.date_end
            )

        domain = (
            Domain("alumni_company_id", "=", period.company_id.id)
            & Domain("test_entry", "=", False)
            & Domain("alumni_superseded", "=", False)
            & (
                within("alumni_event_id.date_begin")
                | Domain("alumni_event_id", "=", False) & within("end_datetime")
            )
        )
        if column != "answers_asked":
            domain &= Domain("state", "=", "done")
        return domain
