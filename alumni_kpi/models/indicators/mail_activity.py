from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

FOLLOWED = ("res.partner", "event.event")
"""Records beside those of the suite whose activities are follow-ups."""


class MailActivity(models.Model):
    """What measures say about follow-ups (FOL-10): activities about people, events
    and the records of the suite, in the period in which they are due, whose day has
    passed or that are done already. An activity that is deleted is none."""

    _name = "mail.activity"
    _inherit = ["mail.activity", "alumni.measure.source"]

    _measure_source = "follow_up"
    _measure_dimensions = {"officer": "user_id"}

    @api.model
    def _measure_select(self, period):
        return SQL(
            """
            SELECT activity.id, activity.user_id,
                   (activity.date_done <= activity.date_deadline) IS TRUE AS on_time
            FROM mail_activity activity
            JOIN res_users officer ON officer.id = activity.user_id
            WHERE officer.company_id = %(company)s
                AND (activity.res_model IN %(followed)s
                    OR activity.res_model LIKE 'alumni.%%')
                AND activity.date_deadline BETWEEN %(date_start)s AND %(date_end)s
                AND (activity.date_deadline < %(today)s
                    OR activity.date_done IS NOT NULL)
            """,
            company=period.company_id.id,
            followed=FOLLOWED,
            date_start=period.date_start,
            date_end=period.date_end,
            today=fields.Date.context_today(period),
        )

    @api.model
    def _measure_columns(self):
        return {
            "follow_ups_due": SQL("NULLIF(COUNT(*), 0)"),
            "follow_ups_on_time": SQL("SUM(on_time::int)"),
        }

    @api.model
    def _measure_domain(self, column, period):
        rows = SQL(
            "SELECT id FROM (%s) AS activity WHERE %s",
            self._measure_select(period),
            SQL("on_time") if column == "follow_ups_on_time" else SQL("TRUE"),
        )
        return Domain("active", "in", (True, False)) & Domain(
            "id", "in", self._measure_ids(rows)
        )
