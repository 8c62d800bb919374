from odoo import models

BAD_ADDRESS = ("mail_email_invalid", "mail_email_missing")
"""Failures that another attempt would meet again."""


class MailingTrace(models.Model):
    """What became of each message sent; answers and clicks are read from here, and
    the index finds those of one person among millions."""

    _inherit = "mailing.trace"

    _alumni_document_idx = models.Index("(model, res_id)")

    def write(self, vals):
        result = super().write(vals)
        if vals.get("trace_status") in ("sent", "bounce", "error"):
            # What never left, because the mail server was away, asked nobody: such
            # people stay on the list of those to be invited.
            told = self.filtered(
                lambda trace: (
                    trace.model == "alumni.invitation"
                    and (
                        trace.trace_status != "error"
                        or trace.failure_type in BAD_ADDRESS
                    )
                )
            )
            invitations = self.env["alumni.invitation"].browse(told.mapped("res_id"))
            if invitations:
                invitations.exists()._follow_message(vals["trace_status"] == "sent")
        return result
