from odoo import api, models
from odoo.tools import SQL


class MailingTrace(models.Model):
    """A reply to a newsletter is an act of communication; a click is one when the
    institution says so. Opening never counts: mail programs open messages by
    themselves. Only messages to contacts count, for they alone name the person.
    The institution is that of the person in charge of the mailing, else the first
    one."""

    _name = "mailing.trace"
    _inherit = ["mailing.trace", "alumni.engagement.source"]
    _engagement_gives = False
    _engagement_fields = frozenset(
        {
            "model",
            "res_id",
            "mass_mailing_id",
            "reply_datetime",
            "links_click_datetime",
        }
    )

    @api.model
    def _engagement_select(self):
        return SQL(
            """
            SELECT partner.id, company.id,
                   (act.moment AT TIME ZONE 'UTC'
                       AT TIME ZONE company.alumni_tz)::date,
                   'communication', act.kind, trace.id, 0::numeric, 0::numeric,
                   NULL::integer, NULL::integer
            FROM mailing_trace trace
            CROSS JOIN LATERAL (
                VALUES ('mailing_reply', trace.reply_datetime),
                       ('mailing_click', trace.links_click_datetime)
            ) AS act (kind, moment)
            JOIN res_partner partner
                ON trace.model = 'res.partner' AND partner.id = trace.res_id
            LEFT JOIN mailing_mailing mailing ON mailing.id = trace.mass_mailing_id
            LEFT JOIN res_users staff ON staff.id = mailing.user_id
            JOIN res_company company ON company.id = COALESCE(
                staff.company_id, (SELECT min(id) FROM res_company WHERE active)
            )
            WHERE act.moment IS NOT NULL
                AND (act.kind = 'mailing_reply' OR company.alumni_clicks_count)
            """
        )
