from odoo import models


class MailingTrace(models.Model):
    """What became of each message sent; answers and clicks are read from here, and
    the index finds those of one person among millions."""

    _inherit = "mailing.trace"

    _alumni_document_idx = models.Index("(model, res_id)")
