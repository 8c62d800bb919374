import json
from collections import namedtuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .alumni_breakdown import ACTION_DIMENSIONS, DIMENSIONS, SERIES_BREAKDOWNS
from .alumni_measure import SPLITS

SERIES = [
    ("mode", "Mode of engagement"),
    ("modes_count", "Number of modes"),
    ("stage", "Stage of the journey"),
]

Unit = namedtuple("Unit", "code label factor digits counts over")
"""A unit of indicators. ``factor``: by what a numerator over a denominator is
multiplied; none where the numerator itself is the figure and a denominator is only
the whole that its share is given of. ``counts``: in what the numerator is counted,
if not in anything. ``over``: whether the denominator is counted in the ``same`` or
in an ``other`` unit, if it matters."""

UNIT_LIST = [
    Unit("people", "people", None, 0, "people", "same"),
    Unit("items", "items", None, 0, "items", "same"),
    Unit("percent", "%", 100, 1, None, "same"),
    Unit("number", "number", 1, 2, None, None),
    Unit("hours", "hours", None, 0, "hours", "same"),
    Unit("hours_each", "hours each", 1, 2, "hours", "other"),
    Unit("amount", "amount", None, 0, "amount", "same"),
    Unit("amount_each", "amount each", 1, 2, "amount", "other"),
    Unit("fte", "FTE", None, 1, "fte", "same"),
    Unit("days", "days", None, 0, "days", "same"),
    Unit("years", "years", None, 1, "years", "same"),
    Unit("points", "points", 100, 1, None, "same"),
    Unit("return", "% return", 100, 1, None, "same"),
    Unit("target", "% of target", 100, 1, None, "same"),
    Unit("change", "% change", 100, 1, None, "same"),
    Unit("index", "index", 100, 1, None, "same"),
    Unit("ratio", "ratio", 1, 2, None, None),
    Unit("per_10k", "per 10,000", 10000, 1, None, "people"),
    Unit("score", "score", 1, 1, "points", "other"),
]

UNITS = [(unit.code, unit.label) for unit in UNIT_LIST]
UNIT_BY_CODE = {unit.code: unit for unit in UNIT_LIST}
PERCENTAGES = ("percent", "return", "target", "change")
"""Units that are written with a percent sign."""

FACTORS = {unit.code: unit.factor for unit in UNIT_LIST if unit.factor}
"""Units of a numerator over a denominator, and by what that is multiplied. Only a
percentage is a part of its denominator: points are a difference of two shares
(-100 to 100), a return can be a loss or more than what was spent."""

COMPARED = ("change", "index")
"""Units that say how a figure compares with another one."""
RATES = FACTORS.keys() - set(COMPARED)

PARTS = ("percent", "people", "items")
"""Units in which the numerator is a part of the denominator."""

REFERENCES = [
    ("previous", "the previous period"),
    ("total", "the total"),
    ("indicator", "another indicator"),
]
"""What the figure of an indicator can be set against."""

COMPARISONS = {
    "points": lambda figure, reference: figure - reference,
    "change": lambda figure, reference: 100 * (figure - reference) / reference,
    "index": lambda figure, reference: 100 * figure / reference,
    "ratio": lambda figure, reference: figure / reference,
}
"""How a figure is set against another one, by unit of the result."""

UNKNOWN = {
    "period_start": "no_previous",
    "history": "no_previous",
    "donor_history": "no_previous",
    "entry": "no_entry",
}
"""Why a measure of each source can be unknown, if not for want of records."""

PAIRED = ("target_expected", "engaged_before")
"""Denominators that are split by mode together with their numerator."""

METHOD_VERSION = 2
"""Raised whenever the way in which figures are counted changes, so that values
counted differently are never compared silently."""


