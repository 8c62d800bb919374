from odoo import fields, models


class AlumniAnswerTag(models.Model):
    """What an answer in words is about, given by whoever reads it; counted."""

    _name = "alumni.answer.tag"
    _description = "Tag of answers"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    line_ids = fields.Many2many(
        comodel_name="survey.user_input.line",
        relation="alumni_answer_tag_line_rel",
        column1="tag_id",
        column2="line_id",
        string="Answers in words",
        groups="survey.group_survey_user",
    )
    answer_count = fields.Integer(
        string="Answers",
        compute="_compute_answer_count",
        groups="survey.group_survey_user",
        help="Answers in words that bear this tag.",
    )

    _name_uniq = models.UniqueIndex("(name)", "This tag exists already.")

    def _compute_answer_count(self):
        counts = dict(
            self.env["survey.user_input.line"]._read_group(
                [("alumni_tag_ids", "in", self.ids)], ["alumni_tag_ids"], ["__count"]
            )
        )
        for tag in self:
            tag.answer_count = counts.get(tag, 0)

    def action_answers(self):
        """The answers that bear this tag."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "alumni_relations.survey_user_input_line_action"
            ),
            "domain": [("alumni_tag_ids", "in", self.ids)],
            "context": {},
        }
