from odoo.http import request

from odoo.addons.mass_mailing.controllers.main import MassMailController


class AlumniMailingController(MassMailController):
    """The unsubscribe link of a mailing that has a purpose of contact refuses that
    purpose only. Odoo's own answer, to blacklist the address for everything, stays
    within reach on the page that follows."""

    def _mailing_unsubscribe_from_document(
        self, mailing, document_id, email, hash_token
    ):
        if not mailing._alumni_refuse(document_id, email):
            return super()._mailing_unsubscribe_from_document(
                mailing, document_id, email, hash_token
            )
        return request.render(
            "mass_mailing.page_mailing_unsubscribe",
            dict(
                self._prepare_mailing_subscription_values(
                    mailing, document_id, email, hash_token
                ),
                last_action=False,
                unsubscribed_name=request.env._(
                    "You will receive no more messages of this kind: %(purpose)s.",
                    purpose=mailing.alumni_purpose_id.name,
                ),
            ),
        )
