from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.alumni_relations.models.giving.alumni_gift_type import (
    ENGAGEMENT_MODES,
)

from ..engagement.alumni_person_year import MANY, VALUES

KINDS = [
    ("act_added", "Late act"),
    ("act_removed", "Act taken out"),
    ("act_changed", "Act changed"),
    ("funnel", "Invitation, registration or answer"),
    ("person_added", "Alumnus known since"),
    ("person_removed", "No longer an alumnus, or archived"),
    ("merged", "Merged with another person"),
    ("died", "Known since to have died"),
    ("person_changed", "Degree or school changed"),
    ("undone", "As it was closed again"),
    ("erased", "Person erased"),
]

PERSON_KINDS = (
    "person_added",
    "person_removed",
    "merged",
    "died",
    "person_changed",
    "undone",
)

ASKED = (
    "invited",
    "delivered",
    "answered",
    "answered_no",
    "answered_maybe",
    "accepted",
    "registered",
    "cancelled",
    "surveyed",
)
"""Steps of the funnel of an event whose later changes are listed. Who came is an act;
who gives afterwards is expected to do so later."""

_STATE = SQL("ROW(living, school_id, degree_level, award_year)::text")
"""What a person-year says of the past. Where somebody lives or can be reached is that
of the day of the closing, and its later changes are none of the past."""


