from odoo import api, models
from odoo.tools import SQL


class AlumniEngagement(models.Model):
    """What the hours of volunteers are worth."""

    _inherit = "alumni.engagement"

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
