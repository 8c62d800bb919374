from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class AlumniSurveySend(models.TransientModel):
    """Sends a survey with a personal link to those who came to an event, who take
    part in a programme, or who were selected, and says before how many they are.

    Only people are asked who may be written to for surveys; nobody is asked twice
    about the same event. The messages leave in the background."""

    _name = "alumni.survey.send"
    _description = "Send a survey"

    survey_id = fields.Many2one(
        comodel_name="survey.survey",
        compute="_compute_survey_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    event_id = fields.Many2one(comodel_name="event.event", readonly=True)
    programme_id = fields.Many2one(comodel_name="alumni.programme", readonly=True)
    selected_ids = fields.Json(
        readonly=True, default=lambda self: self._default_selected_ids()
    )
    deadline = fields.Datetime(
        string="Answer until", help="After this moment the link accepts no answer."
    )
    remind = fields.Boolean(
        help="Write again to those who were asked and have not answered.",
    )
    chosen_count = fields.Integer(
        string="Chosen",
        compute="_compute_counts",
        help="Those who came to the event, who take part in the programme or who "
        "were selected in the list.",
    )
    unreachable_count = fields.Integer(
        string="Left out",
        compute="_compute_counts",
        help="Their address does not work, or they want no surveys.",
    )
    known_count = fields.Integer(
        string="Asked already",
        compute="_compute_counts",
        help="They are not asked again.",
    )
    waiting_count = fields.Integer(
        string="Without an answer",
        compute="_compute_counts",
        help="Of those asked already, who has not answered.",
    )
    new_count = fields.Integer(string="To ask", compute="_compute_counts")

    @api.model
    def _default_selected_ids(self):
        if self.env.context.get("active_model") == "res.partner":
            return self.env.context.get("active_ids", [])
        return []

    @api.depends("event_id")
    def _compute_survey_id(self):
        for wizard in self:
            wizard.survey_id = wizard.event_id.survey_id

    def _people(self) -> SQL:
        """The contacts whom the wizard chooses, as an SQL SELECT of ``partner_id``."""
        self.ensure_one()
        self.event_id.check_access("read")
        self.programme_id.check_access("read")
        if self.event_id:
            self.env["event.registration"].flush_model()
            return SQL(
                "SELECT DISTINCT attendee_id AS partner_id FROM event_registration "
                "WHERE event_id = %s AND state = 'done' AND active "
                "AND attendee_id IS NOT NULL",
                self.event_id.id,
            )
        if self.programme_id:
            self.env["alumni.participation"].flush_model()
            return SQL(
                "SELECT DISTINCT partner_id FROM alumni_participation "
                "WHERE programme_id = %s AND state <> 'cancelled'",
                self.programme_id.id,
            )
        # Only contacts that the user may see.
        query = self.env["res.partner"]._search(
            [("id", "in", self.selected_ids or []), ("is_company", "=", False)]
        )
        query.order = None
        return SQL("SELECT id AS partner_id FROM (%s) person", query.select())

    def _targets(self) -> SQL:
        """``partner_id``, ``reachable``, ``known_id`` and ``waiting`` of the chosen
        people, as an SQL SELECT: ``known_id`` is their last record of this survey on
        this event or programme, ``waiting`` that it has no answer."""
        self.env.flush_all()
        partners = self.env["res.partner"]
        partners._alumni_flush()
        people = self._people()
        return SQL(
            """
            SELECT person.partner_id, reach.reason = 'ok' AS reachable,
                   known.id AS known_id, known.state <> 'done' AS waiting
            FROM (%(people)s) AS person
            JOIN (%(reach)s) AS reach ON reach.id = person.partner_id
            LEFT JOIN LATERAL (
                SELECT answer.id, answer.state FROM survey_user_input answer
                WHERE answer.survey_id = %(survey)s
                    AND answer.partner_id = person.partner_id
                    AND answer.alumni_event_id IS NOT DISTINCT FROM %(event)s
                    AND (answer.alumni_event_id IS NOT NULL OR
                         answer.alumni_programme_id IS NOT DISTINCT FROM %(programme)s)
                    AND answer.test_entry IS NOT TRUE
                ORDER BY answer.state = 'done' DESC, answer.id DESC
                LIMIT 1
            ) known ON true
            """,
            people=people,
            reach=partners._alumni_purpose_reason_select(
                SQL("SELECT partner_id FROM (%s) AS whom", people),
                self.env.ref("alumni_relations.purpose_surveys"),
                "email",
            ),
            survey=self.survey_id.id or None,
            event=self.event_id.id or None,
            programme=self.programme_id.id or None,
        )

    @api.depends("survey_id", "event_id", "programme_id", "selected_ids")
    def _compute_counts(self):
        for wizard in self:
            [counts] = self.env.execute_query(
                SQL(
                    """
                    SELECT count(*), count(*) FILTER (WHERE NOT reachable),
                           count(*) FILTER (WHERE reachable AND known_id IS NOT NULL),
                           count(*) FILTER (WHERE reachable AND waiting),
                           count(*) FILTER (WHERE reachable AND known_id IS NULL)
                    FROM (%s) AS target
                    """,
                    wizard._targets(),
                )
            )
            (
                wizard.chosen_count,
                wizard.unreachable_count,
                wizard.known_count,
                wizard.waiting_count,
                wizard.new_count,
            ) = counts

    def action_send(self):
        """Have the messages be sent, to those who were not asked yet and, if so
        chosen, again to those who have not answered."""
        self.ensure_one()
        self.survey_id.check_validity()
        if self.survey_id.alumni_anonymous and self._anonymously_answered():
            raise UserError(
                self.env._(
                    "“%(survey)s” is anonymous and has answers already: nobody knows "
                    "who gave them, so it cannot be sent to these people again.",
                    survey=self.survey_id.title,
                )
            )
        answers = self.env["survey.user_input"]
        target = self._targets()
        asked = []
        if self.remind:
            asked = self.env.execute_query(
                SQL(
                    """
                    UPDATE survey_user_input answer
                    SET alumni_mail_state = 'waiting',
                        deadline = COALESCE(%s, deadline)
                    FROM (%s) AS target
                    WHERE target.reachable AND target.waiting
                        AND answer.id = target.known_id
                    RETURNING answer.id
                    """,
                    self.deadline or None,
                    target,
                )
            )
            answers.invalidate_model()
        event = self.event_id
        programme = event.programme_id or self.programme_id
        company = event.company_id or programme.company_id or self.env.company
        asked += answers._alumni_insert_inputs(
            self.survey_id,
            SQL(
                """
                SELECT %s::integer, %s::integer, %s::integer, partner_id,
                       NULL::timestamp, %s::timestamp, 'waiting'
                FROM (%s) AS target WHERE reachable AND known_id IS NULL
                """,
                event.id or None,
                programme.id or None,
                company.id,
                self.deadline or None,
                target,
            ),
        )
        if not asked:
            raise UserError(
                self.env._(
                    "Nobody is left to ask: everybody was asked already or cannot be "
                    "written to."
                )
            )
        answers._bulk_written(SQL("SELECT unnest(%s)", [row[0] for row in asked]))
        self.env.ref("alumni_relations.ir_cron_alumni_survey_letters")._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s messages are leaving in the background.",
                    count=len(asked),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _anonymously_answered(self):
        """Whether people whom nobody can name have answered about this."""
        return bool(
            self.env["survey.user_input"].search_count(
                [
                    ("survey_id", "=", self.survey_id.id),
                    ("alumni_event_id", "=", self.event_id.id),
                    (
                        "alumni_programme_id",
                        "=",
                        (self.event_id or self).programme_id.id,
                    ),
                    ("partner_id", "=", False),
                    ("test_entry", "=", False),
                ],
                limit=1,
            )
        )
