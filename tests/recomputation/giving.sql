-- Who gave money or in kind, beside what they gave before (docs/indicators.md).

CREATE TABLE donor AS
WITH given AS (
    SELECT period_id, partner_id, sum(amount) AS amount, min(date) AS first_date
      FROM act WHERE mode = 'philanthropic' GROUP BY ALL
), earlier AS (
    SELECT period.period_id, act.partner_id, max(act.date) AS last_date
      FROM period JOIN every_act act ON act.company_id = period.company_id
       AND act.mode = 'philanthropic' AND act.date < period.s0
     GROUP BY ALL
)
SELECT person.* EXCLUDE (amount), given.amount, given.first_date, earlier.last_date,
       coalesce(earlier.last_date <= given.first_date - INTERVAL 13 MONTH, false)
           AS came_back,
       CASE WHEN earlier.last_date IS NULL AND given.first_date >= person.first_award
           THEN date_diff('day', person.first_award, given.first_date) / 365.25 END
           AS years_until_first,
       row_number() OVER (PARTITION BY period_id ORDER BY given.amount DESC)
           <= ceil(count(*) OVER (PARTITION BY period_id) / 10) AS is_top
  FROM person
  JOIN given USING (period_id, partner_id)
  LEFT JOIN earlier USING (period_id, partner_id);

-- The donors of the period before, as they were then, and whether they gave again.

CREATE TABLE donor_before AS
SELECT previous.period_id, donor.* EXCLUDE (period_id),
       donor.last_date IS NULL AS is_new, again.partner_id IS NOT NULL AS again
  FROM previous
  JOIN donor ON donor.period_id = previous.before_id
  LEFT JOIN donor again ON again.period_id = previous.period_id
   AND again.partner_id = donor.partner_id;

-- Gifts of money, those received and what was newly promised or given outright.

CREATE TABLE money AS
WITH gift AS (
    SELECT gift.*, coalesce(gift.programme_id, event.programme_id) AS whose
      FROM alumni_gift gift
      JOIN alumni_gift_type kind ON kind.id = gift.gift_type_id
      JOIN res_company company ON company.id = gift.company_id
      LEFT JOIN event_event event ON event.id = gift.event_id
     WHERE kind.measured_in = 'amount' AND kind.code <> 'in_kind'
       AND CASE WHEN kind.is_dues THEN company.alumni_dues_mode ELSE kind.mode END
           = 'philanthropic'
)
SELECT period.period_id, gift.gift_type_id, gift.whose AS programme_id,
       gift.amount_company AS received,
       CASE WHEN gift.pledge_date IS NULL THEN gift.amount_company ELSE 0 END AS committed
  FROM gift JOIN period ON period.company_id = gift.company_id
   AND gift.date BETWEEN period.s0 AND period.s1
 WHERE gift.state = 'received'
 UNION ALL
SELECT period.period_id, gift.gift_type_id, gift.whose, 0, gift.amount_company
  FROM gift JOIN period ON period.company_id = gift.company_id
   AND gift.pledge_date BETWEEN period.s0 AND period.s1
 WHERE gift.state <> 'cancelled';
