from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

ACTIVE_MONTHS = 12
"""Within how many months a member of the platform logs in to be active (ENG-53)."""


class ResUsers(models.Model):
    """What measures say about the platform: which living alumni have logged in to the
    portal at least once (their account is activated), and which within 12 months."""

    _name = "res.users"
    _inherit = ["res.users", "alumni.measure.source"]

    _measure_source = "account"
    _measure_dimensions = {
        "generation": "generation_id",
        "school": "school_id",
        "award_decade": "award_decade",
    }

    @api.model
    def _measure_window(self, period):
        """The last day on which log-ins count for a period, and the day after which
        a member is active."""
        last = min(period.date_end, fields.Date.context_today(period))
        return last, last - relativedelta(months=ACTIVE_MONTHS)

    @api.model
    def _measure_select(self, period):
        last, since = self._measure_window(period)
        return SQL(
            """
            SELECT person.generation_id, person.school_id, person.award_decade,
                   (MAX(login.day) > %(since)s)::int AS active
            FROM alumni_person_year person
            JOIN res_users account ON account.partner_id = person.partner_id
                AND account.share
            CROSS JOIN LATERAL (
                SELECT (log.create_date AT TIME ZONE 'UTC'
                        AT TIME ZONE %(tz)s)::date AS day
                FROM res_users_log log WHERE log.create_uid = account.id
            ) AS login
            WHERE person.period_id = %(period)s AND person.living = 1
                AND login.day <= %(last)s
            GROUP BY person.id
            """,
            period=period.id,
            tz=period.company_id.alumni_tz,
            since=since,
            last=last,
        )

    @api.model
    def _measure_columns(self):
        return {
            "accounts_activated": SQL("NULLIF(COUNT(active), 0)"),
            "members_active": SQL("SUM(active)"),
        }

    @api.model
    def _measure_model(self, column):
        # The people, not their accounts: a login is an e-mail address.
        return "alumni.person.year"

    @api.model
    def _measure_domain(self, column, period):
        last, since = self._measure_window(period)
        day = SQL(
            "(log.create_date AT TIME ZONE 'UTC' AT TIME ZONE %s)::date",
            period.company_id.alumni_tz,
        )
        people = SQL(
            """
            SELECT account.partner_id FROM res_users account
            JOIN res_users_log log ON log.create_uid = account.id
            WHERE account.share AND %s <= %s AND %s > %s
            """,
            day,
            last,
            day,
            since if column == "members_active" else fields.Date.to_date("1900-01-01"),
        )
        return (
            Domain("period_id", "=", period.id)
            & Domain("living", "=", 1)
            & Domain("partner_id", "in", self._measure_ids(people))
        )
