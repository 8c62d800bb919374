from odoo import api, fields, models
from odoo.exceptions import UserError


class EventEvent(models.Model):
    """After an event its attendees are asked how it was."""

    _name = "event.event"
    _inherit = ["event.event", "alumni.surveyed.mixin"]
    _alumni_answer_field = "alumni_event_id"

    survey_id = fields.Many2one(
        comodel_name="survey.survey",
        string="After-event survey",
        default=lambda self: self._default_survey_id(),
        index="btree_not_null",
        ondelete="set null",
        groups="survey.group_survey_user",
        help="What the attendees are asked after the event.",
    )

    @api.model
    def _default_survey_id(self):
        return self.env.ref(
            "alumni_relations.survey_after_event", raise_if_not_found=False
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        # sudo: an answer that the user may not see must not be lost either
        answers = self.env["survey.user_input"].sudo()
        if asked := answers.search([("alumni_event_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "The survey on “%(event)s” has answers or was sent. Archive the "
                    "event instead of deleting it, or delete its answers first.",
                    event=asked.alumni_event_id.display_name,
                )
            )
