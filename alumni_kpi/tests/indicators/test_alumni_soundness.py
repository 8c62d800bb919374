from odoo.tests import tagged
from odoo.tools import SQL

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
        for code in ("nested", "modes", "counts", "frozen", "once"):
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
        self._break("UPDATE alumni_person_year_cube SET people = people + 1")
        self.assertEqual(self._check("once").state, "failed")

    def test_broken_freeze(self):
        self.period.state = "closed"
        self.assertEqual(self._check("frozen").state, "passed")
        self._break("UPDATE alumni_person_year_cube SET engaged = engaged + 1")
        check = self._check("frozen")
        self.assertEqual(check.state, "failed")
        self.assertTrue(check.found)
