from odoo import models
from odoo.tools import SQL


class MailingMailing(models.Model):
    """Answers belong to the institution of the person in charge of the mailing."""

    _name = "mailing.mailing"
    _inherit = ["mailing.mailing", "alumni.engagement.context"]
    _engagement_context_fields = frozenset({"user_id"})

    def _engagement_acts(self):
        return {
            "mailing.trace": SQL(
                "mass_mailing_id IN %s AND COALESCE("
                "reply_datetime, links_click_datetime) IS NOT NULL",
                tuple(self.ids),
            )
        }
