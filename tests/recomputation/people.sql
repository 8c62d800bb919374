-- Who stands in which population, and what they did: one row per alumnus of record and
-- period (docs/people.md, docs/engagement.md, docs/kpi_rules.md). The day on which the
-- figures were worked out is the variable "today".

CREATE TABLE period AS
SELECT period.id AS period_id, period.company_id, period.year,
       period.date_start AS s0, period.date_end AS s1,
       least(period.date_end, getvariable('today')) AS seen,
       company.alumni_rule AS rule, company.alumni_email_basis AS basis,
       company.alumni_bounce_limit AS bounces, company.alumni_tz AS tz,
       company.alumni_clicks_count AS clicks, company.alumni_dues_mode AS dues
  FROM alumni_period period
  JOIN res_company company ON company.id = period.company_id;

-- The period before: the latest that ended before this one began.

CREATE TABLE previous AS
SELECT period.period_id, arg_max(earlier.period_id, earlier.s1) AS before_id
  FROM period JOIN period earlier ON earlier.company_id = period.company_id
   AND earlier.s1 < period.s0
 GROUP BY ALL;

-- Degrees that make an alumnus, and since when.

CREATE TABLE degree AS
SELECT education.id, education.partner_id, education.company_id, education.school_id,
       degree.level, education.start_year,
       education.state = 'awarded' AS awarded,
       CASE WHEN education.state = 'awarded' THEN education.award_date
            WHEN education.start_year BETWEEN 1 AND 9999
                THEN make_date(education.start_year, 12, 31)
            ELSE DATE '0001-01-01' END AS since
  FROM alumni_education education
  JOIN alumni_degree degree ON degree.id = education.degree_id
  JOIN res_company company ON company.id = education.company_id
 WHERE CASE company.alumni_rule
            WHEN 'attended' THEN education.state IN ('awarded', 'left')
            WHEN 'awarded_no_certificate' THEN education.state = 'awarded'
                AND degree.level IS DISTINCT FROM 'certificate'
            ELSE education.state = 'awarded' END;

CREATE TABLE first_award AS
SELECT partner_id, company_id,
       arg_min(school_id, (since, coalesce(nullif(start_year, 0), 99999), id)) AS school_id,
       min(since) AS since
  FROM degree WHERE awarded AND since IS NOT NULL GROUP BY ALL;

CREATE TABLE first_entry AS
SELECT partner_id, company_id,
       arg_min(school_id, (coalesce(nullif(start_year, 0), 99999), id)) AS school_id
  FROM degree WHERE NOT awarded GROUP BY ALL;

-- Decisions: the latest that covers a purpose and a channel and is in force today.

CREATE TABLE decision AS
SELECT consent.*, purpose.id AS about_purpose, channel.name AS about_channel
  FROM alumni_consent consent
  JOIN (SELECT id FROM alumni_consent_purpose WHERE active) purpose
    ON consent.purpose_id IS NULL OR consent.purpose_id = purpose.id
  JOIN (VALUES ('email'), ('phone'), ('post')) channel (name)
    ON consent.channel IS NULL OR consent.channel = channel.name
 WHERE consent.date <= getvariable('today')
   AND (consent.expiry_date IS NULL OR consent.expiry_date >= getvariable('today'));

CREATE TABLE in_force AS
SELECT partner_id, about_channel AS channel,
       count(*) FILTER (state = 'refused')
           = (SELECT count(*) FROM alumni_consent_purpose WHERE active) AS refused,
       bool_or(state = 'given') AS agreed
  FROM (
    SELECT partner_id, about_channel, about_purpose,
           arg_max(state, (date, id)) AS state
      FROM decision GROUP BY ALL
  ) GROUP BY ALL;

-- Whether each channel is open today.

