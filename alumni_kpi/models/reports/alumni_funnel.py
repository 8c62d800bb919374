from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

STEPS = (
    "invited",
    "delivered",
    "answered",
    "answered_no",
    "answered_maybe",
    "accepted",
    "registered",
    "cancelled",
    "attended",
    "no_show",
    "walk_in",
    "surveyed",
    "gave",
)
"""The steps of the funnel: 0 or 1 for one person and event."""

COLUMNS = (
    "event_id",
    "partner_id",
    "company_id",
    "programme_id",
    "event_kind_id",
    "generation_id",
    "school_id",
    "date",
    "period_id",
    *STEPS,
)


RATES = {
    "response_rate": ({"answered": 1}, {"invited": 1}),
    "positive_response_rate": ({"accepted": 1}, {"answered": 1}),
    "attendance_rate": (
        {"attended": 1, "walk_in": -1},
        {"attended": 1, "walk_in": -1, "no_show": 1},
    ),
    "no_show_rate": (
        {"no_show": 1},
        {"attended": 1, "walk_in": -1, "no_show": 1},
    ),
    "walk_in_share": ({"walk_in": 1}, {"attended": 1}),
    "survey_rate": ({"surveyed": 1}, {"attended": 1}),
    "gave_rate": ({"gave": 1}, {"attended": 1}),
}
"""Numerator and denominator of each rate, as steps with their sign. A rate of many
rows is the sum of the one over the sum of the other, never a mean of rates."""


def _columns(*alias):
    """SQL list of ``COLUMNS``."""
    return SQL(", ").join(SQL.identifier(*alias, name) for name in COLUMNS)


def _search_rate(rate):
    """Return the search method of a rate: the rate of one row is 1 if the numerator
    counts it, else 0."""

    def search(self, operator, value):
        if operator != "in":
            return NotImplemented
        above, _below = RATES[rate]
        counted = Domain.AND(
            [(step, "=", int(sign > 0))] for step, sign in above.items()
        )
        return Domain.OR(
            counted if number else ~counted for number in value if number in (0, 1)
        )

    return search


