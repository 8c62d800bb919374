from odoo import fields, models


class EventEvent(models.Model):
    """An event can belong to a programme, whose objectives it serves."""

    _inherit = "event.event"

    programme_id = fields.Many2one(
        comodel_name="alumni.programme",
        index="btree_not_null",
        ondelete="restrict",
        domain="company_id and [('company_id', '=', company_id)] or []",
        tracking=True,
    )
    alumni_participation_count = fields.Integer(
        compute="_compute_alumni_participation_count",
        groups="alumni_relations.group_officer",
        help="Speakers, hosts, organisers and other roles that are not cancelled.",
    )

    def _compute_alumni_participation_count(self):
        counts = dict(
            self.env["alumni.participation"]._read_group(
                [("event_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["event_id"],
                ["__count"],
            )
        )
        for event in self:
            event.alumni_participation_count = counts.get(event, 0)

    def action_alumni_participations(self):
        """Speakers, hosts and other roles at this event."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "alumni_relations.alumni_participation_action"
            ),
            "domain": [("event_id", "=", self.id)],
            "context": {
                "default_event_id": self.id,
                "default_programme_id": self.programme_id.id,
            },
        }

    def action_invite_contacts(self):
        """An invitation to an event serves the purpose of events, so that it does
        not reach those who want none."""
        action = super().action_invite_contacts()
        action["context"]["alumni_purpose_code"] = "events"
        return action
