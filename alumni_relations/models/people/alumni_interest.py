from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AlumniInterest(models.Model):
    """A taste, a skill or a capacity of a person, in a tree."""

    _name = "alumni.interest"
    _description = "Interest"
    _parent_store = True
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    parent_id = fields.Many2one(
        comodel_name="alumni.interest",
        string="Part of",
        index=True,
        ondelete="restrict",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many(
        comodel_name="alumni.interest", inverse_name="parent_id", string="Details"
    )
    kind = fields.Selection(
        selection=[("taste", "Taste"), ("skill", "Skill"), ("capacity", "Capacity")],
        default="taste",
        required=True,
    )
    active = fields.Boolean(default=True)
    display_name = fields.Char(recursive=True)

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._(
                    "An interest cannot be part of itself: choose another parent."
                )
            )

    @api.depends("name", "parent_id.display_name")
    def _compute_display_name(self):
        for interest in self:
            parent = interest.parent_id.display_name
            interest.display_name = (
                f"{parent} / {interest.name}" if parent else interest.name
            )
