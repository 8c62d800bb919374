import random
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.alumni_relations.models.programmes.alumni_participation import (
    VOLUNTEER_ROLES,
)

from ...models.indicators.alumni_indicator import METHOD_VERSION
from ..common import AlumniKpiCommon

MODELS = "odoo.addons.alumni_kpi.models.indicators"
MODES = ("philanthropic", "volunteer", "experiential", "communication")


@tagged("post_install", "-at_install")
class TestAlumniIndicator(AlumniKpiCommon):
    """Every indicator against an account of a small random university that is kept
    by hand, record by record, without any of the code or SQL under test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before, cls.period = (cls._period(year) for year in (2023, 2024))
        cls.dice = random.Random(20240831)
        cls.people = [cls._random_alumnus(number) for number in range(70)]
        for person in cls.people:
            cls._random_acts(person)
        cls._settle()

    @classmethod
    def _random_alumnus(cls, number):
        dice = cls.dice
        twin = number % 14 == 1
        person = cls._alumnus(
            "Twin Sister" if twin else f"Alum Number{number}",
            award=f"{dice.randint(1992, 2022)}-07-01",
            school=dice.choice([cls.law, cls.arts]),
            degree=dice.choice([cls.bachelor, cls.master]),
            email=dice.choice([f"alum{number}@example.org", False, "no address"]),
            phone=dice.choice(["+33 1 40 20 50 50", False]),
            country_id=dice.choice([cls.env.ref("base.fr").id, False]),
            alumni_gender=dice.choice(["female", "male", False]),
            alumni_birth_date="1970-01-01" if twin else False,
            alumni_deceased=number % 11 == 0,
            alumni_verified_date=dice.choice(["2023-12-01", "2015-01-01", False]),
            alumni_employer=dice.choice(["A firm", False]),
            alumni_employer_date="2024-01-01",
        )
        if number % 7 == 3:
            cls.env["alumni.consent"].create(
                {
                    "partner_id": person.id,
                    "state": "refused",
                    "channel": dice.choice([False, "email"]),
                    "date": dice.choice(["2022-05-05", "2024-05-05"]),
                }
            )
        elif number % 7 == 5:
            # What the registrar's file says of the person it brings is no news.
            cls.env["alumni.consent"].create(
                {
                    "partner_id": person.id,
                    "state": "refused",
                    "source": "registrar",
                    "channel": "post",
                    "date": "2024-05-05",
                }
            )
        elif number % 7 == 4:
            cls.env["alumni.consent"].create(
                {
                    "partner_id": person.id,
                    "state": "given",
                    "channel": "email",
                    "date": "2022-05-05",
                }
            )
        return person

    @classmethod
    def _random_acts(cls, person):
        dice = cls.dice
        if dice.random() < 0.3:
            cls._gift(person, dice.choice(["2024-02-02", "2022-02-02"]), amount=50)
        if dice.random() < 0.1:
            cls._gift(person, state="pledged", amount=50)
        if dice.random() < 0.3:
            role = dice.choice(["mentor", "speaker", "participant"])
            cls._participation(person, role)
        if dice.random() < 0.3:
            cls._attendance(person, state=dice.choice(["done", "open"]))
        if dice.random() < 0.3:
            cls._answer(person)

    # the account by hand

    def _account(self, period, where=lambda person: True):
        """Sets of people of a period, by name."""
        last, first = period.date_end, period.date_start
        account = {
            "rec": {
                person
                for person in self.people
                if self._awarded(person, last) and where(person)
            }
        }
        account["liv"] = {p for p in account["rec"] if not p.alumni_deceased}
        for channel in ("email", "phone", "post"):
            account[channel] = {
                p for p in account["liv"] if p[f"alumni_{channel}_reason"] == "ok"
            }
        account["con"] = account["email"] | account["phone"] | account["post"]
        account["lost"] = {p for p in account["liv"] if p.alumni_lost}
        account["valid"] = {
            p
            for p in account["liv"]
            if p.email_normalized and p.alumni_email_reason != "bounced"
        }
        account["consented"] = {
            p
            for p in account["valid"]
            if any(c.state == "given" for c in p.alumni_consent_ids)
        }
        refusals = {
            p: p.alumni_consent_ids.filtered(lambda c: c.state == "refused")
            for p in account["liv"]
        }
        account["opted_out"] = {
            p for p, refusal in refusals.items() if refusal and not refusal.channel
        }
        account["new_opt_out"] = {
            p
            for p, refusal in refusals.items()
            if refusal
            and refusal.source != "registrar"
            and first <= refusal.date <= last
        }
        account["fresh"] = {p for p in account["liv"] if self._is_fresh(p, period)}
        account["employed"] = {
            p for p in account["liv"] if p.alumni_employer and last.year == 2024
        }
        twins = [person for person in self.people if person.name == "Twin Sister"]
        account["duplicate"] = {
            person
            for person in account["rec"].intersection(twins)
            if any(twin.id < person.id and self._awarded(twin, last) for twin in twins)
        }
        acts = self._acts(first, last)
        for mode in MODES:
            account[mode] = {p for p in account["con"] if mode in acts[p]}
        account["engaged"] = set().union(*(account[mode] for mode in MODES))
        for n in range(1, 5):
            account[n] = {
                p
                for p in account["engaged"]
                if sum(p in account[m] for m in MODES) == n
            }
        return account

    def _awarded(self, person, day):
        return min(person.alumni_education_ids.mapped("award_date")) <= day

    def _is_fresh(self, person, period):
        year = self.env["alumni.person.year"].search(
            [("partner_id", "=", person.id), ("period_id", "=", period.id)]
        )
        return bool(year.fresh)

    def _acts(self, first, last):
        """Modes of each person between two days."""
        acts = {person: set() for person in self.people}
        for gift in self.env["alumni.gift"].search([("state", "=", "received")]):
            if gift.partner_id in acts and first <= gift.date <= last:
                acts[gift.partner_id].add(gift.gift_type_id.mode)
        for part in self.env["alumni.participation"].search([("state", "=", "done")]):
            if part.partner_id in acts and first <= part.date <= last:
                volunteer = part.role in VOLUNTEER_ROLES
                acts[part.partner_id].add("volunteer" if volunteer else "experiential")
        for seat in self.env["event.registration"].search([("state", "=", "done")]):
            held = seat.event_id.date_begin.date()
            if seat.attendee_id in acts and first <= held <= last:
                acts[seat.attendee_id].add("experiential")
        for answer in self.env["survey.user_input"].search([("state", "=", "done")]):
            if (
                answer.partner_id in acts
                and first <= answer.end_datetime.date() <= last
            ):
                acts[answer.partner_id].add("communication")
        return acts

    def _expected(self, where=lambda person: True):
        """(numerator, denominator) of each indicator by code and series."""
        n = {k: len(v) for k, v in self._account(self.period, where).items()}
        account = self._account(self.period, where)
        start = self._account(self.before, where)
        out = account["new_opt_out"] & start["liv"]
        modes = sum(n[mode] for mode in MODES)
        expected = {
            ("ENG-01", ""): (n["rec"], None),
            ("ENG-03", ""): (n["liv"], None),
            ("ENG-04", ""): (n["con"], None),
            ("ENG-05", ""): (n["con"], n["liv"]),
            ("ENG-06", ""): (n["lost"], n["liv"]),
            ("ENG-07", ""): (n["opted_out"], n["liv"]),
            ("ENG-08", ""): (len(out), len(start["con"] | out)),
            ("ENG-09", ""): (n["email"], n["liv"]),
            ("ENG-10", ""): (n["consented"], n["valid"]),
            ("ENG-11", ""): (n["duplicate"], n["rec"]),
            ("ENG-12", ""): (n["fresh"], n["liv"]),
            ("ENG-13", ""): (n["employed"], n["liv"]),
            ("ENG-14", ""): (n["engaged"], None),
            ("ENG-15", ""): (n["engaged"], n["con"]),
            ("ENG-22", ""): (n[2] + n[3] + n[4], n["engaged"]),
            ("ENG-23", ""): (modes, n["engaged"]),
            ("ENG-24", ""): (
                len(account["engaged"] - account["philanthropic"]),
                n["engaged"],
            ),
        }
        for number, mode in enumerate(MODES):
            expected[f"ENG-{16 + number}", ""] = (n[mode], n["con"])
            expected["ENG-20", mode] = (n[mode], modes)
            expected["ENG-20 engaged", mode] = (n[mode], n["engaged"])
        for count in range(1, 5):
            expected["ENG-21", str(count)] = (n[count], n["engaged"])
        return expected

    def _values(self, breakdown, key):
        values = self.env["alumni.indicator.value"].search(
            [("period_id", "=", self.period.id)]
        )
        found = {}
        for value in values:
            code = value.code
            if value.indicator_id.variant == "engaged":
                code += " engaged"
            own = value.breakdown == value.indicator_id.series
            if (value.breakdown, value.key) == (breakdown, key) or (
                own and breakdown == "total"
            ):
                found[code, value.series or ""] = value
        return found

    def _assert_figures(self, breakdown, key, where):
        values = self._values(breakdown, key)
        checked = 0
        for (code, series), (numerator, denominator) in self._expected(where).items():
            value = values.get((code, series))
            if not value:
                codes = (
                    self.env["alumni.indicator"]
                    .search([("code", "=", code.split()[0])])
                    .breakdown_ids.mapped("code")
                )
                self.assertNotIn(breakdown, ["total", *codes], code)
                continue
            checked += 1
            with self.subTest(code=code, series=series, breakdown=breakdown, key=key):
                self.assertEqual(value.numerator, numerator)
                self.assertEqual(value.denominator, denominator or 0)
                if value.unit == "people":
                    self.assertEqual(value.value, numerator)
                elif denominator:
                    factor = 1 if value.unit == "number" else 100
                    self.assertAlmostEqual(
                        value.value, factor * numerator / denominator, 2
                    )
                else:
                    self.assertEqual(value.missing_reason, "empty")
        return checked

    def test_every_indicator_in_total(self):
        self.period._refresh_values()
        self.assertEqual(self._assert_figures("total", "", lambda person: True), 33)

    def test_by_generation(self):
        self.period._refresh_values()
        for generation in (self.older, self.younger):
            checked = self._assert_figures(
                "generation",
                str(generation.id),
                lambda person, g=generation: person.alumni_generation_id == g,
            )
            self.assertEqual(checked, 32, "all but ENG-11, which has no generation")

    def test_by_school(self):
        self.period._refresh_values()
        for school in (self.law, self.arts):
            self._assert_figures(
                "school",
                str(school.id),
                lambda person, s=school: person.alumni_school_id == s,
            )

    def test_catalogue_is_whole(self):
        codes = self.env["alumni.indicator"].search([]).mapped("code")
        self.assertLessEqual({f"ENG-{n:02d}" for n in range(1, 25)}, set(codes))

    def test_every_indicator_has_a_total_or_a_reason(self):
        self.period._refresh_values()
        for indicator in self.env["alumni.indicator"].search([]):
            totals = indicator.value_ids.filtered(
                lambda value, own=indicator.series: (
                    value.period_id == self.period
                    and value.breakdown == (own or "total")
                )
            )
            self.assertTrue(totals, indicator.code)
            for total in totals:
                self.assertEqual(total.state == "missing", bool(total.missing_reason))

    def test_no_rate_above_a_hundred(self):
        self.period._refresh_values()
        values = self.env["alumni.indicator.value"].search([("unit", "=", "percent")])
        self.assertTrue(values)
        for value in values:
            self.assertTrue(0 <= value.value <= 100, value.display_name)

    def test_parts_add_up(self):
        self.period._refresh_values()
        for code in ("ENG-01", "ENG-03", "ENG-04", "ENG-14"):
            total = self._values("total", "")[code, ""].value
            for breakdown in ("generation", "school", "degree_level"):
                parts = self.env["alumni.indicator.value"].search(
                    [
                        ("period_id", "=", self.period.id),
                        ("code", "=", code),
                        ("breakdown", "=", breakdown),
                    ]
                )
                self.assertEqual(sum(parts.mapped("value")), total, (code, breakdown))

    def test_channels(self):
        self.period._refresh_values()
        account = self._account(self.period)
        for channel in ("email", "phone", "post"):
            value = self._values("channel", channel)["ENG-04", ""]
            self.assertEqual(value.value, len(account[channel]), channel)

    def test_kinds_count_people_once(self):
        person = next(iter(self._account(self.period)["con"]))
        self.period._refresh_values(force=True)
        before = self._values("kind", "participation_host").get(("ENG-17", ""))
        self.assertFalse(before)
        self._participation(person, "host")
        self._participation(person, "host", date="2024-04-01")
        self.period._refresh_values(force=True)
        host = self._values("kind", "participation_host")["ENG-17", ""]
        self.assertEqual(host.numerator, 1)
        self.assertEqual(host.label, "Host")

    def test_published_worked_example(self):
        """A US college, 2012: three modes, 53.7 %, 7,034 double counts."""
        amounts = {
            ("volunteer", "total", ""): 1825,
            ("philanthropic", "total", ""): 12932,
            ("experiential", "total", ""): 6867,
            ("engaged", "total", ""): 14590,
            ("contactable", "total", ""): 27164,
        }
        modes = 1825 + 12932 + 6867
        amounts["modes", "total", ""] = modes
        rows = {
            row["indicator_id"]: row
            for row in self.env["alumni.indicator"]
            .search([])
            ._evaluate(amounts, {"person_year"})
            if row["breakdown"] == "total"
        }
        rate = rows[self.env.ref("alumni_kpi.indicator_eng_15").id]
        self.assertEqual(round(rate["value"], 1), 53.7)
        average = rows[self.env.ref("alumni_kpi.indicator_eng_23").id]
        self.assertEqual(average["numerator"] - average["denominator"], 7034)

    def test_values_follow_the_records(self):
        self.period._refresh_values()
        self.assertFalse(self.period._refresh_values(), "nothing changed")
        engaged = self._values("total", "")["ENG-14", ""]
        count = engaged.value
        account = self._account(self.period)
        idle = next(iter(account["con"] - account["engaged"]))
        self._gift(idle)
        self.assertEqual(self.period._refresh_values(), self.period)
        self.assertEqual(engaged.value, count + 1, "the same value, one more")

    def test_part_that_everyone_has_left(self):
        """A school of which nobody is left has no figures, though its cells are still
        in the cube until it is compacted."""
        school = self.env["alumni.school"].create({"name": "Closed", "code": "T-C"})
        person = self._alumnus(school=school)
        self._settle()
        self.period._refresh_values()
        self.assertEqual(self._values("school", str(school.id))["ENG-01", ""].value, 1)
        person.alumni_education_ids.school_id = self.law
        self._settle()
        self.period._refresh_values()
        self.assertFalse(self._values("school", str(school.id)))

    def test_another_method_works_out_again(self):
        self.period._refresh_values()
        with patch(f"{MODELS}.alumni_period.METHOD_VERSION", METHOD_VERSION + 1):
            self.assertEqual(self.period._refresh_values(), self.period)

    def test_opening_brings_up_to_date(self):
        action = (
            self.env["alumni.indicator.value"].with_user(self.analyst).action_open()
        )
        self.assertEqual(action["res_model"], "alumni.indicator.value")
        self.assertTrue(self._values("total", "")["ENG-14", ""].value)

    def test_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("alumni_kpi.ir_cron_alumni_indicator").method_direct_trigger()
        self.assertTrue(self._values("total", "")["ENG-14", ""].value)

    def test_closed_period_is_frozen(self):
        self.period.state = "closed"
        engaged = self._values("total", "")["ENG-14", ""]
        count, label = engaged.value, engaged.label
        account = self._account(self.period)
        self._gift(next(iter(account["con"] - account["engaged"])))
        self.period._refresh_values(force=True)
        self.env["alumni.indicator"]._compute_values(self.period)
        self.assertEqual((engaged.value, engaged.label), (count, label))
        self.assertTrue(engaged.method_flags)

    def test_people_behind_a_figure(self):
        self.period._refresh_values()
        values = self.env["alumni.indicator.value"].search(
            [("period_id", "=", self.period.id), ("state", "=", "computed")]
        )
        checked = 0
        for value in values:
            if value.numerator_id.source != "person_year":
                continue
            column = value.numerator_id.column
            if column in ("modes", "start_opt_out") or value.breakdown == "kind":
                continue
            checked += 1
            action = value.action_open_people()
            people = self.env[action["res_model"]].search_count(action["domain"])
            self.assertEqual(people, value.numerator, value.display_name)
        self.assertGreater(checked, 100)

    def test_groups_never_add_up_rates(self):
        self.period._refresh_values()
        self.before._refresh_values()
        model = self.env["alumni.indicator.value"]
        domain = [("code", "=", "ENG-15")]
        by_school = [("breakdown", "=", "school"), ("period_id", "=", self.period.id)]
        [[rate]] = model._read_group(domain + by_school, [], ["value:sum"])
        total = self._values("total", "")["ENG-15", ""].value
        self.assertAlmostEqual(rate, total, 2, msg="parts of one breakdown: the whole")
        [[rate]] = model._read_group(domain, [], ["value:sum"])
        self.assertFalse(rate, "over everything a rate is nothing")

    def test_own_indicator_without_code(self):
        own = self.env["alumni.indicator"].create(
            {
                "name": "Volunteers among the engaged",
                "code": "OWN-01",
                "formula": "Volunteers / engaged",
                "unit": "percent",
                "numerator_id": self.env.ref("alumni_kpi.measure_volunteer").id,
                "denominator_id": self.env.ref("alumni_kpi.measure_engaged").id,
            }
        )
        self.period._refresh_values()
        account = self._account(self.period)
        value = own.value_ids.filtered(lambda v: v.period_id == self.period)
        expected = 100 * len(account["volunteer"]) / len(account["engaged"])
        self.assertAlmostEqual(value.value, expected, 2)

    def _own(self, unit, numerator, denominator=None, **values):
        """An indicator of our own from the measures with these names."""
        measures = [
            self.env.ref(f"alumni_kpi.measure_{name}").id if name else False
            for name in (numerator, denominator)
        ]
        number = next(self.numbers)
        return self.env["alumni.indicator"].create(
            {
                "name": f"Own {number}",
                "code": f"OWN-{number}",
                "formula": f"{numerator} / {denominator}",
                "unit": unit,
                "numerator_id": measures[0],
                "denominator_id": measures[1],
                **values,
            }
        )

    def _of_period(self, indicator, breakdown="total", key="", period=None):
        return indicator.value_ids.filtered(
            lambda value: (
                (value.period_id, value.breakdown, value.key)
                == (period or self.period, breakdown, key)
            )
        )

    def test_quotients_that_are_no_parts(self):
        """Points, returns, ratios and numbers per 10,000 may pass 100 %."""
        factors = {
            "points": 100,
            "return": 100,
            "ratio": 1,
            "number": 1,
            "per_10k": 10000,
        }
        values = {unit: self._own(unit, "living", "engaged") for unit in factors}
        each = self._own("amount_each", "amount", "engaged")
        self.period._refresh_values()
        account = self._account(self.period)
        quotient = len(account["liv"]) / len(account["engaged"])
        for unit, factor in factors.items():
            value = self._of_period(values[unit])
            self.assertAlmostEqual(value.value, factor * quotient, 2)
        self.assertEqual(
            self._of_period(values["return"]).display_value,
            f"{round(100 * quotient, 1):,}%",
        )
        given = sum(
            gift.amount
            for gift in self.env["alumni.gift"].search([("state", "=", "received")])
            if self.period.date_start <= gift.date <= self.period.date_end
            and gift.partner_id in account["rec"]
        )
        self.assertAlmostEqual(
            self._of_period(each).value, given / len(account["engaged"]), 2
        )

    def test_more_in_the_numerator_is_missing(self):
        self.env["alumni.measure.entry"].create(
            {
                "measure_id": self.env.ref("alumni_kpi.measure_diplomas").id,
                "period_id": self.period.id,
                "amount": 1,
                "evidence": "A letter",
            }
        )
        self.period._refresh_values()
        rate = self._values("total", "")["ENG-02", ""]
        self.assertEqual(rate.missing_reason, "inconsistent")

    def test_units_that_do_not_fit(self):
        for message, wrong in {
            "not a part of": ("percent", "living", "engaged"),
            "cannot be divided by": ("percent", "amount", "people"),
            "cannot be in": ("people", "hours", None),
            "both counted in": ("amount_each", "amount", "cost"),
            "has one of the units": ("number", "modes", "engaged"),
        }.items():
            values = {"reference": "total"} if message.startswith("has") else {}
            with (
                self.subTest(message),
                self.assertRaisesRegex(ValidationError, message),
                self.cr.savepoint(),
            ):
                self._own(*wrong, **values)
        with (
            self.assertRaisesRegex(ValidationError, "what the figure is set against"),
            self.cr.savepoint(),
        ):
            self._own("change", "engaged")
        with (
            self.assertRaisesRegex(ValidationError, "what is counted"),
            self.cr.savepoint(),
        ):
            self._own("people", None)
        rate = self._own("percent", "engaged", "contactable")
        with (
            self.assertRaisesRegex(ValidationError, "choose the indicator"),
            self.cr.savepoint(),
        ):
            self._own("ratio", "volunteer", "contactable", reference="indicator")
        with (
            self.assertRaisesRegex(ValidationError, "both have to be counts"),
            self.cr.savepoint(),
        ):
            self._own("ratio", "volunteer", reference="indicator", reference_id=rate.id)
        with (
            self.assertRaisesRegex(ValidationError, "entered by hand can have"),
            self.cr.savepoint(),
        ):
            self.env.ref("alumni_kpi.measure_hours").unit = "amount"

    def test_set_against_something(self):
        """Change in percent and in points, index of a part, ratio of two rates."""
        generation = [self.env.ref("alumni_kpi.breakdown_generation").id]
        change = self._own("change", "engaged", reference="previous")
        points = self._own("points", "engaged", "contactable", reference="previous")
        index = self._own(
            "index",
            "engaged",
            "contactable",
            reference="total",
            breakdown_ids=generation,
        )
        base = self._own("percent", "experiential", "contactable")
        ratio = self._own(
            "ratio",
            "volunteer",
            "contactable",
            reference="indicator",
            reference_id=base.id,
        )
        for person in self.people[:20]:
            self._gift(person, "2023-02-02")
        self._settle()
        self.period._refresh_values()
        now, then = self._account(self.period), self._account(self.before)

        def rate(account, name="engaged"):
            return 100 * len(account[name]) / len(account["con"])

        self.assertTrue(then["engaged"])
        for indicator, reference, expected in (
            (
                change,
                len(then["engaged"]),
                100 * (len(now["engaged"]) / len(then["engaged"]) - 1),
            ),
            (points, rate(then), rate(now) - rate(then)),
            (index, rate(now), 100),
            (
                ratio,
                rate(now, "experiential"),
                rate(now, "volunteer") / rate(now, "experiential"),
            ),
        ):
            value = self._of_period(indicator)
            self.assertAlmostEqual(value.value, expected, 6)
            self.assertAlmostEqual(value.reference, reference, 6)
        older = self._account(
            self.period, lambda person: person.alumni_generation_id == self.older
        )
        part = self._of_period(index, "generation", str(self.older.id))
        self.assertAlmostEqual(part.value, 100 * rate(older) / rate(now), 6)
        parts = index.value_ids.filtered(
            lambda v: v.period_id == self.period and v.breakdown == "generation"
        )
        self.assertGreater(len(parts), 1)
        [[whole]] = self.env["alumni.indicator.value"]._read_group(
            [("id", "in", parts.ids)], [], ["value:sum"]
        )
        self.assertFalse(whole, "comparisons are never added up")
        first = self.env["alumni.period"].search(
            [("company_id", "=", self.company.id)], order="year", limit=1
        )
        first._refresh_values()
        value = self._of_period(change, period=first)
        self.assertEqual(value.missing_reason, "no_previous")

    def test_values_follow_the_period_before(self):
        change = self._own("change", "engaged", reference="previous")
        self.period._refresh_values()
        before = self._of_period(change).reference
        account = self._account(self.before)
        idle = next(iter(account["con"] - account["engaged"]))
        self._gift(idle, "2023-02-02")
        self.assertIn(self.period, (self.before | self.period)._refresh_values())
        self.assertEqual(self._of_period(change).reference, before + 1)

    def test_share_of_the_total(self):
        share = self._own(
            "percent",
            "engaged",
            "engaged",
            of_total=True,
            breakdown_ids=[self.env.ref("alumni_kpi.breakdown_generation").id],
        )
        self.period._refresh_values()
        everyone = self._account(self.period)["engaged"]
        older = {p for p in everyone if p.alumni_generation_id == self.older}
        part = self._of_period(share, "generation", str(self.older.id))
        self.assertAlmostEqual(part.value, 100 * len(older) / len(everyone), 6)
        self.assertEqual(self._of_period(share).value, 100)

    def test_formula_version(self):
        rate = self.env.ref("alumni_kpi.indicator_eng_15")
        rate.name = "Rate"
        self.assertEqual(rate.formula_version, 1)
        rate.denominator_id = self.env.ref("alumni_kpi.measure_living")
        self.assertEqual(rate.formula_version, 2)
        self.period._refresh_values()
        total = self._values("total", "")["ENG-15", ""]
        self.assertEqual(total.formula_version, 2)
        self.assertEqual(total.denominator, len(self._account(self.period)["liv"]))

    def test_wrong_definitions(self):
        rate = self.env.ref("alumni_kpi.indicator_eng_15")
        with (
            self.assertRaisesRegex(ValidationError, "denominator"),
            self.cr.savepoint(),
        ):
            rate.denominator_id = False
        with (
            self.assertRaisesRegex(ValidationError, "cannot be split"),
            self.cr.savepoint(),
        ):
            self.env.ref("alumni_kpi.indicator_eng_20_engaged").write(
                {"numerator_id": self.env.ref("alumni_kpi.measure_volunteer").id}
            )
        with (
            self.assertRaisesRegex(ValidationError, "cannot add up"),
            self.cr.savepoint(),
        ):
            self.env.ref("alumni_kpi.measure_living").source = "entry"

    def test_no_previous_period_is_not_zero(self):
        first = self.env["alumni.period"].search(
            [("company_id", "=", self.company.id)], order="year", limit=1
        )
        first._refresh_values()
        value = self.env["alumni.indicator.value"].search(
            [
                ("period_id", "=", first.id),
                ("code", "=", "ENG-08"),
                ("breakdown", "=", "total"),
            ]
        )
        self.assertEqual(value.missing_reason, "no_previous")
        self.assertEqual(value.display_value, "The previous period has no figures")

    def test_period_without_records(self):
        empty = self._period(1950)
        empty._refresh_values()
        values = self.env["alumni.indicator.value"].search(
            [("period_id", "=", empty.id)]
        )
        self.assertTrue(values)
        self.assertEqual(set(values.mapped("state")), {"missing"})

    def test_labels_are_translated(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.law.with_context(lang="fr_FR").name = "Droit"
        self.older.with_context(lang="fr_FR").name = "Ancienne"
        self.period._refresh_values(force=True)
        value = self._values("generation", str(self.older.id))["ENG-01", ""]
        self.assertEqual(value.label, "Older")
        self.assertEqual(value.with_context(lang="fr_FR").label, "Ancienne")

    def test_measured_at(self):
        self.period._refresh_values()
        self.assertTrue(self.period.values_date)
        self.assertLessEqual(self.period.values_date, fields.Datetime.now())
