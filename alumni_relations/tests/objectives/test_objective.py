import runpy
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form
from odoo.tools import file_path, mute_logger

from ..common import AlumniCommon


class ObjectiveCommon(AlumniCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.programme = cls.env["alumni.programme"].create({"name": "Mentoring"})
        cls.event = cls.env["event.event"].create(
            {
                "name": "Mentoring day",
                "date_begin": "2025-03-01 09:00:00",
                "date_end": "2025-03-01 17:00:00",
                "programme_id": cls.programme.id,
            }
        )
        cls.strategic = cls._objective("Lasting ties", level="strategic")

    @classmethod
    def _objective(cls, name, **values):
        return cls.env["alumni.objective"].create({"name": name, **values})

    def _operational(self, name="Mentors go on", **values):
        return self._objective(
            name, **{"programme_id": self.programme.id, "expected": 50, **values}
        )


class TestObjective(ObjectiveCommon):
    def test_a_place_for_each_level(self):
        for values in (
            {"level": "operational"},
            {"programme_id": self.programme.id, "event_id": self.event.id},
            {"level": "strategic", "programme_id": self.programme.id},
            {"programme_id": self.programme.id, "parent_id": self.strategic.id},
            {"programme_id": self.programme.id, "measured_by": "attendance"},
        ):
            with (
                self.subTest(values=values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self._objective("Nowhere", **values)

    def test_tree_without_circle(self):
        part = self._objective("Part", level="strategic", parent_id=self.strategic.id)
        with self.assertRaisesRegex(UserError, "Recursion"):
            self.strategic.parent_id = part

    def test_achievement(self):
        for baseline, expected, actual, achievement, met in (
            (0, 50, 25, 50, False),
            (20, 50, 50, 100, True),
            (20, 50, 65, 150, True),
            (16, 8, 12, 50, False),
            (16, 8, 8, 100, True),
            (5, 5, 5, 0, True),
            (5, 5, 4, 0, False),
        ):
            with self.subTest(baseline=baseline, expected=expected, actual=actual):
                objective = self._operational(
                    baseline=baseline,
                    expected=expected,
                    actual=actual,
                    result_date="2025-06-30",
                )
                self.assertAlmostEqual(objective.achievement, achievement)
                self.assertEqual(objective.is_met, met)

    def test_no_result_is_not_zero(self):
        falling = self._operational(baseline=16, expected=0)
        self.assertEqual((falling.achievement, falling.is_met), (0, False))
        falling.result_date = "2025-06-30"
        self.assertEqual((falling.achievement, falling.is_met), (100, True))

    def test_attendance_is_counted(self):
        objective = self._operational(
            programme_id=False,
            event_id=self.event.id,
            measured_by="attendance",
            expected=2,
        )
        seats = self.env["event.registration"].create(
            [{"event_id": self.event.id, "name": name} for name in "ABC"]
        )
        self.assertEqual(objective.actual, 0)
        seats[:2].action_set_done()
        self.assertEqual((objective.actual, objective.is_met), (2, True))
        seats[0].action_cancel()
        self.assertEqual((objective.actual, objective.is_met), (1, False))
        objective.expected = 0
        self.assertFalse(objective.is_met, "nobody said how many were expected")
        # a database of before
        objective.flush_recordset()
        self.cr.execute("UPDATE alumni_objective SET is_met = TRUE")
        script = "alumni_relations/migrations/19.0.1.2.0/post-objectives.py"
        runpy.run_path(file_path(script))["migrate"](self.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        self.assertFalse(objective.is_met)
        self.assertTrue(self.strategic.is_met)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self._operational(
                programme_id=False, event_id=self.event.id, measured_by="attendance"
            )

    def test_a_result_is_known_from_its_day_on(self):
        own = self._operational(actual=0)
        self.assertFalse(own.has_result)
        own.result_date = "2025-06-30"
        self.assertTrue(own.has_result)
        coming = self._operational(
            programme_id=False, event_id=self.event.id, measured_by="attendance"
        )
        self.assertTrue(coming.has_result, "the event is over, and nobody came")
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        self.event.write(
            {"date_begin": tomorrow, "date_end": tomorrow + timedelta(hours=2)}
        )
        self.assertFalse(coming.has_result)

    def test_closing_needs_proof(self):
        objective = self._operational()
        objective.action_open()
        with self.assertRaisesRegex(ValidationError, "Result of, Evidence, Conformity"):
            objective.action_close()
        objective.write(
            {
                "result_date": "2025-06-30",
                "evidence": "List of mentors, June 2025",
                "conformity": "partly",
            }
        )
        objective.action_close()
        with self.assertRaisesRegex(UserError, "part of the record"):
            objective.unlink()
        objective.action_draft()
        objective.unlink()

    def test_warnings(self):
        lonely = self._operational()
        unproved = self._operational(result_date="2025-06-30")
        served = self._objective("Served", level="strategic")
        self.env["alumni.objective.link"].create(
            {
                "operational_id": unproved.id,
                "strategic_id": served.id,
                "reason": "Mentors stay",
            }
        )
        fine = self._operational(result_date="2025-06-30", evidence="A list")
        fine.link_ids = unproved.link_ids.copy({"operational_id": fine.id})
        expected = {
            self.strategic: "no_action",
            lonely: "no_purpose",
            unproved: "no_evidence",
            served: False,
            fine: False,
        }
        everyone = self.env["alumni.objective"].browse(o.id for o in expected)
        for objective, warning in expected.items():
            self.assertEqual(objective.warning, warning, objective.name)
        within = [("id", "in", everyone.ids)]
        for warning in ("no_action", "no_purpose", "no_evidence", False):
            self.assertEqual(
                everyone.search([*within, ("warning", "=", warning)]),
                everyone.filtered(lambda o, w=warning: o.warning == w).sorted(),
            )
        self.assertEqual(everyone.search_count([*within, ("warning", "!=", False)]), 3)

    def test_programmes_and_events_without_objective(self):
        def without(record):
            domain = [("id", "=", record.id), ("objective_ids", "=", False)]
            return record.search(domain)

        self.assertTrue(without(self.programme) and without(self.event))
        self._operational(result_date="2025-06-30", actual=60)
        self._operational()
        self._operational(programme_id=False, event_id=self.event.id)
        self.assertFalse(without(self.programme) or without(self.event))
        programme = self.programme.with_user(self.officer)
        self.assertEqual(
            (programme.objective_count, programme.objective_met_count), (2, 1)
        )
        self.assertEqual(self.event.objective_count, 1)
        for record in (self.programme, self.event):
            action = record.action_view_objectives()
            found = self.env["alumni.objective"].search(action["domain"])
            self.assertEqual(found, record.objective_ids)

    def test_links_between_levels_only(self):
        one, other = self._operational(), self._operational("Other")
        theirs = self._objective(
            "Theirs", level="strategic", company_id=self.other_company.id, user_id=False
        )
        for operational, strategic in (
            (one, other),
            (self.strategic, self.strategic),
            (one, theirs),
        ):
            with self.assertRaisesRegex(ValidationError, "cannot serve"):
                self.env["alumni.objective.link"].create(
                    {
                        "operational_id": operational.id,
                        "strategic_id": strategic.id,
                        "reason": "?",
                    }
                )

    def test_event_deleted_takes_its_objectives_along(self):
        objective = self._operational(programme_id=False, event_id=self.event.id)
        self.event.unlink()
        self.assertFalse(objective.exists())

    def test_form(self):
        model = self.env["alumni.objective"].with_user(self.officer)
        with Form(model.with_context(default_event_id=self.event.id)) as form:
            form.name = "People come"
            form.measured_by = "attendance"
            form.expected = 40
        objective = form.save()
        self.assertEqual(objective.company_id, self.company)
        self.assertEqual(objective.user_id, self.officer)

    def test_access(self):
        objective = self._operational()
        objective.with_user(self.officer).name = "Changed"
        with self.assertRaises(AccessError):
            self.strategic.with_user(self.officer).name = "Mine"
        with self.assertRaises(AccessError):
            self.env["alumni.objective"].with_user(self.officer).create(
                {"name": "Set by staff", "level": "strategic"}
            )
        self.strategic.with_user(self.manager).name = "Governed"
        for record in (objective, self.strategic):
            record.with_user(self.analyst).read(["name", "actual"])
            with self.assertRaises(AccessError):
                record.with_user(self.analyst).name = "No"
            for user in (self.portal, self.public, self.other_officer):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    record.with_user(user).read(["name"])
        link = self.env["alumni.objective.link"].create(
            {
                "operational_id": objective.id,
                "strategic_id": self.strategic.id,
                "reason": "Because",
            }
        )
        link.with_user(self.officer).coherence = "3"
        link.with_user(self.analyst).read(["coherence"])
        for user in (self.portal, self.public, self.other_officer):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                link.with_user(user).read(["coherence"])
