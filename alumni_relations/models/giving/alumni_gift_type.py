from odoo import api, fields, models
from odoo.exceptions import UserError

ENGAGEMENT_MODES = [
    ("philanthropic", "Philanthropic"),
    ("volunteer", "Volunteer"),
    ("experiential", "Experiential"),
    ("communication", "Communication"),
]
"""The four modes of engagement (aligned with CASE's Alumni Engagement Metrics)."""


class AlumniGiftType(models.Model):
    """What can be given: attention, time, skill, money, network, things."""

    _name = "alumni.gift.type"
    _description = "Gift type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Stable key used by imports: money, in_kind, time, skill, network, "
        "attention, dues.",
    )
    sequence = fields.Integer(default=10)
    measured_in = fields.Selection(
        string="Measured in",
        selection=[("amount", "Money"), ("hours", "Hours"), ("act", "Acts")],
        required=True,
        default="act",
        help="A gift measured in money needs an amount (of a gift in kind: its "
        "estimated value), a gift measured in hours needs hours; an act needs "
        "neither.",
    )
    is_dues = fields.Boolean(
        string="Dues",
        help="The price of a membership: kept with the gifts, but left out of their "
        "totals.",
    )
    mode = fields.Selection(
        selection=ENGAGEMENT_MODES,
        help="The mode of engagement that a gift of this type is counted under.",
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(code)", "A gift type with this code exists.")
    _mode_of_gifts = models.Constraint(
        "CHECK (is_dues IS TRUE OR mode IS NOT NULL)",
        "Choose the mode of engagement that gifts of this type count under.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        # Asked as superuser because a gift of another institution counts as well.
        if (
            self.env["alumni.gift"]
            .sudo()
            .search_count([("gift_type_id", "in", self.ids)], limit=1)
        ):
            raise UserError(
                self.env._("There are gifts of this type: archive it instead.")
            )
