from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..indicators.alumni_breakdown import BREAKDOWNS
from ..indicators.alumni_measure import MODES

LIGHTS = [
    ("met", "Met"),
    ("near", "Nearly met"),
    ("missed", "Missed"),
    ("under_way", "Under way"),
    ("unknown", "No figure"),
]

TRENDS = [
    ("better_up", "▲ better"),
    ("worse_up", "▲ worse"),
    ("better_down", "▼ better"),
    ("worse_down", "▼ worse"),
    ("same", "▶ unchanged"),
]


class AlumniTarget(models.Model):
    """What an indicator is to come to in one period, for everyone or for one part of
    a breakdown: expected beside actual, the gap, and a traffic light.

    =========  =================================================================
    met        the figure is as good as expected, or better
    nearly met it misses what is expected by no more than the tolerance
    missed     it misses by more, and the period is over
    under way  the period is not over and the figure is not there yet: a year that
               is half gone is not compared with a whole one
    no figure  the indicator has no value, which is not 0
    =========  =================================================================

    A figure that passes the threshold makes an activity for who is responsible."""

    _name = "alumni.target"
    _description = "Target"
    _inherit = ["mail.thread", "mail.activity.mixin", "alumni.measure.source"]
    _order = "period_id desc, indicator_id, breakdown, id"
    _rec_name = "indicator_id"

    indicator_id = fields.Many2one(
        comodel_name="alumni.indicator",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    unit = fields.Selection(related="indicator_id.unit")
    direction = fields.Selection(related="indicator_id.direction")
    period_id = fields.Many2one(
        comodel_name="alumni.period",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    company_id = fields.Many2one(
        string="Institution", related="period_id.company_id", store=True, index=True
    )
    part_id = fields.Many2one(
        comodel_name="alumni.indicator.value",
        string="For",
        compute="_compute_value_id",
        store=False,
        readonly=False,
        domain="[('indicator_id', '=', indicator_id), ('company_id', '=', company_id)]",
        help="The whole institution, or one part of a breakdown, chosen among the "
        "figures that the indicator has.",
    )
    breakdown = fields.Selection(
        selection=BREAKDOWNS, required=True, readonly=True, default="total"
    )
    key = fields.Char(
        readonly=True, help="The part of the breakdown; empty for the total."
    )
    series = fields.Char(
        readonly=True, help="Which part of an indicator that has several figures."
    )
    label = fields.Char(compute="_compute_label", string="Part")
    expected = fields.Float(
        required=True,
        digits=(16, 2),
        aggregator=None,
        tracking=True,
        help="In the unit of the indicator; a percentage as it is said: 50 for one "
        "half.",
    )
    expected_text = fields.Char(
        string="Expected figure",
        compute="_compute_expected_text",
        help="What is expected, as people write it.",
    )
    tolerance = fields.Float(
        string="Tolerance (%)",
        default=10,
        aggregator=None,
        help="By how much of what is expected the figure may miss it and still be "
        "nearly met.",
    )
    reason = fields.Char(
        string="Why this target", help="What it rests on, for who reads it next year."
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
    )

    # what came of it
    value_id = fields.Many2one(
        comodel_name="alumni.indicator.value", compute="_compute_value_id"
    )
    actual = fields.Float(
        compute="_compute_result",
        digits=(16, 2),
        aggregator=None,
        help="0 where there is no figure: the traffic light says so.",
    )
    actual_text = fields.Char(
        string="Result",
        compute="_compute_result",
        help="The figure as people write it, or why there is none.",
    )
    gap = fields.Float(
        compute="_compute_result",
        digits=(16, 2),
        aggregator=None,
        help="Actual less expected, in the unit of the indicator.",
    )
    achievement = fields.Float(
        string="Achievement (%)",
        compute="_compute_result",
        digits=(16, 1),
        aggregator=None,
        help="Actual in percent of expected (ENG-32).",
    )
    light = fields.Selection(
        selection=LIGHTS,
        string="Traffic light",
        compute="_compute_result",
        search="_search_light",
    )
    trend = fields.Selection(selection=TRENDS, compute="_compute_result")
    change = fields.Float(compute="_compute_result", digits=(16, 2), aggregator=None)

    # threshold
    has_threshold = fields.Boolean(
        string="Watch a threshold",
        help="Make an activity when the figure passes the threshold.",
    )
    threshold = fields.Float(
        digits=(16, 2),
        aggregator=None,
        tracking=True,
        help="Where more is better: the figure should not be under it. Where less is "
        "better: not above it.",
    )
    watch_from = fields.Date(
        string="Watched from",
        compute="_compute_watch_from",
        store=True,
        readonly=False,
        help="The day from which on the threshold is watched. What grows during the "
        "year is under every threshold when the period begins; a rate such as "
        "contactability can be watched from the first day.",
    )
    alert_date = fields.Date(
        string="Passed since",
        readonly=True,
        copy=False,
        help="When the figure was found to have passed the threshold. Empty again "
        "once it has recovered.",
    )

    _place_uniq = models.UniqueIndex(
        "(indicator_id, period_id, breakdown, COALESCE(key, ''), COALESCE(series, ''))",
        "There is a target for this figure and period: change that one.",
    )
    _tolerance_range = models.Constraint(
        "CHECK (tolerance BETWEEN 0 AND 100)",
        "A tolerance is a percentage between 0 and 100.",
    )

    # where it belongs

    @api.depends("indicator_id", "period_id", "label")
    def _compute_display_name(self):
        for target in self:
            target.display_name = " · ".join(
                filter(
                    None,
                    [
                        target.indicator_id.display_name,
                        target.label if target.breakdown != "total" else None,
                        target.period_id.name,
                    ],
                )
            )

    @api.depends_context("lang")
    @api.depends("breakdown", "key", "series", "indicator_id")
    def _compute_label(self):
        values = self.env["alumni.indicator.value"]
        series = dict(values._fields["series"]._description_selection(self.env))
        for breakdown, targets in self.grouped("breakdown").items():
            keys = {target.key or "" for target in targets}
            names = values._part_names(breakdown, keys)
            for target in targets:
                _sequence, name = names.get(target.key or "", (0, target.key))
                parts = [name, series.get(target.series)]
                target.label = " · ".join(dict.fromkeys(filter(None, parts)))

    @api.depends("indicator_id", "period_id", "breakdown", "key", "series")
    def _compute_value_id(self):
        """The figure of the same place and period; for the choice of the part, the
        latest that this place has when the period has none yet."""
        values = self.env["alumni.indicator.value"].search(
            [
                ("indicator_id", "in", self.indicator_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("breakdown", "in", self.mapped("breakdown")),
            ],
            order="period_id",
        )
        by_place, latest = {}, {}
        for value in values:
            by_place[value.period_id, value._place()] = value
            latest[value.company_id, value._place()] = value
        none = values.browse()
        for target in self:
            place = target._place()
            target.value_id = by_place.get((target.period_id, place), none)
            target.part_id = target.value_id or latest.get(
                (target.company_id, place), none
            )

    def _place(self):
        """Which figure of a period this is about, comparable with those of values."""
        return self.indicator_id, self.breakdown, self.key or "", self.series or ""

    @api.depends_context("lang")
    @api.depends("indicator_id", "expected")
    def _compute_expected_text(self):
        values = self.env["alumni.indicator.value"]
        for target in self:
            target.expected_text = target.indicator_id and values._format_as(
                target.indicator_id, target.expected
            )

    @api.depends("period_id")
    def _compute_watch_from(self):
        for target in self:
            target.watch_from = target.watch_from or target.period_id.date_end

    @api.model
    def _place_values(self, vals):
        """``vals`` with the place of the chosen part instead of the choice."""
        vals = dict(vals)
        part = self.env["alumni.indicator.value"].browse(vals.pop("part_id", False))
        if part:
            vals.update(breakdown=part.breakdown, key=part.key, series=part.series)
        return vals

    # what came of it

    @api.depends("value_id", "expected", "tolerance", "period_id")
    def _compute_result(self):
        today = fields.Date.context_today(self)
        for target in self:
            value = target.value_id
            known = value and value.state != "missing"
            target.actual = value.value if known else 0
            target.actual_text = value.display_value if value else False
            target.trend = value.trend
            target.change = value.change
            target.gap = value.value - target.expected if known else 0
            target.achievement = (
                100 * value.value / target.expected if known and target.expected else 0
            )
            target.light = target._light(
                value.value if known else None,
                target.period_id.date_end and target.period_id.date_end >= today,
            )

    def _light(self, actual, under_way):
        """The traffic light for a figure (None where there is none)."""
        self.ensure_one()
        if actual is None:
            return "unknown"
        short = self.expected - actual
        if self.indicator_id.direction == "down":
            short = -short
        if short <= 0:
            # What is to stay low can still rise until the period is over.
            return (
                "under_way"
                if under_way and self.indicator_id.direction == "down"
                else "met"
            )
        if under_way:
            return "under_way"
        near = short <= abs(self.expected) * self.tolerance / 100
        return "near" if near else "missed"

    def _search_light(self, operator, operand):
        if operator != "in":
            return NotImplemented
        found = self.search(Domain.TRUE).filtered(lambda t: t.light in operand)
        return Domain("id", "in", found.ids)

    # bad input

    @api.constrains("expected", "threshold", "indicator_id")
    def _check_expected(self):
        for target in self:
            figures = [target.expected]
            if target.has_threshold:
                figures.append(target.threshold)
            if target.unit == "percent" and not all(0 <= f <= 100 for f in figures):
                raise ValidationError(
                    self.env._(
                        "%s is a percentage: what is expected lies between 0 and 100.",
                        target.indicator_id.display_name,
                    )
                )

    @api.constrains("indicator_id", "breakdown", "series")
    def _check_place(self):
        for target in self:
            allowed = {"total", target.indicator_id.series or "total"}
            allowed |= set(target.indicator_id.breakdown_ids.mapped("code"))
            if target.breakdown not in allowed or bool(target.series) != bool(
                target.indicator_id.series
            ):
                raise ValidationError(
                    self.env._(
                        "%(indicator)s has no such figure (%(part)s): choose one of "
                        "its parts under “For”.",
                        indicator=target.indicator_id.display_name,
                        part=target.label or "-",
                    )
                )

    def _check_period_open(self):
        closed = self.period_id.filtered(lambda period: period.state == "closed")
        if closed:
            raise UserError(
                self.env._(
                    "%s is closed: what was expected of it no longer changes.",
                    ", ".join(closed.mapped("name")),
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        targets = super().create([self._place_values(vals) for vals in vals_list])
        targets._check_period_open()
        return targets

    def write(self, vals):
        vals = self._place_values(vals)
        if vals.keys() & {
            *("indicator_id", "period_id", "breakdown", "key", "series"),
            *("expected", "tolerance"),
        }:
            self._check_period_open()
        result = super().write(vals)
        if "period_id" in vals:
            self._check_period_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._check_period_open()

    # actions

    @api.readonly
    def action_open_value(self):
        """The figure: its formula, flags, comparison, and the people behind it."""
        self.ensure_one()
        if not self.value_id:
            raise UserError(
                self.env._(
                    "%(indicator)s has no figure for this part in %(period)s.",
                    indicator=self.indicator_id.display_name,
                    period=self.period_id.name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "alumni.indicator.value",
            "res_id": self.value_id.id,
            "views": [(False, "form")],
        }

    def action_carry_over(self):
        """The same targets for the next period, where it has none yet: the office
        starts from last year's and changes what should change."""
        everyone = self.search([("company_id", "in", self.company_id.ids)])
        places = {(target.period_id, target._place()) for target in everyone}
        values = []
        for target in self:
            following = self.env["alumni.period"].search(
                [
                    ("company_id", "=", target.company_id.id),
                    ("date_start", ">", target.period_id.date_end),
                ],
                order="date_start",
                limit=1,
            )
            place = following, target._place()
            if following and following.state != "closed" and place not in places:
                places.add(place)
                [copied] = target.copy_data({"period_id": following.id})
                copied["watch_from"] = following.date_end
                values.append(copied)
        if not values:
            raise UserError(
                self.env._(
                    "There is no open period after these, or it has these targets "
                    "already."
                )
            )
        carried = self.create(values)
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "alumni_kpi.alumni_target_action"
            ),
            "domain": [("id", "in", carried.ids)],
            "context": {},
        }

    # thresholds

    def _passes_threshold(self):
        """Whether the figure is on the wrong side of the threshold."""
        self.ensure_one()
        if not self.value_id or self.value_id.state == "missing":
            return False
        if self.indicator_id.direction == "down":
            return self.value_id.value > self.threshold
        return self.value_id.value < self.threshold

    @api.model
    def _cron_watch(self):
        """Bring the figures of watched targets up to date and make an activity for
        each that has passed its threshold since the last time."""
        today = fields.Date.context_today(self)
        watched = self.search(
            [
                ("has_threshold", "=", True),
                ("watch_from", "<=", today),
                ("period_id.state", "!=", "closed"),
            ]
        )
        periods = watched.period_id
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(periods))
        for period in periods:
            period._refresh_values()
            targets = watched.filtered(lambda t, period=period: t.period_id == period)
            targets.invalidate_recordset(["value_id"])
            targets._watch(today)
            if not cron._commit_progress(1):
                break

    def _watch(self, today):
        for target in self:
            passes = target._passes_threshold()
            if passes and not target.alert_date:
                target.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=self.env._("A figure has passed its threshold"),
                    note=target._describe_alert(),
                    user_id=(target.user_id or target.create_uid).id,
                )
                target.alert_date = today
            elif target.alert_date and not passes:
                target.alert_date = False

    def _describe_alert(self):
        language = (self.user_id or self.create_uid).lang
        target = self.with_context(lang=language)
        return target.env._(
            "%(figure)s is %(actual)s; the threshold is %(threshold)s and "
            "%(expected)s is expected.",
            figure=target.display_name,
            actual=target.value_id.display_value,
            threshold=target.value_id._format_as(target.indicator_id, target.threshold),
            expected=target.expected_text,
        )

    # ENG-32

    _measure_source = "target"
    _measure_dimensions = {"school": "school_id"}

    @api.model
    def _measure_select(self, period):
        """One row per target on the engaged alumni (ENG-14; total and by school) or
        on the rate of a mode (ENG-16 to ENG-19; total), with what it came to."""
        rates = SQL(", ").join(
            SQL(
                "SUM(%(mode)s) * 100.0 / NULLIF(SUM(contactable), 0) AS %(mode)s",
                mode=SQL.identifier(mode),
            )
            for mode in MODES
        )
        actual = SQL(" ").join(
            SQL("WHEN %s THEN actual.%s", f"ENG-{code}", SQL.identifier(mode))
            for code, mode in enumerate(MODES, 16)
        )
        return SQL(
            """
            SELECT target.breakdown, indicator.code, target.expected,
                   CASE WHEN target.breakdown = 'school' AND target.key <> 'none'
                       THEN target.key::int END AS school_id,
                   CASE indicator.code WHEN 'ENG-14' THEN actual.engaged
                       %(actual)s END AS actual
              FROM alumni_target target
              JOIN alumni_indicator indicator ON indicator.id = target.indicator_id
              JOIN (
                SELECT CASE WHEN GROUPING(school_id) = 0
                           THEN COALESCE(school_id::text, 'none') END AS school,
                       SUM(engaged) AS engaged, %(rates)s
                  FROM alumni_person_year_cube
                 WHERE period_id = %(period)s
                 GROUP BY GROUPING SETS ((), (school_id))
              ) actual ON actual.school IS NOT DISTINCT FROM
                    CASE target.breakdown WHEN 'school' THEN target.key END
             WHERE target.period_id = %(period)s
               AND (target.breakdown = 'total' OR target.breakdown = 'school'
                 AND indicator.code = 'ENG-14')
               AND indicator.code IN %(codes)s
            """,
            rates=rates,
            actual=actual,
            period=period.id,
            codes=("ENG-14", *(f"ENG-{code}" for code, _ in enumerate(MODES, 16))),
        )

    @api.model
    def _measure_columns(self):
        """The total is that of the targets on the total, never the sum of those on
        its parts."""

        def column(name, code, breakdown):
            return SQL(
                "SUM(%s) FILTER (WHERE code = %s AND breakdown = %s)",
                SQL.identifier(name),
                code,
                breakdown,
            )

        columns = {}
        for name in ("actual", "expected"):
            columns[f"target_{name}"] = SQL(
                "CASE WHEN GROUPING(school_id) = 1 THEN %s ELSE %s END",
                column(name, "ENG-14", "total"),
                column(name, "ENG-14", "school"),
            )
            for code, mode in enumerate(MODES, 16):
                columns[f"target_{name}_{mode}"] = SQL(
                    "CASE WHEN GROUPING(school_id) = 1 THEN %s END",
                    column(name, f"ENG-{code}", "total"),
                )
        return columns

    @api.model
    def _measure_domain(self, column, period):
        codes = ["ENG-14"]
        for code, mode in enumerate(MODES, 16):
            if column.endswith(f"_{mode}"):
                codes = [f"ENG-{code}"]
        return Domain("period_id", "=", period.id) & Domain(
            "indicator_id.code", "in", codes
        )
