from datetime import date

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PeopleCommon


@tagged("post_install", "-at_install")
class TestReach(PeopleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls._person(
            "Ada Byron",
            email="ada@example.org",
            phone="+33247366600",
            street="12 rue des Tanneurs",
            city="Tours",
            zip="37000",
        )

    def _reasons(self):
        person = self.person
        return (
            person.alumni_email_reason,
            person.alumni_phone_reason,
            person.alumni_post_reason,
        )

    def test_everything_in_order(self):
        self.assertEqual(self._reasons(), ("ok", "ok", "ok"))
        self.assertTrue(self.person.alumni_contactable)
        self.assertFalse(self.person.alumni_lost)

    def test_the_dead_are_neither_contactable_nor_lost(self):
        self.person.write({"alumni_deceased": True, "email": False})
        self.assertEqual(self._reasons(), ("deceased",) * 3)
        self.assertFalse(self.person.alumni_contactable)
        self.assertFalse(self.person.alumni_lost)

    def test_addresses_that_cannot_be(self):
        for email in ("pas d'adresse", "ada@", "@example.org", "ada@univ", "a@b..org"):
            with self.subTest(email):
                self.person.email = email
                self.assertEqual(self.person.alumni_email_reason, "invalid")
                self.assertEqual(self.person.email, email)
        for phone in ("12", "unknown", "1" * 16):
            with self.subTest(phone):
                self.person.phone = phone
                self.assertEqual(self.person.alumni_phone_reason, "invalid")
        self.person.zip = False
        self.assertEqual(self.person.alumni_post_reason, "invalid")
        self.assertFalse(self.person.alumni_contactable)
        self.assertTrue(self.person.alumni_lost)
        self.person.country_id = self.env.ref("base.fr")
        self.assertEqual(self.person.alumni_post_reason, "ok")
        self.assertFalse(self.person.alumni_lost)

    def test_nothing_known(self):
        self.person.write({"email": " ", "phone": False, "street": False})
        self.assertEqual(self._reasons(), ("missing",) * 3)
        self.assertTrue(self.person.alumni_lost)

    def test_bounces(self):
        self.company.alumni_bounce_limit = 3
        self.person.message_bounce = 2
        self.assertEqual(self.person.alumni_email_reason, "ok")
        self.person.message_bounce = 3
        self.assertEqual(self.person.alumni_email_reason, "bounced")
        self.company.alumni_bounce_limit = 5
        self.assertEqual(self.person.alumni_email_reason, "ok")
        self.company.alumni_bounce_limit = 0
        self.assertEqual(self.person.alumni_email_reason, "ok")

    def test_mail_blacklist(self):
        entry = self.env["mail.blacklist"]._add("ADA@example.org")
        self.assertEqual(self.person.alumni_email_reason, "blacklisted")
        self.env["mail.blacklist"]._remove("ada@example.org")
        self.assertEqual(self.person.alumni_email_reason, "ok")
        entry.active = True
        self.assertEqual(self.person.alumni_email_reason, "blacklisted")
        entry.email = "somebody@example.org"
        self.assertEqual(self.person.alumni_email_reason, "ok")
        entry.email = "ada@example.org"
        entry.unlink()
        self.assertEqual(self.person.alumni_email_reason, "ok")

    def test_phone_blacklist(self):
        self.assertEqual(self.person.phone_sanitized, "+33247366600")
        entry = self.env["phone.blacklist"].create({"number": "+33247366600"})
        self.assertEqual(self.person.alumni_phone_reason, "blacklisted")
        entry.active = False
        self.assertEqual(self.person.alumni_phone_reason, "ok")
        entry.active = True
        entry.unlink()
        self.assertEqual(self.person.alumni_phone_reason, "ok")
        self.assertFalse(self.person.alumni_lost)

    def test_refusing_everything(self):
        self._consent(self.person, "refused")
        self.assertEqual(self._reasons(), ("refused",) * 3)
        self.assertFalse(self.person.alumni_contactable)
        self.assertFalse(self.person.alumni_lost)

    def test_refusing_one_purpose_leaves_the_channel_open(self):
        self._consent(self.person, "refused", self.newsletter, "email")
        self.assertEqual(self.person.alumni_email_reason, "ok")
        reachable = self.env["res.partner"]._alumni_reachable_domain
        self.assertNotIn(
            self.person, self.env["res.partner"].search(reachable(self.newsletter))
        )
        self.assertIn(
            self.person, self.env["res.partner"].search(reachable(self.events))
        )

    def test_refusing_every_purpose_one_by_one_closes_the_channel(self):
        for purpose in self.env["alumni.consent.purpose"].search([]):
            self._consent(self.person, "refused", purpose, "email")
        self.assertEqual(self._reasons(), ("refused", "ok", "ok"))
        purpose = self.env["alumni.consent.purpose"].create(
            {"name": "Jobs", "code": "jobs"}
        )
        self.assertEqual(self.person.alumni_email_reason, "ok")
        purpose.active = False
        self.assertEqual(self.person.alumni_email_reason, "refused")

    def test_latest_decision_is_in_force(self):
        self._consent(self.person, "refused", date="2024-01-01")
        self._consent(self.person, "given", channel="email", date="2024-06-01")
        self.assertEqual(self._reasons(), ("ok", "refused", "refused"))
        self._consent(self.person, "refused", channel="email", date="2024-06-01")
        self.assertEqual(self.person.alumni_email_reason, "refused")
        self._consent(self.person, "given", date="2023-01-01")
        self.assertEqual(self.person.alumni_email_reason, "refused")

    def test_withdrawn_decision(self):
        refusal = self._consent(self.person, "refused")
        self.assertFalse(self.person.alumni_contactable)
        refusal.unlink()
        self.assertTrue(self.person.alumni_contactable)

    def test_prior_consent(self):
        self.company.alumni_email_basis = "opt_in"
        self.assertEqual(self._reasons(), ("no_consent", "ok", "ok"))
        self._consent(self.person, "given", self.newsletter, "email")
        self.assertEqual(self.person.alumni_email_reason, "ok")
        reachable = self.env["res.partner"]._alumni_reachable_domain
        self.assertIn(
            self.person, self.env["res.partner"].search(reachable(self.newsletter))
        )
        self.assertNotIn(
            self.person, self.env["res.partner"].search(reachable(self.events))
        )

    def test_consent_that_expires(self):
        self.company.alumni_email_basis = "opt_in"
        cron = self.env.ref("alumni_relations.ir_cron_alumni_consents")
        with freeze_time("2024-05-31"):
            self._consent(
                self.person, "given", channel="email", expiry_date=date(2024, 5, 31)
            )
            self.assertEqual(self.person.alumni_email_reason, "ok")
            self.env["res.partner"]._cron_alumni_consents()
            self.assertEqual(self.person.alumni_email_reason, "ok")
        with freeze_time("2024-07-15"):
            self.env["res.partner"]._cron_alumni_consents()
            self.assertEqual(self.person.alumni_email_reason, "no_consent")
        self.assertEqual((cron.interval_number, cron.interval_type), (1, "days"))

    def test_expired_consent_gives_way_to_the_refusal_before_it(self):
        self._consent(self.person, "refused", channel="email", date="2023-01-01")
        self._consent(
            self.person,
            "given",
            channel="email",
            date="2023-06-01",
            expiry_date="2023-12-31",
        )
        self.assertEqual(self.person.alumni_email_reason, "refused")

    def test_decision_that_comes_into_force_later(self):
        with freeze_time("2024-05-01"):
            self._consent(self.person, "refused", date="2024-06-01")
            self.assertTrue(self.person.alumni_contactable)
            self.env["res.partner"]._cron_alumni_consents()
        with freeze_time("2024-06-01"):
            self.env["res.partner"]._cron_alumni_consents()
        self.assertFalse(self.person.alumni_contactable)

    @mute_logger("odoo.sql_db")
    def test_refusal_does_not_expire(self):
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self._consent(self.person, "refused", expiry_date="2030-01-01")
