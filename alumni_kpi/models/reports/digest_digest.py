from datetime import date, datetime

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

KPIS = (
    "kpi_alumni_engaged",
    "kpi_alumni_newly_engaged",
    "kpi_alumni_gifts",
    "kpi_alumni_gift_amount",
    "kpi_alumni_attendances",
    "kpi_alumni_volunteer_hours",
)


class DigestDigest(models.Model):
    """What alumni did in the last day, week and month. Days are whole and those of
    the institution: the last one counted is yesterday. Somebody who did several
    things is one engaged person, and only who is contactable is one (ENG-14)."""

    _inherit = "digest.digest"

    kpi_alumni_engaged = fields.Boolean(string="Engaged alumni")
    kpi_alumni_engaged_value = fields.Integer(
        string="Engaged alumni: value",
        compute="_compute_kpi_alumni_values",
        help="Contactable alumni with at least one act.",
    )
    kpi_alumni_newly_engaged = fields.Boolean(string="Newly engaged alumni")
    kpi_alumni_newly_engaged_value = fields.Integer(
        string="Newly engaged alumni: value",
        compute="_compute_kpi_alumni_values",
        help="Engaged alumni who had never done anything before.",
    )
    kpi_alumni_gifts = fields.Boolean(string="Gifts received")
    kpi_alumni_gifts_value = fields.Integer(
        string="Gifts received: value",
        compute="_compute_kpi_alumni_values",
        help="Of time, money, skill, network or attention.",
    )
    kpi_alumni_gift_amount = fields.Boolean(string="Amount given")
    kpi_alumni_gift_amount_value = fields.Monetary(
        string="Amount given: value", compute="_compute_kpi_alumni_values"
    )
    kpi_alumni_attendances = fields.Boolean(string="Attendances of alumni")
    kpi_alumni_attendances_value = fields.Integer(
        string="Attendances of alumni: value", compute="_compute_kpi_alumni_values"
    )
    kpi_alumni_volunteer_hours = fields.Boolean(string="Volunteer hours")
    kpi_alumni_volunteer_hours_value = fields.Float(
        string="Volunteer hours: value",
        compute="_compute_kpi_alumni_values",
        help="Validated hours of volunteers, by the day on which they were given.",
    )

    @api.depends("company_id")
    @api.depends_context("start_datetime", "end_datetime", "uid", "company")
    def _compute_kpi_alumni_values(self):
        if not self.env["alumni.engagement"].has_access("read"):
            # The digest leaves out what its reader may not see.
            raise AccessError(self.env._("You may not read the figures of alumni."))
        start, end, companies = self._get_kpi_compute_parameters()
        if companies - self.env.user.company_ids:
            raise AccessError(
                self.env._("You may not read the figures of this institution.")
            )
        figures = {
            company: self._alumni_figures(company, start, end) for company in companies
        }
        for digest in self:
            company = digest.company_id or self.env.company
            for name, figure in zip(KPIS, figures[company], strict=True):
                digest[f"{name}_value"] = figure

    @api.model
    def _alumni_figures(self, company, start, end):
        """What happened at an institution, in the order of ``KPIS``.

        :param start: first moment, as UTC; its day is the first one
        :param end: last moment; its day has not ended and is left out
        """
        first = self._alumni_day(company, start) if start else date.min
        last = self._alumni_day(company, end) if end else date.max
        [figures] = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(DISTINCT partner_id) FILTER (WHERE counted),
                       COUNT(DISTINCT partner_id) FILTER (WHERE counted AND NOT EXISTS (
                           SELECT FROM alumni_engagement earlier
                           WHERE earlier.partner_id = act.partner_id
                               AND earlier.company_id = %(company)s
                               AND earlier.date < %(first)s
                       )),
                       COUNT(*) FILTER (WHERE res_model = 'alumni.gift'),
                       COALESCE(SUM(amount), 0),
                       COUNT(*) FILTER (WHERE kind = 'event_attendance'),
                       COALESCE(SUM(hours) FILTER (WHERE mode = 'volunteer'), 0)
                FROM (
                    SELECT *, EXISTS (
                        SELECT FROM alumni_person_year person_year
                        WHERE person_year.partner_id = act.partner_id
                            AND person_year.period_id = act.period_id
                            AND person_year.contactable = 1
                    ) AS counted
                    FROM alumni_engagement act
                    WHERE date >= %(first)s AND date < %(last)s
                        AND company_id = %(company)s
                ) AS act
                """,
                company=company.id,
                first=first,
                last=last,
            )
        )
        return [float(figure) for figure in figures]

    @api.model
    def _alumni_day(self, company, moment):
        """The day that it is at the institution at a moment written as UTC."""
        utc = pytz.utc.localize(datetime.fromisoformat(moment))
        return utc.astimezone(pytz.timezone(company.alumni_tz)).date()

    def _compute_kpis_actions(self, company, user):
        menu = self.env.ref("alumni_relations.menu_alumni_root").id
        acts = f"alumni_kpi.alumni_engagement_action?menu_id={menu}"
        people = f"alumni_kpi.alumni_person_year_action?menu_id={menu}"
        return super()._compute_kpis_actions(company, user) | {
            "kpi_alumni_engaged": people,
            "kpi_alumni_newly_engaged": people,
            "kpi_alumni_gifts": acts,
            "kpi_alumni_gift_amount": acts,
            "kpi_alumni_attendances": acts,
            "kpi_alumni_volunteer_hours": acts,
        }
