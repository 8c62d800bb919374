from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

ARRIVED = ("sent", "open", "reply")
"""States of a message that arrived as far as one knows."""


class MailingTrace(models.Model):
    """What measures say about mailings to contacts and to people invited to events:
    a mailing belongs, with all its messages, to the period in which it was sent and
    to the institution that wrote it."""

    _name = "mailing.trace"
    _inherit = ["mailing.trace", "alumni.measure.source"]

    _measure_source = "mailing"
    _measure_dimensions = {
        "generation": "generation_id",
        "purpose": "purpose_id",
    }

    @api.model
    def _measure_mailings(self, period):
        """The mailings sent by e-mail in a period: an SQL SELECT of ``id,
        purpose_id``."""
        company = period.company_id
        return SQL(
            """
            SELECT mailing.id, mailing.alumni_purpose_id AS purpose_id
            FROM mailing_mailing mailing
            LEFT JOIN res_users staff ON staff.id = mailing.user_id
            WHERE mailing.state = 'done' AND mailing.mailing_type = 'mail'
                AND COALESCE(mailing.alumni_company_id, staff.company_id,
                    (SELECT min(id) FROM res_company WHERE active)) = %(company)s
                AND (mailing.sent_date AT TIME ZONE 'UTC'
                        AT TIME ZONE %(tz)s)::date
                    BETWEEN %(date_start)s AND %(date_end)s
            """,
            company=company.id,
            tz=company.alumni_tz,
            date_start=period.date_start,
            date_end=period.date_end,
        )

    @api.model
    def _measure_months(self, period):
        """How many calendar months of a period have begun."""
        last = min(period.date_end, fields.Date.context_today(period))
        first = period.date_start
        return max(1, 12 * (last.year - first.year) + last.month - first.month + 1)

    @api.model
    def _measure_select(self, period):
        """Messages by purpose and generation, and refusals by the unsubscribe link.
        Messages are millions: they are found by their mailing, and counted once
        before the figures are added up."""
        # Who follows a link may be looked at only where the institution says that it
        # counts, which supposes that people have agreed to it.
        clicked = (
            "COUNT(*) FILTER (WHERE trace.trace_status <> 'bounce'"
            " AND trace.links_click_datetime IS NOT NULL)"
            if period.company_id.alumni_clicks_count
            else "NULL::bigint"
        )
        return SQL(
            """
            SELECT mailing.purpose_id, person.generation_id,
                   COUNT(*) AS sent,
                   COUNT(*) FILTER (WHERE trace.trace_status = 'bounce') AS bounced,
                   COUNT(*) FILTER (WHERE trace.trace_status IN ('open', 'reply'))
                       AS opened,
                   %(clicked)s AS clicked,
                   COUNT(*) FILTER (WHERE trace.trace_status <> 'bounce'
                       AND person.contactable = 1) AS received,
                   NULL::bigint AS unsubscribed, %(months)s AS months
            FROM (%(mailings)s) AS mailing
            JOIN mailing_trace trace ON trace.mass_mailing_id = mailing.id
            LEFT JOIN alumni_invitation invitation
                ON trace.model = 'alumni.invitation' AND invitation.id = trace.res_id
            LEFT JOIN alumni_person_year person
                ON person.period_id = %(period)s AND person.partner_id =
                    CASE trace.model WHEN 'res.partner' THEN trace.res_id
                        ELSE invitation.partner_id END
            WHERE trace.model IN ('res.partner', 'alumni.invitation')
                AND trace.is_test_trace IS NOT TRUE
                AND (trace.trace_status = 'bounce' OR trace.trace_status IN %(arrived)s)
            GROUP BY mailing.purpose_id, person.generation_id
            UNION ALL
            SELECT consent.purpose_id, person.generation_id,
                   NULL, NULL, NULL, NULL, NULL, COUNT(*), NULL
            FROM alumni_consent consent
            LEFT JOIN alumni_person_year person
                ON person.partner_id = consent.partner_id
                AND person.period_id = %(period)s
            WHERE consent.state = 'refused' AND consent.source = 'mailing'
                AND consent.company_id = %(company)s
                AND consent.date BETWEEN %(date_start)s AND %(date_end)s
            GROUP BY consent.purpose_id, person.generation_id
            """,
            clicked=SQL(clicked),
            mailings=self._measure_mailings(period),
            months=self._measure_months(period),
            arrived=ARRIVED,
            period=period.id,
            company=period.company_id.id,
            date_start=period.date_start,
            date_end=period.date_end,
        )

    @api.model
    def _measure_columns(self):
        return {
            "mails_sent": SQL("SUM(sent)"),
            "mails_delivered": SQL("SUM(sent - bounced)"),
            "mails_bounced": SQL("SUM(bounced)"),
            # Of whole mailings only: never of people or of groups of people, because
            # mail programs open messages by themselves and the law wants consent.
            "mails_opened": SQL(
                "CASE WHEN GROUPING(generation_id) = 1 THEN SUM(opened) END"
            ),
            "mails_clicked": SQL("SUM(clicked)"),
            "mails_unsubscribed": SQL(
                "CASE WHEN COUNT(sent) > 0 THEN COALESCE(SUM(unsubscribed), 0) END"
            ),
            "mails_per_month": SQL("SUM(received)::float / MAX(months)"),
        }

    @api.model
    def _measure_model(self, column):
        return {
            "mails_opened": "mailing.mailing",
            "mails_unsubscribed": "alumni.consent",
        }.get(column, self._name)

    @api.model
    def _measure_domain(self, column, period):
        if column == "mails_unsubscribed":
            return (
                Domain("state", "=", "refused")
                & Domain("source", "=", "mailing")
                & Domain("company_id", "=", period.company_id.id)
                & Domain("date", ">=", period.date_start)
                & Domain("date", "<=", period.date_end)
            )
        mailings = self._measure_ids(self._measure_mailings(period))
        if column == "mails_opened":
            return Domain("id", "in", mailings)
        states = {
            "mails_sent": (*ARRIVED, "bounce"),
            "mails_bounced": ("bounce",),
        }.get(column, ARRIVED)
        domain = (
            Domain("mass_mailing_id", "in", mailings)
            & Domain("model", "in", ("res.partner", "alumni.invitation"))
            & Domain("is_test_trace", "=", False)
            & Domain("trace_status", "in", states)
        )
        if column == "mails_clicked":
            domain &= Domain("links_click_datetime", "!=", False)
        return domain
