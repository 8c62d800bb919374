-- Who was invited, answered, registered and came (docs/events.md): one row per person
-- and event, under the generation and school that the person has today.

CREATE TABLE today AS
SELECT partner.id AS partner_id, first_award.company_id, generation.id AS generation_id,
       coalesce(first_award.school_id, entry.school_id) AS school_id
  FROM res_partner partner
  LEFT JOIN first_award ON first_award.partner_id = partner.id
  LEFT JOIN (
    SELECT partner_id, arg_min(school_id, (coalesce(nullif(start_year, 0), 99999), id))
               AS school_id
      FROM alumni_education GROUP BY ALL
  ) entry ON entry.partner_id = partner.id
  LEFT JOIN alumni_generation generation
    ON generation.company_id = first_award.company_id AND generation.active
   AND year(first_award.since) BETWEEN generation.year_from AND generation.year_to;

CREATE TABLE funnel AS
WITH occasion AS (
    SELECT event.id AS event_id, event.programme_id,
           event.alumni_kind_id AS event_kind_id, period.period_id, event.date_begin,
           event.date_end < getvariable('now') AS is_over,
           (event.date_begin AT TIME ZONE 'UTC' AT TIME ZONE period.tz)::DATE AS day
      FROM event_event event
      JOIN period ON period.company_id = event.company_id
       AND (event.date_begin AT TIME ZONE 'UTC' AT TIME ZONE period.tz)::DATE
           BETWEEN period.s0 AND period.s1
), invited AS (
    SELECT event_id, partner_id, invited_date IS NOT NULL AS asked,
           answer IN ('yes', 'no', 'maybe') AS answered, answer = 'yes' AS accepted,
           bounced, coalesce(channel, 'email') <> 'email' AS by_hand
      FROM alumni_invitation
), seat AS (
    SELECT seat.event_id, seat.attendee_id AS partner_id,
           bool_or(state = 'done') AS came,
           bool_and(state = 'cancel') AS cancelled,
           bool_or(seat.create_date < occasion.date_begin) AS beforehand
      FROM event_registration seat JOIN occasion USING (event_id)
     WHERE seat.active AND seat.attendee_id IS NOT NULL
       AND seat.state IN ('open', 'done', 'cancel')
     GROUP BY ALL
), pair AS (
    SELECT event_id, partner_id FROM invited UNION SELECT event_id, partner_id FROM seat
)
SELECT occasion.*, pair.partner_id, today.generation_id, today.school_id,
       coalesce(invited.asked, false) AS invited,
       coalesce(invited.asked AND (NOT coalesce(invited.bounced, false)
           OR invited.answered OR invited.by_hand), false) AS delivered,
       coalesce(invited.answered, false) AS answered,
       coalesce(invited.accepted, false) AS accepted,
       coalesce(seat.came, false) AS came,
       coalesce(seat.cancelled, false) AS cancelled,
       seat.came IS TRUE AND invited.event_id IS NULL AND NOT seat.beforehand AS walk_in,
       seat.event_id IS NOT NULL
           AND NOT (seat.came AND invited.event_id IS NULL AND NOT seat.beforehand)
           AS registered
  FROM pair
  JOIN occasion USING (event_id)
  LEFT JOIN invited USING (event_id, partner_id)
  LEFT JOIN seat USING (event_id, partner_id)
  LEFT JOIN today ON today.partner_id = pair.partner_id;

-- The first attendance on record of each person.

CREATE TABLE attendance AS
SELECT *, row_number() OVER (PARTITION BY partner_id ORDER BY day, event_id) = 1
           AS is_first,
       min(day) OVER (PARTITION BY partner_id) AS first_day
  FROM funnel WHERE came;
