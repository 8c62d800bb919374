from odoo import fields, models


class AlumniMotivation(models.Model):
    """One of the 15 reasons why people join a university network (Edersheim)."""

    _name = "alumni.motivation"
    _description = "Motivation"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
