from odoo import api, fields, models
from odoo.exceptions import ValidationError

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


class AlumniParticipation(models.Model):
    """A person's role in a programme or an event, counted once it is done."""

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

    def action_done(self):
        """The person took part: from now on it counts."""
        self.write({"state": "done"})

    def action_plan(self):
        """Back to planned: it counts no longer."""
        self.write({"state": "planned"})

    def action_cancel(self):
        """Keep the record, count it no longer."""
        self.write({"state": "cancelled"})
