from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import EventCommon


@tagged("post_install", "-at_install")
class TestInvitation(EventCommon):
    def _invite(self, people, event=None):
        return self.env["alumni.invitation"]._invite(
            event or self.event, SQL("SELECT unnest(%s)", people.ids)
        )

    def test_row_is_the_one_that_the_orm_writes(self):
        created = self._invitation(self.ada)
        self._invite(self.zoe)
        invited = self.event.alumni_invitation_ids - created
        self.env.flush_all()
        rows = []
        for invitation in (created, invited):
            self.env.cr.execute(
                "SELECT * FROM alumni_invitation WHERE id = %s", [invitation.id]
            )
            row = self.env.cr.dictfetchone()
            for name in ("id", "partner_id", "create_date", "write_date"):
                row.pop(name)
            rows.append(row)
        self.assertEqual(*rows)
        self.assertEqual(invited.company_id, self.event.company_id)

    def test_same_person_is_invited_once(self):
        self.assertEqual(self._invite(self.people), 3)
        self.assertEqual(self._invite(self.people), 0)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self._invitation(self.ada)
            self.env.flush_all()

    def test_who_cannot_be_invited(self):
        dead = self._person("Dan Dead", alumni_deceased=True)
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        stranger = self._person("Sue Stranger", company_id=self.other_company.id)
        gone = self._person("Gus Gone", active=False)
        self.assertEqual(self._invite(dead | firm | stranger | gone | self.ada), 1)
        with self.assertRaisesRegex(ValidationError, "Firm"):
            self._invitation(firm)

    def test_thousands_in_a_few_statements(self):
        def statements(count):
            people = self.env["res.partner"].create(
                [{"name": f"Person {number}"} for number in range(count)]
            )
            event = self._event(f"For {count}", days=10)
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.assertEqual(self._invite(people, event), count)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        self.assertEqual(statements(10), statements(500))
        self.assertLess(statements(20), 12)

    def test_state_follows(self):
        invitation = self._invitation()
        self.assertEqual(invitation.state, "new")
        for values, state in (
            ({"invited_date": "2025-01-01"}, "invited"),
            ({"delivered_date": "2025-01-01"}, "delivered"),
            ({"bounced": True}, "bounced"),
            ({"answer": "maybe"}, "maybe"),
            ({"answer": "no"}, "no"),
        ):
            invitation.write(values)
            self.assertEqual(invitation.state, state)

    def test_asked_in_another_way_than_by_e_mail(self):
        """Saying how says when: today, unless it is known already."""
        today = fields.Date.context_today(self.env.user)
        first = self._invitation(channel="letter").with_user(self.officer)
        self.assertEqual((first.state, first.invited_date), ("invited", today))
        second = self._invitation(self.zoe, invited_date="2025-01-01")
        (first | second).write({"channel": "phone"})
        self.assertEqual(str(second.invited_date), "2025-01-01")
        third = self._invitation(self.paul).with_user(self.officer)
        third.write({"channel": "in_person", "answer": "yes"})
        self.assertEqual((third.state, third.invited_date), ("yes", today))
        self.assertEqual(third.answer_ids.answer, "yes")

    def test_change_of_mind_is_kept(self):
        invitation = self._invitation().with_user(self.officer)
        invitation.write({"answer": "yes", "answer_channel": "phone"})
        invitation.action_answer_maybe()
        invitation.action_answer_maybe()
        invitation.action_answer_no()
        invitation.answer = False
        self.assertEqual(
            [(line.answer, line.channel) for line in invitation.answer_ids.sorted()],
            [
                (False, "staff"),
                ("no", "staff"),
                ("maybe", "staff"),
                ("yes", "phone"),
            ],
        )
        self.assertEqual(invitation.answer_ids.create_uid, self.officer)
        self.assertFalse(invitation.answer_date)
        self.assertFalse(invitation.answer_channel)

    def test_attendance_follows_the_registrations(self):
        came, stayed, open_, undecided = (
            self._invitation(self.ada, self.past),
            self._invitation(self.zoe, self.past),
            self._invitation(self.ada),
            self._invitation(self.paul),
        )
        self._register(self.ada, self.past, state="cancel")
        seat = self._register(self.ada, self.past, state="done")
        self._register(self.zoe, self.past)
        self._register(self.ada)
        self.assertEqual(came.registration_id, seat)
        self.assertEqual(
            [one.attendance for one in (came, stayed, open_, undecided)],
            ["attended", "absent", "registered", False],
        )
        found = self.env["alumni.invitation"].search
        mine = [("event_id", "in", (self.event | self.past).ids)]
        self.assertEqual(found([*mine, ("attendance", "=", "attended")]), came)
        self.assertEqual(
            found([*mine, ("attendance", "in", ["absent", "registered"])]),
            stayed | open_,
        )
        self.assertEqual(found([*mine, ("attendance", "=", False)]), undecided)
        # who really sat there is corrected: credit and invitation follow
        seat.attendee_id = self.paul
        self.assertEqual(self._invitation(self.paul, self.past).attendance, "attended")
        came.invalidate_recordset()
        self.assertEqual(came.attendance, "cancelled")

    def test_counts(self):
        self._invitation(self.ada, answer="yes")
        self._invitation(self.zoe, answer="no")
        self._invitation(self.paul)
        event = self.event.with_user(self.officer)
        # Paul is on the list, and was not asked yet.
        self.assertEqual(
            (event.alumni_accepted_count, event.alumni_invitation_count), (1, 2)
        )
        self.assertEqual(event.alumni_to_invite_count, 1)
        self.assertEqual(self.programme.invitation_count, 3)
        self.assertEqual(self.ada.alumni_invitation_count, 1)
        for action in (
            event.action_alumni_invitations(),
            self.programme.action_view_invitations(),
        ):
            self.assertEqual(
                self.env["alumni.invitation"].search(action["domain"]),
                self.event.alumni_invitation_ids,
            )

    def test_event_moves_to_another_programme(self):
        invitation = self._invitation()
        other = self.env["alumni.programme"].create({"name": "Other"})
        self.event.programme_id = other
        self.assertEqual(invitation.programme_id, other)
        self.assertEqual(other.invitation_count, 1)

    def test_event_of_another_institution_moves_its_invitations(self):
        invitation = self._invitation()
        self.event.company_id = self.other_company
        self.assertEqual(invitation.company_id, self.other_company)
        self.event.company_id = False
        self.assertEqual(invitation.company_id, self.other_company)

    def test_event_with_invitations_is_deleted(self):
        self._invitation()
        planned = self._event("Planned", days=5)
        listed = self._invitation(self.ada, planned)
        planned.unlink()
        self.assertFalse(listed.exists())
        self.event.alumni_invitation_ids.invited_date = "2025-01-01"
        with self.assertRaisesRegex(UserError, "Archive the event"):
            self.event.unlink()

    def test_code_is_unique_in_the_institution(self):
        self.event.code = "E001"
        self._event("Elsewhere", days=1, code="E001", company_id=self.other_company.id)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.past.code = "E001"
            self.env.flush_all()

    def test_merge_of_two_invited_people(self):
        twin = self._person("Ada Byron", email="ada@example.org")
        kept = self._invitation(
            self.ada, invited_date="2025-02-01", answer="no", bounced=True
        )
        self.assertFalse(kept.channel)
        kept.answer_date = "2025-02-02 10:00:00"
        lost = self._invitation(
            twin,
            invited_date="2025-01-01",
            channel="letter",
            answer="yes",
            answer_date="2025-02-03 10:00:00",
        )
        moved = self._invitation(twin, self.past, answer="maybe")
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.ada | twin).ids, self.ada
        )
        self.assertFalse(lost.exists())
        self.assertEqual(moved.partner_id, self.ada)
        self.assertEqual(kept.answer, "yes")
        self.assertEqual(str(kept.invited_date), "2025-01-01")
        self.assertFalse(kept.bounced)
        self.assertEqual(kept.channel, "letter")
        self.assertEqual(sorted(kept.answer_ids.mapped("answer")), ["no", "yes"])
        self.assertEqual(moved.answer_ids.answer, "maybe")

    def test_access(self):
        invitation = self._invitation(answer="no")
        history = invitation.answer_ids
        for user in (self.officer, self.manager):
            invitation.with_user(user).answer = "maybe"
            self.assertTrue(history.with_user(user).answer)
            with self.assertRaises(AccessError):
                history.with_user(user).answer = "yes"
        for user in (self.analyst, self.portal, self.public, self.other_officer):
            for record in (invitation, history):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    record.with_user(user).read(["answer"])
            with self.assertRaises(AccessError):
                self.env["alumni.invitation"].with_user(user)._invite(
                    self.event, SQL("SELECT 0")
                )
        self.past.company_id = self.other_company
        self._invitation(self.zoe, self.past)
        self.assertEqual(
            self.env["alumni.invitation"]
            .with_user(self.other_officer)
            .search([])
            .event_id,
            self.past,
        )

    def test_kinds_are_the_manager_s(self):
        kind = self.env.ref("alumni_relations.event_kind_webinar")
        kind.with_user(self.manager).name = "Web talk"
        with self.assertRaises(AccessError):
            kind.with_user(self.officer).name = "Other"
        self.assertEqual(kind.with_user(self.analyst).name, "Web talk")
        for user in (self.portal, self.public):
            with self.assertRaises(AccessError):
                kind.with_user(user).read(["name"])
