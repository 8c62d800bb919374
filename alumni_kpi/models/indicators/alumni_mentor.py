from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class AlumniMentor(models.Model):
    """How many mentors were available in the period, and how many of them had a mentee
    (NET-04). Available is who was in office on a day of it, or had a mentee; who is a
    mentor of two programmes is one person."""

    _name = "alumni.mentor"
    _inherit = ["alumni.mentor", "alumni.measure.source"]

    _measure_source = "mentor"
    _measure_dimensions = {"programme": "programme_id", "school": "school_id"}

    @api.model
    def _measure_select(self, period):
        return SQL(
            """
            SELECT * FROM (
                SELECT mentor.partner_id, mentor.programme_id, person.school_id,
                       mentor.date_start <= %(last)s AND (mentor.date_end IS NULL
                           OR mentor.date_end >= %(first)s) AS in_office,
                       EXISTS (
                           SELECT FROM alumni_mentoring_pair pair
                           WHERE pair.mentor_id = mentor.id
                               AND pair.state IN ('active', 'ended')
                               AND pair.date_start <= %(last)s
                               AND (pair.date_end IS NULL OR pair.date_end >= %(first)s)
                       ) AS used
                FROM alumni_mentor mentor
                JOIN (%(schools)s) AS person ON person.partner_id = mentor.partner_id
                WHERE mentor.company_id = %(company)s
            ) AS mentor
            WHERE in_office OR used
            """,
            schools=self._select_schools(period),
            company=period.company_id.id,
            first=period.date_start,
            last=period._last_day(),
        )

    @api.model
    def _measure_columns(self):
        return {
            "mentors": SQL("NULLIF(COUNT(DISTINCT partner_id), 0)"),
            "mentors_used": SQL(
                "CASE WHEN COUNT(*) > 0"
                " THEN COUNT(DISTINCT partner_id) FILTER (WHERE used) END"
            ),
        }

    @api.model
    def _measure_domain(self, column, period):
        first, last = period.date_start, period._last_day()

        def lasts(start, end):
            return Domain(start, "<=", last) & (
                Domain(end, "=", False) | Domain(end, ">=", first)
            )

        used = Domain(
            "pair_ids",
            "any",
            # The browser is given it: a list, inside too.
            list(
                Domain("state", "in", ("active", "ended"))
                & lasts("date_start", "date_end")
            ),
        )
        company = Domain("company_id", "=", period.company_id.id)
        if column == "mentors_used":
            return company & used
        return company & (used | lasts("date_start", "date_end"))
