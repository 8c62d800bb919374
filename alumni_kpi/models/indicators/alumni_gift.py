from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

THANKS_WORKING_DAYS = 5
"""Within how many working days a donor should be thanked (FOL-14)."""


class AlumniGift(models.Model):
    """What measures say about dues, and about thanks for gifts. Dues count under the
    generation, school and decade that the person has in the period; whoever has died
    since owes none."""

    _name = "alumni.gift"
    _inherit = ["alumni.gift", "alumni.measure.source"]

    _measure_source = "gift"
    _measure_dimensions = {
        "generation": "generation_id",
        "school": "school_id",
        "award_decade": "award_decade",
        "gift_type": "gift_type_id",
        "programme": "programme_id",
    }

    @api.model
    def _bulk_written(self, ids):
        result = super()._bulk_written(ids)
        self._measure_changed()
        return result

    @api.model
    def _measure_thanks(self, period):
        """The gifts received in a period, dues aside, that were thanked for or should
        have been: an SQL SELECT of ``id, gift_type_id, programme_id, in_time``. Five
        working days from Monday to Friday are a week later, fewer days when the gift
        came on a week-end; public holidays are not looked at."""
        return SQL(
            """
            SELECT gift.id, gift.gift_type_id, gift.programme_id,
                   (gift.thanked_date <= due.date) IS TRUE AS in_time
            FROM alumni_gift gift
            JOIN alumni_gift_type gift_type ON gift_type.id = gift.gift_type_id
                AND gift_type.is_dues IS NOT TRUE
            CROSS JOIN LATERAL (
                SELECT gift.date + CASE EXTRACT(isodow FROM gift.date)
                    WHEN 6 THEN 6 WHEN 7 THEN 5 ELSE 7 END AS date) AS due
            WHERE gift.state = 'received' AND gift.company_id = %(company)s
                AND gift.date BETWEEN %(date_start)s AND %(date_end)s
                AND (gift.thanked_date IS NOT NULL OR due.date < %(today)s)
            """,
            company=period.company_id.id,
            date_start=period.date_start,
            date_end=period.date_end,
            today=fields.Date.context_today(period),
        )

    @api.model
    def _measure_dues(self, period):
        """Who paid dues in a period: an SQL SELECT of ``partner_id``."""
        return SQL(
            """
            SELECT DISTINCT gift.partner_id
            FROM alumni_gift gift
            JOIN alumni_gift_type gift_type ON gift_type.id = gift.gift_type_id
                AND gift_type.is_dues
            WHERE gift.state = 'received' AND gift.company_id = %s
                AND gift.date BETWEEN %s AND %s
            """,
            period.company_id.id,
            period.date_start,
            period.date_end,
        )

    @api.model
    def _measure_select(self, period):
        previous = period._previous()
        return SQL(
            """
            SELECT person.generation_id, person.school_id, person.award_decade,
                   NULL::int AS gift_type_id, NULL::int AS programme_id,
                   dues.paid, dues.due, NULL::boolean AS in_time, FALSE AS thanks_known
            FROM (SELECT partner_id, MAX(paid) AS paid, MAX(due) AS due
                  FROM (SELECT partner_id, 1 AS paid, 0 AS due FROM (%(now)s) AS now
                        UNION ALL
                        SELECT partner_id, 0, 1 FROM (%(before)s) AS before) AS each
                  GROUP BY partner_id) AS dues
            JOIN alumni_person_year person ON person.partner_id = dues.partner_id
                AND person.period_id = %(period)s AND person.living = 1
            UNION ALL
            SELECT NULL, NULL, NULL, thanks.gift_type_id, thanks.programme_id,
                   NULL, NULL, thanks.in_time,
                   (SELECT EXISTS (SELECT FROM alumni_gift thanked
                    WHERE thanked.company_id = %(company)s
                        AND thanked.thanked_date IS NOT NULL))
            FROM (%(thanks)s) AS thanks
            """,
            now=self._measure_dues(period),
            before=self._measure_dues(previous)
            if previous
            else SQL("SELECT NULL::int AS partner_id WHERE FALSE"),
            period=period.id,
            company=period.company_id.id,
            thanks=self._measure_thanks(period),
        )

    @api.model
    def _measure_columns(self):
        # As long as nobody is ever said to have been thanked, nobody knows.
        thanks = SQL("BOOL_OR(thanks_known)")
        return {
            "dues_paid": SQL("NULLIF(SUM(paid), 0)"),
            "dues_due": SQL("NULLIF(SUM(due), 0)"),
            "dues_renewed": SQL("SUM(paid * due)"),
            "gifts_to_thank": SQL("CASE WHEN %s THEN COUNT(in_time) END", thanks),
            "gifts_thanked": SQL("CASE WHEN %s THEN SUM(in_time::int) END", thanks),
        }

    @api.model
    def _measure_model(self, column):
        return self._name if column.startswith("gifts") else "alumni.person.year"

    @api.model
    def _measure_domain(self, column, period):
        if column.startswith("gifts"):
            return Domain(
                "id",
                "in",
                self._measure_ids(
                    SQL(
                        "SELECT id FROM (%s) AS thanks WHERE %s",
                        self._measure_thanks(period),
                        SQL("in_time") if column == "gifts_thanked" else SQL("TRUE"),
                    )
                ),
            )
        previous = period._previous()
        domain = Domain("period_id", "=", period.id) & Domain("living", "=", 1)
        if column != "dues_due":
            paid = self._measure_ids(self._measure_dues(period))
            domain &= Domain("partner_id", "in", paid)
        if column != "dues_paid":
            due = self._measure_ids(self._measure_dues(previous)) if previous else []
            domain &= Domain("partner_id", "in", due)
        return domain
