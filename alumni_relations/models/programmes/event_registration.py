from odoo import fields, models


class EventRegistration(models.Model):
    """Credit goes to who came, not to who booked: someone who books for four
    gives credit to four people."""

    _inherit = "event.registration"

    attendee_id = fields.Many2one(
        comodel_name="res.partner",
        string="Attendee",
        index="btree_not_null",
        help="The contact who takes this seat. Found by e-mail address and name, "
        "correctable by hand.",
    )
