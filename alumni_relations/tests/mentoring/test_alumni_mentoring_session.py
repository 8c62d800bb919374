from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MentoringCommon


@tagged("post_install", "-at_install")
class TestAlumniMentoringSession(MentoringCommon):
    """Sessions, and how they count: as participations and nowhere else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pair = cls._pair()
        cls.env["alumni.hourly.rate"].create(
            {"labour": "volunteer", "rate": 20, "date_from": "2020-01-01"}
        )

    def _lines(self):
        lines = self.env["alumni.participation"].search(
            [("programme_id", "=", self.programme.id)], order="date, role"
        )
        return [
            (line.partner_id.name, line.role, str(line.date), line.hours, line.state)
            for line in lines
        ]

    def _mentor_line(self, session):
        return session.participation_ids.filtered(lambda line: line.role == "mentor")

    def test_a_session_held_is_two_participations(self):
        session = self._session(self.pair, state="scheduled", hours=1.5)
        self.assertFalse(self._lines())
        session.action_hold()
        expected = [
            ("Alan Turing", "mentee", "2024-10-15", 1.5, "done"),
            ("Ada Lovelace", "mentor", "2024-10-15", 1.5, "done"),
        ]
        self.assertEqual(sorted(self._lines()), sorted(expected))
        self.assertEqual(session.hours_state, "reported")
        session.write({"date": "2024-10-16", "hours": 2})
        self.assertEqual(
            sorted(self._lines()),
            [
                ("Ada Lovelace", "mentor", "2024-10-16", 2, "done"),
                ("Alan Turing", "mentee", "2024-10-16", 2, "done"),
            ],
        )
        for action in ("action_miss", "action_cancel", "action_schedule"):
            getattr(session, action)()
            self.assertFalse(self._lines(), action)
            session.action_hold()
            self.assertEqual(len(self._lines()), 2)
        session.unlink()
        self.assertFalse(self._lines())

    def test_hours_count_once_validated_and_once_only(self):
        session = self._session(self.pair, hours=2.5)
        line = self._mentor_line(session)
        line.action_validate_hours()
        self.assertEqual((line.hours_state, line.hours_value), ("validated", 50))
        self.assertEqual(session.hours_state, "validated")
        session.note = "Went well"
        for change in ({"hours": 3}, {"date": "2024-10-20"}):
            with self.subTest(change), self._refused("validated"):
                session.write(change)
        for refused in (session.action_cancel, session.action_miss, session.unlink):
            with self._refused("validated"):
                refused()
        self.assertEqual((session.state, session.hours), ("held", 2.5))
        line.action_report_hours()
        session.hours = 3
        self.assertEqual(self._mentor_line(session).hours, 3)
        session.action_cancel()
        self.assertFalse(self._lines())

    def test_the_participation_follows(self):
        line = self._mentor_line(self._session(self.pair))
        for change in (
            {"hours": 9},
            {"date": "2024-10-20"},
            {"partner_id": self.grace.id},
            {"role": "speaker"},
            {"state": "cancelled"},
            {"state": "planned"},
        ):
            with (
                self.subTest(change),
                self._refused("follows a mentoring session"),
            ):
                line.write(change)
        with self._refused("cancel the session"):
            line.unlink()
        line.note = "A note of its own"

    def test_warns_of_hours_entered_twice(self):
        self._session(self.pair, "2024-10-15")
        self._session(self.pair, "2024-11-15")
        self._session(self.pair, "2024-12-15", "missed")
        values = {
            "partner_id": self.ada.id,
            "programme_id": self.programme.id,
            "role": "mentor",
            "hours": 5,
        }
        Participation = self.env["alumni.participation"]
        year = Participation.create(
            {**values, "date": "2024-10-01", "date_end": "2025-06-30"}
        )
        self.assertEqual(year.session_overlap_count, 2)
        for other in (
            {"date": "2024-10-16"},
            {"date": "2024-10-15", "role": "speaker"},
            {"date": "2024-10-15", "hours": 0},
            {"date": "2024-10-15", "partner_id": self.grace.id},
        ):
            line = Participation.create({**values, **other})
            self.assertEqual(line.session_overlap_count, 0, other)
        self.assertEqual(
            self.pair.session_ids.participation_ids.mapped("session_overlap_count"),
            [0] * 4,
        )

    def test_within_the_pair(self):
        with self._refused("lasts from"):
            self._session(self.pair, "2024-09-30")
        proposed = self._pair(
            self._mentor(self.grace), self._request(self._person("Eve O")), "agreed"
        )
        with self._refused("once it is active"):
            self._session(proposed)
        first = self._session(self.pair, "2024-10-01")
        self.pair.write({"end_reason": "completed", "result": "reached"})
        self.pair.write({"date_end": "2025-06-30", "state": "ended"})
        self._session(self.pair, "2025-06-30")
        with self._refused("lasts from"):
            self._session(self.pair, "2025-07-01")
        with self._refused("lasts from"):
            self.pair.date_end = "2025-06-29"
        with self._refused("lasts from"):
            self.pair.date_start = "2024-10-02"
        self.assertEqual(first.state, "held")
        # Called off: it can lie anywhere.
        self._session(self.pair, "2025-07-01", "cancelled")

    def test_nothing_to_come_is_held(self):
        tomorrow = fields.Date.today() + timedelta(days=1)
        session = self._session(self.pair, tomorrow, "scheduled")
        for action in (session.action_hold, session.action_miss):
            with self._refused("still to come"):
                action()
        self.assertFalse(self._lines())

    def test_hours(self):
        with self._refused("how long"):
            self._session(self.pair, hours=0)
        self._session(self.pair, "2024-10-20", "missed", hours=0)
        for hours in (-1, 25):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                with self.cr.savepoint():
                    self._session(self.pair, hours=hours)

    def test_after_death(self):
        self.ada.alumni_deceased_date = "2024-11-01"
        self._session(self.pair, "2024-10-31")
        with self._refused("died on"):
            self._session(self.pair, "2024-11-02")

    def test_stays_with_its_pair(self):
        session = self._session(self.pair)
        other = self._pair(
            self._mentor(self.grace), self._request(self._person("Eve O"))
        )
        with self._refused("stays with its pair"):
            session.pair_id = other

    def test_many_cost_no_query_each(self):
        def cost(number):
            day = fields.Date.to_date("2024-10-02")
            values = [
                {
                    "pair_id": self.pair.id,
                    "date": day + timedelta(days=i),
                    "state": "scheduled",
                }
                for i in range(number)
            ]
            sessions = self.env["alumni.mentoring.session"].create(values)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            sessions.action_hold()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        cost(1)
        self.assertEqual(cost(2), cost(40))
