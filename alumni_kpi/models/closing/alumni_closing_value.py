import json

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..indicators.alumni_breakdown import BREAKDOWNS
from ..indicators.alumni_indicator import UNITS


class AlumniClosingValue(models.Model):
    """What an indicator said when a period was closed, kept also after the period
    is reopened; beside it, what it would say if the period were reopened."""

    _name = "alumni.closing.value"
    _description = "Value of a closing"
    _order = "closing_id desc, indicator_id, breakdown, sequence, series, id"
    _log_access = False
    _rec_name = "label"

    closing_id = fields.Many2one(
        comodel_name="alumni.closing",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    indicator_id = fields.Many2one(
        comodel_name="alumni.indicator",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    unit = fields.Selection(selection=UNITS, required=True, readonly=True)
    breakdown = fields.Selection(selection=BREAKDOWNS, required=True, readonly=True)
    key = fields.Char(readonly=True)
    series = fields.Char(string="Part", readonly=True)
    label = fields.Char(readonly=True, translate=True)
    sequence = fields.Integer(readonly=True, aggregator=None)
    numerator = fields.Float(readonly=True, aggregator=None)
    denominator = fields.Float(readonly=True, aggregator=None)
    value = fields.Float(
        string="Closed value", digits=(16, 2), readonly=True, aggregator=None
    )
    state = fields.Selection(
        string="Status",
        selection=[
            ("computed", "Computed"),
            ("entered", "With an entered figure"),
            ("missing", "Missing"),
            ("absent", "Not among the closed values"),
        ],
        readonly=True,
    )
    formula_version = fields.Integer(
        string="Formula version", readonly=True, aggregator=None
    )
    value_now = fields.Float(
        string="If reopened",
        digits=(16, 2),
        readonly=True,
        aggregator=None,
        help="What the indicator would say if the period were reopened and followed "
        "the records again.",
    )
    known_now = fields.Boolean(
        string="Known if reopened",
        readonly=True,
        help="There would be a figure: an unknown one is not 0.",
    )
    difference = fields.Float(
        digits=(16, 2),
        readonly=True,
        aggregator=None,
        help="If reopened, less the closed value.",
    )
    changed = fields.Boolean(
        string="Would change",
        readonly=True,
        help="The figure, or its numerator or denominator, would be another one.",
    )

    @api.model
    def _take(self, closing):
        """Keep the values of a period as they are closed."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO alumni_closing_value (
                    closing_id, company_id, indicator_id, unit, breakdown, key, series,
                    label, sequence, numerator, denominator, value, state,
                    formula_version)
                SELECT %s, company_id, indicator_id, unit, breakdown, key, series,
                       label, sequence, numerator, denominator, value, state,
                       formula_version
                FROM alumni_indicator_value WHERE period_id = %s
                """,
                closing.id,
                closing.period_id.id,
            )
        )
        self.invalidate_model()

    @api.model
    def _compare(self, closing):
        """Work out what the values of a closed period would be if it were reopened:
        the figures are computed from the records as if it were open, read, and taken
        back, so that nothing of the period changes."""
        period = closing.period_id
        self.env.flush_all()
        indicators = self.env["alumni.indicator"].search(Domain.TRUE)
        with self.env.cr.savepoint() as savepoint:
            self.env["alumni.person.year"]._refresh_period(period, frozen=True)
            rows = indicators._evaluate_period(period)
            savepoint.rollback()
        self.env.invalidate_all()
        labels = self.env["alumni.indicator.value"]._read_labels(
            {(row["breakdown"], row["key"]) for row in rows}
        )
        arrays = SQL(", ").join(
            SQL("%s::%s[]", [row[name] for row in rows], SQL.identifier(sql_type))
            for name, sql_type in (
                ("indicator_id", "int4"),
                ("unit", "text"),
                ("breakdown", "text"),
                ("key", "text"),
                ("series", "text"),
                ("numerator", "float8"),
                ("denominator", "float8"),
                ("value", "float8"),
            )
        )
        names = [labels[row["breakdown"], row["key"]][1] for row in rows]
        self.env.cr.execute(
            SQL(
                """
                WITH gone AS (
                    DELETE FROM alumni_closing_value
                    WHERE closing_id = %(closing)s AND state = 'absent'
                ), fresh AS (
                    SELECT indicator_id, unit, breakdown, key, series, label,
                           numerator, denominator, value::numeric AS value
                    FROM unnest(%(arrays)s, %(labels)s::jsonb[]) AS fresh (
                        indicator_id, unit, breakdown, key, series, numerator,
                        denominator, value, label)
                ), compared AS (
                    SELECT closed.id, fresh.*,
                           COALESCE(fresh.value, 0) - COALESCE(closed.value, 0)
                               AS difference,
                           (round(fresh.value, 2), fresh.numerator, fresh.denominator)
                               IS DISTINCT FROM (round(closed.value, 2),
                                   closed.numerator, closed.denominator) AS changed
                    FROM (SELECT * FROM alumni_closing_value
                          WHERE closing_id = %(closing)s
                              AND state <> 'absent') AS closed
                    FULL JOIN fresh ON fresh.indicator_id = closed.indicator_id
                        AND fresh.breakdown = closed.breakdown
                        AND fresh.key = closed.key
                        AND COALESCE(fresh.series, '') = COALESCE(closed.series, '')
                ), updated AS (
                    UPDATE alumni_closing_value closed
                    SET value_now = compared.value, difference = compared.difference,
                        known_now = compared.value IS NOT NULL,
                        changed = compared.changed
                    FROM compared WHERE compared.id = closed.id
                )
                INSERT INTO alumni_closing_value (
                    closing_id, company_id, indicator_id, unit, breakdown, key, series,
                    label, state, value_now, known_now, difference, changed)
                SELECT %(closing)s, %(company)s, indicator_id, unit, breakdown, key,
                       series, label, 'absent', value, TRUE, difference, TRUE
                FROM compared WHERE id IS NULL AND value IS NOT NULL
                """,
                arrays=arrays,
                labels=[json.dumps(name) for name in names],
                closing=closing.id,
                company=closing.company_id.id,
            )
        )
        self.invalidate_model()
        closing.compared_date = fields.Datetime.now()
