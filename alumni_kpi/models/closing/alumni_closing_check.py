from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..indicators.alumni_indicator import METHOD_VERSION
from ..indicators.alumni_soundness import CHECKS

CODES = [
    ("soundness", "Checks of the figures that do not hold"),
    ("undated", "Acts that no period has taken"),
    ("costs", "Costs to validate"),
    ("hours", "Hours of volunteers to validate"),
    ("registrations", "Registrations of past events without an outcome"),
    ("invitations", "Invitations of past events not sent or still waiting"),
    ("entries", "Figures still to be entered"),
    ("jobs", "Work in the background still to be done"),
    ("method", "Figures worked out by an older method"),
]

WAITED_FOR = ("jobs", "method")
"""What is waited for and never accepted."""


class AlumniClosingCheck(models.Model):
    """One line of the check list that is worked off before a period is closed: what
    is not in order, how many records, and either nothing is left of it or a manager
    says why that is accepted. What is accepted holds for as many cases as there were:
    if more come, the line is to be looked at again."""

    _name = "alumni.closing.check"
    _description = "Check before closing a period"
    _order = "period_id desc, sequence, id"
    _rec_name = "code"

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
    code = fields.Selection(selection=CODES, required=True, readonly=True)
    check_code = fields.Selection(
        selection=CHECKS, string="Check of the figures", readonly=True
    )
    sequence = fields.Integer(readonly=True, aggregator=None)
    title = fields.Char(string="To check", compute="_compute_title")
    found = fields.Integer(string="Cases", readonly=True, aggregator=None)
    state = fields.Selection(
        string="Status",
        selection=[
            ("passed", "In order"),
            ("todo", "To do"),
            ("accepted", "Accepted with a reason"),
        ],
        compute="_compute_state",
        store=True,
    )
    reason = fields.Char(
        string="Accepted because",
        help="Why the period may be closed although this is not in order. It is kept "
        "with the closing.",
    )
    accepted_count = fields.Integer(readonly=True, aggregator=None)
    accepted_by_id = fields.Many2one(
        comodel_name="res.users", string="Accepted by", readonly=True
    )
    accepted_date = fields.Datetime(string="Accepted on", readonly=True)
    may_accept = fields.Boolean(compute="_compute_may_accept")

    _line_uniq = models.UniqueIndex("(period_id, code, COALESCE(check_code, ''))")

    @api.depends_context("lang")
    @api.depends("code", "check_code")
    def _compute_title(self):
        codes = dict(self._fields["code"]._description_selection(self.env))
        checks = dict(self._fields["check_code"]._description_selection(self.env))
        for check in self:
            check.title = (
                self.env._(
                    "Does not hold: %(check)s", check=checks.get(check.check_code)
                )
                if check.check_code
                else codes.get(check.code)
            )

    @api.depends("found", "reason", "accepted_count")
    def _compute_state(self):
        for check in self:
            if not check.found:
                check.state = "passed"
            elif check.reason and check.found <= check.accepted_count:
                check.state = "accepted"
            else:
                check.state = "todo"

    @api.depends("code")
    def _compute_may_accept(self):
        for check in self:
            check.may_accept = check.code not in WAITED_FOR

    def write(self, vals):
        if "reason" not in vals:
            return super().write(vals)
        reason = (vals["reason"] or "").strip()
        for check in self:
            if reason and not check.may_accept:
                raise UserError(
                    self.env._(
                        "%s: this cannot be accepted, only waited for. Check again in "
                        "a moment.",
                        check.title,
                    )
                )
            if check.period_id.state == "closed":
                raise UserError(
                    self.env._("%s is closed already.", check.period_id.name)
                )
            super(AlumniClosingCheck, check).write(
                {
                    **vals,
                    "reason": reason,
                    "accepted_count": check.found if reason else 0,
                    "accepted_by_id": self.env.uid if reason else False,
                    "accepted_date": fields.Datetime.now() if reason else False,
                }
            )
        return True

    # what is looked at

    @api.model
    def _target(self, period, code):
        """The records that a line counts: (model, domain)."""
        own = Domain("company_id", "=", period.company_id.id)
        start, end = period.date_start, period.date_end
        dated = own & Domain("date", ">=", start) & Domain("date", "<=", end)
        over = (
            own
            & Domain("event_id.date_end", "<", fields.Datetime.now())
            & Domain("event_id.date_begin", ">=", datetime.combine(start, time.min))
            & Domain(
                "event_id.date_begin",
                "<",
                datetime.combine(end + timedelta(days=1), time.min),
            )
        )
        if code == "undated":
            return "alumni.engagement", own & Domain("period_id", "=", False) & Domain(
                "date", "<=", end
            )
        if code == "costs":
            return "alumni.cost.line", dated & Domain("state", "=", "draft")
        if code == "hours":
            return "alumni.participation", dated & Domain(
                "hours_state", "=", "reported"
            ) & Domain("state", "!=", "cancelled")
        if code == "registrations":
            # At an event where somebody was marked as present, the others were absent.
            return "event.registration", over & (
                Domain("state", "=", "draft")
                | Domain("state", "=", "open")
                & Domain(
                    "event_id", "not any", [("registration_ids.state", "=", "done")]
                )
            )
        if code == "invitations":
            return "alumni.invitation", over & Domain("state", "in", ("new", "waiting"))
        if code == "entries":
            return "alumni.measure", self._missing_entries(period)
        if code == "method":
            return "alumni.indicator.value", Domain("period_id", "=", period.id)
        return "alumni.soundness", Domain("period_id", "=", period.id) & Domain(
            "state", "!=", "passed"
        )

    @api.model
    def _missing_entries(self, period):
        """Which measures that active indicators use have no entered figure."""
        indicators = self.env["alumni.indicator"].search(Domain.TRUE)
        measures = indicators._measures()
        entered = (
            self.env["alumni.measure.entry"]
            .search([("period_id", "=", period.id), ("breakdown", "=", "total")])
            .measure_id
        )
        missing = measures.filtered(lambda m: m.source == "entry") - entered
        return Domain("id", "in", missing.ids)

    @api.model
    def _pending_jobs(self):
        """Work in the background that may still change figures: [(model, count)]."""
        mixin = self.env.registry["alumni.background.mixin"]
        jobs = []
        for name, model in sorted(self.env.registry.items()):
            if (
                issubclass(model, mixin)
                and not model._abstract
                and name != "alumni.closing.run"
            ):
                count = self.env[name].sudo().search_count([("state", "!=", "done")])
                jobs.append((name, count))
        loading = (
            self.env["alumni.import"].sudo().search_count([("state", "=", "running")])
        )
        return [job for job in [*jobs, ("alumni.import", loading)] if job[1]]

    @api.model
    def _count(self, period, code):
        if code == "jobs":
            return sum(count for _model, count in self._pending_jobs())
        if code == "method":
            return int(period.values_method != METHOD_VERSION)
        model, domain = self._target(period, code)
        return self.env[model].search_count(domain)

    @api.model
    def _refresh(self, periods):
        """Look at everything that has to be in order before these periods are
        closed."""
        periods._refresh_values()
        self.env["alumni.soundness"]._refresh(periods)
        for period in periods.filtered(lambda period: period.state == "closing"):
            failing = self.env["alumni.soundness"].search(
                [("period_id", "=", period.id), ("state", "!=", "passed")]
            )
            found = {
                ("soundness", check.check_code): check.found or 1 for check in failing
            }
            if not failing:
                found["soundness", False] = 0
            for code, _label in CODES[1:]:
                found[code, False] = self._count(period, code)
            self._store(period, found)

    @api.model
    def _store(self, period, found):
        lines = {
            (line.code, line.check_code): line
            for line in self.search([("period_id", "=", period.id)])
        }
        ranks = {code: rank for rank, (code, _label) in enumerate(CODES)}
        for place in lines.keys() - found.keys():
            lines[place].unlink()
        for (code, check_code), count in found.items():
            if line := lines.get((code, check_code)):
                line.found = count
            else:
                self.create(
                    {
                        "period_id": period.id,
                        "code": code,
                        "check_code": check_code,
                        "sequence": ranks[code],
                        "found": count,
                    }
                )

    def action_accept(self):
        """A window in which a manager says why the period may be closed although this
        is not in order. The period's own form is no one's to edit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.title,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_open(self):
        """The records that are not in order."""
        self.ensure_one()
        if self.check_code:
            return (
                self.env["alumni.soundness"]
                .search(
                    [
                        ("period_id", "=", self.period_id.id),
                        ("check_code", "=", self.check_code),
                    ]
                )
                .action_open_people()
            )
        if self.code == "jobs":
            pending = self._pending_jobs()
            model, domain = pending[0][0] if pending else "alumni.rebuild", Domain.TRUE
        else:
            model, domain = self._target(self.period_id, self.code)
        self.env[model].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.title,
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": list(domain),
        }
