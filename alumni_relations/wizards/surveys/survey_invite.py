from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain


class SurveyInvite(models.TransientModel):
    """Odoo's sharing of a survey does not reach people who want no surveys."""

    _inherit = "survey.invite"

    def _prepare_answers(self, partners, emails):
        purpose = self.env.ref("alumni_relations.purpose_surveys")
        people = partners.filtered(lambda partner: not partner.is_company)
        reachable = people.search(
            Domain("id", "in", people.ids)
            & people._alumni_reachable_domain(purpose, "email")
        )
        if left_out := people - reachable:
            raise UserError(
                self.env._(
                    "These people want no surveys or cannot be written to: %(names)s. "
                    "Take them off the list.",
                    names=", ".join(left_out[:10].mapped("display_name")),
                )
            )
        return super()._prepare_answers(partners, emails)
