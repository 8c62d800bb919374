from odoo.tests import tagged

from ..reports.common import ActionCommon


@tagged("post_install", "-at_install")
class TestCostIndicators(ActionCommon):
    """Each indicator of cost and return, worked out by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.period = cls._period(2024)
        cls.other_programme = cls.env["alumni.programme"].create({"name": "Reunions"})
        cls.ann, cls.bob, cls.cid = (cls._alumnus() for _ in range(3))
        in_kind = cls._gift_type("in_kind", "philanthropic", "amount")
        cls._attendance(cls.ann)
        cls._attendance(cls.bob)
        cls._attendance(cls.cid, state="open")
        cls.jury = cls._participation(cls.ann, "jury", "2024-03-01", hours=5)
        cls._gift(cls.ann, "2024-08-30", amount=300)  # 90 days after 1 June
        cls._gift(cls.bob, "2024-08-31", amount=50)  # 91 days
        cls._gift(cls.bob, "2024-01-01", in_kind, amount=80)
        # Next period: counts nowhere but after the event.
        cls._gift(cls.cid, "2024-09-15", amount=7)

    def _costs(self):
        self._cost(300)
        self._cost(150, payer="other", payer_name="Town")
        self._cost(100, nature="labour", hours=10, rate=10)
        self._cost(60, nature="labour", labour="volunteer", hours=3)
        self._cost(
            50, event_id=False, programme_id=self.other_programme.id, date="2024-02-01"
        )
        self._cost(1000, self.autumn)

    def _values(self, programme=None):
        self._settle()
        self.period._refresh_values()
        domain = [("period_id", "=", self.period.id)]
        if programme:
            domain += [("breakdown", "=", "programme"), ("key", "=", str(programme.id))]
        else:
            domain += [("breakdown", "=", "total")]
        return {
            value.code: value
            for value in self.env["alumni.indicator.value"].search(domain)
        }

    def test_values(self):
        self._costs()
        values = self._values()
        tc, contribution = 600, 350 + 80 + 100 + 60
        for code, expected in {
            "CST-01": tc,
            "CST-04": tc / 3,
            "CST-05": tc / 2,
            "CST-06": tc / 2,
            "CST-07": (tc - 150) / 3,
            "CST-08": 450 / 3,
            "ROI-08": 160,
            "ROI-10": 80,
            "ROI-11": contribution,
            "ROI-12": 100 * (350 - tc) / tc,
            "ROI-13": 100 * (contribution - tc) / tc,
            "ROI-14": 100 * (300 - 550) / 550,
            "ROI-16": 2 / 0.6,
        }.items():
            with self.subTest(code):
                self.assertAlmostEqual(values[code].value, expected, 2)
                self.assertTrue(values[code].display_value)
                self.assertEqual(
                    values[code].indicator_id.theme,
                    code[:3] == "CST" and "cost" or "return",
                )

    def test_by_programme(self):
        self._costs()
        values = self._values(self.other_programme)
        self.assertEqual(values["CST-01"].value, 50)
        self.assertEqual(values["CST-06"].missing_reason, "empty")
        values = self._values(self.programme)
        self.assertEqual(values["CST-01"].value, 550)
        self.assertEqual(values["CST-06"].value, 275)
        self.assertEqual(values["ROI-08"].value, 160)
        self.assertEqual(values["ROI-12"].value, -100)

    def test_no_cost_is_unknown_and_not_nothing(self):
        values = self._values()
        for code in ("CST-01", "CST-04", "CST-06", "CST-08", "ROI-12", "ROI-14"):
            self.assertEqual(values[code].missing_reason, "no_records", code)
        self.assertEqual(values["ROI-08"].value, 100)

    def test_values_follow_costs_and_rates(self):
        self._costs()
        self._values()
        self._cost(1)
        self.assertEqual(self._values()["CST-01"].value, 601)
        self.env["alumni.hourly.rate"].create(
            {
                "labour": "volunteer",
                "role": "jury",
                "rate": 30,
                "date_from": "2000-01-01",
            }
        )
        # Hours keep the rate at which they were validated.
        self.assertEqual(self._values()["ROI-08"].value, 160)
        self.jury.action_report_hours()
        self.assertEqual(self._values()["ROI-08"].value, 60)
        self.jury.action_validate_hours()
        self.assertEqual(self._values()["ROI-08"].value, 210)

    def test_gifts_of_time_follow_the_rates(self):
        self._gift(self.cid, "2024-02-01", self.time, hours=2)
        self.assertEqual(self._values()["ROI-08"].value, 140)
        self.env["alumni.hourly.rate"].create(
            {"labour": "volunteer", "rate": 30, "date_from": "2024-01-31"}
        )
        self.assertEqual(self._values()["ROI-08"].value, 160)

    def test_hours_valued_again_once_there_is_a_rate(self):
        early = self._participation(self.cid, "jury", "2023-10-01", hours=4)
        early.action_report_hours()
        rate = self.env["alumni.hourly.rate"].search([])
        self.jury.action_report_hours()
        rate.date_from = "2024-01-01"
        (early | self.jury).action_validate_hours()
        self.assertEqual(self._values()["ROI-08"].value, 100)
        self.env["alumni.hourly.rate"].create(
            {"labour": "volunteer", "rate": 10, "date_from": "2000-01-01"}
        )
        self.assertEqual(self._values()["ROI-08"].value, 100)
        early.action_validate_hours()
        self.assertEqual(self._values()["ROI-08"].value, 140)

    def test_records_behind_a_value(self):
        self._costs()
        values = self._values()
        action = values["CST-01"].action_open_people()
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(sum(lines.mapped("cost_amount")), 600)
        for code, total in (("ROI-10", 80), ("ROI-11", 430)):
            action = values[code].action_open_people()
            acts = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(sum(acts.mapped("amount")), total)
        action = values["ROI-08"].action_open_people()
        acts = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(sum(acts.mapped("hours")), 5)
        action = values["ROI-14"].action_open_people()
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(sum(lines.mapped("cost_amount")), 550)