class AlumniFunnel(models.Model):
    """What became of each person at each event: asked, answered, registered, came,
    said how it was, gave or volunteered afterwards. One row per person and event;
    somebody who came without an invitation has one too. Nobody writes here: rows
    follow invitations, registrations, survey answers and acts.

    The rows are stored, because a pivot over the records themselves takes a minute
    at a million invitations, and two seconds over these.
    """

    _name = "alumni.funnel"
    _description = "Event funnel"
    _order = "date desc, id desc"
    _log_access = False
    _rec_name = "partner_id"

    event_id = fields.Many2one(
        comodel_name="event.event", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    programme_id = fields.Many2one(
        comodel_name="alumni.programme", readonly=True, ondelete="set null"
    )
    event_kind_id = fields.Many2one(
        comodel_name="alumni.event.kind",
        string="Kind of event",
        readonly=True,
        ondelete="set null",
    )
    generation_id = fields.Many2one(
        comodel_name="alumni.generation",
        readonly=True,
        ondelete="set null",
        help="The person's generation as it is now.",
    )
    school_id = fields.Many2one(
        comodel_name="alumni.school",
        readonly=True,
        ondelete="set null",
        help="The person's main school as it is now.",
    )
    date = fields.Date(string="Event date", readonly=True)
    period_id = fields.Many2one(
        comodel_name="alumni.period", readonly=True, ondelete="set null"
    )

    invited = fields.Integer(
        readonly=True, help="Asked to come. Who is only on the list is not counted."
    )
    delivered = fields.Integer(
        readonly=True,
        help="The message arrived as far as one knows, the person was asked in "
        "another way, or there is an answer.",
    )
    answered = fields.Integer(
        readonly=True, help="Yes, no or maybe: an answer of no is an answer."
    )
    answered_no = fields.Integer(string="Answered no", readonly=True)
    answered_maybe = fields.Integer(string="Answered maybe", readonly=True)
    accepted = fields.Integer(
        readonly=True, help="The latest answer is yes, with a seat or waiting for one."
    )
    registered = fields.Integer(
        readonly=True,
        help="With a registration, cancelled or not. Somebody who only came to the "
        "door is a walk-in.",
    )
    cancelled = fields.Integer(
        readonly=True, help="Registered, and the registration was cancelled."
    )
    attended = fields.Integer(readonly=True, help="Came, walk-ins included.")
    no_show = fields.Integer(
        string="No-shows",
        readonly=True,
        help="Registered and not cancelled, the event is over, and did not come.",
    )
    walk_in = fields.Integer(
        string="Walk-ins",
        readonly=True,
        help="Came without an invitation and without a registration made before the "
        "event began.",
    )
    surveyed = fields.Integer(
        string="Answered the survey",
        readonly=True,
        help="Came and answered the survey on the event.",
    )
    gave = fields.Integer(
        string="Gave or volunteered",
        readonly=True,
        help="Came, and gave or volunteered within the 12 months after the event.",
    )

    response_rate = fields.Float(
        string="Response rate",
        compute="_compute_rates",
        search=_search_rate("response_rate"),
        aggregator="avg",
        help="Answered / invited.",
    )
    positive_response_rate = fields.Float(
        string="Positive response rate",
        compute="_compute_rates",
        search=_search_rate("positive_response_rate"),
        aggregator="avg",
        help="Accepted / answered.",
    )
    attendance_rate = fields.Float(
        string="Attendance rate",
        compute="_compute_rates",
        search=_search_rate("attendance_rate"),
        aggregator="avg",
        help="Registered and came / (registered - cancelled), for events that are "
        "over. Walk-ins are left out.",
    )
    no_show_rate = fields.Float(
        string="No-show rate",
        compute="_compute_rates",
        search=_search_rate("no_show_rate"),
        aggregator="avg",
        help="1 - attendance rate.",
    )
    walk_in_share = fields.Float(
        string="Share of walk-ins",
        compute="_compute_rates",
        search=_search_rate("walk_in_share"),
        aggregator="avg",
        help="Walk-ins / attended.",
    )
    survey_rate = fields.Float(
        string="Survey response rate",
        compute="_compute_rates",
        search=_search_rate("survey_rate"),
        aggregator="avg",
        help="Answered the survey / attended.",
    )
    gave_rate = fields.Float(
        string="Gave or volunteered, share",
        compute="_compute_rates",
        search=_search_rate("gave_rate"),
        aggregator="avg",
        help="Gave or volunteered within 12 months / attended.",
    )

    _event_person_uniq = models.UniqueIndex("(event_id, partner_id)")
    _date_idx = models.Index("(date DESC, id DESC)")
    # The dashboard reads one period.
    _period_idx = models.Index("(period_id)")

    @api.depends(*STEPS)
    def _compute_rates(self):
        for row in self:
            for rate, parts in RATES.items():
                above, below = (
                    sum(sign * row[step] for step, sign in part.items())
                    for part in parts
                )
                row[rate] = above / below if below else 0

    def _read_group_select(self, aggregate_spec, query):
        name, _colon, function = aggregate_spec.partition(":")
        if name not in RATES or function != "avg":
            return super()._read_group_select(aggregate_spec, query)
        above, below = (
            SQL(" + ").join(
                SQL("%s * SUM(%s)", sign, self._field_to_sql(self._table, step, query))
                for step, sign in part.items()
            )
            for part in RATES[name]
        )
        return SQL("(%s)::float / NULLIF(%s, 0)", above, below)

    @api.readonly
    def action_open_people(self):
        """The people behind the chosen rows."""
        domain = [("id", "in", self.partner_id.ids)]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("People"),
            "res_model": "res.partner",
            "view_mode": "list,form",
            "domain": domain,
        }

    # ------------------------------------------------------------------
    # Refreshing
    # ------------------------------------------------------------------

    @api.model
    def _select(self, condition: SQL) -> SQL:
        """The rows as they should be: an SQL SELECT of ``COLUMNS``.

        :param condition: of the pairs to look at, on ``event_id`` and ``partner_id``
        """
        # Full joins are never done row by row, whatever the planner believes about
        # tables that were loaded a moment ago.
        return SQL(
            """
            WITH invitation AS (
                SELECT id, event_id, partner_id, company_id, answer, channel,
                       delivered_date
                FROM alumni_invitation WHERE state != 'new' AND %(condition)s
            ), seat AS (
                SELECT DISTINCT ON (event_id, partner_id)
                       event_id, partner_id, company_id, state,
                       min(create_date) OVER (PARTITION BY event_id, partner_id)
                           AS create_date
                FROM (
                    SELECT id, event_id, attendee_id AS partner_id, company_id, state,
                           create_date
                    FROM event_registration
                    WHERE active AND attendee_id IS NOT NULL AND state IS NOT NULL
                ) AS seat
                WHERE %(condition)s
                ORDER BY event_id, partner_id,
                         array_position('{done,open,draft,cancel}', state::text), id
            ), answer AS (
                SELECT DISTINCT event_id, partner_id, TRUE AS done
                FROM (
                    SELECT alumni_event_id AS event_id, partner_id
                    FROM survey_user_input
                    WHERE state = 'done' AND test_entry IS NOT TRUE
                ) AS answer
                WHERE %(condition)s
            ), pair AS MATERIALIZED (
                SELECT event_id, partner_id,
                       COALESCE(invitation.company_id, seat.company_id) AS company_id,
                       invitation.id IS NOT NULL AS invited,
                       invitation.delivered_date IS NOT NULL
                           OR COALESCE(invitation.channel, 'email') <> 'email'
                           AS reached,
                       invitation.answer,
                       seat.state, seat.create_date,
                       COALESCE(seat.state = 'done', FALSE) AS attended,
                       answer.done IS TRUE AS surveyed
                FROM invitation
                FULL JOIN seat USING (event_id, partner_id)
                FULL JOIN answer USING (event_id, partner_id)
                WHERE invitation.id IS NOT NULL OR seat.state IS NOT NULL
            ), event AS MATERIALIZED (
                -- The day of an event is found once, not for each person.
                SELECT id, company_id, programme_id, alumni_kind_id, date_begin,
                       date_end < now() AT TIME ZONE 'UTC' AS over,
                       (date_begin AT TIME ZONE 'UTC'
                           AT TIME ZONE COALESCE(date_tz, 'UTC'))::date AS date
                FROM event_event WHERE id IN (SELECT event_id FROM pair)
            ), step AS (
                SELECT pair.*, event.programme_id, event.alumni_kind_id, event.over,
                       event.date,
                       COALESCE(pair.company_id, event.company_id) AS institution_id,
                       NOT pair.invited AND pair.attended
                           AND pair.create_date >= event.date_begin AS walked_in
                FROM pair JOIN event ON event.id = pair.event_id
            )
            SELECT step.event_id, step.partner_id, step.institution_id,
                   step.programme_id, step.alumni_kind_id,
                   person.alumni_generation_id, person.alumni_school_id,
                   step.date, period.id,
                   step.invited::int,
                   (step.invited AND (step.reached OR step.answer IS NOT NULL))::int,
                   (step.answer IS NOT NULL)::int,
                   COALESCE(step.answer = 'no', FALSE)::int,
                   COALESCE(step.answer = 'maybe', FALSE)::int,
                   COALESCE(step.answer = 'yes', FALSE)::int,
                   (step.state IS NOT NULL AND step.walked_in IS NOT TRUE)::int,
                   COALESCE(step.state = 'cancel', FALSE)::int,
                   step.attended::int,
                   COALESCE(step.state IN ('open', 'draft') AND step.over, FALSE)::int,
                   COALESCE(step.walked_in, FALSE)::int,
                   (step.attended AND step.surveyed)::int,
                   (step.attended AND %(gave)s)::int
            FROM step
            JOIN res_partner person ON person.id = step.partner_id
            LEFT JOIN (
                SELECT event.id AS event_id, period.company_id, period.id
                FROM event JOIN alumni_period period
                    ON event.date BETWEEN period.date_start AND period.date_end
            ) AS period
                ON period.event_id = step.event_id
                AND period.company_id = step.institution_id
            WHERE step.institution_id IS NOT NULL
            """,
            condition=condition,
            gave=self._gave(SQL("step.partner_id"), SQL("step.date")),
        )

    @api.model
    def _gave(self, partner_id: SQL, date: SQL) -> SQL:
        """Whether a person gave or volunteered within the 12 months after a day."""
        return SQL(
            """EXISTS (
                SELECT FROM alumni_engagement act
                WHERE act.partner_id = %(partner)s
                AND act.mode IN ('philanthropic', 'volunteer')
                AND act.date > %(date)s AND act.date <= %(date)s + INTERVAL '12 months')
            """,
            partner=partner_id,
            date=date,
        )

    @api.model
    def _refresh(self, condition: SQL):
        """Bring the rows of some pairs up to date in one statement. Only rows that
        differ are written.

        :param condition: of the pairs, on ``event_id`` and ``partner_id``
        """
        undated = self.env.execute_query(
            SQL(
                """
                WITH fresh (%(columns)s) AS (%(select)s),
                differing AS MATERIALIZED (
                    SELECT old.id, %(old_columns)s, fresh.*
                    FROM (SELECT * FROM alumni_funnel WHERE %(condition)s) AS old
                    FULL JOIN fresh ON fresh.event_id = old.event_id
                        AND fresh.partner_id = old.partner_id
                    WHERE (%(old)s) IS DISTINCT FROM (%(fresh)s)
                ), gone AS (
                    DELETE FROM alumni_funnel funnel USING differing
                    WHERE funnel.id = differing.id AND differing.event_id IS NULL
                ), written AS (
                    INSERT INTO alumni_funnel (%(columns)s)
                    SELECT %(columns)s FROM differing WHERE event_id IS NOT NULL
                    ON CONFLICT (event_id, partner_id) DO UPDATE
                    SET (%(columns)s) = ROW(%(excluded)s)
                    RETURNING company_id, date, period_id
                ), logged AS (
                    %(log)s
                )
                SELECT DISTINCT company_id, date FROM written WHERE period_id IS NULL
                """,
                condition=condition,
                columns=_columns(),
                select=self._select(condition),
                old_columns=SQL(", ").join(
                    SQL(
                        "%s AS %s",
                        SQL.identifier("old", name),
                        SQL.identifier(f"old_{name}"),
                    )
                    for name in COLUMNS
                ),
                old=_columns("old"),
                fresh=_columns("fresh"),
                excluded=_columns("excluded"),
                log=self.env["alumni.closing.change"]._insert_funnel(),
            )
        )
        # A period that is created takes its rows.
        self.env["alumni.period"]._ensure_for_dates(undated)
        self.invalidate_model()

    @api.model
    def _refresh_people(self, people):
        """What the funnel says about people themselves: generation, school, and
        whether they gave afterwards.

        :param people: ids
        """
        if not people:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE alumni_funnel funnel
                SET generation_id = fresh.generation_id, school_id = fresh.school_id,
                    gave = fresh.gave
                FROM (
                    SELECT row.id, person.alumni_generation_id AS generation_id,
                           person.alumni_school_id AS school_id,
                           (row.attended = 1 AND %(gave)s)::int AS gave
                    FROM alumni_funnel row
                    JOIN res_partner person ON person.id = row.partner_id
                    WHERE row.partner_id = ANY(%(people)s)
                ) fresh
                WHERE fresh.id = funnel.id
                AND (funnel.generation_id, funnel.school_id, funnel.gave)
                    IS DISTINCT FROM
                    (fresh.generation_id, fresh.school_id, fresh.gave)
                """,
                people=list(people),
                gave=self._gave(SQL("row.partner_id"), SQL("row.date")),
            )
        )
        self.invalidate_model()

    @api.model
    def _take_periods(self, periods):
        """Give new periods the rows of the events in them."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE alumni_funnel funnel SET period_id = period.id
                FROM alumni_period period
                WHERE period.id = ANY(%s)
                    AND funnel.company_id = period.company_id
                    AND funnel.date BETWEEN period.date_start AND period.date_end
                    AND funnel.period_id IS DISTINCT FROM period.id
                """,
                periods.ids,
            )
        )
        self.invalidate_model(["period_id"])

    @api.model
    def _pending(self):
        """Pairs and events that the running transaction has changed. They are
        refreshed once, before commit, after the acts."""
        precommit = self.env.cr.precommit
        if "alumni_kpi.funnel" not in precommit.data:
            precommit.data["alumni_kpi.funnel"] = {"pairs": set(), "events": set()}
            # The funnel follows the records whoever changes them.
            funnel = self.with_env(self.env(su=True, context={}))
            precommit.add(funnel._refresh_pending)
        return precommit.data["alumni_kpi.funnel"]

    @api.model
    def _refresh_pending(self):
        self.env.flush_all()
        # What is flushed may be an act: those come first.
        self.env["alumni.engagement"]._refresh_pending()
        pending = self.env.cr.precommit.data.pop("alumni_kpi.funnel", None)
        if not pending:
            return
        if pending["events"]:
            self._refresh(SQL("event_id = ANY(%s)", sorted(pending["events"])))
        if pending["pairs"]:
            events, people = zip(*sorted(pending["pairs"]), strict=True)
            self._refresh(
                SQL(
                    "(event_id, partner_id) IN"
                    " (SELECT * FROM unnest(%s::int[], %s::int[]))",
                    list(events),
                    list(people),
                )
            )

    @api.model
    def _cron_over(self):
        """Who is registered for an event that ends without coming is absent from
        then on. However long the scheduler stood still, no event is left out."""
        parameters = self.env["ir.config_parameter"].sudo()
        now = fields.Datetime.now()
        last = parameters.get_param("alumni_kpi.funnel_refreshed_on") or "1900-01-01"
        self.env.flush_all()
        self._refresh(
            SQL(
                "event_id IN (SELECT id FROM event_event "
                "WHERE date_end >= %s AND date_end < %s)",
                last,
                now,
            )
        )
        parameters.set_param("alumni_kpi.funnel_refreshed_on", str(now))
