from odoo import fields, models


class AlumniAudience(models.Model):
    """Whom the university talks to: entering, returning or leaving students,
    graduates, staff, strategic partners. A person can be in several."""

    _name = "alumni.audience"
    _description = "Audience"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Stable key used by imports and indicators, for instance graduate.",
    )
    sequence = fields.Integer(
        default=10,
        help="A person in several audiences is counted under the one that comes "
        "first here, so that totals by audience count everyone once.",
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(code)", "An audience with this code exists.")
