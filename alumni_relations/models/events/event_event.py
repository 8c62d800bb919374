from collections import Counter, defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..objectives.impact import IMPACT_OBJECTIVES


class EventEvent(models.Model):
    """An event can belong to a programme, whose objectives it serves, and has a
    list of people who are invited."""

    _name = "event.event"
    _inherit = ["event.event", "alumni.objective.mixin"]
    _objective_place = "event_id"

    programme_id = fields.Many2one(
        comodel_name="alumni.programme",
        index="btree_not_null",
        ondelete="restrict",
        domain="company_id and [('company_id', '=', company_id)] or []",
        tracking=True,
    )
    code = fields.Char(
        copy=False, help="Stable key used by imports, for instance E001."
    )
    alumni_kind_id = fields.Many2one(
        comodel_name="alumni.event.kind",
        string="Kind",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Events are compared with others of their kind.",
    )
    audience_ids = fields.Many2many(
        comodel_name="alumni.audience",
        string="Audiences",
        groups="alumni_relations.group_officer",
    )
    alumni_topic_ids = fields.Many2many(
        comodel_name="alumni.interest",
        relation="event_event_alumni_topic_rel",
        string="Topics",
        groups="alumni_relations.group_officer",
        help="What the event is about. An invitation is well aimed when the person "
        "has one of these interests, or one below it.",
    )
    alumni_impact_objective = fields.Selection(
        selection=IMPACT_OBJECTIVES,
        string="Intended impact",
        help="What the event is mainly meant to change.",
    )
    alumni_target_attendance = fields.Integer(
        string="Expected attendance",
        help="How many people should come. The target is met when as many have come.",
    )
    alumni_answer_deadline = fields.Datetime(
        string="Answer before",
        copy=False,
        help="Until when people can answer their invitation by the link in the "
        "message. Empty: until the event begins.",
    )
    alumni_invitation_ids = fields.One2many(
        comodel_name="alumni.invitation",
        inverse_name="event_id",
        string="Invitations",
        groups="alumni_relations.group_officer",
    )
    alumni_invitation_count = fields.Integer(
        string="Invited",
        compute="_compute_alumni_invitation_count",
        groups="alumni_relations.group_officer",
        help="Asked to come. Who is only on the list is not counted.",
    )
    alumni_to_invite_count = fields.Integer(
        string="To invite",
        compute="_compute_alumni_invitation_count",
        groups="alumni_relations.group_officer",
        help="On the list and not asked yet: Send invitations writes to them.",
    )
    alumni_accepted_count = fields.Integer(
        string="Accepted",
        compute="_compute_alumni_invitation_count",
        groups="alumni_relations.group_officer",
        help="Invited people whose answer is yes.",
    )
    alumni_waiting_count = fields.Integer(
        string="Waiting list",
        compute="_compute_alumni_invitation_count",
        groups="alumni_relations.group_officer",
        help="People who have said yes and for whom no seat was free.",
    )
    objective_ids = fields.One2many(inverse_name="event_id")
    alumni_participation_count = fields.Integer(
        compute="_compute_alumni_participation_count",
        groups="alumni_relations.group_officer",
        help="Speakers, hosts, organisers and other roles that are not cancelled.",
    )
    alumni_currency_id = fields.Many2one(
        comodel_name="res.currency",
        string="Currency",
        compute="_compute_alumni_currency_id",
    )
    alumni_cost_amount = fields.Monetary(
        string="Cost",
        compute="_compute_alumni_costs",
        currency_field="alumni_currency_id",
        groups="alumni_relations.group_officer",
        help="Validated expenses and paid labour of this event.",
    )
    alumni_volunteer_amount = fields.Monetary(
        string="Value of volunteer labour",
        compute="_compute_alumni_costs",
        currency_field="alumni_currency_id",
        groups="alumni_relations.group_officer",
        help="Validated hours of volunteers at their rates; no part of the cost.",
    )
    alumni_cost_to_validate = fields.Monetary(
        string="Costs to validate",
        compute="_compute_alumni_costs",
        currency_field="alumni_currency_id",
        groups="alumni_relations.group_officer",
        help="Entered and not validated yet; in no figure.",
    )

    _alumni_code_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), code) WHERE code IS NOT NULL",
        "An event with this code exists in this institution.",
    )
    _alumni_target_not_negative = models.Constraint(
        "CHECK (alumni_target_attendance >= 0)",
        "The expected attendance cannot be negative.",
    )

    @api.depends("alumni_invitation_ids.answer", "alumni_invitation_ids.state")
    def _compute_alumni_invitation_count(self):
        counts = defaultdict(Counter)
        for event, state, answer, count in self.env["alumni.invitation"]._read_group(
            [("event_id", "in", self.ids)], ["event_id", "state", "answer"], ["__count"]
        ):
            counts[event]["to_invite" if state == "new" else "invited"] += count
            if answer == "yes":
                counts[event]["accepted"] += count
            if state == "waiting":
                counts[event]["waiting"] += count
        for event in self:
            event.alumni_invitation_count = counts[event]["invited"]
            event.alumni_to_invite_count = counts[event]["to_invite"]
            event.alumni_accepted_count = counts[event]["accepted"]
            event.alumni_waiting_count = counts[event]["waiting"]

    def _compute_alumni_participation_count(self):
        counts = dict(
            self.env["alumni.participation"]._read_group(
                [("event_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["event_id"],
                ["__count"],
            )
        )
        for event in self:
            event.alumni_participation_count = counts.get(event, 0)

    @api.depends("company_id")
    @api.depends_context("company")
    def _compute_alumni_currency_id(self):
        for event in self:
            company = event.company_id or self.env.company
            event.alumni_currency_id = company.currency_id

    def _compute_alumni_costs(self):
        totals = self.env["alumni.cost.line"]._totals("event_id", self)
        for event in self:
            total = totals[event]
            event.alumni_cost_amount = total["cost"]
            event.alumni_volunteer_amount = total["volunteer"]
            event.alumni_cost_to_validate = total["to_validate"]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_costs(self):
        # Whoever may delete events need not be allowed to see costs.
        if (
            self.env["alumni.cost.line"]
            .sudo()
            .search_count([("event_id", "in", self.ids)], limit=1)
        ):
            raise UserError(
                self.env._(
                    "An event that has costs cannot be deleted, because the money was "
                    "spent. Cancel or archive it."
                )
            )

    def action_alumni_costs(self):
        """The costs of this event."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "alumni_relations.alumni_cost_line_action"
            ),
            "domain": [("event_id", "=", self.id)],
            "context": {
                "search_default_not_cancelled": 1,
                **self.env.context,
                "default_event_id": self.id,
            },
        }

    def action_alumni_participations(self):
        """Speakers, hosts and other roles at this event."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "alumni_relations.alumni_participation_action"
            ),
            "domain": [("event_id", "=", self.id)],
            "context": {
                "default_event_id": self.id,
                "default_programme_id": self.programme_id.id,
            },
        }

    def action_alumni_invitations(self):
        """Who is invited to this event and what they have answered."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "alumni_relations.alumni_invitation_action"
            ),
            "domain": [("event_id", "=", self.id)],
            "context": {"default_event_id": self.id},
        }

    def action_alumni_waiting(self):
        """Who waits for a seat, who waits longest first."""
        action = self.action_alumni_invitations()
        action["domain"].append(("waiting_since", "!=", False))
        return action

    def action_invite_contacts(self):
        """Choose whom to invite. In the place of Odoo's own button, which writes to
        contacts without keeping who was asked."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "alumni_relations.alumni_invite_action"
            ),
            "context": {"default_event_id": self.id},
        }

    def action_alumni_send_invitations(self):
        """Prepare the message to those on the list who were not asked yet."""
        return self._alumni_mailing(
            "alumni_relations.mail_template_invitation",
            [("state", "=", "new")],
            self.env._(
                "Nobody is left to be invited. Put people on the list with Invite."
            ),
        )

    def action_alumni_remind(self):
        """Prepare the message to those who were asked and have not answered."""
        return self._alumni_mailing(
            "alumni_relations.mail_template_invitation_reminder",
            [("invited_date", "!=", False), ("answer", "=", False)],
            self.env._("Everybody who was invited has answered."),
        )

    def _alumni_mailing(self, template_xml_id, domain, nobody):
        """Make a draft of a mailing to invited people out of a template.

        :param nobody: what to say when the domain finds no one
        """
        self.ensure_one()
        domain = [("event_id", "=", self.id), *domain]
        one = self.env["alumni.invitation"].search(domain, limit=1)
        if not one:
            raise UserError(nobody)
        # sudo: officers need not have the rights of templates to use one
        template = (
            self.env.ref(template_xml_id)
            .sudo()
            .with_context(lang=self.lang or self.env.lang)
        )
        mailing = (
            self.env["mailing.mailing"]
            .with_context(alumni_purpose_code="events")
            .create(
                {
                    # All are about this event: its name, not a placeholder.
                    "subject": template._render_field("subject", one.ids)[one.id],
                    "name": f"{self.name}: {template.name}",
                    "mailing_type": "mail",
                    "mailing_model_id": self.env["ir.model"]
                    ._get("alumni.invitation")
                    .id,
                    "mailing_domain": repr(domain),
                    "alumni_company_id": (self.company_id or self.env.company).id,
                    "body_arch": template.body_html,
                    "body_html": template.body_html,
                    "reply_to_mode": "new",
                }
            )
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "mailing.mailing",
            "res_id": mailing.id,
            "view_mode": "form",
        }

    # ------------------------------------------------------------------
    # Seats
    # ------------------------------------------------------------------

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"seats_max", "seats_limited", "active"}:
            self._alumni_promote()
        return result

    def _alumni_answers_closed(self):
        """Whether invitations can no longer be answered by link: the deadline is
        past, the event has begun, is cancelled or archived."""
        self.ensure_one()
        deadline = min(self.alumni_answer_deadline or self.date_begin, self.date_begin)
        return (
            deadline < fields.Datetime.now()
            or self.kanban_state == "cancel"
            or not self.active
        )

    def _alumni_promote(self, answering=None):
        """Give the free seats to those who wait, who waits longest first. Events of
        several slots have no waiting list here: the slot is chosen by hand.

        :param answering: invitations that are being answered: they hear about the
            seat at once and need no message
        """
        now = fields.Datetime.now()
        for event in self.filtered(
            lambda event: (
                event.active and event.date_end > now and not event.is_multi_slots
            )
        ).sudo():
            # sudo: who frees a seat need not see who gets it
            waiting = self.env["alumni.invitation"].sudo()
            domain = [("event_id", "=", event.id), ("waiting_since", "!=", False)]
            if not waiting.search_count(domain, limit=1):
                continue
            limit = None
            if event.seats_limited and event.seats_max:
                # Two people who answer at the same moment must not get one seat:
                # the second transaction finds the event changed and starts again.
                self.env.cr.execute(
                    SQL("UPDATE event_event SET id = id WHERE id = %s", event.id)
                )
                event.invalidate_recordset(["seats_available"])
                limit = max(event.seats_available, 0)
            if limit == 0:
                continue
            promoted = waiting.search(domain, order="waiting_since, id", limit=limit)
            promoted._take_seats()
            told = promoted - (answering or waiting)
            if told:
                self.env.ref(
                    "alumni_relations.mail_template_invitation_seat"
                ).sudo().send_mail_batch(told.ids)
                # The seat may be for tonight: the queue is not waited for.
                self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_invited(self):
        # sudo: also invitations of institutions that the user does not see
        if (
            self.env["alumni.invitation"]
            .sudo()
            .search_count(
                [("event_id", "in", self.ids), ("state", "!=", "new")], limit=1
            )
        ):
            raise UserError(
                self.env._(
                    "People were invited to this event: what they answered would be "
                    "lost. Archive the event or set it to cancelled instead."
                )
            )
