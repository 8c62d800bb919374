from odoo import fields, models

DEGREE_LEVELS = [
    ("certificate", "University certificate"),
    ("bachelor", "Bachelor"),
    ("master", "Master"),
    ("doctorate", "Doctorate"),
]
"""Lowest first: a person's level is the highest among the awarded degrees."""


class AlumniDegree(models.Model):
    """A degree that the university awards. The school stands on the education,
    because one degree code can be taught in several schools."""

    _name = "alumni.degree"
    _description = "Degree"
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True)
    code = fields.Char(
        required=True, help="The registrar's code; imports find the degree by it."
    )
    level = fields.Selection(selection=DEGREE_LEVELS)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex(
        "(company_id, code)", "A degree with this code exists in this institution."
    )
