from odoo import api, models
from odoo.tools import SQL


class AlumniGift(models.Model):
    """A received gift is an act, in the mode of its type; a pledge is not."""

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
            SELECT gift.partner_id, gift.company_id, gift.date, gift_type.mode,
                   'gift_' || gift_type.code, gift.id, gift.hours::numeric,
                   gift.amount_company,
                   COALESCE(gift.programme_id, event.programme_id), gift.event_id
            FROM alumni_gift gift
            JOIN alumni_gift_type gift_type ON gift_type.id = gift.gift_type_id
            LEFT JOIN event_event event ON event.id = gift.event_id
            WHERE gift.state = 'received'
            """
        )