CREATE TABLE reach AS
WITH contact AS (
    SELECT partner.*, company.alumni_email_basis AS basis,
           company.alumni_bounce_limit AS bounces
      FROM res_partner partner
      JOIN res_company company ON company.id = coalesce(
            partner.company_id,
            (SELECT arg_min(company_id, education.id) FROM alumni_education education
              WHERE education.partner_id = partner.id),
            (SELECT min(id) FROM res_company WHERE active))
     WHERE partner.active AND partner.is_company IS NOT TRUE
)
SELECT contact.id AS partner_id,
       CASE WHEN alumni_deceased THEN 'deceased'
            WHEN coalesce(trim(email), '') = '' THEN 'missing'
            WHEN coalesce(email_normalized, '') = '' THEN 'invalid'
            WHEN bounces > 0 AND coalesce(message_bounce, 0) >= bounces THEN 'bounced'
            WHEN email_normalized IN (SELECT email FROM mail_blacklist WHERE active)
                THEN 'blacklisted'
            WHEN by_email.refused THEN 'refused'
            WHEN basis = 'consent' AND by_email.agreed IS NOT TRUE THEN 'no_consent'
            ELSE 'ok' END AS email_state,
       CASE WHEN alumni_deceased THEN 'deceased'
            WHEN coalesce(trim(phone), '') = '' THEN 'missing'
            WHEN length(regexp_replace(phone, '[^0-9]', '', 'g')) NOT BETWEEN 6 AND 15
                THEN 'invalid'
            WHEN phone_sanitized IN (SELECT number FROM phone_blacklist WHERE active)
                THEN 'blacklisted'
            WHEN by_phone.refused THEN 'refused'
            ELSE 'ok' END AS phone_state,
       CASE WHEN alumni_deceased THEN 'deceased'
            WHEN coalesce(trim(street), '') = '' THEN 'missing'
            WHEN coalesce(trim(city), '') = ''
                OR coalesce(trim(zip), '') = '' AND country_id IS NULL THEN 'invalid'
            WHEN by_post.refused THEN 'refused'
            ELSE 'ok' END AS post_state
  FROM contact
  LEFT JOIN in_force by_email
    ON by_email.partner_id = contact.id AND by_email.channel = 'email'
  LEFT JOIN in_force by_phone
    ON by_phone.partner_id = contact.id AND by_phone.channel = 'phone'
  LEFT JOIN in_force by_post
    ON by_post.partner_id = contact.id AND by_post.channel = 'post';

-- Names and birth date as one would compare them by eye.

CREATE TABLE namesake AS
WITH plain AS (
    SELECT partner.id, alumni_birth_date AS born,
           regexp_replace(replace(replace(replace(strip_accents(lower(
               alumni_family_name)), 'œ', 'oe'), 'ß', 'ss'), 'ø', 'o'),
               '[^\p{L}\p{N}]', '', 'g') AS family,
           regexp_replace(replace(replace(replace(strip_accents(lower(
               alumni_first_name)), 'œ', 'oe'), 'ß', 'ss'), 'ø', 'o'),
               '[^\p{L}\p{N}]', '', 'g') AS first
      FROM res_partner partner
     WHERE active AND is_company IS NOT TRUE
       AND id IN (SELECT partner_id FROM degree WHERE since <= getvariable('today'))
)
SELECT id AS partner_id,
       id > min(id) OVER (PARTITION BY family, first, born) AS is_duplicate
  FROM plain WHERE born IS NOT NULL AND family <> '' AND first <> '';

-- Acts, whenever they were done, and those of a period.

CREATE TABLE every_act AS
SELECT 'gift' AS source, gift.id AS res_id, gift.partner_id, gift.company_id,
       gift.date,
       CASE WHEN kind.is_dues THEN company.alumni_dues_mode ELSE kind.mode END
           AS mode,
       'gift_' || kind.code AS kind, coalesce(gift.hours, 0) AS hours,
       CASE WHEN kind.is_dues AND company.alumni_dues_mode <> 'philanthropic'
           THEN 0 ELSE coalesce(gift.amount_company, 0) END AS amount,
       coalesce(gift.programme_id, event.programme_id) AS programme_id,
       gift.event_id, kind.is_dues
  FROM alumni_gift gift
  JOIN alumni_gift_type kind ON kind.id = gift.gift_type_id
  JOIN res_company company ON company.id = gift.company_id
  LEFT JOIN event_event event ON event.id = gift.event_id
 WHERE gift.state = 'received'
   AND NOT (coalesce(kind.is_dues, false) AND company.alumni_dues_mode = 'nothing')
 UNION ALL
