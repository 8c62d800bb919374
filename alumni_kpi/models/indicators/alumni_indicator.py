import json

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .alumni_breakdown import ACTION_DIMENSIONS, DIMENSIONS, SERIES_BREAKDOWNS
from .alumni_measure import SPLITS

SERIES = [("mode", "Mode of engagement"), ("modes_count", "Number of modes")]

UNITS = [
    ("people", "people"),
    ("percent", "%"),
    ("number", "number"),
    ("hours", "hours"),
    ("amount", "amount"),
    ("points", "points"),
    ("return", "% return"),
    ("amount_each", "amount each"),
]

FACTORS = {"percent": 100, "number": 1, "points": 100, "return": 100, "amount_each": 1}
"""Units of a numerator over a denominator, and by what that is multiplied. Only a
percentage is a part of its denominator: points are a difference of two shares
(-100 to 100), a return can be a loss or more than what was spent."""

UNKNOWN = {"period_start": "no_previous", "entry": "no_entry"}
"""Why a measure of each source can be unknown, if not for want of records."""

METHOD_VERSION = 1
"""Raised whenever the way in which figures are counted changes, so that values
counted differently are never compared silently."""


class AlumniIndicator(models.Model):
    """A formula over measures: a count, or a numerator over a denominator. The
    catalogue ENG-01 to ENG-24 is shipped as data; a university adds its own without
    code, from the measures there are.

    A rate is never above 100 %: where the numerator is not a part of the
    denominator, the value is missing and says so."""

    _name = "alumni.indicator"
    _description = "Indicator"
    _order = "sequence, code, variant, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="For instance ENG-15.")
    variant = fields.Char(
        help="Which of several readings of one formula this is; the name of the "
        "variant goes with every value."
    )
    sequence = fields.Integer(default=100)
    theme = fields.Selection(
        selection=[
            ("reach", "Reach and data quality"),
            ("modes", "Modes of engagement"),
            ("quality", "Quality and volunteering"),
            ("cost", "Cost"),
            ("return", "Return"),
            ("own", "Our own"),
        ],
        required=True,
        default="own",
    )
    formula = fields.Text(required=True, translate=True, help="The formula in words.")
    origin = fields.Char(
        string="Source",
        help="Where the definition comes from. V: read in a published page, R: "
        "professional knowledge, P: our own rule, L: law, D: derived.",
    )
    unit = fields.Selection(
        selection=UNITS,
        required=True,
        default="people",
        help="A percentage is kept as it is said: 50 for one half.",
    )
    numerator_id = fields.Many2one(
        comodel_name="alumni.measure",
        required=True,
        index=True,
        ondelete="restrict",
    )
    denominator_id = fields.Many2one(
        comodel_name="alumni.measure",
        index="btree_not_null",
        ondelete="restrict",
        help="For a count, the population that its share is given of.",
    )
    series = fields.Selection(
        selection=SERIES,
        string="Always split by",
        help="The indicator has one figure for each part, in every breakdown.",
    )
    breakdown_ids = fields.Many2many(
        comodel_name="alumni.breakdown",
        string="Breakdowns",
        domain=[("code", "!=", "total")],
    )
    formula_version = fields.Integer(
        string="Formula version",
        default=1,
        readonly=True,
        copy=False,
        aggregator=None,
        help="Goes up whenever the formula is changed; every value carries the "
        "version that it was computed with.",
    )
    value_ids = fields.One2many(
        comodel_name="alumni.indicator.value",
        inverse_name="indicator_id",
        string="Values",
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(variant, ''))",
        "An indicator with this code and variant exists.",
    )

    @api.depends("code", "name", "variant")
    def _compute_display_name(self):
        for indicator in self:
            indicator.display_name = " ".join(
                filter(None, [indicator.code, indicator.name])
            )

    @api.constrains("unit", "denominator_id")
    def _check_denominator(self):
        for indicator in self:
            if indicator.unit in FACTORS and not indicator.denominator_id:
                raise ValidationError(
                    self.env._(
                        "%s is a rate: say which denominator it has.",
                        indicator.display_name,
                    )
                )

    @api.constrains("series", "numerator_id")
    def _check_series(self):
        for indicator in self:
            series = indicator.series
            if series and (series, indicator.numerator_id.column) not in SPLITS:
                raise ValidationError(
                    self.env._(
                        "%(indicator)s: “%(measure)s” cannot be split by mode or "
                        "number of modes. Choose another numerator or no split.",
                        indicator=indicator.display_name,
                        measure=indicator.numerator_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        indicators = super().create(vals_list)
        self.env["alumni.period"]._mark_values_outdated()
        return indicators

    def write(self, vals):
        formula = {"numerator_id", "denominator_id", "unit", "series"} & vals.keys()
        if formula:
            for indicator in self:
                version = indicator.formula_version + 1
                super(AlumniIndicator, indicator).write({"formula_version": version})
        result = super().write(vals)
        if formula or {"breakdown_ids", "active"} & vals.keys():
            self.env["alumni.period"]._mark_values_outdated()
        return result

    def action_open_values(self):
        """The values of this indicator, period by period."""
        self.ensure_one()
        action = self.env["alumni.indicator.value"].action_open()
        action["domain"] = [("indicator_id", "=", self.id)]
        action["display_name"] = self.display_name
        return action

    def _compute_values(self, periods):
        """Work out every active indicator for these periods and keep the values.
        Values of closed periods are frozen and stay as they are, whatever changed
        since. Each source is read once per period, values are written by one
        statement per period."""
        indicators = self.search(Domain.TRUE)
        measures = indicators.numerator_id | indicators.denominator_id
        for period in periods.filtered(lambda p: p.state == "open"):
            mark = period._read_marks(period).get(period.id, -1)
            amounts, sources = measures._read_sources(period)
            rows = indicators._evaluate(amounts, sources)
            self._store_values(period, rows)
            period.write(
                {
                    "values_date": fields.Datetime.now(),
                    "values_mark": mark,
                    "values_method": METHOD_VERSION,
                }
            )

    def _evaluate(self, amounts, sources):
        """The values of these indicators from the measures of one period.

        :param amounts: ``{(column, breakdown, key): number}``
        :param sources: the sources that have something to say
        :return: list of dicts: indicator, breakdown, key, series, numerator,
            denominator, value, share, state, missing_reason
        """
        keys = {}
        for column, breakdown, key in amounts:
            keys.setdefault(breakdown, set()).add(key)
            if breakdown == "kind" or breakdown in ACTION_DIMENSIONS:
                keys.setdefault(f"{breakdown}:{column}", set()).add(key)
        rows = []
        for indicator in self:
            count = indicator.numerator_id._counter(amounts, sources)
            count_whole = indicator.denominator_id._counter(amounts, sources)
            value = indicator._evaluator()
            rows.extend(
                value(
                    breakdown,
                    key,
                    series,
                    count(*numerator),
                    count_whole(*denominator) if denominator else None,
                )
                for breakdown, key, series, numerator, denominator in indicator._cells(
                    keys
                )
            )
        return rows

    def _cells(self, keys):
        """Which values there are: yields (breakdown, key, series, numerator,
        denominator), the last two as (column, breakdown, key) to look up."""
        top, below = self.numerator_id.column, self.denominator_id.column
        parts = SPLITS.get((self.series, top), {})
        codes = set(self.breakdown_ids.mapped("code"))
        for name in ["total", *(name for name in DIMENSIONS if name in codes)]:
            for key in sorted(keys.get(name, {""} if name == "total" else ())):
                den = below and (below, name, key)
                if not self.series:
                    yield name, key, "", (top, name, key), den
                for part, column in parts.items():
                    place = (self.series, part) if name == "total" else (name, key)
                    yield *place, part, (column, name, key), den
        for name in codes - {self.series} - DIMENSIONS.keys():
            if name == "kind":
                for key in sorted(keys.get(f"kind:{top}", ())):
                    den = below and (below, "total", "")
                    yield name, key, "", (top, "kind", key), den
            if name in ACTION_DIMENSIONS:
                for key in sorted(keys.get(f"{name}:{top}", ())):
                    yield name, key, "", (top, name, key), below and (below, name, key)
            for part, column in SPLITS.get((name, top), {}).items():
                paired = name == "channel" or below == "target_expected"
                split = SPLITS.get((name, below), {}) if paired else {}
                den = below and (split.get(part, below), "total", "")
                yield name, part, "", (column, "total", ""), den

    def _numerator_finder(self):
        """Where the numerator of a value is counted, as a function of breakdown, key
        and part that gives (column, breakdown, key). Two values with the same place
        have the same numerator."""
        self.ensure_one()
        whole, own = self.numerator_id.column, self.series

        def find(breakdown, key, part):
            if part:
                column = SPLITS[own, whole].get(part, whole)
                place = ("total", "") if breakdown == own else (breakdown, key)
                return column, *place
            if breakdown in SERIES_BREAKDOWNS:
                return SPLITS[breakdown, whole].get(key, whole), "total", ""
            return whole, breakdown, key

        return find

    def _evaluator(self):
        """How this indicator makes one value of a numerator and a denominator, as a
        function: there are many values, and the formula is looked up once. What is
        not known is missing, with the reason; it is never 0."""
        self.ensure_one()
        unit = self.unit
        reasons = [
            UNKNOWN.get(measure.source, "no_records") if measure else None
            for measure in (self.numerator_id, self.denominator_id)
        ]
        known = "entered" if "no_entry" in reasons else "computed"
        factor = FACTORS.get(unit)

        def missing(numerator, denominator):
            if numerator is None:
                return reasons[0]
            if denominator is None and reasons[1]:
                return reasons[1]
            if factor and not denominator:
                return "empty"
            if unit == "percent" and numerator > denominator:
                return "inconsistent"
            return None

        def value(breakdown, key, series, numerator, denominator):
            reason = missing(numerator, denominator)
            figure = share = None
            if not reason and factor:
                figure = factor * numerator / denominator
            elif not reason:
                figure = numerator
                share = 100 * numerator / denominator if denominator else None
            return {
                "indicator_id": self.id,
                "breakdown": breakdown,
                "key": key,
                "series": series,
                "numerator": numerator,
                "denominator": denominator,
                "value": figure,
                "share": share,
                "state": "missing" if reason else known,
                "missing_reason": reason,
                "unit": unit,
            }

        return value

    @api.model
    def _store_values(self, period, rows):
        """Replace the values of one period in one statement; a value that stays
        keeps its id, so that who looks at it is not thrown out."""
        value_model = self.env["alumni.indicator.value"]
        value_model.flush_model()
        labels = value_model._read_labels({(r["breakdown"], r["key"]) for r in rows})
        versions = {
            indicator.id: indicator.formula_version
            for indicator in self.browse({row["indicator_id"] for row in rows})
        }
        arrays = [
            SQL("%s::%s[]", [row[name] for row in rows], SQL.identifier(sql_type))
            for name, sql_type in (
                ("indicator_id", "int4"),
                ("breakdown", "text"),
                ("key", "text"),
                ("series", "text"),
                ("numerator", "float8"),
                ("denominator", "float8"),
                ("value", "float8"),
                ("share", "float8"),
                ("state", "text"),
                ("missing_reason", "text"),
                ("unit", "text"),
            )
        ]
        places = [labels[row["breakdown"], row["key"]] for row in rows]
        arrays += [
            SQL("%s::int[]", [sequence for sequence, _label in places]),
            SQL("%s::jsonb[]", [json.dumps(label) for _sequence, label in places]),
            SQL("%s::int[]", [versions[row["indicator_id"]] for row in rows]),
        ]
        self.env.cr.execute(
            SQL(
                """
                WITH fresh AS (
                    INSERT INTO alumni_indicator_value (
                        indicator_id, breakdown, key, series, numerator, denominator,
                        value, share, state, missing_reason, unit, sequence, label,
                        formula_version, period_id, company_id, method_flags,
                        computed_at)
                    SELECT *, %(period)s, %(company)s, %(flags)s::jsonb, %(now)s
                      FROM unnest(%(arrays)s)
                    ON CONFLICT (period_id, indicator_id, breakdown, key, series)
                    DO UPDATE SET
                        numerator = EXCLUDED.numerator,
                        denominator = EXCLUDED.denominator,
                        value = EXCLUDED.value,
                        share = EXCLUDED.share,
                        state = EXCLUDED.state,
                        missing_reason = EXCLUDED.missing_reason,
                        unit = EXCLUDED.unit,
                        sequence = EXCLUDED.sequence,
                        label = EXCLUDED.label,
                        formula_version = EXCLUDED.formula_version,
                        method_flags = EXCLUDED.method_flags,
                        computed_at = EXCLUDED.computed_at
                    RETURNING id
                )
                DELETE FROM alumni_indicator_value old
                 WHERE old.period_id = %(period)s
                   AND NOT EXISTS (SELECT FROM fresh WHERE fresh.id = old.id)
                """,
                period=period.id,
                company=period.company_id.id,
                flags=json.dumps(self._method_flags(period)),
                now=fields.Datetime.now(),
                arrays=SQL(", ").join(arrays),
            )
        )
        value_model.invalidate_model()

    @api.model
    def _method_flags(self, period):
        """How the figures of a period were counted: what has to be equal before
        two values may be compared."""
        company = period.company_id
        return {
            "date_start": str(period.date_start),
            "date_end": str(period.date_end),
            "denominator": "contactable",
            "alumni_rule": company.alumni_rule,
            "email_basis": company.alumni_email_basis,
            "clicks": company.alumni_clicks_count,
            "dues": company.alumni_dues_mode,
            "method": METHOD_VERSION,
        }
