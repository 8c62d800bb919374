from odoo import api, fields, models
from odoo.tools import SQL

from .alumni_funnel_mixin import CELL, RATES, STEPS

COLUMNS = ("event_id", "partner_id", *CELL[1:], *STEPS)


def _columns(*alias):
    """SQL list of ``COLUMNS``."""
    return SQL(", ").join(SQL.identifier(*alias, name) for name in COLUMNS)


class AlumniFunnel(models.Model):
    """What became of each person at each event: asked, answered, registered, came,
    said how it was, gave or volunteered afterwards. One row per person and event;
    somebody who came without an invitation has one too. Nobody writes here: rows
    follow invitations, registrations, survey answers and acts.

    The rows are stored, because a pivot over the records themselves takes a minute
    at a million invitations, and two seconds over these. Their cube answers it in the
    time of some thousand rows.
    """

    _name = "alumni.funnel"
    _description = "Event funnel"
    _inherit = ["alumni.cubed.mixin", "alumni.funnel.mixin"]
    _order = "date desc, id desc"
    _log_access = False
    _rec_name = "partner_id"
    _cube = "alumni.funnel.cube"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )

    _event_person_uniq = models.UniqueIndex("(event_id, partner_id)")
    _date_idx = models.Index("(date DESC, id DESC)")
    # The dashboard reads one period.
    _period_idx = models.Index("(period_id)")

    @api.model
    def _cube_aggregates(self):
        return super()._cube_aggregates() | {f"{rate}:avg" for rate in RATES}

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
        cube = self.env[self._cube]
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
                ), appended AS (
                    %(append)s
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
                append=cube._cube_append(
                    SQL(
                        "SELECT %s FROM differing WHERE event_id IS NOT NULL"
                        " UNION ALL SELECT %s FROM differing WHERE id IS NOT NULL",
                        cube._cube_columns("differing"),
                        cube._cube_columns("differing", prefix="old_", minus=True),
                    )
                ),
                log=self.env["alumni.closing.change"]._insert_funnel(),
            )
        )
        # A period that is created takes its rows.
        self.env["alumni.period"]._ensure_for_dates(undated)
        self.invalidate_model()
        cube.invalidate_model()

    @api.model
    def _refresh_people(self, people):
        """What the funnel says about people themselves: generation, school, and
        whether they gave afterwards.

        :param people: ids
        """
        if not people:
            return
        cube = self.env[self._cube]
        current = ("generation_id", "school_id", "gave")
        self.env.cr.execute(
            SQL(
                """
                WITH differing AS MATERIALIZED (
                    SELECT row.*, fresh.*
                    FROM alumni_funnel row
                    JOIN res_partner person ON person.id = row.partner_id
                    CROSS JOIN LATERAL (
                        SELECT person.alumni_generation_id, person.alumni_school_id,
                               (row.attended = 1 AND %(gave)s)::int
                    ) AS fresh (%(fresh)s)
                    WHERE row.partner_id = ANY(%(people)s)
                        AND (%(old)s) IS DISTINCT FROM (%(fresh)s)
                ), updated AS (
                    UPDATE alumni_funnel funnel SET (%(current)s) = ROW(%(fresh)s)
                    FROM differing WHERE differing.id = funnel.id
                    RETURNING funnel.*
                )
                %(append)s
                """,
                people=list(people),
                gave=self._gave(SQL("row.partner_id"), SQL("row.date")),
                current=SQL(", ").join(map(SQL.identifier, current)),
                old=SQL(", ").join(SQL.identifier("row", name) for name in current),
                fresh=SQL(", ").join(SQL.identifier(f"new_{n}") for n in current),
                append=cube._cube_append(
                    SQL(
                        "SELECT %s FROM updated UNION ALL SELECT %s FROM differing",
                        cube._cube_columns("updated"),
                        cube._cube_columns("differing", minus=True),
                    )
                ),
            )
        )
        self.invalidate_model()
        cube.invalidate_model()

    @api.model
    def _forget(self, partners):
        """Take people who are about to be deleted, or to become one, out of the
        funnel.

        :return: ids of the events at which they were
        """
        cube = self.env[self._cube]
        rows = self.env.execute_query(
            SQL(
                """
                WITH gone AS (
                    DELETE FROM alumni_funnel WHERE partner_id = ANY(%s) RETURNING *
                ), appended AS (
                    %s
                )
                SELECT DISTINCT event_id FROM gone
                """,
                partners.ids,
                cube._cube_append(
                    SQL("SELECT %s FROM gone", cube._cube_columns("gone", minus=True))
                ),
            )
        )
        self.invalidate_model()
        cube.invalidate_model()
        return [event for (event,) in rows]

    @api.model
    def _take_periods(self, periods):
        """Give new periods the rows of the events in them."""
        # A cell has the day of its event: it moves as a whole.
        for model in (self, self.env[self._cube]):
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE %s AS dated SET period_id = period.id
                    FROM alumni_period period
                    WHERE period.id = ANY(%s)
                        AND dated.company_id = period.company_id
                        AND dated.date BETWEEN period.date_start AND period.date_end
                        AND dated.period_id IS DISTINCT FROM period.id
                    """,
                    SQL.identifier(model._table),
                    periods.ids,
                )
            )
            model.invalidate_model(["period_id"])

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
        self.env[self._cube]._compact()
