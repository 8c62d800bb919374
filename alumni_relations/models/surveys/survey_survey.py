from odoo import api, fields, models
from odoo.exceptions import UserError


class SurveySurvey(models.Model):
    """One survey can be sent after many events; each answer says which one it is
    about, so that events can be compared."""

    _inherit = "survey.survey"

    alumni_template = fields.Boolean(
        string="Model survey",
        copy=False,
        help="A survey to send as it is or to make surveys of one's own from.",
    )
    alumni_anonymous = fields.Boolean(
        string="Anonymous",
        help="Who answers is forgotten as soon as they begin: name, address and "
        "login. The answers are counted, and nobody is credited with them.",
    )
    event_ids = fields.One2many(
        comodel_name="event.event", inverse_name="survey_id", string="Events"
    )

    def write(self, vals):
        if "alumni_anonymous" in vals:
            self.filtered(
                lambda survey: survey.alumni_anonymous != vals["alumni_anonymous"]
            )._check_nobody_asked()
        return super().write(vals)

    def _check_nobody_asked(self):
        """What people were told when they were asked holds.

        :raise UserError: if somebody was asked, trials aside
        """
        # sudo: people of another institution were told so as well
        asked = (
            self.env["survey.user_input"]
            .sudo()
            .search(
                [("survey_id", "in", self.ids), ("test_entry", "=", False)], limit=1
            )
        )
        if asked:
            raise UserError(
                self.env._(
                    "“%(survey)s” has been sent or answered: whether it is anonymous "
                    "can no longer change. Duplicate it and send the copy.",
                    survey=asked.survey_id.title,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        self.question_and_page_ids._check_not_answered()

    def action_alumni_use_template(self):
        """Make a survey of one's own from this one, to change and to send."""
        self.ensure_one()
        survey = self.copy({"user_id": self.env.uid})
        for code, _name in self.env["res.lang"].get_installed():
            survey.with_context(lang=code).title = self.with_context(lang=code).title
        return {
            "type": "ir.actions.act_window",
            "res_model": "survey.survey",
            "res_id": survey.id,
            "view_mode": "form",
        }

    def action_alumni_add_questions(self):
        """Choose questions from the bank."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Questions from the bank"),
            "res_model": "alumni.survey.questions",
            "view_mode": "form",
            "target": "new",
            "context": {"default_survey_id": self.id},
        }
