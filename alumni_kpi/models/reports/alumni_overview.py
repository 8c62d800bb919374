from odoo import api, fields, models
from odoo.fields import Domain

from . import svg

YEARS = 6
"""Complete periods that the line shows."""
MODES = ("ENG-16", "ENG-17", "ENG-18", "ENG-19")
QUESTIONS = {
    "engagement": ("ENG-15", "ENG-14", "ENG-04", "ENG-05", *MODES),
    "cost": ("CST-01", "CST-05", "CST-06"),
    "impact": ("ROI-12", "ROI-13", "ROI-11", "ENG-56", "ENG-57"),
}
"""The indicators that answer each of the three questions of a governance."""
SMALL = 10
"""A rate of fewer people than this is not shown."""
OBJECTIVES = 6
"""Strategic objectives that are named; the others are counted."""
LIGHTS = {
    "met": ("●", svg.BLUE),
    "near": ("◐", svg.DARK),
    "missed": ("○", svg.VERMILION),
    "under_way": ("…", svg.GREY),
    "unknown": ("–", svg.GREY),
}
"""Sign and colour of a traffic light; its word stands beside it."""


class AlumniOverview(models.AbstractModel):
    """The figures, targets and objectives of a period as a reader without training in
    statistics takes them in: each with its number of people, its period before and
    its traffic light. What the page for the governance and that of the director have
    in common."""

    _name = "alumni.overview"
    _description = "Overview of a period"

    @api.model
    def _last_period(self):
        """The last complete period of the current institution, or none."""
        return self.env["alumni.period"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("date_end", "<", fields.Date.context_today(self)),
            ],
            order="date_end DESC",
            limit=1,
        )

    @api.model
    def _prepare(self, periods):
        """Check that the reader may read these periods, and have their figures worked
        out where the records have changed: each is shown beside those before it."""
        periods.check_access("read")
        self.env["alumni.indicator.value"].check_access("read")
        self.env["alumni.period"].search(
            [("company_id", "in", periods.company_id.ids), ("state", "!=", "closed")]
        )._refresh_values()

    def _page(self, period):
        """What the page of a period says."""
        codes = {code for asked in QUESTIONS.values() for code in asked}
        values = self._values(period, codes)
        today = fields.Date.context_today(self)
        engaged = self.env._("Do graduates engage?")
        cost = self.env._("What does it cost?")
        impact = self.env._("What does it bring?")
        return {
            "title": self.env._(
                "%(institution)s: graduates, %(period)s",
                institution=period.company_id.name,
                period=period.name,
            ),
            "under_way": period.date_end >= today,
            "frozen": period.state == "closed",
            "answers": list(zip(QUESTIONS, (engaged, cost, impact), strict=True)),
            "lead": {
                "engagement": self._engagement(values),
                "cost": self._cost(values),
                "impact": self._impact(values),
            },
            "figures": {
                question: [
                    self._figure(values[code]) for code in asked if code in values
                ]
                for question, asked in QUESTIONS.items()
            },
            "line": self._line(period),
            "bars": self._bars(values),
            "money": self._money(period),
            "captions": self._captions(period, values),
            "targets": self._targets(period),
            "objectives": self._objectives(period),
            "method": self._method(values),
        }

    def _values(self, period, codes):
        """The totals of a period by code of their indicator, the known ones."""
        found = self.env["alumni.indicator.value"].search(
            [
                ("period_id", "=", period.id),
                ("breakdown", "=", "total"),
                ("series", "in", (False, "")),
                ("indicator_id.code", "in", list(codes)),
                ("state", "!=", "missing"),
            ]
        )
        values = {}
        for value in found:
            # Of the variants of an indicator the first one stands for it.
            values.setdefault(value.indicator_id.code, value)
        return values

    def _number(self, number):
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US")
        return lang.format("%.0f", number, grouping=True)

    def _out_of(self, value):
        """How many people or acts stand behind a figure."""
        top, below = self._number(value.numerator), self._number(value.denominator)
        if value.unit == "percent":
            return self.env._("%(part)s of %(whole)s", part=top, whole=below)
        if value.unit == "people":
            return f"n = {top}"
        # of a sum of money there are no people, of points nobody counts the sum
        return (
            f"n = {below}" if value.unit in ("number", "points", "amount_each") else ""
        )

    def _figure(self, value):
        trends = dict(value._fields["trend"]._description_selection(self.env))
        return {
            "id": value.id,
            "code": value.indicator_id.code,
            "name": value.indicator_id.name,
            "shown": self._shown(value),
            "before": value._format_as(value.indicator_id, value.previous_value)
            if value.has_previous
            else "",
            "trend": trends.get(value.trend, ""),
            "behind": self._out_of(value),
            "formula": value.indicator_id.formula,
        }

    def _shown(self, value):
        """The figure, unless it is a rate of too few people."""
        if value.unit == "percent" and value.denominator < SMALL:
            return self.env._("fewer than %s people", SMALL)
        return value.display_value

    # what was wanted

    def _targets(self, period):
        targets = self.env["alumni.target"].search(
            [("period_id", "=", period.id), ("breakdown", "=", "total")],
            order="indicator_id",
        )
        words = dict(targets._fields["light"]._description_selection(self.env))
        trends = dict(targets._fields["trend"]._description_selection(self.env))
        return [
            {
                "id": target.id,
                "name": target.indicator_id.name,
                "expected": target.expected_text,
                "actual": target.actual_text or "–",
                "light": LIGHTS[target.light],
                "word": words[target.light],
                "trend": trends.get(target.trend, ""),
            }
            for target in targets
        ]

    def _objectives(self, period):
        """Strategic objectives of the period: how many are met, and their share of
        all weights."""
        domain = Domain(
            [("level", "=", "strategic"), ("company_id", "=", period.company_id.id)]
        )
        domain &= Domain("date_start", "=", False) | Domain(
            "date_start", "<=", period.date_end
        )
        domain &= Domain("date_end", "=", False) | Domain(
            "date_end", ">=", period.date_start
        )
        objectives = self.env["alumni.objective"].search(domain)
        return {
            "all": len(objectives),
            "said": self._met(objectives),
            "names": [
                (
                    objective.name,
                    objective.is_met,
                    self._way(objective),
                    objective.id,
                )
                for objective in objectives[:OBJECTIVES]
            ],
        }

    def _met(self, objectives):
        """How many objectives are met; without any result nobody knows."""
        if not objectives.filtered("result_date"):
            return self.env._(
                "%s strategic objectives, none has a result yet", len(objectives)
            )
        met = objectives.filtered("is_met")
        return self.env._(
            "%(met)s of %(all)s strategic objectives met, %(weight)s of their weight",
            met=len(met),
            all=len(objectives),
            weight=self._percent(
                sum(met.mapped("weight")), sum(objectives.mapped("weight"))
            ),
        )

    def _way(self, objective):
        """How far an objective has got; a result that is not known is not 0."""
        if not objective.result_date:
            return self.env._("no result yet")
        return self.env._("%s of the way", self._percent(objective.achievement, 100))

    def _percent(self, part, whole):
        """A share in whole percent."""
        values = self.env["alumni.indicator.value"]
        return values._format_percent(100 * part / whole if whole else 0)

    # the three answers, each in one sentence

    def _engagement(self, values):
        rate = values.get("ENG-15")
        if not rate:
            return self.env._("Nobody was engaged, or nobody can be contacted.")
        return self.env._(
            "%(engaged)s of %(contactable)s graduates who can be contacted did "
            "something with the university: %(rate)s.",
            engaged=self._number(rate.numerator),
            contactable=self._number(rate.denominator),
            rate=self._shown(rate),
        )

    def _cost(self, values):
        cost, each = values.get("CST-01"), values.get("CST-05")
        if not cost or not each:
            return self.env._("No cost is recorded for this period.")
        return self.env._(
            "%(cost)s %(currency)s in all, volunteer hours left out: %(each)s "
            "%(currency)s for each engaged graduate.",
            cost=cost.display_value,
            each=each.display_value,
            currency=cost.company_id.currency_id.symbol,
        )

    def _impact(self, values):
        total, cash, extended = (
            values.get(code) for code in ("ROI-11", "ROI-12", "ROI-13")
        )
        if not (total and cash and extended):
            return self.env._("Contributions or costs of this period are not recorded.")
        return self.env._(
            "Graduates contributed %(total)s %(currency)s in money, in kind and in "
            "time. Return on what was spent: %(cash)s in cash, %(extended)s with the "
            "value of their time.",
            total=total.display_value,
            currency=total.company_id.currency_id.symbol,
            cash=cash.display_value,
            extended=extended.display_value,
        )

    # charts

    def _captions(self, period, values):
        """What each chart shows, of which period and of how many people."""
        rate = values.get("ENG-15")
        contactable, engaged = (rate.denominator, rate.numerator) if rate else (0, 0)
        return {
            "line": self.env._("Engagement rate, of the contactable, by period"),
            "bars": self.env._(
                "Engaged in each mode, %(period)s; somebody can stand in several; "
                "n = %(count)s contactable",
                period=period.name,
                count=self._number(contactable),
            ),
            "money": self.env._(
                "Cost and contributions, %(period)s; n = %(count)s engaged",
                period=period.name,
                count=self._number(engaged),
            ),
        }

    def _line(self, period):
        """The engagement rate of this period and of complete ones before it."""
        values = self.env["alumni.indicator.value"].search(
            [
                ("company_id", "=", period.company_id.id),
                ("indicator_id.code", "=", "ENG-15"),
                ("breakdown", "=", "total"),
                ("period_id.date_end", "<=", period.date_end),
            ],
            order="period_id DESC",
        )
        by_period = {}
        for value in values:
            by_period.setdefault(value.period_id, value)
        shown = sorted(by_period.values(), key=lambda value: value.period_id.year)
        points = []
        for value in shown[-YEARS:]:
            known = value.state != "missing" and value.denominator >= SMALL
            points.append(
                (
                    value.period_id.name,
                    f"n = {self._number(value.denominator)}",
                    value.value if known else None,
                    value.display_value if known else "",
                )
            )
        return svg.line_chart(self.env._("Engagement rate"), points)

    def _bars(self, values):
        bars = [
            (
                # the mode, without what the rate is called
                values[code].numerator_id.name,
                values[code].value,
                self._shown(values[code]),
            )
            for code in MODES
            if code in values
        ]
        return svg.bar_chart(
            self.env._("Share of the contactable in each mode"),
            bars,
            colours=(svg.BLUE, svg.VERMILION, svg.GREEN, svg.PURPLE),
        )

    def _money(self, period):
        """Cost beside what was received, on one scale."""
        values = self._values(period, {"CST-01", "ROI-08", "ROI-10", "ROI-11"})
        total = values.get("ROI-11")
        bars = []
        if "CST-01" in values:
            bars.append((self.env._("Cost"), values["CST-01"]))
        if total:
            time, kind = (
                values[code].value if code in values else 0
                for code in ("ROI-08", "ROI-10")
            )
            bars += [
                (self.env._("Money"), total.value - time - kind),
                (self.env._("In kind"), kind),
                (self.env._("Time"), time),
            ]
        currency = period.company_id.currency_id.symbol
        return svg.bar_chart(
            self.env._("Cost and contributions"),
            [
                (
                    name,
                    getattr(amount, "value", amount),
                    f"{self._number(getattr(amount, 'value', amount))} {currency}",
                )
                for name, amount in bars
            ],
            colours=(svg.ORANGE, svg.BLUE, svg.GREEN, svg.PURPLE),
            label_width=60,
        )

    def _method(self, values):
        value = values.get("ENG-15") or values.get("ENG-04")
        lines = value._describe_method(value.method_flags or {})[1:] if value else []
        return " · ".join(
            self.env._("%(name)s: %(value)s", name=name, value=text)
            for name, text in lines
        )
