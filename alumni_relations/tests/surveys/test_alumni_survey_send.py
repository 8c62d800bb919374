from odoo.exceptions import AccessError, UserError

from .common import SurveyCommon


class TestSurveySend(SurveyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.silent = cls._person("Silent Person")
        cls.closed = cls._person("Closed Person", email="closed@example.org")
        cls.env["alumni.consent"].create(
            {
                "partner_id": cls.closed.id,
                "purpose_id": cls.env.ref("alumni_relations.purpose_surveys").id,
                "channel": "email",
                "state": "refused",
            }
        )
        cls.absent = cls._person("Absent Person", email="absent@example.org")
        cls.company.partner_id.email = "office@example.org"
        for person in (cls.ada, cls.zoe, cls.silent, cls.closed, cls.absent):
            cls.env["event.registration"].create(
                {
                    "event_id": cls.event.id,
                    "name": person.name,
                    "attendee_id": person.id,
                    "state": "open" if person == cls.absent else "done",
                }
            )
        cls.cron = cls.env.ref("alumni_relations.ir_cron_alumni_survey_letters")

    def _wizard(self, user=None, **values):
        action = self.event.with_user(user or self.officer).action_alumni_send_survey()
        return (
            self.env["alumni.survey.send"]
            .with_user(user or self.officer)
            .with_context(**action["context"])
            .create(values)
        )

    def _deliver(self):
        """The background job runs; what is queued."""
        before = self.env["mail.mail"].search([])
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        return self.env["mail.mail"].search([]) - before

    def test_who_is_asked(self):
        wizard = self._wizard()
        self.assertEqual(wizard.survey_id, self.survey)
        self.assertEqual(
            (wizard.chosen_count, wizard.unreachable_count, wizard.new_count), (4, 2, 2)
        )
        wizard.action_send()
        self.assertTrue(
            self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)])
        )
        answers = self._answers()
        self.assertEqual(answers.partner_id, self.ada | self.zoe)
        self.assertEqual(answers.alumni_event_id, self.event)
        self.assertEqual(answers.alumni_programme_id, self.programme)
        self.assertEqual(set(answers.mapped("state")), {"new"})
        self.assertEqual(
            (self.event.alumni_asked_count, self.event.alumni_answer_count), (2, 0)
        )

    def test_messages_leave_once_with_personal_links(self):
        self._wizard(deadline="2099-12-31 12:00:00").action_send()
        mails = self._deliver()
        self.assertEqual(mails.recipient_ids, self.ada | self.zoe)
        for answer in self._answers():
            self.assertEqual(answer.alumni_mail_state, "sent")
            self.assertEqual(str(answer.deadline), "2099-12-31 12:00:00")
            mail = mails.filtered(lambda m, a=answer: m.recipient_ids == a.partner_id)
            self.assertIn(answer.access_token, mail.body_html)
            self.assertIn(self.event.name, mail.subject)
        self.assertFalse(self._deliver())

    def test_nobody_is_asked_twice(self):
        self._wizard().action_send()
        again = self._wizard()
        self.assertEqual((again.known_count, again.new_count), (2, 0))
        with self.assertRaisesRegex(UserError, "Nobody is left"):
            again.action_send()

    def test_reminder_goes_to_who_has_not_answered(self):
        self._wizard().action_send()
        self._deliver()
        self._record(self._row(self.ada, 4))
        wizard = self._wizard(remind=True)
        self.assertEqual((wizard.known_count, wizard.waiting_count), (2, 1))
        wizard.action_send()
        self.assertEqual(self._deliver().recipient_ids, self.zoe)
        self.assertEqual(self.event.alumni_response_rate, 0.5)

    def test_whoever_answers_or_declines_meanwhile_is_left_alone(self):
        self._wizard().action_send()
        self._record(self._row(self.ada, 4))
        self.zoe.email = False
        self.assertFalse(self._deliver())
        self.assertEqual(
            self._answers(partner_id=self.zoe.id).alumni_mail_state, "failed"
        )

    def test_anonymous_survey_is_sent_once(self):
        self.event.survey_id = self.survey.copy({"alumni_anonymous": True})
        self._wizard().action_send()
        answer = self.env["survey.user_input"].search(
            [("survey_id", "=", self.event.survey_id.id)], limit=1
        )
        answer._mark_in_progress()
        answer._mark_done()
        with self.assertRaisesRegex(UserError, "nobody knows"):
            self._wizard().action_send()
        self.assertEqual(
            (self.event.alumni_asked_count, self.event.alumni_answer_count), (2, 1)
        )

    def test_programme(self):
        self.env["alumni.participation"].create(
            {
                "partner_id": self.ada.id,
                "programme_id": self.programme.id,
                "role": "mentor",
            }
        )
        action = self.programme.with_user(self.officer).action_alumni_send_survey()
        survey = self.env.ref("alumni_relations.survey_volunteer")
        self.env["alumni.survey.send"].with_user(self.officer).with_context(
            **action["context"]
        ).create({"survey_id": survey.id}).action_send()
        answer = survey.user_input_ids
        self.assertEqual(answer.partner_id, self.ada)
        self.assertEqual(answer.alumni_programme_id, self.programme)
        self.assertEqual(answer.alumni_company_id, self.company)
        self.assertEqual(self.programme.alumni_asked_count, 1)
        self.assertEqual(self._deliver().recipient_ids, self.ada)

    def test_selected_contacts(self):
        survey = self.env.ref("alumni_relations.survey_barometer")
        wizard = (
            self.env["alumni.survey.send"]
            .with_user(self.officer)
            .with_context(
                active_model="res.partner",
                active_ids=(self.ada | self.closed | self.absent).ids,
            )
            .create({"survey_id": survey.id})
        )
        self.assertEqual((wizard.chosen_count, wizard.new_count), (3, 2))
        wizard.action_send()
        self.assertEqual(survey.user_input_ids.partner_id, self.ada | self.absent)
        self.assertEqual(survey.user_input_ids.alumni_company_id, self.company)

    def test_sharing_leaves_out_who_wants_no_surveys(self):
        invite = (
            self.env["survey.invite"]
            .with_user(self.officer)
            .create(
                {
                    "survey_id": self.survey.id,
                    "partner_ids": [(6, 0, (self.ada | self.closed).ids)],
                    "subject": "Please",
                    "body": "Please",
                }
            )
        )
        with self.assertRaisesRegex(UserError, "Closed Person"):
            invite.action_invite()
        invite.partner_ids = self.ada
        invite.action_invite()
        self.assertEqual(self._answers().partner_id, self.ada)

    def test_a_few_statements_for_many(self):
        people = self.env["res.partner"].create(
            [
                {"name": f"Person {n}", "email": f"person{n}@example.org"}
                for n in range(300)
            ]
        )

        def statements(some):
            wizard = self.env["alumni.survey.send"].create(
                {"survey_id": self.survey.id, "selected_ids": some.ids}
            )
            self.env.flush_all()
            before = self.cr.sql_log_count
            wizard.action_send()
            return self.cr.sql_log_count - before

        statements(people[:5])
        self.assertEqual(statements(people[5:10]), statements(people[10:]))

    def test_access(self):
        for user in (self.analyst, self.portal, self.public):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._wizard(user)
        with self.assertRaises(AccessError):
            self._wizard(self.other_officer).action_send()
