from odoo import api, fields, models
from odoo.tools import SQL

from .alumni_answer_report import AlumniAnswerReport

RATIOS = {
    "cost_per_participant": "participants",
    "cost_per_engaged": "engaged",
    "cost_per_no_show": "no_shows",
}
"""What the cost is divided by. Of several actions it is the sum of the costs over the
sum of the people, never a mean of quotients."""

MEANS = {"satisfaction": "ratings", "impact": "impact_answers"}
"""On how many answers each mean rests: of several actions every answer weighs the
same."""


class AlumniActionReport(models.Model):
    """What each action cost and whom it reached. An action is an event, or what a
    programme does outside its events.

    What people said about it stands beside: satisfaction and impact, each with its
    number of answers.

    The cost is the validated expenses, by who paid them, and paid labour. The value
    of volunteer labour stands beside it. People are counted once per action: somebody
    who came to two events is two participants of both together."""

    _name = "alumni.action.report"
    _description = "Cost of an action"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "event_id"
    _depends = {
        **AlumniAnswerReport._depends,
        "alumni.cost.line": [
            "state",
            "category",
            "amount_company",
            "event_id",
            "programme_id",
        ],
        "event.event": [
            "programme_id",
            "company_id",
            "date_begin",
            "date_end",
            "alumni_target_attendance",
            *AlumniAnswerReport._depends["event.event"],
        ],
        "event.registration": ["event_id", "attendee_id", "state", "active"],
        "alumni.participation": [
            "event_id",
            "programme_id",
            "partner_id",
            "state",
            "hours_value",
        ],
        "alumni.programme": ["company_id", "date_start"],
    }

    event_id = fields.Many2one(
        comodel_name="event.event",
        readonly=True,
        help="Empty for what a programme does outside its events.",
    )
    programme_id = fields.Many2one(comodel_name="alumni.programme", readonly=True)
    company_id = fields.Many2one(
        comodel_name="res.company", string="Institution", readonly=True
    )
    currency_id = fields.Many2one(comodel_name="res.currency", readonly=True)
    date = fields.Date(
        readonly=True, help="The day of the event; the first day of the programme."
    )
    expense_university = fields.Monetary(
        string="Expenses paid by the university", readonly=True
    )
    expense_other = fields.Monetary(string="Expenses paid by others", readonly=True)
    labour_paid = fields.Monetary(string="Paid labour", readonly=True)
    cost = fields.Monetary(readonly=True, help="Expenses and paid labour.")
    labour_volunteer = fields.Monetary(
        string="Volunteer labour",
        readonly=True,
        help="Cost lines and the validated hours of participations; beside the cost, "
        "not in it.",
    )
    registered = fields.Integer(
        readonly=True, help="People with a registration that is not cancelled."
    )
    participants = fields.Integer(
        readonly=True, help="People who came, or whose participation is done."
    )
    no_shows = fields.Integer(
        string="No-shows",
        readonly=True,
        help="Registered, the event is over, and they did not come.",
    )
    engaged = fields.Integer(
        readonly=True,
        help="Contactable alumni with at least one act at this action: attendance, "
        "role, gift, answer.",
    )
    expected_attendance = fields.Integer(
        string="Expected attendance",
        readonly=True,
        help="How many people were to come to the event.",
    )
    has_target = fields.Integer(
        string="Events with a target",
        readonly=True,
        help="Events that say how many people should come.",
    )
    target_met = fields.Integer(
        string="Targets met",
        readonly=True,
        help="Events to which as many people came as were expected.",
    )
    ratings = fields.Integer(
        string="Ratings of satisfaction",
        readonly=True,
        help="Answers on a scale from 1 to 5 on which the satisfaction rests.",
    )
    satisfaction = fields.Float(
        string="Satisfaction (1-5)", readonly=True, aggregator="avg"
    )
    impact_answers = fields.Integer(
        string="Answers on impact",
        readonly=True,
        help="Answers to questions about learning, giving, leadership, networking or "
        "promotion, those in words aside.",
    )
    impact = fields.Float(
        string="Impact, share favourable (%)",
        readonly=True,
        aggregator="avg",
        help="Of the answers on impact: yes; 4 or 5 of 5; a feeling above neutral.",
    )
    no_show_cost = fields.Monetary(
        string="Cost of no-shows",
        readonly=True,
        help="Expenses per registered person, times the no-shows.",
    )
    cost_per_participant = fields.Monetary(string="Cost per participant", readonly=True)
    cost_per_engaged = fields.Monetary(string="Cost per engaged alumnus", readonly=True)
    cost_per_no_show = fields.Monetary(string="Cost per no-show", readonly=True)

    @api.depends("event_id.display_name", "programme_id.display_name")
    def _compute_display_name(self):
        for action in self:
            action.display_name = (action.event_id or action.programme_id).display_name

    @property
    def _table_query(self):
        return self._select_actions()

    @api.model
    def _select_actions(self):
        """One row per action, with the columns of this model."""
        return SQL(
            """
            SELECT action.*,
                   %(no_show_cost)s AS no_show_cost, %(ratios)s,
                   said.satisfaction, said.impact,
                   COALESCE(said.ratings, 0) AS ratings,
                   COALESCE(said.impact_answers, 0) AS impact_answers
            FROM (%(events)s UNION ALL %(programmes)s) AS action
            LEFT JOIN (%(answers)s) AS said
                ON said.id = action.id AND said.company_id = action.company_id
            """,
            no_show_cost=self._no_show_cost(),
            ratios=SQL(", ").join(
                SQL(
                    "action.cost / NULLIF(action.%s, 0) AS %s",
                    SQL.identifier(people),
                    SQL.identifier(ratio),
                )
                for ratio, people in RATIOS.items()
            ),
            events=self._select_events(),
            programmes=self._select_programmes(),
            answers=self._select_said(),
        )

    @api.model
    def _no_show_cost(self):
        """What was spent on those who did not come (CST-08), from the columns of
        ``action``, an event."""
        return SQL(
            "(action.expense_university + action.expense_other)"
            " * action.no_shows / NULLIF(action.registered, 0)"
        )

    @api.model
    def _select_said(self):
        """What people said about each event, and about each programme outside its
        events, with the ``id`` of the action."""
        return SQL(
            """
            SELECT COALESCE(event_id * 2, programme_id * 2 + 1) AS id, company_id,
                   count(rating) FILTER (WHERE measure = 'satisfaction') AS ratings,
                   avg(rating) FILTER (WHERE measure = 'satisfaction') AS satisfaction,
                   count(favourable) FILTER (WHERE measure = 'impact')
                       AS impact_answers,
                   avg(favourable) FILTER (WHERE measure = 'impact') AS impact
            FROM (%s) AS answer
            WHERE (event_id IS NOT NULL OR programme_id IS NOT NULL)
                AND (measure = 'satisfaction' AND kind = 'quantitative'
                     OR measure = 'impact')
            GROUP BY 1, 2
            """,
            self.env["alumni.answer.report"]._select_answers(),
        )

    @api.model
    def _select_events(self):
        own = SQL("event_id = event.id")
        # An event of no institution belongs to the one that is looked at.
        company = SQL("COALESCE(event.company_id, %s)", self.env.company.id)
        return SQL(
            """
            SELECT event.id * 2 AS id, event.id AS event_id, event.programme_id,
                   company.id AS company_id, company.currency_id,
                   (event.date_begin AT TIME ZONE 'UTC'
                       AT TIME ZONE COALESCE(event.date_tz, 'UTC'))::date AS date,
                   cost.*, person.registered, person.participants,
                   CASE WHEN event.date_end < now() AT TIME ZONE 'UTC'
                       THEN person.no_shows ELSE 0 END AS no_shows,
                   engaged.engaged,
                   event.alumni_target_attendance AS expected_attendance,
                   (event.alumni_target_attendance > 0)::int AS has_target,
                   (event.alumni_target_attendance > 0 AND
                       person.attended >= event.alumni_target_attendance)::int
                       AS target_met
            FROM event_event event
            JOIN res_company company ON company.id = %(company)s
            CROSS JOIN LATERAL (%(costs)s) AS cost
            CROSS JOIN LATERAL (%(people)s) AS person
            CROSS JOIN LATERAL (%(engaged)s) AS engaged
            """,
            company=company,
            costs=self._select_costs(own),
            people=SQL(
                """
                SELECT count(*) FILTER (WHERE registered) AS registered,
                       count(*) FILTER (WHERE came) AS participants,
                       count(*) FILTER (WHERE registered AND NOT came) AS no_shows,
                       count(*) FILTER (WHERE attended) AS attended
                FROM (
                    SELECT bool_or(came) AS came, bool_or(registered) AS registered,
                           bool_or(came AND registered) AS attended
                    FROM (
                        SELECT COALESCE(attendee_id, -id) AS person,
                               state = 'done' AS came, TRUE AS registered
                        FROM event_registration
                        WHERE %(own)s AND active AND state IN ('open', 'done')
                        UNION ALL
                        SELECT partner_id, TRUE, FALSE FROM alumni_participation
                        WHERE %(own)s AND state = 'done'
                    ) AS presence
                    GROUP BY person
                ) AS person
                """,
                own=own,
            ),
            engaged=self._select_engaged(own),
        )

    @api.model
    def _select_programmes(self):
        own = SQL("programme_id = programme.id AND event_id IS NULL")
        return SQL(
            """
            SELECT programme.id * 2 + 1, NULL, programme.id,
                   company.id, company.currency_id, programme.date_start,
                   cost.*, 0, person.participants, 0, engaged.engaged, 0, 0, 0
            FROM alumni_programme programme
            JOIN res_company company ON company.id = programme.company_id
            CROSS JOIN LATERAL (%(costs)s) AS cost
            CROSS JOIN LATERAL (
                SELECT count(DISTINCT partner_id) AS participants
                FROM alumni_participation WHERE %(own)s AND state = 'done'
            ) AS person
            CROSS JOIN LATERAL (%(engaged)s) AS engaged
            """,
            costs=self._select_costs(own),
            engaged=self._select_engaged(own),
            own=own,
        )

    @api.model
    def _select_costs(self, own: SQL):
        sums = {
            category: SQL(
                "COALESCE(sum(amount_company) FILTER (WHERE category = %s), 0)",
                category,
            )
            for category in (
                "expense_university",
                "expense_other",
                "labour_paid",
                "labour_volunteer",
            )
        } | {"cost": SQL("COALESCE(sum(cost_amount), 0)")}
        sums["labour_volunteer"] = SQL(
            "%s + (SELECT COALESCE(sum(hours_value), 0) FROM alumni_participation"
            " WHERE %s AND company_id = company.id)",
            sums["labour_volunteer"],
            own,
        )
        return SQL(
            "SELECT %s FROM alumni_cost_line WHERE %s AND state = 'validated'"
            " AND company_id = company.id",
            SQL(", ").join(
                SQL("%s AS %s", amount, SQL.identifier(name))
                for name, amount in sums.items()
            ),
            own,
        )

    @api.model
    def _select_engaged(self, own: SQL):
        return SQL(
            """
            SELECT count(DISTINCT act.partner_id) AS engaged
            FROM alumni_engagement act
            JOIN alumni_person_year person
                ON person.partner_id = act.partner_id
                AND person.period_id = act.period_id
            WHERE %s AND act.company_id = company.id AND person.contactable = 1
            """,
            own,
        )

    def _read_group_select(self, aggregate_spec, query):
        name, _colon, function = aggregate_spec.partition(":")
        if function == "avg" and name in MEANS:
            count = self._field_to_sql(self._table, MEANS[name], query)
            return SQL(
                "SUM(%s * %s) / NULLIF(SUM(%s), 0)",
                self._field_to_sql(self._table, name, query),
                count,
                count,
            )
        if function != "sum" or name != "cost" and name not in RATIOS:
            return super()._read_group_select(aggregate_spec, query)
        # Without a validated cost nobody knows what was spent: that is not 0.
        cost = SQL("NULLIF(SUM(%s), 0)", self._field_to_sql(self._table, "cost", query))
        if name == "cost":
            return cost
        return SQL(
            "%s / NULLIF(SUM(%s), 0)",
            cost,
            self._field_to_sql(self._table, RATIOS[name], query),
        )

    @api.readonly
    def action_open_costs(self):
        """The cost lines behind the figures."""
        self.ensure_one()
        record = self.event_id or self.programme_id
        action = (
            record.action_alumni_costs()
            if self.event_id
            else record.action_view_costs()
        )
        return {**action, "domain": self._lines_domain()}

    def _lines_domain(self):
        domain = [("state", "=", "validated")]
        if self.event_id:
            return [*domain, ("event_id", "=", self.event_id.id)]
        return [
            *domain,
            ("programme_id", "=", self.programme_id.id),
            ("event_id", "=", False),
        ]
