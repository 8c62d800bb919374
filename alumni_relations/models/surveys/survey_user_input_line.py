from odoo import api, fields, models
from odoo.exceptions import AccessError


class SurveyUserInputLine(models.Model):
    """The answer to one question. Answers in words are read and tagged."""

    _inherit = "survey.user_input.line"

    alumni_event_id = fields.Many2one(
        related="user_input_id.alumni_event_id", string="Event"
    )
    alumni_programme_id = fields.Many2one(
        related="user_input_id.alumni_programme_id", string="Programme"
    )
    alumni_partner_id = fields.Many2one(
        related="user_input_id.partner_id", string="Person"
    )
    alumni_text = fields.Text(
        string="In words", compute="_compute_alumni_text", search="_search_alumni_text"
    )
    alumni_tag_ids = fields.Many2many(
        comodel_name="alumni.answer.tag",
        relation="alumni_answer_tag_line_rel",
        column1="line_id",
        column2="tag_id",
        string="Tags",
    )

    @api.depends("value_text_box", "value_char_box")
    def _compute_alumni_text(self):
        for line in self:
            line.alumni_text = line.value_text_box or line.value_char_box

    def _search_alumni_text(self, operator, value):
        return [
            "|",
            ("value_text_box", operator, value),
            ("value_char_box", operator, value),
        ]

    def write(self, vals):
        # Officers tag answers; what people have said is theirs.
        if (
            not self.env.su
            and not self.env.user.has_group("survey.group_survey_manager")
            and set(vals) - {"alumni_tag_ids"}
        ):
            raise AccessError(
                self.env._("An answer can be tagged, what it says cannot be changed.")
            )
        return super().write(vals)
