from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCommon

from .common import EventCommon


@tagged("post_install", "-at_install")
class TestInvitationMailing(EventCommon, MailCommon):
    """Invitations and reminders are sent by Odoo's mass mailing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # As Odoo is installed: only editors of templates write placeholders.
        cls.env["ir.config_parameter"].set_param(
            "mail.restrict.template.rendering", True
        )
        cls.twin = cls._person("Tim Twin", email="ada@example.org")
        cls.silent = cls._person("Max Missing")
        cls.refused = cls._person("Ron Refused", email="ron@example.org")
        cls.env["alumni.consent"].create(
            {
                "partner_id": cls.refused.id,
                "state": "refused",
                "purpose_id": cls.purpose.id,
                "date": "2024-01-01",
            }
        )
        cls.reached = cls.people | cls.twin
        for person in cls.reached | cls.silent | cls.refused:
            cls._invitation(person)

    def _mailing(self, action):
        return (
            self.env["mailing.mailing"].with_user(self.officer).browse(action["res_id"])
        )

    def _send(self, mailing):
        with self.mock_mail_gateway():
            mailing.action_put_in_queue()
            cron = self.env.ref("mass_mailing.ir_cron_mass_mailing_queue").sudo()
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.env.invalidate_all()
        return self._mails

    def _of(self, person):
        return self.event.alumni_invitation_ids.filtered(
            lambda one: one.partner_id == person
        )

    def test_invitations(self):
        event = self.event.with_user(self.officer)
        mailing = self._mailing(event.action_alumni_send_invitations())
        self.assertEqual(mailing.alumni_purpose_id, self.purpose)
        self.assertEqual(mailing.subject, "Invitation: Talk")
        self.assertEqual((mailing.alumni_reached, mailing.alumni_left_out), (4, 2))
        self.assertEqual(mailing.alumni_left_out_missing, 1)
        self.assertEqual(mailing.alumni_left_out_refused, 1)
        self.assertEqual(
            self.env["res.partner"].search(mailing.action_alumni_left_out()["domain"]),
            self.silent | self.refused,
        )
        mails = self._send(mailing)
        # two people share an address: each gets the own message
        self.assertEqual(
            sorted(mail["email_to"][0] for mail in mails),
            sorted(self.reached.mapped("email_formatted")),
        )
        for person in self.reached:
            invitation = self._of(person)
            [mail] = [
                mail for mail in mails if person.email_formatted in mail["email_to"]
            ]
            self.assertEqual(mail["subject"], "Invitation: Talk")
            for answer in ("yes", "maybe", "no"):
                self.assertIn(invitation._answer_url(answer), mail["body"])
            self.assertEqual(invitation.state, "delivered")
            self.assertTrue(invitation.invited_date)
            self.assertEqual(invitation.channel, "email")
            self.assertFalse(invitation.reminded_date)
        self.assertEqual(self._of(self.silent).state, "new")
        self.assertEqual(mailing.state, "done")
        self.assertEqual(
            (mailing.alumni_reached, mailing.alumni_left_out),
            (4, 2),
            "what was counted when it was sent",
        )
        self.assertFalse(
            self.env["link.tracker"].search([("url", "ilike", "/alumni/invitation/")]),
            "a short link could be guessed",
        )

    def test_officer_changes_the_text_around_the_placeholders(self):
        self.assertFalse(self.officer.has_group("mail.group_mail_template_editor"))
        mailing = self._mailing(
            self.event.with_user(self.officer).action_alumni_send_invitations()
        )
        body = str(mailing.body_html)
        mailing.write(
            {
                "subject": "Come and see",
                "body_html": body.replace(
                    "We would be glad", "Everybody would be glad"
                ),
            }
        )
        mails = self._send(mailing)
        self.assertEqual(len(mails), 4)
        self.assertIn("Everybody would be glad", mails[0]["body"])
        for other in (
            '<t t-out="object.env.cr.dbname"/>',
            '<a t-att-href="object.partner_id.signup_url">x</a>',
        ):
            with self.subTest(other=other), self.assertRaises(AccessError):
                mailing.copy().body_html = body + other
        with self.assertRaises(AccessError):
            mailing.copy().subject = "{{ object.env.cr.dbname }}"
        with self.assertRaises(AccessError):
            # What is safe in a message to invited people may not be in another.
            mailing.copy().mailing_model_id = self.env["ir.model"]._get("res.partner")

    def test_reminder_goes_to_who_has_not_answered(self):
        event = self.event.with_user(self.officer)
        self._send(self._mailing(event.action_alumni_send_invitations()))
        self._of(self.ada).answer = "no"
        mails = self._send(self._mailing(event.action_alumni_remind()))
        self.assertEqual(
            sorted(mail["email_to"][0] for mail in mails),
            sorted((self.reached - self.ada).mapped("email_formatted")),
        )
        self.assertTrue(self._of(self.zoe).reminded_date)
        self.assertFalse(self._of(self.ada).reminded_date)

    def test_later_guests_are_invited_by_a_second_message(self):
        event = self.event.with_user(self.officer)
        self._send(self._mailing(event.action_alumni_send_invitations()))
        late = self._person("Lia Late", email="lia@example.org")
        self._invitation(late)
        mails = self._send(self._mailing(event.action_alumni_send_invitations()))
        self.assertEqual([mail["email_to"] for mail in mails], [[late.email_formatted]])

    def test_interrupted_sending_goes_on(self):
        mailing = self._mailing(
            self.event.with_user(self.officer).action_alumni_send_invitations()
        )
        with self.mock_mail_gateway():
            mailing.sudo().action_send_mail(self._of(self.ada).ids)
        mails = self._send(mailing)
        self.assertNotIn(
            [self.ada.email_formatted], [mail["email_to"] for mail in mails]
        )
        self.assertEqual(len(mails), 3)

    def test_message_that_comes_back(self):
        mailing = self._mailing(
            self.event.with_user(self.officer).action_alumni_send_invitations()
        )
        self._send(mailing)
        trace = self.env["mailing.trace"].search(
            [
                ("mass_mailing_id", "=", mailing.id),
                ("res_id", "=", self._of(self.zoe).id),
            ]
        )
        trace.set_bounced()
        invitation = self._of(self.zoe)
        self.assertEqual(invitation.state, "bounced")
        self.assertFalse(invitation.delivered_date)
        self.assertTrue(invitation.invited_date)
        invitation.answer = "yes"
        self.assertEqual(invitation.state, "yes", "the person was asked in another way")

    def test_message_that_never_left_is_sent_again(self):
        """The mail server was away: nobody was asked, and whoever sends again reaches
        them with the invitation, not with a reminder."""
        mailing = self._mailing(
            self.event.with_user(self.officer).action_alumni_send_invitations()
        )
        connect = patch.object(
            type(self.env["ir.mail_server"]),
            "_connect__",
            side_effect=OSError("The server is away"),
        )
        muted = mute_logger("odoo.addons.mail.models.mail_mail")
        with self.mock_mail_gateway(), connect, muted:
            mailing.action_put_in_queue()
            cron = self.env.ref("mass_mailing.ir_cron_mass_mailing_queue").sudo()
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.env.invalidate_all()
        invitation = self._of(self.zoe)
        self.assertEqual(invitation.state, "new")
        self.assertFalse(invitation.invited_date)
        trace = self.env["mailing.trace"].search([("res_id", "=", invitation.id)])
        self.assertEqual(trace.trace_status, "error")
        again = self._mailing(
            self.event.with_user(self.officer).action_alumni_send_invitations()
        )
        self.assertIn(
            [self.zoe.email_formatted],
            [mail["email_to"] for mail in self._send(again)],
        )
        self.assertEqual(invitation.state, "delivered")
        trace.set_failed(failure_type="mail_email_invalid")
        self.assertEqual(invitation.state, "bounced", "an address that is none")

    def test_refusing_by_the_unsubscribe_link(self):
        mailing = self._mailing(
            self.event.with_user(self.officer).action_alumni_send_invitations()
        )
        invitation = self._of(self.zoe)
        self.assertTrue(mailing.sudo()._alumni_refuse(invitation.id, self.zoe.email))
        self.assertEqual(self.zoe.alumni_consent_ids.state, "refused")
        self.assertEqual(self.zoe.alumni_consent_ids.purpose_id, self.purpose)
        mailing.invalidate_recordset(["alumni_left_out_refused"])
        self.assertEqual(mailing.alumni_left_out_refused, 2)

    def test_nobody_left(self):
        empty = self._event("Empty", days=3).with_user(self.officer)
        with self.assertRaisesRegex(UserError, "Nobody is left"):
            empty.action_alumni_send_invitations()
        with self.assertRaisesRegex(UserError, "has answered"):
            empty.action_alumni_remind()
