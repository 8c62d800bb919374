from odoo import api, models
from odoo.tools import SQL


class AlumniCostLine(models.Model):
    """The costs of a closed period are frozen, like its figures."""

    _inherit = "alumni.cost.line"

    @api.model
    def _closed_condition(self, company_id: SQL, date: SQL):
        self.env["alumni.period"].flush_model(["state", "date_start", "date_end"])
        return SQL(
            "EXISTS (SELECT FROM alumni_period period WHERE period.state = 'closed'"
            " AND period.company_id = %s"
            " AND %s BETWEEN period.date_start AND period.date_end)",
            company_id,
            date,
        )