SELECT 'participation', part.id, part.partner_id, part.company_id, part.date,
       CASE WHEN part.role IN ('participant', 'mentee') THEN 'experiential'
            ELSE 'volunteer' END,
       'participation_' || part.role,
       CASE WHEN part.role IN ('participant', 'mentee')
                OR part.hours_state = 'validated'
            THEN coalesce(part.hours, 0) ELSE 0 END,
       0, coalesce(part.programme_id, event.programme_id), part.event_id, false
  FROM alumni_participation part
  LEFT JOIN event_event event ON event.id = part.event_id
 WHERE part.state = 'done'
 UNION ALL
SELECT 'offer', offer.id, offer.partner_id, offer.company_id, offer.date_published,
       'communication', 'opportunity_' || offer.opportunity_type, 0, 0,
       offer.programme_id, NULL, false
  FROM alumni_opportunity offer WHERE offer.date_published IS NOT NULL
 UNION ALL
SELECT 'offer', offer.id, offer.partner_id, offer.company_id, min(hire.date),
       'volunteer', 'intern_recruited', 0, 0, offer.programme_id, NULL, false
  FROM alumni_opportunity offer
  JOIN alumni_hire hire ON hire.opportunity_id = offer.id
 WHERE offer.opportunity_type = 'internship' AND offer.date_published IS NOT NULL
 GROUP BY offer.id, offer.partner_id, offer.company_id, offer.programme_id
 UNION ALL
SELECT 'registration', seat.id, seat.attendee_id, seat.company_id,
       (least(seat.date_closed, event.date_end)
           AT TIME ZONE 'UTC' AT TIME ZONE company.alumni_tz)::DATE,
       'experiential', 'event_attendance', 0, 0, event.programme_id,
       seat.event_id, false
  FROM event_registration seat
  JOIN event_event event ON event.id = seat.event_id
  JOIN res_company company ON company.id = seat.company_id
 WHERE seat.state = 'done' AND seat.active AND seat.attendee_id IS NOT NULL
 UNION ALL
SELECT 'trace', trace.id, trace.res_id, company.id,
       (did.moment AT TIME ZONE 'UTC' AT TIME ZONE company.alumni_tz)::DATE,
       'communication', did.kind, 0, 0, NULL, NULL, false
  FROM mailing_trace trace
  JOIN res_partner partner ON partner.id = trace.res_id
  LEFT JOIN mailing_mailing mailing ON mailing.id = trace.mass_mailing_id
  LEFT JOIN res_users staff ON staff.id = mailing.user_id
  JOIN res_company company ON company.id = coalesce(
        staff.company_id, (SELECT min(id) FROM res_company WHERE active)),
  LATERAL (VALUES ('mailing_reply', trace.reply_datetime),
                  ('mailing_click', trace.links_click_datetime)) did (kind, moment)
 WHERE trace.model = 'res.partner' AND did.moment IS NOT NULL
   AND (did.kind = 'mailing_reply' OR company.alumni_clicks_count)
 UNION ALL
SELECT 'answer', answer.id, answer.partner_id, company.id,
       (coalesce(answer.end_datetime, answer.create_date)
           AT TIME ZONE 'UTC' AT TIME ZONE company.alumni_tz)::DATE,
       'communication', 'survey_answer', 0, 0, answer.alumni_programme_id,
       answer.alumni_event_id, false
  FROM survey_user_input answer
  JOIN res_company company ON company.id = coalesce(
        answer.alumni_company_id, (SELECT min(id) FROM res_company WHERE active))
 WHERE answer.state = 'done' AND answer.partner_id IS NOT NULL
   AND answer.test_entry IS NOT TRUE AND answer.alumni_superseded IS NOT TRUE;

CREATE TABLE act AS
SELECT every_act.*, period.period_id
  FROM every_act
  JOIN period ON period.company_id = every_act.company_id
   AND every_act.date BETWEEN period.s0 AND period.s1;

-- One row per alumnus of record and period.

