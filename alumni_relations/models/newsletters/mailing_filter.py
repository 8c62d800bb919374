from odoo import fields, models


class MailingFilter(models.Model):
    """A ready filter is read by everyone in the office: its name is translated."""

    _inherit = "mailing.filter"

    name = fields.Char(translate=True)
