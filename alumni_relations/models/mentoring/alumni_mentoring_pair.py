from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

PAIR_STATES = [
    ("proposed", "Proposed"),
    ("agreed", "Agreed"),
    ("active", "Active"),
    ("ended", "Ended"),
    ("declined", "Declined"),
]
LIVE_STATES = ("proposed", "agreed", "active")
"""Pairs that take a place of the mentor."""

RESULTS = [
    ("reached", "Goals reached"),
    ("partly", "Goals partly reached"),
    ("not_reached", "Goals not reached"),
]

QUIET_DAYS = 60
"""A pair without a session for so many days is no active one (NET-01)."""


class AlumniMentoringPair(models.Model):
    """A mentor and a mentee. People choose them, nothing is paired by itself:

    ======== ===================================================================
    proposed somebody of the office asks both; a place of the mentor is taken
    agreed   both said yes, on a day: the request is matched (NET-02)
    active   they meet; sessions can be recorded from the first day on
    ended    on a day, for a reason and with a result, both always recorded
    declined one of them, or the office, said no; the place is free again
    ======== ===================================================================
    """

    _name = "alumni.mentoring.pair"
    _description = "Mentoring pair"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_proposed desc, id desc"
    _rec_names_search = ["mentor_partner_id", "mentee_partner_id"]
    _check_company_auto = True

    request_id = fields.Many2one(
        comodel_name="alumni.mentoring.request",
        string="Request of the mentee",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    mentor_id = fields.Many2one(
        comodel_name="alumni.mentor",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('place_count', '>', 0), ('programme_id', '=?', programme_id)]",
    )
    mentee_partner_id = fields.Many2one(
        related="request_id.partner_id",
        string="Mentee",
        store=True,
        precompute=True,
        index=True,
    )
    mentor_partner_id = fields.Many2one(
        related="mentor_id.partner_id",
        string="Person of the mentor",
        store=True,
        precompute=True,
        index=True,
    )
    programme_id = fields.Many2one(
        related="request_id.programme_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="request_id.company_id",
        string="Institution",
        store=True,
        precompute=True,
        index=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Followed by",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
    )
    state = fields.Selection(
        selection=PAIR_STATES,
        string="Status",
        required=True,
        default="proposed",
        group_expand=True,
        index=True,
        copy=False,
        tracking=True,
    )
    date_proposed = fields.Date(
        string="Proposed on", required=True, default=fields.Date.context_today
    )
    date_agreed = fields.Date(string="Agreed on", copy=False)
    date_start = fields.Date(string="First day", copy=False)
    date_end = fields.Date(string="Last day", copy=False)
    days_to_match = fields.Integer(
        string="Days to match",
        compute="_compute_days_to_match",
        store=True,
        aggregator="avg",
        help="From the day on which the mentee asked to the agreement.",
    )
    goals = fields.Text(help="What the mentee wants to have reached at the end.")
    declined_by = fields.Selection(
        selection=[
            ("mentor", "The mentor"),
            ("mentee", "The mentee"),
            ("other", "Matched with somebody else"),
            ("office", "The office"),
        ],
        string="Declined by",
        copy=False,
    )
    end_reason = fields.Selection(
        selection=[
            ("completed", "Completed as agreed"),
            ("mentor", "The mentor stopped"),
            ("mentee", "The mentee stopped"),
            ("contact", "They lost contact"),
            ("mismatch", "They did not suit each other"),
            ("death", "One of them died"),
            ("other", "Other"),
        ],
        string="Reason of the end",
        copy=False,
        tracking=True,
    )
    result = fields.Selection(selection=RESULTS, copy=False, tracking=True)
    result_note = fields.Text(string="What came of it", copy=False)
    session_ids = fields.One2many(
        comodel_name="alumni.mentoring.session",
        inverse_name="pair_id",
        string="Sessions",
    )
    session_count = fields.Integer(
        string="Sessions held", compute="_compute_sessions", help="Sessions held."
    )
    session_hours = fields.Float(
        string="Hours held", compute="_compute_sessions", help="Hours of sessions held."
    )
    last_session_date = fields.Date(
        string="Last session", compute="_compute_sessions", help="The last one held."
    )
    person_deceased = fields.Boolean(
        string="Mentor or mentee deceased", compute="_compute_person_deceased"
    )

    _request_mentor_uniq = models.UniqueIndex(
        "(request_id, mentor_id)",
        "This mentor was proposed for this request already: open that pair.",
    )
    _two_people = models.Constraint(
        "CHECK (mentor_partner_id <> mentee_partner_id)",
        "Nobody is their own mentor: choose another mentor.",
    )
    _dates_ordered = models.Constraint(
        "CHECK (date_proposed <= date_agreed AND date_agreed <= date_start"
        " AND date_start <= date_end)",
        "A pair is proposed, then agreed, starts and ends, in this order: look at its "
        "dates.",
    )

    @api.depends("mentor_partner_id.display_name", "mentee_partner_id.display_name")
    def _compute_display_name(self):
        for pair in self:
            pair.display_name = self.env._(
                "%(mentor)s mentors %(mentee)s",
                mentor=pair.mentor_partner_id.display_name or "…",
                mentee=pair.mentee_partner_id.display_name or "…",
            )

    @api.depends("date_agreed", "request_id.date")
    def _compute_days_to_match(self):
        for pair in self:
            asked, agreed = pair.request_id.date, pair.date_agreed
            pair.days_to_match = (agreed - asked).days if asked and agreed else 0

    @api.depends("session_ids.state", "session_ids.hours", "session_ids.date")
    def _compute_sessions(self):
        found = {
            pair: held
            for pair, *held in self.env["alumni.mentoring.session"]._read_group(
                [("pair_id", "in", self.ids), ("state", "=", "held")],
                ["pair_id"],
                ["__count", "hours:sum", "date:max"],
            )
        }
        for pair in self:
            count, hours, last = found.get(pair._origin, (0, 0, False))
            pair.session_count = count
            pair.session_hours = hours
            pair.last_session_date = last

    @api.depends(
        "mentor_partner_id.alumni_deceased", "mentee_partner_id.alumni_deceased"
    )
    def _compute_person_deceased(self):
        for pair in self:
            people = pair.mentor_partner_id | pair.mentee_partner_id
            pair.person_deceased = any(people.mapped("alumni_deceased"))

    @api.constrains("request_id", "mentor_id")
    def _check_same_programme(self):
        for pair in self:
            if pair.mentor_id.programme_id != pair.request_id.programme_id:
                raise ValidationError(
                    self.env._(
                        "%(mentor)s is a mentor of “%(theirs)s”, and the request "
                        "belongs "
                        "to “%(asked)s”. Choose a mentor of the same programme.",
                        mentor=pair.mentor_id.display_name,
                        theirs=pair.mentor_id.programme_id.display_name,
                        asked=pair.request_id.programme_id.display_name,
                    )
                )

    @api.constrains("request_id", "mentor_id", "state")
    def _check_live(self):
        for pair in self.filtered(lambda pair: pair.state in LIVE_STATES):
            if not pair.programme_id.active:
                raise ValidationError(
                    self.env._(
                        "The programme “%s” is archived: no pair begins in it.",
                        pair.programme_id.display_name,
                    )
                )
            people = pair.mentor_partner_id | pair.mentee_partner_id
            if deceased := people.filtered("alumni_deceased"):
                raise ValidationError(
                    self.env._(
                        "%s is deceased: end or decline the pair.",
                        deceased[0].display_name,
                    )
                )
            if pair.request_id.date_withdrawn and pair.state == "proposed":
                raise ValidationError(
                    self.env._(
                        "%s has withdrawn the request. Reopen it before a mentor is "
                        "proposed.",
                        pair.mentee_partner_id.display_name,
                    )
                )
        self.mentor_id._check_capacity()
        for pair in self.filtered(lambda pair: pair.state in ("agreed", "active")):
            other = pair.request_id.pair_ids.filtered(
                lambda other: other.state in ("agreed", "active")
            )
            if len(other) > 1:
                raise ValidationError(
                    self.env._(
                        "%s has a mentor already. End that pair before another one is "
                        "agreed.",
                        pair.mentee_partner_id.display_name,
                    )
                )

    @api.constrains(
        "state",
        "date_proposed",
        "date_agreed",
        "date_start",
        "date_end",
        "end_reason",
        "result",
        "declined_by",
        "request_id",
    )
    def _check_steps(self):
        today = fields.Date.context_today(self)
        for pair in self:
            missing = [
                name
                for name, states in (
                    ("date_agreed", ("agreed", "active", "ended")),
                    ("date_start", ("active", "ended")),
                    ("date_end", ("ended",)),
                    ("end_reason", ("ended",)),
                    ("result", ("ended",)),
                    ("declined_by", ("declined",)),
                )
                if pair.state in states and not pair[name]
            ]
            if missing:
                raise ValidationError(
                    self.env._(
                        "%(pair)s: enter “%(field)s” first. A pair that ends says "
                        "when, "
                        "why and with what result; one that is declined says by whom.",
                        pair=pair.display_name,
                        field=self._fields[missing[0]]._description_string(self.env),
                    )
                )
            if pair.date_end and pair.state != "ended":
                raise ValidationError(
                    self.env._(
                        "%s has a last day: end the pair with its reason and result, "
                        "or remove the day.",
                        pair.display_name,
                    )
                )
            if pair.date_proposed < pair.request_id.date:
                raise ValidationError(
                    self.env._(
                        "%(mentee)s asked on %(day)s only: nobody can have been "
                        "proposed before.",
                        mentee=pair.mentee_partner_id.display_name,
                        day=pair.request_id.date,
                    )
                )
            past = (pair.date_proposed, pair.date_agreed, pair.date_end)
            if any(day and day > today for day in past) or (
                pair.state in ("active", "ended") and pair.date_start > today
            ):
                raise ValidationError(
                    self.env._(
                        "%s: a day to come cannot be recorded as past. A pair that "
                        "will "
                        "start later is agreed, and becomes active on its first day.",
                        pair.display_name,
                    )
                )

    @api.constrains("state", "date_start", "date_end")
    def _check_sessions_within(self):
        self.session_ids._check_within_pair()

    def write(self, vals):
        for name in ("request_id", "mentor_id"):
            moved = name in vals and self.filtered(
                lambda pair, name=name: pair.session_ids and pair[name].id != vals[name]
            )
            if moved:
                raise UserError(
                    self.env._(
                        "%s: sessions are recorded, so mentor and mentee stay. End the "
                        "pair and create another one.",
                        moved[0].display_name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sessions(self):
        kept = self.filtered("session_ids")
        if kept:
            raise UserError(
                self.env._(
                    "%s: a pair that has sessions cannot be deleted. End it, with its "
                    "reason and result.",
                    kept[0].display_name,
                )
            )

    def action_agree(self):
        """Both have said yes. Others who were asked for the same request are free."""
        today = fields.Date.context_today(self)
        for pair in self:
            pair.write({"state": "agreed", "date_agreed": pair.date_agreed or today})
        others = self.request_id.pair_ids - self
        others.filtered(lambda pair: pair.state == "proposed").write(
            {"state": "declined", "declined_by": "other"}
        )

    def action_start(self):
        """They meet from today on, or since the first day that was entered."""
        today = fields.Date.context_today(self)
        for pair in self:
            pair.write({"state": "active", "date_start": pair.date_start or today})

    def action_ask_end(self):
        """The dialog that asks why the pair ends and with what result."""
        return self._ask("alumni_relations.alumni_mentoring_pair_view_form_end")

    def action_end(self):
        """The pair has ended. Sessions planned for later do not take place."""
        today = fields.Date.context_today(self)
        for pair in self:
            last = pair.date_end or today
            pair.session_ids.filtered(
                lambda session, last=last: (
                    session.state == "scheduled" and session.date > last
                )
            ).action_cancel()
            pair.write({"state": "ended", "date_end": last})

    def action_ask_decline(self):
        """The dialog that asks who said no."""
        return self._ask("alumni_relations.alumni_mentoring_pair_view_form_decline")

    def action_decline(self):
        """One of them said no: the place of the mentor is free."""
        self.write({"state": "declined", "date_agreed": False, "date_start": False})

    def action_reopen(self):
        """Ended or declined by mistake: back to the step before."""
        for pair in self:
            pair.write(
                {
                    "state": "active" if pair.state == "ended" else "proposed",
                    "date_end": False,
                    "end_reason": False,
                    "result": False,
                    "declined_by": False,
                }
            )

    def _ask(self, view):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(self.env.ref(view).id, "form")],
            "target": "new",
        }

    def action_view_participations(self):
        """What the sessions of this pair count as: hours of the mentor to validate."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "alumni_relations.alumni_participation_action"
            ),
            "domain": [("mentoring_session_id.pair_id", "=", self.id)],
            "context": {"create": False},
        }

    def _merge_into(self, kept):
        """Make one pair out of two of the same two people: the one that went further
        says how it went, the sessions of both are kept."""
        self.ensure_one()
        order = ("declined", "proposed", "ended", "agreed", "active")
        names = ("state", "date_agreed", "date_start", "date_end", "declined_by")
        values = {"date_proposed": min(kept.date_proposed, self.date_proposed)}
        if order.index(self.state) > order.index(kept.state):
            values |= {name: self[name] for name in (*names, "end_reason", "result")}
        starts = list(filter(None, (kept.date_start, self.date_start)))
        if starts and "date_start" in values:
            values["date_start"] = max(min(starts), values["date_agreed"])
        for name in ("goals", "result_note"):
            values[name] = "\n".join(filter(None, (kept[name], self[name]))) or False
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE alumni_mentoring_session SET pair_id = %s WHERE pair_id = %s",
                kept.id,
                self.id,
            )
        )
        self.env.invalidate_all()
        self.unlink()
        kept.write(values)
