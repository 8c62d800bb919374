from odoo import fields, models

ANSWERS = [("yes", "Yes"), ("no", "No"), ("maybe", "Maybe")]

ANSWER_CHANNELS = [
    ("link", "Link in the message"),
    ("email", "E-mail"),
    ("phone", "Phone"),
    ("in_person", "In person"),
    ("file", "File"),
    ("staff", "Entered by staff"),
]


class AlumniInvitationAnswer(models.Model):
    """What somebody answered to an invitation, and when: a change of mind adds a
    line, so that nothing that was said is lost."""

    _name = "alumni.invitation.answer"
    _description = "Answer to an invitation"
    _order = "date desc, id desc"
    _rec_name = "answer"

    invitation_id = fields.Many2one(
        comodel_name="alumni.invitation",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    answer = fields.Selection(
        selection=ANSWERS,
        readonly=True,
        help="Empty: the answer before was taken back.",
    )
    channel = fields.Selection(
        selection=ANSWER_CHANNELS,
        required=True,
        readonly=True,
        help="How the answer reached the office.",
    )
    company_id = fields.Many2one(
        string="Institution", related="invitation_id.company_id"
    )