CREATE TABLE person AS
WITH consent AS (
    SELECT consent.*, coalesce(channel, 'email') = 'email' AS about_email
      FROM alumni_consent consent
), opted_out AS (
    SELECT period.period_id, consent.partner_id,
           arg_max(consent.state, (consent.date, consent.id)) = 'refused' AS yes
      FROM period JOIN consent ON consent.company_id = period.company_id
       AND consent.date <= period.s1
     WHERE consent.purpose_id IS NULL AND consent.channel IS NULL
     GROUP BY ALL
), consented AS (
    -- Recorded and unexpired: nothing later about the same or every purpose refuses it.
    SELECT DISTINCT period.period_id, given.partner_id
      FROM period JOIN consent given ON given.company_id = period.company_id
       AND given.date <= period.s1
     WHERE given.state = 'given' AND given.about_email
       AND (given.expiry_date IS NULL OR given.expiry_date >= period.seen)
       AND NOT EXISTS (
            SELECT 1 FROM consent later
             WHERE later.partner_id = given.partner_id
               AND later.company_id = given.company_id
               AND later.state = 'refused' AND later.about_email
               AND later.date <= period.s1
               AND (later.date, later.id) > (given.date, given.id)
               AND (later.purpose_id IS NULL OR later.purpose_id = given.purpose_id))
), acted AS (
    SELECT period_id, partner_id, count(*) AS acts, sum(hours) AS hours,
           sum(amount) AS amount,
           bool_or(mode = 'philanthropic') AS ph, bool_or(mode = 'volunteer') AS vo,
           bool_or(mode = 'experiential') AS ex, bool_or(mode = 'communication') AS co
      FROM act GROUP BY ALL
), level AS (
    SELECT period.period_id, degree.partner_id,
           max(CASE degree.level WHEN 'doctorate' THEN 4 WHEN 'master' THEN 3
                   WHEN 'bachelor' THEN 2 WHEN 'certificate' THEN 1 END) AS rank
      FROM period JOIN degree ON degree.company_id = period.company_id
     WHERE degree.awarded AND degree.since <= period.s1 GROUP BY ALL
), recorded AS (
    SELECT period.*, degree.partner_id
      FROM period JOIN degree ON degree.company_id = period.company_id
     GROUP BY ALL HAVING min(degree.since) <= any_value(period.s1)
), plain AS (
    SELECT recorded.period_id, recorded.company_id, recorded.year, recorded.s0,
           recorded.s1, recorded.seen, recorded.partner_id,
           generation.id AS generation_id,
           CASE WHEN first_award.since <= recorded.s1 THEN first_award.school_id
                ELSE first_entry.school_id END AS school_id,
           [NULL, 'certificate', 'bachelor', 'master', 'doctorate'][level.rank + 1]
               AS degree_level,
           CASE WHEN first_award.since <= recorded.s1
               THEN year(first_award.since) // 10 * 10 END AS award_decade,
           first_award.since AS first_award,
           partner.country_id, partner.alumni_gender AS gender, audience.id AS audience_id,
           partner.alumni_deceased IS NOT TRUE
               OR coalesce(partner.alumni_deceased_date > recorded.s1, false) AS liv,
           reach.email_state, reach.phone_state, reach.post_state,
           coalesce(opted_out.yes, false) AS opted_out,
           consented.partner_id IS NOT NULL AS consented,
           coalesce(greatest(partner.alumni_verified_date, partner.alumni_employer_date)
               >= recorded.seen - INTERVAL 24 MONTH, false) AS is_fresh,
           coalesce(partner.alumni_employer <> '' AND partner.alumni_employer_date
               >= recorded.seen - INTERVAL 24 MONTH, false) AS is_employed,
           coalesce(namesake.is_duplicate, false) AS duplicate,
           coalesce(acted.acts, 0) AS acts, coalesce(acted.hours, 0) AS hours,
           coalesce(acted.amount, 0) AS amount,
           coalesce(acted.ph, false) AS did_ph, coalesce(acted.vo, false) AS did_vo,
           coalesce(acted.ex, false) AS did_ex, coalesce(acted.co, false) AS did_co
      FROM recorded
      JOIN res_partner partner ON partner.id = recorded.partner_id
       AND partner.active AND partner.is_company IS NOT TRUE
      LEFT JOIN first_award ON first_award.partner_id = recorded.partner_id
       AND first_award.company_id = recorded.company_id
      LEFT JOIN first_entry ON first_entry.partner_id = recorded.partner_id
       AND first_entry.company_id = recorded.company_id
      LEFT JOIN level ON level.partner_id = recorded.partner_id
       AND level.period_id = recorded.period_id
      LEFT JOIN alumni_generation generation
        ON generation.company_id = recorded.company_id AND generation.active
       AND first_award.since <= recorded.s1
       AND year(first_award.since) BETWEEN generation.year_from AND generation.year_to
      LEFT JOIN (
        SELECT link.partner_id, arg_min(audience.id, (audience.sequence, audience.id)) AS id
          FROM audience_of link
          JOIN alumni_audience audience ON audience.id = link.audience_id
         WHERE audience.active GROUP BY ALL
      ) audience ON audience.partner_id = recorded.partner_id
      LEFT JOIN reach ON reach.partner_id = recorded.partner_id
      LEFT JOIN opted_out ON opted_out.partner_id = recorded.partner_id
       AND opted_out.period_id = recorded.period_id
      LEFT JOIN consented ON consented.partner_id = recorded.partner_id
       AND consented.period_id = recorded.period_id
      LEFT JOIN namesake ON namesake.partner_id = recorded.partner_id
      LEFT JOIN acted ON acted.partner_id = recorded.partner_id
       AND acted.period_id = recorded.period_id
), reached AS (
    SELECT *,
           liv AND 'ok' IN (email_state, phone_state, post_state) AS con,
           liv AND email_state = 'ok' AS eml, liv AND phone_state = 'ok' AS tel,
           liv AND post_state = 'ok' AS mail,
           -- A date of death after the period leaves the person alive in it, but
           -- nothing is said of their addresses any more.
           liv AND email_state IN ('missing', 'invalid', 'bounced')
               AND phone_state IN ('missing', 'invalid')
               AND post_state IN ('missing', 'invalid') AS lost,
           liv AND email_state IN ('ok', 'blacklisted', 'refused', 'no_consent')
               AS works
      FROM plain
)
SELECT reached.* EXCLUDE (opted_out), liv AND opted_out AS opted_out,
       con AND acts > 0 AS en, con AND did_ph AS ph, con AND did_vo AS vo,
       con AND did_ex AS ex, con AND did_co AS co,
       works AND consented AS agreed, liv AND is_fresh AS fresh,
       liv AND is_employed AS employed,
       CASE WHEN con THEN did_ph::INT + did_vo::INT + did_ex::INT + did_co::INT
            ELSE 0 END AS modes
  FROM reached;

