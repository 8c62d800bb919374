from odoo import api, models
from odoo.tools import SQL


class AlumniEngagement(models.Model):
    """What acts are worth: money, gifts in kind, the hours of volunteers."""

    _name = "alumni.engagement"
    _inherit = ["alumni.engagement", "alumni.measure.source"]
    _measure_source = "contribution"
    _measure_dimensions = {"programme": "programme_id"}

    @api.model
    def _measure_select(self, period):
        """The acts of a period with what they are worth, and the labour of
        volunteers that cost lines hold without names."""
        return SQL(
            """
            SELECT programme_id, money, in_kind, volunteer_amount FROM (%s) AS act
            UNION ALL
            SELECT programme_id, 0, 0, volunteer_amount FROM alumni_cost_line
            WHERE state = 'validated' AND company_id = %s AND date BETWEEN %s AND %s
            """,
            self._select_contributions(period),
            period.company_id.id,
            period.date_start,
            period.date_end,
        )

    @api.model
    def _measure_columns(self):
        return {
            "money": SQL("SUM(money)"),
            "in_kind": SQL("SUM(in_kind)"),
            "volunteer_amount": SQL("SUM(volunteer_amount)"),
            "contribution": SQL("SUM(money + in_kind + volunteer_amount)"),
        }

    def _measure_domain(self, column, period):
        kinds = {
            "money": [
                ("mode", "=", "philanthropic"),
                ("kind", "!=", "gift_in_kind"),
            ],
            "in_kind": [("kind", "=", "gift_in_kind")],
            "volunteer_amount": [("mode", "=", "volunteer"), ("hours", ">", 0)],
            "contribution": [("mode", "in", ("philanthropic", "volunteer"))],
        }
        return [("period_id", "=", period.id), *kinds[column]]

    @api.model
    def _select_contributions(self, period):
        """The acts of a period: person, programme, whether the person was present
        at an event or programme, and what the act is worth."""
        where = SQL("act.period_id = %s", period.id)
        return SQL(
            """
            SELECT act.partner_id, act.programme_id,
                   act.kind = 'event_attendance' OR act.kind LIKE 'participation\\_%%'
                       AS presence,
                   CASE WHEN act.mode = 'philanthropic' AND act.kind <> 'gift_in_kind'
                       THEN act.amount ELSE 0 END AS money,
                   CASE WHEN act.kind = 'gift_in_kind'
                       THEN act.amount ELSE 0 END AS in_kind,
                   COALESCE(volunteer.amount, 0) AS volunteer_amount
            FROM alumni_engagement act
            LEFT JOIN (%s) AS volunteer ON volunteer.id = act.id
            WHERE %s
            """,
            self._select_volunteer(where),
            where,
        )

    @api.model
    def _select_volunteer(self, where: SQL):
        """The hours of volunteer acts and their value in the institution's currency:
        an SQL SELECT of ``id, hours, amount``; the amount is empty when no rate
        holds. The hours of participations have the value that was fixed when they
        were validated. Gifts of time and skill are valued as the role of a volunteer,
        on the day of the act in the person's country (the institution's when it is
        not known).

        :param where: a condition on ``alumni_engagement act``
        """
        Rate = self.env["alumni.hourly.rate"]
        Rate.flush_model()
        self.env["alumni.participation"].flush_model(["hourly_rate_id", "hours_value"])
        acts = SQL("act.mode = 'volunteer' AND act.hours > 0 AND %s", where)
        needs = SQL(
            """
            SELECT act.id, act.company_id, act.date, 'volunteer' AS role,
                   'volunteer' AS labour,
                   COALESCE(person.country_id, seat.country_id) AS country_id
            FROM alumni_engagement act
            JOIN res_partner person ON person.id = act.partner_id
            JOIN res_company company ON company.id = act.company_id
            JOIN res_partner seat ON seat.id = company.partner_id
            WHERE act.res_model <> 'alumni.participation' AND %s
            """,
            acts,
        )
        return SQL(
            """
            SELECT act.id, act.hours, part.hours_value AS amount
            FROM alumni_engagement act
            LEFT JOIN alumni_participation part
                ON part.id = act.res_id AND part.hourly_rate_id IS NOT NULL
            WHERE act.res_model = 'alumni.participation' AND %(acts)s
            UNION ALL
            SELECT act.id, act.hours, act.hours * rated.hour_value
            FROM alumni_engagement act
            LEFT JOIN (%(values)s) AS rated ON rated.id = act.id
            WHERE act.res_model <> 'alumni.participation' AND %(acts)s
            """,
            acts=acts,
            values=Rate._select_values(needs),
        )
