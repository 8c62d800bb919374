from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import EventCommon


@tagged("post_install", "-at_install")
class TestInvitationAnswer(EventCommon):
    """Seats follow the answers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invitations = cls.env["alumni.invitation"]
        for person in cls.people:
            cls.invitations |= cls._invitation(person)
        cls.first, cls.second, cls.third = cls.invitations

    def _states(self):
        return [invitation.state for invitation in self.invitations]

    def _seats(self):
        return self.env["event.registration"].search(
            [("event_id", "=", self.event.id), ("state", "!=", "cancel")]
        )

    def test_yes_registers_the_person(self):
        self.first.with_user(self.officer).action_answer_yes()
        seat = self.first.registration_id
        self.assertEqual((seat.attendee_id, seat.partner_id), (self.ada, self.ada))
        self.assertEqual((seat.name, seat.email), ("Ada Lovelace", "ada@example.org"))
        self.assertEqual(seat.state, "open")
        self.first.action_answer_yes()
        self.assertEqual(self._seats(), seat)

    def test_who_is_registered_already_keeps_the_seat(self):
        seat = self._register(self.ada)
        self.first.action_answer_yes()
        self.assertEqual(self._seats(), seat)

    def test_change_of_mind_gives_the_seat_back(self):
        self.first.action_answer_yes()
        seat = self.first.registration_id
        self.first.action_answer_maybe()
        self.assertEqual(seat.state, "cancel")
        self.assertEqual(self.first.attendance, "cancelled")
        self.first.action_answer_yes()
        self.assertEqual(self._seats().attendee_id, self.ada)
        self.assertEqual(len(self.first.answer_ids), 3)

    def test_waiting_list_in_order(self):
        self.event.write({"seats_limited": True, "seats_max": 1})
        for minutes, invitation in enumerate(self.invitations):
            invitation.action_answer_yes()
            if invitation.waiting_since:
                invitation.waiting_since += timedelta(minutes=minutes)
        self.assertEqual(self._states(), ["yes", "waiting", "waiting"])
        self.assertEqual(self.event.alumni_waiting_count, 2)
        self.assertEqual(self.event.alumni_accepted_count, 3)
        mails = self.env["mail.mail"].search([])
        self.first.action_answer_no()
        self.assertEqual(self._states(), ["no", "yes", "waiting"])
        told = self.env["mail.mail"].search([]) - mails
        self.assertEqual(told.recipient_ids, self.zoe)
        self.assertEqual(told.state, "outgoing")
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action")
        self.assertTrue(
            self.env["ir.cron.trigger"].search([("cron_id", "=", queue.id)]),
            "the message leaves at once and not within the hour",
        )
        self.assertIn(self.second._answer_url("no"), told.body_html)
        self.second.registration_id.with_user(self.officer).action_cancel()
        self.assertEqual(self._states(), ["no", "yes", "yes"])
        self.assertEqual(self._seats().attendee_id, self.paul)

    def test_message_about_a_seat_has_a_sender_whoever_freed_it(self):
        """Somebody without a login gives the seat back by the link."""
        self.event.organizer_id.email = "events@university.example"
        self.event.write({"seats_limited": True, "seats_max": 1})
        (self.first | self.second).action_answer_yes()
        mails = self.env["mail.mail"].search([])
        public = self.env.ref("base.public_user")
        public.partner_id.email = False
        self.assertTrue(
            self.first.with_user(public)
            ._by_link(self.first.id, self.first._answer_token())
            ._answer_by_link("no")
        )
        told = self.env["mail.mail"].search([]) - mails
        self.assertIn("events@university.example", told.email_from)

    def test_one_answer_costs_the_same_whoever_else_is_invited(self):
        """Also when the event is full and others wait."""

        def statements(number):
            people = self.env["res.partner"].create(
                [
                    {"name": f"Guest {i}", "email": f"g{i}@{number}.example"}
                    for i in range(number)
                ]
            )
            event = self._event(
                f"For {number}", days=9, seats_limited=True, seats_max=number // 2
            )
            self.invitations._invite(event, SQL("SELECT unnest(%s)", people.ids))
            last = event.alumni_invitation_ids[-1]
            others = event.alumni_invitation_ids - last
            others.answer = "yes"
            waiting = others.filtered("waiting_since")
            self.assertTrue(waiting)
            costs = []
            # A seat that is given back goes to one of those who wait.
            for invitation, answer in (
                (last, "yes"),
                (last, "no"),
                ((others - waiting)[0], "no"),
            ):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                invitation._answer_by_link(answer)
                self.env.flush_all()
                costs.append(self.cr.sql_log_count - before)
            self.assertEqual(len(waiting.filtered("waiting_since")), len(waiting) - 1)
            return costs

        statements(10)
        self.assertEqual(statements(10), statements(200))

    def test_more_seats_promote(self):
        self.event.write({"seats_limited": True, "seats_max": 1})
        self.invitations.action_answer_yes()
        self.assertEqual(self._states().count("waiting"), 2)
        self.event.with_user(self.officer).seats_max = 2
        self.assertEqual(self._states().count("waiting"), 1)
        self.event.seats_limited = False
        self.assertEqual(self._states(), ["yes"] * 3)
        self.assertEqual(self._seats().attendee_id, self.people)

    def test_deleted_registration_promotes(self):
        self.event.write({"seats_limited": True, "seats_max": 1})
        (self.first | self.second).action_answer_yes()
        self._seats().unlink()
        self.assertEqual(self._seats().attendee_id, self.zoe)

    def test_who_leaves_the_waiting_list(self):
        self.event.write({"seats_limited": True, "seats_max": 1})
        (self.first | self.second).action_answer_yes()
        self.second.action_answer_no()
        self.assertEqual(self._states(), ["yes", "no", "new"])
        self.assertFalse(self.second.waiting_since)

    def test_nobody_is_promoted_after_the_event(self):
        self.event.write({"seats_limited": True, "seats_max": 1})
        (self.first | self.second).action_answer_yes()
        self.event.write(
            {
                "date_begin": fields.Datetime.now() - timedelta(days=2),
                "date_end": fields.Datetime.now() - timedelta(days=1),
            }
        )
        self._seats().action_cancel()
        self.assertEqual(self.second.state, "waiting")
        self.first.action_answer_maybe()
        self.third.action_answer_yes()
        self.assertFalse(self._seats(), "an answer after the event moves no seat")

    def test_event_of_several_slots_has_no_automatic_seat(self):
        self.event.is_multi_slots = True
        self.first.action_answer_yes()
        self.assertEqual(self.first.state, "waiting")
        self.assertFalse(self._seats())

    def test_attendance_before_the_event_is_refused(self):
        seat = self._register()
        own = seat.with_user(self.officer)
        for way, mark in {
            "button": own.action_set_done,
            "badge": lambda: own.register_attendee(seat.barcode, self.event.id),
            "card that is dragged": lambda: own.write({"state": "done"}),
            "made as attended": lambda: self._register(state="done"),
        }.items():
            with self.subTest(way=way):
                with self.assertRaises(UserError) as refused:
                    mark()
                self.assertIn("takes place on", str(refused.exception))
        seat.invalidate_recordset()
        self.assertEqual(seat.state, "open")
        self.event.write(
            {
                "date_begin": fields.Datetime.now() + timedelta(minutes=1),
                "date_tz": "UTC",
            }
        )
        self.event.date_begin = fields.Datetime.now()
        seat.action_set_done()
        self.assertEqual(seat.state, "done")

    def test_attendance_is_marked_twice(self):
        invitation = self._invitation(self.ada, self.past)
        seat = self._register(event=self.past)
        seat.action_set_done()
        first = seat.date_closed
        seat.action_set_done()
        self.assertEqual(seat.date_closed, first)
        self._register(event=self.past, state="done")
        self.assertEqual(invitation.attendance, "attended")
        self.assertEqual(
            self.env["alumni.invitation"].search_count(
                [("event_id", "=", self.past.id), ("attendance", "=", "attended")]
            ),
            1,
        )

    def test_registration_without_an_address(self):
        unknown = self.env["event.registration"].create(
            {"event_id": self.event.id, "name": "Somebody"}
        )
        self.assertFalse(unknown.attendee_id)
        own = self.env["event.registration"].create(
            {"event_id": self.event.id, "partner_id": self.ada.id, "email": False}
        )
        self.assertEqual(own.attendee_id, self.ada)
