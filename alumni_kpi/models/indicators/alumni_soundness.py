from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_amount

from ..engagement.alumni_person_year import CELL
from .alumni_breakdown import DIMENSIONS

CHECKS = [
    ("nested", "1. Engaged ≤ contactable ≤ living ≤ alumni of record"),
    ("modes", "2. Largest mode ≤ engaged ≤ all modes added up"),
    ("counts", "3. People in exactly 1, 2, 3, 4 modes add up"),
    ("unreachable", "4. Nobody engaged is left out for not being contactable"),
    ("frozen", "5. A closed period still says what it said"),
    ("once", "6. Every total counts each person once"),
    ("cube", "7. The cube adds up the person-years"),
    ("values", "8. Values are those that the measures give"),
    ("funnel", "9. At events nobody comes before being registered"),
    ("costs", "10. Costs are the sum of their parts"),
]

LISTED = 10_000
"""How many person-years of cells that do not add up are listed."""

MODES = ("philanthropic", "volunteer", "experiential", "communication")


class AlumniSoundness(models.Model):
    """Are my figures sound? Things that must always hold, checked for every period
    against the person-years and records themselves, with a way to the people, values
    or lines behind a failure. The first six are those of the rules for numbers. The
    fourth is no error of the figures but an alert about the data: people who did
    something and cannot be contacted are left out of the rates. The fifth compares
    the fingerprint of a closed period with that of its closing."""

    _name = "alumni.soundness"
    _description = "Check of the figures"
    _order = "period_id desc, sequence, id"
    _rec_name = "check_code"

    period_id = fields.Many2one(
        comodel_name="alumni.period",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        string="Institution", related="period_id.company_id", store=True, index=True
    )
    check_code = fields.Selection(
        selection=CHECKS, string="Check", required=True, readonly=True
    )
    sequence = fields.Integer(readonly=True, aggregator=None)
    state = fields.Selection(
        string="Status",
        selection=[("passed", "Holds"), ("alert", "Look at it"), ("failed", "Fails")],
        required=True,
        readonly=True,
    )
    found = fields.Integer(
        string="Cases", readonly=True, help="People, or figures, for which it fails."
    )
    detail = fields.Char(compute="_compute_detail")
    figures = fields.Json(readonly=True)
    checked_at = fields.Datetime(string="Checked at", readonly=True)

    _check_uniq = models.UniqueIndex("(period_id, check_code)")

    @api.depends_context("lang")
    @api.depends("figures")
    def _compute_detail(self):
        for check in self:
            check.detail = check._describe()

    def _describe(self):
        figures = self.figures or {}
        if self.check_code == "nested":
            names = ("engaged", "contactable", "living", "people")
            return " ≤ ".join(str(figures.get(name, 0)) for name in names)
        if self.check_code == "modes":
            largest = max(figures.get(mode, 0) for mode in MODES)
            engaged, modes = figures.get("engaged", 0), figures.get("modes", 0)
            return f"{largest} ≤ {engaged} ≤ {modes}"
        if self.check_code == "counts":
            counts = [figures.get(f"modes_{n}", 0) for n in range(1, 5)]
            total = " + ".join(map(str, counts))
            return f"{total} = {figures.get('engaged', 0)}"
        if self.check_code == "unreachable":
            return self.env._(
                "%(people)s of the %(acted)s people with an act are not contactable",
                people=self.found,
                acted=figures.get("acted", 0),
            )
        if self.check_code == "frozen":
            if not figures.get("closed"):
                return self.env._("Not closed: the figures follow the records")
            if not figures.get("hash"):
                return self.env._("No fingerprint yet")
            return self.env._("Fingerprint %s", figures["hash"])
        if self.check_code == "cube":
            return self.env._(
                "%(found)s of %(cells)s cells differ from the person-years",
                found=self.found,
                cells=figures.get("cells", 0),
            )
        if self.check_code == "values":
            return self.env._(
                "%(found)s of %(values)s values differ from the measures",
                found=self.found,
                values=figures.get("values", 0),
            )
        if self.check_code == "funnel":
            return self.env._(
                "%(came)s came of %(registered)s registered; %(walk_ins)s walk-ins",
                came=figures.get("came", 0),
                registered=figures.get("registered", 0),
                walk_ins=figures.get("walk_ins", 0),
            )
        if self.check_code == "costs":
            return self.env._(
                "%(university)s by the university + %(other)s by others "
                "+ %(labour)s of paid labour = %(cost)s",
                **{
                    name: format_amount(
                        self.env, figures.get(name, 0), self.company_id.currency_id
                    )
                    for name in ("university", "other", "labour", "cost")
                },
            )
        return self.env._(
            "%(cube)s in the totals, %(rows)s person-years, %(persons)s people",
            cube=figures.get("cube", 0),
            rows=figures.get("rows", 0),
            persons=figures.get("persons", 0),
        )

    # the people for whom a check fails, one by one

    @api.model
    def _violation_domain(self, code):
        if code == "nested":
            return Domain.OR(
                [
                    Domain("engaged", "=", 1) & Domain("contactable", "=", 0),
                    Domain("contactable", "=", 1) & Domain("living", "=", 0),
                    Domain("living", "=", 1) & Domain("people", "=", 0),
                ]
            )
        if code == "modes":
            some_mode = Domain.OR(Domain(mode, "=", 1) for mode in MODES)
            return (some_mode & Domain("engaged", "=", 0)) | (
                ~some_mode & Domain("engaged", "=", 1)
            )
        if code == "counts":
            wrong = [Domain("engaged", "=", 1) & Domain("modes", "=", 0)]
            for n in range(1, 5):
                wrong.append(Domain("modes", "=", n) & Domain(f"modes_{n}", "=", 0))
                wrong.append(Domain("modes", "!=", n) & Domain(f"modes_{n}", "=", 1))
            return Domain.OR(wrong)
        if code == "unreachable":
            return Domain("acted", "=", 1) & Domain("contactable", "=", 0)
        return None

    @api.model
    def _refresh(self, periods):
        """Check these periods now. Closed ones too: that they stay as they were is
        one of the checks."""
        self.env.cr.flush()
        sums = self._read_sums(periods)
        now = fields.Datetime.now()
        known = {
            (check.period_id.id, check.check_code): check
            for check in self.search([("period_id", "in", periods.ids)])
        }
        for period in periods:
            figures = sums.get(period.id)
            for sequence, (code, _label) in enumerate(CHECKS):
                if not figures:
                    known.get((period.id, code), self.browse()).unlink()
                    continue
                found, holds, extra = self._check(period, code, figures)
                vals = {
                    "state": "passed"
                    if holds
                    else "alert"
                    if code == "unreachable"
                    else "failed",
                    "found": found,
                    "figures": {**figures, **extra},
                    "checked_at": now,
                }
                check = known.get((period.id, code))
                if check:
                    check.write(vals)
                else:
                    self.create(
                        {
                            **vals,
                            "period_id": period.id,
                            "check_code": code,
                            "sequence": sequence,
                        }
                    )

    @api.model
    def _read_sums(self, periods):
        """Of each period, the sums over the cube that the checks compare."""
        if not periods:
            return {}
        names = (
            "people",
            "living",
            "contactable",
            "acted",
            "engaged",
            *MODES,
            "modes",
            *(f"modes_{n}" for n in range(1, 5)),
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT period_id, %s FROM alumni_person_year_cube"
                " WHERE period_id IN %s GROUP BY period_id",
                SQL(", ").join(SQL("SUM(%s)", SQL.identifier(name)) for name in names),
                tuple(periods.ids),
            )
        )
        return {
            period: {n: int(s) for n, s in zip(names, row, strict=True)}
            for period, *row in rows
        }

    @api.model
    def _check(self, period, code, sums):
        """One check of one period: (cases found, whether it holds, figures)."""
        special = {
            "frozen": self._check_frozen,
            "once": self._check_once,
            "cube": self._check_cube,
            "values": self._check_values,
            "funnel": self._check_funnel,
            "costs": self._check_costs,
        }
        if code in special:
            return special[code](period, sums)
        domain = self._violation_domain(code) & Domain("period_id", "=", period.id)
        found = self.env["alumni.person.year"].search_count(domain)
        counts = [sums[f"modes_{n}"] for n in range(1, 5)]
        by_mode = [sums[mode] for mode in MODES]
        holds = {
            "nested": sums["engaged"]
            <= sums["contactable"]
            <= sums["living"]
            <= sums["people"],
            "modes": max(by_mode) <= sums["engaged"] <= sum(by_mode)
            and sum(by_mode) == sums["modes"],
            "counts": sum(counts) == sums["engaged"]
            and sum(n * count for n, count in enumerate(counts, 1)) == sum(by_mode),
            "unreachable": True,
        }[code]
        return found, holds and not found, {}

    @api.model
    def _check_frozen(self, period, sums):
        """Whether what is frozen of a closed period is what was closed."""
        if period.state != "closed":
            return 0, True, {"closed": False}
        closing = period.closing_id
        closing._verify()
        if not closing.content_hash:
            # Its closing is going on, or it was closed past the program.
            return 0, bool(closing), {"closed": True}
        same = closing.verified == "same"
        found = 0 if same else len(closing.differing_parts or ()) or 1
        return found, same, {"closed": True, "hash": closing.verified_hash}

    @api.model
    def _differing_values(self, period):
        """The values whose numerator is not what the measures give now, and among
        how many. In a closed period the person-years are frozen, other records are
        not: only values that rest on person-years alone are compared."""
        values = self.env["alumni.indicator.value"].search(
            [("period_id", "=", period.id), ("state", "!=", "missing")]
        )
        if period.state == "closed":
            frozen = values.indicator_id.filtered(
                lambda indicator: (
                    set(indicator._measures().mapped("source")) <= {"person_year"}
                    and indicator.reference != "previous"
                )
            )
            values = values.filtered(
                lambda value: value.breakdown != "kind" and value.indicator_id in frozen
            )
        fresh = {
            (row["indicator_id"], row["breakdown"], row["key"], row["series"]): row
            for row in values.indicator_id._evaluate_period(period)
        }
        differing = values.filtered(
            lambda value: (
                fresh.get(
                    (
                        value.indicator_id.id,
                        value.breakdown,
                        value.key,
                        value.series or "",
                    ),
                    {},
                ).get("numerator")
                != value.numerator
            )
        )
        return differing, len(values)

    @api.model
    def _check_values(self, period, sums):
        differing, count = self._differing_values(period)
        return len(differing), not differing, {"values": count}

    @api.model
    def _check_cube(self, period, sums):
        cell = SQL(", ").join(map(SQL.identifier, CELL))
        [(found, cells)] = self.env.execute_query(
            SQL(
                """
                SELECT (SELECT COUNT(*) FROM (%s) AS differing),
                       (SELECT COUNT(*) FROM (
                           SELECT FROM alumni_person_year WHERE period_id = %s
                           GROUP BY %s) AS cell)
                """,
                self.env["alumni.person.year.cube"]._select_differing(period),
                period.id,
                cell,
            )
        )
        return found, not found, {"cells": cells}

    @api.model
    def _funnel_domain(self, period):
        """What can be true of nobody at an event."""
        impossible = (
            ("delivered", "invited"),
            ("answered", "invited"),
            ("accepted", "answered"),
            ("cancelled", "registered"),
            ("no_show", "registered"),
            ("walk_in", "attended"),
            ("surveyed", "attended"),
            ("gave", "attended"),
        )
        return Domain("period_id", "=", period.id) & Domain.OR(
            [
                *(Domain(a, "=", 1) & Domain(b, "=", 0) for a, b in impossible),
                Domain("attended", "=", 1)
                & Domain("registered", "=", 0)
                & Domain("walk_in", "=", 0),
                Domain("attended", "=", 1)
                & (Domain("no_show", "=", 1) | Domain("cancelled", "=", 1)),
            ]
        )

    @api.model
    def _check_funnel(self, period, sums):
        funnel = self.env["alumni.funnel"]
        cube = self.env["alumni.funnel.cube"]
        [(cells,)] = self.env.execute_query(
            SQL("SELECT COUNT(*) FROM (%s) AS cell", cube._select_differing(period))
        )
        found = funnel.search_count(self._funnel_domain(period)) + cells
        [(attended, walk_ins, registered, cancelled, absent)] = funnel._read_group(
            [("period_id", "=", period.id)],
            [],
            [
                f"{name}:sum"
                for name in (
                    "attended",
                    "walk_in",
                    "registered",
                    "cancelled",
                    "no_show",
                )
            ],
        )
        came = (attended or 0) - (walk_ins or 0)
        registered = (registered or 0) - (cancelled or 0)
        holds = came + (absent or 0) <= registered
        return (
            found,
            holds and not found,
            {"came": came, "registered": registered, "walk_ins": walk_ins or 0},
        )

    @api.model
    def _select_costs(self, period):
        """The lines that count in a period, and whether each is made of its parts."""
        self.env["alumni.cost.line"].flush_model()
        return SQL(
            """
            SELECT id, category, cost_amount,
                   category IS DISTINCT FROM COALESCE('labour_' || labour,
                       'expense_' || payer)
                   OR (cost_amount, volunteer_amount) IS DISTINCT FROM (
                       CASE WHEN labour = 'volunteer' THEN 0 ELSE amount_company END,
                       CASE WHEN labour = 'volunteer' THEN amount_company ELSE 0 END)
                   OR nature = 'labour' AND abs(amount - hours * rate) > 0.01
                       AS wrong
            FROM alumni_cost_line
            WHERE state = 'validated' AND company_id = %s AND date BETWEEN %s AND %s
            """,
            period.company_id.id,
            period.date_start,
            period.date_end,
        )

    @api.model
    def _check_costs(self, period, sums):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT category, SUM(cost_amount), COUNT(*) FILTER (WHERE wrong)
                FROM (%s) AS line GROUP BY category
                """,
                self._select_costs(period),
            )
        )
        parts = {category: float(cost or 0) for category, cost, _wrong in rows}
        found = sum(wrong for _category, _cost, wrong in rows)
        figures = {
            "university": parts.get("expense_university", 0),
            "other": parts.get("expense_other", 0),
            "labour": parts.get("labour_paid", 0),
            "cost": sum(parts.values()),
        }
        holds = not parts.get("labour_volunteer")
        return found, holds and not found, figures

    @api.model
    def _check_once(self, period, sums):
        [[rows, persons, erased]] = self.env.execute_query(
            SQL(
                "SELECT SUM(people), COUNT(DISTINCT partner_id),"
                " COUNT(*) FILTER (WHERE partner_id IS NULL)"
                " FROM alumni_person_year WHERE period_id = %s",
                period.id,
            )
        )
        rows = int(rows or 0)
        wrong = abs(rows - sums["people"])
        if period.state != "closed":
            # People who were merged since stand in a closed period as they were.
            wrong += abs(rows - persons - erased)
        table = SQL("alumni_person_year_cube")
        where = SQL("period_id = %s", period.id)
        totals = dict.fromkeys(DIMENSIONS, 0)
        for name, _key, amounts in self.env["alumni.measure"]._group_by_dimensions(
            table, {"people": SQL("SUM(people)")}, where
        ):
            if name in totals:
                totals[name] += int(amounts["people"] or 0)
        wrong += sum(abs(rows - total) for total in totals.values())
        figures = {"cube": sums["people"], "rows": rows, "persons": persons + erased}
        return wrong, not wrong, figures

    @api.model
    def action_open(self):
        """The report, checked now; where there are very many people, as it was last
        checked, and checked again in the background."""
        periods = self.env["alumni.period"].search(
            [("company_id", "in", self.env.companies.ids)]
        )
        report = self.env["ir.actions.act_window"]._for_xml_id(
            "alumni_kpi.alumni_soundness_action"
        )
        if not self.env["alumni.closing.run"]._do(periods, "check"):
            return report
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "The figures are being checked again. This is the result of the "
                    "last time."
                ),
                "next": report,
            },
        }

    def action_print(self):
        """The report on paper, for the chosen checks or for all."""
        checks = self or self.search([("company_id", "in", self.env.companies.ids)])
        return self.env.ref("alumni_kpi.alumni_soundness_report").report_action(
            checks.period_id.sorted("year", reverse=True)
        )

    @api.readonly
    def action_open_people(self):
        """The people for whom the check fails; for a check that is not about people,
        the values, rows or lines that do not hold."""
        self.ensure_one()
        code, period = self.check_code, self.period_id
        model, domain = "alumni.person.year", self._violation_domain(code)
        if domain is not None:
            domain &= Domain("period_id", "=", period.id)
        elif code == "values":
            model = "alumni.indicator.value"
            domain = Domain("id", "in", self._differing_values(period)[0].ids)
        elif code == "funnel":
            model = "alumni.funnel"
            rows = self.env.execute_query(
                SQL(
                    "%s LIMIT %s",
                    self.env["alumni.funnel.cube"]._select_miscounted(period),
                    LISTED,
                )
            )
            domain = self._funnel_domain(period) | Domain(
                "id", "in", [row[0] for row in rows]
            )
        elif code == "costs":
            model = "alumni.cost.line"
            rows = self.env.execute_query(
                SQL(
                    "SELECT id FROM (%s) AS line WHERE wrong",
                    self._select_costs(period),
                )
            )
            domain = Domain("id", "in", [row[0] for row in rows])
        elif code == "frozen":
            model, domain = "alumni.closing", Domain("period_id", "=", period.id)
        else:
            domain = Domain("id", "in", self._miscounted(period))
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": model,
            "views": [(False, "list"), (False, "form")]
            if model != "alumni.person.year"
            else [(False, "list"), (False, "pivot")],
            "domain": list(domain),
        }

    @api.model
    def _miscounted(self, period):
        """Ids of person-years of people who stand twice in a period, and of those in
        cells that do not add up."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM (
                    SELECT id, COUNT(*) OVER (PARTITION BY partner_id) AS times
                    FROM alumni_person_year
                    WHERE period_id = %(period)s AND partner_id IS NOT NULL
                ) AS person WHERE times > 1
                UNION
                %(miscounted)s
                LIMIT %(limit)s
                """,
                period=period.id,
                miscounted=self.env["alumni.person.year.cube"]._select_miscounted(
                    period
                ),
                limit=LISTED,
            )
        )
        return [row[0] for row in rows]
