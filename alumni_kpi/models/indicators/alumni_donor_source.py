from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .alumni_act_source import _dimensions
from .alumni_breakdown import DIMENSIONS

TOP_SHARE = 10
"""The largest donors, one in how many (GIV-08)."""
RFM_YEARS = 5
"""Over how many years gifts are looked at for the classes of donors (FOL-05)."""
LAPSED_MONTHS = 13
"""After how many months without a gift somebody is a lapsed donor (GIV-06)."""


class AlumniDonorSource(models.AbstractModel):
    """What measures say about donors: everyone of record who gave in the period,
    contactable or not, once, with all that he or she gave."""

    _name = "alumni.donor.source"
    _description = "Donors as a source of measures"
    _inherit = ["alumni.measure.source"]

    _measure_source = "donor"
    _measure_records = "alumni.person.year"
    _measure_people = True
    _measure_dimensions = {**DIMENSIONS, "rfm": "rfm"}

    @api.model
    def _measure_select(self, period):
        return SQL(
            """
            SELECT %(dimensions)s, person.contactable, given.amount, given.first_date,
                   earlier.last_date, partner.alumni_first_award_date AS award_date,
                   -- fifths of the donors, equal ones in one class
                   CONCAT(
                       CEIL(5 * CUME_DIST() OVER (ORDER BY given.latest_date)),
                       CEIL(5 * CUME_DIST() OVER (ORDER BY years.gifts)),
                       CEIL(5 * CUME_DIST() OVER (ORDER BY years.amount))
                   ) AS rfm
            FROM (
                SELECT partner_id, COALESCE(SUM(amount), 0) AS amount,
                       MIN(date) AS first_date, MAX(date) AS latest_date
                FROM alumni_engagement
                WHERE period_id = %(period)s AND mode = 'philanthropic'
                GROUP BY partner_id
            ) AS given
            JOIN alumni_person_year person
                ON person.partner_id = given.partner_id
                AND person.period_id = %(period)s
            JOIN res_partner partner ON partner.id = given.partner_id
            JOIN (
                SELECT partner_id, COUNT(*) AS gifts, SUM(amount) AS amount
                FROM alumni_engagement
                WHERE company_id = %(company)s AND mode = 'philanthropic'
                    AND date <= %(end)s
                    AND date > %(end)s - %(years)s * INTERVAL '1 year'
                GROUP BY partner_id
            ) AS years ON years.partner_id = given.partner_id
            LEFT JOIN (
                SELECT partner_id, MAX(date) AS last_date
                FROM alumni_engagement
                WHERE company_id = %(company)s AND mode = 'philanthropic'
                    AND date < %(start)s
                GROUP BY partner_id
            ) AS earlier ON earlier.partner_id = given.partner_id
            """,
            dimensions=_dimensions("person"),
            period=period.id,
            company=period.company_id.id,
            start=period.date_start,
            end=period.date_end,
            years=RFM_YEARS,
        )

    @api.model
    def _measure_columns(self):
        return {
            "donors": SQL("COUNT(*)"),
            "donors_contactable": SQL("SUM(contactable)"),
            "donors_first": SQL("SUM((last_date IS NULL)::int)"),
            "donors_lapsed": SQL(
                "SUM((last_date <= first_date - %s * INTERVAL '1 month')::int)",
                LAPSED_MONTHS,
            ),
            "donor_amount": SQL("NULLIF(SUM(amount), 0)"),
            "donor_amount_top": SQL(
                """(
                SELECT SUM(largest) FROM unnest((array_agg(amount ORDER BY amount DESC)
                    )[1:CEIL(COUNT(amount)::numeric / %s)::int]) AS largest)""",
                TOP_SHARE,
            ),
            "donor_median": SQL(
                "percentile_cont(0.5) WITHIN GROUP (ORDER BY amount)"
                " FILTER (WHERE amount > 0)"
            ),
            "first_gift_years": SQL(
                "percentile_cont(0.5) WITHIN GROUP ("
                " ORDER BY (first_date - award_date) / 365.25)"
                " FILTER (WHERE last_date IS NULL AND first_date >= award_date)"
            ),
        }

    def _measure_domain(self, column, period):
        gave = self.env["alumni.engagement"]._search(
            Domain("period_id", "=", period.id) & Domain("mode", "=", "philanthropic")
        )
        domain = Domain("period_id", "=", period.id) & Domain(
            "partner_id", "in", self._measure_ids(gave.subselect("partner_id"))
        )
        if column == "donors_contactable":
            domain &= Domain("contactable", "=", 1)
        if column in ("donors_first", "first_gift_years", "donors_lapsed"):
            before = self.env["alumni.engagement"]._search(
                Domain("company_id", "=", period.company_id.id)
                & Domain("mode", "=", "philanthropic")
                & Domain("date", "<", period.date_start)
            )
            operator = "in" if column == "donors_lapsed" else "not in"
            domain &= Domain(
                "partner_id",
                operator,
                self._measure_ids(before.subselect("partner_id")),
            )
        return domain
