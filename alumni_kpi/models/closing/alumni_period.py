from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date


class AlumniPeriod(models.Model):
    """Closing a period: a check list that is worked off while everything goes on, the
    freezing of its figures with a fingerprint, the list of what has changed in the
    records since, and reopening with a reason and a trace.

    Periods are closed in their order and reopened in the opposite one, so that no
    figure of a closed period rests on an earlier one that still changes."""

    _inherit = "alumni.period"

    closing_ids = fields.One2many(
        comodel_name="alumni.closing", inverse_name="period_id", string="Closings"
    )
    closing_id = fields.Many2one(
        comodel_name="alumni.closing",
        string="Closing in force",
        compute="_compute_closing_id",
        store=True,
    )
    check_ids = fields.One2many(
        comodel_name="alumni.closing.check",
        inverse_name="period_id",
        string="Check list",
    )
    todo_count = fields.Integer(string="To do", compute="_compute_todo_count")
    change_count = fields.Integer(
        string="Since closing", related="closing_id.change_count"
    )
    content_hash = fields.Char(string="Fingerprint", related="closing_id.content_hash")
    verified = fields.Selection(related="closing_id.verified")
    verified_date = fields.Datetime(related="closing_id.verified_date")
    differing = fields.Char(related="closing_id.differing")
    compared_date = fields.Datetime(related="closing_id.compared_date")

    @api.depends("name", "state")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for period in self:
            period.display_name = (
                self.env._("%(period)s (closing)", period=period.name)
                if period.state == "closing"
                else period.name
            )

    @api.depends("closing_ids.reopened_date")
    def _compute_closing_id(self):
        for period in self:
            period.closing_id = period.closing_ids.filtered(
                lambda closing: not closing.reopened_date
            )

    @api.depends("check_ids.state")
    def _compute_todo_count(self):
        for period in self:
            period.todo_count = len(
                period.check_ids.filtered(lambda check: check.state == "todo")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        if any(period.state == "closed" for period in self):
            raise UserError(self.env._("A closed period cannot be deleted."))

    def write(self, vals):
        state = vals.get("state")
        if state and state != "closed" and "closed" in self.mapped("state"):
            raise UserError(
                self.env._("A closed period is reopened by a manager, with a reason.")
            )
        closing = self.browse()
        if state == "closed":
            closing = self.filtered(lambda period: period.state != "closed")
            # What is still pending belongs into the figures that are frozen.
            self.env["alumni.engagement"].sudo()._refresh_pending()
        result = super().write(vals)
        for period in closing.sorted("year"):
            # Nobody may write closings by hand.
            record = self.env["alumni.closing"].sudo()._record(period)
            period._freeze_values()
            record._seal()
        return result

    def _set_state(self, state):
        """Set the status and nothing else. Whoever writes figures of the period at
        the same time is waited for; who comes later begins anew and finds the new
        status."""
        self.env["alumni.engagement"].sudo()._refresh_pending()
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "UPDATE alumni_period SET state = %s, write_uid = %s,"
                " write_date = now() AT TIME ZONE 'UTC' WHERE id = ANY(%s)",
                state,
                self.env.uid,
                self.ids,
            )
        )
        self.invalidate_model(["state", "display_name", "write_uid", "write_date"])

    def _freeze_values(self):
        """Work out the values and cohorts from the person-years as they stay, and add
        up the cells of the cube."""
        self.ensure_one()
        # Nobody may write values and cells by hand.
        period = self.sudo()
        period.env["alumni.indicator"]._compute_period(period)
        period.env["alumni.cohort"]._recount(period)
        period.env["alumni.person.year.cube"]._compact(period)

    def _close(self):
        """Close these periods at once, in the running transaction, with no check list:
        for programs, where nobody else writes at the same time."""
        # Nobody may write periods by hand.
        self.sudo().write({"state": "closed"})

    def _check_manager(self):
        self.check_access("read")
        if not self.env.user.has_group("alumni_relations.group_manager"):
            raise AccessError(
                self.env._("Only an alumni manager may close or reopen a period.")
            )

    def _check_over(self):
        for period in self:
            if period.date_end >= fields.Date.context_today(period):
                raise UserError(
                    self.env._(
                        "%(period)s runs until %(date)s: it can be closed after "
                        "that day.",
                        period=period.name,
                        date=format_date(self.env, period.date_end),
                    )
                )

    def _check_order(self):
        """Earlier periods are closed, or will be with these."""
        for period in self:
            earlier = self.search(
                [
                    ("company_id", "=", period.company_id.id),
                    ("year", "<", period.year),
                    ("state", "!=", "closed"),
                    ("id", "not in", self.ids),
                ],
                limit=1,
            )
            if earlier:
                raise UserError(
                    self.env._(
                        "Close %(earlier)s first: periods are closed in their order, "
                        "so that no closed figure rests on an open one.",
                        earlier=earlier.name,
                    )
                )

    def _closing_problems(self):
        """Why these periods cannot be closed yet, as text; empty if nothing is in
        the way."""
        lines = [
            self.env._(
                "%(period)s: %(what)s (%(count)s)",
                period=check.period_id.name,
                what=check.title,
                count=check.found,
            )
            for check in self.check_ids
            if check.state == "todo"
        ]
        if lines:
            lines.insert(
                0,
                self.env._(
                    "The check list is not done. Settle these lines, or say in the "
                    "list why they are accepted:"
                ),
            )
        return "\n".join(lines)

    def _accepted_checks(self):
        """What is not in order, and why it was accepted."""
        return "\n".join(
            self.env._(
                "%(what)s (%(count)s): %(reason)s — %(user)s",
                what=check.title,
                count=check.found,
                reason=check.reason,
                user=check.accepted_by_id.name,
            )
            for check in self.check_ids
            if check.state == "accepted"
        )

    # buttons

    def action_begin_closing(self):
        """Begin to close these periods: their check list appears, and everybody sees
        that they are being closed. Nothing is locked."""
        self._check_manager()
        periods = self.filtered(lambda period: period.state == "open")
        periods._check_over()
        # Nobody may write periods by hand.
        periods.sudo().write({"state": "closing"})
        return self.env["alumni.closing.run"]._do(periods, "check")

    def action_stop_closing(self):
        """Not now: these periods are open as before."""
        self._check_manager()
        self.filtered(lambda period: period.state == "closing").sudo().write(
            {"state": "open"}
        )

    def action_check(self):
        """Work out the check list again."""
        self._check_manager()
        periods = self.filtered(lambda period: period.state == "closing")
        return self.env["alumni.closing.run"]._do(periods, "check")

    def action_close(self):
        """Close these periods, in the background: their figures no longer follow the
        records."""
        self._check_manager()
        periods = self.filtered(lambda period: period.state != "closed")
        periods._check_over()
        periods._check_order()
        for period in periods:
            if period.state != "closing":
                raise UserError(
                    self.env._(
                        "Begin the closing of %s first, and work off its check list.",
                        period.name,
                    )
                )
        if problems := periods._closing_problems():
            raise UserError(problems)
        return (
            self.env["alumni.closing.run"]._request_for(periods, "close")._action_list()
        )

    def action_reopen(self):
        """Ask for the reason, then reopen."""
        self._check_manager()
        self._check_newest()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reopen %s", self.name),
            "res_model": "alumni.closing.reopen",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_period_id": self.id},
        }

    def _check_newest(self):
        self.ensure_one()
        if self.state != "closed":
            raise UserError(self.env._("%s is not closed.", self.name))
        later = self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("year", ">", self.year),
                ("state", "=", "closed"),
            ],
            order="year desc",
            limit=1,
        )
        if later:
            raise UserError(
                self.env._(
                    "Reopen %(later)s first: its figures rest on those of %(period)s.",
                    later=later.name,
                    period=self.name,
                )
            )

    def _reopen(self, reason):
        """Have the figures of a closed period follow the records again. What was
        closed stays readable, with who reopened it, when and why.

        :return: an action that shows the progress if it takes long
        """
        self._check_manager()
        self._check_newest()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(
                self.env._("Say why %s is reopened: the reason is kept.", self.name)
            )
        # sudo: nobody may write closings by hand.
        closing = self.sudo().closing_id
        closing._verify()
        closing.write(
            {
                "reopened_by_id": self.env.uid,
                "reopened_date": fields.Datetime.now(),
                "reopen_reason": reason,
                "reopened_hash": closing.verified_hash,
            }
        )
        # A list of the last closing says nothing of the next one.
        self.sudo().check_ids.unlink()
        self._set_state("open")
        return self.env["alumni.closing.run"]._do(self, "follow")

    def action_verify(self):
        """Is the frozen content still what was closed?"""
        self.check_access("read")
        closed = self.filtered(lambda period: period.state == "closed")
        return self.env["alumni.closing.run"]._do(closed, "verify")

    def action_compare(self):
        """What would the figures be if the period were reopened?"""
        self.check_access("read")
        closed = self.filtered(lambda period: period.state == "closed")
        return (
            self.env["alumni.closing.run"]._do(closed, "compare")
            or self.closing_id.action_open_values()
        )

    def action_open_changes(self):
        """What has changed in the records since the period was closed."""
        return self.closing_id.action_open_changes()

    def _action_form(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    @api.model
    def _cron_verify(self):
        """Every night: is the frozen content of every closed period still what was
        closed?"""
        periods = self.search([("state", "=", "closed")])
        self.env["alumni.closing.run"]._request_for(periods, "verify")
