from odoo import models


class MailBlacklist(models.Model):
    """Addresses that no message is sent to."""

    _name = "mail.blacklist"
    _inherit = ["mail.blacklist", "alumni.blacklist.mixin"]
    _alumni_address = "email"
    _alumni_person_column = "email_normalized"
