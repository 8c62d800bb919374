from odoo import api, fields, models


class SurveyQuestionAnswer(models.Model):
    """A choice that answers a question."""

    _inherit = "survey.question.answer"

    alumni_is_yes = fields.Boolean(
        string="Means yes",
        help="Of a binary question: whoever chooses this says yes. The report shows "
        "the share of those who say yes.",
    )

    def write(self, vals):
        if "alumni_is_yes" in vals:
            self.filtered(
                lambda choice: choice.alumni_is_yes != vals["alumni_is_yes"]
            ).question_id._check_not_answered()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        self.question_id._check_not_answered()
