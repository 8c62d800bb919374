from odoo import fields, models


class AlumniImpactLine(models.TransientModel):
    """One result on the impact page, with its number of answers, beside that of
    others of the kind and of the year before."""

    _name = "alumni.impact.line"
    _description = "Result on the impact page"
    _order = "sequence, id"

    impact_id = fields.Many2one(
        comodel_name="alumni.impact", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    section = fields.Selection(
        selection=[
            ("measure", "Satisfaction and recommendation"),
            ("objective", "Objective"),
            ("beneficiary", "Who benefited"),
        ],
        required=True,
    )
    label = fields.Char(string="Measure")
    kind = fields.Char(string="Kind of question")
    own_result = fields.Char(string="Result")
    own_count = fields.Integer(string="n", help="Number of answers.")
    others_result = fields.Char(string="Others of the kind")
    others_count = fields.Integer(string="n (others)", help="Number of answers.")
    before_result = fields.Char(string="A year before")
    before_count = fields.Integer(string="n (before)", help="Number of answers.")