class AlumniClosingChange(models.Model):
    """What has changed in the records of a period since it was closed: a late gift,
    an act that was deleted, a death that became known, merged or erased people. The
    figures of the period stay as they are; this list says what they do not contain,
    and what reopening the period would bring.

    Nobody writes here. The statements that bring acts up to date note what they find
    in closed periods; so does one statement per transaction about people."""

    _name = "alumni.closing.change"
    _description = "Change since the closing of a period"
    _order = "id desc"
    _log_access = False
    _rec_name = "kind"

    period_id = fields.Many2one(
        comodel_name="alumni.period", required=True, readonly=True, ondelete="cascade"
    )
    closing_id = fields.Many2one(
        comodel_name="alumni.closing", readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    date = fields.Datetime(string="Noted on", required=True, readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users", string="By", readonly=True, ondelete="set null"
    )
    kind = fields.Selection(selection=KINDS, required=True, readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        readonly=True,
        ondelete="set null",
        help="Empty when the person has been erased.",
    )
    res_model = fields.Char(string="Source", readonly=True)
    res_id = fields.Many2oneReference(
        string="Source record", model_field="res_model", readonly=True
    )
    mode = fields.Selection(selection=ENGAGEMENT_MODES, readonly=True)
    act_date = fields.Date(string="Date of the act", readonly=True)
    acts = fields.Integer(readonly=True, help="Acts more (or less) than closed.")
    hours = fields.Float(digits=(16, 2), readonly=True)
    amount = fields.Monetary(readonly=True, help="In the institution's currency.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    person_state = fields.Char(
        readonly=True,
        help="What the records said of the person, so that a change is noted once.",
    )

    _period_idx = models.Index("(period_id)")
    _person_idx = models.Index("(partner_id, period_id)")

    # noting

    @api.model
    def _insert_acts(self, source):
        """An SQL INSERT that notes which acts of closed periods went, came or changed.
        It is a part of the statement that refreshes the acts of a source, and reads
        the old and the new act in its ``differing``."""
        return SQL(
            """
            INSERT INTO alumni_closing_change (
                period_id, closing_id, company_id, date, user_id, kind, partner_id,
                res_model, res_id, mode, act_date, acts, hours, amount)
            SELECT period.id, closing.id, period.company_id,
                   now() AT TIME ZONE 'UTC', %(user)s,
                   CASE SUM(delta.acts) WHEN 1 THEN 'act_added'
                       WHEN -1 THEN 'act_removed' ELSE 'act_changed' END,
                   (array_agg(delta.partner_id ORDER BY delta.acts DESC))[1],
                   %(source)s, delta.res_id,
                   (array_agg(delta.mode ORDER BY delta.acts DESC))[1],
                   (array_agg(delta.date ORDER BY delta.acts DESC))[1],
                   SUM(delta.acts), SUM(delta.hours), SUM(delta.amount)
            FROM (
                SELECT id AS place, -1 AS acts,
                       old_period_id AS period_id, old_partner_id AS partner_id,
                       old_res_id AS res_id, old_mode AS mode, old_date AS date,
                       -COALESCE(old_hours, 0) AS hours,
                       -COALESCE(old_amount, 0) AS amount
                FROM differing WHERE id IS NOT NULL
                UNION ALL
                SELECT COALESCE(id, -row_number() OVER ()), 1, period_id,
                       partner_id, res_id, mode, date, COALESCE(hours, 0),
                       COALESCE(amount, 0)
                FROM differing WHERE res_id IS NOT NULL
            ) AS delta
            JOIN alumni_period period
                ON period.id = delta.period_id AND period.state = 'closed'
            LEFT JOIN alumni_closing closing
                ON closing.period_id = period.id AND closing.reopened_date IS NULL
            GROUP BY period.id, closing.id, delta.place, delta.res_id
            """,
            user=self.env.uid,
            source=source,
        )

    @api.model
    def _insert_funnel(self):
        """An SQL INSERT that notes whose invitation, registration or answer about an
        event of a closed period has changed: part of the statement that refreshes the
        funnel, whose ``differing`` it reads."""
        return SQL(
            """
            INSERT INTO alumni_closing_change (
                period_id, closing_id, company_id, date, user_id, kind, partner_id,
                res_model, res_id, act_date, acts, hours, amount)
            SELECT period.id, closing.id, period.company_id,
                   now() AT TIME ZONE 'UTC', %(user)s, 'funnel', pair.partner_id,
                   'event.event', pair.event_id, pair.date, 0, 0, 0
            FROM (
                SELECT partner_id, event_id, date, period_id FROM differing
                WHERE event_id IS NOT NULL AND (%(fresh)s) IS DISTINCT FROM (%(old)s)
                UNION ALL
                SELECT old_partner_id, old_event_id, old_date, old_period_id
                FROM differing WHERE event_id IS NULL
            ) AS pair
            JOIN alumni_period period
                ON period.id = pair.period_id AND period.state = 'closed'
            LEFT JOIN alumni_closing closing
                ON closing.period_id = period.id AND closing.reopened_date IS NULL
            """,
            user=self.env.uid,
            fresh=SQL(", ").join(map(SQL.identifier, ASKED)),
            old=SQL(", ").join(SQL.identifier(f"old_{step}") for step in ASKED),
        )

    @api.model
    def _log_people(self, people):
        """Note for whom closed periods would say something else of the past than
        they do: each difference once, and once more when it is gone.

        :param people: ids of people about whom something has changed
        """
        years = self.env["alumni.person.year"]
        closed = self.env["alumni.period"].sudo().search([("state", "=", "closed")])
        if not people or not closed:
            return
        years._execute(
            SQL(
                """
                WITH touched AS MATERIALIZED (
                    SELECT person.id AS partner_id, period.id AS period_id,
                           period.company_id, period.date_start, period.date_end,
                           LEAST(period.date_end, CURRENT_DATE) AS today
                    FROM unnest(%(people)s::int[]) AS person (id)
                    CROSS JOIN alumni_period period WHERE period.state = 'closed'
                ), fresh AS MATERIALIZED (
                    SELECT partner_id, period_id, living, %(state)s AS state
                    FROM (%(fresh)s) AS fresh (
                        partner_id, period_id, company_id, %(values)s)
                ), frozen AS MATERIALIZED (
                    SELECT partner_id, period_id, COUNT(*) AS rows,
                           MAX(living) AS living,
                           string_agg(%(state)s, ';' ORDER BY id) AS state
                    FROM alumni_person_year person_year
                    JOIN touched USING (partner_id, period_id)
                    GROUP BY partner_id, period_id
                ), noted AS (
                    SELECT DISTINCT ON (change.partner_id, change.period_id)
                           change.partner_id, change.period_id, change.person_state,
                           change.kind = 'undone' AS undone
                    FROM alumni_closing_change change
                    JOIN alumni_closing closing ON closing.id = change.closing_id
                        AND closing.reopened_date IS NULL
                    JOIN touched ON touched.partner_id = change.partner_id
                        AND touched.period_id = change.period_id
                    WHERE change.kind IN %(kinds)s
                    ORDER BY change.partner_id, change.period_id, change.id DESC
                ), compared AS (
                    SELECT partner_id, period_id, frozen.rows,
                           frozen.living AS frozen_living, fresh.living,
                           COALESCE(frozen.state, '') AS frozen_state,
                           COALESCE(fresh.state, '') AS state
                    FROM touched
                    LEFT JOIN frozen USING (partner_id, period_id)
                    LEFT JOIN fresh USING (partner_id, period_id)
                )
                INSERT INTO alumni_closing_change (
                    period_id, closing_id, company_id, date, user_id, kind, partner_id,
                    acts, hours, amount, person_state)
                SELECT period.id, closing.id, period.company_id,
                       now() AT TIME ZONE 'UTC', %(user)s,
                       CASE WHEN compared.state = compared.frozen_state THEN 'undone'
                           WHEN compared.rows IS NULL THEN 'person_added'
                           WHEN compared.state = '' THEN 'person_removed'
                           WHEN compared.rows > 1 THEN 'merged'
                           WHEN compared.living < compared.frozen_living THEN 'died'
                           ELSE 'person_changed' END,
                       compared.partner_id, 0, 0, 0, compared.state
                FROM compared
                JOIN alumni_period period ON period.id = compared.period_id
                JOIN res_partner person ON person.id = compared.partner_id
                LEFT JOIN alumni_closing closing
                    ON closing.period_id = period.id AND closing.reopened_date IS NULL
                LEFT JOIN noted ON noted.partner_id = compared.partner_id
                    AND noted.period_id = compared.period_id
                -- A merge changes what is frozen of a person: the same state can be as
                -- closed before and not after.
                WHERE (compared.state, compared.state = compared.frozen_state)
                    IS DISTINCT FROM (
                        COALESCE(noted.person_state, compared.frozen_state),
                        COALESCE(noted.undone, TRUE))
                """,
                people=sorted(people),
                state=_STATE,
                fresh=years._select_fresh(None),
                values=SQL(", ").join(map(SQL.identifier, VALUES)),
                kinds=PERSON_KINDS,
                user=self.env.uid,
            ),
            len(people) * len(closed) > MANY,
        )
        self.invalidate_model()

    @api.model
    def _log_erased(self, partners):
        """Note that closed periods count people who are about to be erased. Nothing
        is kept that tells who they were, only the acts that go with them. Those that
        came or went since the closing have a line of their own already."""
        # Acts follow the records whoever erases.
        self.env["alumni.engagement"].sudo()._refresh_pending()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO alumni_closing_change (
                    period_id, closing_id, company_id, date, user_id, kind, acts,
                    hours, amount)
                SELECT period.id, closing.id, period.company_id,
                       now() AT TIME ZONE 'UTC', %(user)s, 'erased',
                       -SUM(gone.acts), -SUM(gone.hours), -SUM(gone.amount)
                FROM (
                    SELECT partner_id, period_id, 0 AS acts, 0 AS hours, 0 AS amount
                    FROM alumni_person_year WHERE partner_id = ANY(%(people)s)
                    UNION ALL
                    SELECT partner_id, period_id, 1, COALESCE(hours, 0),
                           COALESCE(amount, 0)
                    FROM alumni_engagement WHERE partner_id = ANY(%(people)s)
                ) AS gone
                JOIN alumni_period period
                    ON period.id = gone.period_id AND period.state = 'closed'
                LEFT JOIN alumni_closing closing
                    ON closing.period_id = period.id AND closing.reopened_date IS NULL
                GROUP BY period.id, closing.id, gone.partner_id
                """,
                user=self.env.uid,
                people=partners.ids,
            )
        )
        self.invalidate_model()

    # opening

    def action_open_record(self):
        """The record that has changed, or the person."""
        self.ensure_one()
        record = self.partner_id
        if self.res_model:
            record = self.env[self.res_model].browse(self.res_id)
        if not record.exists():
            raise UserError(self.env._("The record is no longer there."))
        if not record.has_access("read"):
            raise UserError(
                self.env._(
                    "You do not have access to the record behind this change. "
                    "Ask an alumni officer to look at it."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }
