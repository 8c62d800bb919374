-- What people were asked and what they said (docs/surveys.md): one row per person asked
-- and question that measures something.

CREATE TABLE answer AS
SELECT input.id AS input_id, question.id AS question_id, period.period_id, input.partner_id,
       coalesce(event.programme_id, input.alumni_programme_id) AS programme_id,
       person.generation_id,
       question.alumni_measure AS measure, question.alumni_question_kind AS kind,
       question.alumni_recommend_what AS recommends, line.value_scale AS said,
       line.id IS NOT NULL AS answered
  FROM survey_user_input input
  JOIN res_company company ON company.id = coalesce(
        input.alumni_company_id, (SELECT min(id) FROM res_company WHERE active))
  LEFT JOIN event_event event ON event.id = input.alumni_event_id
  JOIN period ON period.company_id = company.id
   AND (coalesce(event.date_begin, input.end_datetime, input.create_date)
            AT TIME ZONE 'UTC' AT TIME ZONE company.alumni_tz)::DATE
       BETWEEN period.s0 AND period.s1
  LEFT JOIN person ON person.partner_id = input.partner_id
   AND person.period_id = period.period_id
  JOIN survey_question question
    ON question.survey_id = input.survey_id AND question.alumni_measure IS NOT NULL
  LEFT JOIN survey_user_input_line line
    ON line.user_input_id = input.id AND line.question_id = question.id
   AND line.skipped IS NOT TRUE AND input.state = 'done'
 WHERE input.test_entry IS NOT TRUE AND input.alumni_superseded IS NOT TRUE;

CREATE TABLE expectation AS
SELECT expected.*, received.mean - expected.said AS gap
  FROM answer expected
  JOIN (
    SELECT input_id, avg(said) AS mean FROM answer
     WHERE measure = 'satisfaction' AND kind = 'quantitative' AND said IS NOT NULL
     GROUP BY ALL
  ) received ON received.input_id = expected.input_id
 WHERE expected.measure = 'expectation' AND expected.said IS NOT NULL;
