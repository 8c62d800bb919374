import json

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

LETTERS_PER_BATCH = 100


class SurveyUserInput(models.Model):
    """The answers of one person to a survey about one event or programme. A record
    that is not completed says that the person was asked.

    Of the answers of one person about one event the last completed one counts; the
    earlier ones are kept as replaced."""

    _name = "survey.user_input"
    _inherit = ["survey.user_input", "alumni.bulk.mixin"]

    alumni_event_id = fields.Many2one(
        comodel_name="event.event",
        string="Event",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The event that the answers are about.",
    )
    alumni_programme_id = fields.Many2one(
        comodel_name="alumni.programme",
        string="Programme",
        compute="_compute_alumni_programme_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The programme that the answers are about: that of the event, if any.",
    )
    alumni_company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        compute="_compute_alumni_company_id",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="The institution of the event or programme, else that of the person in "
        "charge of the survey.",
    )
    alumni_superseded = fields.Boolean(
        string="Replaced",
        readonly=True,
        copy=False,
        help="The same person completed the survey on the same event again later: "
        "these answers are kept but count no longer.",
    )

    alumni_mail_state = fields.Selection(
        selection=[("waiting", "Waiting"), ("sent", "Sent"), ("failed", "Not sent")],
        string="Message",
        readonly=True,
        index="btree_not_null",
        copy=False,
        help="Whether the message with the personal link has left. Empty: no message "
        "was asked for.",
    )

    _alumni_event_answer_uniq = models.UniqueIndex(
        "(survey_id, alumni_event_id, partner_id) WHERE state = 'done' "
        "AND alumni_superseded IS NOT TRUE AND test_entry IS NOT TRUE",
        "This person has already answered the survey on this event.",
    )

    @api.depends("alumni_event_id.programme_id")
    def _compute_alumni_programme_id(self):
        for answer in self:
            if answer.alumni_event_id:
                answer.alumni_programme_id = answer.alumni_event_id.programme_id

    @api.depends(
        "alumni_event_id.company_id",
        "alumni_programme_id.company_id",
        "survey_id.user_id.company_id",
    )
    def _compute_alumni_company_id(self):
        for answer in self:
            answer.alumni_company_id = (
                answer.alumni_event_id.company_id
                or answer.alumni_programme_id.company_id
                or answer.survey_id.user_id.company_id
                or answer.alumni_company_id
            )

    def _mark_in_progress(self):
        self._alumni_forget_person()
        return super()._mark_in_progress()

    def _mark_done(self):
        self._alumni_forget_person()
        self._alumni_supersede()
        result = super()._mark_done()
        self._alumni_forget_author()
        return result

    def _alumni_forget_person(self):
        """Of an anonymous survey only the answers are kept, not who gave them."""
        self.filtered("survey_id.alumni_anonymous").write(
            {"partner_id": False, "email": False, "nickname": False}
        )

    def _alumni_forget_author(self):
        """Who was logged in while answering an anonymous survey is not kept either."""
        anonymous = self.filtered("survey_id.alumni_anonymous")
        if not anonymous:
            return
        self.env.flush_all()
        for table, column in (
            ("survey_user_input", "id"),
            ("survey_user_input_line", "user_input_id"),
        ):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET create_uid = %s, write_uid = %s WHERE %s IN %s",
                    SQL.identifier(table),
                    SUPERUSER_ID,
                    SUPERUSER_ID,
                    SQL.identifier(column),
                    tuple(anonymous.ids),
                )
            )
        anonymous.invalidate_recordset(["create_uid", "write_uid"])
        anonymous.user_input_line_ids.invalidate_recordset(["create_uid", "write_uid"])

    def _alumni_supersede(self):
        """Have these answers replace earlier ones of the same people about the same
        events."""
        mine = self.filtered(
            lambda answer: (
                answer.alumni_event_id and answer.partner_id and not answer.test_entry
            )
        )
        if not mine:
            return
        key = ("survey_id", "alumni_event_id", "partner_id")
        keys = {tuple(answer[name].id for name in key) for answer in mine}
        earlier = self.search(
            [
                ("survey_id", "in", mine.survey_id.ids),
                ("alumni_event_id", "in", mine.alumni_event_id.ids),
                ("partner_id", "in", mine.partner_id.ids),
                ("state", "=", "done"),
                ("test_entry", "=", False),
                ("id", "not in", mine.ids),
            ]
        )
        earlier.filtered(
            lambda answer: tuple(answer[name].id for name in key) in keys
        ).alumni_superseded = True
        self.flush_model(["alumni_superseded"])

    @api.model
    def _alumni_record_answers(self, survey, rows):
        """Record many people's answers to the questions of a survey about events, in
        a few statements however many there are.

        One person has one answer per survey and event: what is recorded already
        stays, so that repeating a call has no effect; who was asked but had not
        answered yet has then answered. A row without any number says that the person
        was asked and did not answer. Of rows about the same event and person the
        last date counts.

        :param survey: one survey; its questions are scales or numerical values
        :param rows: list of dicts with ``event_id``, ``partner_id``, ``date`` (the
            day of the answer) and ``answers``, a dict of numbers by question id, in
            which None means not answered; or an SQL SELECT of these four columns,
            ``answers`` being jsonb: ``jsonb_build_object(<id of the question>, 4)``
        :return: number of people whose answers were recorded by this call
        :raise UserError: if a row lacks event, person or date, or an answer is not
            one of the question's scale; then nothing is recorded
        """
        survey.ensure_one()
        if survey.alumni_anonymous:
            raise UserError(
                self.env._(
                    "“%(survey)s” is anonymous: answers of named people are not "
                    "recorded.",
                    survey=survey.title,
                )
            )
        if not isinstance(rows, SQL):
            rows = self._alumni_answer_rows(rows)
        self.env.flush_all()
        stage = SQL.identifier("alumni_recorded_answer")
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE %s ON COMMIT DROP AS
                SELECT DISTINCT ON (event_id, partner_id) event_id, partner_id, date,
                       jsonb_strip_nulls(COALESCE(answers, '{}')) AS answers
                FROM (%s) AS asked (event_id, partner_id, date, answers)
                ORDER BY event_id, partner_id, date DESC
                """,
                stage,
                rows,
            )
        )
        self._alumni_check_answers(survey, stage)
        answered, asked = self._alumni_insert_answers(survey, stage)
        self.env.cr.execute(SQL("DROP TABLE %s", stage))
        self.invalidate_model()
        self.env["survey.user_input.line"].invalidate_model()
        survey.invalidate_recordset(["user_input_ids"])
        if answered or asked:
            self._bulk_written(SQL("SELECT unnest(%s)", answered + asked))
        return len(answered)

    @api.model
    def _alumni_answer_rows(self, rows):
        """The rows of :meth:`_alumni_record_answers` as an SQL SELECT."""
        columns = ("event_id", "partner_id", "date", "answers")
        return SQL(
            "SELECT * FROM unnest(%s::integer[], %s::integer[], %s::date[], "
            "%s::jsonb[])",
            *([row[name] for row in rows] for name in columns[:3]),
            [json.dumps(row["answers"]) for row in rows],
        )

    @api.model
    def _alumni_check_answers(self, survey, stage):
        [(incomplete,)] = self.env.execute_query(
            SQL(
                "SELECT count(*) FROM %s WHERE event_id IS NULL "
                "OR partner_id IS NULL OR date IS NULL",
                stage,
            )
        )
        if incomplete:
            raise UserError(
                self.env._(
                    "%(count)s answers lack the event, the person or the date. An "
                    "anonymous answer cannot be recorded afterwards.",
                    count=incomplete,
                )
            )
        wrong = self.env.execute_query(
            SQL(
                """
                SELECT answer.key, answer.value
                FROM %(stage)s stage, jsonb_each_text(stage.answers) AS answer
                LEFT JOIN survey_question question
                    ON question.id = answer.key::integer
                    AND question.survey_id = %(survey)s
                    AND question.question_type IN ('scale', 'numerical_box')
                WHERE question.id IS NULL OR question.question_type = 'scale' AND (
                    answer.value::numeric <> trunc(answer.value::numeric)
                    OR answer.value::numeric
                        NOT BETWEEN question.scale_min AND question.scale_max)
                LIMIT 1
                """,
                stage=stage,
                survey=survey.id,
            )
        )
        if wrong:
            [(key, value)] = wrong
            question = self.env["survey.question"].browse(int(key)).exists()
            raise UserError(
                self.env._(
                    "%(value)s is no answer to “%(question)s” in the survey "
                    "“%(survey)s”: a whole number of its scale is expected.",
                    value=value,
                    question=question.title or key,
                    survey=survey.title,
                )
            )

    @api.model
    def _alumni_insert_answers(self, survey, stage):
        """Write the staged answers.

        :return: ids of the records that are answered now; of those that say that
            somebody was asked
        """
        done = SQL(
            """
            (SELECT (stage.date + time '12:00')
                 AT TIME ZONE COALESCE(event.date_tz, 'UTC') AT TIME ZONE 'UTC'
             FROM event_event event WHERE event.id = stage.event_id)
            """
        )
        same = SQL(
            """
            known.survey_id = %s AND known.alumni_event_id = stage.event_id
            AND known.partner_id = stage.partner_id
            AND known.test_entry IS NOT TRUE
            """,
            survey.id,
        )
        updated = self.env.execute_query(
            SQL(
                """
                UPDATE survey_user_input answer
                SET state = 'done', start_datetime = COALESCE(start_datetime, %(done)s),
                    end_datetime = %(done)s, write_uid = %(uid)s,
                    write_date = now() AT TIME ZONE 'UTC'
                FROM %(stage)s stage
                WHERE stage.answers <> '{}' AND answer.id = (
                    SELECT CASE WHEN bool_or(known.state = 'done') THEN NULL
                           ELSE max(known.id) END
                    FROM survey_user_input known WHERE %(same)s)
                RETURNING answer.id
                """,
                done=done,
                uid=self.env.uid,
                stage=stage,
                same=same,
            )
        )
        inserted = self._alumni_insert_inputs(
            survey,
            SQL(
                """
                SELECT stage.event_id, event.programme_id,
                       COALESCE(event.company_id, programme.company_id),
                       stage.partner_id, moment.done, NULL::timestamp, NULL::varchar
                FROM %(stage)s stage
                JOIN event_event event ON event.id = stage.event_id
                LEFT JOIN alumni_programme programme
                    ON programme.id = event.programme_id
                CROSS JOIN LATERAL (
                    SELECT CASE WHEN stage.answers <> '{}' THEN %(done)s END AS done
                ) moment
                WHERE NOT EXISTS (
                    SELECT FROM survey_user_input known WHERE %(same)s)
                """,
                stage=stage,
                done=done,
                same=same,
            ),
        )
        answered = [id_ for (id_,) in updated] + [
            id_ for id_, state in inserted if state == "done"
        ]
        given = SQL(
            """
            survey_user_input answer
            JOIN %s stage ON stage.event_id = answer.alumni_event_id
                AND stage.partner_id = answer.partner_id
            CROSS JOIN jsonb_each_text(stage.answers) AS given
            JOIN survey_question question ON question.id = given.key::integer
            WHERE answer.id = ANY(%s::integer[])
            """,
            stage,
            answered,
        )
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM survey_user_input_line line
                USING (SELECT answer.id, question.id AS question_id FROM %s) AS given
                WHERE line.user_input_id = given.id
                    AND line.question_id = given.question_id
                """,
                given,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO survey_user_input_line (
                    user_input_id, survey_id, question_id, question_sequence, skipped,
                    answer_type, value_scale, value_numerical_box, answer_score,
                    answer_is_correct, create_uid, write_uid, create_date, write_date)
                SELECT answer.id, answer.survey_id, question.id, question.sequence,
                       false, question.question_type,
                       CASE question.question_type
                           WHEN 'scale' THEN given.value::numeric END,
                       CASE question.question_type
                           WHEN 'numerical_box' THEN given.value::numeric END,
                       0, false, %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC',
                       now() AT TIME ZONE 'UTC'
                FROM %(given)s
                ORDER BY answer.id, question.sequence, question.id
                """,
                uid=self.env.uid,
                given=given,
            )
        )
        return answered, [id_ for id_, state in inserted if state != "done"]

    @api.model
    def _alumni_insert_inputs(self, survey, source):
        """Have people be asked, or have answered, by one statement.

        :param source: SQL SELECT of event, programme, institution, person, moment of
            the answer (NULL of who has not answered), deadline, state of the letter
        :return: id and state of each new record
        """
        inserted = self.env.execute_query(
            SQL(
                """
                INSERT INTO survey_user_input (
                    survey_id, alumni_event_id, alumni_programme_id,
                    alumni_company_id, partner_id, email, nickname, state,
                    access_token, start_datetime, end_datetime, deadline,
                    alumni_mail_state, test_entry, is_session_answer,
                    survey_first_submitted, alumni_superseded, scoring_percentage,
                    scoring_total, scoring_success, create_uid, write_uid,
                    create_date, write_date)
                SELECT %(survey)s, asked.event_id, asked.programme_id,
                       COALESCE(asked.company_id, %(company)s),
                       person.id, person.email, person.name,
                       CASE WHEN asked.done IS NULL THEN 'new' ELSE 'done' END,
                       gen_random_uuid(), asked.done, asked.done, asked.deadline,
                       asked.letter, false, false, false, false, 0, 0, %(success)s,
                       %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC',
                       now() AT TIME ZONE 'UTC'
                FROM (%(source)s) AS asked (
                    event_id, programme_id, company_id, partner_id, done, deadline,
                    letter)
                JOIN res_partner person ON person.id = asked.partner_id
                ORDER BY asked.event_id, person.id
                ON CONFLICT DO NOTHING
                RETURNING id, state
                """,
                survey=survey.id,
                company=survey.user_id.company_id.id or None,
                success=survey.scoring_success_min <= 0,
                uid=self.env.uid,
                source=source,
            )
        )
        relation = self._fields["predefined_question_ids"]
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (%s, %s) SELECT * FROM unnest(%s::integer[]) AS "
                "answer, unnest(%s::integer[]) AS question ON CONFLICT DO NOTHING",
                SQL.identifier(relation.relation),
                SQL.identifier(relation.column1),
                SQL.identifier(relation.column2),
                [id_ for id_, _state in inserted],
                survey._prepare_user_input_predefined_questions().ids,
            )
        )
        return inserted

    @api.model
    def _cron_send_alumni_letters(self):
        """Send the letters with personal links that are waiting, a batch at a time:
        a letter leaves in the transaction that says so, so that none is sent twice
        and none is lost when the server stops."""
        domain = [("alumni_mail_state", "=", "waiting")]
        batch = self.search(domain, order="id", limit=LETTERS_PER_BATCH)
        batch = batch.try_lock_for_update()
        batch._alumni_send_letters()
        self.env["ir.cron"]._commit_progress(
            len(batch), remaining=self.search_count(domain)
        )

    def _alumni_send_letters(self):
        """Queue the letters of these people, as far as they may still be written to
        and have not answered meanwhile."""
        purpose = self.env.ref("alumni_relations.purpose_surveys")
        reachable = self.env["res.partner"].search(
            self.env["res.partner"]._alumni_reachable_domain(purpose)
            & Domain("id", "in", self.partner_id.ids)
        )
        due = self.filtered(
            lambda answer: answer.state != "done" and answer.partner_id in reachable
        )
        (self - due).alumni_mail_state = "failed"
        due.alumni_mail_state = "sent"
        for template, answers in due.grouped(
            lambda answer: self.env.ref(
                "alumni_relations.mail_template_survey_event"
                if answer.alumni_event_id
                else "survey.mail_template_user_input_invite"
            )
        ).items():
            template.send_mail_batch(
                answers.ids, email_layout_xmlid="mail.mail_notification_light"
            )
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
