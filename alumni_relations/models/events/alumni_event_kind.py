from odoo import fields, models


class AlumniEventKind(models.Model):
    """What sort of event it is: events are compared with others of their kind."""

    _name = "alumni.event.kind"
    _description = "Kind of event"
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        copy=False, help="Stable key used by imports, for instance career_talk."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "A kind of event with this code exists."
    )
