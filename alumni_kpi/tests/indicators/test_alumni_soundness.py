from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from ...models.closing import alumni_closing_run
from ...models.indicators.alumni_soundness import CHECKS
from ..common import AlumniKpiCommon


@tagged("post_install", "-at_install")
class TestAlumniSoundness(AlumniKpiCommon):
    """The report finds what is wrong, and the people for whom it is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.period = cls._period(2024)
        cls.ada, cls.bob = cls._alumnus(), cls._alumnus()
        cls.lost = cls._alumnus(email=False)
        for person in (cls.ada, cls.lost):
            cls._gift(person)
        cls._participation(cls.ada)
        cls._settle()

    def _check(self, code):
        self.env["alumni.soundness"].action_open()
        return self.env["alumni.soundness"].search(
            [("period_id", "=", self.period.id), ("check_code", "=", code)]
        )

    def _behind(self, check):
        action = check.action_open_people()
        return self.env[action["res_model"]].search(action["domain"]).partner_id

    def _break(self, statement, *args):
        self.env.cr.execute(SQL(statement, *args))
        self.env.invalidate_all()

    def test_sound(self):
        for code, _label in CHECKS:
            if code == "unreachable":
                continue
            check = self._check(code)
            self.assertEqual((check.state, check.found), ("passed", 0), code)
        self.assertEqual(self._check("nested").detail, "1 ≤ 2 ≤ 3 ≤ 3")
        self.assertEqual(self._check("counts").detail, "0 + 1 + 0 + 0 = 1")

    def test_engaged_but_not_contactable(self):
        check = self._check("unreachable")
        self.assertEqual((check.state, check.found), ("alert", 1))
        self.assertEqual(self._behind(check), self.lost)

    def test_broken_person_years(self):
        for code, column in (("nested", "contactable"), ("modes", "engaged")):
            with self.subTest(code), self.cr.savepoint() as savepoint:
                self._break(
                    "UPDATE alumni_person_year SET %s = 0 WHERE partner_id = %s",
                    SQL.identifier(column),
                    self.ada.id,
                )
                check = self._check(code)
                self.assertEqual((check.state, check.found), ("failed", 1))
                self.assertEqual(self._behind(check), self.ada)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_broken_counts(self):
        self._break(
            "UPDATE alumni_person_year SET modes_2 = 0 WHERE partner_id = %s",
            self.ada.id,
        )
        check = self._check("counts")
        self.assertEqual(check.state, "failed")
        self.assertEqual(self._behind(check), self.ada)

    def test_broken_cube(self):
        self._break(
            "UPDATE alumni_person_year_cube SET people = people + 1 WHERE id = ("
            "SELECT min(id) FROM alumni_person_year_cube WHERE period_id = %s)",
            self.period.id,
        )
        self.assertEqual(self._check("once").state, "failed")
        check = self._check("cube")
        self.assertEqual((check.state, check.found), ("failed", 1))
        self.assertTrue(self._behind(check))

    def test_cube_that_errs_in_a_sum(self):
        """Also where it says nothing of the number of people."""
        self._break(
            "UPDATE alumni_person_year_cube SET amount = amount + 0.01 WHERE id = ("
            "SELECT min(id) FROM alumni_person_year_cube WHERE period_id = %s)",
            self.period.id,
        )
        self.assertEqual(self._check("once").state, "passed")
        self.assertEqual(self._check("cube").state, "failed")

    def test_person_counted_twice(self):
        self._break(
            "INSERT INTO alumni_person_year (partner_id, period_id, company_id, people)"
            " VALUES (%s, %s, %s, 1)",
            self.ada.id,
            self.period.id,
            self.company.id,
        )
        check = self._check("once")
        self.assertEqual(check.state, "failed")
        self.assertIn(self.ada, self._behind(check))

    def test_broken_freeze(self):
        self.period.state = "closed"
        check = self._check("frozen")
        self.assertEqual(check.state, "passed")
        self.assertIn(self.period.closing_id.content_hash, check.detail)
        self._break("UPDATE alumni_person_year_cube SET engaged = engaged + 1")
        check = self._check("frozen")
        self.assertEqual((check.state, check.found), ("failed", 1))
        action = check.action_open_people()
        self.assertEqual(
            self.env[action["res_model"]].search(action["domain"]),
            self.period.closing_id,
        )

    def test_broken_value(self):
        for state in ("open", "closed"):
            with self.subTest(state), self.cr.savepoint() as savepoint:
                self.period._refresh_values()
                if state == "closed":
                    self.period._close()
                self._break(
                    "UPDATE alumni_indicator_value SET numerator = numerator + 1"
                    " WHERE period_id = %s AND indicator_id = %s"
                    " AND breakdown = 'total'",
                    self.period.id,
                    self.env.ref("alumni_kpi.indicator_eng_01").id,
                )
                check = self._check("values")
                self.assertEqual((check.state, check.found), ("failed", 1))
                action = check.action_open_people()
                self.assertEqual(
                    self.env[action["res_model"]].search(action["domain"]).code,
                    "ENG-01",
                )
                savepoint.rollback()
                self.env.invalidate_all()

    def test_funnel(self):
        self._attendance(self.ada)
        self._attendance(self.bob, state="open")
        self._settle()
        check = self._check("funnel")
        self.assertEqual(check.state, "passed")
        self._break(
            "UPDATE alumni_funnel SET registered = 0, walk_in = 0"
            " WHERE partner_id = %s",
            self.ada.id,
        )
        check = self._check("funnel")
        # a row that cannot be, and a cell that is not its sum
        self.assertEqual((check.state, check.found), ("failed", 2))
        self.assertIn(self.ada, self._behind(check))

    def test_cube_of_the_funnel(self):
        self._attendance(self.ada)
        self._settle()
        self.assertEqual(self._check("funnel").state, "passed")
        self._break("UPDATE alumni_funnel_cube SET attended = attended + 1")
        check = self._check("funnel")
        self.assertEqual((check.state, check.found), ("failed", 1))
        self.assertEqual(self._behind(check), self.ada)

    def test_costs(self):
        lines = self.env["alumni.cost.line"].create(
            [
                {
                    "name": name,
                    "date": "2024-02-01",
                    "programme_id": self.programme.id,
                    **values,
                }
                for name, values in {
                    "Room": {"amount": 10},
                    "Meal": {"amount": 20, "payer": "other", "payer_name": "Bank"},
                    "Work": {"nature": "labour", "hours": 2, "rate": 15},
                    "Help": {
                        "nature": "labour",
                        "labour": "volunteer",
                        "hours": 3,
                        "rate": 15,
                    },
                }.items()
            ]
        )
        lines.action_validate()
        check = self._check("costs")
        self.assertEqual(check.state, "passed")
        self.assertEqual(
            {
                name: check.figures[name]
                for name in ("university", "other", "labour", "cost")
            },
            {"university": 10, "other": 20, "labour": 30, "cost": 60},
        )
        self._break(
            "UPDATE alumni_cost_line SET cost_amount = 45 WHERE id = %s", lines[3].id
        )
        check = self._check("costs")
        self.assertEqual((check.state, check.found), ("failed", 1))
        action = check.action_open_people()
        self.assertEqual(
            self.env[action["res_model"]].search(action["domain"]), lines[3]
        )

    def test_on_paper(self):
        self.period._close()
        self._gift(self.bob)
        self._settle()
        self._check("once")
        action = self.env["alumni.soundness"].with_user(self.analyst).action_print()
        self.assertEqual(action["report_name"], "alumni_kpi.alumni_soundness_document")
        html, _type = (
            self.env["ir.actions.report"]
            .with_user(self.analyst)
            ._render_qweb_html(action["report_name"], self.period.ids)
        )
        text = html.decode()
        self.assertIn(self.period.closing_id.content_hash, text)
        for check in self.period.soundness_ids:
            self.assertIn(dict(CHECKS)[check.check_code].replace("&", "&amp;"), text)

    def test_where_people_are_many_it_is_checked_in_the_background(self):
        with patch.object(alumni_closing_run, "AT_ONCE", 1):
            action = self.env["alumni.soundness"].with_user(self.analyst).action_open()
        self.assertEqual(action["tag"], "display_notification")
        runs = self.env["alumni.closing.run"].search([("state", "=", "waiting")])
        self.assertIn(self.period, runs.period_id)
        for run in runs:
            run._run_now()
        self.assertTrue(self.period.soundness_ids)
