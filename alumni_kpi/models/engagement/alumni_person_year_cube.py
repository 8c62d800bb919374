from odoo import api, models
from odoo.tools import SQL

from .alumni_person_year import (
    CELL,
    MEASURES,
    _columns,
    _minus,
    _not_null_sums,
    _sums,
)


class AlumniPersonYearCube(models.Model):
    """Person-years added up over their dimensions. Each change appends the old
    figures with a minus and the new ones with a plus, so that no two users wait for
    each other; a scheduled action adds the rows of one cell up again."""

    _name = "alumni.person.year.cube"
    _description = "Person-years by dimension"
    _inherit = ["alumni.person.year.mixin"]
    _order = "id"
    _log_access = False

    # with id: the last change of a period is looked up whenever figures are asked for
    _period_idx = models.Index("(period_id, id)")

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        # What a group has many of is person-years, not rows of the cube.
        if aggregate_spec == "__count":
            people = self._field_to_sql(self._table, "people", query)
            return SQL("COALESCE(SUM(%s), 0)", people)
        return super()._read_group_select(aggregate_spec, query)

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
    def _recount(self, period):
        """Have the cells of a period add up to its person-years again: what they are
        short of or over is appended."""
        # Whoever writes at the same time appends to what this statement does not
        # see yet, neither in the person-years nor here: nothing counts twice.
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO alumni_person_year_cube (%(cell)s, %(measures)s)
                SELECT %(cell)s, %(sums)s
                FROM (
                    SELECT %(cell)s, %(measures)s FROM alumni_person_year
                    WHERE period_id = %(period)s
                    UNION ALL
                    SELECT %(minus)s FROM alumni_person_year_cube cell
                    WHERE period_id = %(period)s
                ) AS delta (%(cell)s, %(measures)s)
                GROUP BY %(cell)s HAVING %(not_null_sums)s
                """,
                period=period.id,
                cell=_columns(CELL),
                measures=_columns(MEASURES),
                minus=_minus("cell"),
                sums=_sums("delta"),
                not_null_sums=_not_null_sums("delta"),
            )
        )
        self._compact(period)

    @api.model
    def _compact(self, period):
        """Add up the rows of each cell of a period that has more than one."""
        self.env.cr.execute(
            SQL(
                """
                WITH merged AS MATERIALIZED (
                    SELECT array_agg(id) AS ids, %(cell)s, %(sums)s
                    FROM alumni_person_year_cube cell
                    WHERE period_id = %(period)s
                    GROUP BY %(cell)s HAVING count(*) > 1
                ), gone AS (
                    DELETE FROM alumni_person_year_cube cell
                    USING (SELECT unnest(ids) AS id FROM merged) AS merged
                    WHERE cell.id = merged.id
                ), merged_cell (ids, %(cell)s, %(measures)s) AS (
                    SELECT * FROM merged
                )
                INSERT INTO alumni_person_year_cube (%(cell)s, %(measures)s)
                SELECT %(cell)s, %(sums_merged)s FROM merged_cell
                GROUP BY %(cell)s HAVING %(not_null_sums)s
                """,
                period=period.id,
                cell=_columns(CELL),
                measures=_columns(MEASURES),
                sums=_sums("cell"),
                sums_merged=_sums("merged_cell"),
                not_null_sums=_not_null_sums("merged_cell"),
            )
        )
        self.invalidate_model()

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
