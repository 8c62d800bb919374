from odoo import fields, models


class EventEvent(models.Model):
    """An event can belong to a programme, whose objectives it serves."""

    _inherit = "event.event"

    programme_id = fields.Many2one(
        comodel_name="alumni.programme", index="btree_not_null", ondelete="restrict"
    )
