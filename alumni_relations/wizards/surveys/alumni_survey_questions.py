from odoo import api, fields, models


class AlumniSurveyQuestions(models.TransientModel):
    """Takes questions from the bank into a survey. Each copy remembers its origin, so
    that answers can be compared across surveys."""

    _name = "alumni.survey.questions"
    _description = "Questions from the bank"

    survey_id = fields.Many2one(comodel_name="survey.survey", required=True)
    question_ids = fields.Many2many(
        comodel_name="survey.question",
        string="Questions",
        domain="[('survey_id', '=', False), ('is_page', '=', False), "
        "('id', 'not in', taken_ids)]",
        required=True,
    )
    taken_ids = fields.Many2many(
        comodel_name="survey.question",
        compute="_compute_taken_ids",
        help="Questions of the bank that the survey asks already.",
    )

    @api.depends("survey_id")
    def _compute_taken_ids(self):
        for wizard in self:
            wizard.taken_ids = wizard.survey_id.question_ids.alumni_bank_id

    def action_add(self):
        """Copy the chosen questions behind those of the survey, in the order of the
        bank."""
        self.ensure_one()
        last = max(self.survey_id.question_and_page_ids.mapped("sequence"), default=0)
        for number, question in enumerate(
            (self.question_ids - self.taken_ids).sorted(), start=1
        ):
            question.copy(
                {
                    "survey_id": self.survey_id.id,
                    "alumni_bank_id": question.id,
                    "sequence": last + number,
                }
            )
        return {"type": "ir.actions.act_window_close"}
