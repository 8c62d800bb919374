from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

MATCH_DAYS = 30
"""A request is matched in time when both agree within so many days (NET-02)."""


class AlumniMentoringRequest(models.Model):
    """How many of the requests of a period were matched within 30 days (NET-02). One
    that was withdrawn, or made less than 30 days ago, is a request like others."""

    _name = "alumni.mentoring.request"
    _inherit = ["alumni.mentoring.request", "alumni.measure.source"]

    _measure_source = "mentoring_request"
    _measure_dimensions = {"programme": "programme_id", "school": "school_id"}

    @api.model
    def _measure_select(self, period):
        return SQL(
            """
            SELECT request.programme_id, person.school_id, EXISTS (
                       SELECT FROM alumni_mentoring_pair pair
                       WHERE pair.request_id = request.id
                           AND pair.state IN ('agreed', 'active', 'ended')
                           AND pair.date_agreed <= request.date + %(days)s
                   ) AS matched
            FROM alumni_mentoring_request request
            JOIN (%(schools)s) AS person ON person.partner_id = request.partner_id
            WHERE request.company_id = %(company)s
                AND request.date BETWEEN %(first)s AND %(last)s
            """,
            days=MATCH_DAYS,
            schools=self._select_schools(period),
            company=period.company_id.id,
            first=period.date_start,
            last=period.date_end,
        )

    @api.model
    def _measure_columns(self):
        return {
            "mentor_requests": SQL("NULLIF(COUNT(*), 0)"),
            "mentor_requests_matched": SQL("SUM(matched::int)"),
        }

    @api.model
    def _measure_domain(self, column, period):
        domain = (
            Domain("company_id", "=", period.company_id.id)
            & Domain("date", ">=", period.date_start)
            & Domain("date", "<=", period.date_end)
        )
        if column == "mentor_requests_matched":
            domain &= Domain(
                "pair_ids",
                "any",
                [
                    ("state", "in", ("agreed", "active", "ended")),
                    ("days_to_match", "<=", MATCH_DAYS),
                ],
            )
        return domain
