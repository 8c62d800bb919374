from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, mute_logger

from .common import SurveyCommon


class TestRecordAnswers(SurveyCommon):
    def test_answers_belong_to_person_event_and_programme(self):
        self.assertEqual(self._record(self._row(self.ada, 4, 0)), 1)
        answer = self._answers()
        self.assertEqual(answer.partner_id, self.ada)
        self.assertEqual(answer.alumni_event_id, self.event)
        self.assertEqual(answer.alumni_programme_id, self.programme)
        self.assertEqual(answer.alumni_company_id, self.company)
        self.assertEqual(
            self._numbers(answer), {self.satisfaction: 4, self.recommend: 0}
        )
        # Noon in Paris, so that it is the same day in every institution.
        self.assertEqual(str(answer.end_datetime), "2025-03-02 11:00:00")

    def test_the_same_as_by_hand(self):
        """A row written by SQL has what Odoo would have written."""
        self._record(self._row(self.ada, 4, 9))
        (by_sql,) = self._answers()
        by_hand = self.survey._create_answer(
            partner=self.zoe, alumni_event_id=self.event.id
        )
        by_hand._save_lines(self.satisfaction, "4")
        by_hand._save_lines(self.recommend, "9")
        by_hand._mark_in_progress()
        by_hand._mark_done()
        self.env.flush_all()
        personal = {
            "id", "partner_id", "email", "nickname", "access_token", "create_date",
            "write_date", "start_datetime", "end_datetime", "invite_token",
            "last_displayed_page_id",
        }  # fmt: skip
        self._assert_same_row("survey_user_input", by_sql, by_hand, personal)
        self.assertEqual(
            by_sql.predefined_question_ids, by_hand.predefined_question_ids
        )
        for line, expected in zip(
            by_sql.user_input_line_ids, by_hand.user_input_line_ids, strict=True
        ):
            self._assert_same_row(
                "survey_user_input_line", line, expected, {*personal, "user_input_id"}
            )

    def _assert_same_row(self, table, record, expected, personal):
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT * FROM %s WHERE id IN %s",
                SQL.identifier(table),
                (record.id, expected.id),
            )
        )
        # Odoo writes what is empty as NULL or as zero, as the case may be.
        mine, theirs = (
            {name: value or None for name, value in row.items() if name not in personal}
            for row in sorted(rows, key=lambda row: row["id"] != record.id)
        )
        self.assertEqual(mine, theirs)

    def test_repeating_has_no_effect(self):
        rows = [self._row(self.ada, 4, 9), self._row(self.zoe)]
        self.assertEqual(self._record(*rows), 1)
        before = self._answers().read()
        self.assertEqual(self._record(*rows), 0)
        self.assertEqual(self._record(self._row(self.ada, 1, 1)), 0)
        self.assertEqual(self._answers().read(), before)

    def test_asked_and_not_answered(self):
        self._record(self._row(self.ada), self._row(self.zoe, 5))
        asked, answered = (
            self._answers(partner_id=self.ada.id),
            self._answers(partner_id=self.zoe.id),
        )
        self.assertEqual((asked.state, answered.state), ("new", "done"))
        self.assertFalse(asked.end_datetime)
        self.assertEqual(self._numbers(answered), {self.satisfaction: 5})

    def test_who_was_asked_answers(self):
        asked = self.survey._create_answer(
            partner=self.ada, alumni_event_id=self.event.id
        )
        asked._save_lines(self.satisfaction, "1")
        self.assertEqual(self._record(self._row(self.ada, 3)), 1)
        self.assertEqual(self._answers(), asked)
        self.assertEqual(asked.state, "done")
        self.assertEqual(self._numbers(asked), {self.satisfaction: 3})

    def test_the_last_of_two_rows_counts(self):
        self._record(self._row(self.ada, 2, date="2025-03-09"), self._row(self.ada, 5))
        self.assertEqual(self._numbers(self._answers()), {self.satisfaction: 2})

    def test_one_answer_per_event(self):
        self.other_event.company_id = self.company
        self._record(
            self._row(self.ada, 2), self._row(self.ada, 5, event=self.other_event)
        )
        self.assertEqual(len(self._answers(partner_id=self.ada.id)), 2)

    def test_from_a_select(self):
        select = SQL(
            "SELECT %s, id, DATE '2025-03-02', jsonb_build_object(%s, 5) "
            "FROM res_partner WHERE id IN %s",
            self.event.id,
            self.satisfaction.id,
            (self.ada.id, self.zoe.id),
        )
        record = self.env["survey.user_input"]._alumni_record_answers
        self.assertEqual(record(self.survey, select), 2)
        self.assertEqual(record(self.survey, select), 0)

    def test_bad_answers_are_refused_all_together(self):
        good = self._row(self.zoe, 5)
        other = self.env["survey.question"].create(
            {"title": "Stray", "question_type": "scale"}
        )
        for bad in (
            self._row(self.ada, 6),
            self._row(self.ada, 0),
            self._row(self.ada, 2.5),
            self._row(self.ada, 3, recommend=11),
            self._row(self.ada, 3, date=None),
            self._row(self.ada, 3, partner_id=None),
            self._row(self.ada, 3, event_id=None),
            self._row(self.ada, answers={other.id: 3}),
        ):
            with (
                self.subTest(bad=bad),
                self.assertRaises(UserError),
                self.cr.savepoint(),
            ):
                self._record(good, bad)
            self.assertFalse(self._answers())

    def test_a_few_statements_for_many(self):
        people = self.env["res.partner"].create(
            [{"name": f"Person {number}"} for number in range(4000)]
        )

        def statements(some):
            rows = [self._row(person, 4, 9) for person in some]
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.assertEqual(self._record(*rows), len(some))
            return self.cr.sql_log_count - before

        statements(people[:5])
        few = statements(people[5:10])
        self.assertEqual(statements(people[10:]), few)
        self.assertLess(few, 20)


