from odoo import api, models
from odoo.tools import SQL

EVENT_GIFT_DAYS = 90
"""Within how many days after an event gifts of its attendees stand beside its cost
(ROI-14)."""


class AlumniCostLine(models.Model):
    """What measures say about costs, and about what stands beside them. The costs of
    a closed period are frozen, like its figures."""

    _name = "alumni.cost.line"
    _inherit = ["alumni.cost.line", "alumni.measure.source"]
    _measure_source = "cost"
    _measure_dimensions = {"programme": "programme_id"}

    @api.model
    def _closed_condition(self, company_id: SQL, date: SQL):
        self.env["alumni.period"].flush_model(["state", "date_start", "date_end"])
        return SQL(
            "EXISTS (SELECT FROM alumni_period period WHERE period.state = 'closed'"
            " AND period.company_id = %s"
            " AND %s BETWEEN period.date_start AND period.date_end)",
            company_id,
            date,
        )

    @api.model
    def _measure_select(self, period):
        """The validated lines of a period, and with other columns the acts, the
        events and the gifts after events that cost is compared with."""
        return SQL(
            """
            SELECT line.programme_id, line.cost_amount AS cost,
                   CASE WHEN line.category = 'labour_paid'
                       THEN line.cost_amount ELSE 0 END AS cost_labour,
                   CASE WHEN programme.programme_type = 'fundraising'
                       THEN line.cost_amount END AS cost_fundraising,
                   CASE WHEN line.category = 'expense_other'
                       THEN line.cost_amount ELSE 0 END AS cost_other,
                   CASE WHEN line.event_id IS NOT NULL
                       THEN line.cost_amount ELSE 0 END AS cost_event,
                   line.volunteer_amount AS volunteer_line,
                   NULL::int AS attendee_id, NULL::numeric AS money,
                   NULL::numeric AS extended, NULL::numeric AS no_show_cost,
                   NULL::numeric AS event_gift
            FROM alumni_cost_line line
            LEFT JOIN alumni_programme programme ON programme.id = line.programme_id
            WHERE line.state = 'validated' AND line.company_id = %(company)s
                AND line.date BETWEEN %(date_start)s AND %(date_end)s
            UNION ALL
            SELECT act.programme_id, NULL, NULL, NULL, NULL, NULL, NULL,
                   CASE WHEN act.presence THEN act.partner_id END,
                   act.money, act.money + act.in_kind + act.volunteer_amount,
                   NULL, NULL
            FROM (%(contributions)s) AS act
            UNION ALL
            SELECT action.programme_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                   NULL, NULL, %(no_show_cost)s, NULL
            FROM (%(events)s) AS action
            WHERE action.company_id = %(company)s
                AND action.date BETWEEN %(date_start)s AND %(date_end)s
            UNION ALL
            SELECT programme_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                   NULL, amount
            FROM (
                SELECT DISTINCT ON (gift.id) touch.programme_id, gift.amount
                FROM alumni_engagement touch
                JOIN alumni_engagement gift
                    ON gift.partner_id = touch.partner_id
                    AND gift.company_id = touch.company_id
                    AND gift.mode = 'philanthropic' AND gift.kind <> 'gift_in_kind'
                    AND gift.date BETWEEN touch.date AND touch.date + %(days)s
                WHERE touch.period_id = %(period)s AND touch.kind = 'event_attendance'
                ORDER BY gift.id, touch.date DESC, touch.id
            ) AS gift
            """,
            company=period.company_id.id,
            date_start=period.date_start,
            date_end=period.date_end,
            period=period.id,
            days=EVENT_GIFT_DAYS,
            contributions=self.env["alumni.engagement"]._select_contributions(period),
            no_show_cost=self.env["alumni.action.report"]._no_show_cost(),
            events=self.env["alumni.action.report"]._select_events(),
        )

    @api.model
    def _measure_columns(self):
        # Without a cost line nobody knows what a period or programme cost: that is
        # not 0.
        def known(amount):
            return SQL("CASE WHEN COUNT(cost) > 0 THEN %s END", amount)

        return {
            "cost": SQL("SUM(cost)"),
            "cost_thousand": SQL("SUM(cost) / 1000"),
            "cost_net": SQL("SUM(cost) - SUM(cost_other)"),
            "cost_labour": known(SQL("SUM(cost_labour)")),
            "cost_fundraising": SQL("SUM(cost_fundraising)"),
            "gain_fundraising": SQL(
                "CASE WHEN COUNT(cost_fundraising) > 0"
                " THEN COALESCE(SUM(money), 0) - SUM(cost_fundraising) END"
            ),
            "cost_event": SQL("NULLIF(SUM(cost_event), 0)"),
            "no_show_cost": known(SQL("SUM(no_show_cost)")),
            "attendees": known(SQL("COUNT(DISTINCT attendee_id)")),
            "attendances": known(SQL("COUNT(attendee_id)")),
            "gain_cash": known(SQL("COALESCE(SUM(money), 0) - SUM(cost)")),
            "gain_extended": known(
                SQL("COALESCE(SUM(extended), 0) + SUM(volunteer_line) - SUM(cost)")
            ),
            "gain_event": SQL(
                "CASE WHEN SUM(cost_event) > 0"
                " THEN COALESCE(SUM(event_gift), 0) - SUM(cost_event) END"
            ),
        }

    def _measure_domain(self, column, period):
        domain = [
            ("state", "=", "validated"),
            ("company_id", "=", period.company_id.id),
            ("date", ">=", period.date_start),
            ("date", "<=", period.date_end),
        ]
        if column in ("cost_event", "gain_event", "no_show_cost"):
            domain.append(("event_id", "!=", False))
        if column == "cost_labour":
            domain.append(("category", "=", "labour_paid"))
        if column in ("cost_fundraising", "gain_fundraising"):
            domain.append(("programme_id.programme_type", "=", "fundraising"))
        return domain
