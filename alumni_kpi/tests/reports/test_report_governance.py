from freezegun import freeze_time
from lxml import html

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...models.reports import svg
from .common import ActionCommon

REPORT = "alumni_kpi.report_governance"


@tagged("post_install", "-at_install")
class TestReportGovernance(ActionCommon):
    """The page says what the values say, in the language of its reader."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["ir.module.module"]._load_module_terms(
            ["alumni_relations", "alumni_kpi"], ["fr_FR"]
        )
        cls.period, cls.before = cls._period(2024), cls._period(2023)
        people = [cls._alumnus() for _ in range(20)]
        for person in people[:5]:
            cls._gift(person, amount=300)
        cls._participation(people[5], "mentor", hours=10)
        cls._gift(people[6], "2023-03-01", amount=10)
        cls._cost(1000)
        cls.indicator = cls.env["alumni.indicator"].search(
            [("code", "=", "ENG-15")], limit=1
        )
        cls.env["alumni.target"].create(
            {
                "indicator_id": cls.indicator.id,
                "period_id": cls.period.id,
                "expected": 25,
            }
        )
        cls.env["alumni.objective"].create(
            [
                {
                    "name": name,
                    "level": "strategic",
                    "date_start": "2023-09-01",
                    "date_end": "2024-08-31",
                    "expected": 10,
                    "actual": actual,
                    "result_date": actual and "2024-08-31",
                    "weight": weight,
                }
                for name, actual, weight in (
                    ("Ties", 12, 3),
                    ("Doors", 5, 0.5),
                    ("Talks", 0, 0.5),
                )
            ]
        )
        cls._settle()

    def _page(self, user=None, lang="en_US", periods=None):
        """The text of the printed page, its blanks made one."""
        report = self.env["ir.actions.report"].with_user(user or self.analyst)
        with freeze_time("2024-11-01"):
            content, kind = report.with_context(lang=lang)._render_qweb_html(
                REPORT, (periods or self.period).ids
            )
        self.assertEqual(kind, "html")
        self.tree = html.fromstring(content)
        for style in self.tree.xpath("//style|//head"):
            style.drop_tree()
        return " ".join(self.tree.text_content().split())

    def test_three_answers(self):
        """20 graduates; 5 gave 300, one mentored 10 hours at 20; 1,000 were spent."""
        page = self._page()
        for sentence in (
            "6 of 20 graduates who can be contacted did something with the "
            "university: 30.0%.",
            "1,000 $ in all, volunteer hours left out: 166.67 $ for each engaged "
            "graduate.",
            "Graduates contributed 1,700 $ in money, in kind and in time. Return on "
            "what was spent: 50.0% in cash, 70.0% with the value of their time.",
            "Complete, not closed yet.",
            "Engagement rate ENG-15 30.0% 5.0% 6 of 20",
            "Legally contactable alumni on the last day",
        ):
            self.assertIn(sentence, page.replace("US$", "$"))

    def test_in_french(self):
        page = self._page(lang="fr_FR")
        for sentence in (
            "6 des 20 diplômés contactables ont fait quelque chose avec "
            "l'université : 30,0 %.",
            "Les diplômés s'engagent-ils ?",
            "Qu'est-ce que cela coûte ?",
            "Qu'est-ce que cela apporte ?",
            "1 des 3 objectifs stratégiques atteints, 75,0 % de leur poids",
            "Terminé, pas encore clos.",
            "moins de 10 personnes",
        ):
            self.assertIn(sentence, page)

    def test_what_was_wanted(self):
        page = self._page()
        self.assertIn("Engagement rate 25.0% 30.0% ● Met ▲ better", page)
        self.assertIn("1 of 3 strategic objectives met, 75.0% of their weight", page)
        self.assertIn(
            "● Ties 120.0% of the way ○ Doors 50.0% of the way ○ Talks no result yet",
            page,
        )

    def test_charts_say_their_numbers(self):
        self._page()
        charts = self.tree.xpath("//svg")
        self.assertEqual(len(charts), 3)
        line = " ".join(charts[0].itertext())
        for said in ("2022-2023", "5.0%", "n = 20", "2023-2024", "30.0%"):
            self.assertIn(said, line)
        money = " ".join(charts[2].itertext()).replace("US$", "$")
        for said in ("Cost 1,000 $", "Money 1,500 $", "Time 200 $"):
            self.assertIn(said, money)

    def test_few_people(self):
        """A rate of fewer than ten people is not said."""
        self.env["alumni.education"].search([])[8:].unlink()
        self._settle()
        self.assertIn("fewer than 10 people", self._page())

    def test_closed_stays(self):
        (self.before | self.period)._close()
        before = self._page()
        self.assertIn("Closed: these figures no longer change.", before)
        self._gift(self._alumnus(), amount=50)
        self._settle()
        self.assertEqual(self._page(), before)

    def test_empty_period(self):
        page = self._page(periods=self._period(2011))
        self.assertIn("No cost is recorded for this period.", page)
        self.assertIn("No targets were set for this period.", page)

    def test_which_period_is_printed(self):
        report = self.env["report.alumni_kpi.report_governance"]
        with freeze_time("2024-11-01"):
            action = report.with_user(self.analyst).action_print()
        self.assertEqual(action["report_name"], REPORT)
        self.assertEqual(action["context"]["active_ids"], self.period.ids)
        with freeze_time("1950-01-01"), self.assertRaises(UserError):
            report.with_user(self.analyst).action_print()

    def test_whoever_may_print_it_finds_it_in_the_menu(self):
        menu = self.env.ref("alumni_kpi.menu_alumni_governance")
        action = self.env.ref("alumni_kpi.report_governance_action_print")
        for user in (self.officer, self.manager, self.analyst):
            self.assertIn(menu.id, menu.with_user(user)._visible_menu_ids())
            with freeze_time("2024-11-01"):
                page = action.with_user(user).run()
            self.assertEqual(page["report_name"], REPORT)

    def test_who_may_print_it(self):
        for user in (self.officer, self.manager, self.analyst):
            self.assertIn("30.0%", self._page(user))
        for user in (self.other_officer, self.portal, self.public):
            with self.assertRaises(AccessError):
                self._page(user)

    def test_names_are_no_markup(self):
        chart = svg.bar_chart("<b>", [("<script>", 3, "3 & 4")])
        self.assertNotIn("<script>", chart)
        self.assertIn("&lt;script&gt;", chart)
        self.assertIn("3 &amp; 4", chart)

    def test_line_with_a_gap(self):
        chart = html.fromstring(
            svg.line_chart(
                "Rate", [("a", "", 1, "1"), ("b", "", None, ""), ("c", "", 2, "2")]
            )
        )
        self.assertEqual(len(chart.xpath("//circle")), 2)
        # the floor, and no line over the gap
        self.assertEqual(len(chart.xpath("//line")), 1)
