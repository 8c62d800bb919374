from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, groupby

PARTICIPATION_ROLES = [
    ("participant", "Participant"),
    ("speaker", "Speaker"),
    ("mentor", "Mentor"),
    ("mentee", "Mentee"),
    ("organiser", "Organiser"),
    ("host", "Host"),
    ("volunteer", "Volunteer helper"),
    ("jury", "Jury member"),
    ("governance", "Board or committee member"),
]
VOLUNTEER_ROLES = (
    "speaker",
    "mentor",
    "organiser",
    "host",
    "volunteer",
    "jury",
    "governance",
)
"""Roles for the institution, counted as volunteering; participant and mentee are
counted as experience (the four modes of engagement)."""

HOURS_STATES = [
    ("reported", "Hours reported"),
    ("validated", "Hours validated"),
    ("refused", "Hours refused"),
]
HOURS_FIXED = frozenset(
    {"partner_id", "role", "date", "event_id", "hours", "company_id"}
)
"""What can no longer change once hours are validated: their value rests on it."""
HOURS_UNCHECKED = {
    "hours_checked_by_id": False,
    "hours_checked_date": False,
    "hours_refusal": False,
    "hourly_rate_id": False,
    "rate": 0,
    "rate_currency_id": False,
    "hours_value": 0,
}


