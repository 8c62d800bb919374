from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..programmes.alumni_participation import HOURS_STATES


class AlumniMentoringSession(models.Model):
    """A meeting of a mentoring pair, planned or held. A session that is held is
    recorded as one participation of the mentor and one of the mentee, which follow
    it; the mentor's hours count once they are validated there, and nowhere else. The
    share of scheduled sessions that are held is NET-03."""

    _name = "alumni.mentoring.session"
    _description = "Mentoring session"
    _order = "date desc, id desc"
    _rec_names_search = ["pair_id"]
    _check_company_auto = True

    pair_id = fields.Many2one(
        comodel_name="alumni.mentoring.pair",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("state", "=", "active")],
    )
    mentor_partner_id = fields.Many2one(
        related="pair_id.mentor_partner_id",
        string="Mentor",
        store=True,
        precompute=True,
        index=True,
    )
    mentee_partner_id = fields.Many2one(
        related="pair_id.mentee_partner_id",
        string="Mentee",
        store=True,
        precompute=True,
        index=True,
    )
    programme_id = fields.Many2one(
        related="pair_id.programme_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="pair_id.company_id",
        string="Institution",
        store=True,
        precompute=True,
        index=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    hours = fields.Float(default=1)
    mode = fields.Selection(
        selection=[
            ("online", "Online"),
            ("person", "In person"),
            ("phone", "By phone"),
            ("email", "By e-mail"),
        ],
        string="How",
        required=True,
        default="online",
    )
    state = fields.Selection(
        selection=[
            ("scheduled", "Scheduled"),
            ("held", "Held"),
            ("cancelled", "Cancelled"),
            ("missed", "Missed"),
        ],
        string="Status",
        required=True,
        default="scheduled",
        index=True,
        copy=False,
        help="Missed: one of them did not come. Cancelled: called off before.",
    )
    note = fields.Text(string="Notes")
    participation_ids = fields.One2many(
        comodel_name="alumni.participation",
        inverse_name="mentoring_session_id",
        string="Counted as",
    )
    hours_state = fields.Selection(
        selection=HOURS_STATES,
        string="Status of hours",
        compute="_compute_hours_state",
        help="Whether the hours of the mentor are validated.",
    )

    _hours_possible = models.Constraint(
        "CHECK (hours >= 0 AND hours <= 24)", "A session takes 24 hours at most."
    )

    @api.depends("pair_id.display_name", "date")
    def _compute_display_name(self):
        for session in self:
            session.display_name = self.env._(
                "%(pair)s, %(day)s",
                pair=session.pair_id.display_name or "…",
                day=format_date(self.env, session.date),
            )

    @api.depends("participation_ids.hours_state")
    def _compute_hours_state(self):
        for session in self:
            session.hours_state = session.participation_ids.filtered(
                lambda line: line.role == "mentor"
            )[:1].hours_state

    @api.constrains("pair_id", "date", "state", "hours")
    def _check_within_pair(self):
        today = fields.Date.context_today(self)
        for session in self.filtered(lambda session: session.state != "cancelled"):
            pair, day = session.pair_id, session.date
            if pair.state not in ("active", "ended"):
                raise ValidationError(
                    self.env._(
                        "%s: a pair has sessions once it is active. Start it first.",
                        pair.display_name,
                    )
                )
            if day < pair.date_start or (pair.date_end and day > pair.date_end):
                raise ValidationError(
                    self.env._(
                        "%(session)s: the pair lasts from %(start)s to %(end)s. "
                        "Correct the day of the session, or the days of the pair.",
                        session=session.display_name,
                        start=format_date(self.env, pair.date_start),
                        end=format_date(self.env, pair.date_end) or "…",
                    )
                )
            if session.state == "scheduled":
                continue
            if day > today:
                raise ValidationError(
                    self.env._(
                        "%s is still to come: it is held or missed on its day at the "
                        "earliest.",
                        session.display_name,
                    )
                )
            if session.state == "held" and not session.hours:
                raise ValidationError(
                    self.env._(
                        "%s: enter how long the session took.", session.display_name
                    )
                )
            for person in pair.mentor_partner_id | pair.mentee_partner_id:
                died = person.alumni_deceased_date
                if session.state == "held" and died and day > died:
                    raise ValidationError(
                        self.env._(
                            "%(name)s died on %(day)s: no session was held after that.",
                            name=person.display_name,
                            day=format_date(self.env, died),
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        sessions = super().create(vals_list)
        sessions._record_participations()
        return sessions

    def write(self, vals):
        if "pair_id" in vals and any(s.pair_id.id != vals["pair_id"] for s in self):
            raise UserError(
                self.env._(
                    "A session stays with its pair. Delete it and enter it there."
                )
            )
        result = super().write(vals)
        if not {"state", "date", "hours"}.isdisjoint(vals):
            self._record_participations()
        return result

    def unlink(self):
        self.filtered(lambda session: session.state == "held").action_cancel()
        return super().unlink()

    def action_hold(self):
        """The session took place: it counts."""
        self.write({"state": "held"})

    def action_miss(self):
        """One of them did not come."""
        self.write({"state": "missed"})

    def action_cancel(self):
        """It does not take place, or did not: it counts no longer."""
        self.write({"state": "cancelled"})

    def action_schedule(self):
        """Back to planned."""
        self.write({"state": "scheduled"})

    def _record_participations(self):
        """Have the participations of mentor and mentee say what the sessions say:
        there while a session is held, with its day and hours."""
        Participation = self.env["alumni.participation"]
        known = {
            (line.mentoring_session_id, line.role): line
            for line in Participation.search([("mentoring_session_id", "in", self.ids)])
        }
        new, gone = [], Participation
        for session in self:
            said = {"date": session.date, "hours": session.hours}
            for role in ("mentor", "mentee"):
                line = known.get((session, role), Participation)
                changes = {
                    name: value for name, value in said.items() if line[name] != value
                }
                if session.state != "held":
                    gone |= line
                elif not line:
                    new.append(
                        {
                            **said,
                            "role": role,
                            "partner_id": session[f"{role}_partner_id"].id,
                            "programme_id": session.programme_id.id,
                            "company_id": session.company_id.id,
                            "mentoring_session_id": session.id,
                            "state": "done",
                        }
                    )
                elif changes:
                    line.write(changes)
        validated = gone.filtered(lambda line: line.hours_state == "validated")
        if validated:
            raise UserError(
                self.env._(
                    "%s: the hours of the mentor are validated. Choose “Check hours "
                    "again” on the participation first.",
                    validated[0].mentoring_session_id.display_name,
                )
            )
        gone.unlink()
        Participation.create(new)
