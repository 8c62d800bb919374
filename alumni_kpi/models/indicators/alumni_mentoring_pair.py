from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.alumni_relations.models.mentoring.alumni_mentoring_pair import (
    QUIET_DAYS,
)


class AlumniMentoringPair(models.Model):
    """How many pairs were under way on the last day of the period, and how many of
    them had met in the 60 days up to it (NET-01). A pair ended later still counts."""

    _name = "alumni.mentoring.pair"
    _inherit = ["alumni.mentoring.pair", "alumni.measure.source"]

    _measure_source = "mentoring_pair"
    _measure_dimensions = {"programme": "programme_id", "school": "school_id"}

    @api.model
    def _measure_select(self, period):
        day = period._last_day()
        return SQL(
            """
            SELECT pair.programme_id, person.school_id, EXISTS (
                       SELECT FROM alumni_mentoring_session session
                       WHERE session.pair_id = pair.id AND session.state = 'held'
                           AND session.date BETWEEN %(since)s AND %(day)s
                   ) AS met
            FROM alumni_mentoring_pair pair
            JOIN (%(schools)s) AS person ON person.partner_id = pair.mentee_partner_id
            WHERE pair.company_id = %(company)s AND pair.state IN ('active', 'ended')
                AND pair.date_start <= %(day)s
                AND (pair.date_end IS NULL OR pair.date_end >= %(day)s)
            """,
            since=day - timedelta(days=QUIET_DAYS),
            day=day,
            schools=self._select_schools(period),
            company=period.company_id.id,
        )

    @api.model
    def _measure_columns(self):
        return {
            "mentoring_pairs": SQL("NULLIF(COUNT(*), 0)"),
            "mentoring_pairs_met": SQL("SUM(met::int)"),
        }

    @api.model
    def _measure_domain(self, column, period):
        day = period._last_day()
        domain = (
            Domain("company_id", "=", period.company_id.id)
            & Domain("state", "in", ("active", "ended"))
            & Domain("date_start", "<=", day)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", day))
        )
        if column == "mentoring_pairs_met":
            domain &= Domain(
                "session_ids",
                "any",
                [
                    ("state", "=", "held"),
                    ("date", ">=", day - timedelta(days=QUIET_DAYS)),
                    ("date", "<=", day),
                ],
            )
        return domain
