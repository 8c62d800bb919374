from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class AlumniOpportunity(models.Model):
    """How many jobs, internships, theses and projects alumni of record posted in a
    period (NET-05), whatever became of them, under their own school."""

    _name = "alumni.opportunity"
    _inherit = ["alumni.opportunity", "alumni.measure.source"]

    _measure_source = "opportunity"
    _measure_dimensions = {
        "kind": "kind",
        "programme": "programme_id",
        "school": "school_id",
    }

    @api.model
    def _measure_select(self, period):
        return SQL(
            """
            SELECT 'opportunity_' || offer.opportunity_type AS kind,
                   offer.programme_id, poster.school_id
            FROM alumni_opportunity offer
            JOIN alumni_person_year poster ON poster.partner_id = offer.partner_id
                AND poster.period_id = %s
            WHERE offer.company_id = %s AND offer.date_published BETWEEN %s AND %s
            """,
            period.id,
            period.company_id.id,
            period.date_start,
            period.date_end,
        )

    @api.model
    def _measure_columns(self):
        return {"opportunities_posted": SQL("NULLIF(COUNT(*), 0)")}

    @api.model
    def _measure_domain(self, column, period):
        return (
            Domain("company_id", "=", period.company_id.id)
            & Domain("partner_id.is_alumnus", "=", True)
            & Domain("date_published", ">=", period.date_start)
            & Domain("date_published", "<=", period.date_end)
        )
