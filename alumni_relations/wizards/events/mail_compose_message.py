from odoo import models


class MailComposeMessage(models.TransientModel):
    """Each invited person gets the own message, with the own links."""

    _inherit = "mail.compose.message"

    def _get_done_emails(self, mail_values_dict):
        if self.model == "alumni.invitation":
            # Two people can share an address; whom a mailing has reached is known
            # by the invitation.
            return []
        return super()._get_done_emails(mail_values_dict)
