from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class AlumniImprovement(models.Model):
    """How many accepted points to improve are done (ENG-59), in the period in which
    they were accepted."""

    _name = "alumni.improvement"
    _inherit = ["alumni.improvement", "alumni.measure.source"]

    _measure_source = "improvement"
    _measure_dimensions = {"programme": "programme_id"}

    @api.model
    def _measure_select(self, period):
        return SQL(
            """
            SELECT programme_id, state FROM alumni_improvement
             WHERE company_id = %s AND state IN ('accepted', 'done')
               AND accepted_date BETWEEN %s AND %s
            """,
            period.company_id.id,
            period.date_start,
            period.date_end,
        )

    @api.model
    def _measure_columns(self):
        return {
            "improvements_accepted": SQL("NULLIF(COUNT(*), 0)"),
            "improvements_done": SQL("SUM((state = 'done')::int)"),
        }

    @api.model
    def _measure_domain(self, column, period):
        states = ["done"] if column == "improvements_done" else ["accepted", "done"]
        return (
            Domain("company_id", "=", period.company_id.id)
            & Domain("state", "in", states)
            & Domain("accepted_date", ">=", period.date_start)
            & Domain("accepted_date", "<=", period.date_end)
        )
