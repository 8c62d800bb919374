from odoo import fields, models


class AlumniHoursRefusal(models.TransientModel):
    """Refuses hours that volunteers reported, and says why."""

    _name = "alumni.hours.refusal"
    _description = "Refuse hours"

    participation_ids = fields.Many2many(
        comodel_name="alumni.participation",
        string="Participations",
        default=lambda self: self._default_participation_ids(),
        required=True,
    )
    reason = fields.Char(required=True)

    def _default_participation_ids(self):
        if self.env.context.get("active_model") == "alumni.participation":
            return self.env.context.get("active_ids")
        return False

    def action_refuse(self):
        """Refuse the hours of the participations with this reason."""
        self.ensure_one()
        self.participation_ids.write(
            {"hours_state": "refused", "hours_refusal": self.reason}
        )
