from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_alumni_target import TargetsCommon


@tagged("post_install", "-at_install")
class TestAlumniComparison(TargetsCommon):
    """What a figure is compared with."""

    def _median(self, **values):
        return self.env["alumni.peer.median"].create(
            {
                "indicator_id": self._indicator("ENG-15").id,
                "year": 2024,
                "median": 48,
                "institution_count": 12,
                "evidence": "Survey of 2024, table 5",
                **values,
            }
        )

    def test_period_before(self):
        """Six of ten in 2024 after four of ten in 2023."""
        rate = self._value("ENG-15")
        self.assertEqual((rate.previous_value, rate.change), (40, 20))
        self.assertEqual(rate.trend, "better_up")
        lost = self._value("ENG-06")
        self.assertEqual((lost.change, lost.trend), (0, "same"))
        law = self._value("ENG-15", breakdown="school", key=str(self.law.id))
        self.assertEqual((law.value, law.change), (80, 60))
        self.assertEqual(law.whole_value, 60)
        arts = self._value("ENG-15", breakdown="school", key=str(self.arts.id))
        self.assertEqual((arts.change, arts.trend), (-20, "worse_down"))

    def test_unchanged(self):
        """What people read as the same figure has not moved."""
        self.env.cr.execute(
            "UPDATE alumni_indicator_value SET value = 59.97 FROM alumni_indicator i"
            " WHERE i.id = indicator_id AND i.code = 'ENG-15' AND period_id = %s"
            " AND breakdown = 'total'",
            [self.before.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self._value("ENG-15").trend, "same")

    def test_average(self):
        """The mean of up to five periods before, without those that have no figure:
        40 % in 2023, nobody engaged in the two years before."""
        rate = self._value("ENG-15")
        self.assertEqual((rate.average_value, rate.average_count), (40, 1))
        earlier = self._period(2022) | self._period(2021)
        self._settle()
        earlier._refresh_values()
        rate.invalidate_recordset()
        self.assertEqual(rate.average_count, 3)
        self.assertAlmostEqual(rate.average_value, 40 / 3, places=2)

    def test_under_way(self):
        with freeze_time("2024-06-01"):
            rate = self._value("ENG-15")
            self.assertFalse(rate.trend)
            self.assertIn("under way", rate.comparison_note)

    def test_counted_differently(self):
        """Another rule of who is an alumnus: said, and not compared."""
        self.env.cr.execute(
            "UPDATE alumni_indicator_value SET method_flags = method_flags ||"
            ' \'{"alumni_rule": "attended"}\' WHERE period_id = %s',
            [self.before.id],
        )
        self.env.invalidate_all()
        rate = self._value("ENG-15")
        self.assertEqual(rate.previous_value, 40)
        self.assertFalse(rate.trend)
        self.assertIn("Who counts as an alumnus", rate.comparison_note)

    def test_another_formula(self):
        self.env.cr.execute(
            "UPDATE alumni_indicator_value SET formula_version = formula_version + 1"
            " WHERE period_id = %s",
            [self.before.id],
        )
        self.env.invalidate_all()
        self.assertIn("another formula", self._value("ENG-15").comparison_note)

    def test_peers(self):
        rate = self._value("ENG-15")
        self.assertFalse(rate.peer_median_id)
        self._median()
        rate.invalidate_recordset()
        self.assertEqual((rate.peer_median, rate.peer_count), (48, 12))
        self.assertEqual((rate.peer_gap, rate.peer_index), (12, 125))
        law = self._value("ENG-15", breakdown="school", key=str(self.law.id))
        self.assertFalse(law.peer_median_id, "the median is that of institutions")

    def test_bad_medians(self):
        for message, values in (
            ("at least 5", {"institution_count": 4}),
            ("four digits", {"year": 24}),
        ):
            with (
                self.assertRaisesRegex(ValidationError, message),
                self.cr.savepoint(),
            ):
                self._median(**values)
        self._median()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._median(median=50)

    def test_setting_a_target(self):
        law = self._value("ENG-15", breakdown="school", key=str(self.law.id))
        action = law.action_set_target()
        target = (
            self.env["alumni.target"]
            .with_context(**action["context"])
            .create({"expected": 75})
        )
        self.assertEqual(target.value_id, law)
        law.invalidate_recordset()
        self.assertEqual((law.expected, law.light), ("75.0%", "met"))
        self.assertEqual(law.action_set_target()["res_id"], target.id)

    def test_roles_of_medians(self):
        median = self._median()
        for user in (self.analyst, self.officer, self.manager):
            median.with_user(user).read(["median"])
        for user in (self.portal, self.public, self.other_officer):
            with self.assertRaises(AccessError):
                median.with_user(user).read(["median"])
        for user in (self.analyst, self.officer):
            with self.assertRaises(AccessError):
                median.with_user(user).write({"median": 1})
        median.with_user(self.manager).median = 49
        value = self._value("ENG-15").with_user(self.analyst)
        self.assertEqual(value.peer_median, 49)
