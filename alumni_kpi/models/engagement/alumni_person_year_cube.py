from odoo import models


class AlumniPersonYearCube(models.Model):
    """Person-years added up over their dimensions. Each change appends the old
    figures with a minus and the new ones with a plus, so that no two users wait for
    each other; a scheduled action adds the rows of one cell up again."""

    _name = "alumni.person.year.cube"
    _description = "Person-years by dimension"
    _inherit = ["alumni.person.year.mixin"]
    _order = "id"
    _log_access = False

    _period_idx = models.Index("(period_id)")
