from odoo import fields, models
from odoo.tools import SQL

from .alumni_return import HORIZONS, PARTS, RULES

RETURNS = {"cash_return": "money", "extended_return": "extended"}
"""What is compared with the cost, in percent of it. Of several actions it is the sum
against the sum of the costs, never a mean of percentages."""


class AlumniReturnReport(models.Model):
    """What is associated with each action after 12, 24 and 36 months, by each rule of
    attribution, beside its cost. One row per action, rule and horizon: rows of
    several rules or horizons are never added up.

    Cash return = (money - cost) / cost. Extended return = (money + in kind + value of
    later volunteering - cost) / cost. Both always stand side by side."""

    _name = "alumni.return.report"
    _description = "Return of an action"
    _inherit = "alumni.action.report"
    _auto = False
    _order = "date desc, id desc"

    rule = fields.Selection(selection=RULES, string="Attribution", readonly=True)
    horizon = fields.Selection(selection=HORIZONS, string="After", readonly=True)
    passed = fields.Boolean(
        string="Time has passed",
        readonly=True,
        help="The months since the action are over: the figure grows no longer. "
        "What a programme does outside its events goes on.",
    )
    money = fields.Monetary(string="Money received", readonly=True)
    in_kind = fields.Monetary(string="Received in kind", readonly=True)
    volunteer_hours = fields.Float(string="Volunteer hours", readonly=True)
    volunteer_amount = fields.Monetary(
        string="Value of volunteering",
        readonly=True,
        help="Later hours of volunteers at the rate of their day.",
    )
    hours_without_rate = fields.Float(
        string="Hours without rate",
        readonly=True,
        help="Volunteer hours that no hourly rate holds for.",
    )
    extended = fields.Monetary(
        string="Extended contribution",
        readonly=True,
        help="Money, in kind and value of volunteering.",
    )
    money_low = fields.Monetary(
        string="Money, lowest rule",
        readonly=True,
        help="By the rule that gives this action least.",
    )
    money_high = fields.Monetary(
        string="Money, highest rule",
        readonly=True,
        help="By the rule that gives this action most.",
    )
    extended_low = fields.Monetary(string="Contribution, lowest rule", readonly=True)
    extended_high = fields.Monetary(string="Contribution, highest rule", readonly=True)
    cash_return = fields.Float(
        string="Cash return (%)",
        digits=(16, 1),
        readonly=True,
        help="(money received - cost) / cost. Associated with the action, not caused "
        "by it.",
    )
    extended_return = fields.Float(
        string="Extended return (%)",
        digits=(16, 1),
        readonly=True,
        help="(money, in kind and value of volunteering - cost) / cost. Associated "
        "with the action, not caused by it.",
    )
    newly_engaged = fields.Float(
        string="Newly engaged",
        digits=(16, 1),
        readonly=True,
        help="People whose first act was at the action and who acted again.",
    )
    reactivated = fields.Float(
        digits=(16, 1),
        readonly=True,
        help="People without an act in the 12 months before, who acted again after.",
    )
    retained = fields.Float(
        digits=(16, 1),
        readonly=True,
        help="People with an act in the 12 months before, who acted again after.",
    )

    @property
    def _table_query(self):
        Action = self.env["alumni.action.report"]
        columns = [
            name
            for name, field in Action._fields.items()
            if field.store and name != "id"
        ]
        places = [(rule, months) for rule, _ in RULES for months, _ in HORIZONS]
        return SQL(
            """
            SELECT *, %(spans)s,
                   100 * (money - cost) / NULLIF(cost, 0) AS cash_return,
                   100 * (extended - cost) / NULLIF(cost, 0) AS extended_return
            FROM (
                SELECT *, money + in_kind + volunteer_amount AS extended
                FROM (
                    SELECT action.id * %(several)s + place.number AS id, %(columns)s,
                           place.rule, place.horizon,
                           action.event_id IS NOT NULL AND action.date
                               + place.horizon::int * INTERVAL '1 month' <= now()
                               AS passed,
                           %(parts)s
                    FROM (%(actions)s) AS action
                    CROSS JOIN (VALUES %(places)s) AS place (number, rule, horizon)
                    LEFT JOIN alumni_return found
                        ON found.ready AND found.company_id = action.company_id
                        AND found.rule = place.rule
                        AND found.horizon = place.horizon
                        AND CASE WHEN action.event_id IS NULL
                            THEN found.event_id IS NULL
                                AND found.programme_id = action.programme_id
                            ELSE found.event_id = action.event_id END
                ) AS part
            ) AS part
            WINDOW span AS (PARTITION BY company_id, event_id, programme_id, horizon)
            """,
            actions=Action._select_actions(),
            columns=SQL(", ").join(SQL.identifier("action", c) for c in columns),
            parts=SQL(", ").join(
                SQL(
                    "COALESCE(%s, 0) AS %s",
                    SQL.identifier("found", p),
                    SQL.identifier(p),
                )
                for p in PARTS
            ),
            several=len(places),
            places=SQL(", ").join(
                SQL("(%s, %s, %s)", number, rule, months)
                for number, (rule, months) in enumerate(places)
            ),
            spans=SQL(", ").join(
                SQL(
                    "min(%(name)s) OVER span AS %(low)s,"
                    " max(%(name)s) OVER span AS %(high)s",
                    name=SQL.identifier(name),
                    low=SQL.identifier(f"{name}_low"),
                    high=SQL.identifier(f"{name}_high"),
                )
                for name in ("money", "extended")
            ),
        )

    def _read_group_select(self, aggregate_spec, query):
        name, _colon, function = aggregate_spec.partition(":")
        if function != "sum":
            return super()._read_group_select(aggregate_spec, query)

        def column(name):
            return self._field_to_sql(self._table, name, query)

        if name in RETURNS:
            value = SQL(
                "100 * (SUM(%(gain)s) - SUM(%(cost)s)) / NULLIF(SUM(%(cost)s), 0)",
                gain=column(RETURNS[name]),
                cost=column("cost"),
            )
        else:
            value = super()._read_group_select(aggregate_spec, query)
        # Every rule and horizon tells of the same actions again.
        return SQL(
            "CASE WHEN MIN(%(rule)s) = MAX(%(rule)s)"
            " AND MIN(%(horizon)s) = MAX(%(horizon)s) THEN %(value)s END",
            rule=column("rule"),
            horizon=column("horizon"),
            value=value,
        )

    def action_compute(self):
        """Button above the list: compute the returns now, in the background."""
        self.check_access("read")
        return self.env["alumni.return.run"]._request()._action_open()
