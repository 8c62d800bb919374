from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class AlumniFunnel(models.Model):
    """What measures say about events: one row per person and event, under the
    generation and school that the person has now, and one row per event whose seats
    are limited."""

    _name = "alumni.funnel"
    _inherit = ["alumni.funnel", "alumni.measure.source"]

    _measure_source = "event"
    _measure_dimensions = {
        "generation": "generation_id",
        "school": "school_id",
        "programme": "programme_id",
        "event_kind": "event_kind_id",
    }

    @api.model
    def _refresh(self, chosen):
        result = super()._refresh(chosen)
        self._measure_changed()
        return result

    @api.model
    def _refresh_people(self, people):
        result = super()._refresh_people(people)
        if people:
            self._measure_changed()
        return result

    @api.model
    def _measure_select(self, period):
        """The people asked to or seen at the events of a period, whether it was the
        first attendance that is on record, and the seats of events where somebody
        was counted."""
        return SQL(
            """
            SELECT row.generation_id, row.school_id, row.programme_id,
                   row.event_kind_id, row.partner_id, row.invited, row.delivered,
                   row.answered, row.accepted, row.registered, row.cancelled,
                   row.attended, row.no_show, row.walk_in,
                   (row.attended = 1 AND NOT EXISTS (
                       SELECT FROM alumni_funnel earlier
                       WHERE earlier.partner_id = row.partner_id
                           AND earlier.company_id = row.company_id
                           AND earlier.attended = 1
                           AND (earlier.date, earlier.event_id)
                               < (row.date, row.event_id)))::int AS first_time,
                   NULL::bigint AS seats, NULL::bigint AS seats_used,
                   CASE WHEN topic.event_id IS NOT NULL
                       THEN row.invited END AS aimed,
                   (fit.partner_id IS NOT NULL)::int AS fits
            FROM alumni_funnel row
            LEFT JOIN (SELECT DISTINCT %(event)s AS event_id FROM %(topics)s) AS topic
                ON topic.event_id = row.event_id
            LEFT JOIN (%(fitting)s) AS fit
                ON fit.event_id = row.event_id AND fit.partner_id = row.partner_id
            WHERE row.period_id = %(period)s
            UNION ALL
            SELECT NULL, NULL, event.programme_id, event.alumni_kind_id, NULL, NULL,
                   NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                   event.seats_max * CASE WHEN event.is_multi_slots
                       THEN slots.number ELSE 1 END,
                   taken.number, NULL, NULL
            FROM (SELECT DISTINCT event_id FROM alumni_funnel
                  WHERE period_id = %(period)s AND attended = 1) AS held
            JOIN event_event event ON event.id = held.event_id
                AND event.seats_limited AND event.seats_max > 0
            CROSS JOIN LATERAL (
                SELECT COUNT(*) AS number FROM event_slot slot
                WHERE slot.event_id = event.id) AS slots
            CROSS JOIN LATERAL (
                SELECT COUNT(*) AS number FROM event_registration seat
                WHERE seat.event_id = event.id AND seat.state = 'done'
                    AND seat.active) AS taken
            """,
            period=period.id,
            event=SQL.identifier(self._measure_topics().column1),
            topics=SQL.identifier(self._measure_topics().relation),
            fitting=self._measure_fitting(period),
        )

    @api.model
    def _measure_topics(self):
        return self.env["event.event"]._fields["alumni_topic_ids"]

    @api.model
    def _measure_fitting(self, period):
        """Who has an interest that is a topic of an event of a period, or is below
        one: an SQL SELECT of ``event_id, partner_id``."""
        topics = self._measure_topics()
        interests = self.env["res.partner"]._fields["alumni_interest_ids"]
        return SQL(
            """
            SELECT DISTINCT link.%(event)s AS event_id, own.%(partner)s AS partner_id
            FROM %(topics)s link
            JOIN alumni_interest topic ON topic.id = link.%(topic)s
            JOIN alumni_interest interest
                ON starts_with(interest.parent_path, topic.parent_path)
            JOIN %(interests)s own ON own.%(interest)s = interest.id
            WHERE link.%(event)s IN (
                SELECT event_id FROM alumni_funnel WHERE period_id = %(period)s)
            """,
            event=SQL.identifier(topics.column1),
            topic=SQL.identifier(topics.column2),
            topics=SQL.identifier(topics.relation),
            partner=SQL.identifier(interests.column1),
            interest=SQL.identifier(interests.column2),
            interests=SQL.identifier(interests.relation),
            period=period.id,
        )

    @api.model
    def _measure_columns(self):
        # Without anybody asked or seen nobody knows: that is not 0.
        def people(condition):
            return SQL(
                "CASE WHEN COUNT(partner_id) > 0 THEN"
                " COUNT(DISTINCT partner_id) FILTER (WHERE %s) END",
                condition,
            )

        return {
            "invited_people": people(SQL("invited = 1")),
            "invitations": SQL("SUM(invited)"),
            "invitations_delivered": SQL("SUM(delivered)"),
            "invitations_answered": SQL("SUM(answered)"),
            "invitations_accepted": SQL("SUM(accepted)"),
            "invitations_registered": SQL("SUM(registered * delivered)"),
            "invitations_attended": SQL("SUM(attended * invited)"),
            "registered": SQL("SUM(registered)"),
            "cancelled": SQL("SUM(cancelled)"),
            "registered_expected": SQL("SUM(attended - walk_in + no_show)"),
            "registered_attended": SQL("SUM(attended - walk_in)"),
            "no_shows": SQL("SUM(no_show)"),
            "event_attendances": SQL("SUM(attended)"),
            "walk_ins": SQL("SUM(walk_in)"),
            "event_attendees": people(SQL("attended = 1")),
            "first_attendees": SQL("SUM(first_time)"),
            "invitations_aimed": SQL("SUM(aimed)"),
            "invitations_fitting": SQL("SUM(aimed * fits)"),
            "seats": SQL("SUM(seats)"),
            "seats_used": SQL("SUM(LEAST(seats_used, seats))"),
        }

    @api.model
    def _measure_domain(self, column, period):
        steps = {
            "invited_people": ["invited"],
            "invitations": ["invited"],
            "invitations_delivered": ["delivered"],
            "invitations_answered": ["answered"],
            "invitations_accepted": ["accepted"],
            "invitations_registered": ["delivered", "registered"],
            "invitations_attended": ["invited", "attended"],
            "registered": ["registered"],
            "cancelled": ["cancelled"],
            "registered_attended": ["registered", "attended"],
            "no_shows": ["no_show"],
            "walk_ins": ["walk_in"],
        }.get(column, ["attended"])
        domain = Domain("period_id", "=", period.id)
        if column in ("invitations_aimed", "invitations_fitting"):
            domain &= Domain("event_id.alumni_topic_ids", "!=", False)
            if column == "invitations_fitting":
                pairs = SQL(
                    "SELECT row.id FROM alumni_funnel row JOIN (%s) AS fit"
                    " USING (event_id, partner_id)"
                    " WHERE row.period_id = %s AND row.invited = 1",
                    self._measure_fitting(period),
                    period.id,
                )
                return domain & Domain("id", "in", self._measure_ids(pairs))
            return domain & Domain("invited", "=", 1)
        if column == "registered_expected":
            return (
                domain
                & Domain("walk_in", "=", 0)
                & (Domain("attended", "=", 1) | Domain("no_show", "=", 1))
            )
        return domain & Domain.AND(Domain(step, "=", 1) for step in steps)
