from odoo import fields, models

PARTICIPATION_ROLES = [
    ("participant", "Participant"),
    ("speaker", "Speaker"),
    ("mentor", "Mentor"),
    ("mentee", "Mentee"),
    ("organiser", "Organiser"),
    ("host", "Host"),
    ("volunteer", "Volunteer"),
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
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
    )
    programme_id = fields.Many2one(
        comodel_name="alumni.programme", index="btree_not_null", ondelete="restrict"
    )
    event_id = fields.Many2one(
        comodel_name="event.event", index="btree_not_null", ondelete="restrict"
    )
    role = fields.Selection(
        selection=PARTICIPATION_ROLES, required=True, default="participant"
    )
    state = fields.Selection(
        selection=[
            ("planned", "Planned"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="planned",
        index=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    date_end = fields.Date()
    hours = fields.Float()
    note = fields.Char()
    company_id = fields.Many2one(
        comodel_name="res.company",
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
