from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

NEW_DAYS = 90
"""Whose first act is not older than this is newly engaged."""
DORMANT_MONTHS, DORMANT_YEARS = 18, 3
"""Fallen silent: engaged in a period that ended within three years, and no act in the
last 18 months (FOL-18)."""


class ResPartner(models.Model):
    """Who has just begun, and who has fallen silent: a filter for people, circles and
    mailings."""

    _inherit = "res.partner"

    alumni_momentum = fields.Selection(
        selection=[("new", "Newly engaged"), ("dormant", "Fallen silent")],
        string="Engagement now",
        compute="_compute_alumni_momentum",
        search="_search_alumni_momentum",
        groups="alumni_relations.group_officer,alumni_relations.group_analyst",
        help="Newly engaged: the first act ever is not older than 90 days. Fallen "
        "silent: engaged in a period that ended within three years, and no act for 18 "
        "months.",
    )

    @api.depends_context("allowed_company_ids")
    def _compute_alumni_momentum(self):
        self.alumni_momentum = False
        for state in ("new", "dormant"):
            rows = self.env.execute_query(
                SQL(
                    "SELECT partner_id FROM (%s) AS found WHERE partner_id = ANY(%s)",
                    self._alumni_momentum_select(state),
                    self.ids,
                )
            )
            self.browse({row[0] for row in rows}).alumni_momentum = state

    @api.model
    def _search_alumni_momentum(self, operator, values):
        if operator != "in":
            return NotImplemented
        states = [state for state in values if state]
        found = [
            Domain(
                "id",
                "in",
                SQL(
                    "(SELECT partner_id FROM (%s) AS found)",
                    self._alumni_momentum_select(state),
                ),
            )
            for state in states
        ]
        if len(states) < len(values):
            found.append(Domain("alumni_momentum", "not in", ["new", "dormant"]))
        return Domain.OR(found)

    @api.model
    def _alumni_momentum_select(self, state):
        """People and the day of their last act of the kind: an SQL SELECT of
        ``partner_id`` and ``date``. Somebody can appear twice."""
        # Acts and person-years have the same access rules: own institutions.
        self.env["alumni.engagement"].check_access("read")
        today = fields.Date.context_today(self)
        if state == "new":
            return SQL(
                """
                SELECT act.partner_id, act.date FROM alumni_engagement act
                JOIN res_partner person ON person.id = act.partner_id
                WHERE act.date BETWEEN %(since)s AND %(today)s
                    AND act.company_id = ANY(%(companies)s)
                    AND person.alumni_contactable
                    AND NOT EXISTS (
                        SELECT FROM alumni_engagement earlier
                        WHERE earlier.partner_id = act.partner_id
                            AND earlier.company_id = act.company_id
                            AND (earlier.date, earlier.id) < (act.date, act.id)
                    )
                """,
                since=today - relativedelta(days=NEW_DAYS),
                today=today,
                companies=self.env.companies.ids,
            )
        return SQL(
            """
            SELECT person_year.partner_id,
                   (SELECT max(date) FROM alumni_engagement last
                    WHERE last.partner_id = person_year.partner_id
                        AND last.company_id = person_year.company_id) AS date
            FROM alumni_person_year person_year
            JOIN alumni_period period ON period.id = person_year.period_id
            JOIN res_partner person ON person.id = person_year.partner_id
            WHERE period.date_end > %(since)s AND period.date_end < %(today)s
                AND period.company_id = ANY(%(companies)s)
                AND person_year.engaged = 1 AND person.alumni_contactable
                AND NOT EXISTS (
                    SELECT FROM alumni_engagement recent
                    WHERE recent.partner_id = person_year.partner_id
                        AND recent.company_id = person_year.company_id
                        AND recent.date > %(silent)s
                )
            """,
            since=today - relativedelta(years=DORMANT_YEARS),
            today=today,
            silent=today - relativedelta(months=DORMANT_MONTHS),
            companies=self.env.companies.ids,
        )
