from odoo import fields, models


class AlumniSurveyedMixin(models.AbstractModel):
    """What people are asked about: an event or a programme. The number of answers
    and the response rate stand beside every figure."""

    _name = "alumni.surveyed.mixin"
    _description = "Asked about in surveys"

    # The field of an answer that says what it is about.
    _alumni_answer_field = None

    alumni_asked_count = fields.Integer(
        string="Asked",
        compute="_compute_alumni_answer_count",
        groups="survey.group_survey_user",
        help="People who were asked or have answered, trials aside.",
    )
    alumni_answer_count = fields.Integer(
        string="Answers",
        compute="_compute_alumni_answer_count",
        groups="survey.group_survey_user",
        help="People who have answered to the end; of two answers of one person about "
        "one event the last counts.",
    )
    alumni_response_rate = fields.Float(
        string="Response rate",
        compute="_compute_alumni_answer_count",
        groups="survey.group_survey_user",
        help="Answers / asked.",
    )

    def _compute_alumni_answer_count(self):
        counts = {}
        for record, state, count in self.env["survey.user_input"]._read_group(
            [
                (self._alumni_answer_field, "in", self.ids),
                ("test_entry", "=", False),
                ("alumni_superseded", "=", False),
            ],
            [self._alumni_answer_field, "state"],
            ["__count"],
        ):
            asked, answered = counts.get(record, (0, 0))
            counts[record] = (asked + count, answered + count * (state == "done"))
        for record in self:
            asked, answered = counts.get(record, (0, 0))
            record.alumni_asked_count, record.alumni_answer_count = asked, answered
            record.alumni_response_rate = answered / asked if asked else 0

    def action_alumni_answers(self):
        """Who was asked about this, and what they answered."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "alumni_relations.survey_user_input_action"
            ),
            "domain": [(self._alumni_answer_field, "=", self.id)],
            "context": {},
        }

    def action_alumni_send_survey(self):
        """Ask those who took part."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send a survey"),
            "res_model": "alumni.survey.send",
            "view_mode": "form",
            "target": "new",
            "context": {
                f"default_{self._alumni_answer_field.removeprefix('alumni_')}": self.id
            },
        }