class TestAnswerTwice(SurveyCommon):
    def _answer(self, satisfaction, **values):
        answer = self.survey._create_answer(
            partner=self.ada,
            check_attempts=False,
            alumni_event_id=self.event.id,
            **values,
        )
        answer._save_lines(self.satisfaction, str(satisfaction))
        answer._mark_done()
        return answer

    def test_the_last_answer_replaces_the_earlier_one(self):
        first = self._answer(2)
        trial = self._answer(1, test_entry=True)
        second = self._answer(5)
        self.assertTrue(first.alumni_superseded)
        self.assertFalse((trial | second).filtered("alumni_superseded"))

    @mute_logger("odoo.sql_db")
    def test_two_answers_cannot_both_count(self):
        first = self._answer(2)
        self._answer(5)
        with self.assertRaises(IntegrityError):
            first.alumni_superseded = False
            first.flush_recordset()

    def test_merging_two_contacts(self):
        """Both had answered: the later answer counts, none is lost."""
        first = self._answer(2)
        first.end_datetime = "2025-03-02 10:00:00"
        self._record(self._row(self.zoe, 5, date="2025-03-04"))
        second = self._answers(partner_id=self.zoe.id)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.ada | self.zoe).ids, self.ada
        )
        self.assertEqual((first | second).partner_id, self.ada)
        self.assertEqual(
            (first.alumni_superseded, second.alumni_superseded), (True, False)
        )


class TestAnswerContext(SurveyCommon):
    def test_answers_follow_the_event(self):
        self._record(self._row(self.ada, 4))
        other = self.programme.copy({"name": "Other"})
        self.event.programme_id = other
        self.assertEqual(self._answers().alumni_programme_id, other)

    def test_event_with_answers_is_kept(self):
        self._record(self._row(self.ada, 4))
        with self.assertRaisesRegex(UserError, "Archive the event"):
            self.event.unlink()
        self._answers().unlink()
        self.event.unlink()

    def test_new_events_have_the_shipped_survey(self):
        self.assertEqual(self.event.survey_id, self.survey)

    def test_access(self):
        self._record(
            self._row(self.ada, 4), self._row(self.ada, 4, event=self.other_event)
        )
        answers = self._answers()
        mine = answers.filtered(lambda answer: answer.alumni_event_id == self.event)
        for user in (self.officer, self.manager):
            records = answers.with_user(user)
            self.assertEqual(records.search([("id", "in", answers.ids)]).ids, mine.ids)
            lines = self.env["survey.user_input.line"].with_user(user)
            self.assertEqual(
                lines.search([("user_input_id", "in", answers.ids)]).user_input_id.ids,
                mine.ids,
            )
            with self.assertRaises(AccessError):
                (answers - mine).with_user(user).read(["partner_id"])
        for user in (self.analyst, self.portal, self.public):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                mine.with_user(user).read(["partner_id"])
        with self.assertRaises(AccessError):
            mine.with_user(self.other_officer).read(["partner_id"])
