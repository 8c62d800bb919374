from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.cells import parse_yes_no
from ...tools.match_key import plain_name

ANSWER_WORDS = {
    "yes": "yes oui o y 1 true vrai accepte acceptee accepted present vient",
    "no": "no non n 0 false faux decline declinee declined refuse refusee absent",
    "maybe": "maybe peutetre perhaps tentative incertain",
}

WALKED_IN = SQL("(attended AND invited_date IS NULL AND answer IS NULL)")
"""Lines about people who came and were not invited."""

QUESTIONS = {
    "satisfaction": "alumni_relations.question_event_satisfaction",
    "recommend": "alumni_relations.question_event_recommend",
}


class AlumniImportKindInvitations(models.AbstractModel):
    """Invitations, one line per person and event: when invited, the answer, whether
    the person came, how content. The event is named by its code, the person by a
    student number.

    An invitation is known again by person and event; of several lines about one the
    last counts. A file completes what is on record: an answer that somebody gave to
    the office or by the link is not replaced by that of a file. Who came gets a
    registration that is attended, who said yes one that is open.
    """

    _name = "alumni.import.kind.invitations"
    _inherit = "alumni.import.kind"
    _description = "Import of invitations"

    _kind = "invitations"
    _kind_sequence = 4
    _required_codes = ("event_ref", "person_ref")
    _stage_columns = {
        "event_ref": "varchar",
        "person_ref": "varchar",
        "invited_date": "date",
        "answer": "varchar",
        "answer_date": "date",
        "attended": "bool",
        "satisfaction": "int4",
        "recommend": "int4",
        "cells": "jsonb",
        "event_id": "int4",
        "partner_id": "int4",
    }

    @api.model
    def _kind_label(self):
        return self.env._("Invitations")

    @api.model
    def _parser(self, document, columns):
        read, headers = self._values_reader(document, columns)
        answers = {
            word: code for code, text in ANSWER_WORDS.items() for word in text.split()
        }

        def parse(cells):
            values = read(cells)
            self._check_required(values, headers)
            answer = values.get("answer")
            if answer and plain_name(answer) not in answers:
                raise self._bad_value(headers["answer"], answer)
            try:
                attended = parse_yes_no(values.get("attended"))
            except ValueError:
                raise self._bad_value(headers["attended"], values["attended"]) from None
            return (
                values["event_ref"],
                values["person_ref"],
                self._date(values, headers, "invited_date"),
                answers[plain_name(answer)] if answer else None,
                self._date(values, headers, "answer_date"),
                attended,
                self._whole(values, headers, "satisfaction", 1, 5),
                self._whole(values, headers, "recommend", 0, 10),
                document._cells_json(cells),
                None,
                None,
            )

        return parse

    @api.model
    def _staged(self, document, stage):
        company = document.company_id.id
        self.env["event.event"].flush_model(["code", "company_id"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE %s stage SET partner_id = number.partner_id
                FROM alumni_student_number number
                WHERE number.company_id = %s AND number.name = stage.person_ref
                """,
                stage,
                company,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE %s stage SET event_id = event.id
                FROM event_event event
                WHERE event.code = stage.event_ref
                AND (event.company_id = %s OR event.company_id IS NULL)
                """,
                stage,
                company,
            )
        )
        document._reject(
            stage,
            SQL("event_id IS NULL"),
            "unknown_event",
            SQL(
                "%s || ' ' || event_ref",
                self.env._("No event has the code"),
            ),
        )
        document._reject(
            stage,
            SQL("partner_id IS NULL"),
            "unknown_person",
            SQL(
                "%s || ' ' || person_ref",
                self.env._("Nobody has the student number"),
            ),
        )
        document._reject(
            stage,
            SQL(
                """attended AND event_id IN (
                    SELECT id FROM event_event
                    WHERE date_begin > now() AT TIME ZONE 'UTC' + interval '1 day')"""
            ),
            "bad_value",
            SQL(
                "%s", self.env._("The event has not taken place: nobody can have come.")
            ),
        )

    @api.model
    def _preview(self, document, stage):
        self.env["alumni.invitation"].flush_model(["event_id", "partner_id"])
        [(new,)] = self.env.execute_query(
            SQL(
                """
                SELECT count(DISTINCT (stage.event_id, stage.partner_id)) FROM %s stage
                WHERE %s IS NOT TRUE AND NOT EXISTS (
                    SELECT 1 FROM alumni_invitation known
                    WHERE known.event_id = stage.event_id
                    AND known.partner_id = stage.partner_id)
                """,
                stage,
                WALKED_IN,
            )
        )
        return {"records_new": new}

    @api.model
    def _load(self, document, stage, first, last):
        self.env.flush_all()
        lines = self._temporary(
            "alumni_import_invitation",
            SQL(
                """
                SELECT DISTINCT ON (stage.event_id, stage.partner_id) stage.*,
                       event.date_begin AS event_date,
                       (event.date_begin AT TIME ZONE 'UTC'
                        AT TIME ZONE COALESCE(event.date_tz, 'UTC'))::date
                           AS event_day,
                       COALESCE(event.company_id, %s) AS company_id
                FROM %s stage JOIN event_event event ON event.id = stage.event_id
                WHERE stage.root BETWEEN %s AND %s
                ORDER BY stage.event_id, stage.partner_id, stage.line DESC
                """,
                document.company_id.id,
                stage,
                first,
                last,
            ),
            ["event_id", "partner_id"],
        )
        created, changed = self._write_invitations(lines)
        self._write_answers(changed)
        self._write_registrations(lines)
        self._follow_answers(changed)
        self._write_ratings(lines)
        return {"records_created": created}

    @api.model
    def _write_invitations(self, lines):
        """Create or complete the invitations.

        :return: number of new ones; ids of those whose answer is new
        """
        Invitation = self.env["alumni.invitation"]
        insert = self._insert(
            "alumni.invitation",
            {
                "event_id": SQL("line.event_id"),
                "partner_id": SQL("line.partner_id"),
                "company_id": SQL("line.company_id"),
                "invited_date": SQL("line.invited_date"),
                "answer": SQL("line.answer"),
                "answer_date": SQL("line.answer_date"),
                "answer_channel": SQL(
                    "CASE WHEN line.answer IS NOT NULL THEN 'file' END"
                ),
                "state": SQL(
                    """COALESCE(line.answer, CASE WHEN line.invited_date IS NULL
                                                 THEN 'new' ELSE 'invited' END)"""
                ),
            },
            SQL(
                "FROM %s line WHERE %s IS NOT TRUE ORDER BY line.line",
                lines,
                WALKED_IN,
            ),
            self._defaults("alumni.invitation"),
        )
        replaced = SQL(
            """(EXCLUDED.answer IS NOT NULL
                AND COALESCE(alumni_invitation.answer_channel, 'file') = 'file'
                AND alumni_invitation.answer IS DISTINCT FROM EXCLUDED.answer)"""
        )
        rows = self.env.execute_query(
            SQL(
                """
                WITH before AS (
                    SELECT known.id, known.answer FROM alumni_invitation known
                    JOIN %(lines)s line ON line.event_id = known.event_id
                        AND line.partner_id = known.partner_id
                ), written AS (
                    %(insert)s
                    ON CONFLICT (event_id, partner_id) DO UPDATE SET
                        invited_date = COALESCE(alumni_invitation.invited_date,
                                                EXCLUDED.invited_date),
                        answer = CASE WHEN %(replaced)s THEN EXCLUDED.answer
                                      ELSE alumni_invitation.answer END,
                        answer_date = CASE WHEN %(replaced)s THEN EXCLUDED.answer_date
                                           ELSE alumni_invitation.answer_date END,
                        answer_channel = CASE WHEN %(replaced)s THEN 'file'
                                              ELSE alumni_invitation.answer_channel END,
                        state = CASE
                            WHEN %(replaced)s THEN EXCLUDED.answer
                            WHEN alumni_invitation.state = 'new' THEN EXCLUDED.state
                            ELSE alumni_invitation.state END,
                        write_uid = EXCLUDED.write_uid,
                        write_date = EXCLUDED.write_date
                    WHERE %(replaced)s OR (alumni_invitation.invited_date IS NULL
                                           AND EXCLUDED.invited_date IS NOT NULL)
                    RETURNING id, answer
                )
                SELECT written.id, before.id IS NULL,
                       written.answer IS DISTINCT FROM before.answer
                FROM written LEFT JOIN before USING (id)
                """,
                lines=lines,
                insert=insert,
                replaced=replaced,
            )
        )
        Invitation.invalidate_model()
        if rows:
            Invitation._bulk_written(SQL("SELECT unnest(%s)", [row[0] for row in rows]))
        return (
            sum(new for _id, new, _answered in rows),
            [id_ for id_, _new, answered in rows if answered],
        )

    @api.model
    def _write_answers(self, ids):
        """Keep the new answers of invitations in their history."""
        self.env.cr.execute(
            self._insert(
                "alumni.invitation.answer",
                {
                    "invitation_id": SQL("invitation.id"),
                    "date": SQL(
                        "COALESCE(invitation.answer_date, now() AT TIME ZONE 'UTC')"
                    ),
                    "answer": SQL("invitation.answer"),
                    "channel": SQL("'file'"),
                },
                SQL(
                    "FROM alumni_invitation invitation WHERE invitation.id = ANY(%s)",
                    ids,
                ),
                {},
            )
        )
        self.env["alumni.invitation.answer"].invalidate_model()

    @api.model
    def _write_registrations(self, lines):
        """Register who came or has said yes and is not registered; mark who came."""
        Registration = self.env["event.registration"]
        defaults = self._defaults("event.registration")
        marked = self.env.execute_query(
            SQL(
                """
                UPDATE event_registration seat
                SET state = 'done', date_closed = line.event_date,
                    write_uid = %(uid)s, write_date = now() AT TIME ZONE 'UTC'
                FROM %(lines)s line
                WHERE line.attended AND seat.id = (
                    SELECT CASE WHEN bool_or(known.state = 'done') THEN NULL
                           ELSE min(known.id) END
                    FROM event_registration known
                    WHERE known.event_id = line.event_id AND known.active
                    AND known.attendee_id = line.partner_id)
                RETURNING seat.id
                """,
                uid=self.env.uid,
                lines=lines,
            )
        )
        digits = SQL(
            "('x' || right(gen_random_uuid()::text, 12))::bit(48)::bigint::text"
        )
        registered = self.env.execute_query(
            SQL(
                "%s RETURNING id",
                self._insert(
                    "event.registration",
                    {
                        "event_id": SQL("line.event_id"),
                        "partner_id": SQL("line.partner_id"),
                        "attendee_id": SQL("line.partner_id"),
                        "name": SQL("partner.name"),
                        "email": SQL("partner.email"),
                        "phone": SQL("partner.phone"),
                        "company_name": SQL("partner.company_name"),
                        "company_id": SQL("event.company_id"),
                        "state": SQL(
                            "CASE WHEN line.attended THEN 'done' ELSE 'open' END"
                        ),
                        "date_closed": SQL(
                            "CASE WHEN line.attended THEN line.event_date END"
                        ),
                        "barcode": SQL("%s || %s", digits, digits),
                    },
                    SQL(
                        """
                        FROM %s line
                        JOIN event_event event ON event.id = line.event_id
                        JOIN res_partner partner ON partner.id = line.partner_id
                        LEFT JOIN alumni_invitation invitation
                            ON invitation.event_id = line.event_id
                            AND invitation.partner_id = line.partner_id
                        WHERE (line.attended OR (
                            line.answer = 'yes' AND invitation.answer = 'yes'
                            AND (NOT COALESCE(event.seats_limited, FALSE)
                                 OR event.date_end < now() AT TIME ZONE 'UTC')))
                        AND NOT COALESCE(event.is_multi_slots, FALSE)
                        AND NOT EXISTS (
                            SELECT 1 FROM event_registration known
                            WHERE known.event_id = line.event_id AND known.active
                            AND known.attendee_id = line.partner_id)
                        ORDER BY line.line
                        """,
                        lines,
                    ),
                    defaults,
                ),
            )
        )
        Registration.invalidate_model()
        self.env["event.event"].invalidate_model()
        ids = [id_ for (id_,) in marked + registered]
        if ids:
            Registration._bulk_written(SQL("SELECT unnest(%s)", ids))

    @api.model
    def _follow_answers(self, ids):
        """Seats of events to come are given and given back as when somebody answers
        in another way: there may be fewer of them than people."""
        invitations = self.env["alumni.invitation"].search(
            [
                ("id", "in", ids),
                ("event_id.date_end", ">=", fields.Datetime.now()),
                "|",
                ("answer", "!=", "yes"),
                ("event_id.seats_limited", "=", True),
            ]
        )
        invitations._follow_answers()

    @api.model
    def _write_ratings(self, lines):
        """Who came was asked how it was; what they said are answers to the
        after-event survey."""
        question = {code: self.env.ref(xml_id) for code, xml_id in QUESTIONS.items()}
        survey = question["satisfaction"].survey_id
        # sudo: the manager who loads the file need not have the rights of surveys
        self.env["survey.user_input"].sudo()._alumni_record_answers(
            survey.sudo(),
            SQL(
                """
                SELECT event_id, partner_id, event_day,
                       jsonb_build_object(%(satisfaction)s::text, satisfaction,
                                          %(recommend)s::text, recommend)
                FROM %(lines)s
                WHERE attended OR satisfaction IS NOT NULL OR recommend IS NOT NULL
                """,
                satisfaction=question["satisfaction"].id,
                recommend=question["recommend"].id,
                lines=lines,
            ),
        )
