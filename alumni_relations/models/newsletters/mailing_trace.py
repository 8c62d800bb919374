from odoo import models


class MailingTrace(models.Model):
    """What became of each message sent; answers and clicks are read from here, and
    the index finds those of one person among millions."""

    _inherit = "mailing.trace"

    _alumni_document_idx = models.Index("(model, res_id)")

    def write(self, vals):
        result = super().write(vals)
        if vals.get("trace_status") in ("sent", "bounce", "error"):
            invitations = self.env["alumni.invitation"].browse(
                trace.res_id for trace in self if trace.model == "alumni.invitation"
            )
            if invitations:
                invitations.exists()._follow_message(vals["trace_status"] == "sent")
        return result
