from odoo import fields, models
from odoo.exceptions import UserError


class AlumniObjective(models.Model):
    """An objective can be measured by an indicator: its result is then the total of
    that indicator in a period, taken over by a button, so that a closed objective
    keeps the figure of its day."""

    _inherit = "alumni.objective"

    indicator_id = fields.Many2one(
        comodel_name="alumni.indicator",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("series", "=", False)],
        help="The indicator of the institution that shows the result.",
    )

    def action_take_result(self):
        """Take over the value of the indicator in the period in which the objective
        ends, or the latest there is."""
        self.ensure_one()
        domain = [("company_id", "=", self.company_id.id)]
        if self.date_end:
            domain += [
                ("date_start", "<=", self.date_end),
                ("date_end", ">=", self.date_end),
            ]
        period = self.env["alumni.period"].search(
            domain, order="date_end desc", limit=1
        )
        period._refresh_values()
        value = self.env["alumni.indicator.value"].search(
            [
                ("indicator_id", "=", self.indicator_id.id),
                ("period_id", "=", period.id),
                ("breakdown", "=", "total"),
                ("state", "!=", "missing"),
            ],
            limit=1,
        )
        if not value:
            raise UserError(
                self.env._(
                    "%(indicator)s has no value at the end of this objective. Look "
                    "at the indicator to see why, or enter the result by hand.",
                    indicator=self.indicator_id.display_name,
                )
            )
        self.write(
            {
                "actual": value.value,
                "result_date": min(period.date_end, fields.Date.context_today(self)),
                "evidence": self.env._(
                    "%(indicator)s of %(period)s, formula version %(version)s",
                    indicator=self.indicator_id.display_name,
                    period=period.name,
                    version=value.formula_version,
                ),
            }
        )
