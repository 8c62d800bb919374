from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

BATCH = 1000
"""Analytic lines that become cost lines in one step."""


class AccountAnalyticAccount(models.Model):
    """An analytic account, for instance that of a project with time sheets, can hold
    the costs of an event or programme. From a day on, what the university pays for it
    comes from this account only: typed lines of that kind are refused, so that
    nothing is counted twice. An account can be of all institutions: only the lines of
    the one whose event or programme it is are taken."""

    _inherit = "account.analytic.account"

    alumni_event_id = fields.Many2one(
        comodel_name="event.event",
        string="Costs of the event",
        index="btree_not_null",
        ondelete="restrict",
    )
    alumni_programme_id = fields.Many2one(
        comodel_name="alumni.programme",
        string="Costs of the programme",
        index="btree_not_null",
        ondelete="restrict",
        help="For what the programme does outside its events.",
    )
    alumni_date_from = fields.Date(
        string="Costs from",
        help="Analytic lines from this day on become cost lines. Empty: all.",
    )
    alumni_sync_id = fields.Integer(
        string="Costs looked at up to",
        help="Analytic lines up to this id are done; -1: all are.",
        default=-1,
        copy=False,
    )

    _alumni_event_or_programme = models.Constraint(
        "CHECK (alumni_event_id IS NULL OR alumni_programme_id IS NULL)",
        "Choose an event or a programme: the costs of an event are those of its "
        "programme, too.",
    )
    _alumni_event_uniq = models.UniqueIndex(
        "(alumni_event_id) WHERE alumni_event_id IS NOT NULL",
        "Another analytic account holds the costs of this event.",
    )
    _alumni_programme_uniq = models.UniqueIndex(
        "(alumni_programme_id) WHERE alumni_programme_id IS NOT NULL",
        "Another analytic account holds the costs of this programme.",
    )

    @api.constrains("alumni_event_id", "alumni_programme_id", "alumni_date_from")
    def _check_alumni_typed_costs(self):
        for account in self:
            # Whoever keeps the accounts need not see the costs of alumni relations.
            if account._alumni_is_linked() and self.env[
                "alumni.cost.line"
            ].sudo().search_count(account._alumni_typed_domain(), limit=1):
                raise ValidationError(
                    self.env._(
                        "%s: costs of this event or programme were typed. Cancel "
                        "those that are in the accounts, or let this account begin "
                        "on a later day.",
                        account.display_name,
                    )
                )

    def _alumni_is_linked(self):
        return bool(self.alumni_event_id or self.alumni_programme_id)

    def _alumni_company(self):
        return self.alumni_event_id.company_id or self.alumni_programme_id.company_id

    def _alumni_typed_domain(self):
        """Typed lines that this account would count again."""
        domain = Domain("analytic_line_id", "=", False)
        domain &= Domain("state", "!=", "cancelled")
        domain &= Domain("category", "in", ("expense_university", "labour_paid"))
        if self.alumni_date_from:
            domain &= Domain("date", ">=", self.alumni_date_from)
        if self.alumni_event_id:
            return domain & Domain("event_id", "=", self.alumni_event_id.id)
        return (
            domain
            & Domain("programme_id", "=", self.alumni_programme_id.id)
            & Domain("event_id", "=", False)
        )

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts.filtered(lambda account: account._alumni_is_linked())._alumni_ask()
        return accounts

    def write(self, vals):
        result = super().write(vals)
        if {"alumni_event_id", "alumni_programme_id", "alumni_date_from"} & vals.keys():
            self._alumni_ask()
        return result

    def _alumni_ask(self):
        """Have the lines of these accounts looked at again, in the background."""
        if self:
            self.alumni_sync_id = 0
            cron = self.env.ref("alumni_relations_timesheet.ir_cron_alumni_sync")
            # Triggers belong to administrators.
            cron.sudo()._trigger()

    @api.model
    def _cron_alumni_sync(self):
        """Go on with the accounts that are to be looked at, saving after each step."""
        while account := self.search([("alumni_sync_id", ">=", 0)], limit=1):
            account._alumni_sync_step()
            left = self.search_count([("alumni_sync_id", ">=", 0)])
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                break

    def _alumni_sync_step(self):
        """Look at some lines of this account."""
        self.ensure_one()
        lines = self.env["account.analytic.line"].search(
            [("account_id", "=", self.id), ("id", ">", self.alumni_sync_id)],
            order="id",
            limit=BATCH,
        )
        lines._alumni_sync()
        self.alumni_sync_id = lines[-1:].id or -1
