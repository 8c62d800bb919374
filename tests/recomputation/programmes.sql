-- What people of the network do for and learn from each other (docs/programmes.md,
-- docs/indicators.md).

-- The school of somebody in a period: that of the period, or of the studies of today.

CREATE TABLE schooled AS
SELECT period.period_id, period.company_id, period.s0, period.s1, period.seen,
       partner.id AS partner_id,
       coalesce(person.school_id, today.school_id) AS school_id
  FROM period CROSS JOIN res_partner partner
  LEFT JOIN person ON person.period_id = period.period_id
   AND person.partner_id = partner.id
  LEFT JOIN today ON today.partner_id = partner.id;

CREATE TABLE pair AS
SELECT schooled.period_id, pair.programme_id, schooled.school_id, EXISTS (
           SELECT 1 FROM alumni_mentoring_session session
            WHERE session.pair_id = pair.id AND session.state = 'held'
              AND session.date BETWEEN schooled.seen - 60 AND schooled.seen) AS met
  FROM alumni_mentoring_pair pair
  JOIN alumni_mentoring_request request ON request.id = pair.request_id
  JOIN schooled ON schooled.partner_id = request.partner_id
   AND schooled.company_id = pair.company_id
 WHERE pair.state IN ('active', 'ended') AND pair.date_start <= schooled.seen
   AND coalesce(pair.date_end, schooled.seen) >= schooled.seen;

CREATE TABLE request AS
SELECT schooled.period_id, request.programme_id, schooled.school_id, EXISTS (
           SELECT 1 FROM alumni_mentoring_pair pair
            WHERE pair.request_id = request.id
              AND pair.state IN ('agreed', 'active', 'ended')
              AND pair.date_agreed <= request.date + 30) AS matched
  FROM alumni_mentoring_request request
  JOIN schooled ON schooled.partner_id = request.partner_id
   AND schooled.company_id = request.company_id
   AND request.date BETWEEN schooled.s0 AND schooled.s1;

CREATE TABLE session AS
SELECT schooled.period_id, pair.programme_id, schooled.school_id,
       session.state = 'held' AS held
  FROM alumni_mentoring_session session
  JOIN alumni_mentoring_pair pair ON pair.id = session.pair_id
  JOIN alumni_mentoring_request request ON request.id = pair.request_id
  JOIN schooled ON schooled.partner_id = request.partner_id
   AND schooled.company_id = pair.company_id
   AND session.date BETWEEN schooled.s0 AND schooled.seen;

CREATE TABLE mentor AS
SELECT * FROM (
    SELECT schooled.period_id, schooled.partner_id, mentor.programme_id,
           schooled.school_id,
           mentor.date_start <= schooled.seen
               AND coalesce(mentor.date_end, schooled.s0) >= schooled.s0 AS in_office,
           EXISTS (
               SELECT 1 FROM alumni_mentoring_pair pair
                WHERE pair.mentor_id = mentor.id AND pair.state IN ('active', 'ended')
                  AND pair.date_start <= schooled.seen
                  AND coalesce(pair.date_end, schooled.s0) >= schooled.s0) AS used
      FROM alumni_mentor mentor
      JOIN schooled ON schooled.partner_id = mentor.partner_id
       AND schooled.company_id = mentor.company_id
) WHERE in_office OR used;

CREATE TABLE posted AS
SELECT person.period_id, 'opportunity_' || offer.opportunity_type AS kind,
       offer.programme_id, person.school_id
  FROM alumni_opportunity offer
  JOIN person ON person.partner_id = offer.partner_id
   AND person.company_id = offer.company_id
   AND offer.date_published BETWEEN person.s0 AND person.s1;

-- Acts of the contactable, with the programme they were for.

CREATE TABLE done AS
SELECT person.*, act.kind, programme.programme_type
  FROM act
  JOIN person ON person.period_id = act.period_id AND person.partner_id = act.partner_id
  LEFT JOIN alumni_programme programme ON programme.id = act.programme_id
 WHERE person.con;

