from odoo import api, models
from odoo.tools import SQL


class EventRegistration(models.Model):
    """A registration of somebody who came is an act of experience. Credit goes to
    the attendee, not to who booked; being registered is not enough."""

    _name = "event.registration"
    _inherit = ["event.registration", "alumni.engagement.source"]
    _engagement_gives = False
    _engagement_fields = frozenset(
        {"attendee_id", "company_id", "state", "active", "date_closed", "event_id"}
    )

    @api.model
    def _engagement_select(self):
        # Attendance marked after the event still belongs to the day of the event:
        # a list typed in September must not move a reunion of June to a new year.
        return SQL(
            """
            SELECT seat.attendee_id, seat.company_id,
                   (LEAST(seat.date_closed, event.date_end) AT TIME ZONE 'UTC'
                       AT TIME ZONE company.alumni_tz)::date,
                   'experiential', 'event_attendance', seat.id, 0::numeric,
                   0::numeric, event.programme_id, seat.event_id
            FROM event_registration seat
            JOIN event_event event ON event.id = seat.event_id
            JOIN res_company company ON company.id = seat.company_id
            WHERE seat.state = 'done' AND seat.active
                AND seat.attendee_id IS NOT NULL
            """
        )
