from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from ...models.reports.alumni_funnel_mixin import STEPS
from ..common import AlumniKpiCommon


@tagged("post_install", "-at_install")
class TestFunnel(AlumniKpiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.event.write({"programme_id": cls.programme.id, "event_mail_ids": False})
        cls.ada = cls._alumnus("Ada Lovelace")
        cls.zoe = cls._alumnus("Zoe Dupont", award="2015-07-01", school=cls.arts)
        cls.paul = cls._alumnus("Paul Morel")
        cls._settle()

    def tearDown(self):
        """Whatever a test did, the cube adds up the rows."""
        self._settle()
        self.assertFunnelCubeHolds()
        super().tearDown()

    def _event(self, name="Other", days=None, **values):
        begin = (
            fields.Datetime.now() + timedelta(days=days)
            if days is not None
            else fields.Datetime.to_datetime("2024-05-01 16:00:00")
        )
        return self.env["event.event"].create(
            {
                "name": name,
                "date_begin": begin,
                "date_end": begin + timedelta(hours=2),
                "date_tz": "Europe/Paris",
                "event_mail_ids": [],
                **values,
            }
        )

    def _invite(self, person, event=None, **values):
        values.setdefault("invited_date", "2024-05-01")
        return self.env["alumni.invitation"].create(
            {
                "event_id": (event or self.event).id,
                "partner_id": person.id,
                **values,
            }
        )

    def _seat(self, person, event=None, state="open", early=True, **values):
        event = event or self.event
        seat = self.env["event.registration"].create(
            {
                "event_id": event.id,
                "partner_id": person.id,
                "attendee_id": person.id,
                "state": state,
                **values,
            }
        )
        if early:
            self.env.cr.execute(
                "UPDATE event_registration SET create_date = %s WHERE id = %s",
                [event.date_begin - timedelta(days=9), seat.id],
            )
        return seat

    def _row(self, person, event=None):
        self._settle()
        return self.env["alumni.funnel"].search(
            [
                ("partner_id", "=", person.id),
                ("event_id", "=", (event or self.event).id),
            ]
        )

    def _steps(self, person, event=None):
        row = self._row(person, event)
        return {step for step in STEPS if row[step]} if row else None

    def test_steps(self):
        self._invite(self.ada, answer="yes", delivered_date="2024-05-01")
        self._seat(self.ada, state="done")
        self._invite(self.zoe, answer="no")
        self._invite(self.paul)
        self.assertEqual(
            self._steps(self.ada),
            {"invited", "delivered", "answered", "accepted", "registered", "attended"},
        )
        self.assertEqual(
            self._steps(self.zoe), {"invited", "delivered", "answered", "answered_no"}
        )
        self.assertEqual(self._steps(self.paul), {"invited"})
        row = self._row(self.zoe)
        self.assertEqual(row.generation_id, self.younger)
        self.assertEqual(row.school_id, self.arts)
        self.assertEqual(row.programme_id, self.programme)
        self.assertEqual(str(row.date), "2024-06-01")

    def test_change_of_mind(self):
        invitation = self._invite(self.ada, answer="maybe")
        self.assertIn("answered_maybe", self._steps(self.ada))
        invitation.answer = "no"
        self.assertEqual(
            self._steps(self.ada), {"invited", "delivered", "answered", "answered_no"}
        )
        invitation.unlink()
        self.assertIsNone(self._steps(self.ada))

    def test_who_is_only_on_the_list_was_not_invited(self):
        self._invite(self.ada, invited_date=False)
        self.assertIsNone(self._steps(self.ada))

    def test_message_that_came_back(self):
        self._invite(self.ada, bounced=True)
        self.assertEqual(self._steps(self.ada), {"invited"})

    def test_asked_in_another_way(self):
        """Who was asked by phone needs no message; a letter is taken to arrive."""
        invitation = self._invite(self.ada, bounced=True, channel="email")
        self.assertEqual(self._steps(self.ada), {"invited"})
        invitation.channel = "phone"
        self.assertEqual(self._steps(self.ada), {"invited", "delivered"})
        self._invite(self.zoe, channel="letter")
        self.assertEqual(self._steps(self.zoe), {"invited", "delivered"})

    def test_walk_in_no_show_and_cancellation(self):
        self._seat(self.ada, state="done", early=False)
        self.assertEqual(self._steps(self.ada), {"attended", "walk_in"})
        self._seat(self.zoe)
        self.assertEqual(self._steps(self.zoe), {"registered", "no_show"})
        seat = self._seat(self.paul)
        seat.action_cancel()
        self.assertEqual(self._steps(self.paul), {"registered", "cancelled"})
        seat.state = "done"
        self.assertEqual(self._steps(self.paul), {"registered", "attended"})

    def test_registered_beforehand_without_invitation_is_no_walk_in(self):
        self._seat(self.ada, state="done")
        self.assertEqual(self._steps(self.ada), {"registered", "attended"})

    def test_attendance_twice_counts_once(self):
        self._seat(self.ada, state="done")
        self._seat(self.ada, state="done")
        self._seat(self.ada, state="cancel")
        self.assertEqual(len(self._row(self.ada)), 1)
        self.assertEqual(self._steps(self.ada), {"registered", "attended"})

    def test_seat_of_nobody_in_particular_is_not_in_the_funnel(self):
        self.env["event.registration"].create(
            {"event_id": self.event.id, "name": "Somebody", "state": "done"}
        )
        self._settle()
        self.assertFalse(
            self.env["alumni.funnel"].search([("event_id", "=", self.event.id)])
        )

    def test_credit_moves_to_who_came(self):
        seat = self._seat(self.ada, state="done")
        self._settle()
        seat.attendee_id = self.zoe
        self.assertIsNone(self._steps(self.ada))
        self.assertEqual(self._steps(self.zoe), {"registered", "attended"})
        seat.unlink()
        self.assertIsNone(self._steps(self.zoe))

    def test_absent_once_the_event_is_over(self):
        event = self._event(days=1)
        self._seat(self.ada, event)
        self.assertEqual(self._steps(self.ada, event), {"registered"})
        # time passes: no record changes
        self._settle()
        self.cr.execute(
            "UPDATE event_event SET date_begin = date_begin - interval '2 days',"
            " date_end = date_end - interval '2 days' WHERE id = %s",
            [event.id],
        )
        self.env["alumni.funnel"]._cron_over()
        self.assertEqual(self._steps(self.ada, event), {"registered", "no_show"})

    def test_gave_or_volunteered_afterwards(self):
        self._seat(self.ada, state="done")
        self._seat(self.zoe)
        for person in (self.ada, self.zoe):
            self._gift(person, date="2024-06-01")
            self._gift(person, date="2025-06-02")
        self.assertNotIn("gave", self._steps(self.ada))
        gift = self._gift(self.ada, date="2025-06-01")
        self._gift(self.zoe, date="2025-06-01")
        self.assertIn("gave", self._steps(self.ada))
        self.assertNotIn("gave", self._steps(self.zoe), "did not come")
        gift.unlink()
        self.assertNotIn("gave", self._steps(self.ada))
        self.env["alumni.participation"].create(
            {
                "partner_id": self.ada.id,
                "programme_id": self.programme.id,
                "role": "mentor",
                "date": "2024-09-01",
                "state": "done",
            }
        )
        self.assertIn("gave", self._steps(self.ada))

    def test_answered_the_survey(self):
        """Of who came; who was neither asked nor registered is not in the funnel."""
        self._seat(self.ada, state="done")
        self._seat(self.zoe)
        survey = self.env.ref("alumni_relations.survey_after_event")
        question = self.env.ref("alumni_relations.question_event_satisfaction")
        self.env["survey.user_input"]._alumni_record_answers(
            survey,
            [
                {
                    "event_id": self.event.id,
                    "partner_id": person.id,
                    "date": "2024-06-02",
                    "answers": {question.id: 4},
                }
                for person in (self.ada, self.zoe, self.paul)
            ],
        )
        self.assertIn("surveyed", self._steps(self.ada))
        self.assertNotIn("surveyed", self._steps(self.zoe))
        self.assertIsNone(self._steps(self.paul))

    def test_event_moves(self):
        self._seat(self.ada)
        self.assertEqual(self._row(self.ada).period_id.year, 2024)
        other = self.env["alumni.programme"].create({"name": "Other"})
        kind = self.env.ref("alumni_relations.event_kind_reunion")
        self.event.write(
            {
                "programme_id": other.id,
                "alumni_kind_id": kind.id,
                "date_begin": "2023-06-01 16:00:00",
                "date_end": "2023-06-01 20:00:00",
            }
        )
        row = self._row(self.ada)
        self.assertEqual((row.programme_id, row.event_kind_id), (other, kind))
        self.assertEqual(str(row.date), "2023-06-01")

    def test_event_is_deleted(self):
        event = self._event()
        self._invite(self.ada, event, invited_date=False)
        seat = self._seat(self.ada, event)
        self.assertTrue(self._row(self.ada, event))
        seat.unlink()
        event.unlink()
        self._settle()
        self.assertFalse(
            self.env["alumni.funnel"].search([("partner_id", "=", self.ada.id)])
        )

    def test_person_changes(self):
        self._seat(self.ada)
        self._settle()
        self._education(self.ada, "2001-07-01", self.arts, self.master)
        self.assertEqual(self._row(self.ada).school_id, self.arts)

    def test_merge(self):
        self._invite(self.ada, answer="no")
        self._seat(self.zoe, state="done")
        self._invite(self.zoe)
        self._settle()
        self.env["base.partner.merge.automatic.wizard"].sudo()._merge(
            (self.ada | self.zoe).ids, self.ada, extra_checks=False
        )
        self.assertEqual(
            self._steps(self.ada),
            {
                "invited",
                "delivered",
                "answered",
                "answered_no",
                "registered",
                "attended",
            },
        )

    def test_rates_are_ratios_of_sums(self):
        small, large = self.event, self._event()
        people = [self._alumnus() for _number in range(9)]
        self._invite(people[0], small, answer="yes")
        for number, person in enumerate(people):
            self._invite(person, large, answer="no" if number < 2 else False)
        self._seat(people[0], small, state="done")
        self._seat(people[0], large, state="done")
        for person in people[1:4]:
            self._seat(person, large)
        self._seat(people[4], large, state="cancel")
        self._seat(people[5], large, state="done", early=False)
        self._settle()
        both = [("event_id", "in", (small | large).ids)]
        names = ["response_rate:avg", "positive_response_rate:avg"]
        names += ["attendance_rate:avg", "no_show_rate:avg"]
        Funnel = self.env["alumni.funnel"].with_user(self.analyst)
        [total], events = Funnel.formatted_read_grouping_sets(
            both, [[], ["event_id"]], names
        )
        # 3 of 10 answered: not the mean of 100 % and 22 %
        self.assertAlmostEqual(total["response_rate:avg"], 3 / 10)
        self.assertAlmostEqual(total["positive_response_rate:avg"], 1 / 3)
        # invited and came, late as the registration was: no walk-in
        self.assertAlmostEqual(total["attendance_rate:avg"], 3 / 6)
        self.assertAlmostEqual(total["no_show_rate:avg"], 3 / 6)
        rates = {row["event_id"][0]: row["response_rate:avg"] for row in events}
        self.assertAlmostEqual(rates[small.id], 1)
        self.assertAlmostEqual(rates[large.id], 2 / 9)
        measures = Funnel.fields_get(["response_rate"], ["aggregator"])
        self.assertEqual(measures["response_rate"]["aggregator"], "avg")
        # no answer at all is no rate, not a rate of 0
        [(rate,)] = Funnel._read_group(
            [*both, ("invited", "=", 0)], [], ["response_rate:avg"]
        )
        self.assertFalse(rate)
        # a rate opens the people of its numerator, and the others on demand
        for rate, people, others in (
            ("response_rate", 3, 7),
            ("positive_response_rate", 1, 9),
            ("attendance_rate", 3, 7),
            ("no_show_rate", 3, 7),
            ("walk_in_share", 0, 10),
        ):
            for domain, expected in (
                ([(rate, "!=", 0)], people),
                ([(rate, "=", 1)], people),
                ([(rate, "=", 0)], others),
                ([(rate, "in", [0, 1])], 10),
                ([(rate, "=", 0.5)], 0),
            ):
                with self.subTest(domain=domain):
                    self.assertEqual(Funnel.search_count(both + domain), expected)

    def test_rebuild_equals_incremental(self):
        self._invite(self.ada, answer="yes")
        self._seat(self.ada, state="done")
        self._seat(self.zoe)
        self._gift(self.ada, date="2024-07-01")
        self._settle()

        def rows():
            self.env.cr.execute("SELECT * FROM alumni_funnel ORDER BY event_id")
            return sorted(
                tuple(value for name, value in row.items() if name != "id")
                for row in self.env.cr.dictfetchall()
            )

        self.env.cr.execute("UPDATE alumni_funnel SET invited = 0")
        self._seat(self.paul, state="done")
        self._settle()
        self.env.cr.execute("SELECT count(*) FROM alumni_funnel WHERE invited = 1")
        self.assertEqual(self.env.cr.fetchone()[0], 0)
        self.env["alumni.rebuild"]._run()
        rebuilt = rows()
        self.assertIn("invited", self._steps(self.ada))
        self.env.cr.execute("DELETE FROM alumni_funnel; DELETE FROM alumni_funnel_cube")
        self.env["alumni.funnel"]._refresh(SQL("TRUE"))
        self.assertEqual(rows(), rebuilt)

    def test_what_is_right_is_not_written(self):
        self._invite(self.ada, answer="yes")
        self._seat(self.zoe)
        self._settle()

        def written():
            self.env.cr.execute(
                """
                SELECT array_agg((ctid, xmax)::text ORDER BY id), (
                    SELECT last_value FROM alumni_funnel_id_seq
                ) FROM alumni_funnel
                """
            )
            return self.env.cr.fetchone()

        before = written()
        self.env["alumni.rebuild"]._run()
        self.assertEqual(written(), before)
        # one row differs: that one only
        self.env.cr.execute(
            "UPDATE alumni_funnel SET invited = 0 WHERE partner_id = %s",
            [self.ada.id],
        )
        zoe = self._row(self.zoe).id
        self.env.cr.execute("SELECT ctid FROM alumni_funnel WHERE id = %s", [zoe])
        place = self.env.cr.fetchone()
        self.env["alumni.rebuild"]._run()
        self.assertIn("invited", self._steps(self.ada))
        self.env.cr.execute("SELECT ctid FROM alumni_funnel WHERE id = %s", [zoe])
        self.assertEqual(self.env.cr.fetchone(), place)

    def test_bulk(self):
        invitations = self.env["alumni.invitation"]
        invitations._invite(self.event, SQL("SELECT %s", self.ada.id))
        self.assertIsNone(self._steps(self.ada))
        self.env.cr.execute("UPDATE alumni_invitation SET state = 'invited'")
        invitations.invalidate_model()
        invitations._bulk_written(SQL("SELECT id FROM alumni_invitation"))
        self.assertEqual(self._steps(self.ada), {"invited"})

    def test_drill_to_people(self):
        self._seat(self.ada)
        row = self._row(self.ada).with_user(self.officer)
        people = self.env["res.partner"].search(row.action_open_people()["domain"])
        self.assertEqual(people, self.ada)
        for record in (self.event, self.programme):
            action = record.with_user(self.officer).action_alumni_funnel()
            self.assertEqual(self.env["alumni.funnel"].search(action["domain"]), row)

    def test_access(self):
        self._seat(self.ada)
        row = self._row(self.ada)
        for user in (self.analyst, self.officer, self.manager):
            self.assertEqual(row.with_user(user).registered, 1)
            with self.assertRaises(AccessError):
                row.with_user(user).registered = 0
        with self.assertRaises(AccessError):
            row.with_user(self.analyst).partner_id.read(["email"])
        for user in (self.portal, self.public, self.other_officer):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                row.with_user(user).read(["registered"])
