from odoo import fields, models

REASONS = [
    ("no_name", "No name"),
    ("no_identity", "Neither student number nor birth date nor e-mail"),
    ("formula", "Looks like a formula"),
    ("bad_date", "A date that does not exist"),
    ("bad_value", "A value that is not understood"),
    ("missing_value", "A value is missing"),
    ("too_long", "A value is too long"),
    ("wrong_columns", "Not as many columns as the header"),
    ("unknown_person", "Unknown person"),
    ("unknown_event", "Unknown event"),
    ("unknown_programme", "Unknown programme"),
    ("no_rate", "No rate on that day"),
    ("closed", "In a closed period"),
    ("repeated", "Repeats an earlier line"),
]


class AlumniImportLine(models.Model):
    """A line of a file that was not taken, with the reason why."""

    _name = "alumni.import.line"
    _description = "Rejected line"
    _order = "import_id, number"
    _rec_name = "number"
    _log_access = False

    import_id = fields.Many2one(
        comodel_name="alumni.import", required=True, index=True, ondelete="cascade"
    )
    number = fields.Integer(
        string="Line",
        required=True,
        aggregator=None,
        help="As in a spreadsheet: the header is line 1.",
    )
    reason = fields.Selection(selection=REASONS, required=True)
    message = fields.Char(string="What is wrong")
    cells = fields.Json(help="The line itself.")
    text = fields.Char(
        string="Content", compute="_compute_text", help="The cells that are not empty."
    )
    company_id = fields.Many2one(
        string="Institution",
        related="import_id.company_id",
        store=True,
        index=True,
        precompute=True,
    )

    def _compute_text(self):
        for line in self:
            line.text = " · ".join(cell for cell in line.cells or [] if cell)
