from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .alumni_act_source import _dimensions
from .alumni_breakdown import DIMENSIONS


class AlumniGivingSource(models.AbstractModel):
    """What measures say about gifts: money that came in, and what was promised. What
    counts as a gift of money is what counts as an act of giving: dues as the
    institution decides, gifts in kind apart."""

    _name = "alumni.giving.source"
    _description = "Gifts of money as a source of measures"
    _inherit = ["alumni.measure.source"]

    _measure_source = "giving"
    _measure_records = "alumni.gift"
    _measure_dimensions = {
        **DIMENSIONS,
        "gift_type": "gift_type_id",
        "programme": "programme_id",
    }

    @api.model
    def _measure_select(self, period):
        self.env["alumni.gift"].flush_model()
        return SQL(
            """
            SELECT gift.id, gift.gift_type_id,
                   COALESCE(gift.programme_id, event.programme_id) AS programme_id,
                   %(dimensions)s,
                   gift.state = 'received' AND gift.date BETWEEN %(start)s AND %(end)s
                       AS received,
                   gift.state = 'received' AND gift.date BETWEEN %(start)s AND %(end)s
                           AND gift.pledge_date IS NULL
                       OR gift.state <> 'cancelled'
                           AND gift.pledge_date BETWEEN %(start)s AND %(end)s
                       AS committed,
                   gift.amount_company AS amount
            FROM alumni_gift gift
            JOIN alumni_gift_type gift_type ON gift_type.id = gift.gift_type_id
            JOIN res_company company ON company.id = gift.company_id
            LEFT JOIN event_event event ON event.id = gift.event_id
            LEFT JOIN alumni_person_year person
                ON person.partner_id = gift.partner_id
                AND person.period_id = %(period)s
            WHERE gift.company_id = %(company)s
                AND (gift.date BETWEEN %(start)s AND %(end)s
                    OR gift.pledge_date BETWEEN %(start)s AND %(end)s)
                AND gift_type.measured_in = 'amount'
                AND gift_type.code <> 'in_kind'
                AND CASE WHEN gift_type.is_dues
                        THEN company.alumni_dues_mode = 'philanthropic'
                        ELSE gift_type.mode = 'philanthropic' END
            """,
            dimensions=_dimensions("person"),
            start=period.date_start,
            end=period.date_end,
            period=period.id,
            company=period.company_id.id,
        )

    @api.model
    def _measure_columns(self):
        return {
            "gift_money": SQL("SUM(CASE WHEN received THEN amount ELSE 0 END)"),
            "gift_committed": SQL("SUM(CASE WHEN committed THEN amount ELSE 0 END)"),
            "gift_records": SQL("SUM(received::int)"),
        }

    def _measure_domain(self, column, period):
        within = Domain("date", ">=", period.date_start) & Domain(
            "date", "<=", period.date_end
        )
        domain = Domain("state", "=", "received") & within
        if column == "gift_committed":
            pledged = Domain("pledge_date", ">=", period.date_start) & Domain(
                "pledge_date", "<=", period.date_end
            )
            domain = (domain & Domain("pledge_date", "=", False)) | (
                Domain("state", "!=", "cancelled") & pledged
            )
        return (
            domain
            & Domain("company_id", "=", period.company_id.id)
            & Domain("gift_type_id.measured_in", "=", "amount")
            & Domain("gift_type_id.code", "!=", "in_kind")
            & self._domain_of_giving(period.company_id)
        )

    @api.model
    def _domain_of_giving(self, company):
        giving = Domain("gift_type_id.is_dues", "=", False) & Domain(
            "gift_type_id.mode", "=", "philanthropic"
        )
        if company.alumni_dues_mode == "philanthropic":
            giving |= Domain("gift_type_id.is_dues", "=", True)
        return giving
