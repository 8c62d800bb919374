from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..objectives.impact import IMPACT_OBJECTIVES

MEASURES = [
    ("satisfaction", "Satisfaction"),
    ("expectation", "Expectation"),
    ("recommendation", "Recommendation"),
    ("motivation", "Motivation"),
    ("impact", "Impact"),
]
"""What a question measures. Satisfaction and expectation are given on the same scale
from 1 to 5, so that their difference, the expectation gap, makes sense;
recommendation is given on the scale from 0 to 10 of the net promoter score."""

QUESTION_KINDS = [
    ("binary", "Binary"),
    ("quantitative", "Quantitative"),
    ("qualitative", "Qualitative"),
    ("sentiment", "Sentiment"),
]
"""How an answer is given: yes or no, a number, words, or a feeling chosen on a scale
whose middle is neutral."""

RECOMMEND_WHAT = [
    ("institution", "The institution"),
    ("network", "The alumni network"),
    ("event", "The event"),
]

KIND_TYPES = {
    "binary": ("simple_choice",),
    "quantitative": ("scale", "numerical_box"),
    "qualitative": ("text_box", "char_box", "simple_choice", "multiple_choice"),
    "sentiment": ("scale",),
}
"""Odoo's types of question by which a kind of answer can be given."""


class SurveyQuestion(models.Model):
    """A question says what it measures, so that answers of many surveys add up."""

    _inherit = "survey.question"

    alumni_measure = fields.Selection(
        selection=MEASURES,
        string="Measures",
        index="btree_not_null",
        help="What the answers say. Satisfaction and expectation: a scale from 1 to "
        "5. Recommendation: a scale from 0 to 10. Answers to a question that "
        "measures nothing are kept, but stand in no report.",
    )
    alumni_impact_objective = fields.Selection(
        selection=IMPACT_OBJECTIVES,
        string="Impact objective",
        help="Which of the five objectives of impact the question is about.",
    )
    alumni_question_kind = fields.Selection(
        selection=QUESTION_KINDS,
        string="Kind of question",
        help="Binary: yes or no. Quantitative: a number. Qualitative: words, which "
        "are read and tagged. Sentiment: a feeling chosen on a scale whose middle "
        "is neutral.",
    )
    alumni_recommend_what = fields.Selection(
        selection=RECOMMEND_WHAT,
        string="Recommends",
        help="What is recommended. Figures on different things are never mixed.",
    )

    @api.constrains(
        "question_type",
        "scale_min",
        "scale_max",
        "alumni_measure",
        "alumni_impact_objective",
        "alumni_question_kind",
        "alumni_recommend_what",
    )
    def _check_alumni_measure(self):
        for question in self:
            if problem := question._alumni_measure_problem():
                raise ValidationError(
                    self.env._(
                        "“%(question)s”: %(problem)s",
                        question=question.title,
                        problem=problem,
                    )
                )

    def _alumni_measure_problem(self):
        """What keeps the answers of this question from measuring what it says, as a
        sentence that says what to do; nothing if all is well."""
        self.ensure_one()
        measure, kind = self.alumni_measure, self.alumni_question_kind
        scale = self.question_type == "scale" and (self.scale_min, self.scale_max)
        if measure and not kind:
            return self.env._("choose the kind of question.")
        if kind and self.question_type not in KIND_TYPES[kind]:
            return {
                "binary": self.env._(
                    "a binary question is a choice with only one answer."
                ),
                "quantitative": self.env._(
                    "a quantitative question is a scale or a numerical value."
                ),
                "qualitative": self.env._(
                    "a qualitative question is a text or a choice of words."
                ),
                "sentiment": self.env._("sentiment is chosen on a scale."),
            }[kind]
        if kind == "sentiment" and (self.scale_max - self.scale_min) % 2:
            return self.env._(
                "a scale of sentiment needs a middle, for instance from 1 to 5."
            )
        if kind == "quantitative":
            if measure in ("satisfaction", "expectation") and scale != (1, 5):
                return self.env._(
                    "satisfaction and expectation are given on a scale from 1 to 5."
                )
            if measure == "recommendation" and scale != (0, 10):
                return self.env._("recommendation is given on a scale from 0 to 10.")
        if measure == "recommendation" and not self.alumni_recommend_what:
            return self.env._("say what is recommended.")
        if measure == "impact" and not self.alumni_impact_objective:
            return self.env._("say which objective of impact it is about.")
        return None
