from odoo.exceptions import AccessError

from ...models.objectives.impact import IMPACT_OBJECTIVES
from ...models.surveys.survey_question import QUESTION_KINDS
from .common import SurveyCommon


class TestQuestionBank(SurveyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank = cls.env["survey.question"].search(
            [("survey_id", "=", False), ("is_page", "=", False)]
        )

    def _add(self, survey, questions, user=None):
        wizard = (
            self.env["alumni.survey.questions"]
            .with_user(user or self.officer)
            .create({"survey_id": survey.id, "question_ids": [(6, 0, questions.ids)]})
        )
        wizard.action_add()
        return survey.question_ids.sorted()

    def test_three_questions_per_objective_and_kind(self):
        for objective, _label in IMPACT_OBJECTIVES:
            for kind, _name in QUESTION_KINDS:
                with self.subTest(objective=objective, kind=kind):
                    found = self.bank.filtered_domain(
                        [
                            ("alumni_measure", "=", "impact"),
                            ("alumni_impact_objective", "=", objective),
                            ("alumni_question_kind", "=", kind),
                        ]
                    )
                    self.assertGreaterEqual(len(set(found.mapped("title"))), 3)

    def test_all_questions_measure_something(self):
        shipped = self.env["survey.survey"].search([("alumni_template", "=", True)])
        self.assertEqual(len(shipped), 4)
        questions = self.bank | shipped.question_ids
        self.assertFalse(questions.filtered(lambda q: not q.alumni_measure))
        for question in questions:
            self.assertIsNone(question._alumni_measure_problem())
        binary = questions.filtered(lambda q: q.alumni_question_kind == "binary")
        for question in binary:
            self.assertEqual(
                question.suggested_answer_ids.mapped("alumni_is_yes"), [True, False]
            )

    def test_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["alumni_relations"], ["fr_FR"])
        templates = self.env["survey.survey"].search([("alumni_template", "=", True)])
        questions = self.bank | templates.question_ids
        choices = questions.suggested_answer_ids
        for records, field in (
            (questions, "title"),
            (questions, "scale_min_label"),
            (choices, "value"),
            (templates, "title"),
            (templates, "description"),
        ):
            for record in records:
                english, french = (
                    record.with_context(lang=lang)[field] for lang in ("en_US", "fr_FR")
                )
                if english:
                    self.assertNotEqual(english, french, record)

    def test_the_fifteen_motivations(self):
        question = self.env.ref("alumni_relations.bank_motivation_join")
        self.assertEqual(
            question.suggested_answer_ids.mapped("value"),
            [
                self.env.ref(f"alumni_relations.motivation_{n}").name
                for n in range(1, 16)
            ],
        )

    def test_questions_are_taken_into_a_survey(self):
        survey = self.env["survey.survey"].create({"title": "Mine"})
        yes_no = self.env.ref("alumni_relations.bank_learning_binary_1")
        words = self.env.ref("alumni_relations.bank_giving_qualitative_2")
        first, second = self._add(survey, yes_no | words)
        self.assertEqual(first.title, yes_no.title)
        self.assertEqual(first.alumni_bank_id, yes_no)
        self.assertEqual(second.alumni_bank_id, words)
        self.assertEqual(first.suggested_answer_ids.mapped("value"), ["Yes", "No"])
        self.assertFalse(yes_no.survey_id)
        again = self._add(survey, yes_no)
        self.assertEqual(again, first | second, "what is asked already is not added")

    def test_a_copy_of_a_survey_remembers_the_bank(self):
        action = self.survey.with_user(self.officer).action_alumni_use_template()
        copy = self.env["survey.survey"].browse(action["res_id"])
        self.assertEqual(copy.title, self.survey.title)
        self.assertEqual(copy.user_id, self.officer)
        self.assertEqual(
            copy.question_ids.mapped("alumni_bank_id"),
            self.survey.question_ids.mapped("alumni_bank_id"),
        )

    def test_access(self):
        question = self.bank[0]
        for user in (self.officer, self.manager, self.other_officer):
            self.assertEqual(question.with_user(user).title, question.title)
            question.with_user(user).title = question.title + "?"
        survey = self.env["survey.survey"].create({"title": "Mine"})
        for user in (self.analyst, self.portal, self.public):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    question.with_user(user).read(["title"])
                with self.assertRaises(AccessError):
                    self._add(survey, question, user)
