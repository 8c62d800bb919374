from odoo import api, fields, models
from odoo.tools import SQL

RULES = [
    ("first", "First touch"),
    ("last", "Last touch"),
    ("shared", "Shared"),
]
MONTHS = (12, 24, 36)
HORIZONS = [(str(months), f"{months} months") for months in MONTHS]
SILENCE = 12
"""Months without an act after which somebody who acts again is reactivated."""
PARTS = (
    "money",
    "in_kind",
    "volunteer_hours",
    "volunteer_amount",
    "hours_without_rate",
    "newly_engaged",
    "reactivated",
    "retained",
)


class AlumniReturn(models.Model):
    """What followed an action within 12, 24 and 36 months, from the people who took
    part: gifts, volunteering, engagement. It says "associated with", not "caused by":
    nobody knows what they would have given without it.

    * A **touch** is a person at an action, on the first day there: an attendance, or
      a participation that is done. An action is an event, or what a programme does
      outside its events.
    * A **return** is a later gift or volunteer act of the same person, on the day of
      the touch or after it, within the horizon. What was done for the action itself,
      such as the hours of a speaker, is its labour and not its return.
    * A gift of money or in kind that is recorded for an event or programme is a
      return of this one, whatever else its donor attended.
    * Other returns go, by the rule, to the first action that the person took part in
      within the horizon, to the last one, or in equal shares to all. So no return is
      counted twice, and all rules have the same sum over all actions.
    * People who act again after an action, within the horizon and elsewhere than at
      this event, are newly engaged (no act before it), reactivated (none in the 12
      months before) or retained. Of the actions after which a person is one of
      these, the rule takes the first, the last, or all in equal shares: each person
      counts once.

    The rows are computed in the background with the other figures; those of a
    computation that is under way are kept apart until it is finished."""

    _name = "alumni.return"
    _description = "Return of an action"
    _log_access = False

    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        ondelete="cascade",
    )
    event_id = fields.Many2one(
        comodel_name="event.event", index="btree_not_null", ondelete="cascade"
    )
    programme_id = fields.Many2one(
        comodel_name="alumni.programme",
        index="btree_not_null",
        ondelete="cascade",
        help="Only for what the programme does outside its events.",
    )
    rule = fields.Selection(selection=RULES, string="Attribution", required=True)
    horizon = fields.Selection(selection=HORIZONS, string="After", required=True)
    money = fields.Float(string="Money received", digits=0)
    in_kind = fields.Float(string="Received in kind", digits=0)
    volunteer_hours = fields.Float(string="Volunteer hours", digits=0)
    volunteer_amount = fields.Float(string="Value of volunteering", digits=0)
    hours_without_rate = fields.Float(string="Hours without rate", digits=0)
    newly_engaged = fields.Float(string="Newly engaged", digits=0)
    reactivated = fields.Float(digits=0)
    retained = fields.Float(digits=0)
    ready = fields.Boolean(
        required=True, help="The computation that this row belongs to is finished."
    )

    _place_uniq = models.UniqueIndex(
        "(ready, company_id, COALESCE(event_id, 0), COALESCE(programme_id, 0),"
        " rule, horizon)"
    )

    @api.model
    def _discard(self):
        """Forget what a computation that never ended has left."""
        self.env.cr.execute(SQL("DELETE FROM alumni_return WHERE NOT ready"))

    @api.model
    def _publish(self):
        """Show the rows that were computed instead of those of before."""
        self.env.cr.execute(SQL("DELETE FROM alumni_return WHERE ready"))
        self.env.cr.execute(SQL("UPDATE alumni_return SET ready = TRUE"))
        self.invalidate_model()

    @api.model
    def _add_people(self, first, last):
        """Add the returns of the people with an id from ``first`` to ``last``: one
        statement, however many people, acts and actions."""
        parts = SQL(", ").join(map(SQL.identifier, PARTS))
        self.env.cr.execute(
            SQL(
                """
                WITH act AS MATERIALIZED (%(acts)s),
                touch AS MATERIALIZED (%(touches)s),
                found AS (%(returns)s UNION ALL %(engagement)s)
                INSERT INTO alumni_return AS known (
                    ready, company_id, event_id, programme_id, rule, horizon, %(parts)s
                )
                SELECT FALSE, company_id, event_id, programme_id, rule, horizon,
                       %(sums)s
                FROM found
                GROUP BY company_id, event_id, programme_id, rule, horizon
                ON CONFLICT (ready, company_id, COALESCE(event_id, 0),
                             COALESCE(programme_id, 0), rule, horizon)
                DO UPDATE SET %(additions)s
                """,
                acts=self._select_acts(first, last),
                touches=self._select_touches(),
                returns=self._select_returns(),
                engagement=self._select_engagement(),
                parts=parts,
                sums=SQL(", ").join(SQL("sum(%s)", SQL.identifier(p)) for p in PARTS),
                additions=SQL(", ").join(
                    SQL("%(part)s = known.%(part)s + EXCLUDED.%(part)s", part=part)
                    for part in map(SQL.identifier, PARTS)
                ),
            )
        )

    @api.model
    def _select_acts(self, first, last):
        """The acts of some people with what each is worth. The programme stands on an
        act without an event only."""
        where = SQL("act.partner_id BETWEEN %s AND %s", first, last)
        return SQL(
            """
            SELECT act.id, act.partner_id, act.company_id, act.date, act.kind,
                   act.event_id,
                   CASE WHEN act.event_id IS NULL THEN act.programme_id END
                       AS programme_id,
                   act.kind = 'event_attendance' OR act.kind LIKE 'participation\\_%%'
                       AS presence,
                   CASE WHEN act.mode = 'philanthropic' AND act.kind <> 'gift_in_kind'
                       THEN act.amount ELSE 0 END AS money,
                   CASE WHEN act.kind = 'gift_in_kind'
                       THEN act.amount ELSE 0 END AS in_kind,
                   volunteer.hours AS volunteer_hours,
                   COALESCE(volunteer.amount, 0) AS volunteer_amount,
                   CASE WHEN volunteer.amount IS NULL
                       THEN volunteer.hours ELSE 0 END AS hours_without_rate
            FROM alumni_engagement act
            LEFT JOIN (%(volunteer)s) AS volunteer ON volunteer.id = act.id
            WHERE %(where)s
            """,
            volunteer=self.env["alumni.engagement"]._select_volunteer(where),
            where=where,
        )

    @api.model
    def _select_touches(self):
        return SQL(
            """
            SELECT partner_id, company_id, event_id, programme_id, min(date) AS date
            FROM act
            WHERE presence AND (event_id IS NOT NULL OR programme_id IS NOT NULL)
            GROUP BY partner_id, company_id, event_id, programme_id
            """
        )

    @api.model
    def _select_returns(self):
        worth = SQL("(act.money <> 0 OR act.in_kind <> 0 OR act.volunteer_hours <> 0)")
        direct = SQL(
            "(act.money + act.in_kind <> 0"
            " AND COALESCE(act.event_id, act.programme_id) IS NOT NULL)"
        )
        return SQL(
            """
            SELECT %(place)s, rule, horizon,
                   weight * money AS money, weight * in_kind AS in_kind,
                   weight * volunteer_hours AS volunteer_hours,
                   weight * volunteer_amount AS volunteer_amount,
                   weight * hours_without_rate AS hours_without_rate,
                   0 AS newly_engaged, 0 AS reactivated, 0 AS retained
            FROM (%(weighted)s) AS found
            """,
            place=SQL("company_id, event_id, programme_id"),
            weighted=self._select_weighted(
                SQL(
                    """
                    SELECT act.id AS share_of, act.company_id, touch.event_id,
                           touch.programme_id, touch.date AS touch_date,
                           act.date AS until, act.money, act.in_kind,
                           act.volunteer_hours, act.volunteer_amount,
                           act.hours_without_rate
                    FROM act
                    JOIN touch USING (partner_id, company_id)
                    WHERE %(worth)s AND NOT %(direct)s AND touch.date <= act.date
                        AND NOT (act.event_id IS NOT NULL
                            AND act.event_id IS NOT DISTINCT FROM touch.event_id)
                        AND NOT (act.programme_id IS NOT NULL
                            AND act.programme_id IS NOT DISTINCT FROM
                                touch.programme_id)
                    UNION ALL
                    SELECT act.id, act.company_id, act.event_id, act.programme_id,
                           LEAST(act.date, event.date_begin::date), act.date,
                           act.money, act.in_kind, 0, 0, 0
                    FROM act
                    LEFT JOIN event_event event ON event.id = act.event_id
                    WHERE %(direct)s
                    """,
                    worth=worth,
                    direct=direct,
                )
            ),
        )

    @api.model
    def _select_engagement(self):
        return SQL(
            """
            SELECT company_id, event_id, programme_id, rule, horizon,
                   0, 0, 0, 0, 0,
                   CASE WHEN class = 'newly_engaged' THEN weight ELSE 0 END,
                   CASE WHEN class = 'reactivated' THEN weight ELSE 0 END,
                   CASE WHEN class = 'retained' THEN weight ELSE 0 END
            FROM (%(weighted)s) AS found
            """,
            weighted=self._select_weighted(
                SQL(
                    """
                    SELECT ROW(partner_id, class) AS share_of, company_id, event_id,
                           programme_id, date AS touch_date, again AS until, class
                    FROM (
                        SELECT touch.*,
                               CASE WHEN before IS NULL THEN 'newly_engaged'
                                    WHEN before
                                        < date - %(silence)s * INTERVAL '1 month'
                                        THEN 'reactivated'
                                    ELSE 'retained' END AS class
                        FROM (
                            SELECT touch.partner_id, touch.company_id, touch.event_id,
                                   touch.programme_id, touch.date,
                                   max(act.date) FILTER (WHERE act.date < touch.date)
                                       AS before,
                                   min(act.date) FILTER (
                                       WHERE act.date > touch.date AND (
                                           touch.event_id IS NULL OR act.event_id
                                           IS DISTINCT FROM touch.event_id)) AS again
                            FROM touch
                            JOIN act USING (partner_id, company_id)
                            GROUP BY touch.partner_id, touch.company_id,
                                touch.event_id, touch.programme_id, touch.date
                        ) AS touch
                        WHERE again IS NOT NULL
                    ) AS touch
                    """,
                    silence=SILENCE,
                )
            ),
        )

    @api.model
    def _select_weighted(self, candidates: SQL):
        """Which part of each thing goes to which action, by rule and horizon.

        :param candidates: an SQL SELECT of ``share_of`` (what is shared),
            ``company_id``, ``event_id``, ``programme_id``, ``touch_date``, ``until``
            (the day on which it happened) and whatever is to be kept
        """
        return SQL(
            """
            SELECT *, CASE rule
                       WHEN 'first' THEN (from_first = 1)::int
                       WHEN 'last' THEN (from_last = 1)::int
                       ELSE 1.0 / several END::numeric AS weight
            FROM (
                SELECT candidate.*, horizon.months::varchar AS horizon,
                       row_number() OVER (place ORDER BY touch_date, event_id,
                           programme_id) AS from_first,
                       row_number() OVER (place ORDER BY touch_date DESC,
                           event_id DESC, programme_id DESC) AS from_last,
                       count(*) OVER place AS several
                FROM (%(candidates)s) AS candidate
                JOIN unnest(%(months)s) AS horizon (months)
                    ON candidate.until
                        < candidate.touch_date + horizon.months * INTERVAL '1 month'
                WINDOW place AS (
                    PARTITION BY candidate.share_of, candidate.company_id,
                        horizon.months
                )
            ) AS candidate
            CROSS JOIN unnest(%(rules)s) AS rule
            """,
            candidates=candidates,
            months=list(MONTHS),
            rules=[rule for rule, _label in RULES],
        )
