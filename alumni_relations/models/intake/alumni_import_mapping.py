from odoo import fields, models


class AlumniImportMapping(models.Model):
    """One column of the file and the field that it fills."""

    _name = "alumni.import.mapping"
    _description = "Import column"
    _order = "import_id, position"
    _rec_name = "header"

    import_id = fields.Many2one(
        comodel_name="alumni.import", required=True, index=True, ondelete="cascade"
    )
    position = fields.Integer(required=True)
    header = fields.Char(string="Column in the file")
    sample = fields.Char(string="For instance", help="The first values in the column.")
    target_id = fields.Many2one(
        comodel_name="alumni.import.target",
        string="Field",
        ondelete="restrict",
        index="btree_not_null",
        help="Empty: the column is not loaded.",
    )

    _column_uniq = models.UniqueIndex(
        "(import_id, position)", "A column of a file can only be mapped once."
    )
