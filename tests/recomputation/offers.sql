-- What was offered and what it was aimed at: seats and topics of events, budgets; and
-- what the office entered.

CREATE TABLE seats AS
SELECT held.period_id, event.programme_id, event.alumni_kind_id AS event_kind_id,
       event.seats_max AS seats, least(event.seats_max, taken.number) AS used
  FROM (SELECT DISTINCT period_id, event_id FROM funnel WHERE came) held
  JOIN event_event event ON event.id = held.event_id
  JOIN (SELECT event_id, count(*) AS number FROM event_registration
         WHERE active AND state = 'done' GROUP BY ALL) taken
    ON taken.event_id = event.id
 WHERE event.seats_limited AND event.seats_max > 0;

CREATE TABLE aimed AS
WITH RECURSIVE below AS (
    SELECT id AS topic_id, id AS interest_id FROM alumni_interest
     UNION
    SELECT below.topic_id, child.id
      FROM below JOIN alumni_interest child ON child.parent_id = below.interest_id
)
SELECT funnel.*, EXISTS (
           SELECT 1 FROM topic_of
             JOIN below ON below.topic_id = topic_of.topic_id
             JOIN interest_of ON interest_of.interest_id = below.interest_id
            WHERE topic_of.event_id = funnel.event_id
              AND interest_of.partner_id = funnel.partner_id) AS fits
  FROM funnel
 WHERE invited AND event_id IN (SELECT event_id FROM topic_of);

CREATE TABLE budget AS
SELECT period.period_id, programme.id AS programme_id, programme.budget_amount AS budget,
       coalesce((
           SELECT sum(line.amount_company) FROM alumni_cost_line line
             LEFT JOIN event_event event ON event.id = line.event_id
            WHERE coalesce(event.programme_id, line.programme_id) = programme.id
              AND line.state = 'validated'
              AND NOT (line.nature = 'labour' AND line.labour = 'volunteer')
       ), 0) AS spent
  FROM alumni_programme programme
  JOIN period ON period.company_id = programme.company_id
   AND programme.date_end BETWEEN period.s0 AND period.s1
 WHERE programme.budget_amount > 0;

CREATE TABLE fundraising AS
SELECT period_id, NULL AS cost, money FROM contribution
 UNION ALL
SELECT period_id, cost, 0 FROM typed_cost WHERE programme_type = 'fundraising';

CREATE TABLE peer AS
SELECT period.period_id, median.institution_count
  FROM alumni_peer_median median
  JOIN period ON period.company_id = median.company_id
   AND year(period.s1) = median.year;

CREATE TABLE file AS
SELECT period.period_id, run.cell_count, run.hidden_count
  FROM alumni_benchmark_run run
  JOIN period ON period.company_id = run.company_id
   AND (run.date AT TIME ZONE 'UTC' AT TIME ZONE period.tz)::DATE
       BETWEEN period.s0 AND period.s1
 WHERE run.state = 'done';

CREATE TABLE entry AS
SELECT entry.period_id, measure.code, entry.breakdown, coalesce(entry.key, '') AS key,
       entry.amount
  FROM alumni_measure_entry entry
  JOIN alumni_measure measure ON measure.id = entry.measure_id;
