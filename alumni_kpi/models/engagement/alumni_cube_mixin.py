from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class AlumniCubeMixin(models.AbstractModel):
    """Rows of another model added up over their dimensions. Each change of rows
    appends the old figures with a minus and the new ones with a plus, so that no two
    users wait for each other; a scheduled action adds the rows of one cell up again."""

    _name = "alumni.cube.mixin"
    _description = "Rows added up by dimension"

    _cube_rows = None
    """The model whose rows are added up."""
    _cube_cell = ()
    """The columns that make a cell: each row lies in exactly one."""
    _cube_measures = ()
    """The columns that are added up. One that the rows do not have counts them."""
    _cube_count = None
    """The measure that says how many rows there are."""

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec == "__count":
            count = self._field_to_sql(self._table, self._cube_count, query)
            return SQL("COALESCE(SUM(%s), 0)", count)
        return super()._read_group_select(aggregate_spec, query)

    @api.model
    def _cube_columns(self, *alias, prefix="", minus=False):
        """SQL list of the columns of a cell and of the measures of a row.

        :param alias: of the row, or the cube itself; by default the latter
        :param prefix: of the names of its columns
        :param minus: whether the measures are taken away
        """
        sign = SQL("-" if minus else "")
        own = alias in ((), (self._table,))
        known = self._fields if own else self.env[self._cube_rows]._fields
        cell = (SQL.identifier(*alias, prefix + name) for name in self._cube_cell)
        measures = (
            SQL("%s%s", sign, SQL.identifier(*alias, prefix + name))
            if name in known
            else SQL("%s1", sign)
            for name in self._cube_measures
        )
        return SQL(", ").join([*cell, *measures])

    @api.model
    def _cube_append(self, changes: SQL):
        """A statement, or the end of one, that appends changes to the cube.

        :param changes: an SQL SELECT of :meth:`_cube_columns`, of new rows with a plus
            and of old ones with a minus
        """
        sums = [SQL("SUM(%s)", SQL.identifier(name)) for name in self._cube_measures]
        return SQL(
            """
            INSERT INTO %(table)s (%(columns)s)
            SELECT %(cell)s, %(sums)s FROM (%(changes)s) AS change (%(columns)s)
            GROUP BY %(cell)s HAVING %(changed)s
            """,
            table=SQL.identifier(self._table),
            columns=self._cube_columns(),
            cell=self._cube_cell_columns(),
            sums=SQL(", ").join(sums),
            changes=changes,
            changed=SQL(" OR ").join(SQL("%s <> 0", total) for total in sums),
        )

    @api.model
    def _cube_cell_columns(self):
        return SQL(", ").join(map(SQL.identifier, self._cube_cell))

    @api.model
    def _cube_condition(self, period):
        return SQL("period_id = %s", period.id) if period else SQL("TRUE")

    @api.model
    def _recount(self, period=None):
        """Have the cells of a period, or all, add up to the rows again: what they are
        short of or over is appended."""
        rows = self.env[self._cube_rows]
        # Whoever writes at the same time appends to what this statement does not
        # see yet, neither in the rows nor here: nothing counts twice.
        self.env.cr.execute(
            self._cube_append(
                SQL(
                    "SELECT %s FROM %s WHERE %s UNION ALL SELECT %s FROM %s WHERE %s",
                    self._cube_columns(rows._table),
                    SQL.identifier(rows._table),
                    self._cube_condition(period),
                    self._cube_columns(self._table, minus=True),
                    SQL.identifier(self._table),
                    self._cube_condition(period),
                )
            )
        )
        self._compact(period)

    @api.model
    def _compact(self, period=None):
        """Add up the rows of each cell of a period, or of all, that has more than
        one."""
        sums = [SQL("SUM(%s)", SQL.identifier(name)) for name in self._cube_measures]
        self.env.cr.execute(
            SQL(
                """
                WITH merged (ids, %(columns)s) AS MATERIALIZED (
                    SELECT array_agg(id), %(cell)s, %(sums)s
                    FROM %(table)s WHERE %(condition)s
                    GROUP BY %(cell)s HAVING count(*) > 1
                ), gone AS (
                    DELETE FROM %(table)s AS cell
                    USING (SELECT unnest(ids) AS id FROM merged) AS merged
                    WHERE cell.id = merged.id
                )
                %(append)s
                """,
                table=SQL.identifier(self._table),
                columns=self._cube_columns(),
                cell=self._cube_cell_columns(),
                sums=SQL(", ").join(sums),
                condition=self._cube_condition(period),
                append=self._cube_append(
                    SQL("SELECT %s FROM merged", self._cube_columns())
                ),
            )
        )
        self.invalidate_model()

    @api.model
    def _select_differing(self, period):
        """The cells of a period that are not the sum of their rows: an SQL SELECT of
        the columns of a cell."""
        rows = self.env[self._cube_rows]
        sums = [SQL("SUM(%s)", SQL.identifier(name)) for name in self._cube_measures]
        return SQL(
            """
            SELECT %(cell)s FROM (
                SELECT %(columns)s FROM %(cube)s WHERE period_id = %(period)s
                UNION ALL
                SELECT %(minus)s FROM %(rows)s WHERE period_id = %(period)s
            ) AS figure (%(columns)s)
            GROUP BY %(cell)s HAVING %(differ)s
            """,
            cell=self._cube_cell_columns(),
            columns=self._cube_columns(),
            cube=SQL.identifier(self._table),
            minus=self._cube_columns(rows._table, minus=True),
            rows=SQL.identifier(rows._table),
            period=period.id,
            differ=SQL(" OR ").join(SQL("%s <> 0", total) for total in sums),
        )

    @api.model
    def _select_miscounted(self, period):
        """The rows of a period in cells that are not their sum: an SQL SELECT of
        ids."""
        return SQL(
            """
            SELECT line.id FROM %(rows)s AS line
            JOIN (%(differing)s) AS cell ON (%(of_cell)s) IS NOT DISTINCT FROM (%(of)s)
            WHERE line.period_id = %(period)s
            """,
            rows=SQL.identifier(self.env[self._cube_rows]._table),
            differing=self._select_differing(period),
            of_cell=SQL(", ").join(SQL.identifier("cell", n) for n in self._cube_cell),
            of=SQL(", ").join(SQL.identifier("line", n) for n in self._cube_cell),
            period=period.id,
        )


