from babel.numbers import format_percent

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import babel_locale_parse

from odoo.addons.alumni_relations.models.giving.alumni_gift_type import (
    ENGAGEMENT_MODES,
)

from .alumni_breakdown import (
    ACTION_DIMENSIONS,
    BREAKDOWNS,
    DIMENSIONS,
    NOT_RECORDED,
    PARTITIONS,
)
from .alumni_indicator import FACTORS, PERCENTAGES, UNIT_BY_CODE, UNITS

STAGES = [
    ("known", "Known"),
    ("interested", "Interested"),
    ("participant", "Participant"),
    ("volunteering", "Volunteer"),
    ("leader", "Leader"),
]
"""How far somebody has come in the period: the furthest only."""

MODES_COUNTS = [("1", "1 mode"), ("2", "2 modes"), ("3", "3 modes"), ("4", "4 modes")]


class AlumniIndicatorValue(models.Model):
    """What an indicator came to in one period, for everyone or for one part of a
    breakdown. Values of an open period follow the records; those of a closed one
    are frozen with the label, the formula version and the method of their time.

    A value that is not known is missing, with its reason; it is never 0."""

    _name = "alumni.indicator.value"
    _description = "Indicator value"
    _order = "period_id desc, indicator_id, breakdown, sequence, series, id"
    _log_access = False

    indicator_id = fields.Many2one(
        comodel_name="alumni.indicator",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    code = fields.Char(related="indicator_id.code")
    unit = fields.Selection(selection=UNITS, required=True, readonly=True)
    formula = fields.Text(related="indicator_id.formula")
    needs = fields.Text(related="indicator_id.needs")
    numerator_id = fields.Many2one(
        related="indicator_id.numerator_id", string="Counted"
    )
    denominator_id = fields.Many2one(
        related="indicator_id.denominator_id", string="Out of"
    )
    period_id = fields.Many2one(
        comodel_name="alumni.period", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    breakdown = fields.Selection(selection=BREAKDOWNS, required=True, readonly=True)
    key = fields.Char(
        required=True,
        readonly=True,
        help="The part of the breakdown: an id or a code, empty for the total.",
    )
    series = fields.Selection(
        selection=[*ENGAGEMENT_MODES, *MODES_COUNTS, *STAGES],
        string="Part",
        readonly=True,
        help="For an indicator with several figures: which of them this is.",
    )
    label = fields.Char(required=True, readonly=True, translate=True)
    sequence = fields.Integer(readonly=True, aggregator=None)
    numerator = fields.Float(readonly=True, aggregator=None)
    denominator = fields.Float(readonly=True, aggregator=None)
    reference = fields.Float(
        string="Set against",
        readonly=True,
        aggregator=None,
        help="For a comparison: the figure that this one is set against, a rate in "
        "percent.",
    )
    value = fields.Float(
        readonly=True,
        digits=(16, 2),
        help="A percentage is written as it is said: 50 for one half. Added up only "
        "over parts that count everyone once.",
    )
    share = fields.Float(
        readonly=True,
        digits=(16, 2),
        aggregator=None,
        help="For a count of people, its part of the denominator in percent.",
    )
    additive = fields.Boolean(
        readonly=True,
        default=True,
        help="Whether the parts of a breakdown that counts everyone once make up the "
        "total: a median, or a comparison, is never added up.",
    )
    display_value = fields.Char(compute="_compute_display_value", string="Figure")
    state = fields.Selection(
        string="Status",
        selection=[
            ("computed", "Computed"),
            ("entered", "With an entered figure"),
            ("missing", "Missing"),
        ],
        required=True,
        readonly=True,
    )
    missing_reason = fields.Selection(
        string="Missing reason",
        selection=[
            ("needs", "Not yet: records are missing"),
            ("no_records", "No records in this period"),
            ("no_previous", "The previous period has no figures"),
            ("no_entry", "A figure has to be entered"),
            ("no_reference", "Nothing to compare with"),
            ("empty", "Nobody in the denominator"),
            ("inconsistent", "More in the numerator than in the denominator"),
        ],
        readonly=True,
    )
    formula_version = fields.Integer(
        string="Formula version", readonly=True, aggregator=None
    )
    method_flags = fields.Json(string="Method flags", readonly=True)
    method = fields.Text(compute="_compute_method")
    computed_at = fields.Datetime(string="Computed at", readonly=True)

    _place_uniq = models.UniqueIndex(
        "(period_id, indicator_id, breakdown, key, series)"
    )
    _missing_has_reason = models.Constraint(
        "CHECK ((state = 'missing') = (missing_reason IS NOT NULL) "
        "AND (state = 'missing') = (value IS NULL))",
        "A value is either known or missing for a reason.",
    )

    @api.depends("indicator_id", "label", "period_id")
    def _compute_display_name(self):
        for value in self:
            value.display_name = " · ".join(
                filter(
                    None,
                    [value.indicator_id.name, value.label, value.period_id.name],
                )
            )

    @api.depends_context("lang")
    @api.depends("value", "share", "state", "unit", "missing_reason")
    def _compute_display_value(self):
        for value in self:
            value.display_value = value._format()

    def _format(self):
        """The figure as people write it, or why there is none."""
        self.ensure_one()
        if self.missing_reason == "needs":
            return self.env._("Not yet: %s", self.indicator_id.needs)
        if self.state == "missing":
            reasons = self._fields["missing_reason"]._description_selection(self.env)
            return dict(reasons)[self.missing_reason]
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US")
        if self.unit in PERCENTAGES:
            return self._format_percent(self.value)
        unit = UNIT_BY_CODE[self.unit]
        figure = lang.format(f"%.{unit.digits}f", self.value, grouping=True)
        if self.denominator and not unit.factor:
            figure = f"{figure} ({self._format_percent(self.share)})"
        return figure

    @api.model
    def _format_percent(self, number):
        """A percentage with one decimal, as the language of the context writes it."""
        locale = babel_locale_parse(self.env.lang or "en_US")
        pattern = locale.percent_formats[None].pattern.replace("##0", "##0.0")
        return format_percent(number / 100, pattern, locale)

    @api.depends_context("lang")
    @api.depends("method_flags", "formula_version")
    def _compute_method(self):
        for value in self:
            lines = value._describe_method(value.method_flags or {})
            lines.append((self.env._("Formula version"), str(value.formula_version)))
            value.method = "\n".join(
                self.env._("%(name)s: %(value)s", name=name, value=text)
                for name, text in lines
            )

    @api.model
    def _describe_method(self, flags):
        """How figures were counted, in words: list of (name, text)."""

        def chosen(field):
            selection = self.env["res.company"]._fields[field]
            return dict(selection._description_selection(self.env))

        def day(name):
            return fields.Date.to_date(flags.get(name))

        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US")
        start, end = day("date_start"), day("date_end")
        return [
            (
                self.env._("Period"),
                f"{start:{lang.date_format}} – {end:{lang.date_format}}"
                if start and end
                else "",
            ),
            (
                self.env._("Denominator of engagement rates"),
                self.env._("Legally contactable alumni on the last day"),
            ),
            (
                self.env._("Who counts as an alumnus"),
                chosen("alumni_rule").get(flags.get("alumni_rule"), ""),
            ),
            (
                self.env._("Whom e-mail may reach"),
                chosen("alumni_email_basis").get(flags.get("email_basis"), ""),
            ),
            (
                self.env._("Clicks in newsletters"),
                self.env._("count as communication")
                if flags.get("clicks")
                else self.env._("do not count"),
            ),
            (
                self.env._("Dues count as"),
                chosen("alumni_dues_mode").get(flags.get("dues"), ""),
            ),
            (
                self.env._("Score"),
                self.env._(
                    "version %(version)s, base: %(base)s, cut: %(cut)s %%",
                    version=flags.get("score_version", ""),
                    base=chosen("alumni_score_base").get(flags.get("score_base"), ""),
                    cut=flags.get("score_cut", ""),
                ),
            ),
            (self.env._("Method version"), str(flags.get("method", ""))),
        ]

    # what a group of values amounts to

    def _read_group_select(self, aggregate_spec, query):
        # A rate must never be added up or averaged: over the parts of one breakdown
        # it is the sum of the numerators over the sum of the denominators, over
        # anything else it is nothing.
        if aggregate_spec != "value:sum":
            return super()._read_group_select(aggregate_spec, query)
        alias = self._table
        column = {
            name: self._field_to_sql(alias, name, query)
            for name in (
                "indicator_id",
                "period_id",
                "breakdown",
                "series",
                "numerator",
                "denominator",
                "value",
                "unit",
                "additive",
            )
        }
        return SQL(
            """CASE
            WHEN COUNT(*) = 1 THEN MIN(%(value)s)
            WHEN NOT BOOL_AND(COALESCE(%(additive)s, TRUE))
              OR MIN(%(indicator)s) != MAX(%(indicator)s)
              OR MIN(%(period)s) != MAX(%(period)s)
              OR MIN(%(breakdown)s) != MAX(%(breakdown)s)
              OR MIN(%(series)s) != MAX(%(series)s)
              OR MIN(%(breakdown)s) NOT IN %(partitions)s THEN NULL
            %(quotients)s
            ELSE SUM(%(numerator)s) END""",
            value=column["value"],
            indicator=column["indicator_id"],
            period=column["period_id"],
            breakdown=column["breakdown"],
            series=column["series"],
            additive=column["additive"],
            numerator=column["numerator"],
            partitions=PARTITIONS,
            quotients=SQL(" ").join(
                SQL(
                    "WHEN MIN(%s) = %s THEN %s * SUM(%s) / NULLIF(SUM(%s), 0)",
                    column["unit"],
                    unit,
                    factor,
                    column["numerator"],
                    column["denominator"],
                )
                for unit, factor in FACTORS.items()
            ),
        )

    # labels

    @api.model
    def _read_labels(self, places):
        """The names of parts of breakdowns in every installed language.

        :param places: set of (breakdown, key)
        :return: ``{(breakdown, key): (sequence, {language: label})}``
        """
        labels = {place: (0, {}) for place in places}
        languages = dict.fromkeys(
            ["en_US", *(code for code, _name in self.env["res.lang"].get_installed())]
        )
        for language in languages:
            localized = self.with_context(lang=language)
            for breakdown in {breakdown for breakdown, _key in places}:
                keys = {key for name, key in places if name == breakdown}
                names = localized._part_names(breakdown, keys)
                for key in keys:
                    sequence, name = names.get(key, (9999, key))
                    labels[breakdown, key][1][language] = name
                    labels[breakdown, key] = (sequence, labels[breakdown, key][1])
        return labels

    @api.model
    def _part_names(self, breakdown, keys):
        """The parts of one breakdown in the language of the context, in the order
        in which people expect them: ``{key: (sequence, name)}``."""
        if breakdown == "total":
            return {"": (0, self.env._("Total"))}
        missing = {NOT_RECORDED: (10000, self.env._("Not recorded"))}
        if breakdown == "kind":
            return self._kind_names(keys)
        if breakdown == "rfm":
            # The best donors, 555, first.
            return {key: (555 - int(key), key) for key in keys}
        if breakdown in ACTION_DIMENSIONS:
            return missing | self._record_names(ACTION_DIMENSIONS[breakdown], keys)
        if breakdown not in DIMENSIONS:
            return {
                key: (sequence, name)
                for sequence, (key, name) in enumerate(self._selection(breakdown))
            }
        field = self.env["alumni.person.year"]._fields[DIMENSIONS[breakdown]]
        if field.type == "many2one":
            return missing | self._record_names(field.comodel_name, keys)
        if field.type == "selection":
            selection = field._description_selection(self.env)
            return missing | {
                key: (sequence, name) for sequence, (key, name) in enumerate(selection)
            }
        return missing | {
            key: (int(key), self.env._("%(decade)ss", decade=key))
            for key in keys
            if key != NOT_RECORDED
        }

    @api.model
    def _record_names(self, model, keys):
        ids = [int(key) for key in keys if key != NOT_RECORDED]
        records = self.env[model].browse(ids).exists()
        sequenced = "sequence" in records._fields
        return {
            str(record.id): (record.sequence if sequenced else 0, record.display_name)
            for record in records
        }

    @api.model
    def _selection(self, breakdown):
        """Keys and names of the parts of a mode, number of modes, stage or channel."""
        if breakdown == "channel":
            return [
                ("email", self.env._("E-mail")),
                ("phone", self.env._("Phone")),
                ("post", self.env._("Post")),
            ]
        parts = {
            "mode": ENGAGEMENT_MODES,
            "modes_count": MODES_COUNTS,
            "stage": STAGES,
        }[breakdown]
        keys = dict(parts).keys()
        return [
            (key, name)
            for key, name in self._fields["series"]._description_selection(self.env)
            if key in keys
        ]

    @api.model
    def _kind_names(self, keys):
        names = {
            "event_attendance": self.env._("Event attended"),
            "mailing_reply": self.env._("Reply to a newsletter"),
            "mailing_click": self.env._("Click in a newsletter"),
            "survey_answer": self.env._("Survey answered"),
            "intern_recruited": self.env._("Intern recruited"),
        }
        offer = self.env["alumni.opportunity"]._fields["opportunity_type"]
        for code, name in offer._description_selection(self.env):
            names[f"opportunity_{code}"] = self.env._(
                "Offer posted: %(type)s", type=name
            )
        gift_types = self.env["alumni.gift.type"].with_context(active_test=False)
        for gift_type in gift_types.search(Domain.TRUE):
            names[f"gift_{gift_type.code}"] = self.env._("Gift: %s", gift_type.name)
        role = self.env["alumni.participation"]._fields["role"]
        for code, name in role._description_selection(self.env):
            names[f"participation_{code}"] = name
        return {key: (0, names.get(key, key)) for key in keys}

    # opening

    @api.model
    def action_open(self):
        """The figures, worked out again first where the records have changed."""
        periods = self.env["alumni.period"].search(
            [("company_id", "in", self.env.companies.ids), ("state", "!=", "closed")]
        )
        periods._refresh_values()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "alumni_kpi.alumni_indicator_value_action"
        )

    def _people_domain(self):
        """Which person-years stand behind this figure: the numerator of a count or
        rate, in its part of the breakdown."""
        self.ensure_one()
        find = self.indicator_id._numerator_finder()
        column, _breakdown, _key = find(self.breakdown, self.key, self.series)
        domain = Domain("period_id", "=", self.period_id.id)
        if self.breakdown in DIMENSIONS:
            key = self.key if self.key != NOT_RECORDED else False
            name = DIMENSIONS[self.breakdown]
            field = self.env["alumni.person.year"]._fields[name]
            if key and field.type == "many2one":
                key = int(key)
            domain &= Domain(name, "=", key)
        return domain & self._column_domain(column)

    def _acts_domain(self):
        """Which acts stand behind a figure by kind of act."""
        domain = Domain("kind", "=", self.key)
        domain &= Domain("period_id", "=", self.period_id.id)
        if self.numerator_id.column != "engaged":
            domain &= Domain("mode", "=", self.numerator_id.column)
        return domain

    def _column_domain(self, column):
        if column == "entry":
            return Domain.TRUE
        if column.startswith("filter:"):
            measure = self.env["alumni.measure"].browse(int(column.partition(":")[2]))
            domain = self._column_domain(measure.column)
            return domain & measure.filter_id._domain()
        if column.startswith("start_"):
            return Domain("new_opt_out", "=", 1)
        if column == "multi_mode":
            return Domain("modes", ">=", 2)
        if column.endswith("_no_gift") and column != "engaged_no_gift":
            mode = column.removesuffix("_no_gift")
            return Domain("engaged_no_gift", "=", 1) & Domain(mode, "=", 1)
        return Domain(column, ">", 0)

    @api.readonly
    def action_open_people(self):
        """The people behind the figure; for a kind of act, the acts; for a source
        of its own, its records."""
        self.ensure_one()
        measure = self.numerator_id
        if not measure:
            raise UserError(self._format())
        source = self.env["alumni.measure"]._source_model(measure.source)
        if source is not None:
            records = self.env[source._measure_model(measure.column)]
            domain = Domain(source._measure_domain(measure.column, self.period_id))
            if measure.filter_id:
                domain &= measure.filter_id._domain()
            part = records._fields.get(source._measure_dimensions.get(self.breakdown))
            if part and part.store:
                key = self.key if self.key != NOT_RECORDED else False
                if key and part.type == "many2one":
                    key = int(key)
                domain &= Domain(part.name, "=", key)
            return {
                "type": "ir.actions.act_window",
                "name": self.display_name,
                "res_model": records._name,
                "view_mode": "list,form",
                "domain": list(domain),
            }
        acts = self.breakdown == "kind"
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "alumni.engagement" if acts else "alumni.person.year",
            "view_mode": "list,pivot,graph",
            "domain": list(self._acts_domain() if acts else self._people_domain()),
        }
