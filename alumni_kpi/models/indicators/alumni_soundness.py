from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .alumni_breakdown import DIMENSIONS

CHECKS = [
    ("nested", "1. Engaged ≤ contactable ≤ living ≤ alumni of record"),
    ("modes", "2. Largest mode ≤ engaged ≤ all modes added up"),
    ("counts", "3. People in exactly 1, 2, 3, 4 modes add up"),
    ("unreachable", "4. Nobody engaged is left out for not being contactable"),
    ("frozen", "5. A closed period still says what it said"),
    ("once", "6. Every total counts each person once"),
]

MODES = ("philanthropic", "volunteer", "experiential", "communication")


class AlumniSoundness(models.Model):
    """Are my figures sound? Six things that must always hold, checked for every
    period against the person-years themselves, with a way to the people behind a
    failure. The fourth is no error of the figures but an alert about the data:
    people who did something and cannot be contacted are left out of the rates."""

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
                return self.env._("Open: the figures follow the records")
            return self.env._(
                "%(found)s of %(values)s values differ from the person-years",
                found=self.found,
                values=figures.get("values", 0),
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
        if code == "frozen":
            return self._check_frozen(period)
        if code == "once":
            return self._check_once(period, sums)
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
    def _check_frozen(self, period):
        if period.state != "closed":
            return 0, True, {"closed": False}
        values = (
            self.env["alumni.indicator.value"]
            .search(
                [
                    ("period_id", "=", period.id),
                    ("state", "=", "computed"),
                    ("breakdown", "!=", "kind"),
                ]
            )
            .filtered(
                lambda value: (
                    {value.numerator_id.source, value.denominator_id.source}
                    <= {"person_year", False}
                )
            )
        )
        measures = values.numerator_id | values.denominator_id
        amounts, sources = measures._read_sources(period)
        fresh = {
            (row["indicator_id"], row["breakdown"], row["key"], row["series"]): row
            for row in values.indicator_id._evaluate(amounts, sources)
        }
        changed = values.filtered(
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
        return len(changed), not changed, {"closed": True, "values": len(values)}

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
        wrong = abs(rows - sums["people"]) + abs(rows - persons - erased)
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
        """The report, checked now."""
        periods = self.env["alumni.period"].search(
            [("company_id", "in", self.env.companies.ids)]
        )
        periods._refresh_values()
        # Whoever may read the report may have it brought up to date; what is
        # written does not depend on the user.
        self.sudo()._refresh(periods)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "alumni_kpi.alumni_soundness_action"
        )

    def action_open_people(self):
        """The people for whom the check fails; for a check that is not about
        single people, the values of the period."""
        self.ensure_one()
        domain = self._violation_domain(self.check_code)
        people = domain is not None
        domain = (domain or Domain.TRUE) & Domain("period_id", "=", self.period_id.id)
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "alumni.person.year" if people else "alumni.indicator.value",
            "view_mode": "list,pivot" if people else "list,form",
            "domain": list(domain),
        }
