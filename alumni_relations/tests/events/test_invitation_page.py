from datetime import timedelta
from urllib.parse import urlsplit

from lxml import html

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import EventCommon


@tagged("post_install", "-at_install")
class TestInvitationPage(EventCommon, HttpCase):
    """The page on which people answer without a login."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invitation = cls._invitation()

    def _path(self, answer=None, invitation=None):
        parts = urlsplit((invitation or self.invitation)._answer_url(answer))
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def _page(self, path):
        response = self.url_open(path)
        return response, html.fromstring(response.content)

    def _send(self, page, answer):
        [form] = page.xpath("//form[@method='post']")
        [token] = form.xpath(".//input[@name='csrf_token']/@value")
        response = self.url_open(
            form.get("action"), data={"csrf_token": token, "answer": answer}
        )
        self.invitation.invalidate_recordset()
        return response

    def test_following_a_link_records_nothing(self):
        response, page = self._page(self._path("yes"))
        self.assertEqual(response.status_code, 200)
        self.assertIn("Talk", page.text_content())
        self.assertIn("Ada Lovelace", page.text_content())
        self.assertEqual(page.xpath("//input[@checked]/@value"), ["yes"])
        self.opener.head(self.base_url() + self._path("yes"))
        self.assertFalse(self.invitation.answer)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")

    def test_answer_and_change_of_mind(self):
        _response, page = self._page(self._path("maybe"))
        response = self._send(page, "yes")
        self.assertIn("look forward", response.text)
        self.assertEqual(
            (self.invitation.answer, self.invitation.answer_channel), ("yes", "link")
        )
        self.assertEqual(self.invitation.attendance, "registered")
        _response, page = self._page(self._path())
        self.assertEqual(page.xpath("//input[@checked]/@value"), ["yes"])
        self._send(page, "no")
        self.assertEqual(self.invitation.answer, "no")
        self.assertEqual(self.invitation.answer_ids.mapped("answer"), ["no", "yes"])
        self.assertEqual(self.invitation.attendance, "cancelled")

    def test_full_event_says_that_one_waits(self):
        self.event.write({"seats_limited": True, "seats_max": 1})
        self._register(self.zoe)
        _response, page = self._page(self._path("yes"))
        self.assertIn("waiting list", self._send(page, "yes").text)
        self.assertEqual(self.invitation.state, "waiting")

    def test_page_speaks_the_language_of_the_person(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"].search(
            [("name", "=", "alumni_relations")]
        )._update_translations(["fr_FR"])
        self.ada.lang = "fr_FR"
        _response, page = self._page(self._path("yes"))
        self.assertIn("Envoyer ma réponse", page.text_content())

    def test_after_the_deadline(self):
        _response, page = self._page(self._path("yes"))
        self.event.alumni_answer_deadline = fields.Datetime.now() - timedelta(hours=1)
        response = self._send(page, "yes")
        self.assertEqual(response.status_code, 403)
        self.assertIn("Answers are closed", response.text)
        self.assertFalse(self.invitation.answer)
        response, page = self._page(self._path("yes"))
        self.assertEqual(response.status_code, 200)
        self.assertIn("Answers are closed", page.text_content())
        self.assertFalse(page.xpath("//form[@method='post']"))
        # the office still can
        self.invitation.with_user(self.officer).action_answer_yes()
        self.assertEqual(self.invitation.answer, "yes")

    def test_cancelled_event_and_event_that_has_begun(self):
        self.event.kanban_state = "cancel"
        self.assertIn("Answers are closed", self._page(self._path())[0].text)
        over = self._invitation(self.zoe, self.past)
        self.past.date_end = fields.Datetime.now() - timedelta(days=29)
        self.assertIn("Answers are closed", self._page(self._path(None, over))[0].text)

    @mute_logger("odoo.http")
    def test_links_that_are_not_valid(self):
        path = self._path("yes")
        other = self._invitation(self.zoe)
        old = self._invitation(self.ada, self._event("Old", days=-60))
        gone = self._invitation(self.paul)
        gone_path = self._path("yes", gone)
        gone.unlink()
        for wrong in (
            path.replace(f"/{self.invitation.id}/", f"/{other.id}/"),
            path.replace("?", "0?"),
            path.replace("?", "é?"),
            self._path("yes", old),
            gone_path,
        ):
            response, page = self._page(wrong)
            self.assertEqual(response.status_code, 404)
            self.assertIn("not valid", page.text_content())
            self.assertNotIn("Talk", page.text_content())

    @mute_logger("odoo.http")
    def test_what_is_sent_is_not_trusted(self):
        _response, page = self._page(self._path("<script>"))
        self.assertFalse(page.xpath("//input[@checked]"))
        self.assertEqual(self._send(page, "whatever").status_code, 403)
        self.assertFalse(self.invitation.answer)
        response = self.url_open(self._path(), data={"answer": "yes"})
        self.assertEqual(response.status_code, 400, "no form of ours was sent")
        self.assertFalse(self.invitation.answer)
