from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class AlumniInvite(models.TransientModel):
    """Chooses the people to put on the list of those invited to an event, and says
    before how many they are. Sending the message is the next step, and no one is
    written to before it."""

    _name = "alumni.invite"
    _description = "Invite to an event"

    event_id = fields.Many2one(comodel_name="event.event", required=True)
    source = fields.Selection(
        selection=[
            ("selection", "The people selected in the list"),
            ("filter", "A filter"),
            ("generation", "Generations"),
            ("interest", "Interests"),
            ("programme", "The participants of a programme"),
        ],
        string="Whom",
        required=True,
    )
    selected_ids = fields.Json(readonly=True)
    filter_id = fields.Many2one(
        comodel_name="mailing.filter",
        string="Saved filter",
        domain=[("mailing_model_id.model", "=", "res.partner")],
    )
    domain = fields.Char(
        string="Rule",
        compute="_compute_domain",
        store=True,
        readonly=False,
        help="The contacts to invite, as a rule that can be changed.",
    )
    generation_ids = fields.Many2many(
        comodel_name="alumni.generation", string="Generations"
    )
    interest_ids = fields.Many2many(
        comodel_name="alumni.interest",
        string="Interests",
        help="People with one of these interests or of those below them.",
    )
    programme_id = fields.Many2one(comodel_name="alumni.programme")
    chosen_count = fields.Integer(string="Chosen", compute="_compute_counts")
    known_count = fields.Integer(
        string="Invited already",
        compute="_compute_counts",
        help="They keep the invitation that they have.",
    )
    left_out_count = fields.Integer(
        string="Left out",
        compute="_compute_counts",
        help="Deceased people, companies and people of other institutions.",
    )
    new_count = fields.Integer(string="To invite", compute="_compute_counts")
    reachable_count = fields.Integer(
        string="Reachable by e-mail",
        compute="_compute_counts",
        help="Of those to invite, the people to whom a message about events can be "
        "sent. The others can be asked in another way.",
    )

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "res.partner":
            values |= {
                "source": "selection",
                "selected_ids": self.env.context.get("active_ids", []),
            }
        return values

    @api.depends("source", "filter_id")
    def _compute_domain(self):
        for wizard in self:
            if wizard.filter_id:
                wizard.domain = wizard.filter_id.mailing_domain
            elif wizard.source == "filter" and not wizard.domain:
                wizard.domain = "[('is_alumnus', '=', True)]"

    def _people_domain(self):
        """The contacts that the wizard chooses."""
        self.ensure_one()
        if not self.source:
            return Domain.FALSE
        if self.source == "selection":
            return Domain("id", "in", self.selected_ids or [])
        if self.source == "generation":
            return Domain("alumni_generation_id", "in", self.generation_ids.ids)
        if self.source == "interest":
            return Domain("alumni_interest_ids", "child_of", self.interest_ids.ids)
        if self.source == "programme":
            return Domain(
                "alumni_participation_ids",
                "any",
                [
                    ("programme_id", "=", self.programme_id.id or 0),
                    ("state", "!=", "cancelled"),
                ],
            )
        try:
            domain = Domain(literal_eval(self.domain or "[]"))
            domain.validate(self.env["res.partner"])
        except (ValueError, SyntaxError, TypeError) as error:
            raise UserError(
                self.env._(
                    "The rule is not understood. Choose a saved filter, or build the "
                    "rule again."
                )
            ) from error
        return domain

    def _people(self) -> SQL:
        """Sub-select of the ids of the chosen contacts that the user may see."""
        query = self.env["res.partner"]._search(self._people_domain())
        query.order = None
        return query.select()

    @api.depends(
        "event_id",
        "source",
        "selected_ids",
        "domain",
        "generation_ids",
        "interest_ids",
        "programme_id",
    )
    def _compute_counts(self):
        partners = self.env["res.partner"]
        purpose = self.env.ref("alumni_relations.purpose_events")
        for wizard in self:
            event = wizard.event_id._origin
            company = event.company_id or self.env.company
            partners._alumni_flush()
            partners.flush_model(["alumni_email_reason", "active"])
            self.env["alumni.invitation"].flush_model()
            [(chosen, known, new, reachable)] = self.env.execute_query(
                SQL(
                    """
                    WITH chosen AS MATERIALIZED (
                        SELECT partner.id, invitation.id IS NOT NULL AS known,
                               invitation.id IS NULL AND %(allowed)s AS new
                        FROM res_partner partner
                        LEFT JOIN alumni_invitation invitation
                            ON invitation.partner_id = partner.id
                            AND invitation.event_id = %(event)s
                        WHERE partner.id IN (%(people)s)
                    )
                    SELECT count(*), count(*) FILTER (WHERE known),
                           count(*) FILTER (WHERE new),
                           (SELECT count(*) FROM (%(reasons)s) person
                            WHERE reason = 'ok')
                    FROM chosen
                    """,
                    allowed=self.env["alumni.invitation"]._may_be_invited(company),
                    event=event.id or None,
                    people=wizard._people(),
                    reasons=partners._alumni_purpose_reason_select(
                        SQL("SELECT id FROM chosen WHERE new"), purpose
                    ),
                )
            )
            wizard.chosen_count = chosen
            wizard.known_count = known
            wizard.new_count = new
            wizard.left_out_count = chosen - known - new
            wizard.reachable_count = reachable

    def action_invite(self):
        """Put the chosen people on the list of the event and show the list."""
        self.ensure_one()
        count = self.env["alumni.invitation"]._invite(self.event_id, self._people())
        if not count:
            raise UserError(
                self.env._(
                    "Nobody was added: no one is chosen, or all of them are invited "
                    "already or cannot be."
                )
            )
        return self.event_id.action_alumni_invitations()