class AlumniCubedMixin(models.AbstractModel):
    """A model that answers its own grouped reads from its cube whenever the groups,
    filters and measures that are asked for exist there, and from itself otherwise."""

    _name = "alumni.cubed.mixin"
    _description = "Model with a cube"

    _cube = None
    """The model of the cube."""

    @api.model
    def _cube_groups(self):
        """The fields by which the cube can be grouped and filtered."""
        return set(self.env[self._cube]._cube_cell)

    @api.model
    def _cube_aggregates(self):
        """What the cube can add up."""
        return {"__count"} | {
            f"{name}:sum" for name in self.env[self._cube]._cube_measures
        }

    @api.model
    def _cube_for(self, domain, specs, aggregates, having=(), order=None):
        """The cube if it can answer such a grouped read, else nothing."""
        groups, sums = self._cube_groups(), self._cube_aggregates()
        asked = {leaf[0] for leaf in having if isinstance(leaf, list | tuple)}
        asked |= {part.split()[0] for part in (order or "").split(",") if part.strip()}
        try:
            filters = {c.field_expr for c in Domain(domain).iter_conditions()}
        except (AttributeError, ValueError):
            return None
        fields = {*specs, *(spec for spec in asked if spec not in sums)}
        if (
            groups.issuperset(spec.partition(":")[0] for spec in fields)
            and sums.issuperset(aggregates)
            and groups.issuperset(name.partition(".")[0] for name in filters)
        ):
            return self.env[self._cube]
        return None

    @api.model
    def _read_group(
        self,
        domain,
        groupby=(),
        aggregates=(),
        having=(),
        offset=0,
        limit=None,
        order=None,
    ):
        cube = self._cube_for(domain, groupby, aggregates, having, order)
        if cube is None:
            return super()._read_group(
                domain, groupby, aggregates, having, offset, limit, order
            )
        self.browse().check_access("read")
        # A cell that everyone has left adds up to nobody: not a group.
        somebody = [("__count", "!=", 0)] if groupby else []
        return cube._read_group(
            domain, groupby, aggregates, [*somebody, *having], offset, limit, order
        )

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        specs = {spec for groupby in grouping_sets for spec in groupby}
        cube = self._cube_for(domain, specs, aggregates, (), order)
        if cube is None:
            return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)
        self.browse().check_access("read")
        results = cube._read_grouping_sets(
            domain, grouping_sets, [*aggregates, "__count"], order
        )
        return [
            [row[:-1] for row in rows if row[-1] or not groupby]
            for groupby, rows in zip(grouping_sets, results, strict=True)
        ]
