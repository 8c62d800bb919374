from freezegun import freeze_time
from lxml import html

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from .common import ActionCommon

NOW = "2024-04-03 06:00:00"
LOGGER = "odoo.addons.alumni_kpi.models.reports.alumni_monthly_report"


@tagged("post_install", "-at_install")
class TestAlumniMonthlyReport(ActionCommon, MailCase):
    """What moved in a month, in sentences whose numbers were counted by hand while the
    records were made, sent to people who are chosen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["ir.module.module"]._load_module_terms(
            ["alumni_relations", "alumni_kpi"], ["fr_FR"]
        )
        cls._period(2023), cls._period(2024)
        cls.event.date_begin = "2024-03-15 16:00:00"
        cls.event.date_end = "2024-03-15 20:00:00"
        cls.graduates = [cls._alumnus(school=cls.law) for _ in range(40)]
        with freeze_time("2024-03-16"):
            for person in cls.graduates[:24]:
                cls._attendance(person)
        for person in cls.graduates[10:22]:
            cls._gift(person, "2024-03-05", amount=50)
        for person in cls.graduates[:12]:
            cls._gift(person, "2023-03-05", amount=20)
        cls._gift(cls.graduates[0], "2024-02-10", amount=5)
        cls.english, cls.french = cls.env["res.partner"].create(
            [
                {"name": "Rector", "email": "rector@example.org", "lang": "en_US"},
                {"name": "Recteur", "email": "recteur@example.org", "lang": "fr_FR"},
            ]
        )
        cls.report = cls.env["alumni.monthly.report"].create(
            {
                "name": "Graduates",
                "recipient_ids": [(6, 0, (cls.english + cls.french).ids)],
                "user_id": cls.manager.id,
            }
        )
        cls._settle()

    def _said(self, user=None, lang="en_US", report=None, now=NOW):
        with freeze_time(now):
            report = (report or self.report).with_user(user or self.analyst)
            report.invalidate_recordset()
            body = report.with_context(lang=lang).body
        return " ".join(html.fromstring(body).text_content().split())

    def _cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(
                "alumni_kpi.ir_cron_alumni_monthly_report"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def test_what_moved_and_why(self):
        """24 came in March, 12 gave; the March before 12 gave; in February one gave.
        12 of the 24 had given in 2023."""
        said = self._said()
        for sentence in (
            "In March 2024, 24 graduates who can be contacted did something with the "
            "university: 12 more than in March 2023 (12); February 2024: fewer than "
            "10.",
            "What moved most with it since March 2023: Experiential (24 instead of 0), "
            "Law (24 instead of 12).",
            "Where most of them were: Mentoring (24), Reunion (24).",
            "12 of them had never done anything before.",
            "12 people gave",
            "Engagement rate of 2023-2024",
        ):
            self.assertIn(sentence.replace("Reunion", self.event.name), said)
        self.assertIn("600.00", said)
        self.assertIn("240.00", said)

    def test_in_french(self):
        said = self._said(lang="fr_FR").replace("\xa0", " ")
        for sentence in (
            "En mars 2024, 24 diplômés contactables ont fait quelque chose avec "
            "l'université : 12 de plus qu'en mars 2023 (12) ; février 2024 : moins "
            "de 10.",
            "Expérientiel (24 au lieu de 0)",
        ):
            self.assertIn(sentence, said)

    def test_few_people_are_not_told(self):
        """In February one person gave 5."""
        said = self._said(now="2024-03-02 06:00:00")
        self.assertIn("In February 2024, fewer than 10 graduates", said)
        self.assertIn("Fewer than 10 people gave money or in kind.", said)
        self.assertNotIn("5.00", said)
        self.assertNotIn("What moved most", said)

    def test_targets(self):
        indicator = self.env["alumni.indicator"].search([("code", "=", "ENG-15")])
        self.env["alumni.target"].create(
            {
                "indicator_id": indicator.id,
                "period_id": self._period(2024).id,
                "expected": 10,
            }
        )
        self._settle()
        self.assertIn("1 of 1 targets of the period are met.", self._said())

    def test_volunteers(self):
        for person in self.graduates[:10]:
            self._participation(person, "mentor", "2024-03-20", hours=2)
        self._settle()
        self.assertIn("10 volunteers gave 20 hours; in March 2023", self._said())
        self.env["alumni.participation"].search([], limit=1).unlink()
        self._settle()
        self.assertIn("Fewer than 10 volunteers gave hours.", self._said())

    def test_each_in_the_own_language(self):
        with freeze_time(NOW), self.mock_mail_gateway():
            self.report.with_user(self.manager).action_send()
        bodies = {
            mail.recipient_ids: (mail.subject, mail.body_html)
            for mail in self._new_mails
        }
        subject, body = bodies[self.english]
        self.assertEqual(subject, "Graduates: March 2024")
        self.assertIn("24 graduates who can be contacted", body)
        subject, body = bodies[self.french]
        self.assertEqual(subject, "Graduates\xa0: mars 2024")
        self.assertIn("24 diplômés contactables", body)
        # What was said is kept, with whom it was said to.
        self.assertIn("Sent to Rect", self.report.message_ids[0].body)
        self.assertIn("24 graduates", self.report.message_ids[0].body)

    def test_once_a_month(self):
        with freeze_time(NOW), self.mock_mail_gateway():
            self._cron()
            self.assertEqual(len(self._new_mails), 2)
            self._cron()
            self.assertEqual(len(self._new_mails), 2)
        with freeze_time("2024-05-01 06:00:00"), self.mock_mail_gateway():
            self._cron()
            self.assertEqual(len(self._new_mails), 2)

    def test_a_failure_is_told_and_harms_no_other(self):
        other = self.report.copy({"name": "Second", "recipient_ids": []})
        self.english.email = False
        reminder = self.report.activity_schedule("mail.mail_activity_data_todo")
        ready = self.report.copy(
            {"name": "Third", "recipient_ids": [(6, 0, self.french.ids)]}
        )
        with (
            freeze_time(NOW),
            self.mock_mail_gateway(),
            mute_logger(LOGGER),
        ):
            self._cron()
            self._cron()
        self.assertEqual(str(ready.sent_month), "2024-03-01")
        self.assertFalse(self.report.sent_month)
        [activity] = self.report.activity_ids - reminder
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn("Rector", activity.note)
        self.assertIn("enter recipients", other.activity_ids.note)
        # Once it can be sent, the activity is done.
        self.english.email = "rector@example.org"
        with freeze_time(NOW), self.mock_mail_gateway():
            self._cron()
        self.assertEqual(self.report.activity_ids, reminder, "nobody has done that")

    def test_names_are_no_markup(self):
        self.law.name = "<script>"
        with freeze_time(NOW):
            self.report.invalidate_recordset()
            self.assertNotIn("<script>", self.report.body)
            self.assertIn("&lt;script&gt;", self.report.body)

    def test_roles(self):
        for user in (self.officer, self.analyst, self.manager):
            self.assertIn("24 graduates", self._said(user))
        for user in (self.officer, self.analyst):
            with self.assertRaises(AccessError):
                self.report.with_user(user).action_send()
            with self.assertRaises(AccessError):
                self.report.with_user(user).name = "Mine"
        for user in (self.portal, self.public, self.other_officer):
            with self.assertRaises(AccessError):
                self.report.with_user(user).read(["name"])
        with self.assertRaises(UserError):
            self.report.with_user(self.manager).write({"recipient_ids": [(5,)]})
            self.report.with_user(self.manager).action_send()

    def test_own_institution_only(self):
        report = self.report.copy({"company_id": self.other_company.id})
        with freeze_time(NOW):
            figures = report._figures(report._last_month())
        self.assertEqual((figures["engaged"], figures["donors"]), (0, 0))
        self.assertEqual(figures["by"], {})

    def test_statements_do_not_grow(self):
        def count():
            self._said()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._said()
            return self.env.cr.sql_log_count - before

        counts = []
        for _time in range(2):
            for _ in range(30):
                self._gift(self._alumnus(), "2024-03-07", amount=3)
            self._settle()
            counts.append(count())
        self.assertEqual(*counts)
