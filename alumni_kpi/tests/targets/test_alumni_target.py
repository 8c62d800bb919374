from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import AlumniKpiCommon


class TargetsCommon(AlumniKpiCommon):
    """Ten graduates, five of law and five of arts. In 2024 six are engaged (four of
    law), in 2023 four; two of 2024 gave money."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.before, cls.period = cls._period(2023), cls._period(2024)
        cls.lawyers = [cls._alumnus(school=cls.law) for _number in range(5)]
        cls.artists = [cls._alumnus(school=cls.arts) for _number in range(5)]
        for person in (*cls.lawyers[:4], *cls.artists[:2]):
            cls._participation(person, date="2024-03-01")
        for person in cls.lawyers[:2]:
            cls._gift(person, date="2024-04-01")
        for person in (*cls.lawyers[:1], *cls.artists[:3]):
            cls._participation(person, date="2023-03-01")
        cls._settle()
        (cls.before | cls.period)._refresh_values()

    @classmethod
    def _indicator(cls, code):
        return cls.env.ref(f"alumni_kpi.indicator_{code.lower().replace('-', '_')}")

    @classmethod
    def _value(cls, code, period=None, breakdown="total", key="", series=""):
        return cls.env["alumni.indicator.value"].search(
            [
                ("indicator_id", "=", cls._indicator(code).id),
                ("period_id", "=", (period or cls.period).id),
                ("breakdown", "=", breakdown),
                ("key", "=", key),
                ("series", "=", series),
            ]
        )

    @classmethod
    def _target(cls, code, expected, period=None, **values):
        return cls.env["alumni.target"].create(
            {
                "indicator_id": cls._indicator(code).id,
                "period_id": (period or cls.period).id,
                "expected": expected,
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestAlumniTarget(TargetsCommon):
    def test_traffic_light(self):
        """Six of ten contactable alumni are engaged: 60 %."""
        target = self._target("ENG-15", 60)
        self.assertEqual((target.actual, target.light), (60, "met"))
        target.expected = 65
        self.assertEqual((target.gap, target.light), (-5, "near"))
        self.assertAlmostEqual(target.achievement, 100 * 60 / 65, places=1)
        target.expected = 66
        self.assertEqual(target.light, "near", "6 is within 10 % of 66")
        target.expected = 67
        self.assertEqual(target.light, "missed", "7 is more than 10 % of 67")
        target.tolerance = 11
        self.assertEqual(target.light, "near")

    def test_less_is_better(self):
        """Nobody is lost: a target on what is to stay low is met from below."""
        target = self._target("ENG-06", 5)
        self.assertEqual(target.direction, "down")
        self.assertEqual((target.actual, target.light), (0, "met"))
        for person in self.lawyers[:1]:
            person.email = False
        self._settle()
        self.period._refresh_values()
        target.invalidate_recordset()
        self.assertEqual((target.actual, target.light), (10, "missed"))

    def test_under_way(self):
        """A period that is not over misses nothing; what is met is met, unless it is
        to stay low and can still rise."""
        more, met = self._target("ENG-15", 90), self._target("ENG-14", 6)
        low = self._target("ENG-06", 5)
        with freeze_time("2024-06-01"):
            (more | met | low).invalidate_recordset()
            self.assertEqual(more.light, "under_way")
            self.assertEqual(met.light, "met")
            self.assertEqual(low.light, "under_way")
        (more | low).invalidate_recordset()
        self.assertEqual((more.light, low.light), ("missed", "met"))

    def test_unknown_is_not_nought(self):
        target = self._target("ENG-02", 50)
        self.assertEqual(target.light, "unknown")
        self.assertIn("entered", target.actual_text)

    def test_part_of_a_breakdown(self):
        law = self._value("ENG-14", breakdown="school", key=str(self.law.id))
        target = self._target("ENG-14", 5, part_id=law.id)
        self.assertEqual((target.breakdown, target.key), ("school", str(self.law.id)))
        self.assertEqual((target.label, target.actual), ("Law", 4))
        self._target("ENG-14", 6)
        shares = self.env["alumni.indicator.value"].search(
            [
                ("indicator_id.series", "=", "mode"),
                ("period_id", "=", self.period.id),
                ("series", "=", "volunteer"),
                ("breakdown", "=", "mode"),
            ]
        )
        share = shares[0]
        of_mode = self.env["alumni.target"].create(
            {
                "indicator_id": share.indicator_id.id,
                "period_id": self.period.id,
                "part_id": share.id,
                "expected": 50,
            }
        )
        self.assertEqual(of_mode.value_id, share)

    def test_search_by_light(self):
        met, missed = self._target("ENG-15", 10), self._target("ENG-14", 100)
        targets = self.env["alumni.target"]
        self.assertEqual(targets.search([("light", "=", "met")]), met)
        self.assertEqual(targets.search([("light", "!=", "met")]), missed)

    def test_one_target_for_a_figure(self):
        self._target("ENG-15", 10)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._target("ENG-15", 20)

    def test_bad_input(self):
        def refused(message, *arguments, **values):
            with (
                self.assertRaisesRegex(ValidationError, message),
                self.cr.savepoint(),
            ):
                self._target(*arguments, **values)

        refused("between 0 and 100", "ENG-15", 120)
        refused("between 0 and 100", "ENG-15", -1)
        refused("between 0 and 100", "ENG-15", 50, has_threshold=True, threshold=300)
        refused("no such figure", "ENG-15", 50, breakdown="channel", key="email")
        refused("no such figure", "ENG-15", 50, series="volunteer")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self._target("ENG-15", 50, tolerance=-1)

    def test_closed_period(self):
        target = self._target("ENG-15", 50)
        self.period.state = "closed"
        for change in (
            lambda: target.write({"expected": 40}),
            target.unlink,
            lambda: self._target("ENG-14", 5),
        ):
            with self.assertRaisesRegex(UserError, "is closed"), self.cr.savepoint():
                change()
        target.reason = "As decided by the board"

    def test_carry_over(self):
        targets = self._target("ENG-15", 30, self.before) | self._target(
            "ENG-14", 3, self.before
        )
        self._target("ENG-14", 5)
        action = targets.action_carry_over()
        carried = self.env["alumni.target"].search(action["domain"])
        self.assertEqual(
            (carried.indicator_id, carried.period_id, carried.expected),
            (self._indicator("ENG-15"), self.period, 30),
        )
        self.assertEqual(carried.watch_from, self.period.date_end)
        with self.assertRaisesRegex(UserError, "already"):
            targets.action_carry_over()

    def test_threshold(self):
        """Passing a threshold makes one activity; a new one after it recovered."""
        contactable = self._target(
            "ENG-05",
            95,
            has_threshold=True,
            threshold=85,
            watch_from="2024-01-01",
            user_id=self.manager.id,
        )
        low = self._target(
            "ENG-06", 5, has_threshold=True, threshold=15, watch_from="2024-01-01"
        )
        later = self._target(
            "ENG-15", 95, has_threshold=True, threshold=90, watch_from="2024-08-31"
        )

        def watch(day):
            self._settle()
            with self.enter_registry_test_mode(), freeze_time(day):
                self.env.ref("alumni_kpi.ir_cron_alumni_target").method_direct_trigger()
            self.env.invalidate_all()

        watch("2024-02-01")
        self.assertFalse((contactable | low | later).activity_ids)
        for person in self.lawyers[:2]:
            person.email = False
        watch("2024-02-02")
        [activity] = contactable.activity_ids
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn("80.0%", activity.note)
        self.assertIn("85.0%", activity.note)
        self.assertTrue(low.activity_ids, "lost alumni rose above 15 %")
        self.assertFalse(later.activity_ids, "not watched yet")
        watch("2024-02-03")
        self.assertEqual(contactable.activity_ids, activity)
        self.assertEqual(str(contactable.alert_date), "2024-02-02")
        for person in self.lawyers[:2]:
            person.email = f"{person.id}@example.org"
        watch("2024-02-04")
        self.assertFalse(contactable.alert_date)
        for person in self.lawyers[:2]:
            person.email = False
        watch("2024-02-05")
        self.assertEqual(len(contactable.activity_ids), 2)

    def test_against_expectation(self):
        """ENG-32: the total is that of the target on the total, not the sum of those
        on schools; a mode is compared with the target on its rate."""
        self.assertEqual(self._value("ENG-32").missing_reason, "no_records")
        law, arts = (
            self._value("ENG-14", breakdown="school", key=str(school.id))
            for school in (self.law, self.arts)
        )
        self._target("ENG-14", 8)
        self._target("ENG-14", 5, part_id=law.id)
        self._target("ENG-14", 1, part_id=arts.id)
        self._target("ENG-16", 25)
        self._settle()
        self.period._refresh_values()
        self.assertAlmostEqual(self._value("ENG-32").value, 100 * 6 / 8)
        by_school = {
            key: self._value("ENG-32", breakdown="school", key=str(key)).value
            for key in (self.law.id, self.arts.id)
        }
        self.assertAlmostEqual(by_school[self.law.id], 100 * 4 / 5)
        self.assertAlmostEqual(by_school[self.arts.id], 100 * 2 / 1)
        giving = self._value("ENG-32", breakdown="mode", key="philanthropic")
        self.assertAlmostEqual(giving.value, 100 * 20 / 25)

    def test_roles(self):
        target = self._target("ENG-15", 50)
        for user in (self.analyst, self.officer, self.manager):
            target.with_user(user).read(["light", "actual_text", "part_id"])
        for user in (self.portal, self.public, self.other_officer):
            with self.assertRaises(AccessError):
                target.with_user(user).read(["expected"])
        for user in (self.analyst, self.officer):
            with self.assertRaises(AccessError):
                target.with_user(user).write({"expected": 40})
        target.with_user(self.manager).expected = 40

    def test_queries_do_not_grow(self):
        """The list reads as many targets as there are with the same statements."""
        schools = self.env["alumni.school"].create(
            [{"name": f"School {n}", "code": f"N{n}"} for n in range(40)]
        )
        targets = self.env["alumni.target"].create(
            [
                {
                    "indicator_id": self._indicator("ENG-14").id,
                    "period_id": self.period.id,
                    "breakdown": "school",
                    "key": str(school.id),
                    "expected": 3,
                }
                for school in schools
            ]
        )
        self._settle()
        names = ["label", "actual_text", "light", "trend", "part_id"]

        def count(records):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.read(names)
            return self.env.cr.sql_log_count - before

        count(targets)
        self.assertEqual(count(targets[:2]), count(targets))
