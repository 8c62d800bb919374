from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import ActionCommon


@tagged("post_install", "-at_install")
class TestAlumniDirector(ActionCommon):
    """The page of the director says what the figures, targets and objectives of a
    period say, and everything on it opens what it is made of."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.period, cls.before = cls._period(2024), cls._period(2023)
        people = [cls._alumnus() for _ in range(20)]
        for person in people[:5]:
            cls._gift(person, amount=300)
        cls._attendance(people[6])
        cls._gift(people[7], "2023-03-01", amount=10)
        cls._cost(1000)
        cls.indicator = cls.env["alumni.indicator"].search(
            [("code", "=", "ENG-15")], limit=1
        )
        cls.target = cls.env["alumni.target"].create(
            {
                "indicator_id": cls.indicator.id,
                "period_id": cls.period.id,
                "expected": 25,
            }
        )
        cls.objective = cls.env["alumni.objective"].create(
            {
                "name": "Ties",
                "level": "strategic",
                "date_start": "2023-09-01",
                "date_end": "2024-08-31",
                "expected": 10,
            }
        )
        cls._settle()

    def _page(self, user=None, period=None, **context):
        director = self.env["alumni.director"].with_user(user or self.analyst)
        with freeze_time("2024-11-01"):
            return director.with_context(**context).read_page(period and period.id)

    def _figures(self, page, question):
        [answer] = (one for one in page["answers"] if one["id"] == question)
        return {figure["code"]: figure for figure in answer["figures"]}

    def test_figures_open_what_they_are_made_of(self):
        """6 of 20 did something, 1 of 20 the year before; 1,000 were spent."""
        page = self._page()
        self.assertEqual(page["period_id"], self.period.id)
        rate = self._figures(page, "engagement")["ENG-15"]
        self.assertEqual(
            [rate[name] for name in ("shown", "before", "behind", "trend")],
            ["30.0%", "5.0%", "6 of 20", "▲ better"],
        )
        value = self.env["alumni.indicator.value"].browse(rate["id"])
        self.assertEqual(value.indicator_id, self.indicator)
        self.assertEqual(value.period_id, self.period)
        self.assertEqual(self._figures(page, "cost")["CST-01"]["shown"], "1,000")

    def test_every_chart_has_its_numbers(self):
        page = self._page()
        charts = [chart for answer in page["answers"] for chart in answer["charts"]]
        self.assertEqual(len(charts), 3)
        for chart, number in zip(charts, (20, 20, 6), strict=True):
            shown = chart["title"] + chart["svg"]
            self.assertIn("2023-2024", shown)
            self.assertIn(f"n = {number}", shown)
            self.assertIn("<svg", chart["svg"])

    def test_targets_and_objectives(self):
        page = self._page()
        [target] = page["targets"]
        self.assertEqual(target["id"], self.target.id)
        self.assertEqual((target["expected"], target["actual"]), ("25.0%", "30.0%"))
        self.assertEqual((target["sign"], target["word"]), ("●", "Met"))
        self.assertEqual(
            page["objectives"]["said"], "1 strategic objectives, none has a result yet"
        )
        self.objective.write({"actual": 12, "result_date": "2024-08-31"})
        page = self._page()
        self.assertEqual(
            page["objectives"]["said"],
            "1 of 1 strategic objectives met, 100.0% of their weight",
        )
        self.assertEqual(page["objectives"]["lines"][0]["id"], self.objective.id)

    def test_programmes(self):
        """One participant of an event that cost 1,000."""
        [programme] = self._page()["programmes"]
        self.assertEqual(programme["id"], self.programme.id)
        self.assertIn("1,000.00", programme["cost"])
        self.assertEqual(programme["participants"], "1")
        self.assertEqual(programme["each"], programme["cost"])

    def test_headings_open_everything_behind_them(self):
        self._page()
        director = self.env["alumni.director"].with_user(self.officer)
        counts = {}
        for what in ("figures", "targets", "objectives", "programmes"):
            action = director.action_open(what, self.period.id)
            records = self.env[action["res_model"]].with_user(self.officer)
            counts[what] = records.search_count(action["domain"])
        self.assertEqual(counts["targets"], 1)
        self.assertEqual(counts["objectives"], 1)
        self.assertGreater(counts["figures"], 100)
        self.assertTrue(counts["programmes"])

    def test_another_period(self):
        page = self._page(period=self.before)
        self.assertEqual(page["period_id"], self.before.id)
        self.assertEqual(self._figures(page, "engagement")["ENG-15"]["shown"], "5.0%")
        self.assertEqual(page["status"], "Complete, not closed yet.")
        self.assertFalse(page["targets"])

    def test_closed_period(self):
        (self.before | self.period)._close()
        self.assertEqual(
            self._page()["status"], "Closed: these figures no longer change."
        )

    def test_period_of_another_institution(self):
        """Whoever asks for it gets the own one."""
        other = self._period(2024, self.other_company)
        self.assertEqual(self._page(period=other)["period_id"], self.period.id)
        with self.assertRaises(AccessError):
            self.env["alumni.director"].with_user(self.officer).action_open(
                "figures", other.id
            )

    def test_no_period(self):
        company = self.env["res.company"].create({"name": "New university"})
        company.flush_recordset()
        self.env["alumni.period"].search([("company_id", "=", company.id)]).unlink()
        self.manager.company_ids += company
        page = (
            self.env["alumni.director"]
            .with_user(self.manager)
            .with_company(company)
            .read_page()
        )
        self.assertEqual(page, {"periods": []})

    def test_names_are_no_markup(self):
        self.env["alumni.measure"].search([("code", "=", "philanthropic")]).name = "<b>"
        charts = self._page()["answers"][0]["charts"]
        self.assertNotIn("<b>", charts[1]["svg"])

    def test_who_may_read_it(self):
        for user in (self.officer, self.manager, self.analyst):
            self.assertTrue(self._page(user)["targets"])
        self.assertNotIn(
            self.period.id,
            [period["id"] for period in self._page(self.other_officer)["periods"]],
        )
        for user in (self.portal, self.public):
            with self.assertRaises(AccessError):
                self._page(user)

    def test_statements_do_not_grow(self):
        self._page()

        def count():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._page()
            return self.env.cr.sql_log_count - before

        few = count()
        for _ in range(30):
            self._attendance(self._alumnus())
        self._settle()
        self._page()
        self.assertLessEqual(count(), few)
