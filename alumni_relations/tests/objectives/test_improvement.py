from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tools import mute_logger

from .test_objective import ObjectiveCommon


class TestImprovement(ObjectiveCommon):
    def _improvement(self, **values):
        return self.env["alumni.improvement"].create(
            {"name": "Invite earlier", "event_id": self.event.id, **values}
        )

    def test_place(self):
        improvement = self._improvement()
        self.assertEqual(improvement.programme_id, self.programme)
        objective = self._operational(programme_id=False, event_id=self.event.id)
        improvement = self.env["alumni.improvement"].create(
            {"name": "More seats", "objective_id": objective.id}
        )
        self.assertEqual(improvement.event_id, self.event)
        self.assertEqual(improvement.programme_id, self.programme)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._improvement(event_id=False)

    def test_accepted_with_somebody_and_a_day(self):
        improvement = self._improvement()
        with self.assertRaisesRegex(ValidationError, "who does it and by when"):
            improvement.action_accept()
        self.assertFalse(improvement.activity_ids)
        improvement.date_deadline = "2030-01-31"
        improvement.user_id = self.officer
        improvement.action_accept()
        activity = improvement.activity_ids
        self.assertEqual(activity.user_id, self.officer)
        self.assertEqual(str(activity.date_deadline), "2030-01-31")
        self.assertTrue(improvement.accepted_date)

    def test_done_ends_the_activity(self):
        improvement = self._improvement(date_deadline="2030-01-31")
        improvement.action_accept()
        self.assertEqual(self.event.improvement_count, 1)
        improvement.action_done()
        self.event.invalidate_recordset(["improvement_count"])
        self.assertEqual(improvement.state, "done")
        self.assertTrue(improvement.done_date)
        self.assertFalse(improvement.activity_ids)
        self.assertEqual(self.event.improvement_count, 0)
        improvement.action_suggest()
        self.assertFalse(improvement.accepted_date or improvement.done_date)

    def test_refused_is_not_reminded_of(self):
        improvement = self._improvement(date_deadline="2030-01-31")
        improvement.action_accept()
        improvement.action_refuse()
        self.assertEqual(improvement.state, "refused")
        self.assertFalse(improvement.activity_ids or improvement.accepted_date)

    def test_access(self):
        improvement = self._improvement()
        for user in (self.officer, self.manager):
            improvement.with_user(user).name = "Earlier"
        for user in (self.analyst, self.portal, self.public, self.other_officer):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                improvement.with_user(user).read(["name"])
