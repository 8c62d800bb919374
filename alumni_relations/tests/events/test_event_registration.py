from odoo.exceptions import AccessError
from odoo.fields import Command

from ..common import AlumniCommon


class TestAttendee(AlumniCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.event = cls.env["event.event"].create(
            {
                "name": "Career talk",
                "date_begin": "2025-03-01 09:00:00",
                "date_end": "2025-03-01 17:00:00",
            }
        )
        cls.ada = cls._person("Ada Lovelace", email="Ada@Example.org")
        cls.zoe = cls._person("Zoé Dupont-Morel", email="family@example.org")
        cls.paul = cls._person("Paul Dupont", email="family@example.org")

    def _register(self, **values):
        return self.env["event.registration"].create(
            {"event_id": self.event.id, **values}
        )

    def test_booking_for_four_gives_credit_to_four(self):
        registrations = self.env["event.registration"].create(
            [
                {"event_id": self.event.id, "partner_id": self.ada.id, **values}
                for values in (
                    {"name": "Ada Lovelace", "email": "ada@example.org"},
                    {"name": "DUPONT MOREL zoe", "email": "family@example.org"},
                    {"name": "Paul Dupont", "email": "FAMILY@example.org"},
                    {"name": "Unknown Guest", "email": "guest@example.org"},
                )
            ]
        )
        self.assertEqual(
            [registration.attendee_id for registration in registrations],
            [self.ada, self.zoe, self.paul, self.env["res.partner"]],
        )

    def test_the_booker_without_more_is_the_attendee(self):
        self.assertEqual(self._register(partner_id=self.ada.id).attendee_id, self.ada)

    def test_the_booker_with_another_address(self):
        registration = self._register(
            partner_id=self.ada.id, name="LOVELACE Ada", email="ada@work.example"
        )
        self.assertEqual(registration.attendee_id, self.ada)

    def test_a_guest_with_the_address_of_the_booker(self):
        registration = self._register(
            partner_id=self.ada.id, name="William King", email="ada@example.org"
        )
        self.assertFalse(registration.attendee_id)

    def test_address_alone(self):
        self.assertEqual(self._register(email="ada@example.org").attendee_id, self.ada)
        self.assertFalse(self._register(email="family@example.org").attendee_id)

    def test_birth_name_and_title(self):
        self.ada.alumni_birth_name = "Byron"
        for name in ("Ada Byron", "Dr Ada Lovelace"):
            registration = self._register(name=name, email="ada@example.org")
            self.assertEqual(registration.attendee_id, self.ada, name)
        registration = self._register(name="Byron King", email="ada@example.org")
        self.assertFalse(registration.attendee_id)

    def test_duplicate_records(self):
        twin = self._person("Ada Lovelace", email="ada@example.org")
        values = {"name": "Ada Lovelace", "email": "ada@example.org"}
        self.assertEqual(self._register(**values).attendee_id, self.ada)
        self.assertEqual(self._register(partner_id=twin.id, **values).attendee_id, twin)

    def test_companies_are_nobody(self):
        firm = self.env["res.partner"].create(
            {"name": "Firm", "email": "firm@example.org", "is_company": True}
        )
        self.assertFalse(self._register(partner_id=firm.id).attendee_id)

    def test_people_of_another_institution(self):
        self.ada.company_id = self.other_company
        self.event.company_id = self.company
        self.assertFalse(
            self._register(name="Ada Lovelace", email="ada@example.org").attendee_id
        )

    def test_correction_by_hand(self):
        registration = self._register(name="A. L.", email="al@example.org")
        self.assertFalse(registration.attendee_id)
        registration.with_user(self.officer).attendee_id = self.ada
        registration.write({"phone": "+33100000000", "state": "done"})
        self.env.flush_all()
        self.assertEqual(registration.attendee_id, self.ada)
        given = self._register(
            name="Paul Dupont", email="family@example.org", attendee_id=self.zoe.id
        )
        self.assertEqual(given.attendee_id, self.zoe)

    def test_match_again_after_people_were_loaded(self):
        late = self._register(name="Late Person", email="late@example.org")
        kept = self._register(name="X", email="x@example.org", attendee_id=self.ada.id)
        person = self._person("Late Person", email="late@example.org")
        self.assertFalse(late.attendee_id)
        (late | kept).with_user(self.officer).action_match_attendees()
        self.assertEqual(late.attendee_id, person)
        self.assertEqual(kept.attendee_id, self.ada)

    def test_no_query_per_registration(self):
        def register(start, number):
            people = self.env["res.partner"].create(
                [
                    {"name": f"Person {index}", "email": f"p{index}@example.org"}
                    for index in range(start, start + number)
                ]
            )
            registrations = self.env["event.registration"].create(
                [
                    {
                        "event_id": self.event.id,
                        "name": person.name,
                        "email": person.email,
                        "attendee_id": False,
                    }
                    for person in people
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            field = registrations._fields["attendee_id"]
            self.env.add_to_compute(field, registrations)
            before = self.cr.sql_log_count
            registrations.flush_recordset(["attendee_id"])
            queries = self.cr.sql_log_count - before
            self.assertEqual(registrations.attendee_id, people)
            return queries

        self.assertEqual(register(0, 10), register(100, 80))

    def test_merge_moves_the_credit(self):
        loser = self._person("Ada Byron", email="byron@example.org")
        registration = self._register(name="Ada Byron", email="byron@example.org")
        self.assertEqual(registration.attendee_id, loser)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.ada | loser).ids, self.ada
        )
        self.assertEqual(registration.attendee_id, self.ada)

    def test_attended_events_of_a_person(self):
        attended = self._register(partner_id=self.ada.id, state="done")
        self._register(partner_id=self.ada.id)
        self.assertEqual(self.ada.alumni_attendance_count, 1)
        action = self.ada.action_alumni_attendances()
        self.assertEqual(
            self.env[action["res_model"]].search(action["domain"]), attended
        )

    def test_access(self):
        registration = self._register(partner_id=self.ada.id)
        for user in (self.officer, self.manager):
            self.assertEqual(registration.with_user(user).attendee_id.id, self.ada.id)
        for user in (self.analyst, self.portal, self.public):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                registration.with_user(user).read(["attendee_id"])
        self.event.company_id = self.company
        with self.assertRaises(AccessError):
            registration.with_user(self.other_officer).read(["attendee_id"])

    def test_who_prepares_events(self):
        """Officers prepare events with all that belongs to them; only an
        administrator of events deletes one."""
        values = {
            "name": "Reunion",
            "date_begin": "2025-03-01 09:00:00",
            "date_end": "2025-03-01 17:00:00",
            "event_ticket_ids": [Command.create({"name": "Free"})],
            "question_ids": [
                Command.create({"title": "Diet", "question_type": "text_box"})
            ],
        }
        for user in (self.officer, self.manager):
            event = self.env["event.event"].with_user(user).create(values)
            event.write({"name": "Gala", "event_ticket_ids": [Command.clear()]})
            event.event_mail_ids.unlink()
            self.assertTrue(event.has_access("write"))
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                event.unlink()
        for user in (self.analyst, self.portal, self.public):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["event.event"].with_user(user).create(values)
        self.event.company_id = self.company
        with self.assertRaises(AccessError):
            self.event.with_user(self.other_officer).name = "Mine"
