from odoo import fields, models


class AlumniSchool(models.Model):
    """A faculty, institute or school of the university (French: composante)."""

    _name = "alumni.school"
    _description = "School"
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True)
    code = fields.Char(
        required=True, help="The registrar's code; imports find the school by it."
    )
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
        "(company_id, code)", "A school with this code exists in this institution."
    )
