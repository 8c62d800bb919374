from odoo import fields, models

ENGAGEMENT_MODES = [
    ("philanthropic", "Philanthropic"),
    ("volunteer", "Volunteer"),
    ("experiential", "Experiential"),
    ("communication", "Communication"),
]
"""The four modes of engagement (aligned with CASE's Alumni Engagement Metrics)."""


class AlumniGiftType(models.Model):
    """What can be given: attention, time, talent, money, network, things."""

    _name = "alumni.gift.type"
    _description = "Gift type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Stable key used by imports: money, in_kind, time, skill, network, "
        "attention.",
    )
    sequence = fields.Integer(default=10)
    measured_in = fields.Selection(
        selection=[("amount", "Money"), ("hours", "Hours"), ("act", "Acts")],
        required=True,
        default="act",
    )
    mode = fields.Selection(
        selection=ENGAGEMENT_MODES,
        required=True,
        help="The mode of engagement that a gift of this type is counted under.",
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(code)", "A gift type with this code exists.")
