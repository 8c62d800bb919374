-- Messages of mailings that were sent, each in the period of its mailing
-- (docs/indicators.md).

CREATE TABLE mail AS
SELECT period.period_id, mailing.alumni_purpose_id AS purpose_id, person.generation_id,
       coalesce(person.con, false) AS con, trace.trace_status = 'bounce' AS came_back,
       trace.trace_status IN ('open', 'reply') OR trace.open_datetime IS NOT NULL
           AS opened,
       trace.links_click_datetime IS NOT NULL AS clicked, period.clicks AS click_counts
  FROM mailing_trace trace
  JOIN mailing_mailing mailing ON mailing.id = trace.mass_mailing_id
  LEFT JOIN res_users staff ON staff.id = mailing.user_id
  JOIN period ON period.company_id = coalesce(mailing.alumni_company_id,
        staff.company_id, (SELECT min(id) FROM res_company WHERE active))
   AND (mailing.sent_date AT TIME ZONE 'UTC' AT TIME ZONE period.tz)::DATE
       BETWEEN period.s0 AND period.s1
  LEFT JOIN alumni_invitation invitation
    ON trace.model = 'alumni.invitation' AND invitation.id = trace.res_id
  LEFT JOIN person ON person.period_id = period.period_id
   AND person.partner_id = CASE trace.model WHEN 'res.partner' THEN trace.res_id
        ELSE invitation.partner_id END
 WHERE mailing.state = 'done' AND trace.is_test_trace IS NOT TRUE
   AND trace.model IN ('res.partner', 'alumni.invitation')
   AND trace.trace_status IN ('sent', 'open', 'reply', 'bounce');

CREATE TABLE unsubscription AS
SELECT period.period_id, consent.purpose_id, person.generation_id
  FROM alumni_consent consent
  JOIN period ON period.company_id = consent.company_id
   AND consent.date BETWEEN period.s0 AND period.s1
  LEFT JOIN person ON person.partner_id = consent.partner_id
   AND person.period_id = period.period_id
 WHERE consent.state = 'refused' AND consent.source = 'mailing';

CREATE TABLE pressure AS
SELECT mail.*,
       date_diff('month', period.s0, least(period.s1, getvariable('today'))) + 1 AS months
  FROM mail JOIN period USING (period_id)
 WHERE mail.con AND NOT mail.came_back;

-- Dues.

CREATE TABLE member AS
WITH paid AS (
    SELECT DISTINCT period.period_id, gift.partner_id
      FROM alumni_gift gift
      JOIN alumni_gift_type kind ON kind.id = gift.gift_type_id AND kind.is_dues
      JOIN period ON period.company_id = gift.company_id
       AND gift.date BETWEEN period.s0 AND period.s1
     WHERE gift.state = 'received'
)
SELECT person.*, now.partner_id IS NOT NULL AS paid,
       before.partner_id IS NOT NULL AS paid_before
  FROM person
  LEFT JOIN paid now ON now.partner_id = person.partner_id
   AND now.period_id = person.period_id
  LEFT JOIN previous ON previous.period_id = person.period_id
  LEFT JOIN paid before ON before.partner_id = person.partner_id
   AND before.period_id = previous.before_id
 WHERE person.liv;

-- Thanks: within five working days, Monday to Friday.

CREATE TABLE thank AS
SELECT period.period_id, gift.gift_type_id,
       coalesce(gift.programme_id, event.programme_id) AS programme_id,
       gift.thanked_date <= due.day AS in_time,
       gift.thanked_date IS NOT NULL AS thanked,
       gift.thanked_date IS NOT NULL OR due.day < getvariable('today') AS is_due
  FROM alumni_gift gift
  JOIN alumni_gift_type kind ON kind.id = gift.gift_type_id
   AND kind.is_dues IS NOT TRUE
  LEFT JOIN event_event event ON event.id = gift.event_id
  JOIN period ON period.company_id = gift.company_id
   AND gift.date BETWEEN period.s0 AND period.s1,
  LATERAL (SELECT gift.date + CASE isodow(gift.date) WHEN 6 THEN 6 WHEN 7 THEN 5
                                  ELSE 7 END AS day) due
 WHERE gift.state = 'received';
