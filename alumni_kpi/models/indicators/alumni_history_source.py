from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .alumni_act_source import _dimensions
from .alumni_breakdown import DIMENSIONS

MODES = ("philanthropic", "volunteer", "experiential", "communication")


class AlumniHistorySource(models.AbstractModel):
    """Who of the engaged stayed, came for the first time or came back: the people of
    a period beside themselves in the periods before (ENG-27 to ENG-29)."""

    _name = "alumni.history.source"
    _description = "People compared with the previous period"
    _inherit = ["alumni.measure.source"]

    _measure_source = "history"
    _measure_records = "alumni.person.year"
    _measure_people = True
    _measure_dimensions = DIMENSIONS

    @api.model
    def _measure_select(self, period):
        previous = period._previous()
        if not previous:
            return None
        modes = SQL(", ").join(SQL.identifier("person", mode) for mode in MODES)
        before = SQL(", ").join(
            SQL(
                "COALESCE(before.%s, 0) AS %s",
                SQL.identifier(mode),
                SQL.identifier(f"before_{mode}"),
            )
            for mode in MODES
        )
        return SQL(
            """
            SELECT %(dimensions)s, person.engaged, %(modes)s,
                   COALESCE(before.engaged, 0) AS before_engaged, %(before)s,
                   person.contactable, before.partner_id IS NOT NULL AS ever_engaged,
                   COALESCE(before.previous, 0) AS previous_engaged
            FROM alumni_person_year person
            LEFT JOIN (
                SELECT partner_id, MAX((period_id = %(previous)s)::int) AS previous,
                       MAX(engaged) FILTER (WHERE period_id = %(previous)s) AS engaged,
                       %(maxima)s
                FROM alumni_person_year
                WHERE company_id = %(company)s AND engaged = 1
                    AND period_id IN (
                        SELECT id FROM alumni_period
                        WHERE company_id = %(company)s AND date_end < %(start)s)
                GROUP BY partner_id
            ) AS before ON before.partner_id = person.partner_id
            WHERE person.period_id = %(period)s
            """,
            dimensions=_dimensions("person"),
            modes=modes,
            before=before,
            maxima=SQL(", ").join(
                SQL(
                    "MAX(%s) FILTER (WHERE period_id = %s) AS %s",
                    SQL.identifier(mode),
                    previous.id,
                    SQL.identifier(mode),
                )
                for mode in MODES
            ),
            previous=previous.id,
            period=period.id,
            company=period.company_id.id,
            start=period.date_start,
        )

    @api.model
    def _measure_columns(self):
        columns = {}
        for mode in ("", *MODES):
            name = f"_{mode}" if mode else ""
            now = SQL.identifier(mode or "engaged")
            then = SQL.identifier(f"before_{mode or 'engaged'}")
            columns |= {
                f"engaged_before{name}": SQL("SUM(contactable * %s)", then),
                f"retained{name}": SQL("SUM(%s * %s)", now, then),
                f"newly_engaged{name}": SQL(
                    "SUM(CASE WHEN ever_engaged THEN 0 ELSE %s END)", now
                ),
                f"reactivated{name}": SQL(
                    "SUM(CASE WHEN ever_engaged AND previous_engaged = 0"
                    " THEN %s ELSE 0 END)",
                    now,
                ),
            }
        return columns

    def _measure_domain(self, column, period):
        def engaged(where):
            years = self.env["alumni.person.year"]._search(
                where & Domain("engaged", "=", 1) & Domain("partner_id", "!=", False)
            )
            return self._measure_ids(years.subselect("partner_id"))

        previous = period._previous()
        in_previous = Domain(
            "partner_id", "in", engaged(Domain("period_id", "=", previous.id))
        )
        earlier = Domain(
            "partner_id",
            "in",
            engaged(
                Domain("company_id", "=", period.company_id.id)
                & Domain("period_id.date_end", "<", period.date_start)
            ),
        )
        domain = Domain("period_id", "=", period.id)
        if column == "engaged_before":
            return domain & Domain("contactable", "=", 1) & in_previous
        domain &= Domain("engaged", "=", 1)
        return (
            domain
            & {
                "retained": in_previous,
                "newly_engaged": ~earlier,
                "reactivated": earlier & ~in_previous,
            }[column]
        )
