-- People beside what they were and did before (docs/indicators.md, "Readings that need
-- a word").

CREATE TABLE history AS
WITH earlier AS (
    SELECT now.period_id, before.partner_id
      FROM period now
      JOIN person before ON before.company_id = now.company_id AND before.s1 < now.s0
     WHERE before.en GROUP BY ALL
)
SELECT person.*, coalesce(start.en, false) AS en_before,
       coalesce(start.ph, false) AS ph_before, coalesce(start.vo, false) AS vo_before,
       coalesce(start.ex, false) AS ex_before, coalesce(start.co, false) AS co_before,
       earlier.partner_id IS NOT NULL AS en_earlier
  FROM person
  JOIN previous USING (period_id)
  LEFT JOIN person start ON start.period_id = previous.before_id
   AND start.partner_id = person.partner_id
  LEFT JOIN earlier ON earlier.period_id = person.period_id
   AND earlier.partner_id = person.partner_id;

-- The people of the period before, as they were then.

CREATE TABLE start AS
SELECT previous.period_id, start.* EXCLUDE (period_id),
       coalesce(now.vo, false) AS vo_now, coalesce(now.con, false) AS con_now
  FROM previous
  JOIN person start ON start.period_id = previous.before_id
  LEFT JOIN person now ON now.period_id = previous.period_id
   AND now.partner_id = start.partner_id;

-- Where each person has come to by the last day of the period, or by today.

CREATE TABLE standing AS
SELECT now.period_id, before.period_id AS then_id,
       row_number() OVER (PARTITION BY now.period_id ORDER BY before.s1 DESC) AS back,
       count(*) OVER (PARTITION BY now.period_id) AS known
  FROM period now JOIN period before ON before.company_id = now.company_id
   AND before.s1 <= now.s1;

CREATE TABLE course AS
WITH last AS (
    SELECT period.period_id, act.partner_id, max(act.date) AS day
      FROM period JOIN every_act act ON act.company_id = period.company_id
       AND act.date <= period.seen
     GROUP BY ALL
), role AS (
    SELECT period.period_id, act.partner_id,
           bool_or(act.period_id = period.period_id) AS leads,
           bool_or(act.date < period.s0) AS led
      FROM period
      JOIN (SELECT every_act.*, act.period_id FROM every_act
              LEFT JOIN act USING (source, res_id, kind)) act
        ON act.company_id = period.company_id
     WHERE act.kind IN ('participation_governance', 'participation_organiser')
     GROUP BY ALL
), recent AS (
    SELECT standing.period_id, person.partner_id,
           bool_or(person.en) FILTER (standing.back <= 3) AS engaged,
           sum(person.acts) FILTER (standing.back <= 2) AS acts_recent,
           CASE WHEN any_value(standing.known) >= 5
               THEN sum(person.acts) FILTER (standing.back BETWEEN 3 AND 5) END
               AS acts_earlier
      FROM standing JOIN person ON person.period_id = standing.then_id
     GROUP BY ALL
), account AS (
    -- An account counts once its owner has logged in.
    SELECT owner.partner_id, min(owner.create_date) AS opened
      FROM res_users owner
     WHERE owner.id IN (SELECT create_uid FROM res_users_log) GROUP BY ALL
), seat AS (
    SELECT period.period_id, seat.attendee_id AS partner_id, count(*) AS taken,
           count(*) FILTER (seat.state = 'done') AS kept
      FROM period
      JOIN event_event event ON event.company_id = period.company_id
       AND event.date_end < period.seen + INTERVAL 1 DAY
       AND event.date_end > period.seen - INTERVAL 24 MONTH
      JOIN event_registration seat ON seat.event_id = event.id AND seat.active
       AND seat.state IN ('open', 'done')
     GROUP BY ALL HAVING count(*) >= 3
)
SELECT person.*, date_diff('day', last.day, person.seen) AS recency,
       coalesce(last.day <= person.seen - INTERVAL 18 MONTH AND recent.engaged
           AND person.con, false) AS dormant,
       recent.acts_recent, recent.acts_earlier, seat.taken, seat.kept,
       person.liv AND coalesce(person.first_award BETWEEN person.s0 AND person.s1,
           false) AS graduate,
       coalesce(account.opened < person.first_award + INTERVAL 6 MONTH, false)
           AS has_account,
       coalesce(role.led, false) AS led,
       coalesce(partner.alumni_ambassador_stage IN ('accepted', 'active', 'resting'),
           false) AS ambassador,
       EXISTS (SELECT 1 FROM interest_of WHERE interest_of.partner_id
           = person.partner_id) AS has_interest,
       CASE WHEN NOT person.con THEN NULL WHEN role.leads THEN 'leader'
            WHEN person.vo THEN 'volunteering'
            WHEN person.ex OR person.ph THEN 'participant'
            WHEN person.co THEN 'interested' ELSE 'known' END AS stage
  FROM person
  JOIN res_partner partner ON partner.id = person.partner_id
  LEFT JOIN last USING (period_id, partner_id)
  LEFT JOIN role USING (period_id, partner_id)
  LEFT JOIN recent USING (period_id, partner_id)
  LEFT JOIN seat USING (period_id, partner_id)
  LEFT JOIN account USING (partner_id);

-- Living alumni with an account of the portal, and when they were there.

CREATE TABLE login AS
SELECT person.*, day IS NOT NULL AS activated,
       coalesce(day > person.seen - INTERVAL 12 MONTH, false) AS active
  FROM person
  LEFT JOIN (
    SELECT period.period_id, owner.partner_id,
           max((log.create_date AT TIME ZONE 'UTC' AT TIME ZONE period.tz)::DATE) AS day
      FROM period, res_users owner
      JOIN res_users_log log ON log.create_uid = owner.id
     WHERE owner.share AND (log.create_date AT TIME ZONE 'UTC'
         AT TIME ZONE period.tz)::DATE <= period.seen
     GROUP BY ALL
  ) seen USING (period_id, partner_id)
 WHERE person.liv;

-- Donors in fifths: the fifth in which the share of the donors ends who gave as long
-- ago, as often, as much, or less.

CREATE TABLE fifth AS
WITH given AS (
    SELECT act.period_id, act.partner_id, max(act.date) AS latest
      FROM act WHERE act.mode = 'philanthropic' GROUP BY ALL
), years AS (
    SELECT period.period_id, act.partner_id, count(*) AS gifts, sum(act.amount) AS amount
      FROM period JOIN every_act act ON act.company_id = period.company_id
       AND act.mode = 'philanthropic' AND act.date <= period.s1
       AND act.date > period.s1 - INTERVAL 5 YEAR
     GROUP BY ALL
), share AS (
    SELECT person.*,
           cume_dist() OVER (PARTITION BY period_id ORDER BY given.latest) AS r,
           cume_dist() OVER (PARTITION BY period_id ORDER BY years.gifts) AS f,
           cume_dist() OVER (PARTITION BY period_id ORDER BY years.amount) AS m
      FROM person JOIN given USING (period_id, partner_id)
      JOIN years USING (period_id, partner_id)
)
SELECT *, concat(ceil(5 * r)::INT, ceil(5 * f)::INT, ceil(5 * m)::INT) AS rfm FROM share;

-- Activities about people, events and the records of the office, once their day has
-- passed or they are done.

CREATE TABLE follow_up AS
SELECT period.period_id, activity.user_id,
       coalesce(activity.date_done <= activity.date_deadline, false) AS on_time
  FROM mail_activity activity
  JOIN res_users officer ON officer.id = activity.user_id
  JOIN period ON period.company_id = officer.company_id
   AND activity.date_deadline BETWEEN period.s0 AND period.s1
 WHERE (activity.res_model IN ('res.partner', 'event.event')
        OR starts_with(activity.res_model, 'alumni.'))
   AND (activity.date_deadline < getvariable('today')
        OR activity.date_done IS NOT NULL);

-- Alumni of record who gave for the first time.

CREATE TABLE first_gift AS
SELECT person.*, given.day
  FROM person
  JOIN (SELECT company_id, partner_id, min(date) AS day FROM every_act
         WHERE mode = 'philanthropic' GROUP BY ALL) given
    ON given.company_id = person.company_id AND given.partner_id = person.partner_id
   AND given.day BETWEEN person.s0 AND person.s1;
