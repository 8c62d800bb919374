from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import AlumniKpiCommon


@tagged("post_install", "-at_install")
class TestAlumniMeasureEntry(AlumniKpiCommon):
    """The identification rate (ENG-02) needs a figure that only the registrar has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.period = cls._period(2024)
        for _number in range(3):
            cls._alumnus(school=cls.law)
        cls._alumnus(school=cls.arts)
        cls.diplomas = cls.env.ref("alumni_kpi.measure_diplomas")
        cls._settle()

    def _enter(self, amount, **values):
        return self.env["alumni.measure.entry"].create(
            {
                "measure_id": self.diplomas.id,
                "period_id": self.period.id,
                "amount": amount,
                "evidence": "Registrar's report 2024, table 3",
                **values,
            }
        )

    def _rate(self, breakdown="total", key=""):
        self.period._refresh_values()
        return self.env["alumni.indicator.value"].search(
            [
                ("period_id", "=", self.period.id),
                ("code", "=", "ENG-02"),
                ("breakdown", "=", breakdown),
                ("key", "=", key),
            ]
        )

    def test_missing_until_entered(self):
        rate = self._rate()
        self.assertEqual((rate.state, rate.missing_reason), ("missing", "no_entry"))
        entry = self._enter(5)
        self.assertEqual(entry.user_id, self.env.user)
        self.assertEqual(self._rate().state, "entered")
        self.assertAlmostEqual(self._rate().value, 100 * 4 / 5)
        entry.amount = 8
        self.assertAlmostEqual(self._rate().value, 100 * 4 / 8)
        entry.unlink()
        self.assertEqual(self._rate().state, "missing")

    def test_by_school(self):
        self._enter(6, breakdown="school", school_id=self.law.id)
        self.assertAlmostEqual(
            self._rate("school", str(self.law.id)).value, 100 * 3 / 6
        )
        self.assertEqual(self._rate("school", str(self.arts.id)).state, "missing")
        self.assertEqual(self._rate().state, "missing", "no total was entered")

    def test_several_at_once(self):
        """As a file of figures makes them."""
        period = self._enter(12).period_id
        entries = self.env["alumni.measure.entry"].create(
            [
                {
                    "measure_id": self.env.ref("alumni_kpi.measure_diplomas").id,
                    "period_id": period.id,
                    "breakdown": "school",
                    "school_id": school.id,
                    "amount": 6,
                    "evidence": "Registrar's table",
                }
                for school in (self.law, self.arts)
            ]
        )
        self.assertEqual(entries.mapped("key"), [str(self.law.id), str(self.arts.id)])

    def test_never_above_a_hundred(self):
        self._enter(3)
        rate = self._rate()
        self.assertEqual((rate.state, rate.missing_reason), ("missing", "inconsistent"))
        self.assertFalse(rate.value)

    def test_checks(self):
        with (
            self.assertRaisesRegex(ValidationError, "which school"),
            self.cr.savepoint(),
        ):
            self._enter(1, breakdown="school")
        with (
            self.assertRaisesRegex(ValidationError, "not a decade"),
            self.cr.savepoint(),
        ):
            self._enter(1, breakdown="award_decade", award_decade="1994")
        living = self.env.ref("alumni_kpi.measure_living")
        with (
            self.assertRaisesRegex(ValidationError, "counted from the records"),
            self.cr.savepoint(),
        ):
            self._enter(1, measure_id=living.id)
        self._enter(1)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._enter(2)

    def test_closed_period(self):
        entry = self._enter(5)
        self.period.state = "closed"
        for change in (
            lambda: entry.write({"amount": 6}),
            entry.unlink,
            lambda: self._enter(7, breakdown="school", school_id=self.law.id),
        ):
            with self.assertRaisesRegex(UserError, "is closed"), self.cr.savepoint():
                change()
        self.assertAlmostEqual(self._rate().value, 100 * 4 / 5)