CREATE TABLE learning AS
WITH hours AS (
    SELECT person.period_id, person.partner_id, part.event_id, part.hours,
           coalesce(part.programme_id, event.programme_id) AS programme_id
      FROM alumni_participation part
      LEFT JOIN event_event event ON event.id = part.event_id
      JOIN person ON person.partner_id = part.partner_id
       AND person.company_id = part.company_id
       AND part.date BETWEEN person.s0 AND person.s1
     WHERE part.state = 'done' AND part.role = 'participant' AND part.hours > 0
), each AS (
    SELECT period_id, event_id, programme_id, hours FROM hours
     UNION ALL
    SELECT funnel.period_id, event.id, event.programme_id,
           date_diff('second', event.date_begin, event.date_end) / 3600
      FROM funnel
      JOIN event_event event ON event.id = funnel.event_id
      JOIN person ON person.partner_id = funnel.partner_id
       AND person.period_id = funnel.period_id
     WHERE funnel.came AND event.date_end - event.date_begin <= INTERVAL 24 HOUR
       AND NOT EXISTS (SELECT 1 FROM hours WHERE hours.event_id = event.id
                          AND hours.partner_id = funnel.partner_id)
)
SELECT each.period_id, each.programme_id, event.alumni_kind_id AS event_kind_id,
       each.hours
  FROM each
  JOIN alumni_programme programme ON programme.id = each.programme_id
   AND programme.programme_type = 'lifelong_learning'
  LEFT JOIN event_event event ON event.id = each.event_id;

-- Where graduates had a role, and the students who met them there.

CREATE TABLE helper AS
SELECT person.period_id, part.event_id, part.date BETWEEN person.s0 AND person.s1 AS now,
       coalesce(part.programme_id, event.programme_id) AS programme_id
  FROM alumni_participation part
  LEFT JOIN event_event event ON event.id = part.event_id
  JOIN person ON person.partner_id = part.partner_id
 WHERE part.state = 'done' AND part.role NOT IN ('participant', 'mentee');

CREATE TABLE student AS
WITH met AS (
    SELECT funnel.period_id, funnel.partner_id FROM funnel
     WHERE funnel.came AND EXISTS (
        SELECT 1 FROM helper WHERE helper.event_id = funnel.event_id
           AND helper.period_id = funnel.period_id)
     UNION
    SELECT period.period_id, part.partner_id
      FROM alumni_participation part
      JOIN period ON period.company_id = part.company_id
       AND part.date BETWEEN period.s0 AND period.s1
     WHERE part.state = 'done' AND part.role IN ('participant', 'mentee')
       AND part.event_id IS NULL AND EXISTS (
        SELECT 1 FROM helper WHERE helper.programme_id = part.programme_id
           AND helper.period_id = period.period_id AND helper.now)
)
SELECT met.*, today.school_id
  FROM met
  LEFT JOIN today ON today.partner_id = met.partner_id
 WHERE met.partner_id IN (
        SELECT link.partner_id FROM audience_of link
          JOIN alumni_audience audience ON audience.id = link.audience_id
         WHERE audience.code IN
            ('entering_student', 'returning_student', 'leaving_student'))
   AND NOT EXISTS (SELECT 1 FROM person WHERE person.partner_id = met.partner_id
                      AND person.period_id = met.period_id);

CREATE TABLE fair AS
SELECT period.period_id, place.country_id, EXISTS (
           SELECT 1 FROM helper WHERE helper.event_id = event.id
              AND helper.period_id = period.period_id) AS staffed
  FROM event_event event
  JOIN alumni_event_kind kind ON kind.id = event.alumni_kind_id
   AND kind.code = 'student_fair'
  LEFT JOIN res_partner place ON place.id = event.address_id
  JOIN period ON period.company_id = event.company_id
   AND (event.date_begin AT TIME ZONE 'UTC'
        AT TIME ZONE coalesce(event.date_tz, 'UTC'))::DATE
       BETWEEN period.s0 AND period.s1
 WHERE event.active AND event.kanban_state <> 'cancel'
   AND event.date_end < getvariable('now');

-- Answers to one question of the bank, in whatever survey it was asked.

CREATE TABLE opinion AS
SELECT answer.*, person.award_decade,
       coalesce(bank.title, question.title)->>'en_US' AS asked
  FROM answer
  JOIN survey_question question ON question.id = answer.question_id
  LEFT JOIN survey_question bank ON bank.id = question.alumni_bank_id
  LEFT JOIN person ON person.partner_id = answer.partner_id
   AND person.period_id = answer.period_id
 WHERE answer.said IS NOT NULL;
