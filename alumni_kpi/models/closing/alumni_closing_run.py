from odoo import api, fields, models
from odoo.tools import SQL

AT_ONCE = 200_000
"""Person-years of a period that are looked at while whoever asks waits."""

STAGES = {
    "check": ("_stage_check",),
    "close": ("_stage_may_close", "_stage_lock", "_stage_values", "_stage_seal"),
    "verify": ("_stage_verify",),
    "compare": ("_stage_compare",),
    "follow": ("_stage_follow", "_stage_values"),
}
"""What is done for each task, one stage after the other, each saved when done.

Closing takes several transactions on purpose. The first one only sets the status and
records the closing; it waits until everybody who writes figures of the period has
finished, and whoever comes later finds the period closed. Only then, seeing all that
was written, are values worked out and the content sealed."""


class AlumniClosingRun(models.Model):
    """Work on one period that may take longer than anybody waits: its check list, its
    closing, the comparison of its frozen content, the effect of reopening it."""

    _name = "alumni.closing.run"
    _description = "Work on a period"
    _inherit = ["alumni.background.mixin"]
    _rec_name = "period_id"
    _background_cron = "alumni_kpi.ir_cron_alumni_closing_run"

    period_id = fields.Many2one(
        comodel_name="alumni.period", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        string="Institution", related="period_id.company_id", store=True, index=True
    )
    task = fields.Selection(
        selection=[
            ("check", "Check list"),
            ("close", "Closing"),
            ("verify", "Comparison with what was closed"),
            ("compare", "Effect of reopening"),
            ("follow", "Figures after reopening"),
        ],
        required=True,
        readonly=True,
    )
    message = fields.Text(readonly=True, help="What came of it.")

    @api.model
    def _request_for(self, periods, task):
        """Ask for some work on some periods, in the background.

        :return: the work on each of them
        """
        # sudo: whoever may ask for it need not write the work itself.
        runs = self.sudo().search(
            [
                ("period_id", "in", periods.ids),
                ("task", "=", task),
                ("state", "=", "waiting"),
            ]
        )
        runs |= self.sudo().create(
            [
                {"period_id": period.id, "task": task}
                for period in (periods - runs.period_id).sorted("year")
            ]
        )
        self.env.ref(self._background_cron).sudo()._trigger()
        return runs

    @api.model
    def _do(self, periods, task):
        """Do some work on some periods: at once where they hold few person-years,
        else in the background.

        :return: an action that shows how far the work is, or nothing
        """
        [(many,)] = self.env.execute_query(
            SQL(
                "SELECT COUNT(*) > %s FROM (SELECT FROM alumni_person_year"
                " WHERE period_id = ANY(%s) LIMIT %s) AS person_year",
                AT_ONCE,
                periods.ids,
                AT_ONCE + 1,
            )
        )
        if many:
            return self._request_for(periods, task)._action_list()
        # sudo: figures belong to the institution, and what is written does not
        # depend on who asks.
        for period in periods.sorted("year"):
            self.sudo().new({"period_id": period.id, "task": task})._do_stages()
        return None

    def _do_stages(self):
        for stage in STAGES[self.task]:
            getattr(self, stage)(self.period_id._origin)

    def _step(self):
        stages = STAGES[self.task]
        getattr(self, stages[self.last_id])(self.period_id)
        if self.state == "done":
            return
        done = self.last_id + 1
        self.write({"last_id": done, "progress": 100 * done / len(stages)})
        if done == len(stages):
            self._finish()

    def _stage_check(self, period):
        self.env["alumni.closing.check"]._refresh(period)

    def _stage_may_close(self, period):
        """The check list once more: the last look may be hours old."""
        self._stage_check(period)
        if problems := period._closing_problems():
            self.message = problems
            self._finish()

    def _stage_lock(self, period):
        if period.state == "closing":
            period._set_state("closed")
            self.env["alumni.closing"]._record(period)

    def _stage_values(self, period):
        if not period.closing_id.content_hash:
            period._freeze_values()

    def _stage_seal(self, period):
        if not period.closing_id.content_hash:
            period.closing_id._seal()
        self.message = self.env._(
            "%(period)s is closed. Fingerprint: %(hash)s",
            period=period.name,
            hash=period.closing_id.content_hash,
        )

    def _stage_verify(self, period):
        period.closing_id._verify()

    def _stage_compare(self, period):
        if period.closing_id:
            self.env["alumni.closing.value"]._compare(period.closing_id)

    def _stage_follow(self, period):
        self.env["alumni.person.year"]._refresh_period(period)

    def _done_message(self):
        tasks = dict(self._fields["task"]._description_selection(self.env))
        return self.message or self.env._(
            "%(task)s of %(period)s: done.",
            task=tasks[self.task],
            period=self.period_id.name,
        )

    def _action_list(self):
        """The work, with its progress."""
        if len(self) == 1:
            return self._action_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Work on periods"),
            "res_model": self._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self.ids)],
        }

    def action_open_period(self):
        """The period that the work is about."""
        self.ensure_one()
        return self.period_id._action_form()
