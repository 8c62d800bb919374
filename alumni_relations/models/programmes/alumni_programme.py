from odoo import fields, models

PROGRAMME_TYPES = [
    ("mentoring", "Mentoring"),
    ("career_talks", "Career talks"),
    ("researcher_visits", "Researcher visits"),
    ("recruitment", "Recruitment and job offers"),
    ("governance_visits", "Governance visits"),
    ("lifelong_learning", "Lifelong learning"),
    ("volunteering", "Volunteering"),
    ("ambassadors", "Ambassadors"),
    ("other", "Other"),
]


class AlumniProgramme(models.Model):
    """A lasting line of action with objectives: mentoring, career talks ..."""

    _name = "alumni.programme"
    _description = "Programme"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(help="Stable key used by imports, for instance career_talk.")
    sequence = fields.Integer(default=10)
    programme_type = fields.Selection(
        selection=PROGRAMME_TYPES, string="Type", required=True, default="other"
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Manager",
        default=lambda self: self.env.user,
        tracking=True,
    )
    date_start = fields.Date()
    date_end = fields.Date()
    audience_ids = fields.Many2many(comodel_name="alumni.audience", string="Audiences")
    event_ids = fields.One2many(
        comodel_name="event.event", inverse_name="programme_id", string="Events"
    )
    participation_ids = fields.One2many(
        comodel_name="alumni.participation",
        inverse_name="programme_id",
        string="Participations",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    active = fields.Boolean(default=True)

    _dates_ordered = models.Constraint(
        "CHECK (date_start <= date_end)", "A programme cannot end before it starts."
    )
    _code_uniq = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL",
        "A programme with this code exists in this institution.",
    )
