from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

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
        string="Invitation count",
        compute="_compute_alumni_invitation_count",
        groups="alumni_relations.group_officer",
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
        compute="_compute_alumni_costs",
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

    @api.depends("alumni_invitation_ids.answer", "alumni_invitation_ids.waiting_since")
    def _compute_alumni_invitation_count(self):
        counts = defaultdict(lambda: [0, 0, 0])
        for event, state, answer, count in self.env["alumni.invitation"]._read_group(
            [("event_id", "in", self.ids)], ["event_id", "state", "answer"], ["__count"]
        ):
            counts[event][0] += count
            counts[event][1] += count if answer == "yes" else 0
            counts[event][2] += count if state == "waiting" else 0
        for event in self:
            (
                event.alumni_invitation_count,
                event.alumni_accepted_count,
                event.alumni_waiting_count,
            ) = counts[event]

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

    def _compute_alumni_costs(self):
        totals = self.env["alumni.cost.line"]._totals("event_id", self)
        for event in self:
            total = totals[event]
            company = event.company_id or self.env.company
            event.alumni_currency_id = company.currency_id
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
