from odoo import models
from odoo.tools import SQL


class AlumniGiftType(models.Model):
    """The mode and the code of a type stand on the acts of all its gifts."""

    _name = "alumni.gift.type"
    _inherit = ["alumni.gift.type", "alumni.engagement.context"]
    _engagement_context_fields = frozenset({"mode", "code", "is_dues"})

    def _engagement_acts(self):
        return {"alumni.gift": SQL("gift_type_id IN %s", tuple(self.ids))}
