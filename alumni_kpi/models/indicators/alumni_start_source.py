from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .alumni_breakdown import DIMENSIONS


class AlumniStartSource(models.AbstractModel):
    """What became of the people of the previous period in this one: volunteers who
    stayed (ENG-62), people who could not be contacted and can be again (CST-11). They
    stand under the generation, school ... that they had then."""

    _name = "alumni.start.source"
    _description = "People of the previous period"
    _inherit = ["alumni.measure.source"]

    _measure_source = "start"
    _measure_dimensions = DIMENSIONS

    @api.model
    def _measure_select(self, period):
        return SQL(
            """
            SELECT %(dimensions)s, before.partner_id, before.volunteer,
                   before.volunteer * COALESCE(now.volunteer, 0) AS again,
                   (before.living = 1 AND before.contactable = 0
                       AND now.contactable = 1)::int AS recovered
            FROM alumni_person_year before
            LEFT JOIN alumni_person_year now
                ON now.partner_id = before.partner_id AND now.period_id = %(period)s
            WHERE before.period_id = %(previous)s
                AND (before.volunteer = 1 OR before.contactable = 0)
            """,
            dimensions=SQL(", ").join(
                SQL.identifier("before", column) for column in DIMENSIONS.values()
            ),
            period=period.id,
            previous=period._previous().id or 0,
        )

    @api.model
    def _measure_columns(self):
        return {
            "volunteers_before": SQL("SUM(volunteer)"),
            "volunteers_again": SQL("SUM(again)"),
            "recovered": SQL("SUM(recovered)"),
        }

    @api.model
    def _measure_model(self, column):
        return "alumni.person.year"

    @api.model
    def _measure_domain(self, column, period):
        if column == "volunteers_before":
            return Domain("period_id", "=", period._previous().id) & Domain(
                "volunteer", "=", 1
            )
        flag = "again" if column == "volunteers_again" else column
        people = self._measure_ids(
            SQL(
                "SELECT partner_id FROM (%s) AS start WHERE %s = 1",
                self._measure_select(period),
                SQL.identifier(flag),
            )
        )
        return Domain("period_id", "=", period.id) & Domain("partner_id", "in", people)
