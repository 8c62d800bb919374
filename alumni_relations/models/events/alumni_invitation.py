from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, consteq

from .alumni_invitation_answer import ANSWER_CHANNELS, ANSWERS

LINK_DAYS = 30
"""For how many days after the event the links of its invitations show a page."""

CHANNELS = [
    ("email", "E-mail"),
    ("letter", "Letter"),
    ("phone", "Phone"),
    ("in_person", "In person"),
]
"""How somebody is asked to an event."""

ATTENDANCES = [
    ("registered", "Registered"),
    ("attended", "Came"),
    ("absent", "Absent"),
    ("cancelled", "Cancelled"),
]


class AlumniInvitation(models.Model):
    """One person asked to one event: when, whether the message arrived, what the
    person answered. Who registered, came or stayed away is not typed here: it
    follows from the registrations of the event.

    ========= ==================================================================
    new       on the list, not asked yet
    invited   asked: a message has left, or the file says when
    delivered the message was handed over and did not come back
    bounced   the message came back
    yes ...   the latest answer, whatever became of messages
    waiting   the answer is yes and no seat was free
    ========= ==================================================================
    """

    _name = "alumni.invitation"
    _description = "Invitation"
    _inherit = ["mail.thread", "alumni.bulk.mixin"]
    _order = "event_id desc, id desc"
    _rec_names_search = ["partner_id", "event_id"]
    _check_company_auto = True
    _mailing_enabled = True

    event_id = fields.Many2one(
        comodel_name="event.event",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain=[("is_company", "=", False)],
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        required=True,
        index=True,
        help="That of the event.",
    )
    event_date = fields.Datetime(related="event_id.date_begin", string="Event date")
    programme_id = fields.Many2one(related="event_id.programme_id")
    event_kind_id = fields.Many2one(related="event_id.alumni_kind_id")
    generation_id = fields.Many2one(
        related="partner_id.alumni_generation_id", string="Generation"
    )
    school_id = fields.Many2one(related="partner_id.alumni_school_id", string="School")

    # the message
    invited_date = fields.Date(
        string="Invited on", help="When the person was first asked."
    )
    channel = fields.Selection(
        selection=CHANNELS,
        help="How the person was asked. Who is written to by Odoo is asked by e-mail; "
        "choose another way for those whom no message reaches. Empty: on the list "
        "only, or a file does not say.",
    )
    delivered_date = fields.Date(
        string="Delivered on",
        readonly=True,
        help="When the message was handed over to the person's mail server.",
    )
    bounced = fields.Boolean(
        readonly=True, help="The message could not be delivered or came back."
    )
    reminded_date = fields.Date(string="Reminded on", readonly=True)

    # the answer
    answer = fields.Selection(
        selection=ANSWERS,
        help="The latest answer. Those before it are kept in the history.",
    )
    answer_date = fields.Datetime(
        string="Answered on",
        readonly=True,
        help="Empty when a file gave the answer without saying when.",
    )
    answer_channel = fields.Selection(
        selection=ANSWER_CHANNELS,
        string="Answered by",
        help="How the answer reached the office.",
    )
    answer_ids = fields.One2many(
        comodel_name="alumni.invitation.answer",
        inverse_name="invitation_id",
        string="History of answers",
        readonly=True,
    )
    waiting_since = fields.Datetime(
        readonly=True,
        help="Since when the person waits for a seat. Who has waited longest gets "
        "the next one that is free.",
    )
    state = fields.Selection(
        string="Status",
        selection=[
            ("new", "To invite"),
            ("invited", "Invited"),
            ("delivered", "Delivered"),
            ("bounced", "Bounced"),
            ("yes", "Yes"),
            ("maybe", "Maybe"),
            ("no", "No"),
            ("waiting", "Waiting list"),
        ],
        compute="_compute_state",
        store=True,
        precompute=True,
        index=True,
        group_expand=True,
    )

    # what became of it
    registration_id = fields.Many2one(
        comodel_name="event.registration",
        compute="_compute_registration_id",
        help="The registration of this person for this event. Of several the one "
        "with which the person came, else the one that is open.",
    )
    attendance = fields.Selection(
        selection=ATTENDANCES,
        compute="_compute_registration_id",
        search="_search_attendance",
        help="What the registration says. Absent: registered, and the event is over.",
    )

    _event_partner_uniq = models.UniqueIndex(
        "(event_id, partner_id)", "This person is invited to this event already."
    )

    @api.depends("partner_id.display_name", "event_id.display_name")
    def _compute_display_name(self):
        for invitation in self:
            invitation.display_name = self.env._(
                "%(person)s to %(event)s",
                person=invitation.partner_id.display_name or "…",
                event=invitation.event_id.display_name or "…",
            )

    @api.depends("event_id.company_id")
    def _compute_company_id(self):
        for invitation in self:
            invitation.company_id = (
                invitation.event_id.company_id
                or invitation.company_id
                or self.env.company
            )

    @api.depends("invited_date", "delivered_date", "bounced", "answer", "waiting_since")
    def _compute_state(self):
        for invitation in self:
            if invitation.waiting_since:
                invitation.state = "waiting"
            elif invitation.answer:
                invitation.state = invitation.answer
            elif invitation.bounced:
                invitation.state = "bounced"
            elif invitation.delivered_date:
                invitation.state = "delivered"
            else:
                invitation.state = "invited" if invitation.invited_date else "new"

    @api.depends("event_id", "partner_id")
    def _compute_registration_id(self):
        found = {
            row[0]: row[1:]
            for row in self.env.execute_query(
                SQL(
                    "SELECT id, registration_id, attendance FROM (%s) invitation",
                    self._attendance_select(SQL("invitation.id = ANY(%s)", self.ids)),
                )
            )
        }
        for invitation in self:
            registration_id, attendance = found.get(invitation._origin.id, (0, False))
            invitation.registration_id = registration_id
            invitation.attendance = attendance

    @api.model
    def _search_attendance(self, operator, value):
        if operator != "in":
            return NotImplemented
        values = [attendance for attendance in value if attendance]
        condition = SQL("attendance = ANY(%s)", values)
        if len(values) < len(value):
            condition = SQL("(%s OR attendance IS NULL)", condition)
        return Domain(
            "id",
            "in",
            SQL(
                "(SELECT id FROM (%s) invitation WHERE %s)",
                self._attendance_select(SQL("TRUE")),
                condition,
            ),
        )

    @api.model
    def _attendance_select(self, condition: SQL) -> SQL:
        """id, registration_id, attendance of invitations.

        :param condition: on ``alumni_invitation invitation``
        """
        self.flush_model(["event_id", "partner_id"])
        self.env["event.registration"].flush_model(
            ["event_id", "attendee_id", "state", "active"]
        )
        self.env["event.event"].flush_model(["date_end"])
        return SQL(
            """
            SELECT DISTINCT ON (invitation.id) invitation.id,
                   seat.id AS registration_id,
                   CASE WHEN seat.id IS NULL THEN NULL
                        WHEN seat.state = 'done' THEN 'attended'
                        WHEN seat.state = 'cancel' THEN 'cancelled'
                        WHEN event.date_end < now() AT TIME ZONE 'UTC' THEN 'absent'
                        ELSE 'registered'
                   END AS attendance
            FROM alumni_invitation invitation
            JOIN event_event event ON event.id = invitation.event_id
            LEFT JOIN event_registration seat
                ON seat.event_id = invitation.event_id
                AND seat.attendee_id = invitation.partner_id AND seat.active
            WHERE %s
            ORDER BY invitation.id,
                     array_position('{done,open,draft,cancel}', seat.state::text),
                     seat.id
            """,
            condition,
        )

    @api.constrains("partner_id")
    def _check_partner_is_person(self):
        for invitation in self:
            if invitation.partner_id.is_company:
                raise ValidationError(
                    self.env._(
                        "%(name)s is a company: choose the person to invite.",
                        name=invitation.partner_id.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # Inviting
    # ------------------------------------------------------------------

    @api.model
    def _invite(self, event, people: SQL):
        """Put people on the list of those invited to an event, in one statement
        however many they are. Who is on it already stays as is; companies, the dead
        and people of other institutions are left out.

        :param event: one ``event.event``
        :param people: sub-select of the ids of contacts
        :return: number of new invitations
        """
        event.ensure_one()
        self.check_access("create")
        event = event.with_env(self.env)
        event.check_access("read")
        company = event.company_id or self.env.company
        self.env["res.partner"].flush_model(
            ["is_company", "company_id", "alumni_deceased", "active"]
        )
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO alumni_invitation
                    (event_id, partner_id, company_id, state,
                     create_uid, write_uid, create_date, write_date)
                SELECT %(event)s, partner.id, %(company)s, 'new',
                       %(uid)s, %(uid)s,
                       now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                FROM res_partner partner
                WHERE partner.id IN (%(people)s) AND %(allowed)s
                ORDER BY partner.id
                ON CONFLICT DO NOTHING
                RETURNING id
                """,
                event=event.id,
                company=company.id,
                uid=self.env.uid,
                people=people,
                allowed=self._may_be_invited(company),
            )
        )
        self.invalidate_model()
        event.invalidate_recordset()
        if rows:
            self._bulk_written(SQL("SELECT unnest(%s)", [row[0] for row in rows]))
        return len(rows)

    @api.model
    def _may_be_invited(self, company) -> SQL:
        """Whether a ``res_partner partner`` can be put on a list of the company."""
        return SQL(
            """NOT COALESCE(partner.is_company, FALSE)
               AND NOT COALESCE(partner.alumni_deceased, FALSE)
               AND partner.active
               AND (partner.company_id IS NULL OR partner.company_id = %s)""",
            company.id,
        )

    # ------------------------------------------------------------------
    # Messages
    # ------------------------------------------------------------------

    def _follow_message(self, delivered):
        """A message to these people was handed over, or could not be or came back."""
        today = fields.Date.context_today(self)
        asked = self.filtered("invited_date")
        (self - asked).write({"invited_date": today, "channel": "email"})
        if not delivered:
            self.write({"bounced": True, "delivered_date": False})
            return
        asked.reminded_date = today
        self.write({"bounced": False, "delivered_date": today})

    def _answer_url(self, answer=None):
        """The page on which this person answers, without a login.

        :param answer: the answer that is chosen there beforehand
        """
        self.ensure_one()
        url = (
            f"{self.get_base_url()}/alumni/invitation/{self.id}/{self._answer_token()}"
        )
        return f"{url}?answer={answer}" if answer else url

    def _answer_token(self):
        """Signature of the link. Only who received the message can know it."""
        self.ensure_one()
        return tools.hmac(
            self.env(su=True), "alumni.invitation", (self.id, self.event_id.id)
        )

    @api.model
    def _by_link(self, invitation_id, token):
        """The invitation that a link is about, as superuser: the signature stands
        for the rights of the person. Empty when the signature is wrong or the event
        is over for :data:`LINK_DAYS` days."""
        invitation = self.sudo().browse(invitation_id).exists()
        # A token of other signs is none of ours, and could not be compared.
        if (
            not invitation
            or not token.isascii()
            or not consteq(invitation._answer_token(), token)
        ):
            return self.browse()
        event = invitation.event_id
        if event.date_end + timedelta(days=LINK_DAYS) < fields.Datetime.now():
            return self.browse()
        return invitation

    def _answer_by_link(self, answer):
        """Record the answer that the person gave on the page.

        :return: whether it was taken; not after the deadline
        """
        self.ensure_one()
        if self.event_id._alumni_answers_closed() or answer not in dict(ANSWERS):
            return False
        self.write({"answer": answer, "answer_channel": "link"})
        return True

    # ------------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        invitations = super().create(
            [self._with_answer_details(vals) for vals in vals_list]
        )
        invitations._asked_today()
        invitations.filtered("answer")._answered()
        return invitations

    def _asked_today(self):
        """Those of whom it is said how they were asked, and not when."""
        self.filtered(
            lambda one: one.channel and not one.invited_date
        ).invited_date = fields.Date.context_today(self)

    def write(self, vals):
        if "answer" not in vals or self.env.context.get("alumni_answer_known"):
            result = super().write(vals)
        else:
            changed = self.filtered(lambda one: (one.answer or False) != vals["answer"])
            result = super().write(self._with_answer_details(vals))
            changed._answered()
        if vals.get("channel"):
            self._asked_today()
        return result

    @api.model
    def _with_answer_details(self, vals):
        """The values with date and channel of the answer that is among them."""
        if "answer" not in vals:
            return vals
        if not vals["answer"]:
            return {**vals, "answer_date": False, "answer_channel": False}
        return {
            "answer_date": fields.Datetime.now(),
            **vals,
            "answer_channel": vals.get("answer_channel") or "staff",
        }

    def _answered(self):
        """The answer of these invitations is new: keep it in the history."""
        # sudo: the history is written with the answer, never by hand
        self.env["alumni.invitation.answer"].sudo().create(
            [
                {
                    "invitation_id": invitation.id,
                    "date": invitation.answer_date or fields.Datetime.now(),
                    "answer": invitation.answer,
                    "channel": invitation.answer_channel or "staff",
                }
                for invitation in self
            ]
        )

        self._follow_answers()

    def _follow_answers(self):
        """Seats follow the answers: who says yes gets one or waits for one, who says
        anything else gives it back. Nothing changes once the event is over."""
        now = fields.Datetime.now()
        for event, invitations in self.grouped("event_id").items():
            if event.date_end < now:
                continue
            # sudo: the person who answers by a link has no rights of their own
            invitations = invitations.sudo()
            coming = invitations.filtered(lambda one: one.answer == "yes")
            (invitations - coming).waiting_since = False
            (invitations - coming).registration_id.filtered(
                lambda seat: seat.state in ("draft", "open")
            ).action_cancel()
            coming.filtered(
                lambda one: (
                    one.registration_id.state not in ("draft", "open", "done")
                    and not one.waiting_since
                )
            ).waiting_since = now
            event._alumni_promote(coming)

    def _take_seats(self):
        """Register these people, who have said yes, for their event."""
        self.waiting_since = False
        # sudo: the person who answers by a link has no rights of their own
        self.env["event.registration"].sudo().create(
            [
                {
                    "event_id": invitation.event_id.id,
                    "partner_id": invitation.partner_id.id,
                    "attendee_id": invitation.partner_id.id,
                }
                for invitation in self
            ]
        )

    def action_answer_yes(self):
        """The person has told the office that he or she comes."""
        self.write({"answer": "yes"})

    def action_answer_maybe(self):
        """The person has told the office that it is not sure yet."""
        self.write({"answer": "maybe"})

    def action_answer_no(self):
        """The person has told the office that he or she does not come."""
        self.write({"answer": "no"})

    # ------------------------------------------------------------------
    # Merging contacts
    # ------------------------------------------------------------------

    def _merge_into(self, kept):
        """Make one invitation out of two of one person to one event: the first
        date of each step and the latest answer hold, the history is common."""
        self.ensure_one()

        def earliest(name):
            return min(filter(None, (kept[name], self[name])), default=False)

        values = {
            "invited_date": earliest("invited_date"),
            "channel": kept.channel or self.channel,
            "delivered_date": earliest("delivered_date"),
            "bounced": kept.bounced and self.bounced,
            "reminded_date": max(
                filter(None, (kept.reminded_date, self.reminded_date)), default=False
            ),
        }
        oldest = fields.Datetime.to_datetime("1900-01-01")
        if self.answer and (
            not kept.answer
            or (self.answer_date or oldest) > (kept.answer_date or oldest)
        ):
            values |= {
                "answer": self.answer,
                "answer_date": self.answer_date,
                "answer_channel": self.answer_channel,
                "waiting_since": self.waiting_since,
            }
        # sudo: nobody edits the history by hand
        self.sudo().answer_ids.invitation_id = kept
        self.unlink()
        # Not a new answer: it is in the history already.
        return kept.with_context(alumni_answer_known=True).write(values)
