from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ..common import AlumniKpiCommon


@tagged("post_install", "-at_install")
class TestAlumniEngagement(AlumniKpiCommon, CronMixinCase):
    """What counts as an act, under which mode and date, and what does not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada = cls._alumnus("Ada Byron")

    def test_received_gift(self):
        gift = self._gift(
            self.ada, amount=120.5, programme_id=self.programme.id, date="2024-08-31"
        )
        act = self._act(gift)
        self.assertEqual(act.partner_id, self.ada)
        self.assertEqual(act.company_id, self.company)
        self.assertEqual(act.date, self._day(2024, 8, 31))
        self.assertEqual(act.period_id.name, "2023-2024")
        self.assertEqual((act.mode, act.kind), ("philanthropic", "gift_money"))
        self.assertEqual(act.amount, 120.5)
        self.assertEqual(act.programme_id, self.programme)

    def test_every_kind_has_a_name(self):
        self.company.alumni_clicks_count = True
        moment = "2024-03-03 10:00:00"
        self._gift(self.ada)
        self._participation(self.ada, role="jury")
        self._attendance(self.ada)
        self._answer(self.ada)
        self._trace(self.ada, reply_datetime=moment, links_click_datetime=moment)
        self._settle()
        acts = self.env["alumni.engagement"].search([("partner_id", "=", self.ada.id)])
        self.assertEqual(len(acts), 6)
        labels = acts.with_user(self.analyst).mapped("kind_label")
        self.assertFalse(set(labels) & set(acts.mapped("kind")))
        self.assertIn("Jury member", labels)

    def test_gift_of_time(self):
        act = self._act(self._gift(self.ada, gift_type=self.time, hours=2.5))
        self.assertEqual((act.mode, act.kind), ("volunteer", "gift_time"))
        self.assertEqual((act.hours, act.amount), (2.5, 0))

    def test_gift_of_an_event_serves_its_programme(self):
        self.event.programme_id = self.programme
        act = self._act(self._gift(self.ada, event_id=self.event.id))
        self.assertEqual(act.programme_id, self.programme)
        self.event.programme_id = False
        self.assertFalse(
            self._act(self.env["alumni.gift"].browse(act.res_id)).programme_id
        )

    def test_pledge_is_no_act_until_paid(self):
        gift = self._gift(self.ada, state="pledged", amount=10)
        self.assertFalse(self._act(gift))
        gift.state = "received"
        self.assertTrue(self._act(gift))
        gift.state = "cancelled"
        self.assertFalse(self._act(gift))

    def test_amount_in_the_institutions_currency(self):
        currency = self.env["res.currency"].create(
            {"name": "TKR", "symbol": "t", "rounding": 0.01}
        )
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "name": "2020-01-01",
                "rate": 4,
                "company_id": self.company.id,
            }
        )
        gift = self._gift(self.ada, amount=100, currency_id=currency.id)
        self.assertEqual(self._act(gift).amount, 25)

    def test_mode_of_a_gift_type_moves_its_acts(self):
        gift = self._gift(self.ada, gift_type=self.time)
        self.assertEqual(self._act(gift).mode, "volunteer")
        self.time.mode = "communication"
        self.assertEqual(self._act(gift).mode, "communication")
        self.assertEqual(self._year(self.ada).communication, 1)
        self.assertEqual(self._year(self.ada).volunteer, 0)

    def test_roles(self):
        expected = {
            "participant": "experiential",
            "mentee": "experiential",
            "speaker": "volunteer",
            "mentor": "volunteer",
            "organiser": "volunteer",
            "host": "volunteer",
            "volunteer": "volunteer",
            "jury": "volunteer",
            "governance": "volunteer",
        }
        roles = self.env["alumni.participation"]._fields["role"].get_values(self.env)
        self.assertEqual(set(roles), set(expected))
        for role, mode in expected.items():
            act = self._act(self._participation(self.ada, role=role))
            self.assertEqual(act.mode, mode, role)
            self.assertEqual(act.kind, f"participation_{role}")

    def test_hours_of_volunteers_count_once_validated(self):
        part = self._participation(self.ada, hours=3)
        self.assertEqual(self._act(part).hours, 3)
        part.action_report_hours()
        self.assertEqual(self._act(part).hours, 0)
        part.write({"hours_state": "refused", "hours_refusal": "Too many"})
        self.assertEqual(self._act(part).hours, 0)
        self.assertEqual(self._act(part).mode, "volunteer")
        part.hours = 2
        part.action_validate_hours()
        self.assertEqual(self._act(part).hours, 2)

    def test_hours_of_participants_need_no_validation(self):
        part = self._participation(self.ada, role="participant", hours=3)
        self.assertEqual(self._act(part).hours, 3)

    def test_planned_participation_is_no_act(self):
        self.assertFalse(self._act(self._participation(self.ada, state="planned")))

    def _mentoring_pair(self):
        mentor = self.env["alumni.mentor"].create(
            {
                "partner_id": self.ada.id,
                "programme_id": self.programme.id,
                "date_start": "2024-01-01",
            }
        )
        request = self.env["alumni.mentoring.request"].create(
            {
                "partner_id": self._alumnus().id,
                "programme_id": self.programme.id,
                "date": "2024-01-01",
            }
        )
        return self.env["alumni.mentoring.pair"].create(
            {
                "mentor_id": mentor.id,
                "request_id": request.id,
                "state": "active",
                "date_proposed": "2024-01-02",
                "date_agreed": "2024-01-03",
                "date_start": "2024-01-04",
            }
        )

    def test_session_of_mentoring(self):
        """One act of each of them, with the mentor's hours once they are validated."""
        pair = self._mentoring_pair()
        session = self.env["alumni.mentoring.session"].create(
            {"pair_id": pair.id, "date": "2024-03-01", "hours": 2, "state": "scheduled"}
        )
        self.assertFalse(self._act(session))
        session.action_hold()
        self._settle()
        of_ada = [("partner_id", "=", self.ada.id)]
        act = self.env["alumni.engagement"].search(of_ada)
        self.assertEqual((act.mode, act.kind), ("volunteer", "participation_mentor"))
        self.assertEqual((act.hours, act.programme_id), (0, self.programme))
        act = self.env["alumni.engagement"].search(
            [("partner_id", "=", pair.mentee_partner_id.id)]
        )
        self.assertEqual((act.mode, act.kind), ("experiential", "participation_mentee"))
        session.participation_ids.filtered(
            lambda line: line.role == "mentor"
        ).action_validate_hours()
        self._settle()
        act = self.env["alumni.engagement"].search(of_ada)
        self.assertEqual((len(act), act.hours), (1, 2))
        session.participation_ids.filtered(
            lambda line: line.role == "mentor"
        ).action_report_hours()
        session.action_miss()
        self._settle()
        self.assertFalse(self.env["alumni.engagement"].search(of_ada))
        self.assertFiguresHold()

    def test_opportunity(self):
        draft = self._opportunity(self.ada, False)
        self.assertFalse(self._act(draft))
        offer = self._opportunity(
            self.ada, opportunity_type="thesis", programme_id=self.programme.id
        )
        act = self._act(offer)
        self.assertEqual((act.mode, act.kind), ("communication", "opportunity_thesis"))
        self.assertEqual((act.date, act.hours), (self._day(2024, 3, 1), 0))
        self.assertEqual((act.partner_id, act.programme_id), (self.ada, self.programme))
        self.assertEqual(act.kind_label, "Offer posted: Thesis")
        offer.action_withdraw()
        self.assertEqual(self._act(offer), act, "it was posted")
        offer.unlink()
        self.assertFalse(self._act(offer))

    def test_recruiter_of_an_intern(self):
        offer = self._opportunity(self.ada, opportunity_type="internship", positions=2)
        hires = self.env["alumni.hire"].create(
            [
                {"opportunity_id": offer.id, "date": "2024-05-02"},
                {"opportunity_id": offer.id, "date": "2024-04-02"},
            ]
        )
        acts = {act.kind: act for act in self._act(offer)}
        self.assertEqual(set(acts), {"opportunity_internship", "intern_recruited"})
        act = acts["intern_recruited"]
        self.assertEqual((act.mode, act.date), ("volunteer", self._day(2024, 4, 2)))
        hires[1].unlink()
        act = self._act(offer).filtered(lambda a: a.kind == "intern_recruited")
        self.assertEqual(act.date, self._day(2024, 5, 2))
        offer.opportunity_type = "job"
        self.assertEqual(self._act(offer).mapped("kind"), ["opportunity_job"])
        self.assertFiguresHold()

    def test_attendance(self):
        seat = self._attendance(self.ada)
        act = self._act(seat)
        self.assertEqual((act.mode, act.kind), ("experiential", "event_attendance"))
        self.assertEqual(act.event_id, self.event)
        self.assertEqual(
            act.date, self._day(2024, 6, 1), "the day of the event, not of the typing"
        )

    def test_registered_but_absent_is_no_act(self):
        for state in ("draft", "open", "cancel"):
            self.assertFalse(self._act(self._attendance(self.ada, state=state)), state)

    def test_credit_goes_to_the_attendee(self):
        booker = self._alumnus("Booker Washington")
        seat = self._attendance(self.ada, partner_id=booker.id)
        self.assertEqual(self._act(seat).partner_id, self.ada)
        self.assertFalse(
            self.env["alumni.engagement"].search([("partner_id", "=", booker.id)])
        )

    def test_archived_attendance_is_no_act(self):
        seat = self._attendance(self.ada)
        self.assertTrue(self._act(seat))
        seat.active = False
        self.assertFalse(self._act(seat))

    def test_date_of_an_attendance_is_local(self):
        """Past midnight in Paris is another day, here another fiscal year."""
        event = self.event.copy(
            {"date_begin": "2024-08-31 18:00:00", "date_end": "2024-08-31 23:30:00"}
        )
        seat = self._attendance(self.ada, event)
        self.assertEqual(self._act(seat).date, self._day(2024, 9, 1))
        self.assertEqual(self._act(seat).period_id.year, 2025)
        self.company.alumni_tz = "UTC"
        self.env["alumni.rebuild"]._run(self.company)
        self.assertEqual(self._act(seat).period_id.year, 2024)

    def test_date_of_an_event_moves_its_acts(self):
        seat = self._attendance(self.ada)
        self.assertEqual(self._year(self.ada, 2024).experiential, 1)
        self.event.write(
            {"date_begin": "2023-06-01 16:00:00", "date_end": "2023-06-01 20:00:00"}
        )
        self.assertEqual(self._act(seat).date, self._day(2023, 6, 1))
        self.assertEqual(self._year(self.ada, 2024).experiential, 0)
        self.assertEqual(self._year(self.ada, 2023).experiential, 1)

    def test_deleting_an_event_deletes_its_acts(self):
        event = self.event.copy()
        seat = self._attendance(self.ada, event)
        act = self._act(seat)
        self.assertTrue(act)
        event.registration_ids.unlink()
        event.unlink()
        self._settle()
        self.assertFalse(act.exists())
        self.assertEqual(self._year(self.ada).acts, 0)

    def test_dues_count_by_setting(self):
        """Dues are nothing, a gift or an experience; the figures follow a change of
        the setting, and of the type."""
        ada = self._alumnus()
        self._period(2024)
        dues = self.env.ref("alumni_relations.gift_type_dues")
        payment = self._gift(ada, gift_type=dues, amount=30)
        self.assertEqual(self.company.alumni_dues_mode, "nothing")
        self.assertFalse(self._act(payment))
        self.assertFalse(self._year(ada).engaged)
        for mode, amount in (("philanthropic", 30), ("experiential", 0)):
            with self.capture_triggers("alumni_kpi.ir_cron_alumni_rebuild") as wanted:
                self.company.alumni_dues_mode = mode
            self.assertTrue(wanted.records)
            self.env["alumni.rebuild"]._run()
            act = self._act(payment)
            self.assertEqual(act.mode, mode)
            self.assertEqual(act.amount, amount)
            year = self._year(ada)
            self.assertEqual((year[mode], year.modes, year.amount), (1, 1, amount))
            self.assertFiguresHold()
        payment.amount = 40
        self.assertEqual(self._act(payment).amount, 0)
        dues.write({"is_dues": False, "mode": "philanthropic"})
        self.assertEqual(self._act(payment).amount, 40)
        self.assertFiguresHold()

    def test_dues_of_each_institution(self):
        """One institution's setting does not count another's dues."""
        other = self.env["res.company"].create(
            {"name": "Other", "alumni_dues_mode": "philanthropic"}
        )
        dues = self.env.ref("alumni_relations.gift_type_dues")
        ada = self._alumnus()
        ours = self._gift(ada, gift_type=dues, amount=30)
        theirs = self._gift(ada, gift_type=dues, amount=30, company_id=other.id)
        self.assertFalse(self._act(ours))
        self.assertEqual(self._act(theirs).mode, "philanthropic")

    def test_reply_counts_opening_never_clicks_by_setting(self):
        trace = self._trace(self.ada, open_datetime="2024-03-01 10:00:00")
        self.assertFalse(self._act(trace))
        trace.links_click_datetime = "2024-03-02 10:00:00"
        self.assertFalse(self._act(trace))
        trace.reply_datetime = "2024-03-03 10:00:00"
        self.assertEqual(self._act(trace).kind, "mailing_reply")
        self.company.alumni_clicks_count = True
        self.env["alumni.rebuild"]._run(self.company)
        self.assertEqual(
            set(self._act(trace).mapped("kind")), {"mailing_reply", "mailing_click"}
        )

    def test_setting_asks_for_a_rebuild(self):
        before = self.env["alumni.rebuild"].search([("state", "=", "waiting")])
        before.unlink()
        with self.capture_triggers("alumni_kpi.ir_cron_alumni_rebuild") as captured:
            self.company.alumni_clicks_count = True
        self.assertTrue(captured.records)
        self.assertEqual(
            self.env["alumni.rebuild"].search([("state", "=", "waiting")]).company_ids,
            self.company,
        )

    def test_setting_on_the_settings_page(self):
        self.env["alumni.rebuild"].search([("state", "=", "waiting")]).unlink()
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.alumni_fiscal_month, "9")
        settings.execute()
        self.assertFalse(
            self.env["alumni.rebuild"].search([("state", "=", "waiting")]),
            "saving without a change asks for nothing",
        )
        settings = self.env["res.config.settings"].create({"alumni_fiscal_month": "1"})
        settings.execute()
        self.assertEqual(self.company.alumni_fiscal_month, "1")
        self.assertTrue(self.env["alumni.rebuild"].search([("state", "=", "waiting")]))

    def test_trace_to_no_contact_is_no_act(self):
        trace = self._trace(
            self.ada, model="mailing.contact", reply_datetime="2024-03-03 10:00:00"
        )
        self.assertFalse(self._act(trace))

    def test_survey_answer(self):
        answer = self._answer(self.ada)
        self.assertEqual(self._act(answer).kind, "survey_answer")
        self.assertEqual(self._act(answer).mode, "communication")
        self.assertFalse(self._act(self._answer(self.ada, state="in_progress")))
        self.assertFalse(self._act(self._answer(self.ada, test_entry=True)))

    def test_answers_to_a_survey_on_an_event(self):
        """Answers written in bulk are acts at once; nobody's answers are none, nor
        are those that a later answer replaces."""
        survey = self.env.ref("alumni_relations.survey_after_event")
        question = self.env.ref("alumni_relations.question_event_satisfaction")
        answers = self.env["survey.user_input"]
        self.event.programme_id = self.programme
        grace = self._alumnus("Grace Hopper")
        answers._alumni_record_answers(
            survey,
            [
                {
                    "event_id": self.event.id,
                    "partner_id": person.id,
                    "date": "2024-06-02",
                    "answers": {question.id: number},
                }
                for person, number in ((self.ada, 5), (grace, None))
            ],
        )
        answer, asked = (
            answers.search([("partner_id", "=", person.id)])
            for person in (self.ada, grace)
        )
        act = self._act(answer)
        self.assertEqual(
            (act.kind, str(act.date), act.event_id, act.programme_id),
            ("survey_answer", "2024-06-02", self.event, self.programme),
        )
        self.assertFalse(self._act(asked))
        nobody = answers.create(
            {"survey_id": survey.id, "alumni_event_id": self.event.id, "state": "done"}
        )
        self.assertFalse(self._act(nobody))
        again = self._answer(
            self.ada, survey_id=survey.id, alumni_event_id=self.event.id, state="new"
        )
        again._mark_done()
        self.assertFalse(self._act(answer))
        self.assertTrue(self._act(again))

    def test_answers_belong_to_the_institution_in_charge(self):
        trace = self._trace(self.ada, reply_datetime="2024-03-03 10:00:00")
        answer = self._answer(self.ada)
        self.assertEqual(self._act(trace).company_id, self.company)
        survey_user = self.env.ref("survey.group_survey_user")
        self.other_officer.group_ids |= survey_user
        self.mailing.user_id = self.survey.user_id = self.other_officer
        self.assertEqual(self._act(trace).company_id, self.other_company)
        self.assertEqual(self._act(answer).company_id, self.other_company)
        self.other_officer.write(
            {"company_ids": [(4, self.company.id)], "company_id": self.company.id}
        )
        self.assertEqual(self._act(trace).company_id, self.company)
        self.assertEqual(self._act(answer).company_id, self.company)

    def test_deleting_a_mailing_or_survey_deletes_its_acts(self):
        trace = self._trace(self.ada, reply_datetime="2024-03-03 10:00:00")
        acts = self._act(trace) | self._act(self._answer(self.ada))
        self.assertEqual(len(acts), 2)
        self.mailing.unlink()
        self.survey.unlink()
        self._settle()
        self.assertFalse(acts.exists())
        self.assertEqual(self._year(self.ada).acts, 0)

    def test_deleting_the_record_deletes_the_act(self):
        gift = self._gift(self.ada)
        self.assertEqual(self._year(self.ada).acts, 1)
        gift.unlink()
        self.assertEqual(self._year(self.ada).acts, 0)

    def test_future_and_absurd_dates_have_no_period(self):
        for date in ("2999-01-01", "0202-01-01"):
            act = self._act(self._gift(self.ada, date=date))
            self.assertTrue(act)
            self.assertFalse(act.period_id, date)

    def test_one_statement_for_many_records(self):
        """As many statements for a thousand gifts as for ten."""
        people = [self._alumnus() for _i in range(20)]

        def statements(count):
            gifts = self.env["alumni.gift"].create(
                [
                    {
                        "partner_id": people[i % len(people)].id,
                        "gift_type_id": self.money.id,
                        "date": "2024-03-01",
                        "amount": 1,
                    }
                    for i in range(count)
                ]
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._settle()
            self.assertTrue(self._act(gifts[-1]))
            return self.env.cr.sql_log_count - before

        statements(10)
        self.assertEqual(statements(10), statements(1000))

    def test_written_in_bulk(self):
        """Who writes gifts by SQL says so once, and the acts are there."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO alumni_gift (partner_id, company_id, gift_type_id, date,
                    state, currency_id, amount, amount_company, hours)
                SELECT %s, %s, %s, DATE '2024-03-01' + n, 'received', %s, n, n, 0
                FROM generate_series(1, 5) AS n RETURNING id
                """,
                self.ada.id,
                self.company.id,
                self.money.id,
                self.company.currency_id.id,
            )
        )
        ids = tuple(row[0] for row in self.env.cr.fetchall())
        self.env["alumni.gift"]._bulk_written(
            SQL("SELECT id FROM alumni_gift WHERE id IN %s", ids)
        )
        year = self._year(self.ada)
        self.assertEqual((year.acts, year.amount), (5, 15))

    def test_open_source(self):
        gift = self._gift(self.ada)
        action = self._act(gift).with_user(self.officer).action_open_source()
        self.assertEqual((action["res_model"], action["res_id"]), (gift._name, gift.id))
