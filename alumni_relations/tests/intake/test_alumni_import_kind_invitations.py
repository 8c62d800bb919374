from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import IntakeCommon

HEADER = (
    "event_ref,person_ref,invited_on,answer,attended,satisfaction_1_5,recommend_0_10"
)


@tagged("post_install", "-at_install")
class TestImportInvitations(IntakeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.event, cls.future = (
            cls.env["event.event"].create(
                {
                    "name": code,
                    "code": code,
                    "date_begin": fields.Datetime.now() + timedelta(days=days),
                    "date_end": fields.Datetime.now() + timedelta(days=days, hours=2),
                    "date_tz": "UTC",
                    "event_mail_ids": [],
                }
            )
            for code, days in (("T1", -30), ("T2", 30))
        )
        cls.people = cls.env["res.partner"]
        for number in range(1, 5):
            person = cls._person(
                f"Person {number}", email=f"p{number}@example.org", phone="+33123456789"
            )
            cls.env["alumni.student.number"].create(
                {"name": f"000{number}", "partner_id": person.id}
            )
            cls.people |= person

    def _load(self, *lines, header=HEADER):
        content = "\n".join([header, *lines]).encode()
        return self.run_file(content, "invitations.csv", "invitations")

    def _invitation(self, number, event=None):
        return self.env["alumni.invitation"].search(
            [
                ("event_id", "=", (event or self.event).id),
                ("partner_id", "=", self.people[number - 1].id),
            ]
        )

    def _seats(self):
        return self.env["event.registration"].search(
            [("event_id", "in", (self.event | self.future).ids)], order="id"
        )

    def test_steps_of_the_funnel(self):
        document = self._load(
            "T1,0001,2024-06-05,yes,1,4,9",
            "T1,0002,2024-06-05,yes,0,,",
            "T1,0003,2024-06-05,no,0,,",
            "T1,0004,2024-06-05,,0,,",
        )
        self.assertEqual((document.records_new, document.records_created), (4, 4))
        invitations = [self._invitation(number) for number in range(1, 5)]
        self.assertEqual(
            [
                (one.state, one.answer_channel, one.attendance, len(one.answer_ids))
                for one in invitations
            ],
            [
                ("yes", "file", "attended", 1),
                ("yes", "file", "absent", 1),
                ("no", "file", False, 1),
                ("invited", False, False, 0),
            ],
        )
        self.assertEqual(str(invitations[3].invited_date), "2024-06-05")
        self.assertFalse(invitations[0].answer_date, "the file does not say when")
        came = self._seats()[0]
        self.assertEqual(came.date_closed, self.event.date_begin)
        answers = self.env["survey.user_input"].search(
            [("alumni_event_id", "=", self.event.id)]
        )
        self.assertEqual(answers.partner_id, self.people[0])
        self.assertEqual(
            sorted(answers.user_input_line_ids.mapped("value_scale")), [4, 9]
        )

    def test_row_of_the_registration_is_the_one_that_the_orm_writes(self):
        self._load("T2,0001,,yes,,,")
        loaded = self._seats()
        person = self.people[0]
        created = self.env["event.registration"].create(
            {"event_id": self.future.id, "partner_id": person.id}
        )
        self.env.flush_all()
        rows = []
        for seat in (loaded, created):
            self.env.cr.execute(
                "SELECT * FROM event_registration WHERE id = %s", [seat.id]
            )
            row = self.env.cr.dictfetchone()
            for name in ("id", "create_date", "write_date", "barcode"):
                row.pop(name)
            rows.append(row)
        self.assertEqual(*rows)
        self.assertTrue(loaded.barcode.isdigit())

    def test_loading_again_has_no_effect(self):
        lines = ["T1,0001,2024-06-05,yes,1,4,9", "T1,0002,2024-06-05,maybe,1,,"]
        self._load(*lines)
        before = self._invitation(1).answer_ids, self._seats()
        document = self._load(*lines)
        self.assertEqual((document.records_new, document.records_created), (0, 0))
        self.assertEqual((self._invitation(1).answer_ids, self._seats()), before)

    def test_file_completes_what_is_on_record(self):
        known = self.env["alumni.invitation"].create(
            {
                "event_id": self.event.id,
                "partner_id": self.people[0].id,
                "answer": "no",
                "answer_channel": "phone",
            }
        )
        seat = self.env["event.registration"].create(
            {"event_id": self.event.id, "partner_id": self.people[1].id}
        )
        self._load("T1,0001,2024-06-05,yes,,,", "T1,0002,2024-06-05,no,,,")
        self.assertEqual((known.answer, known.answer_channel), ("no", "phone"))
        self.assertEqual(str(known.invited_date), "2024-06-05")
        self._load("T1,0002,2024-06-09,yes,1,,")
        second = self._invitation(2)
        self.assertEqual(second.answer, "yes", "the newer file corrects the older")
        self.assertEqual(str(second.invited_date), "2024-06-05")
        self.assertEqual(second.answer_ids.mapped("answer"), ["yes", "no"])
        self.assertEqual(self._seats(), seat)
        self.assertEqual(seat.state, "done")

    def test_of_two_lines_about_one_the_last_counts(self):
        self.env["alumni.student.number"].create(
            {"name": "9901", "partner_id": self.people[0].id}
        )
        document = self._load("T1,0001,2024-06-05,yes,,,", "T1,9901,2024-06-05,no,,,")
        self.assertEqual((document.records_new, document.records_created), (1, 1))
        self.assertEqual(self._invitation(1).answer, "no")

    def test_french_file(self):
        self._load(
            "T1;0001;05/06/2024;Oui;07/06/2024;oui",
            "T1;0002;05/06/2024;Peut-être;;non",
            header="Événement;Numéro étudiant;Invité le;Réponse;Répondu le;Présent",
        )
        self.assertEqual(self._invitation(1).attendance, "attended")
        self.assertEqual(str(self._invitation(1).answer_date.date()), "2024-06-07")
        self.assertEqual(self._invitation(2).answer, "maybe")

    def test_who_only_came_walked_in(self):
        document = self._load("T1,0001,,,1,5,10")
        self.assertEqual((document.records_new, document.records_created), (0, 0))
        self.assertFalse(self._invitation(1))
        self.assertEqual(self._seats().attendee_id, self.people[0])
        self.assertEqual(self._seats().state, "done")

    def test_event_to_come_has_so_many_seats(self):
        self.future.write({"seats_limited": True, "seats_max": 2})
        lines = [f"T2,000{number},,yes,,," for number in range(1, 5)]
        self._load(*lines)
        states = [self._invitation(n, self.future).state for n in range(1, 5)]
        self.assertEqual(states, ["yes", "yes", "waiting", "waiting"])
        self._load("T2,0001,,no,,,")
        states = [self._invitation(n, self.future).state for n in range(1, 5)]
        self.assertEqual(states, ["no", "yes", "yes", "waiting"])

    def test_rejected_lines(self):
        document = self._load(
            "T9,0001,2024-06-05,yes,1,,",
            "T1,9999,2024-06-05,yes,1,,",
            "T1,0001,2024-13-05,yes,1,,",
            "T1,0001,2024-06-05,perchance,1,,",
            "T1,0001,2024-06-05,yes,2,,",
            "T1,0001,2024-06-05,yes,1,6,",
            "T1,0001,2024-06-05,yes,1,,11",
            "T1,,2024-06-05,yes,1,,",
            "T2,0001,2024-06-05,yes,1,,",
        )
        self.assertEqual(document.records_created, 0)
        self.assertEqual(
            document.problem_ids.mapped(lambda line: (line.number, line.reason)),
            [
                (2, "unknown_event"),
                (3, "unknown_person"),
                (4, "bad_date"),
                (5, "bad_value"),
                (6, "bad_value"),
                (7, "bad_value"),
                (8, "bad_value"),
                (9, "missing_value"),
                (10, "bad_value"),
            ],
        )
        self.assertIn("has not taken place", document.problem_ids[-1].message)
        self.assertFalse(self._seats())
