from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .alumni_breakdown import DIMENSIONS


class AlumniActSource(models.AbstractModel):
    """What measures say about acts: how many people did a certain thing, how often,
    for how long. With a named filter, any part of the acts."""

    _name = "alumni.act.source"
    _description = "Acts as a source of measures"
    _inherit = ["alumni.measure.source"]

    _measure_source = "act"
    _measure_records = "alumni.engagement"
    _measure_people = True
    _measure_dimensions = {**DIMENSIONS, "kind": "kind", "programme": "programme_id"}

    @api.model
    def _measure_select(self, period):
        return SQL(
            """
            SELECT act.id, act.kind, act.programme_id, act.hours, act.amount, %s,
                   CASE WHEN person.contactable = 1 THEN act.partner_id END
                       AS contactable_id
            FROM alumni_engagement act
            JOIN alumni_person_year person
                ON person.partner_id = act.partner_id
                AND person.period_id = act.period_id
            WHERE act.period_id = %s
            """,
            _dimensions("person"),
            period.id,
        )

    @api.model
    def _measure_columns(self):
        return {
            "act_people": SQL("COUNT(DISTINCT contactable_id)"),
            "act_records": SQL("COUNT(*)"),
            "act_hours": SQL("SUM(hours)"),
            "act_amount": SQL("SUM(amount)"),
        }

    def _measure_domain(self, column, period):
        return Domain("period_id", "=", period.id)


def _dimensions(alias):
    """SQL list of the columns of a person-year that figures are broken down by."""
    return SQL(", ").join(
        SQL.identifier(alias, column) for column in DIMENSIONS.values()
    )
