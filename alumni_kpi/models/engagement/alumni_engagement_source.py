from odoo import api, models
from odoo.tools import SQL

FACT_COLUMNS = (
    "partner_id",
    "company_id",
    "date",
    "mode",
    "kind",
    "res_id",
    "hours",
    "amount",
    "programme_id",
    "event_id",
)
"""What the statement of a source gives, in this order."""
COLUMNS = (*FACT_COLUMNS, "period_id")
"""What an act consists of, beside the model of its source."""


class AlumniEngagementSource(models.AbstractModel):
    """A model whose records are acts of engagement. It states once, as one SQL
    SELECT, how its rows become acts; the refresh of changed records and the full
    rebuild both run that statement, so they cannot disagree."""

    _name = "alumni.engagement.source"
    _description = "Source of engagement"

    # Fields that the statement of the source reads on the record itself.
    _engagement_fields = frozenset()
    # Whether its acts can be gifts or volunteering: what people did after an event.
    _engagement_gives = True

    @api.model
    def _engagement_select(self):
        """The acts of all records of this model: an SQL SELECT with the columns of
        ``FACT_COLUMNS``, of which ``res_id`` is the id of the record. Dates are
        dates in the timezone of the institution; amounts are in its currency."""
        raise NotImplementedError

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._engagement_touch()
        return records

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        if any(not self._engagement_fields.isdisjoint(vals) for vals in vals_list):
            self._engagement_touch()
        return result

    def unlink(self):
        self._engagement_touch()
        return super().unlink()

    def _engagement_touch(self):
        """Have the acts of these records refreshed before the transaction ends."""
        if self.ids:
            pending = self.env["alumni.engagement"]._pending()
            pending["sources"][self._name].update(self.ids)

    @api.model
    def _engagement_touch_where(self, condition):
        """Have the acts refreshed of the records that meet an SQL condition."""
        # No flush: what is not in the database yet is touched when it gets there.
        rows = self.env.execute_query(
            SQL("SELECT id FROM %s WHERE %s", SQL.identifier(self._table), condition)
        )
        self.browse(row[0] for row in rows)._engagement_touch()

    @api.model
    def _engagement_refresh(self, condition):
        """Bring up to date the acts of the records whose id, the column ``res_id``,
        meets an SQL condition. Only acts that differ are written.

        Acts of closed periods follow their records too; what becomes of them is
        listed as a change since the closing.

        :return: ``(partner_id, period_id, company_id, date)`` of the acts that went
            and came, each once; company and date only where no period was found
        """
        # The acts of a record are compared kind by kind; rank tells those of one
        # kind apart. A full join is never done row by row, whatever the planner
        # believes about tables that were loaded a moment ago.
        return self.env.execute_query(
            SQL(
                """
                WITH fresh AS (
                    SELECT act.*, row_number() OVER (
                        PARTITION BY act.res_id, act.kind ORDER BY act.date
                    ) AS rank
                    FROM (%(acts)s) AS act
                ), old AS (
                    SELECT id, %(columns)s, row_number() OVER (
                        PARTITION BY res_id, kind ORDER BY date, id
                    ) AS rank
                    FROM alumni_engagement
                    WHERE res_model = %(model)s AND %(condition)s
                ), differing AS MATERIALIZED (
                    SELECT old.id, old.res_id AS old_res_id,
                           old.partner_id AS old_partner_id,
                           old.period_id AS old_period_id, old.date AS old_date,
                           old.mode AS old_mode, old.hours AS old_hours,
                           old.amount AS old_amount, fresh.*
                    FROM old
                    FULL JOIN fresh ON fresh.res_id = old.res_id
                        AND fresh.kind = old.kind AND fresh.rank = old.rank
                    WHERE (%(old)s) IS DISTINCT FROM (%(fresh)s)
                ), gone AS (
                    DELETE FROM alumni_engagement act USING differing
                    WHERE act.id = differing.id AND differing.res_id IS NULL
                ), changed AS (
                    UPDATE alumni_engagement act
                    SET (%(columns)s) = ROW(%(differing)s)
                    FROM differing
                    WHERE act.id = differing.id AND differing.res_id IS NOT NULL
                ), come AS (
                    INSERT INTO alumni_engagement (res_model, %(columns)s)
                    SELECT %(model)s, %(columns)s FROM differing WHERE id IS NULL
                ), logged AS (
                    %(log)s
                )
                SELECT old_partner_id, old_period_id, NULL::integer, NULL::date
                FROM differing WHERE id IS NOT NULL
                UNION
                SELECT partner_id, period_id,
                       CASE WHEN period_id IS NULL THEN company_id END,
                       CASE WHEN period_id IS NULL THEN date END
                FROM differing WHERE res_id IS NOT NULL
                """,
                model=self._name,
                condition=condition,
                acts=self._engagement_acts_select(condition),
                columns=self._engagement_columns(COLUMNS),
                old=self._engagement_columns(COLUMNS, "old"),
                fresh=self._engagement_columns(COLUMNS, "fresh"),
                differing=self._engagement_columns(COLUMNS, "differing"),
                log=self.env["alumni.closing.change"]._insert_acts(self._name),
            )
        )

    @api.model
    def _engagement_rebuild(self, condition):
        """Do what :meth:`_engagement_refresh` does, for many records at a time, of
        which usually none or all have the acts that they ought to have: what one join
        finds right is left alone, and where there is nothing yet all is written at
        once. Whatever is neither is compared act by act."""
        some = self.env.execute_query(
            SQL(
                """
                SELECT FROM alumni_engagement WHERE res_model = %s AND %s LIMIT 1
                """,
                self._name,
                condition,
            )
        )
        # What comes into closed periods is listed, act by act.
        closed = [("state", "=", "closed")]
        if not some and not self.env["alumni.period"].search_count(closed, limit=1):
            return self._engagement_insert(condition)
        if self._engagement_holds(condition):
            return []
        return self._engagement_refresh(condition)

    @api.model
    def _engagement_insert(self, condition):
        """Write the acts of records that have none.

        :return: as :meth:`_engagement_refresh`, of acts without a period only
        """
        return self.env.execute_query(
            SQL(
                """
                WITH come AS (
                    INSERT INTO alumni_engagement (res_model, %(columns)s)
                    SELECT %(model)s, %(columns)s FROM (%(acts)s) AS act
                    RETURNING company_id, date, period_id
                )
                SELECT DISTINCT NULL::integer, NULL::integer, company_id, date
                FROM come WHERE period_id IS NULL
                """,
                model=self._name,
                columns=self._engagement_columns(COLUMNS),
                acts=self._engagement_acts_select(condition),
            )
        )

    @api.model
    def _engagement_holds(self, condition):
        """Whether records have exactly the acts that they ought to have."""
        [(fresh, old, same)] = self.env.execute_query(
            SQL(
                """
                WITH fresh AS MATERIALIZED (%(acts)s)
                SELECT (SELECT count(*) FROM fresh), count(*), count(*) FILTER (
                    WHERE (%(old)s) IS NOT DISTINCT FROM (%(fresh)s)
                )
                FROM alumni_engagement old LEFT JOIN fresh USING (res_id, kind)
                WHERE old.res_model = %(model)s AND %(condition)s
                """,
                acts=self._engagement_acts_select(condition),
                model=self._name,
                old=self._engagement_columns(COLUMNS, "old"),
                fresh=self._engagement_columns(COLUMNS, "fresh"),
                condition=condition,
            )
        )
        return fresh == old == same

    @api.model
    def _engagement_acts_select(self, condition):
        """The acts of the records whose id, the column ``res_id``, meets an SQL
        condition: an SQL SELECT of ``COLUMNS``."""
        # OFFSET 0: the date, a moment in a timezone, is worked out before the periods
        # are compared with it, not once for each of them.
        return SQL(
            """
            SELECT act.*, period.id AS period_id
            FROM (
                SELECT %(facts)s FROM (%(select)s) AS act (%(facts)s)
                WHERE %(condition)s
                OFFSET 0
            ) AS act
            LEFT JOIN alumni_period period
                ON period.company_id = act.company_id
                AND act.date BETWEEN period.date_start AND period.date_end
            """,
            facts=self._engagement_columns(FACT_COLUMNS),
            select=self._engagement_select(),
            condition=condition,
        )

    @api.model
    def _engagement_columns(self, names, *alias):
        """SQL list of columns."""
        return SQL(", ").join(SQL.identifier(*alias, name) for name in names)