class AlumniParticipation(models.Model):
    """A person's role in a programme or an event, counted once it is done.

    The hours of a volunteer count once somebody of the office has validated them:

    ========= ==================================================================
    reported  entered; the participation counts, its hours do not yet
    validated checked, of a participation that is done; hours, rate and value
              are fixed
    refused   not credible, with the reason; the participation counts without
              hours. Corrected hours are reported again
    ========= ==================================================================

    Participants and mentees give no hours: theirs need no validation."""

    _name = "alumni.participation"
    _description = "Participation"
    _inherit = ["alumni.bulk.mixin"]
    _order = "date desc, id desc"
    _rec_names_search = ["partner_id", "note"]
    _check_company_auto = True

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain=[("is_company", "=", False)],
    )
    generation_id = fields.Many2one(
        related="partner_id.alumni_generation_id", string="Generation"
    )
    school_id = fields.Many2one(related="partner_id.alumni_school_id", string="School")
    programme_id = fields.Many2one(
        comodel_name="alumni.programme",
        compute="_compute_programme_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The programme of the event, unless another one is chosen.",
    )
    event_id = fields.Many2one(
        comodel_name="event.event",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    role = fields.Selection(
        selection=PARTICIPATION_ROLES,
        required=True,
        default="participant",
        help="Participants and mentees are counted as experience, the other roles "
        "as volunteering.",
    )
    state = fields.Selection(
        string="Status",
        selection=[
            ("planned", "Planned"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="planned",
        index=True,
        copy=False,
    )
    date = fields.Date(
        string="From",
        required=True,
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        help="The first day, that of the event unless another one is entered; the "
        "participation is counted in the year of this day.",
    )
    date_end = fields.Date(string="To")
    hours = fields.Float(help="Hours given or attended.")
    thanked_date = fields.Date(
        string="Thanked on",
        copy=False,
        help="The day on which somebody of the office thanked the volunteer "
        "personally. Empty: not yet.",
    )
    hours_state = fields.Selection(
        selection=HOURS_STATES,
        string="Status of hours",
        compute="_compute_hours_state",
        store=True,
        precompute=True,
        index="btree_not_null",
        copy=False,
        help="Hours of volunteers count once they are validated. Empty when there "
        "are none to validate.",
    )
    hours_checked_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Hours checked by",
        readonly=True,
        copy=False,
    )
    hours_checked_date = fields.Date(
        string="Hours checked on", readonly=True, copy=False
    )
    hours_refusal = fields.Char(string="Reason of refusal", readonly=True, copy=False)
    hourly_rate_id = fields.Many2one(
        comodel_name="alumni.hourly.rate",
        string="Rate of the table",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The hourly rate that held on the day for the role and the country of "
        "the person, the institution's when it is not known.",
    )
    rate = fields.Monetary(
        string="Rate per hour",
        currency_field="rate_currency_id",
        readonly=True,
        copy=False,
        aggregator=None,
        help="Kept as it was when the hours were validated.",
    )
    rate_currency_id = fields.Many2one(
        comodel_name="res.currency", readonly=True, copy=False
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the institution"
    )
    hours_value = fields.Monetary(
        string="Value of hours",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        help="What the validated hours would have cost: hours times rate, in the "
        "institution's currency. 0 when no rate holds.",
    )
    gift_of_time_count = fields.Integer(
        string="Gifts of time for the same",
        compute="_compute_gift_of_time_count",
        help="Received gifts of hours of the same person for the same event, or for "
        "the programme in the days of the participation.",
    )
    mentoring_session_id = fields.Many2one(
        comodel_name="alumni.mentoring.session",
        string="Mentoring session",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The session of a mentoring pair that this participation follows: person, "
        "day and hours are changed there.",
    )
    session_overlap_count = fields.Integer(
        string="Mentoring sessions in the same days",
        compute="_compute_session_overlap_count",
        help="Sessions held by the same mentor in the programme and days of this "
        "participation, which are recorded on their own.",
    )
    note = fields.Char()
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )

    _programme_or_event = models.Constraint(
        "CHECK (programme_id IS NOT NULL OR event_id IS NOT NULL)",
        "Say in which programme or event the person takes part.",
    )
    _hours_not_negative = models.Constraint(
        "CHECK (hours >= 0)", "Hours cannot be negative."
    )
    _dates_ordered = models.Constraint(
        "CHECK (date <= date_end)", "A participation cannot end before it starts."
    )

    @api.depends("partner_id.display_name", "role")
    def _compute_display_name(self):
        roles = dict(self._fields["role"]._description_selection(self.env))
        for participation in self:
            participation.display_name = self.env._(
                "%(person)s as %(role)s",
                person=participation.partner_id.display_name or "…",
                role=roles.get(participation.role, ""),
            )

    @api.depends("event_id")
    def _compute_programme_id(self):
        for participation in self:
            if not participation.programme_id:
                participation.programme_id = participation.event_id.programme_id

    @api.depends("event_id")
    def _compute_date(self):
        for participation in self:
            event = participation.event_id
            if event.date_begin:
                participation.date = fields.Datetime.context_timestamp(
                    event.with_context(tz=event.date_tz), event.date_begin
                ).date()
            elif not participation.date:
                participation.date = fields.Date.context_today(participation)

    @api.depends("role", "hours")
    def _compute_hours_state(self):
        for participation in self:
            given = participation.role in VOLUNTEER_ROLES and participation.hours > 0
            if not given:
                participation.hours_state = False
            elif participation.hours_state != "validated":
                participation.hours_state = "reported"

    @api.depends(
        "partner_id", "role", "hours", "programme_id", "event_id", "date", "date_end"
    )
    def _compute_gift_of_time_count(self):
        volunteers = self.filtered("hours_state")
        gifts = self.env["alumni.gift"].search_fetch(
            [
                ("partner_id", "in", volunteers.partner_id.ids),
                ("state", "=", "received"),
                ("hours", ">", 0),
                "|",
                ("event_id", "in", volunteers.event_id.ids),
                ("programme_id", "in", volunteers.programme_id.ids),
            ],
            ["partner_id", "event_id", "programme_id", "date", "company_id"],
        )
        by_person = gifts.grouped("partner_id")
        for participation in self:
            participation.gift_of_time_count = participation in volunteers and sum(
                participation._is_same_work(gift)
                for gift in by_person.get(participation.partner_id, ())
            )

    @api.depends("partner_id", "role", "hours", "programme_id", "date", "date_end")
    def _compute_session_overlap_count(self):
        mentors = self.filtered(
            lambda line: (
                line.role == "mentor" and line.hours and not line.mentoring_session_id
            )
        )
        sessions = self.env["alumni.mentoring.session"].search_fetch(
            [
                ("mentor_partner_id", "in", mentors.partner_id.ids),
                ("programme_id", "in", mentors.programme_id.ids),
                ("state", "=", "held"),
            ],
            ["mentor_partner_id", "programme_id", "date"],
        )
        days = sessions.grouped(lambda s: (s.mentor_partner_id, s.programme_id))
        for line in self:
            same = days.get((line.partner_id, line.programme_id), ())
            line.session_overlap_count = line in mentors and sum(
                line.date <= session.date <= (line.date_end or line.date)
                for session in same
            )

    def _is_same_work(self, gift):
        """Whether a gift of time may be about the hours of this participation."""
        if gift.company_id != self.company_id:
            return False
        if self.event_id and gift.event_id:
            return self.event_id == gift.event_id
        return self.programme_id == gift.programme_id and self.date <= gift.date <= (
            self.date_end or self.date
        )

    @api.constrains("partner_id")
    def _check_partner_is_person(self):
        for participation in self:
            if participation.partner_id.is_company:
                raise ValidationError(
                    self.env._(
                        "%(name)s is a company: choose the person who takes part.",
                        name=participation.partner_id.display_name,
                    )
                )

    @api.constrains(
        "partner_id", "role", "date", "hours", "state", "programme_id", "event_id"
    )
    def _check_mentoring_session(self):
        for line in self:
            session = line.mentoring_session_id
            if session and (
                line.state != "done"
                or session.state != "held"
                or line.event_id
                or line.programme_id != session.programme_id
                or line.partner_id
                != (
                    session.mentor_partner_id
                    if line.role == "mentor"
                    else session.mentee_partner_id
                )
                or (line.date, line.hours) != (session.date, session.hours)
                or line.role not in ("mentor", "mentee")
            ):
                raise ValidationError(
                    self.env._(
                        "This participation follows a mentoring session: change or "
                        "cancel the session “%s”.",
                        session.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_session_held(self):
        held = self.filtered(lambda line: line.mentoring_session_id.state == "held")
        if held:
            raise UserError(
                self.env._(
                    "This participation follows a mentoring session: cancel the "
                    "session “%s” instead.",
                    held[0].mentoring_session_id.display_name,
                )
            )

    def action_done(self):
        """The person took part: from now on it counts."""
        self.write({"state": "done"})

    def action_plan(self):
        """Back to planned: it counts no longer."""
        self.write({"state": "planned"})

    def action_cancel(self):
        """Keep the record, count it no longer."""
        self.write({"state": "cancelled"})

    # hours of volunteers

    @api.model_create_multi
    def create(self, vals_list):
        asked = [
            (vals.get("hours_state"), vals.get("hours_refusal")) for vals in vals_list
        ]
        participations = super().create([self._without_checks(v) for v in vals_list])
        for (state, reason), pairs in groupby(
            zip(asked, participations, strict=True), lambda pair: pair[0]
        ):
            if state:
                self.browse(line.id for _asked, line in pairs).write(
                    {"hours_state": state, "hours_refusal": reason}
                )
        return participations

    def write(self, vals):
        state, reason = vals.get("hours_state"), vals.get("hours_refusal")
        checks = "hours_state" in vals
        vals = self._without_checks(vals)
        if checks:
            result = not vals or self.write(vals)
            super().write(self._checked_hours(state, reason))
            if state == "validated":
                self._freeze_rates()
            return result
        validated = self.filtered(lambda line: line.hours_state == "validated")
        if validated and not HOURS_FIXED.isdisjoint(vals):
            raise UserError(
                self.env._(
                    "The hours of %s are validated. Choose “Check hours again”; then "
                    "they can be changed and validated again.",
                    validated[0].display_name,
                )
            )
        if vals.get("state", "done") != "done":
            # What did not take place took no hours.
            validated.write({"hours_state": "reported"})
        if not {"hours", "role"}.isdisjoint(vals):
            # Corrected hours are looked at again.
            refused = self.filtered(lambda line: line.hours_state == "refused")
            refused.write({"hours_state": "reported"})
        return super().write(vals)

    @api.model
    def _without_checks(self, vals):
        """Values without those that only a check of hours sets."""
        return {
            name: value
            for name, value in vals.items()
            if name != "hours_state" and name not in HOURS_UNCHECKED
        }

    def _checked_hours(self, state, reason):
        """What is written when hours are validated, refused or taken back.

        :raise UserError: when there is nothing to check, or a refusal has no reason
        """
        if state not in self._fields["hours_state"].get_values(self.env):
            raise UserError(self.env._("Hours are reported, validated or refused."))
        without = self.filtered(lambda line: not line.hours_state)
        if without:
            raise UserError(
                self.env._(
                    "%s: there are no hours to check. Only hours of volunteers are "
                    "validated; enter how many hours the person gave.",
                    without[0].display_name,
                )
            )
        if state == "refused" and not reason:
            raise UserError(
                self.env._(
                    "Say why the hours are refused, so that it can be corrected."
                )
            )
        planned = self.filtered(lambda line: line.state != "done")
        if state == "validated" and planned:
            raise UserError(
                self.env._(
                    "%s: hours are validated once the participation is done.",
                    planned[0].display_name,
                )
            )
        values = {**HOURS_UNCHECKED, "hours_state": state}
        if state != "reported":
            values |= {
                "hours_checked_by_id": self.env.uid,
                "hours_checked_date": fields.Date.context_today(self),
                "hours_refusal": reason if state == "refused" else False,
            }
        return values

    def _freeze_rates(self):
        """Value the hours at the rates of their days, in one statement. Where no rate
        holds the value stays 0."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE alumni_participation part
                SET hourly_rate_id = found.hourly_rate_id, rate = found.rate,
                    rate_currency_id = found.currency_id,
                    hours_value = round(
                        part.hours::numeric * found.hour_value, money.decimal_places)
                FROM (%s) AS found, res_company company, res_currency money
                WHERE part.id = found.id AND company.id = part.company_id
                    AND money.id = company.currency_id AND found.hour_value IS NOT NULL
                RETURNING part.id
                """,
                self.env["alumni.hourly.rate"]._select_values(
                    SQL(
                        """
                        SELECT part.id, part.company_id, part.role,
                               'volunteer' AS labour,
                               COALESCE(person.country_id, seat.country_id)
                                   AS country_id,
                               part.date
                        FROM alumni_participation part
                        JOIN res_partner person ON person.id = part.partner_id
                        JOIN res_company company ON company.id = part.company_id
                        JOIN res_partner seat ON seat.id = company.partner_id
                        WHERE part.id = ANY(%s)
                        """,
                        self.ids,
                    )
                ),
            )
        )
        self.invalidate_recordset(
            ["hourly_rate_id", "rate", "rate_currency_id", "hours_value"]
        )
        if rows:
            self._bulk_written(SQL("SELECT unnest(%s)", [id_ for (id_,) in rows]))

    def action_thank(self):
        """The volunteers were thanked today; the first thanks stay."""
        self.filtered(
            lambda line: not line.thanked_date
        ).thanked_date = fields.Date.context_today(self)

    def action_validate_hours(self):
        """The reported hours of what is done are credible: they count, at the rate of
        their day. Hours that were validated without a rate are valued again."""
        lines = self.filtered(
            lambda line: (
                line.state == "done"
                and (
                    line.hours_state == "reported"
                    or (line.hours_state == "validated" and not line.hourly_rate_id)
                )
            )
        )
        if not lines:
            raise UserError(
                self.env._(
                    "There are no hours to validate here. Hours of volunteers are "
                    "validated once their participation is done; for refused ones "
                    "choose “Check hours again” first."
                )
            )
        lines.write({"hours_state": "validated"})
        without = lines.filtered(lambda line: not line.hourly_rate_id)
        if not without:
            return False
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Hours without an hourly rate"),
                "message": self.env._(
                    "%(count)s of %(total)s participations have no hourly rate: their "
                    "hours count, with a value of 0. Have a manager enter the rate "
                    "under Configuration, Hourly rates; then filter “Hours without "
                    "rate” and validate them again.",
                    count=len(without),
                    total=len(lines),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_report_hours(self):
        """Back to reported: the hours count no longer and can be changed."""
        self.filtered("hours_state").write({"hours_state": "reported"})
