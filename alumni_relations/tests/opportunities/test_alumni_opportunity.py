from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import AlumniCommon

OPERATIONS = ("read", "write", "create", "unlink")
STATES = ("draft", "published", "expired", "filled", "withdrawn")


@tagged("post_install", "-at_install")
class TestAlumniOpportunity(AlumniCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.programme = cls.env["alumni.programme"].create(
            {"name": "Recruitment", "programme_type": "recruitment"}
        )
        cls.ada = cls._person("Ada Lovelace", alumni_employer="Analytical Engines")
        cls.alan = cls._person("Alan Turing")
        cls.today = fields.Date.today()

    @classmethod
    def _opportunity(cls, **values):
        return cls.env["alumni.opportunity"].create(
            {
                "name": "Programmer",
                "partner_id": cls.ada.id,
                "programme_id": cls.programme.id,
                "date_published": "2024-03-01",
                **values,
            }
        )

    def _hire(self, opportunity, date="2024-04-01", **values):
        return self.env["alumni.hire"].create(
            {"opportunity_id": opportunity.id, "date": date, **values}
        )

    def test_from_draft_to_hire(self):
        offer = self._opportunity(date_published=False)
        self.assertEqual((offer.state, offer.employer), ("draft", "Analytical Engines"))
        offer.action_publish()
        self.assertEqual((offer.state, offer.date_published), ("published", self.today))
        offer.write({"application_count": 12, "application_date": self.today})
        hire = self._hire(offer, self.today, partner_id=self.alan.id)
        self.assertEqual((offer.hire_count, offer.date_first_hire), (1, self.today))
        self.assertEqual(hire.display_name, "Alan Turing, Programmer")
        offer.action_fill()
        self.assertEqual((offer.state, offer.date_closed), ("filled", self.today))
        offer.action_publish()
        self.assertEqual((offer.state, offer.date_closed), ("published", False))

    def test_status_is_that_of_today(self):
        day = timedelta(days=1)
        by_state = {
            "draft": self._opportunity(
                date_published=False, date_deadline="2024-01-01"
            ),
            "published": self._opportunity(date_deadline=self.today),
            "expired": self._opportunity(date_deadline=self.today - day),
            "filled": self._opportunity(closing="filled", date_deadline="2024-04-01"),
            "withdrawn": self._opportunity(closing="withdrawn"),
        }
        open_end = self._opportunity()
        records = self.env["alumni.opportunity"].search(
            [("programme_id", "=", self.programme.id)]
        )
        for state, record in by_state.items():
            self.assertEqual(record.state, state)
            domain = [("state", "=", state), ("id", "in", records.ids)]
            expected = record | open_end if state == "published" else record
            self.assertEqual(records.search(domain), records & expected)
            self.assertEqual(records.filtered_domain(domain), records & expected)
            self.assertEqual(
                records.search([("state", "!=", state), ("id", "in", records.ids)]),
                records - expected,
            )
        groups = dict(
            records._read_group([("id", "in", records.ids)], ["state"], ["__count"])
        )
        self.assertEqual(groups, dict.fromkeys(STATES, 1) | {"published": 2})
        self.assertFalse(records.search([("state", "in", [])]))

    def test_grouped_in_the_web_client(self):
        self._opportunity()
        result = (
            self.env["alumni.opportunity"]
            .with_user(self.officer)
            .web_read_group(
                [("programme_id", "=", self.programme.id)], ["state"], ["__count"]
            )
        )
        self.assertEqual([g["state"] for g in result["groups"]], ["published"])

    def test_bad_input(self):
        future = self.today + timedelta(days=1)
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        dead = self._person("Gone Before", alumni_deceased_date="2020-01-01")
        archived = self.env["alumni.programme"].create({"name": "Old", "active": False})
        far = self.env["alumni.programme"].create(
            {"name": "Far", "company_id": self.other_company.id}
        )
        for values, message in (
            ({"partner_id": firm.id, "employer": "Firm"}, "is a company"),
            ({"partner_id": dead.id, "employer": "Firm"}, "died on"),
            ({"date_published": future}, "published in the future"),
            ({"programme_id": archived.id}, "is archived"),
            ({"programme_id": far.id}, "company"),
            ({"application_count": 3}, "on which day"),
            (
                {
                    "positions": 1,
                    "hire_ids": [Command.create({"date": "2024-04-01"})] * 2,
                },
                "2 hires for 1 positions",
            ),
            (
                {
                    "application_date": "2024-04-01",
                    "hire_ids": [Command.create({"date": "2024-04-01"})],
                },
                "more people were hired",
            ),
            (
                {
                    "date_published": False,
                    "hire_ids": [Command.create({"date": "2024-04-01"})],
                },
                "is a draft",
            ),
            ({"hire_ids": [Command.create({"date": future})]}, "in the future"),
            ({"hire_ids": [Command.create({"date": "2024-02-01"})]}, "hired before"),
            (
                {
                    "hire_ids": [
                        Command.create(
                            {"date": "2024-04-01", "partner_id": self.ada.id}
                        )
                    ]
                },
                "cannot be hired by it",
            ),
            (
                {
                    "hire_ids": [
                        Command.create({"date": "2024-04-01", "partner_id": firm.id})
                    ]
                },
                "is a company",
            ),
        ):
            with self.subTest(message), self.assertRaisesRegex(UserError, message):
                self._opportunity(**values)
        for values in (
            {"positions": 0},
            {"application_count": -1, "application_date": "2024-04-01"},
            {"date_deadline": "2024-02-28"},
            {"employer": False, "partner_id": self.alan.id},
        ):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self._opportunity(**values)

    def test_the_same_person_twice(self):
        offer = self._opportunity(positions=3)
        self._hire(offer, partner_id=self.alan.id)
        self._hire(offer)
        with self.assertRaisesRegex(
            ValidationError, "hired through this offer already"
        ):
            self._hire(offer, partner_id=self.alan.id)

    def test_steps(self):
        draft = self._opportunity(date_published=False)
        for action in (draft.action_fill, draft.action_withdraw):
            with self.assertRaisesRegex(UserError, "never published"):
                action()
        draft.date_deadline = self.today - timedelta(days=1)
        with self.assertRaisesRegex(UserError, "deadline has passed"):
            draft.action_publish()
        draft.date_deadline = False
        self.ada.alumni_deceased = True
        with self.assertRaisesRegex(UserError, "is deceased"):
            draft.action_publish()
        draft.unlink()
        offer = self._opportunity(partner_id=self.alan.id, employer="NPL")
        self._hire(offer)
        with self.assertRaisesRegex(UserError, "has hires"):
            offer.unlink()

    def test_merge(self):
        twin = self._person("Alan Turing")
        offer = self._opportunity(positions=3)
        self._hire(offer, "2024-05-01", partner_id=twin.id)
        first = self._hire(offer, "2024-04-01", partner_id=self.alan.id)
        posted = self._opportunity(name="Clerk", partner_id=twin.id, employer="NPL")
        taken = self._hire(posted, partner_id=self.alan.id)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.alan | twin).ids, twin
        )
        self.env.invalidate_all()
        self.assertEqual(offer.hire_ids, first)
        self.assertEqual((first.partner_id, offer.hire_count), (twin, 1))
        self.assertEqual(str(offer.date_first_hire), "2024-04-01")
        self.assertEqual(posted.partner_id, twin)
        # Who posted it was not hired by it: somebody was.
        self.assertEqual((taken.partner_id.id, posted.hire_count), (False, 1))

    def test_programme_counts(self):
        offer = self._opportunity(positions=5)
        self._hire(offer)
        self._hire(offer)
        self._opportunity(closing="withdrawn")
        self._opportunity(date_published=False)
        programme = self.programme.with_user(self.officer)
        self.assertEqual((programme.opportunity_count, programme.hire_count), (2, 2))
        action = programme.action_view_opportunities()
        self.assertEqual(
            self.env["alumni.opportunity"].search_count(action["domain"]), 3
        )

    def test_access(self):
        offer = self._opportunity()
        hire = self._hire(offer)
        expected = {
            self.officer: "rwcu",
            self.manager: "rwcu",
            self.analyst: "",
            self.portal: "",
            self.public: "",
            self.other_officer: "rwcu",
        }
        for user, allowed in expected.items():
            for record in (offer, hire):
                with self.subTest(user=user.login, model=record._name):
                    mine = self.env[record._name].with_user(user)
                    self.assertEqual(
                        "".join(o[0] for o in OPERATIONS if mine.has_access(o)), allowed
                    )
                    if user in (self.officer, self.manager):
                        self.assertTrue(record.with_user(user).read(["display_name"]))
                    else:
                        with self.assertRaises(AccessError):
                            record.with_user(user).read(["display_name"])
                        with self.assertRaises(AccessError):
                            record.with_user(user).unlink()

    def test_page_of_a_person(self):
        offer = self._opportunity()
        ada = self.ada.with_user(self.officer)
        self.assertEqual(ada.alumni_opportunity_count, 1)
        action = ada.action_alumni_opportunities()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), offer)

    def test_lists_cost_no_query_each(self):
        """The same queries for 10 and for 1,000 records."""
        names = ("state", "hire_count", "application_count", "display_name", "employer")

        def cost(number):
            offers = self.env["alumni.opportunity"].create(
                [
                    {
                        "name": f"Offer {i}",
                        "partner_id": self.ada.id,
                        "date_published": "2024-03-01",
                        "hire_ids": [Command.create({"date": "2024-04-01"})],
                    }
                    for i in range(number)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            offers.web_read({name: {} for name in names})
            return self.cr.sql_log_count - before

        cost(1)
        self.assertEqual(cost(10), cost(1000))
