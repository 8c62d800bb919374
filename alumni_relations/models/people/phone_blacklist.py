from odoo import models


class PhoneBlacklist(models.Model):
    """Numbers that are not called."""

    _name = "phone.blacklist"
    _inherit = ["phone.blacklist", "alumni.blacklist.mixin"]
    _alumni_address = "number"
    _alumni_person_column = "phone_sanitized"
