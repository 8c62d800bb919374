from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

VOLUNTEER_PROGRAMMES = ("volunteering", "mentoring", "ambassadors")
"""Types of programme that live on the hours of volunteers (CST-10)."""


class AlumniParticipation(models.Model):
    """What measures say about the hours of volunteers: those of participations once
    they are validated, those of gifts of time and skill, and the volunteer labour
    that cost lines hold without names."""

    _name = "alumni.participation"
    _inherit = ["alumni.participation", "alumni.measure.source"]

    _measure_source = "volunteering"
    _measure_dimensions = {
        "generation": "generation_id",
        "school": "school_id",
        "programme": "programme_id",
        "kind": "kind",
    }

    @api.model
    def _measure_select(self, period):
        return SQL(
            """
            SELECT person.generation_id, person.school_id, act.programme_id, act.kind,
                   act.hours,
                   CASE WHEN person.contactable = 1 THEN act.hours ELSE 0 END
                       AS alumni_hours,
                   CASE WHEN programme.programme_type IN %(types)s
                       THEN act.hours END AS programme_hours,
                   NULL::numeric AS programme_cost, company.alumni_fte_hours
            FROM alumni_engagement act
            JOIN res_company company ON company.id = act.company_id
            LEFT JOIN alumni_person_year person
                ON person.partner_id = act.partner_id
                AND person.period_id = act.period_id
            LEFT JOIN alumni_programme programme ON programme.id = act.programme_id
            WHERE act.period_id = %(period)s AND act.mode = 'volunteer'
                AND act.hours > 0
            UNION ALL
            SELECT NULL, NULL, line.programme_id, 'participation_' || line.role,
                   CASE WHEN line.labour = 'volunteer' THEN line.hours END,
                   NULL,
                   CASE WHEN line.labour = 'volunteer'
                       AND programme.programme_type IN %(types)s THEN line.hours END,
                   CASE WHEN programme.programme_type IN %(types)s
                       THEN line.cost_amount END,
                   company.alumni_fte_hours
            FROM alumni_cost_line line
            JOIN res_company company ON company.id = line.company_id
            LEFT JOIN alumni_programme programme ON programme.id = line.programme_id
            WHERE line.state = 'validated' AND line.company_id = %(company)s
                AND line.date BETWEEN %(date_start)s AND %(date_end)s
                AND (line.labour = 'volunteer'
                    OR programme.programme_type IN %(types)s)
            """,
            types=VOLUNTEER_PROGRAMMES,
            period=period.id,
            company=period.company_id.id,
            date_start=period.date_start,
            date_end=period.date_end,
        )

    @api.model
    def _measure_columns(self):
        return {
            "volunteer_hours": SQL("SUM(hours)"),
            "volunteer_alumni_hours": SQL("SUM(alumni_hours)"),
            "volunteer_fte": SQL("SUM(hours) / NULLIF(MAX(alumni_fte_hours), 0)"),
            "volunteer_programme_hours": SQL("SUM(programme_hours)"),
            "volunteer_programme_cost": SQL("SUM(programme_cost)"),
        }

    @api.model
    def _measure_model(self, column):
        return (
            "alumni.cost.line"
            if column == "volunteer_programme_cost"
            else "alumni.engagement"
        )

    @api.model
    def _measure_domain(self, column, period):
        programmes = Domain("programme_id.programme_type", "in", VOLUNTEER_PROGRAMMES)
        if column == "volunteer_programme_cost":
            return (
                Domain("state", "=", "validated")
                & Domain("company_id", "=", period.company_id.id)
                & Domain("date", ">=", period.date_start)
                & Domain("date", "<=", period.date_end)
                & programmes
            )
        domain = (
            Domain("period_id", "=", period.id)
            & Domain("mode", "=", "volunteer")
            & Domain("hours", ">", 0)
        )
        return domain & programmes if column == "volunteer_programme_hours" else domain
