import json

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..common import AlumniKpiCommon


@tagged("post_install", "-at_install")
class TestAlumniFilter(AlumniKpiCommon):
    """One named filter for measures, pivots, contacts and mailings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.period = cls._period(2024)
        cls.ann, cls.bob, cls.cid = (
            cls._alumnus(school=school, country_id=country)
            for school, country in (
                (cls.law, cls.env.ref("base.fr").id),
                (cls.arts, cls.env.ref("base.fr").id),
                (cls.arts, False),
            )
        )
        cls._gift(cls.ann, amount=900)
        cls._gift(cls.bob, amount=30)
        cls._participation(cls.bob, "jury")
        cls._settle()

    def _filter(self, domain, source="person_year", **values):
        return self.env["alumni.filter"].create(
            {"name": "Ours", "source": source, "domain": str(domain), **values}
        )

    def _measure(self, column, named, source="person_year"):
        return self.env["alumni.measure"].create(
            {
                "name": "Ours",
                "code": f"ours{next(self.numbers)}",
                "source": source,
                "column": column,
                "filter_id": named.id,
            }
        )

    def _indicator(self, measure, denominator=False, unit="people", **values):
        number = next(self.numbers)
        return self.env["alumni.indicator"].create(
            {
                "name": f"Own {number}",
                "code": f"OWN-{number}",
                "formula": "In words",
                "unit": unit,
                "numerator_id": measure.id,
                "denominator_id": denominator and denominator.id,
                **values,
            }
        )

    def _value(self, indicator, breakdown="total", key=""):
        self.period._refresh_values()
        return indicator.value_ids.filtered(
            lambda v: (v.period_id, v.breakdown, v.key) == (self.period, breakdown, key)
        )

    def test_measure_by_filter_of_people(self):
        named = self._filter([("country_id.code", "=", "FR")])
        indicator = self._indicator(
            self._measure("engaged", named),
            self.env.ref("alumni_kpi.measure_contactable"),
            "percent",
            breakdown_ids=[self.env.ref("alumni_kpi.breakdown_school").id],
        )
        value = self._value(indicator)
        self.assertEqual((value.numerator, value.denominator), (2, 3))
        part = self._value(indicator, "school", str(self.arts.id))
        self.assertEqual((part.numerator, part.denominator), (1, 2))
        action = value.action_open_people()
        people = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(people.partner_id, self.ann | self.bob)

    def test_measure_by_filter_of_acts_and_gifts(self):
        jury = self._filter([("kind", "=", "participation_jury")], "act")
        large = self._filter([("amount", ">=", 100)], "giving")
        people = self._indicator(self._measure("act_people", jury, "act"))
        money = self._indicator(
            self._measure("gift_money", large, "giving"), unit="amount"
        )
        self.assertEqual(self._value(people).value, 1)
        self.assertEqual(self._value(money).value, 900)
        action = self._value(money).action_open_people()
        gifts = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(gifts.partner_id, self.ann)

    def test_part_of_what_it_restricts(self):
        """A filtered measure is a percentage of the whole, and not the reverse."""
        named = self._filter([("modes", ">=", 2)])
        measure = self._measure("engaged", named)
        whole = self.env.ref("alumni_kpi.measure_engaged")
        value = self._value(self._indicator(measure, whole, "percent"))
        self.assertEqual((value.numerator, value.denominator), (1, 2))
        with (
            self.assertRaisesRegex(ValidationError, "not a part of"),
            self.cr.savepoint(),
        ):
            self._indicator(whole, measure, "percent")

    def test_values_follow_the_filter(self):
        named = self._filter([("country_id.code", "=", "FR")])
        indicator = self._indicator(self._measure("engaged", named))
        self.assertEqual(self._value(indicator).value, 2)
        named.domain = "[('school_id.code', '=', 'T-LAW')]"
        self.assertEqual(self._value(indicator).value, 1)
        self.assertEqual(indicator.formula_version, 2)

    def test_wrong_conditions(self):
        for domain in (
            "[('no_such_field', '=', 1)]",
            "[('partner_id', '=', uid)]",
            "__import__('os').getcwd()",
            "[('modes', '>=',",
            "nothing",
        ):
            with (
                self.subTest(domain),
                self.assertRaisesRegex(ValidationError, "cannot be used"),
                self.cr.savepoint(),
            ):
                self._filter(domain)
        acts = self._filter([("kind", "=", "survey_answer")], "act")
        with (
            self.assertRaisesRegex(ValidationError, "of other records"),
            self.cr.savepoint(),
        ):
            self._measure("engaged", acts)

    def test_text_in_a_condition_is_text(self):
        """Nothing that somebody writes reaches the database as a statement."""
        named = self._filter([("kind", "=", "x'); DROP TABLE alumni_gift; --")], "act")
        indicator = self._indicator(self._measure("act_people", named, "act"))
        self.assertEqual(self._value(indicator).value, 0)
        self.assertTrue(self.env["alumni.gift"].search_count([]))

    def test_pivot_contacts_and_mailing(self):
        named = self._filter([("philanthropic", "=", 1)], period_rule="complete")
        with freeze_time("2024-10-10"):
            years = self.env["alumni.person.year"].search(
                [("filter_id", "=", named.id), ("period_id", "=", self.period.id)]
            )
            self.assertEqual(years.partner_id, self.ann | self.bob)
            people = self.env["res.partner"].search(
                [("alumni_filter_id", "=", named.id)]
            )
            self.assertEqual(people, self.ann | self.bob)
            mailing = self.env["mailing.mailing"].create(
                {
                    "subject": "Thank you",
                    "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "mailing_domain": json.dumps([["alumni_filter_id", "=", named.id]]),
                }
            )
            self.assertEqual(set(mailing._get_recipients()), {self.ann.id, self.bob.id})

    def test_shipped_filters_and_mailings(self):
        for named in self.env["alumni.filter"].search([]):
            self.assertTrue(named.description, named.name)
            named.action_open_people()
        for name in ("donors", "engaged_no_gift", "volunteers", "not_engaged"):
            mailing_filter = self.env.ref(f"alumni_kpi.mailing_filter_{name}")
            domain = mailing_filter.mailing_domain
            self.assertIn(str(self.env.ref(f"alumni_kpi.filter_{name}").id), domain)

    def test_rights(self):
        named = self._filter([("philanthropic", "=", 1)])
        for user in (self.officer, self.analyst):
            self.assertTrue(named.with_user(user).name)
            with self.assertRaises(AccessError), self.cr.savepoint():
                named.with_user(user).name = "Mine"
        with self.assertRaises(AccessError), self.cr.savepoint():
            named.with_user(self.analyst).action_open_contacts()
        named.with_user(self.manager).name = "Managed"
        action = named.with_user(self.officer).action_open_contacts()
        self.assertEqual(action["domain"], [("alumni_filter_id", "=", named.id)])
