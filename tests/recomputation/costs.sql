-- What actions cost and what stands beside it (docs/costs.md, docs/programmes.md).

CREATE TABLE cost AS
SELECT period.period_id,
       coalesce(event.programme_id, line.programme_id) AS programme_id, line.event_id,
       CASE WHEN line.nature = 'labour' AND line.labour = 'volunteer' THEN 0
            ELSE line.amount_company END AS cost,
       CASE WHEN line.nature = 'expense' AND line.payer = 'other'
            THEN line.amount_company ELSE 0 END AS paid_by_others,
       CASE WHEN line.nature = 'labour' AND line.labour = 'paid'
            THEN line.amount_company ELSE 0 END AS labour,
       CASE WHEN line.nature = 'labour' AND line.labour = 'volunteer'
            THEN line.amount_company ELSE 0 END AS beside
  FROM alumni_cost_line line
  LEFT JOIN event_event event ON event.id = line.event_id
  JOIN period ON period.company_id = line.company_id
   AND line.date BETWEEN period.s0 AND period.s1
 WHERE line.state = 'validated';

-- What an hour that somebody gave outside a participation was worth: the last rate that
-- begins on or before its day; the role's own before one for every role, among these the
-- country's own before one for every country.

CREATE TABLE worth AS
SELECT given.id AS gift_id,
       given.hours * arg_max(rate.rate, (coalesce(rate.role, '') <> '',
           rate.country_id IS NOT NULL, rate.date_from)) AS amount
  FROM (
    SELECT gift.id, gift.company_id, gift.date, gift.hours,
           coalesce(person.country_id, seat.country_id) AS country_id
      FROM alumni_gift gift
      JOIN res_partner person ON person.id = gift.partner_id
      JOIN res_company company ON company.id = gift.company_id
      JOIN res_partner seat ON seat.id = company.partner_id
     WHERE gift.state = 'received' AND gift.hours > 0
  ) given
  JOIN alumni_hourly_rate rate ON rate.company_id = given.company_id
   AND rate.labour = 'volunteer' AND rate.date_from <= given.date
   AND coalesce(rate.role, 'volunteer') = 'volunteer'
   AND (rate.country_id IS NULL OR rate.country_id = given.country_id)
 GROUP BY given.id, given.hours;

CREATE TABLE contribution AS
SELECT act.period_id, act.programme_id, act.partner_id, act.date,
       act.kind = 'event_attendance' OR act.source = 'participation' AS present,
       CASE WHEN act.mode = 'philanthropic' AND act.kind <> 'gift_in_kind'
            THEN act.amount ELSE 0 END AS money,
       CASE WHEN act.kind = 'gift_in_kind' THEN act.amount ELSE 0 END AS in_kind,
       CASE WHEN act.mode <> 'volunteer' OR act.hours <= 0 THEN 0
            WHEN act.source = 'participation' THEN
                CASE WHEN part.hourly_rate_id IS NOT NULL
                    THEN coalesce(part.hours_value, 0) ELSE 0 END
            ELSE coalesce(worth.amount, 0) END AS volunteering
  FROM act
  LEFT JOIN alumni_participation part
    ON act.source = 'participation' AND part.id = act.res_id
  LEFT JOIN worth ON act.source = 'gift' AND worth.gift_id = act.res_id;

-- Expenses per registered person, times those who were registered and did not come, of
-- each event that is over.

CREATE TABLE no_show AS
WITH day AS (
    SELECT event.*, period.period_id,
           event.date_end < getvariable('now') AS is_over
      FROM event_event event
      JOIN res_company company ON company.id = event.company_id
      JOIN period ON period.company_id = event.company_id
       AND (event.date_begin AT TIME ZONE 'UTC' AT TIME ZONE company.alumni_tz)::DATE
           BETWEEN period.s0 AND period.s1
), guest AS (
    -- Somebody with two registrations of one event is one person; who spoke there was
    -- there, ticked at the desk or not.
    SELECT seat.event_id,
           coalesce(seat.attendee_id::VARCHAR, 'seat ' || seat.id) AS guest,
           bool_or(seat.state = 'done' OR part.id IS NOT NULL) AS came
      FROM event_registration seat
      LEFT JOIN alumni_participation part ON part.event_id = seat.event_id
       AND part.partner_id = seat.attendee_id AND part.state = 'done'
     WHERE seat.active AND seat.state IN ('open', 'done') GROUP BY ALL
), count_of AS (
    SELECT event_id, count(*) AS registered, count(*) FILTER (NOT came) AS absent
      FROM guest GROUP BY ALL
), expense AS (
    SELECT event_id, sum(amount_company) AS amount FROM alumni_cost_line
     WHERE state = 'validated' AND nature = 'expense' AND event_id IS NOT NULL
     GROUP BY ALL
)
SELECT day.period_id, day.programme_id,
       expense.amount / count_of.registered * count_of.absent AS amount
  FROM day
  JOIN count_of ON count_of.event_id = day.id
  JOIN expense ON expense.event_id = day.id
 WHERE day.is_over;

