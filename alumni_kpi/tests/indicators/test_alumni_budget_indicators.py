from odoo.tests import tagged

from .common import IndicatorCommon


@tagged("post_install", "-at_install")
class TestBudgetIndicators(IndicatorCommon):
    """Costs set against staff, budgets and funds, worked out by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann, cls.bob = (cls._alumnus() for _ in range(2))
        cls.campaign = cls.env["alumni.programme"].create(
            {"name": "Campaign", "programme_type": "fundraising"}
        )

    def _records(self):
        self._gift(self.ann, amount=300)
        for person, state in ((self.ann, "done"), (self.bob, "cancel")):
            seat = self._attendance(person, state=state)
            self.env.cr.execute(
                "UPDATE event_registration SET create_date = '2023-01-01'"
                " WHERE id = %s",
                [seat.id],
            )
        self._cost(250)
        self._cost(100, nature="labour", hours=10, rate=10)
        self._cost(50, event_id=False, programme_id=self.campaign.id, date="2024-02-01")
        # Of the period before.
        self._cost(
            200, event_id=False, programme_id=self.programme.id, date="2023-02-01"
        )

    def test_nothing_entered_is_unknown(self):
        self._records()
        codes = ("CST-02", "CST-09", "CST-12", "CST-13", "CST-14", "CST-15", "CST-17")
        self.assertValues(dict.fromkeys(codes, "no_entry"))

    def test_nothing_recorded_is_unknown(self):
        self._gift(self.ann, amount=300)
        codes = ("CST-03", "CST-16", "ROI-01", "ROI-02", "ROI-03")
        self.assertValues(dict.fromkeys(codes, "no_records"))

    def test_values(self):
        self._records()
        for measure, amount in {
            "fte": 2.5,
            "operating_budget": 40000,
            "earned_revenue": 600,
            "promotion_cost": 30,
        }.items():
            self._enter(measure, amount)
        self.assertValues(
            {
                "CST-02": 2.5,
                "CST-03": 100 * 100 / 400,
                "CST-09": 30 / 2,
                "CST-12": 2 / 2.5,
                "CST-13": 2 / 2.5 / 2,
                "CST-14": 10000 * 2.5 / 2,
                # more was earned than spent
                "CST-15": 100 * 600 / 400,
                "CST-17": 100 * 400 / 40000,
                "ROI-01": 50 / 300,
                "ROI-02": 300 / 50,
                "ROI-03": 100 * (300 - 50) / 50,
            }
            | {"CST-13": 1 / 2.5}
        )
        self.assertValues({"CST-03": 100 * 100 / 350}, "programme", self.programme)
        lines = self.env["alumni.cost.line"].search([])
        self.assertOpens(
            lines.filtered(lambda line: line.category == "labour_paid"), "CST-03"
        )
        self.assertOpens(
            lines.filtered(lambda line: line.programme_id == self.campaign), "ROI-01"
        )

    def test_budgets_of_programmes_that_end(self):
        self._records()
        self.programme.budget_amount = 500
        self.campaign.write({"budget_amount": 100, "date_end": "2024-09-01"})
        self.assertValues({"CST-16": "no_records"})
        self.programme.date_end = "2024-08-31"
        # 250, 100 and the 200 of the period before
        self.assertValues({"CST-16": 100 * (550 - 500) / 500})
        self.campaign.date_end = "2024-08-31"
        self.assertValues({"CST-16": 0})
        self.assertValues({"CST-16": 10}, "programme", self.programme)
        self.assertValues({"CST-16": -50}, "programme", self.campaign)
        self.assertOpens(self.programme + self.campaign, "CST-16")

    def test_recovered(self):
        """Cost per person who can be contacted again; who is new was not lost."""
        lost = self._alumnus(email=False)
        self._alumnus(email=False)
        self._settle()
        self.before._close()
        self._alumnus(award="2024-07-01")
        lost.email = "found@example.org"
        self.assertValues({"CST-11": "no_entry"})
        self._enter("search_cost", 120)
        self.assertValues({"CST-11": 120})
