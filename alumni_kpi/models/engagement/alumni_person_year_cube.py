from odoo import api, models
from odoo.tools import SQL

from .alumni_person_year import CELL, MEASURES


class AlumniPersonYearCube(models.Model):
    """Person-years added up over their dimensions."""

    _name = "alumni.person.year.cube"
    _description = "Person-years by dimension"
    _inherit = ["alumni.cube.mixin", "alumni.person.year.mixin"]
    _order = "id"
    _log_access = False
    _cube_rows = "alumni.person.year"
    _cube_cell = CELL
    _cube_measures = MEASURES
    _cube_count = "people"

    # with id: the last change of a period is looked up whenever figures are asked for
    _period_idx = models.Index("(period_id, id)")

    @api.model
    def _is_frozen(self, column, records):
        """Whether closed periods count people under one of these records, which are
        those of a dimension."""
        return bool(
            self.env.execute_query(
                SQL(
                    """
                    SELECT FROM alumni_person_year_cube cell
                    JOIN alumni_period period ON period.id = cell.period_id
                    WHERE period.state = 'closed' AND %s = ANY(%s) LIMIT 1
                    """,
                    SQL.identifier("cell", column),
                    records.ids,
                )
            )
        )

    @api.model
    def _cron_compact(self):
        """Compact the cells of each open period, one period at a time."""
        periods = self.env["alumni.period"].search([("state", "!=", "closed")])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(periods))
        for period in periods:
            self._compact(period)
            if not cron._commit_progress(1):
                break
