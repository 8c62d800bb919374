from odoo import fields, models


class AlumniProgrammeStage(models.Model):
    """How far a programme is: each institution names its own stages."""

    _name = "alumni.programme.stage"
    _description = "Stage of a programme"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    fold = fields.Boolean(
        string="Folded",
        help="Shown folded in the kanban view, for instance the stage of programmes "
        "that have ended.",
    )
