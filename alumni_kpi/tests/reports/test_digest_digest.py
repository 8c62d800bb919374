from freezegun import freeze_time

from odoo import Command
from odoo.tests import new_test_user

from ...models.reports.digest_digest import KPIS
from ..common import AlumniKpiCommon

NOW = "2024-06-15 08:00:00"
"""A Saturday morning: the last week is that from the 8th to the 14th."""


class TestDigestDigest(AlumniKpiCommon):
    """The digest counts whole days, people once, and shows figures to those who may
    read them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.digest = cls.env.ref("alumni_kpi.digest_digest_alumni")
        cls.regular = cls._alumnus("Rita Regular")
        cls.newcomer = cls._alumnus("Nora Newcomer")
        cls.silent = cls._alumnus("Sam Silent", email=False)
        cls._gift(cls.regular, "2024-03-01", amount=10)
        # the week: two acts of one person, the first ever of another, and one of
        # somebody who cannot be reached
        cls._gift(cls.regular, "2024-06-08", amount=40)
        cls._gift(cls.regular, "2024-06-14", cls.time, hours=2)
        cls._participation(cls.newcomer, "mentor", "2024-06-10", hours=3)
        cls._gift(cls.silent, "2024-06-12", amount=5)
        # the week before: the day of the reunion and the last day of that week
        cls._attendance(cls.newcomer)
        cls._gift(cls.regular, "2024-06-07", amount=7)
        # today has not ended
        cls._gift(cls.regular, "2024-06-15", amount=100)
        cls._settle()

    def _week(self, user=None, digest=None):
        """The figures of the last seven days and of the seven before."""
        digest = (digest or self.digest).with_user(user or self.officer)
        company = digest.env.user.company_id
        with freeze_time(NOW):
            _label, spans = digest._compute_timeframes(company)[1]
            found = []
            for start, end in spans:
                week = digest.with_context(start_datetime=start, end_datetime=end)
                week = week.with_company(company)
                found.append([week[f"{name}_value"] for name in KPIS])
        return found

    def test_figures(self):
        week, before = self._week()
        #        engaged, newly, gifts, amount, attendances, hours
        self.assertEqual(week, [2, 0, 3, 45, 0, 5])
        self.assertEqual(before, [2, 1, 1, 7, 1, 0])

    def test_days_are_those_of_the_institution(self):
        """At 23 h in London it is the 15th in Paris: the 14th is over."""
        self.company.alumni_tz = "Europe/Paris"
        digest = self.digest.with_user(self.officer)
        day = digest._alumni_day(self.company, "2024-06-14 22:30:00")
        self.assertEqual(str(day), "2024-06-15")

    def test_one_institution(self):
        """Each reader gets the figures of the own institution."""
        week, before = self._week(self.other_officer)
        self.assertEqual(week + before, [0] * 12)
        self.digest.company_id = self.company
        kpis = self._kpis(self.other_officer)
        self.assertNotIn("kpi_alumni_engaged", kpis)

    def _kpis(self, user):
        with freeze_time(NOW):
            found = self.digest._compute_kpis(user.company_id, user)
        return {kpi["kpi_name"]: kpi for kpi in found}

    def test_who_sees_it(self):
        for user in (self.officer, self.manager, self.analyst):
            kpis = self._kpis(user)
            self.assertEqual(set(kpis), set(KPIS))
            self.assertEqual(kpis["kpi_alumni_engaged"]["kpi_col2"]["value"], 2)
        staff = new_test_user(self.env, "digest_staff", "base.group_user")
        self.assertEqual(self._kpis(staff), {})

    def test_links_lead_to_screens(self):
        for name, kpi in self._kpis(self.analyst).items():
            xml_id = kpi["kpi_action"].partition("?")[0]
            action = self.env.ref(xml_id)
            self.assertTrue(
                self.env[action.res_model].with_user(self.analyst).has_access("read"),
                name,
            )

    def test_subscribe(self):
        digest = self.digest.with_user(self.analyst)
        self.assertFalse(digest.is_subscribed)
        digest.action_subscribe()
        self.assertTrue(digest.is_subscribed)
        digest.action_unsubscribe()
        self.assertFalse(digest.is_subscribed)

    def test_mail_in_the_language_of_the_reader(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["alumni_kpi"], ["fr_FR"])
        self.analyst.lang = "fr_FR"
        self.digest.user_ids = [Command.set(self.analyst.ids)]
        with freeze_time(NOW):
            self.digest.action_send()
        mail = self.env["mail.mail"].search(
            [("email_to", "=", self.analyst.email_formatted)]
        )
        self.assertIn("Diplômés engagés", mail.body_html)
        self.assertIn("Diplômés, semaine après semaine", mail.body_html)
