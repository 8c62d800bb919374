import random
from statistics import median

from odoo.tests import tagged

from ..common import AlumniKpiCommon

MODES = ("philanthropic", "volunteer", "experiential", "communication")
YEARS = range(2019, 2025)
YEAR = 2024


@tagged("post_install", "-at_install")
class TestPeopleIndicators(AlumniKpiCommon):
    """Indicators of people over several periods and of giving, against an account of
    a small random university that is kept by hand while it is made."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.periods = {year: cls._period(year) for year in YEARS}
        cls.period = cls.periods[YEAR]
        cls.dice = random.Random(20240901)
        cls.in_kind = cls._gift_type("in_kind", "philanthropic", "amount")
        cls.learning = cls.env["alumni.programme"].create(
            {"name": "Evening school", "programme_type": "lifelong_learning"}
        )
        cls.interest = cls.env["alumni.interest"].create({"name": "Chess"})
        # The account: what each person did, as (fiscal year, date, mode, kind, amount,
        # programme), and the gifts as (date, type, amount).
        cls.done, cls.given = {}, {}
        cls.people = [cls._random_person(number) for number in range(60)]
        cls._settle()
        cls.period._refresh_values()

    @classmethod
    def _random_person(cls, number):
        dice = cls.dice
        person = cls._alumnus(
            award=f"{dice.choice([1995, 2003, 2012, 2016])}-07-01",
            school=dice.choice([cls.law, cls.arts]),
            alumni_deceased=number % 15 == 0,
            alumni_gender=dice.choice(["female", "male"]),
            alumni_interest_ids=[(4, cls.interest.id)] if number % 3 == 0 else False,
            alumni_ambassador_stage=dice.choice(["accepted", False]),
        )
        if number % 8 == 0:
            person.email = False
        acts, gifts = cls.done.setdefault(person, []), cls.given.setdefault(person, [])
        for year in YEARS:
            if dice.random() < 0.35:
                date = f"{year}-0{dice.randint(1, 8)}-1{dice.randint(0, 9)}"
                amount = dice.choice([10, 25, 40, 300, 1000])
                gift_type = dice.choice([cls.money, cls.money, cls.in_kind])
                cls._gift(person, date, gift_type, amount=amount)
                acts.append((year, date, "philanthropic", "gift", None))
                gifts.append((year, date, gift_type, amount))
            if dice.random() < 0.25:
                role = dice.choice(
                    ["mentor", "speaker", "governance", "organiser", "participant"]
                )
                date = f"{year}-0{dice.randint(1, 8)}-0{dice.randint(1, 9)}"
                programme = dice.choice([cls.programme, cls.learning])
                cls._participation(person, role, date, programme_id=programme.id)
                mode = "experiential" if role == "participant" else "volunteer"
                acts.append((year, date, mode, role, programme))
            if dice.random() < 0.15:
                date = f"{year}-05-05"
                cls._answer(person, end_datetime=f"{date} 10:00:00")
                acts.append((year, date, "communication", "answer", None))
        return person

    # the account

    def _con(self, where):
        return {
            p for p in self.people if not p.alumni_deceased and p.email and where(p)
        }

    def _liv(self, where):
        return {p for p in self.people if not p.alumni_deceased and where(p)}

    def _modes(self, person, year):
        return {act[2] for act in self.done[person] if act[0] == year}

    def _engaged(self, year, where, mode=None):
        return {
            p
            for p in self._con(where)
            if self._modes(p, year) and (not mode or mode in self._modes(p, year))
        }

    def _totals(self, year, where):
        totals = {}
        for person in self.people:
            amount = sum(gift[3] for gift in self.given[person] if gift[0] == year)
            if amount and where(person):
                totals[person] = amount
        return totals

    def _before(self, person, year):
        """Dates of the gifts before a fiscal year."""
        return [gift[1] for gift in self.given[person] if gift[0] < year]

    def _expected(self, where=lambda person: True):
        """(numerator, denominator) by code and variant, and the value where it is no
        quotient of the two."""
        con, liv = self._con(where), self._liv(where)
        now, then = self._engaged(YEAR, where), self._engaged(YEAR - 1, where)
        ever = set().union(*(self._engaged(year, where) for year in YEARS[:-1]))
        donors = self._engaged(YEAR, where, "philanthropic")
        totals, earlier = self._totals(YEAR, where), self._totals(YEAR - 1, where)
        otherwise = {p for p in now if self._modes(p, YEAR) - {"philanthropic"}}
        new = {p for p in earlier if not self._before(p, YEAR - 1)}
        roles = {p: {act[3] for act in self.done[p] if act[0] == YEAR} for p in con}
        leaders = {p for p in con if roles[p] & {"governance", "organiser"}}
        led = {
            p
            for p in leaders
            if any(
                a[3] in ("governance", "organiser") for a in self.done[p] if a[0] < YEAR
            )
        }
        last = {p: max(a[1] for a in self.done[p]) for p in self.people if self.done[p]}
        ambassadors = {p for p in self.people if p.alumni_ambassador_stage and where(p)}
        largest = sorted(totals.values(), reverse=True)[: -(-len(totals) // 10)]

        def acts(*years):
            return sum(
                1
                for p in self.people
                for act in self.done[p]
                if where(p) and act[0] in years
            )

        return {
            "ENG-25": (len(donors & otherwise), len(donors)),
            "ENG-26": (len(now), None),
            "ENG-26 points": (len(now), len(con)),
            "ENG-27": (len(now & then), len(then)),
            "ENG-28": (len(now - ever), len(now)),
            "ENG-29": (len((now & ever) - then), len(now)),
            "ENG-30": (len(now), len(con)),
            "FOL-06": (acts(2024, 2023) / 2, acts(2022, 2021, 2020) / 3),
            "FOL-07": (len({p for p in liv if p.alumni_interest_ids}), len(liv)),
            "FOL-18": (
                len(
                    {
                        p
                        for p in con
                        if any(self._modes(p, year) for year in (2022, 2023, 2024))
                        and last[p] <= "2023-02-28"
                    }
                ),
                len(con),
            ),
            "ROI-15": (len(donors & otherwise), len(otherwise)),
            "ROI-15 others": (len(donors - otherwise), len(con - otherwise)),
            "LRN-01": (
                len(
                    {
                        p
                        for p in con
                        if any(
                            a[0] == YEAR and a[4] == self.learning for a in self.done[p]
                        )
                    }
                ),
                len(con),
            ),
            "LRN-05": (
                len({p for p in con if roles[p] & {"mentor", "speaker"}}),
                None,
            ),
            "GIV-01": (len(totals), None),
            "GIV-02": (len(totals.keys() & con), len(con)),
            "GIV-02 record": (
                len(totals),
                len({p for p in self.people if where(p)}),
            ),
            "GIV-05": (len(totals.keys() & earlier.keys()), len(earlier)),
            "GIV-05 new": (len(totals.keys() & new), len(new)),
            "GIV-05 repeat": (
                len(totals.keys() & (earlier.keys() - new)),
                len(earlier.keys() - new),
            ),
            "GIV-06": (
                len({p for p in totals if self._lapsed(p)}),
                len(totals),
            ),
            "GIV-07": (median(totals.values()) if totals else None, None),
            "GIV-08": (sum(largest), sum(totals.values())),
            "LDR-02": (len(leaders), None),
            "LDR-03": (len(leaders - led), len(leaders)),
            "PRO-01": (
                len({p for p in ambassadors if self._modes(p, YEAR)}),
                None,
            ),
            "PRO-02": (
                len({p for p in ambassadors if self._modes(p, YEAR)}),
                len(ambassadors),
            ),
            "FOL-04": (
                median(
                    (self._day(2024, 8, 31) - self._date(last[p])).days
                    for p in liv
                    if p in last
                ),
                None,
            ),
        }

    def _date(self, text):
        return self._day(*map(int, text.split("-")))

    def _lapsed(self, person):
        """Whether the first gift of the year comes 13 months or more after the one
        before."""
        before = self._before(person, YEAR)
        if not before:
            return False
        first = min(gift[1] for gift in self.given[person] if gift[0] == YEAR)
        year, month, day = map(int, first.split("-"))
        months = year * 12 + month - 13 - 1
        limit = f"{months // 12:04}-{months % 12 + 1:02}-{day:02}"
        return max(before) <= limit

    def _values(self, breakdown="total", key=""):
        values = self.env["alumni.indicator.value"].search(
            [
                ("period_id", "=", self.period.id),
                ("breakdown", "=", breakdown),
                ("key", "=", key),
            ]
        )
        return {
            " ".join(filter(None, [v.code, v.indicator_id.variant])): v for v in values
        }

    def _assert_figures(self, values, expected):
        checked = 0
        for code, (numerator, denominator) in expected.items():
            value = values.get(code)
            if value is None:
                continue
            checked += 1
            with self.subTest(code=code, place=value.label):
                self.assertAlmostEqual(value.numerator, numerator or 0, 6)
                self.assertAlmostEqual(value.denominator, denominator or 0, 6)
        return checked

    def test_totals(self):
        expected = self._expected()
        self.assertEqual(self._assert_figures(self._values(), expected), len(expected))
        for code in ("ENG-27", "ENG-28", "ENG-29", "GIV-06", "FOL-18", "LDR-03"):
            self.assertTrue(expected[code][0], f"{code} is not tried by these people")

    def test_by_generation(self):
        for generation in (self.older, self.younger):
            checked = self._assert_figures(
                self._values("generation", str(generation.id)),
                self._expected(
                    lambda person, g=generation: person.alumni_generation_id == g
                ),
            )
            self.assertGreaterEqual(checked, 18)

    def test_by_school(self):
        for school in (self.law, self.arts):
            checked = self._assert_figures(
                self._values("school", str(school.id)),
                self._expected(lambda person, s=school: person.alumni_school_id == s),
            )
            self.assertGreaterEqual(checked, 8)

    def test_comparisons(self):
        values, all_of = self._values(), lambda person: True
        now, then = self._engaged(YEAR, all_of), self._engaged(YEAR - 1, all_of)
        con = self._con(all_of)
        self.assertAlmostEqual(
            values["ENG-26"].value, 100 * (len(now) - len(then)) / len(then), 6
        )
        self.assertAlmostEqual(
            values["ENG-26 points"].value, 100 * (len(now) - len(then)) / len(con), 6
        )
        self.assertEqual(values["ENG-30"].value, 100)
        expected = self._expected()
        rates = [
            expected[code][0] / expected[code][1]
            for code in ("ROI-15", "ROI-15 others")
        ]
        self.assertAlmostEqual(values["ROI-15"].value, rates[0] / rates[1], 6)
        leaders = [
            p
            for p in con
            if any(
                act[0] == YEAR and act[3] in ("governance", "organiser")
                for act in self.done[p]
            )
        ]
        women = {p for p in con if p.alumni_gender == "female"}
        points = 100 * len(women & set(leaders)) / len(leaders) - 100 * len(
            women
        ) / len(con)
        part = self._values("gender", "female")["LDR-05"]
        self.assertAlmostEqual(part.value, points, 6)

    def test_by_mode(self):
        everyone = lambda person: True  # noqa: E731
        for mode in MODES:
            now = self._engaged(YEAR, everyone, mode)
            then = self._engaged(YEAR - 1, everyone, mode)
            values = self._values("mode", mode)
            with self.subTest(mode):
                self.assertEqual(values["ENG-27"].numerator, len(now & then))
                self.assertEqual(values["ENG-27"].denominator, len(then))
                self.assertEqual(values["ENG-31"].numerator, len(now))
                self.assertAlmostEqual(
                    values["ENG-31"].value,
                    10000 * len(now) / len(self._con(everyone)),
                    6,
                )
                if then:
                    self.assertAlmostEqual(
                        values["ENG-26"].value,
                        100 * (len(now) - len(then)) / len(then),
                        6,
                    )

    def test_stages_count_everyone_once(self):
        stages = {stage: 0 for stage in ("known", "interested", "participant")}
        stages |= {"volunteering": 0, "leader": 0}
        for person in self._con(lambda person: True):
            modes = self._modes(person, YEAR)
            roles = {act[3] for act in self.done[person] if act[0] == YEAR}
            if roles & {"governance", "organiser"}:
                stages["leader"] += 1
            elif "volunteer" in modes:
                stages["volunteering"] += 1
            elif modes & {"experiential", "philanthropic"}:
                stages["participant"] += 1
            else:
                stages["interested" if modes else "known"] += 1
        for stage, count in stages.items():
            value = self._values("stage", stage)["FOL-16"]
            self.assertEqual(value.value, count, stage)
            self.assertTrue(value.label)

    def test_funds(self):
        received = {}
        for gifts in self.given.values():
            for year, _date, gift_type, amount in gifts:
                if year == YEAR and gift_type == self.money:
                    received[gift_type] = received.get(gift_type, 0) + amount
        self.assertEqual(self._values()["GIV-03"].value, sum(received.values()))
        by_type = self._values("gift_type", str(self.money.id))
        self.assertEqual(by_type["GIV-03"].value, received[self.money])
        person = self.people[1]
        self._gift(
            person, "2026-01-01", amount=500, state="pledged", pledge_date="2024-02-01"
        )
        self._gift(person, "2024-02-02", amount=70, pledge_date="2023-02-01")
        self._gift(
            person, "2024-02-02", amount=9, state="cancelled", pledge_date="2024-02-01"
        )
        self.period._refresh_values(force=True)
        values = self._values()
        self.assertEqual(values["GIV-03"].value, sum(received.values()) + 70)
        self.assertEqual(values["GIV-04"].value, sum(received.values()) + 500)

    def test_classes_of_donors(self):
        """Fifths of the donors of the year by last date, number and amount of five
        years; who is equal is in one class."""
        donors = self._totals(YEAR, lambda person: True)
        facts = {}
        for person in donors:
            gifts = [g for g in self.given[person] if g[1] > "2019-08-31"]
            facts[person] = (
                max(gift[1] for gift in gifts),
                len(gifts),
                sum(gift[3] for gift in gifts),
            )
        classes = {}
        for person in donors:
            fifths = []
            for position in range(3):
                own = facts[person][position]
                below = sum(fact[position] <= own for fact in facts.values())
                fifths.append(-(-5 * below // len(facts)))
            key = "".join(map(str, fifths))
            classes[key] = classes.get(key, 0) + 1
        values = self.env["alumni.indicator.value"].search(
            [
                ("period_id", "=", self.period.id),
                ("code", "=", "FOL-05"),
                ("breakdown", "=", "rfm"),
            ]
        )
        self.assertEqual({value.key: value.value for value in values}, classes)
        self.assertEqual(values.mapped("label"), sorted(classes, reverse=True))

    def _enter(self, measure, amount):
        self.env["alumni.measure.entry"].create(
            {
                "measure_id": self.env.ref(f"alumni_kpi.measure_{measure}").id,
                "period_id": self.period.id,
                "amount": amount,
                "evidence": "A letter",
            }
        )

    def test_entered_figures(self):
        first = [
            p
            for p in self._totals(YEAR, lambda person: True)
            if not self._before(p, YEAR)
        ]
        self.assertEqual(self._values()["GIV-10"].missing_reason, "no_entry")
        self._enter("acquisition_cost", 900)
        self._enter("apprenticeship_tax", 1200)
        self._enter("legacies", 4)
        self.period._refresh_values()
        values = self._values()
        self.assertAlmostEqual(values["ROI-05"].value, 900 / len(first), 6)
        self.assertEqual(values["GIV-09"].value, 4)
        self.assertEqual(values["GIV-10"].value, 1200)
        self.assertEqual(values["GIV-10"].state, "entered")

    def test_cost_per_donor(self):
        raising = self.env["alumni.programme"].create(
            {"name": "Annual fund", "programme_type": "fundraising"}
        )
        for programme, amount in ((raising, 600), (self.learning, 300)):
            line = self.env["alumni.cost.line"].create(
                {
                    "name": "Letters",
                    "programme_id": programme.id,
                    "date": "2024-02-02",
                    "amount": amount,
                }
            )
            line.action_validate()
        self._settle()
        self.period._refresh_values()
        donors = len(self._totals(YEAR, lambda person: True))
        values = self._values()
        self.assertAlmostEqual(values["ROI-04"].value, 600 / donors, 6)
        self.assertAlmostEqual(values["ROI-04 total"].value, 900 / donors, 6)

    def test_expectations(self):
        """One of two people asked told what was expected."""
        question = self.env["survey.question"].create(
            {
                "survey_id": self.survey.id,
                "title": "What do you expect?",
                "question_type": "text_box",
                "alumni_measure": "expectation",
                "alumni_question_kind": "qualitative",
            }
        )
        period = self._period(2026)
        ann, bob = self.people[1], self.people[2]
        answers = [
            self._answer(person, end_datetime="2026-03-01 10:00:00")
            for person in (ann, bob)
        ]
        self.env["survey.user_input.line"].create(
            {
                "user_input_id": answers[0].id,
                "question_id": question.id,
                "answer_type": "text_box",
                "value_text_box": "To meet others",
            }
        )
        self._settle()
        period._refresh_values(force=True)
        value = self.env["alumni.indicator.value"].search(
            [
                ("period_id", "=", period.id),
                ("code", "=", "FOL-19"),
                ("breakdown", "=", "total"),
            ]
        )
        self.assertEqual((value.numerator, value.denominator), (1, 2))

    def test_benchmark_files_and_peers(self):
        self.assertEqual(self._values()["BMK-08"].missing_reason, "no_records")
        export = self.env["alumni.benchmark.export"].create({"name": "Peers"})
        self.env["alumni.benchmark.run"].create(
            [
                {
                    "export_id": export.id,
                    "state": state,
                    "date": date,
                    "cell_count": cells,
                    "hidden_count": hidden,
                }
                for state, date, cells, hidden in (
                    ("done", "2024-03-01 10:00:00", 100, 20),
                    ("done", "2024-04-01 10:00:00", 60, 12),
                    ("failed", "2024-05-01 10:00:00", 0, 0),
                    ("done", "2024-10-01 10:00:00", 50, 50),
                )
            ]
        )
        self.env["alumni.peer.median"].create(
            [
                {
                    "indicator_id": self.env.ref(f"alumni_kpi.indicator_{code}").id,
                    "year": 2024,
                    "median": 20,
                    "institution_count": count,
                    "evidence": "A report",
                }
                for code, count in (("eng_15", 6), ("eng_16", 9))
            ]
        )
        self.period._refresh_values()
        values = self._values()
        self.assertEqual(values["BMK-08"].value, 20)
        self.assertEqual(values["BMK-06"].value, 7.5)

    def test_first_gifts(self):
        years = [
            (self._date(first) - p.alumni_first_award_date).days / 365.25
            for p in self._totals(YEAR, lambda person: True)
            if not self._before(p, YEAR)
            for first in [min(g[1] for g in self.given[p] if g[0] == YEAR)]
        ]
        self.assertTrue(years)
        self.assertAlmostEqual(self._values()["ROI-17"].value, median(years), 4)

    def test_new_graduates(self):
        users = self.env["res.users"]
        people = [self._alumnus(award="2024-07-01") for _ in range(3)]
        for person, created in zip(people, ("2024-10-01", "2025-02-01"), strict=False):
            user = users.create(
                {
                    "login": person.email,
                    "partner_id": person.id,
                    "group_ids": [(4, self.env.ref("base.group_portal").id)],
                }
            )
            self.env["res.users.log"].with_user(user).sudo().create({})
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE res_users SET create_date = %s WHERE id = %s",
                [created, user.id],
            )
        self._settle()
        self.period._refresh_values(force=True)
        value = self._values()["FOL-17"]
        self.assertEqual((value.numerator, value.denominator), (1, 3))

    def test_reliability(self):
        """Three registrations and more within 24 months; cancelled ones are none."""
        ann, bob = self.people[1], self.people[2]
        for number, (date, state) in enumerate(
            [("2024-01-01", "done"), ("2023-05-05", "open"), ("2022-10-01", "done")]
        ):
            event = self.event.copy(
                {
                    "name": f"Event {number}",
                    "date_begin": f"{date} 10:00:00",
                    "date_end": f"{date} 12:00:00",
                }
            )
            self._attendance(ann, event, state)
            self._attendance(bob, event, "cancel" if number else "done")
        self.period._refresh_values(force=True)
        value = self._values()["FOL-12"]
        self.assertEqual((value.numerator, value.denominator), (2, 3))

    def test_first_period_compares_with_nothing(self):
        first = self.env["alumni.period"].search(
            [("company_id", "=", self.company.id)], order="year", limit=1
        )
        first._refresh_values(force=True)
        for code in ("ENG-26", "ENG-27", "ENG-28", "ENG-29", "GIV-05"):
            value = self.env["alumni.indicator.value"].search(
                [
                    ("period_id", "=", first.id),
                    ("code", "=", code),
                    ("breakdown", "=", "total"),
                ],
                limit=1,
            )
            self.assertEqual(value.missing_reason, "no_previous", code)

    def test_medians_are_not_added_up(self):
        values = self.env["alumni.indicator.value"].search(
            [
                ("period_id", "=", self.period.id),
                ("code", "=", "GIV-07"),
                ("breakdown", "=", "generation"),
            ]
        )
        self.assertGreater(len(values), 1)
        [[whole]] = values._read_group([("id", "in", values.ids)], [], ["value:sum"])
        self.assertFalse(whole)

    def test_median_of_nobody_is_unknown(self):
        period = self._period(2018)
        period._refresh_values(force=True)
        values = self.env["alumni.indicator.value"].search(
            [("period_id", "=", period.id), ("breakdown", "=", "total")]
        )
        found = {value.code: value for value in values}
        self.assertTrue(found["ENG-03"].value, "there are people")
        self.assertEqual(found["GIV-01"].value, 0)
        self.assertEqual(found["GIV-01"].state, "computed")
        for code in ("GIV-07", "GIV-08", "FOL-04", "ROI-17"):
            self.assertEqual(found[code].missing_reason, "no_records", code)

    def test_people_behind(self):
        for code in (
            *("ENG-25", "ENG-27", "ENG-28", "ENG-29", "FOL-07", "GIV-01", "GIV-02"),
            *("GIV-05", "GIV-05 new", "LDR-02", "PRO-01"),
        ):
            value = self._values()[code]
            action = value.action_open_people()
            count = self.env[action["res_model"]].search_count(action["domain"])
            self.assertEqual(count, value.numerator, code)
        learners = self._values()["LRN-01"].action_open_people()
        acts = self.env[learners["res_model"]].search(learners["domain"])
        self.assertEqual(set(acts.mapped("programme_id")), {self.learning})