-- Who was a living alumnus when a period began, whether they could be contacted, and
-- whether they objected in it (ENG-08). Whoever objected could be contacted before,
-- whenever the figures were worked out. What a registrar's file says of people whom the
-- same load created is how they came, and nothing new.

CREATE TABLE objection AS
WITH refusal AS (
    SELECT period.period_id, consent.partner_id,
           bool_or(consent.channel IS NULL OR consent.channel = 'email') AS eml,
           bool_or(consent.channel IS NULL OR consent.channel = 'phone') AS tel,
           bool_or(consent.channel IS NULL OR consent.channel = 'post') AS mail
      FROM alumni_consent consent
      JOIN res_partner partner ON partner.id = consent.partner_id
      JOIN period ON period.company_id = consent.company_id
       AND consent.date BETWEEN period.s0 AND period.s1
     WHERE consent.state = 'refused'
       AND NOT (consent.source = 'registrar'
           AND consent.create_date = partner.create_date)
     GROUP BY ALL
)
SELECT before.period_id, start.* EXCLUDE (period_id, con, eml, tel, mail),
       coalesce(refusal.partner_id IS NOT NULL AND now.liv, false) AS objected,
       coalesce(refusal.eml, false) AS objected_eml,
       coalesce(refusal.tel, false) AS objected_tel,
       coalesce(refusal.mail, false) AS objected_mail,
       start.con OR coalesce(refusal.partner_id IS NOT NULL AND now.liv, false) AS con,
       start.eml OR coalesce(refusal.eml, false) AS eml,
       start.tel OR coalesce(refusal.tel, false) AS tel,
       start.mail OR coalesce(refusal.mail, false) AS mail
  FROM previous before
  JOIN person start ON start.period_id = before.before_id AND start.liv
  LEFT JOIN refusal ON refusal.period_id = before.period_id
   AND refusal.partner_id = start.partner_id
  LEFT JOIN person now ON now.period_id = before.period_id
   AND now.partner_id = start.partner_id;
