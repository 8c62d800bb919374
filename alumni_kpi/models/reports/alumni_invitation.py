from odoo import models


class AlumniInvitation(models.Model):
    """Who was asked and what they answered are the first steps of the funnel."""

    _name = "alumni.invitation"
    _inherit = ["alumni.invitation", "alumni.funnel.source"]
    _funnel_fields = frozenset(
        {"company_id", "state", "delivered_date", "answer", "channel"}
    )
