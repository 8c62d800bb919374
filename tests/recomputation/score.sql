-- The engagement score of everybody on the last day of each period, or today while it
-- runs (docs/score.md): one row per living alumnus and period.

CREATE TABLE weighed AS
SELECT scheme.company_id, scheme.half_life, scheme.tier_2, scheme.tier_3, scheme.tier_4,
       rule.mode, rule.kind, rule.weight::DOUBLE AS weight, rule.cap::DOUBLE AS cap
  FROM alumni_score_scheme scheme
  JOIN alumni_score_rule rule ON rule.scheme_id = scheme.id
 WHERE scheme.state = 'used';

CREATE TABLE moment AS
SELECT period_id, company_id, 'now' AS which, seen AS day FROM period
 UNION ALL
SELECT period_id, company_id, 'before', (seen - INTERVAL 12 MONTH)::DATE FROM period;

CREATE TABLE points AS
SELECT period_id, which, day, partner_id, max(last) AS last, round(sum(points), 6) AS points
  FROM (
    SELECT moment.period_id, which, day, act.partner_id, max(act.date) AS last,
           least(any_value(rule.cap), sum(rule.weight
               * pow(0.5, date_diff('day', act.date, day) / rule.half_life))) AS points
      FROM moment
      JOIN every_act act ON act.company_id = moment.company_id AND act.date <= day
      JOIN weighed rule ON rule.company_id = act.company_id
       AND (rule.kind = act.kind OR rule.mode = act.mode AND NOT EXISTS (
            SELECT 1 FROM weighed own
             WHERE own.company_id = act.company_id AND own.kind = act.kind))
     WHERE rule.weight > 0
     GROUP BY moment.period_id, which, day, act.partner_id, act.mode, act.kind
  ) GROUP BY ALL;

-- The base: by default the contactable with an act in the twelve months before.

CREATE TABLE base AS
SELECT points.*, count(*) OVER everyone AS people
  FROM points
  JOIN person ON person.period_id = points.period_id
   AND person.partner_id = points.partner_id
  JOIN res_company company ON company.id = person.company_id
 WHERE person.liv AND person.con AND company.alumni_score_base = 'engaged'
   AND last > day - INTERVAL 12 MONTH
WINDOW everyone AS (PARTITION BY points.period_id, which);

CREATE TABLE scored AS
WITH ranked AS (
    SELECT period_id, partner_id, 100 * (
               rank() OVER (PARTITION BY period_id ORDER BY points) - 1
               + count(*) OVER (PARTITION BY period_id, points) / 2) / people AS score
      FROM base WHERE which = 'now'
), earlier AS (
    SELECT own.period_id, own.partner_id,
           100 * (count(*) FILTER (other.points < own.points)
               + count(*) FILTER (other.points = own.points) / 2)
               / any_value(other.people) AS score
      FROM points own
      JOIN ranked ON ranked.period_id = own.period_id
       AND ranked.partner_id = own.partner_id
      JOIN base other ON other.period_id = own.period_id AND other.which = 'before'
     WHERE own.which = 'before' GROUP BY ALL
)
SELECT person.*, ranked.score,
       ranked.score - coalesce(earlier.score, 0) AS momentum,
       CASE WHEN person.con THEN (points.points IS NOT NULL)::INT
           + coalesce((points.points >= scheme.tier_2)::INT
               + (points.points >= scheme.tier_3)::INT
               + (points.points >= scheme.tier_4)::INT, 0) END AS tier,
       coalesce(partner.alumni_ambassador_stage IN ('accepted', 'active', 'resting'),
           false) AS ambassador,
       company.alumni_score_cut / 100 AS cut
  FROM person
  JOIN res_partner partner ON partner.id = person.partner_id
  JOIN res_company company ON company.id = person.company_id
  JOIN alumni_score_scheme scheme
    ON scheme.company_id = person.company_id AND scheme.state = 'used'
  LEFT JOIN points ON points.period_id = person.period_id
   AND points.partner_id = person.partner_id AND points.which = 'now'
  LEFT JOIN ranked ON ranked.period_id = person.period_id
   AND ranked.partner_id = person.partner_id
  LEFT JOIN earlier ON earlier.period_id = person.period_id
   AND earlier.partner_id = person.partner_id
 WHERE person.liv;
