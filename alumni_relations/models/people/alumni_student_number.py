from odoo import fields, models


class AlumniStudentNumber(models.Model):
    """A student number of a person. Someone who came back to study may have more
    than one; a number belongs to one person only."""

    _name = "alumni.student.number"
    _description = "Student number"
    _order = "id"

    name = fields.Char(
        required=True,
        string="Student number",
        help="Text, because leading zeros belong to the number.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )

    _name_uniq = models.UniqueIndex(
        "(company_id, name)", "This student number belongs to somebody already."
    )