-- Money of attendees within 90 days after an event of the period, each gift once: for
-- the last event before it.

CREATE TABLE after_event AS
SELECT touch.period_id, gift.res_id,
       arg_max(touch.programme_id, (touch.date, -touch.res_id)) AS programme_id,
       any_value(gift.amount) AS amount
  FROM act touch
  JOIN act gift ON gift.partner_id = touch.partner_id
   AND gift.company_id = touch.company_id AND gift.source = 'gift'
   AND gift.mode = 'philanthropic' AND gift.kind <> 'gift_in_kind'
   AND gift.date BETWEEN touch.date AND touch.date + 90
 WHERE touch.kind = 'event_attendance' GROUP BY ALL;

-- All of it, side by side. What nobody entered a cost for costs nobody knows what.

CREATE TABLE ledger AS
SELECT period_id, programme_id, cost, paid_by_others, beside,
       CASE WHEN event_id IS NOT NULL THEN cost END AS event_cost,
       NULL::INTEGER AS participant, 0 AS money, 0 AS in_kind, 0 AS volunteering,
       0 AS no_show, 0 AS after_event
  FROM cost
 UNION ALL
SELECT period_id, programme_id, NULL, NULL, 0, NULL,
       CASE WHEN present THEN partner_id END, money, in_kind, volunteering, 0, 0
  FROM contribution
 UNION ALL
SELECT period_id, programme_id, NULL, NULL, 0, NULL, NULL, 0, 0, 0, amount, 0
  FROM no_show
 UNION ALL
SELECT period_id, programme_id, NULL, NULL, 0, NULL, NULL, 0, 0, 0, 0, amount
  FROM after_event;

CREATE TABLE suggestion AS
SELECT period.period_id, improvement.programme_id, improvement.state
  FROM alumni_improvement improvement
  JOIN period ON period.company_id = improvement.company_id
   AND improvement.accepted_date BETWEEN period.s0 AND period.s1
 WHERE improvement.state IN ('accepted', 'done');

-- Hours that volunteers gave: by name in a role or as a gift, or without name in a line.

CREATE TABLE volunteering AS
SELECT act.period_id, act.partner_id, act.kind, act.programme_id, person.school_id,
       person.generation_id, coalesce(person.con, false) AS con, act.hours,
       programme.programme_type
  FROM act
  LEFT JOIN person ON person.partner_id = act.partner_id
   AND person.period_id = act.period_id
  LEFT JOIN alumni_programme programme ON programme.id = act.programme_id
 WHERE act.mode = 'volunteer' AND act.hours > 0
 UNION ALL
SELECT period.period_id, NULL, 'participation_' || line.role,
       coalesce(event.programme_id, line.programme_id), NULL, NULL, false, line.hours,
       programme.programme_type
  FROM alumni_cost_line line
  LEFT JOIN event_event event ON event.id = line.event_id
  LEFT JOIN alumni_programme programme
    ON programme.id = coalesce(event.programme_id, line.programme_id)
  JOIN period ON period.company_id = line.company_id
   AND line.date BETWEEN period.s0 AND period.s1
 WHERE line.state = 'validated' AND line.nature = 'labour'
   AND line.labour = 'volunteer';

ALTER TABLE volunteering ADD COLUMN posts DOUBLE;
UPDATE volunteering SET posts = hours / (
    SELECT company.alumni_fte_hours FROM period
      JOIN res_company company ON company.id = period.company_id
     WHERE period.period_id = volunteering.period_id);

CREATE TABLE typed_cost AS
SELECT cost.*, programme.programme_type
  FROM cost LEFT JOIN alumni_programme programme ON programme.id = cost.programme_id;