class AlumniIndicator(models.Model):
    """A formula over measures: a count, or a numerator over a denominator, and
    either of them set against the previous period, the total or another indicator.
    The catalogue of 167 indicators is shipped as data; a university adds its own
    without code, from the measures there are.

    An indicator that cannot be computed yet says what it needs. A rate is never
    above 100 %: where the numerator is not a part of the denominator, the value is
    missing and says so."""

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
            ("events", "Events"),
            ("communication", "Communication and membership"),
            ("quality", "Quality and volunteering"),
            ("follow_up", "Personal follow-up"),
            ("cost", "Cost"),
            ("return", "Return"),
            ("learning", "Impact: learning"),
            ("giving", "Impact: giving"),
            ("leadership", "Impact: leadership"),
            ("networking", "Impact: networking"),
            ("promotion", "Impact: promotion"),
            ("benchmark", "Benchmark"),
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
    needs = fields.Text(
        string="What is missing",
        translate=True,
        help="What has to be recorded before this indicator can be computed: the "
        "records that do not exist yet. It then has no numerator, and its value is "
        "missing for this reason instead of being 0.",
    )
    availability = fields.Selection(
        selection=[
            ("computed", "Computed"),
            ("entered", "With an entered figure"),
            ("needs", "Not yet"),
        ],
        compute="_compute_availability",
        store=True,
        help="Whether the figure is computed from records, needs a figure that is "
        "entered by hand, or cannot be computed yet.",
    )
    numerator_id = fields.Many2one(
        comodel_name="alumni.measure", index=True, ondelete="restrict"
    )
    denominator_id = fields.Many2one(
        comodel_name="alumni.measure",
        index="btree_not_null",
        ondelete="restrict",
        help="For a count, the population that its share is given of.",
    )
    of_total = fields.Boolean(
        string="Share of the total",
        help="Each part of a breakdown is divided by the denominator of everyone "
        "instead of by its own: how the whole is made up.",
    )
    reference = fields.Selection(
        selection=REFERENCES,
        string="Set against",
        help="The figure is set against the same figure of the previous period or of "
        "the total, or against another indicator: as a change in percent, a "
        "difference in points, an index (100: equal) or a ratio, as the unit says.",
    )
    reference_id = fields.Many2one(
        comodel_name="alumni.indicator",
        string="Indicator to compare with",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("reference", "=", False), ("series", "=", False)],
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

    @api.depends("needs", "numerator_id.source", "denominator_id.source")
    def _compute_availability(self):
        for indicator in self:
            measures = indicator.numerator_id | indicator.denominator_id
            indicator.availability = (
                "needs"
                if not indicator.numerator_id
                else "entered"
                if "entry" in measures.mapped("source")
                else "computed"
            )

    @api.constrains("numerator_id", "needs")
    def _check_numerator(self):
        for indicator in self:
            if bool(indicator.numerator_id) == bool(indicator.needs):
                raise ValidationError(
                    self.env._(
                        "%s: choose what is counted, or else say what is missing "
                        "before it can be counted.",
                        indicator.display_name,
                    )
                )

    @api.constrains("unit", "numerator_id", "denominator_id", "reference", "of_total")
    def _check_denominator(self):
        for indicator in self.filtered("numerator_id"):
            rate = not indicator.reference and indicator.unit in RATES
            if (rate or indicator.of_total) and not indicator.denominator_id:
                raise ValidationError(
                    self.env._(
                        "%s is a rate: say which denominator it has.",
                        indicator.display_name,
                    )
                )
            problem = indicator._misfit()
            if problem:
                raise ValidationError(
                    self.env._(
                        "%(indicator)s: %(problem)s",
                        indicator=indicator.display_name,
                        problem=problem,
                    )
                )

    def _misfit(self):
        """Why numerator and denominator do not fit together or do not fit the unit,
        and what to do about it; nothing if they fit."""
        self.ensure_one()
        top, below = self.numerator_id, self.denominator_id
        unit = UNIT_BY_CODE[self.unit]
        names = dict(self._fields["unit"]._description_selection(self.env))
        measured = dict(top._fields["unit"]._description_selection(self.env))
        if unit.counts and top.unit != unit.counts:
            return self.env._(
                "“%(measure)s” is counted in %(counted)s, so the figure cannot be in "
                "%(unit)s. Choose another unit or another numerator.",
                measure=top.name,
                counted=measured[top.unit],
                unit=names[self.unit],
            )
        if not below:
            return None
        if unit.over in ("same", "people"):
            wanted = top.unit if unit.over == "same" else "people"
            if below.unit != wanted:
                return self.env._(
                    "in the unit %(unit)s, “%(numerator)s” (%(counted)s) cannot be "
                    "divided by “%(denominator)s” (%(other)s). Choose a denominator "
                    "in %(wanted)s, or another unit.",
                    unit=names[self.unit],
                    numerator=top.name,
                    counted=measured[top.unit],
                    denominator=below.name,
                    other=measured[below.unit],
                    wanted=measured[wanted],
                )
        if unit.over == "other" and below.unit == top.unit:
            return self.env._(
                "“%(numerator)s” and “%(denominator)s” are both counted in "
                "%(counted)s. Choose the unit ratio, or a denominator of another "
                "kind.",
                numerator=top.name,
                denominator=below.name,
                counted=measured[top.unit],
            )
        if self.unit in PARTS and not top._is_part_of(below):
            return self.env._(
                "“%(numerator)s” is not a part of “%(denominator)s”, so it cannot be "
                "a percentage of it. Choose a denominator that contains everything "
                "the numerator counts, or the unit ratio.",
                numerator=top.name,
                denominator=below.name,
            )
        return None

    @api.constrains("unit", "reference", "reference_id")
    def _check_reference(self):
        for indicator in self.filtered("numerator_id"):
            units = dict(self._fields["unit"]._description_selection(self.env))
            if indicator.reference and indicator.unit not in COMPARISONS:
                raise ValidationError(
                    self.env._(
                        "%(indicator)s: a comparison has one of the units %(units)s.",
                        indicator=indicator.display_name,
                        units=", ".join(units[unit] for unit in COMPARISONS),
                    )
                )
            if not indicator.reference and indicator.unit in COMPARED:
                raise ValidationError(
                    self.env._(
                        "%(indicator)s: say what the figure is set against, or "
                        "choose another unit than %(unit)s.",
                        indicator=indicator.display_name,
                        unit=units[indicator.unit],
                    )
                )
            other = indicator.reference_id
            if (indicator.reference == "indicator") != bool(other):
                raise ValidationError(
                    self.env._(
                        "%s: choose the indicator to compare with, or compare with "
                        "the previous period or the total.",
                        indicator.display_name,
                    )
                )
            if other and (
                other.reference
                or other.series
                or other.availability == "needs"
                or bool(other.denominator_id) != bool(indicator.denominator_id)
            ):
                raise ValidationError(
                    self.env._(
                        "%(indicator)s cannot be set against %(other)s: both have to "
                        "be counts or both rates, and the other one a figure of its "
                        "own that can be computed.",
                        indicator=indicator.display_name,
                        other=other.display_name,
                    )
                )

    @api.constrains("series", "numerator_id")
    def _check_series(self):
        for indicator in self:
            series = indicator.series
            if series and (series, indicator.numerator_id._amount_key()) not in SPLITS:
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
        formula = {
            "numerator_id",
            "denominator_id",
            "unit",
            "series",
            "of_total",
            "reference",
            "reference_id",
        } & vals.keys()
        if formula:
            for indicator in self:
                version = indicator.formula_version + 1
                super(AlumniIndicator, indicator).write({"formula_version": version})
        result = super().write(vals)
        if formula or {"breakdown_ids", "active", "needs"} & vals.keys():
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
        for period in periods.filtered(lambda p: p.state != "closed"):
            self._compute_period(period)

    def _compute_period(self, period):
        """Work out the values of one period, whatever its status."""
        mark = period._read_marks(period).get(period.id, -1)
        self._store_values(period, self.search(Domain.TRUE)._evaluate_period(period))
        period.write(
            {
                "values_date": fields.Datetime.now(),
                "values_mark": mark,
                "values_method": METHOD_VERSION,
            }
        )

    def _evaluate_period(self, period):
        """The values of these indicators as the measures of a period give them now:
        what :meth:`_evaluate` returns. Each source is read once."""
        by_kind = "kind" in self.breakdown_ids.mapped("code")
        against = self.filtered(lambda i: i.reference == "previous")._measures()
        before = against and period._previous()
        return self._evaluate(
            *self._measures()._read_sources(period, by_kind),
            against._read_sources(before, by_kind=False) if before else None,
        )

    def _measures(self):
        """All that these indicators are made of."""
        with_references = self | self.reference_id
        return with_references.numerator_id | with_references.denominator_id

    def _evaluate(self, amounts, sources, previous=None):
        """The values of these indicators from the measures of one period.

        :param amounts: ``{(column, breakdown, key): number}``
        :param sources: the sources that have something to say
        :param previous: the same two of the previous period, if there is one
        :return: list of dicts: indicator, breakdown, key, series, numerator,
            denominator, reference, value, share, state, missing_reason
        """
        keys = {}
        for column, breakdown, key in amounts:
            keys.setdefault(breakdown, set()).add(key)
            if breakdown == "kind" or breakdown in ACTION_DIMENSIONS:
                keys.setdefault(f"{breakdown}:{column}", set()).add(key)
        rows = []
        for indicator in self:
            value = indicator._evaluator()
            if not indicator.numerator_id:
                rows.append(value("total", "", "", None, None))
                continue
            count = indicator._counter(amounts, sources)
            refer = indicator._referrer(amounts, sources, previous)
            rows.extend(
                value(
                    breakdown,
                    key,
                    series,
                    *count(numerator, denominator),
                    refer(numerator, denominator),
                )
                for breakdown, key, series, numerator, denominator in indicator._cells(
                    keys
                )
            )
        return rows

    def _counter(self, amounts, sources):
        """Numerator and denominator of this indicator, as a function of the places
        where they are to be looked up."""
        count = self.numerator_id._counter(amounts, sources)
        count_whole = self.denominator_id._counter(amounts, sources)

        def pair(numerator, denominator):
            return count(*numerator), count_whole(*denominator) if denominator else None

        return pair

    def _referrer(self, amounts, sources, previous):
        """The figure that a value is set against, as a function of the places of
        its numerator and denominator; None when there is none."""
        if self.reference == "previous":
            if not previous:
                return lambda *_places: None
            count = self._counter(*previous)
        elif self.reference == "indicator":
            other = self.reference_id
            counted = other.numerator_id._amount_key()
            out_of = other.denominator_id and other.denominator_id._amount_key()
            other_count = other._counter(amounts, sources)

            def count(numerator, denominator):
                return other_count(
                    (counted, *numerator[1:]),
                    denominator and (out_of, *denominator[1:]),
                )

        else:
            count = self._counter(amounts, sources)

        def refer(numerator, denominator):
            if self.reference == "total":
                numerator = (numerator[0], "total", "")
                denominator = denominator and (denominator[0], "total", "")
            return self._compared_figure(*count(numerator, denominator))

        return refer if self.reference else lambda *_places: None

    @api.model
    def _compared_figure(self, numerator, denominator):
        """What is compared: a count, or a rate in percent. None if it is unknown."""
        if denominator is None or numerator is None:
            return numerator
        return 100 * numerator / denominator if denominator else None

    def _cells(self, keys):
        """Which values there are: yields (breakdown, key, series, numerator,
        denominator), the last two as (column, breakdown, key) to look up."""
        top = self.numerator_id._amount_key()
        below = self.denominator_id._amount_key() if self.denominator_id else None
        parts = SPLITS.get((self.series, top), {})
        codes = set(self.breakdown_ids.mapped("code"))
        for name in ["total", *(name for name in DIMENSIONS if name in codes)]:
            for key in sorted(keys.get(name, {""} if name == "total" else ())):
                den = below and (
                    below,
                    *(("total", "") if self.of_total else (name, key)),
                )
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
                    whole = ("total", "") if self.of_total else (name, key)
                    yield name, key, "", (top, name, key), below and (below, *whole)
            for part, column in SPLITS.get((name, top), {}).items():
                paired = name == "channel" or below in PAIRED
                split = SPLITS.get((name, below), {}) if paired else {}
                den = below and (split.get(part, below), "total", "")
                yield name, part, "", (column, "total", ""), den

    def _numerator_finder(self):
        """Where the numerator of a value is counted, as a function of breakdown, key
        and part that gives (column, breakdown, key). Two values with the same place
        have the same numerator."""
        self.ensure_one()
        whole, own = self.numerator_id._amount_key(), self.series

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
        unit, against = self.unit, self.reference
        reasons = [
            UNKNOWN.get(measure.source, "no_records") if measure else None
            for measure in (self.numerator_id, self.denominator_id)
        ]
        if not self.numerator_id:
            reasons[0] = "needs"
        known = "entered" if "no_entry" in reasons else "computed"
        factor = 100 if against and self.denominator_id else FACTORS.get(unit)
        compare = COMPARISONS[unit] if against else None
        additive = not against and not self.of_total and self._measures()._is_additive()

        def missing(numerator, denominator, reference):
            if numerator is None:
                return reasons[0]
            if denominator is None and reasons[1]:
                return reasons[1]
            if reasons[1] and factor and not denominator:
                return "empty"
            if unit == "percent" and numerator > denominator:
                return "inconsistent"
            if against and reference is None:
                return "no_previous" if against == "previous" else "no_reference"
            if against and unit != "points" and not reference:
                return "no_reference"
            return None

        def value(breakdown, key, series, numerator, denominator, reference=None):
            reason = missing(numerator, denominator, reference)
            figure = share = None
            if not reason and against:
                figure = compare(
                    self._compared_figure(numerator, denominator), reference
                )
            elif not reason and factor:
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
                "reference": reference,
                "value": figure,
                "share": share,
                "state": "missing" if reason else known,
                "missing_reason": reason,
                "unit": unit,
                "additive": additive,
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
                ("reference", "float8"),
                ("value", "float8"),
                ("share", "float8"),
                ("state", "text"),
                ("missing_reason", "text"),
                ("unit", "text"),
                ("additive", "bool"),
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
                        reference, value, share, state, missing_reason, unit,
                        additive, sequence, label, formula_version, period_id,
                        company_id, method_flags, computed_at)
                    SELECT *, %(period)s, %(company)s, %(flags)s::jsonb, %(now)s
                      FROM unnest(%(arrays)s)
                    ON CONFLICT (period_id, indicator_id, breakdown, key, series)
                    DO UPDATE SET
                        numerator = EXCLUDED.numerator,
                        denominator = EXCLUDED.denominator,
                        reference = EXCLUDED.reference,
                        value = EXCLUDED.value,
                        share = EXCLUDED.share,
                        state = EXCLUDED.state,
                        missing_reason = EXCLUDED.missing_reason,
                        unit = EXCLUDED.unit,
                        additive = EXCLUDED.additive,
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
        scheme = self.env["alumni.score.scheme"]._in_use(company)
        return {
            "date_start": str(period.date_start),
            "date_end": str(period.date_end),
            "denominator": "contactable",
            "alumni_rule": company.alumni_rule,
            "email_basis": company.alumni_email_basis,
            "clicks": company.alumni_clicks_count,
            "dues": company.alumni_dues_mode,
            "score_version": scheme.version,
            "score_base": company.alumni_score_base,
            "score_cut": company.alumni_score_cut,
            "method": METHOD_VERSION,
        }
