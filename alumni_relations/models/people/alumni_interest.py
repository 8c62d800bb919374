from odoo import api, fields, models


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

    @api.depends("name", "parent_id.display_name")
    def _compute_display_name(self):
        for interest in self:
            parent = interest.parent_id.display_name
            interest.display_name = (
                f"{parent} / {interest.name}" if parent else interest.name
            )
