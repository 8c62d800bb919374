import json
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..common import AlumniKpiCommon


@tagged("post_install", "-at_install")
class TestAlumniNetworkingIndicators(AlumniKpiCommon):
    """NET-01 to NET-05 of the period from 1 September 2023 to 31 August 2024, counted
    by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.period = cls._period(2024)
        cls.other_programme = cls.env["alumni.programme"].create({"name": "Other"})

    @classmethod
    def _mentor(cls, person, **values):
        return cls.env["alumni.mentor"].create(
            {
                "partner_id": person.id,
                "programme_id": cls.programme.id,
                "date_start": "2020-01-01",
                "capacity": 5,
                **values,
            }
        )

    @classmethod
    def _request(cls, person, date, **values):
        return cls.env["alumni.mentoring.request"].create(
            {
                "partner_id": person.id,
                "programme_id": cls.programme.id,
                "date": date,
                **values,
            }
        )

    @classmethod
    def _pair(cls, mentor, request, agreed, start, end=None, **sessions):
        """A pair with its sessions, day by status."""
        pair = cls.env["alumni.mentoring.pair"].create(
            {
                "mentor_id": mentor.id,
                "request_id": request.id,
                "date_proposed": request.date,
                "date_agreed": agreed,
                "date_start": start,
                "state": "active",
                "session_ids": [
                    fields.Command.create({"date": day, "state": state})
                    for state, days in sessions.items()
                    for day in days
                ],
            }
        )
        if end:
            pair.write(
                {
                    "state": "ended",
                    "date_end": end,
                    "end_reason": "completed",
                    "result": "reached",
                }
            )
        return pair

    def _mentoring(self):
        one, two, three, four, five, six = (
            self._alumnus(school=school)
            for school in (self.law, self.arts, *[self.law] * 4)
        )
        mentor_1, mentor_2 = self._mentor(one), self._mentor(two)
        self._mentor(one, programme_id=self.other_programme.id)
        self._mentor(three)
        self._mentor(four, date_end="2023-08-31")
        mentor_5 = self._mentor(five, date_end="2023-08-31")
        self._mentor(six, date_start="2024-09-01")
        law_1, law_2 = self._alumnus(), self._alumnus()
        arts = self._alumnus(school=self.arts)
        student, *others = (
            self._person(f"Student Number{i}", email=False) for i in range(4)
        )
        # 60 days before the last day of the period; matched on the 30th day
        self._pair(
            mentor_1,
            self._request(law_1, "2023-09-01"),
            "2023-10-01",
            "2024-01-10",
            held=["2024-07-02"],
            missed=["2024-05-01"],
        )
        # 61 days before it, and after it; matched on the 31st day
        self._pair(
            mentor_1,
            self._request(law_2, "2023-10-01"),
            "2023-11-01",
            "2024-02-01",
            held=["2024-07-01", "2024-09-05"],
            cancelled=["2024-06-01"],
        )
        self._pair(
            mentor_2,
            self._request(arts, "2024-02-01"),
            "2024-02-10",
            "2024-03-01",
            "2024-08-31",
            held=["2024-08-15"],
        )
        self._pair(
            mentor_2,
            self._request(student, "2024-02-01"),
            "2024-03-01",
            "2024-03-01",
            "2024-08-30",
            held=["2024-08-20"],
        )
        # begun before the period and ended in it
        self._pair(
            mentor_5,
            self._request(others[0], "2023-05-01"),
            "2023-05-20",
            "2023-06-01",
            "2023-10-15",
        )
        self._request(others[1], "2024-08-31").action_withdraw()
        self._request(others[2], "2023-08-31")

    def _offers(self):
        law, arts = self._alumnus(), self._alumnus(school=self.arts)
        self._opportunity(law)
        self._opportunity(
            law, "2024-05-01", opportunity_type="internship", closing="withdrawn"
        )
        self._opportunity(
            arts,
            "2024-08-31",
            opportunity_type="thesis",
            programme_id=self.programme.id,
        )
        self._opportunity(arts, False)
        self._opportunity(law, "2024-09-01")
        self._opportunity(self._person("No Graduate"))

    def _values(self, breakdown="total", key=""):
        self._settle()
        self.period._refresh_values()
        values = self.env["alumni.indicator.value"].search(
            [
                ("period_id", "=", self.period.id),
                ("code", "=like", "NET-0%"),
                ("breakdown", "=", breakdown),
                ("key", "=", str(key)),
            ]
        )
        return {value.code: value for value in values}

    def _numbers(self, *place):
        return {
            code: (value.numerator, value.denominator)
            for code, value in self._values(*place).items()
            if not value.missing_reason
        }

    def test_values(self):
        self._mentoring()
        self._offers()
        self.assertEqual(
            self._numbers(),
            {
                "NET-01": (2, 3),
                "NET-02": (3, 5),
                "NET-03": (4, 6),
                "NET-04": (3, 4),
                "NET-05": (3, 0),
            },
        )
        values = self._values()
        for code, expected in {
            "NET-01": 66.67,
            "NET-02": 60,
            "NET-03": 66.67,
            "NET-04": 75,
            "NET-05": 3,
        }.items():
            self.assertAlmostEqual(values[code].value, expected, 2)

    def test_by_school(self):
        self._mentoring()
        self._offers()
        self.assertEqual(
            self._numbers("school", self.law.id),
            {
                "NET-01": (1, 2),
                "NET-02": (1, 2),
                "NET-03": (2, 4),
                "NET-04": (2, 3),
                "NET-05": (2, 0),
            },
        )
        self.assertEqual(
            self._numbers("school", self.arts.id),
            {
                "NET-01": (1, 1),
                "NET-02": (1, 1),
                "NET-03": (1, 1),
                "NET-04": (1, 1),
                "NET-05": (1, 0),
            },
        )
        # A student and one who withdrew have no school.
        nobody = self._numbers("school", "none")
        self.assertEqual((nobody["NET-02"], nobody["NET-03"]), ((1, 2), (1, 1)))

    def test_by_programme_and_kind(self):
        self._mentoring()
        self._offers()
        self.assertEqual(
            self._numbers("programme", self.programme.id),
            {
                "NET-01": (2, 3),
                "NET-02": (3, 5),
                "NET-03": (4, 6),
                "NET-04": (3, 4),
                "NET-05": (1, 0),
            },
        )
        self.assertEqual(
            self._numbers("programme", self.other_programme.id), {"NET-04": (0, 1)}
        )
        for kind, label in (
            ("job", "Offer posted: Job"),
            ("internship", "Offer posted: Internship"),
            ("thesis", "Offer posted: Thesis"),
        ):
            [value] = self._values("kind", f"opportunity_{kind}").values()
            self.assertEqual((value.value, value.label), (1, label))

    def test_nothing_recorded_is_unknown(self):
        self._alumnus()
        for code, value in self._values().items():
            if code <= "NET-05":
                self.assertEqual(value.missing_reason, "no_records", code)

    def test_records_behind_a_value(self):
        self._mentoring()
        self._offers()
        values = self._values()
        for code, models, number in (
            ("NET-01", "alumni.mentoring.pair", 2),
            ("NET-02", "alumni.mentoring.request", 3),
            ("NET-03", "alumni.mentoring.session", 4),
            ("NET-04", "alumni.mentor", 3),
            ("NET-05", "alumni.opportunity", 3),
        ):
            action = values[code].action_open_people()
            self.assertEqual(action["res_model"], models)
            json.dumps(action["domain"], default=fields.Date.to_string)
            found = self.env[models].search(action["domain"])
            self.assertEqual(len(found), number, code)
        for code, number in {
            "NET-01": 3,
            "NET-02": 5,
            "NET-03": 6,
            "NET-04": 5,
        }.items():
            measure = values[code].indicator_id.denominator_id
            source = self.env["alumni.measure"]._source_model(measure.source)
            domain = source._measure_domain(measure.column, self.period)
            self.assertEqual(source.search_count(domain), number, code)

    def test_follows_the_records(self):
        self._mentoring()
        self._numbers()
        pair = self.env["alumni.mentoring.pair"].search([("state", "=", "active")])
        self.env["alumni.mentoring.session"].create(
            {"pair_id": pair[0].id, "date": "2024-08-25", "state": "held"}
        )
        pair[1].session_ids.filtered(lambda s: s.state == "held").action_miss()
        self.assertEqual(self._numbers()["NET-03"], (4, 7))
        merged = self._alumnus()
        mentor = pair[0].mentor_partner_id
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (mentor | merged).ids, merged
        )
        self.assertEqual(self._numbers()["NET-04"], (3, 4))

    def test_other_institution(self):
        self._mentoring()
        before = self._numbers()
        far = self.env["alumni.programme"].create(
            {"name": "Far", "company_id": self.other_company.id}
        )
        self._mentor(self._alumnus(), programme_id=far.id)
        self._request(self._alumnus(), "2024-03-01", programme_id=far.id)
        self._opportunity(self._alumnus(), company_id=self.other_company.id)
        self.assertEqual(self._numbers(), before)

    def test_a_period_under_way_is_counted_each_day(self):
        today = fields.Date.today()
        periods = self.env["alumni.period"]
        current = periods._ensure_for_years(self.company, today.year, today.year + 1)
        current = current.filtered(lambda p: p.date_start <= today <= p.date_end)
        past = self.period
        (current | past)._refresh_values(force=True)
        self.assertFalse((current | past)._refresh_values())
        for period in current | past:
            period.values_date = period.values_date - timedelta(days=1)
        self.assertEqual((current | past)._refresh_values(), current)
