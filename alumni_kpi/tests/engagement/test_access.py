from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import AlumniKpiCommon

MODELS = (
    "alumni.period",
    "alumni.engagement",
    "alumni.person.year",
    "alumni.person.year.cube",
)


@tagged("post_install", "-at_install")
class TestEngagementAccess(AlumniKpiCommon):
    """Who reads the figures; that nobody writes them; that institutions are apart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada = cls._alumnus("Ada Byron")
        cls._gift(cls.ada, amount=10)
        cls._settle()

    def test_staff_reads(self):
        for user in (self.officer, self.manager, self.analyst):
            for model in MODELS:
                self.assertTrue(
                    self.env[model]
                    .with_user(user)
                    .search_count([("company_id", "=", self.company.id)]),
                    (user.login, model),
                )

    def test_others_do_not(self):
        for user in (self.portal, self.public):
            for model in (*MODELS, "alumni.rebuild"):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search_count([])
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user)._read_group([], [], ["__count"])

    def test_nobody_writes(self):
        for user in (self.officer, self.manager, self.analyst, self.portal):
            for model in (*MODELS, "alumni.rebuild"):
                for operation in ("create", "write", "unlink"):
                    self.assertFalse(
                        self.env[model].with_user(user).has_access(operation),
                        (user.login, model, operation),
                    )

    def test_rebuilds_are_for_managers(self):
        rebuilds = self.env["alumni.rebuild"]
        self.assertTrue(rebuilds.with_user(self.manager).has_access("read"))
        for user in (self.officer, self.analyst):
            self.assertFalse(rebuilds.with_user(user).has_access("read"))

    def test_other_institution(self):
        for model in MODELS:
            self.assertFalse(
                self.env[model]
                .with_user(self.other_officer)
                .search_count([("company_id", "=", self.company.id)]),
                model,
            )
        years = self.env["alumni.person.year"].with_user(self.other_officer)
        self.assertEqual(years._read_group([], ["generation_id"]), [])
        self.assertEqual(years._read_group([], ["partner_id"]), [])
        self.assertEqual(years._read_group([], [], ["__count"]), [(0,)])
        self.assertEqual(
            years._read_grouping_sets([], [[]], ["__count", "people:sum"])[0][0][0], 0
        )

    def test_officer_records_an_act_without_access_to_the_figures_tables(self):
        gift = (
            self.env["alumni.gift"]
            .with_user(self.officer)
            .create(
                {
                    "partner_id": self.ada.id,
                    "gift_type_id": self.money.id,
                    "date": "2024-03-02",
                    "amount": 1,
                }
            )
        )
        self.assertTrue(self._act(gift.sudo()))

    def test_acts_from_the_contact(self):
        for user in (self.officer, self.analyst):
            action = self.ada.with_user(user).action_alumni_engagement()
            acts = self.env["alumni.engagement"].with_user(user)
            self.assertEqual(acts.search_count(action["domain"]), 1)

    def test_officer_opens_people_analyst_opens_acts(self):
        years = self._year(self.ada)
        action = years.with_user(self.officer).action_open_people()
        self.assertEqual(action["res_model"], "res.partner")
        self.assertEqual(self.env["res.partner"].search(action["domain"]), self.ada)
        action = years.with_user(self.officer).action_open_person()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("res.partner", self.ada.id)
        )
        action = years.with_user(self.analyst).action_open_person()
        self.assertEqual(action["res_model"], "alumni.engagement")
        with self.assertRaises(AccessError):
            years.with_user(self.analyst).action_open_people()
