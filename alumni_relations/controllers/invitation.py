from odoo import http
from odoo.http import request

from ..models.events.alumni_invitation_answer import ANSWERS

PATH = "/alumni/invitation/<int:invitation_id>/<string:token>"

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}
"""The address of the page is a key: it is not kept, passed on or listed."""


class AlumniInvitationController(http.Controller):
    """Answering an invitation by the links in the message, without a login.

    Following a link records nothing: programs that check mails follow every link.
    The answer is recorded when the person sends the form.
    """

    @http.route(PATH, type="http", auth="public", methods=["GET"], sitemap=False)
    def page(self, invitation_id, token, answer=None, sent=None, **_options):
        invitation = self._invitation(invitation_id, token)
        if not invitation:
            return self._render({}, "alumni_relations.invitation_invalid", 404)
        return self._page(invitation, answer=answer, sent=bool(sent))

    @http.route(PATH, type="http", auth="public", methods=["POST"], sitemap=False)
    def answer(self, invitation_id, token, answer=None, **_options):
        invitation = self._invitation(invitation_id, token)
        if not invitation:
            return self._render({}, "alumni_relations.invitation_invalid", 404)
        if not invitation._answer_by_link(answer):
            return self._page(invitation, answer=answer, status=403)
        return request.redirect(f"{request.httprequest.path}?sent=1", code=303)

    def _invitation(self, invitation_id, token):
        invitation = request.env["alumni.invitation"]._by_link(invitation_id, token)
        language = invitation.partner_id.lang
        if language:
            request.update_context(lang=language)
            invitation = invitation.with_context(lang=language)
        return invitation

    def _page(self, invitation, answer=None, sent=False, status=200):
        answers = [code for code, _label in ANSWERS]
        return self._render(
            {
                "invitation": invitation,
                "event": invitation.event_id,
                "chosen": answer if answer in answers else invitation.answer,
                "closed": invitation.event_id._alumni_answers_closed(),
                "sent": sent,
            },
            "alumni_relations.invitation_page",
            status,
        )

    def _render(self, values, template, status):
        response = request.render(template, values, status=status)
        response.headers.update(HEADERS)
        return response
