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
        self.env["alumni.hourly.rate"].flush_model()
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
        an SQL SELECT of ``id, hours, amount``; the amount is empty when no rate holds
        on the day of the act for the role and the person's country (the
        institution's when it is not known). Gifts of time and skill are valued as
        the role of a volunteer. Flush ``alumni.hourly.rate`` before.

        :param where: a condition on ``alumni_engagement act``
        """
        needs = SQL(
            """
            SELECT act.id, act.company_id, act.date, act.hours,
                   CASE WHEN act.kind LIKE 'participation\\_%%'
                       THEN substr(act.kind, length('participation_') + 1)
                       ELSE 'volunteer' END AS role,
                   'volunteer' AS labour,
                   COALESCE(person.country_id, seat.country_id) AS country_id
            FROM alumni_engagement act
            JOIN res_partner person ON person.id = act.partner_id
            JOIN res_company company ON company.id = act.company_id
            JOIN res_partner seat ON seat.id = company.partner_id
            WHERE act.mode = 'volunteer' AND act.hours > 0 AND %s
            """,
            where,
        )
        return SQL(
            """
            SELECT need.id, need.hours,
                   need.hours * rate.rate * CASE
                       WHEN rate.currency_id = company.currency_id THEN 1
                       ELSE (%(own)s) / (%(foreign)s) END AS amount
            FROM (%(needs)s) AS need
            JOIN res_company company ON company.id = need.company_id
            LEFT JOIN (%(rates)s) AS rate ON rate.id = need.id
            """,
            needs=needs,
            rates=self.env["alumni.hourly.rate"]._select_rates(needs),
            # Odoo counts a currency without rates of its own as the unit.
            own=SQL("COALESCE((%s), 1)", self._select_currency(SQL("company"))),
            foreign=self._select_currency(SQL("rate")),
        )

    @api.model
    def _select_currency(self, holder: SQL):
        """The last rate of a currency on or before the day of ``need``."""
        return SQL(
            """
            SELECT currency.rate FROM res_currency_rate currency
            WHERE currency.currency_id = %s.currency_id AND currency.name <= need.date
                AND (currency.company_id IS NULL OR currency.company_id
                    = split_part(company.parent_path, '/', 1)::int)
            ORDER BY currency.company_id, currency.name DESC LIMIT 1
            """,
            holder,
        )
