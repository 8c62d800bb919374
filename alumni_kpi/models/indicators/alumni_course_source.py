from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .alumni_act_source import _dimensions
from .alumni_breakdown import DIMENSIONS

LEADER_KINDS = ("participation_governance", "participation_organiser")
"""Acts that make a volunteer a leader: a seat in a board or committee of a club,
chapter, class or of the institution, and the organisation of what it does."""
DORMANT_MONTHS = 18
ONBOARDING_MONTHS = 6
SEATS_MONTHS = 24
FEW_SEATS = 3
"""From how many registrations on somebody's reliability can be told (FOL-12)."""


class AlumniCourseSource(models.AbstractModel):
    """How each person has come to where he or she is at the end of the period: the
    last act, the years of engagement before, the role, the account. While a period
    runs, its end is today."""

    _name = "alumni.course.source"
    _description = "Course of each person as a source of measures"
    _inherit = ["alumni.measure.source"]

    _measure_source = "course"
    _measure_records = "alumni.person.year"
    _measure_people = True
    _measure_dimensions = DIMENSIONS

    @api.model
    def _measure_select(self, period):
        earlier = self.env["alumni.period"].search(
            [
                ("company_id", "=", period.company_id.id),
                ("date_end", "<", period.date_start),
            ],
            order="date_end desc",
            limit=4,
        )
        recent, older = earlier[:1], earlier[1:4]
        today = min(period.date_end, fields.Date.context_today(self))
        self.env["event.registration"].flush_model()
        self.env["res.users"].flush_model(["partner_id", "create_date"])
        return SQL(
            """
            SELECT %(dimensions)s, person.living, person.contactable,
                   person.email_valid, person.engaged, person.philanthropic,
                   person.volunteer, person.experiential, person.communication,
                   person.acts, act.last_date, act.leads, act.led,
                   %(today)s - act.last_date AS recency,
                   act.last_date <= (%(today)s - %(dormant)s * INTERVAL '1 month')::date
                       AND (person.engaged = 1 OR years.engaged = 1) AS dormant,
                   years.recent_acts, years.older_acts,
                   %(five)s AS five_periods,
                   partner.alumni_first_award_date
                       BETWEEN %(start)s AND %(end)s AS graduate,
                   account.opened < partner.alumni_first_award_date
                       + %(onboarding)s * INTERVAL '1 month' AS account,
                   seat.taken, seat.kept
            FROM alumni_person_year person
            JOIN res_partner partner ON partner.id = person.partner_id
            LEFT JOIN (
                SELECT partner_id, MAX(date) AS last_date,
                       bool_or(kind IN %(leader)s AND period_id = %(period)s) AS leads,
                       bool_or(kind IN %(leader)s AND date < %(start)s) AS led
                FROM alumni_engagement
                WHERE company_id = %(company)s AND date <= %(today)s
                GROUP BY partner_id
            ) AS act ON act.partner_id = person.partner_id
            LEFT JOIN (
                SELECT partner_id,
                       MAX(engaged) FILTER (WHERE period_id = ANY(%(three)s))
                           AS engaged,
                       SUM(acts) FILTER (WHERE period_id = ANY(%(recent)s))
                           AS recent_acts,
                       SUM(acts) FILTER (WHERE period_id = ANY(%(older)s)) AS older_acts
                FROM alumni_person_year
                WHERE period_id = ANY(%(earlier)s) AND acts > 0
                GROUP BY partner_id
            ) AS years ON years.partner_id = person.partner_id
            LEFT JOIN (
                SELECT partner_id, MIN(create_date) AS opened FROM res_users account
                WHERE EXISTS (
                    SELECT FROM res_users_log login WHERE login.create_uid = account.id)
                GROUP BY partner_id
            ) AS account ON account.partner_id = person.partner_id
            LEFT JOIN (
                SELECT seat.attendee_id, COUNT(*) AS taken,
                       COUNT(*) FILTER (WHERE seat.state = 'done') AS kept
                FROM event_registration seat
                JOIN event_event event ON event.id = seat.event_id
                WHERE seat.active AND seat.state IN ('open', 'done')
                    AND seat.company_id = %(company)s
                    AND event.date_end < %(today)s + INTERVAL '1 day'
                    AND event.date_end > %(today)s - %(seats)s * INTERVAL '1 month'
                GROUP BY seat.attendee_id
                HAVING COUNT(*) >= %(few)s
            ) AS seat ON seat.attendee_id = person.partner_id
            WHERE person.period_id = %(period)s
            """,
            dimensions=_dimensions("person"),
            today=today,
            dormant=DORMANT_MONTHS,
            five=len(older) == 3,
            start=period.date_start,
            end=period.date_end,
            onboarding=ONBOARDING_MONTHS,
            leader=LEADER_KINDS,
            period=period.id,
            company=period.company_id.id,
            three=earlier[:2].ids,
            recent=recent.ids,
            older=older.ids,
            earlier=earlier.ids,
            seats=SEATS_MONTHS,
            few=FEW_SEATS,
        )

    @api.model
    def _measure_columns(self):
        volunteer = SQL("volunteer = 1")
        leader = SQL("contactable = 1 AND leads")
        stages = {
            "leader": leader,
            "volunteering": volunteer,
            "participant": SQL("experiential = 1 OR philanthropic = 1"),
            "interested": SQL("communication = 1"),
            "known": SQL("TRUE"),
        }
        columns = {
            "recency_days": SQL(
                "percentile_cont(0.5) WITHIN GROUP (ORDER BY recency)"
                " FILTER (WHERE living = 1 AND recency IS NOT NULL)"
            ),
            "dormant": SQL("SUM((contactable = 1 AND dormant IS TRUE)::int)"),
            "acts_recent": SQL("SUM(acts + COALESCE(recent_acts, 0)) / 2.0"),
            "acts_earlier": SQL("SUM(older_acts) FILTER (WHERE five_periods) / 3.0"),
            "graduates": SQL("SUM((living = 1 AND graduate IS TRUE)::int)"),
            "onboarded": SQL(
                "SUM((living = 1 AND graduate IS TRUE AND email_valid = 1"
                " AND account IS TRUE)::int)"
            ),
            "leaders": SQL("SUM((%s IS TRUE)::int)", SQL("(%s)", leader)),
            "leaders_new": SQL("SUM((%s AND NOT led)::int)", SQL("(%s)", leader)),
            "seats_kept": SQL("SUM(kept)"),
            "seats_taken": SQL("SUM(taken)"),
            "journey": SQL("SUM(contactable)"),
        }
        further = SQL("FALSE")
        for stage, condition in stages.items():
            columns[f"journey_{stage}"] = SQL(
                "SUM((contactable = 1 AND (%s) IS TRUE AND (%s) IS NOT TRUE)::int)",
                condition,
                further,
            )
            further = SQL("%s OR %s", further, condition)
        return columns

    def _measure_domain(self, column, period):
        domain = Domain("period_id", "=", period.id)
        if column in ("leaders", "leaders_new"):
            acts = self.env["alumni.engagement"]._search(
                Domain("period_id", "=", period.id) & Domain("kind", "in", LEADER_KINDS)
            )
            domain &= Domain("contactable", "=", 1) & Domain(
                "partner_id", "in", self._measure_ids(acts.subselect("partner_id"))
            )
        if column in ("graduates", "onboarded"):
            award = "partner_id.alumni_first_award_date"
            domain &= Domain(award, ">=", period.date_start) & Domain(
                award, "<=", period.date_end
            )
        if column in ("dormant", "journey"):
            domain &= Domain("contactable", "=", 1)
        return domain
