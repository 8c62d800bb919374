from odoo import fields, models


class AlumniPersonYear(models.Model):
    """One alumnus of record in one period, as of its last day: a 0/1 flag per mode
    of engagement, counts, hours, amounts, and the person's generation, school and
    country as they were. Summing a flag over any grouping counts everyone once."""

    _name = "alumni.person.year"
    _description = "Person-year"
    _inherit = ["alumni.person.year.mixin"]
    _order = "id desc"
    _rec_name = "partner_id"
    _log_access = False

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        readonly=True,
        ondelete="set null",
        help="Empty in a closed period when the person has been erased since.",
    )

    _person_idx = models.Index("(partner_id, period_id)")
    _period_idx = models.Index("(period_id)")
