from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools.safe_eval import safe_eval

from .common import SurveyCommon


class TestSurveyWithAnswers(SurveyCommon):
    """Once answers came, a survey keeps what they mean."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._record(cls._row(cls.ada, 4, 9))

    def test_scale_and_measure_stay(self):
        for values in (
            {"alumni_measure": "expectation"},
            {"scale_max": 4},
            {"question_type": "numerical_box"},
            {"alumni_question_kind": "sentiment"},
        ):
            with (
                self.subTest(values=values),
                self.assertRaisesRegex(UserError, "1 people have answered"),
            ):
                self.satisfaction.write(values)
        with self.assertRaises(UserError):
            self.recommend.alumni_recommend_what = "network"

    def test_wording_can_be_corrected(self):
        self.satisfaction.write({"title": "How was it?", "scale_max": 5})
        self.assertEqual(self.satisfaction.title, "How was it?")

    def test_question_is_not_deleted(self):
        with self.assertRaisesRegex(UserError, "Duplicate the survey"):
            self.satisfaction.unlink()
        self.env.ref("alumni_relations.question_event_satisfaction_comment").unlink()

    def test_survey_is_not_deleted(self):
        with self.assertRaisesRegex(UserError, "have answered"):
            self.survey.unlink()

    def test_trials_do_not_count(self):
        self._answers().unlink()
        trial = self.survey._create_answer(user=self.officer, test_entry=True)
        trial._save_lines(self.satisfaction, "4")
        self.satisfaction.scale_max_label = "Splendid"
        self.satisfaction.write(
            {"alumni_measure": "expectation", "alumni_question_kind": "quantitative"}
        )

    def test_yes_stays_yes(self):
        question = self.env.ref("alumni_relations.question_event_learning_binary_1")
        yes, no = question.suggested_answer_ids
        answer = self._answers()
        answer._save_lines(question, str(yes.id))
        with self.assertRaises(UserError):
            no.alumni_is_yes = True
        with self.assertRaises(UserError):
            yes.unlink()

    def test_questions_that_measure_nothing_are_odoos(self):
        question = self.env["survey.question"].create(
            {"survey_id": self.survey.id, "title": "Name?", "question_type": "char_box"}
        )
        self._answers()._save_lines(question, "Ada")
        question.unlink()


@tagged("post_install", "-at_install")
class TestAnswering(SurveyCommon, HttpCase):
    def _open(self, answer):
        return self.url_open(answer.get_start_url()).text

    def test_after_the_deadline(self):
        answer = self.survey._create_answer(
            partner=self.ada,
            alumni_event_id=self.event.id,
            deadline="2025-03-10 00:00:00",
        )
        self.assertIn("expired", self._open(answer))
        self.url_open(
            f"/survey/submit/{self.survey.access_token}/{answer.access_token}",
            json={"params": {self.satisfaction.id: "5"}},
        )
        answer.invalidate_recordset()
        self.assertEqual(answer.state, "new")
        self.assertFalse(answer.user_input_line_ids)
        answer.deadline = False
        self.assertIn(self.survey.title, self._open(answer))

    def test_a_link_is_good_for_one_answer(self):
        answer = self.survey._create_answer(
            partner=self.ada, alumni_event_id=self.event.id
        )
        answer._mark_done()
        self.url_open(f"/survey/retry/{self.survey.access_token}/{answer.access_token}")
        self.assertEqual(self._answers(), answer)

    def test_a_second_attempt_is_about_the_same_event(self):
        self.survey.attempts_limit = 2
        answer = self.survey._create_answer(
            partner=self.ada, alumni_event_id=self.event.id
        )
        answer._mark_done()
        self.url_open(f"/survey/retry/{self.survey.access_token}/{answer.access_token}")
        second = self._answers() - answer
        self.assertEqual(second.alumni_event_id, self.event)

    def test_anonymous_and_logged_in(self):
        """The answers know nobody, and whoever is logged in can finish."""
        self.portal.partner_id.email = "portal@example.org"
        survey = self.survey.copy({"alumni_anonymous": True})
        answer = survey._create_answer(user=self.portal, alumni_event_id=self.event.id)
        self.authenticate(self.portal.login, self.portal.login)
        self.assertIn(survey.title, self._open(answer))
        address = f"{survey.access_token}/{answer.access_token}"
        self.make_jsonrpc_request(f"/survey/begin/{address}")
        satisfaction = survey.question_ids.sorted()[0]
        self.make_jsonrpc_request(
            f"/survey/submit/{address}", {str(satisfaction.id): "5"}
        )
        answer.invalidate_recordset()
        self.assertEqual(answer.state, "done")
        self.assertEqual(answer.alumni_event_id, self.event)
        self.assertFalse(answer.partner_id or answer.email or answer.nickname)
        self.assertEqual(answer.user_input_line_ids[0].value_scale, 5)
        authors = (answer | answer.user_input_line_ids[0].user_input_id).mapped(
            "create_uid"
        )
        lines = answer.user_input_line_ids
        authors |= answer.write_uid | lines.create_uid | lines.write_uid
        self.assertNotIn(self.portal, authors)


class TestAnonymous(SurveyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anonymous = cls.survey.copy({"alumni_anonymous": True})

    def test_the_person_is_forgotten_when_answering_begins(self):
        answer = self.anonymous._create_answer(partner=self.ada)
        self.assertEqual(answer.partner_id, self.ada)
        answer._mark_in_progress()
        self.assertFalse(answer.partner_id or answer.email or answer.nickname)

    def test_what_was_promised_stays(self):
        self.anonymous.alumni_anonymous = False
        self.anonymous.alumni_anonymous = True
        self.anonymous._create_answer(partner=self.ada)
        with self.assertRaisesRegex(UserError, "can no longer change"):
            self.anonymous.alumni_anonymous = False
        self.survey._create_answer(partner=self.ada)
        with self.assertRaisesRegex(UserError, "can no longer change"):
            self.survey.alumni_anonymous = True

    def test_named_answers_are_not_recorded(self):
        with self.assertRaisesRegex(UserError, "anonymous"):
            self.env["survey.user_input"]._alumni_record_answers(
                self.anonymous, [self._row(self.ada, 4)]
            )


class TestAnswersInWords(SurveyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._record(cls._row(cls.ada, 4), cls._row(cls.zoe, 5))
        cls.comment = cls.env.ref(
            "alumni_relations.question_event_satisfaction_comment"
        )
        for answer, words in zip(
            cls._answers(), ("The room was cold", "Fine speakers"), strict=True
        ):
            answer._save_lines(cls.comment, words)
        cls.tag = cls.env["alumni.answer.tag"].create({"name": "Place"})
        cls.action = cls.env["ir.actions.act_window"]._for_xml_id(
            "alumni_relations.survey_user_input_line_action"
        )

    def _lines(self, user, *domain):
        return (
            self.env["survey.user_input.line"]
            .with_user(user)
            .search(safe_eval(self.action["domain"]) + list(domain), order="id")
        )

    def test_words_are_read_and_tagged_and_tags_counted(self):
        lines = self._lines(self.officer)
        self.assertEqual(
            lines.mapped("alumni_text"), ["The room was cold", "Fine speakers"]
        )
        self.assertEqual(lines.alumni_event_id, self.event)
        lines[0].alumni_tag_ids = self.tag
        self.assertEqual(self.tag.with_user(self.officer).answer_count, 1)
        action = self.tag.with_user(self.officer).action_answers()
        self.assertEqual(
            self.env[action["res_model"]].search(action["domain"]).ids, lines[0].ids
        )
        self.assertEqual(
            self._lines(self.officer, ("alumni_text", "ilike", "cold")), lines[0]
        )

    def test_what_people_said_is_not_changed(self):
        for user in (self.officer,):
            with self.assertRaisesRegex(AccessError, "cannot be changed"):
                self._lines(user)[0].write({"value_text_box": "Fine"})

    def test_access(self):
        line = self._lines(self.officer)[0]
        self.event.company_id = self.other_company
        self.assertFalse(self._lines(self.officer))
        with self.assertRaises(AccessError):
            line.alumni_tag_ids = self.tag
        for user in (self.analyst, self.portal, self.public):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    self._lines(user)
                with self.assertRaises(AccessError):
                    self.tag.with_user(user).read(["name"])
