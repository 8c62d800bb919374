from odoo import api, models
from odoo.tools import SQL


class AlumniGift(models.Model):
    """A received gift is an act, in the mode of its type; a pledge is not. Whether
    dues are an act, and of which mode, the institution decides; their amount is
    given only if they count as a gift."""

    _name = "alumni.gift"
    _inherit = ["alumni.gift", "alumni.engagement.source"]
    _engagement_fields = frozenset(
        {
            "partner_id",
            "company_id",
            "gift_type_id",
            "date",
            "state",
            "hours",
            "amount_company",
            "programme_id",
            "event_id",
        }
    )

    @api.model
    def _engagement_select(self):
        return SQL(
            """
            SELECT gift.partner_id, gift.company_id, gift.date,
                   CASE WHEN gift_type.is_dues THEN company.alumni_dues_mode
                        ELSE gift_type.mode END,
                   'gift_' || gift_type.code, gift.id, gift.hours::numeric,
                   CASE WHEN gift_type.is_dues
                            AND company.alumni_dues_mode != 'philanthropic' THEN 0
                        ELSE gift.amount_company END,
                   COALESCE(gift.programme_id, event.programme_id), gift.event_id
            FROM alumni_gift gift
            JOIN alumni_gift_type gift_type ON gift_type.id = gift.gift_type_id
            JOIN res_company company ON company.id = gift.company_id
            LEFT JOIN event_event event ON event.id = gift.event_id
            WHERE gift.state = 'received'
                AND (gift_type.is_dues IS NOT TRUE
                    OR company.alumni_dues_mode != 'nothing')
            """
        )
