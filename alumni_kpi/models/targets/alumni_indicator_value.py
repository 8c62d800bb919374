from odoo import api, fields, models
from odoo.tools import SQL

from .alumni_target import LIGHTS, TRENDS

AVERAGED_PERIODS = 5
"""The average of a figure is that of so many periods before."""

PERIOD_FLAGS = ("date_start", "date_end")
"""What differs between the values of two periods without making them incomparable."""
SCORE_FLAGS = ("score_version", "score_base", "score_cut")
"""What makes only figures of scores incomparable."""


class AlumniIndicatorValue(models.Model):
    """What a figure is compared with: the period before, the average of the periods
    before, the whole institution, the median of peers, and its target. Figures that
    were counted differently are not compared silently, and a period that is under way
    is compared with none."""

    _inherit = "alumni.indicator.value"

    previous_value = fields.Float(
        string="Period before",
        compute="_compute_comparison",
        digits=(16, 2),
        aggregator=None,
    )
    has_previous = fields.Boolean(compute="_compute_comparison")
    change = fields.Float(
        compute="_compute_comparison",
        digits=(16, 2),
        aggregator=None,
        help="This figure less that of the period before, in the unit of the "
        "indicator: points for a percentage.",
    )
    trend = fields.Selection(
        selection=TRENDS,
        compute="_compute_comparison",
        help="Against the period before. Empty while the period is under way, or where "
        "the two were counted differently.",
    )
    average_value = fields.Float(
        string="Average before",
        compute="_compute_comparison",
        digits=(16, 2),
        aggregator=None,
        help="Mean of the figure in up to five periods before this one.",
    )
    average_count = fields.Integer(
        string="Periods averaged", compute="_compute_comparison", aggregator=None
    )
    whole_value = fields.Float(
        string="Whole institution",
        compute="_compute_comparison",
        digits=(16, 2),
        aggregator=None,
        help="The total of the same indicator and period, for a part of a breakdown.",
    )
    has_whole = fields.Boolean(compute="_compute_comparison")
    peer_median_id = fields.Many2one(
        comodel_name="alumni.peer.median",
        string="Median of peers",
        compute="_compute_peer_median",
    )
    peer_median = fields.Float(
        string="Median", compute="_compute_peer_median", digits=(16, 2), aggregator=None
    )
    peer_count = fields.Integer(
        string="Institutions", compute="_compute_peer_median", aggregator=None
    )
    peer_gap = fields.Float(
        string="Gap to the median",
        compute="_compute_peer_median",
        digits=(16, 2),
        aggregator=None,
        help="Own figure less the median of peers (BMK-01).",
    )
    peer_index = fields.Float(
        string="Index to the median",
        compute="_compute_peer_median",
        digits=(16, 1),
        aggregator=None,
        help="Own figure in percent of the median of peers (BMK-02).",
    )
    target_id = fields.Many2one(
        comodel_name="alumni.target", compute="_compute_target_id"
    )
    expected = fields.Char(compute="_compute_target_id")
    light = fields.Selection(
        selection=LIGHTS, string="Traffic light", compute="_compute_target_id"
    )
    comparison_note = fields.Text(
        compute="_compute_comparison",
        help="Why the figure is not compared with the period before.",
    )

    def _place(self):
        """Which figure of a period this is, comparable with that of a target."""
        return self.indicator_id, self.breakdown, self.key or "", self.series or ""

    @api.model
    def _format_as(self, indicator, number):
        """A number as people write a figure of an indicator."""
        return self.new(
            {
                "indicator_id": indicator.id,
                "unit": indicator.unit,
                "value": number,
                "state": "computed",
            }
        )._format()

    @api.depends_context("lang")
    @api.depends("value", "state", "period_id", "method_flags", "formula_version")
    def _compute_comparison(self):
        found = self._read_comparison()
        # The figures of the period before are read at once, not one by one.
        earlier = [previous for previous, *_others in found.values() if previous]
        today = fields.Date.context_today(self)
        for value in self:
            previous, average, count, whole = found.get(value.id, (None,) * 4)
            before = self.browse(previous).with_prefetch(earlier)
            known = value.state != "missing"
            note = before and value._incomparable(before)
            under_way = value.period_id.date_end and value.period_id.date_end >= today
            if under_way:
                note = self.env._(
                    "%s is under way: it is compared with none.", value.period_id.name
                )
            value.has_previous = bool(before)
            value.previous_value = before.value
            value.average_value = average or 0
            value.average_count = count or 0
            value.whole_value = whole or 0
            value.has_whole = whole is not None
            value.comparison_note = note or False
            comparable = known and before and not note
            value.change = value.value - before.value if comparable else 0
            value.trend = value._trend() if comparable else False

    def _trend(self):
        """Which way the figure went, and whether that is wanted. What people read as
        the same figure did not move."""
        self.ensure_one()
        figures = {
            self._format_as(self.indicator_id, number)
            for number in (self.value, self.previous_value)
        }
        if len(figures) == 1:
            return "same"
        way = "up" if self.change > 0 else "down"
        return f"better_{way}" if way == self.indicator_id.direction else f"worse_{way}"

    def _incomparable(self, other):
        """Why this figure and another one cannot be compared: they were counted
        differently. None if they can."""
        self.ensure_one()
        ours, theirs = (dict(v.method_flags or {}) for v in (self, other))
        scored = self.numerator_id.source == "score"
        for flag in PERIOD_FLAGS if scored else (*PERIOD_FLAGS, *SCORE_FLAGS):
            ours.pop(flag, None), theirs.pop(flag, None)
        if ours != theirs:
            words = dict(self._describe_method(self.method_flags or {}))
            before = dict(other._describe_method(other.method_flags or {}))
            differing = [
                name
                for name in words
                if words[name] != before.get(name) and name != self.env._("Period")
            ]
            return self.env._(
                "Not compared with %(period)s, which was counted differently: "
                "%(differences)s.",
                period=other.period_id.name,
                differences=", ".join(differing),
            )
        if self.formula_version != other.formula_version:
            return self.env._(
                "Not compared with %(period)s, which has another formula "
                "(version %(version)s).",
                period=other.period_id.name,
                version=other.formula_version,
            )
        return None

    def _read_comparison(self):
        """What these figures are compared with, in one statement: ``{id: (id of the
        figure of the period before, mean of the periods before, their number, value of
        the whole institution)}``."""
        if not self.ids:
            return {}
        self.env["alumni.indicator.value"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT own.id, previous.id, past.mean, past.count, whole.value
                  FROM alumni_indicator_value own
                  JOIN alumni_period period ON period.id = own.period_id
                  LEFT JOIN LATERAL (
                    SELECT avg(before.value) AS mean, count(before.value) AS count,
                           (array_agg(before.period_id ORDER BY before.date_end DESC)
                           )[1] AS latest
                      FROM (
                        SELECT earlier.id AS period_id, earlier.date_end, value.value
                          FROM alumni_period earlier
                          LEFT JOIN alumni_indicator_value value
                            ON value.period_id = earlier.id
                           AND value.indicator_id = own.indicator_id
                           AND value.breakdown = own.breakdown
                           AND value.key = own.key AND value.series = own.series
                         WHERE earlier.company_id = period.company_id
                           AND earlier.date_end < period.date_start
                         ORDER BY earlier.date_end DESC
                         LIMIT %(periods)s
                      ) before
                  ) past ON TRUE
                  LEFT JOIN alumni_indicator_value previous
                    ON previous.period_id = past.latest
                   AND previous.indicator_id = own.indicator_id
                   AND previous.breakdown = own.breakdown
                   AND previous.key = own.key AND previous.series = own.series
                   AND previous.state <> 'missing'
                  LEFT JOIN alumni_indicator_value whole
                    ON own.breakdown <> 'total' AND whole.period_id = own.period_id
                   AND whole.indicator_id = own.indicator_id
                   AND whole.breakdown = 'total' AND whole.series = own.series
                   AND whole.state <> 'missing'
                 WHERE own.id = ANY(%(ids)s)
                """,
                ids=self.ids,
                periods=AVERAGED_PERIODS,
            )
        )
        return {row[0]: tuple(row[1:]) for row in rows}

    def _compute_peer_median(self):
        medians = {
            (median.company_id, median.indicator_id, median.year): median
            for median in self.env["alumni.peer.median"].search(
                [
                    ("company_id", "in", self.company_id.ids),
                    ("indicator_id", "in", self.indicator_id.ids),
                    ("year", "in", self.period_id.mapped("year")),
                ]
            )
        }
        none = self.env["alumni.peer.median"]
        for value in self:
            place = (value.company_id, value.indicator_id, value.period_id.year)
            median = medians.get(place, none)
            if value.breakdown != "total" or value.state == "missing":
                median = none
            value.peer_median_id = median
            value.peer_median = median.median
            value.peer_count = median.institution_count
            value.peer_gap = value.value - median.median if median else 0
            value.peer_index = 100 * value.value / median.median if median.median else 0

    def _compute_target_id(self):
        targets = {
            (target.period_id, target._place()): target
            for target in self.env["alumni.target"].search(
                [
                    ("indicator_id", "in", self.indicator_id.ids),
                    ("period_id", "in", self.period_id.ids),
                ]
            )
        }
        none = self.env["alumni.target"]
        for value in self:
            target = targets.get((value.period_id, value._place()), none)
            value.target_id = target
            value.expected = target.expected_text
            value.light = target.light

    def action_set_target(self):
        """The target of this figure, or a new one for it."""
        self.ensure_one()
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Target"),
            "res_model": "alumni.target",
            "views": [(False, "form")],
            "context": {
                "default_indicator_id": self.indicator_id.id,
                "default_period_id": self.period_id.id,
                "default_part_id": self.id,
                "default_breakdown": self.breakdown,
                "default_key": self.key,
                "default_series": self.series,
            },
        }
        return {**action, "res_id": self.target_id.id} if self.target_id else action
