import ast

from lxml import etree
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tests import Form, freeze_time
from odoo.tools import mute_logger

from ..common import AlumniCommon


class TestGift(AlumniCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.money = cls.env.ref("alumni_relations.gift_type_money")
        cls.time = cls.env.ref("alumni_relations.gift_type_time")
        cls.network = cls.env.ref("alumni_relations.gift_type_network")
        cls.donor = cls._person("Ada Lovelace")

    def _gift(self, **values):
        return self.env["alumni.gift"].create(
            {
                "partner_id": self.donor.id,
                "gift_type_id": self.money.id,
                "date": "2024-03-01",
                **values,
            }
        )

    def test_types_and_their_modes(self):
        modes = {
            gift_type.code: gift_type.mode
            for gift_type in self.env["alumni.gift.type"].search([])
        }
        self.assertEqual(
            modes,
            {
                "money": "philanthropic",
                "in_kind": "philanthropic",
                "time": "volunteer",
                "skill": "volunteer",
                "network": "volunteer",
                "attention": "communication",
                "dues": False,
            },
        )

    def test_dues_are_no_gift_of_money(self):
        """The list of gifts opens without dues; a type counts under a mode unless it
        is dues."""
        dues = self.env.ref("alumni_relations.gift_type_dues")
        gift, payment = (
            self._gift(amount=10, gift_type_id=gift_type.id)
            for gift_type in (self.money, dues)
        )
        action = self.env.ref("alumni_relations.alumni_gift_action")
        default = {
            name.removeprefix("search_default_")
            for name in ast.literal_eval(action.context)
        }
        view = etree.fromstring(
            self.env["alumni.gift"].get_view(view_type="search")["arch"]
        )
        domains = {
            node.get("name"): ast.literal_eval(node.get("domain"))
            for node in view.iter("filter")
            if node.get("domain")
        }
        shown = Domain.AND(domains[name] for name in default)
        found = self.env["alumni.gift"].search(
            shown & Domain("id", "in", (gift | payment).ids)
        )
        self.assertEqual(found, gift)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.money.mode = False
            self.env.flush_all()

    def test_money_needs_an_amount(self):
        with self.assertRaisesRegex(ValidationError, "needs an amount"):
            self._gift(amount=0)
        with self.assertRaisesRegex(ValidationError, "needs an amount"):
            self._gift(amount=0.001)
        self.assertEqual(self._gift(amount=0.01).amount_company, 0.01)

    def test_time_needs_hours_and_no_amount(self):
        with self.assertRaisesRegex(ValidationError, "needs hours"):
            self._gift(gift_type_id=self.time.id)
        with self.assertRaisesRegex(ValidationError, "no amount"):
            self._gift(gift_type_id=self.time.id, hours=2, amount=10)
        with self.assertRaisesRegex(ValidationError, "no hours"):
            self._gift(amount=10, hours=2)
        self.assertEqual(self._gift(gift_type_id=self.time.id, hours=1.5).hours, 1.5)
        self.assertTrue(self._gift(gift_type_id=self.network.id))

    def test_negative_amount(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._gift(amount=-5)

    def test_donor_is_a_person_of_the_institution(self):
        company_contact = self.env["res.partner"].create(
            {"name": "Foundry", "is_company": True}
        )
        with self.assertRaisesRegex(ValidationError, "made by a person"):
            self._gift(amount=10, partner_id=company_contact.id)
        stranger = self._person("Eve Other", company_id=self.other_company.id)
        with self.assertRaises(UserError):
            self._gift(amount=10, partner_id=stranger.id)
        own = self._person("Own Person", company_id=self.company.id)
        self.assertTrue(self._gift(amount=10, partner_id=own.id))

    def test_amount_in_company_currency_at_the_rate_of_the_day(self):
        other = self.env["res.currency"].create(
            {
                "name": "ZZZ",
                "symbol": "Z",
                "rate_ids": [
                    (0, 0, {"name": "2020-01-01", "rate": 2.0}),
                    (0, 0, {"name": "2024-01-01", "rate": 4.0}),
                ],
            }
        )
        gift = self._gift(amount=100, currency_id=other.id, date="2020-06-01")
        self.assertEqual(gift.amount_company, 50)
        gift.date = "2024-06-01"
        self.assertEqual(gift.amount_company, 25)
        self.assertEqual(self._gift(amount=100).amount_company, 100)

    def test_currency_is_that_of_the_institution(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        self.other_company.currency_id = yen
        gift = self._gift(amount=1000, company_id=self.other_company.id)
        self.assertEqual(gift.currency_id, yen)
        self.assertEqual(gift.amount_company, 1000)

    @freeze_time("2025-02-10")
    def test_a_pledge_is_dated_when_it_is_received(self):
        gift = self._gift(amount=10, state="pledged", date="2024-11-30")
        gift.action_receive()
        self.assertEqual(gift.state, "received")
        self.assertEqual(str(gift.date), "2025-02-10")
        self.assertEqual(str(gift.pledge_date), "2024-11-30")
        gift.action_receive()
        self.assertEqual(str(gift.pledge_date), "2024-11-30")

    @freeze_time("2025-02-10")
    def test_cancel_and_back(self):
        gift = self._gift(amount=10)
        gift.action_cancel()
        self.assertEqual(gift.state, "cancelled")
        gift.action_receive()
        self.assertEqual(gift.state, "received")
        self.assertEqual(str(gift.date), "2024-03-01")
        gift.action_cancel()
        gift.action_pledge()
        self.assertEqual(gift.state, "pledged")

    @freeze_time("2025-02-10")
    def test_thank_once(self):
        """The first thanks stay; what was cancelled needs none; a pledge that was
        thanked for is not thanked for again when it is paid."""
        early, gift = (
            self._gift(amount=10, thanked_date="2024-03-04"),
            self._gift(amount=20),
        )
        pledge = self._gift(amount=30, state="pledged", date="2025-06-01")
        to_thank = ast.literal_eval(
            etree.fromstring(
                self.env["alumni.gift"].get_view(view_type="search")["arch"]
            )
            .find(".//filter[@name='to_thank']")
            .get("domain")
        )
        own = [("partner_id", "=", self.donor.id)]
        found = self.env["alumni.gift"].search(own + to_thank)
        self.assertEqual(found, gift)
        (early | gift | pledge).with_user(self.officer).action_thank()
        self.assertEqual(str(early.thanked_date), "2024-03-04")
        self.assertEqual(str(gift.thanked_date), "2025-02-10")
        pledge.action_receive()
        self.assertEqual(str(pledge.thanked_date), "2025-02-10")
        self.assertFalse(self.env["alumni.gift"].search(own + to_thank))
        self.assertFalse(gift.copy().thanked_date)
        cancelled = self._gift(amount=40)
        cancelled.action_cancel()
        with self.assertRaisesRegex(UserError, "nothing to thank"):
            (cancelled | self._gift(amount=50)).action_thank()
        self.assertFalse(cancelled.thanked_date)

    def test_form_forgets_the_amount_when_the_type_has_none(self):
        with Form(self.env["alumni.gift"].with_user(self.officer)) as form:
            form.partner_id = self.donor
            form.gift_type_id = self.money
            form.amount = 20
            form.gift_type_id = self.time
            form.hours = 3
        gift = form.save()
        self.assertEqual((gift.amount, gift.hours), (0, 3))
        self.assertEqual(gift.display_name, "Time from Ada Lovelace")

    def test_group_by_school_of_the_donor(self):
        school = self.env["alumni.school"].create({"name": "Law", "code": "TEST-LAW"})
        degree = self.env["alumni.degree"].create({"name": "Master", "code": "TEST-M"})
        self.env["alumni.education"].create(
            {
                "partner_id": self.donor.id,
                "school_id": school.id,
                "degree_id": degree.id,
                "award_date": "2010-07-01",
            }
        )
        self._gift(amount=10)
        self._gift(amount=15)
        groups = self.env["alumni.gift"]._read_group(
            [("school_id", "=", school.id)], ["school_id"], ["amount_company:sum"]
        )
        self.assertEqual(groups, [(school, 25)])

    def test_many_gifts_cost_no_query_each(self):
        def create(number):
            self.env["alumni.gift"].with_context(tracking_disable=True).create(
                [
                    {
                        "partner_id": self.donor.id,
                        "gift_type_id": self.money.id,
                        "amount": 10,
                    }
                    for _index in range(number)
                ]
            )
            self.env.flush_all()

        create(2)
        before = self.cr.sql_log_count
        create(10)
        few = self.cr.sql_log_count - before
        before = self.cr.sql_log_count
        create(100)
        self.assertLessEqual(self.cr.sql_log_count - before, few + 3)

    def test_a_used_type_is_archived_not_deleted(self):
        own = self.env["alumni.gift.type"].create(
            {"name": "Blood", "code": "blood", "mode": "volunteer"}
        )
        gift = self._gift(gift_type_id=own.id)
        with self.assertRaisesRegex(UserError, "archive"):
            own.unlink()
        gift.unlink()
        own.unlink()

    def test_merge_moves_gifts_and_participations(self):
        loser = self._person("Ada Byron")
        own, moved = self._gift(amount=1), self._gift(amount=2, partner_id=loser.id)
        programme = self.env["alumni.programme"].create({"name": "Mentoring"})
        participation = self.env["alumni.participation"].create(
            {"partner_id": loser.id, "programme_id": programme.id}
        )
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.donor | loser).ids, self.donor
        )
        self.assertFalse(loser.exists())
        self.assertEqual(self.donor.alumni_gift_ids, own | moved)
        self.assertEqual(self.donor.alumni_participation_ids, participation)


class TestGiftAccess(AlumniCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.money = cls.env.ref("alumni_relations.gift_type_money")
        cls.donor = cls._person("Ada Lovelace")
        cls.gift = cls.env["alumni.gift"].create(
            {"partner_id": cls.donor.id, "gift_type_id": cls.money.id, "amount": 10}
        )

    def test_officer_and_manager_keep_gifts(self):
        for user in (self.officer, self.manager):
            gift = (
                self.env["alumni.gift"]
                .with_user(user)
                .create(
                    {
                        "partner_id": self.donor.id,
                        "gift_type_id": self.money.id,
                        "amount": 5,
                    }
                )
            )
            gift.amount = 6
            gift.action_cancel()
            gift.unlink()

    def test_only_the_manager_configures_types(self):
        values = {"name": "Blood", "code": "blood", "mode": "volunteer"}
        with self.assertRaises(AccessError):
            self.env["alumni.gift.type"].with_user(self.officer).create(values)
        self.assertTrue(
            self.env["alumni.gift.type"].with_user(self.manager).create(values)
        )

    def test_nobody_else_reads_gifts(self):
        for user in (self.analyst, self.portal, self.public):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.gift.with_user(user).read(["amount"])

    def test_other_institution_sees_nothing(self):
        gifts = self.env["alumni.gift"].with_user(self.other_officer)
        self.assertFalse(gifts.search([]))
        with self.assertRaises(AccessError):
            gifts.browse(self.gift.id).read(["amount"])
