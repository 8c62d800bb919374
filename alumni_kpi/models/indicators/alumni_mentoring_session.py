from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class AlumniMentoringSession(models.Model):
    """How many of the sessions scheduled for a day of the period were held (NET-03).
    Those whose day is still to come are left out: nobody knows yet."""

    _name = "alumni.mentoring.session"
    _inherit = ["alumni.mentoring.session", "alumni.measure.source"]

    _measure_source = "mentoring_session"
    _measure_dimensions = {"programme": "programme_id", "school": "school_id"}

    @api.model
    def _measure_select(self, period):
        return SQL(
            """
            SELECT session.programme_id, person.school_id, session.state
            FROM alumni_mentoring_session session
            JOIN (%(schools)s) AS person
                ON person.partner_id = session.mentee_partner_id
            WHERE session.company_id = %(company)s
                AND session.date BETWEEN %(first)s AND %(last)s
            """,
            schools=self._select_schools(period),
            company=period.company_id.id,
            first=period.date_start,
            last=period._last_day(),
        )

    @api.model
    def _measure_columns(self):
        return {
            "mentoring_sessions": SQL("NULLIF(COUNT(*), 0)"),
            "mentoring_sessions_held": SQL("SUM((state = 'held')::int)"),
        }

    @api.model
    def _measure_domain(self, column, period):
        domain = (
            Domain("company_id", "=", period.company_id.id)
            & Domain("date", ">=", period.date_start)
            & Domain("date", "<=", period._last_day())
        )
        if column == "mentoring_sessions_held":
            domain &= Domain("state", "=", "held")
        return domain
