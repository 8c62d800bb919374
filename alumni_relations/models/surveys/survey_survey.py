from odoo import fields, models


class SurveySurvey(models.Model):
    """One survey can be sent after many events; each answer says which one it is
    about, so that events can be compared."""

    _inherit = "survey.survey"

    alumni_template = fields.Boolean(
        string="Model survey",
        copy=False,
        help="A survey to send as it is or to make surveys of one's own from.",
    )
    event_ids = fields.One2many(
        comodel_name="event.event", inverse_name="survey_id", string="Events"
    )
