from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .alumni_act_source import _dimensions
from .alumni_breakdown import DIMENSIONS


class AlumniDonorHistorySource(models.AbstractModel):
    """What became of the donors of the previous period, those of its GIV-01: who gave
    again (GIV-05). Everyone is counted under the generation, school ... of then."""

    _name = "alumni.donor.history.source"
    _description = "Donors compared with the previous period"
    _inherit = ["alumni.measure.source"]

    _measure_source = "donor_history"
    _measure_records = "alumni.person.year"
    _measure_people = True
    _measure_dimensions = DIMENSIONS

    @api.model
    def _measure_select(self, period):
        previous = period._previous()
        if not previous:
            return None
        return SQL(
            """
            SELECT %(dimensions)s, gave_again, gave_first
            FROM (
                SELECT partner_id,
                       bool_or(period_id = %(previous)s) AS gave_before,
                       bool_or(period_id = %(period)s) AS gave_again,
                       bool_and(date >= %(start)s) AS gave_first
                FROM alumni_engagement
                WHERE company_id = %(company)s AND mode = 'philanthropic'
                    AND date <= %(end)s
                GROUP BY partner_id
            ) AS donor
            JOIN alumni_person_year person
                ON person.partner_id = donor.partner_id
                AND person.period_id = %(previous)s
            WHERE gave_before
            """,
            dimensions=_dimensions("person"),
            period=period.id,
            previous=previous.id,
            company=period.company_id.id,
            start=previous.date_start,
            end=period.date_end,
        )

    @api.model
    def _measure_columns(self):
        columns = {}
        for name, condition in {
            "": SQL("TRUE"),
            "_new": SQL("gave_first"),
            "_repeat": SQL("NOT gave_first"),
        }.items():
            columns[f"donors_before{name}"] = SQL("SUM((%s)::int)", condition)
            columns[f"donors_retained{name}"] = SQL(
                "SUM((gave_again AND %s)::int)", condition
            )
        return columns

    def _measure_domain(self, column, period):
        def gave(where):
            acts = self.env["alumni.engagement"]._search(
                where & Domain("mode", "=", "philanthropic")
            )
            return self._measure_ids(acts.subselect("partner_id"))

        previous = period._previous()
        before = gave(
            Domain("company_id", "=", period.company_id.id)
            & Domain("date", "<", previous.date_start)
        )
        domain = Domain("period_id", "=", previous.id) & Domain(
            "partner_id", "in", gave(Domain("period_id", "=", previous.id))
        )
        if column.startswith("donors_retained"):
            domain &= Domain(
                "partner_id", "in", gave(Domain("period_id", "=", period.id))
            )
        if column.endswith("_new"):
            domain &= Domain("partner_id", "not in", before)
        if column.endswith("_repeat"):
            domain &= Domain("partner_id", "in", before)
        return domain
