from odoo import api, models
from odoo.tools import SQL

from odoo.addons.alumni_relations.models.programmes.alumni_participation import (
    VOLUNTEER_ROLES,
)


class AlumniParticipation(models.Model):
    """A participation that is done is an act: volunteering in a role for the
    institution, experience as a participant or mentee. The hours of a volunteer are
    those that were validated."""

    _name = "alumni.participation"
    _inherit = ["alumni.participation", "alumni.engagement.source"]
    _engagement_fields = frozenset(
        {
            "partner_id",
            "company_id",
            "role",
            "date",
            "state",
            "hours",
            "hours_state",
            "programme_id",
            "event_id",
        }
    )

    @api.model
    def _engagement_select(self):
        return SQL(
            """
            SELECT part.partner_id, part.company_id, part.date,
                   CASE WHEN part.role IN %s THEN 'volunteer'
                        ELSE 'experiential' END,
                   'participation_' || part.role, part.id,
                   CASE WHEN part.role IN %s
                            AND part.hours_state IS DISTINCT FROM 'validated' THEN 0
                        ELSE part.hours::numeric END,
                   0::numeric, COALESCE(part.programme_id, event.programme_id),
                   part.event_id
            FROM alumni_participation part
            LEFT JOIN event_event event ON event.id = part.event_id
            WHERE part.state = 'done'
            """,
            VOLUNTEER_ROLES,
            VOLUNTEER_ROLES,
        )
