from odoo.exceptions import ValidationError

from .common import SurveyCommon


class TestQuestion(SurveyCommon):
    def _question(self, **values):
        return self.env["survey.question"].create(
            {"survey_id": self.survey.id, "title": "A question", **values}
        )

    def test_what_is_measured_must_be_measurable(self):
        scale = {"question_type": "scale", "alumni_question_kind": "quantitative"}
        five, ten = (
            {"scale_min": 1, "scale_max": 5},
            {"scale_min": 0, "scale_max": 10},
        )
        for problem, values in (
            ("kind", {"alumni_measure": "satisfaction"}),
            ("1 to 5", {**scale, **ten, "alumni_measure": "satisfaction"}),
            ("1 to 5", {**scale, **ten, "alumni_measure": "expectation"}),
            ("0 to 10", {**scale, **five, "alumni_measure": "recommendation"}),
            ("recommended", {**scale, **ten, "alumni_measure": "recommendation"}),
            ("objective", {**scale, **ten, "alumni_measure": "impact"}),
            ("one answer", {**scale, "alumni_question_kind": "binary"}),
            (
                "text",
                {**scale, **five, "alumni_question_kind": "qualitative"},
            ),
            (
                "scale",
                {"question_type": "char_box", "alumni_question_kind": "sentiment"},
            ),
            (
                "numerical",
                {"question_type": "char_box", "alumni_question_kind": "quantitative"},
            ),
            (
                "middle",
                {
                    **scale,
                    "alumni_question_kind": "sentiment",
                    "scale_min": 1,
                    "scale_max": 4,
                },
            ),
        ):
            with (
                self.subTest(problem=problem),
                self.assertRaisesRegex(ValidationError, problem),
            ):
                self._question(**values)

    def test_changing_the_scale(self):
        with self.assertRaisesRegex(ValidationError, "1 to 5"):
            self.satisfaction.scale_max = 10

    def test_a_copy_measures_the_same(self):
        copy = self.survey.copy()
        self.assertFalse(copy.alumni_template)
        self.assertEqual(
            copy.question_ids.mapped("alumni_measure"),
            self.survey.question_ids.mapped("alumni_measure"),
        )
        self.assertEqual(
            copy.question_ids.mapped("alumni_recommend_what"),
            self.survey.question_ids.mapped("alumni_recommend_what"),
        )
