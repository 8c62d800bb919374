from odoo import api, models
from odoo.tools import SQL


class AlumniOpportunity(models.Model):
    """An offer that was published is an act of communication of who posts it, whatever
    becomes of it. Who hires an intern through it is a recruiter of interns, a role for
    the institution: volunteering, on the day of the first hire."""

    _name = "alumni.opportunity"
    _inherit = ["alumni.opportunity", "alumni.engagement.source"]
    _engagement_fields = frozenset(
        {
            "partner_id",
            "company_id",
            "opportunity_type",
            "date_published",
            "date_first_hire",
            "programme_id",
        }
    )

    @api.model
    def _engagement_select(self):
        return SQL(
            """
            SELECT offer.partner_id, offer.company_id, act.date, act.mode, act.kind,
                   offer.id, 0::numeric, 0::numeric, offer.programme_id, NULL::integer
            FROM alumni_opportunity offer
            CROSS JOIN LATERAL (
                VALUES ('communication', 'opportunity_' || offer.opportunity_type,
                        offer.date_published),
                       ('volunteer', 'intern_recruited',
                        CASE WHEN offer.opportunity_type = 'internship'
                            THEN offer.date_first_hire END)
            ) AS act (mode, kind, date)
            WHERE offer.date_published IS NOT NULL AND act.date IS NOT NULL
            """
        )
