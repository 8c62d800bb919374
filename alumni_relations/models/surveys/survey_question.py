from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

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

BENEFICIARIES = [
    ("participants", "Participants"),
    ("organisers", "Organisers"),
    ("university", "University"),
    ("beyond", "Beyond"),
]
"""Who benefits from what the question asks about; beyond are companies, society and
people who did not take part."""

KIND_TYPES = {
    "binary": ("simple_choice",),
    "quantitative": ("scale", "numerical_box"),
    "qualitative": ("text_box", "char_box", "simple_choice", "multiple_choice"),
    "sentiment": ("scale",),
}
"""Odoo's types of question by which a kind of answer can be given."""

MEANING_FIELDS = (
    "question_type",
    "scale_min",
    "scale_max",
    "alumni_measure",
    "alumni_impact_objective",
    "alumni_question_kind",
    "alumni_recommend_what",
    "alumni_beneficiary",
)
"""What an answer means depends on these; its wording may still be corrected."""


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

    alumni_beneficiary = fields.Selection(
        selection=BENEFICIARIES,
        string="Who benefits",
        help="Who benefits from what the question asks about. Beyond: companies, "
        "society and people who did not take part.",
    )
    alumni_bank_id = fields.Many2one(
        comodel_name="survey.question",
        string="From the question bank",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The question of the bank that this one was taken from. Answers to it "
        "can be compared across surveys and years.",
    )

    @api.onchange("alumni_measure", "alumni_question_kind")
    def _onchange_alumni_measure(self):
        """Propose the type of question and the scale that fit."""
        if self.alumni_measure and not self.alumni_question_kind:
            self.alumni_question_kind = "quantitative"
        measure, kind = self.alumni_measure, self.alumni_question_kind
        if kind and self.question_type not in KIND_TYPES[kind]:
            self.question_type = KIND_TYPES[kind][0]
        if kind == "quantitative" and measure == "recommendation":
            self.scale_min, self.scale_max = 0, 10
        elif kind == "sentiment" or kind == "quantitative" and measure:
            self.scale_min, self.scale_max = 1, 5
        if kind == "binary" and not self.suggested_answer_ids:
            self.suggested_answer_ids = [
                Command.create({"value": self.env._("Yes"), "alumni_is_yes": True}),
                Command.create({"value": self.env._("No")}),
            ]

    def write(self, vals):
        self.filtered(
            lambda question: any(
                name in vals and question[name] != vals[name] for name in MEANING_FIELDS
            )
        )._check_not_answered()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        self._check_not_answered()

    def _check_not_answered(self):
        """A question that measures something keeps its meaning once it is answered.

        :raise UserError: if one of these questions has answers, trials aside
        """
        # sudo: answers to another institution count as well
        answered = (
            self.env["survey.user_input.line"]
            .sudo()
            ._read_group(
                [
                    ("question_id", "in", self.filtered("alumni_measure").ids),
                    ("skipped", "=", False),
                    ("user_input_id.test_entry", "=", False),
                ],
                ["question_id"],
                ["user_input_id:count_distinct"],
                limit=1,
            )
        )
        if answered:
            [(question, people)] = answered
            raise UserError(
                self.env._(
                    "%(count)s people have answered “%(question)s”, and their answers "
                    "would mean something else or be lost. Duplicate the survey, "
                    "change the copy and close this one.",
                    count=people,
                    question=question.title,
                )
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
