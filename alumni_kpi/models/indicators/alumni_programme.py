from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.alumni_relations.models.programmes.alumni_participation import (
    VOLUNTEER_ROLES,
)

STUDENTS = ("entering_student", "returning_student", "leaving_student")
"""Codes of the audiences that are students."""
STUDENT_FAIR = "student_fair"
"""Code of the kind of event at which future students are met."""
DAY_HOURS = 24
"""An event that lasts longer has nights in it: its hours are not known."""


class AlumniProgramme(models.Model):
    """What measures say about programmes and their events: budgets, hours of lifelong
    learning, students met by graduates, and fairs at which graduates help."""

    _name = "alumni.programme"
    _inherit = ["alumni.programme", "alumni.measure.source"]

    _measure_source = "programme"
    _measure_dimensions = {
        "school": "school_id",
        "country": "country_id",
        "programme": "programme_id",
        "event_kind": "event_kind_id",
    }

    @api.model
    def _measure_budgets(self, period):
        """The programmes with a budget that end in a period."""
        return (
            Domain("company_id", "=", period.company_id.id)
            & Domain("budget_amount", ">", 0)
            & Domain("date_end", ">=", period.date_start)
            & Domain("date_end", "<=", period.date_end)
            & Domain("active", "in", (True, False))
        )

    @api.model
    def _measure_learning(self, period):
        """Hours of graduates who learned: those of participations, else those that
        the event lasted, of whom came: an SQL SELECT of ``programme_id,
        event_kind_id, hours``."""
        return SQL(
            """
            SELECT part.programme_id, event.alumni_kind_id AS event_kind_id,
                   part.hours::numeric
            FROM alumni_participation part
            JOIN alumni_programme programme ON programme.id = part.programme_id
                AND programme.programme_type = 'lifelong_learning'
            JOIN alumni_person_year person ON person.partner_id = part.partner_id
                AND person.period_id = %(period)s
            LEFT JOIN event_event event ON event.id = part.event_id
            WHERE part.state = 'done' AND part.role = 'participant'
                AND part.hours > 0 AND part.company_id = %(company)s
                AND part.date BETWEEN %(date_start)s AND %(date_end)s
            UNION ALL
            SELECT row.programme_id, row.event_kind_id,
                   EXTRACT(EPOCH FROM event.date_end - event.date_begin) / 3600
            FROM alumni_funnel row
            JOIN alumni_programme programme ON programme.id = row.programme_id
                AND programme.programme_type = 'lifelong_learning'
            JOIN alumni_person_year person ON person.partner_id = row.partner_id
                AND person.period_id = row.period_id
            JOIN event_event event ON event.id = row.event_id
                AND event.date_end - event.date_begin <= make_interval(hours => %(day)s)
            WHERE row.period_id = %(period)s AND row.attended = 1
                AND NOT EXISTS (
                    SELECT FROM alumni_participation part
                    WHERE part.event_id = row.event_id
                        AND part.partner_id = row.partner_id
                        AND part.state = 'done' AND part.role = 'participant'
                        AND part.hours > 0)
            """,
            period=period.id,
            company=period.company_id.id,
            date_start=period.date_start,
            date_end=period.date_end,
            day=DAY_HOURS,
        )

    @api.model
    def _measure_alumni_helped(self, period, place: SQL):
        """Whether a graduate has had a role for the institution at a place.

        :param place: a condition on ``alumni_participation helper``
        """
        return SQL(
            """
            EXISTS (
                SELECT FROM alumni_participation helper
                JOIN alumni_person_year graduate
                    ON graduate.partner_id = helper.partner_id
                    AND graduate.period_id = %s
                WHERE helper.state = 'done' AND helper.role IN %s AND %s)
            """,
            period.id,
            VOLUNTEER_ROLES,
            place,
        )

    @api.model
    def _measure_students(self, period):
        """Students, no graduates yet, who came to an event or took part in a
        programme in which a graduate had a role: an SQL SELECT of ``partner_id,
        school_id, programme_id, event_kind_id``."""
        return SQL(
            """
            SELECT met.partner_id, student.alumni_school_id AS school_id,
                   met.programme_id, met.event_kind_id
            FROM (
                SELECT row.partner_id, row.programme_id, row.event_kind_id
                FROM alumni_funnel row
                WHERE row.period_id = %(period)s AND row.attended = 1
                    AND %(at_event)s
                UNION
                SELECT part.partner_id, part.programme_id, NULL
                FROM alumni_participation part
                WHERE part.state = 'done' AND part.role IN ('participant', 'mentee')
                    AND part.event_id IS NULL AND part.company_id = %(company)s
                    AND part.date BETWEEN %(date_start)s AND %(date_end)s
                    AND %(in_programme)s
            ) AS met
            JOIN res_partner student ON student.id = met.partner_id
            WHERE EXISTS (
                SELECT FROM %(audiences)s link
                JOIN alumni_audience audience ON audience.id = link.%(audience)s
                WHERE link.%(partner)s = met.partner_id
                    AND audience.code IN %(students)s)
                AND NOT EXISTS (
                    SELECT FROM alumni_person_year person
                    WHERE person.partner_id = met.partner_id
                        AND person.period_id = %(period)s)
            """,
            period=period.id,
            company=period.company_id.id,
            date_start=period.date_start,
            date_end=period.date_end,
            at_event=self._measure_alumni_helped(
                period, SQL("helper.event_id = row.event_id")
            ),
            in_programme=self._measure_alumni_helped(
                period,
                SQL(
                    "helper.programme_id = part.programme_id"
                    " AND helper.date BETWEEN %s AND %s",
                    period.date_start,
                    period.date_end,
                ),
            ),
            **self._measure_audiences(),
            students=STUDENTS,
        )

    @api.model
    def _measure_audiences(self):
        relation = self.env["res.partner"]._fields["alumni_audience_ids"]
        return {
            "audiences": SQL.identifier(relation.relation),
            "partner": SQL.identifier(relation.column1),
            "audience": SQL.identifier(relation.column2),
        }

    @api.model
    def _measure_fairs(self, period):
        """The fairs for future students of a period that have taken place: an SQL
        SELECT of ``id, country_id, programme_id, event_kind_id, staffed``."""
        return SQL(
            """
            SELECT event.id, place.country_id, event.programme_id,
                   event.alumni_kind_id AS event_kind_id, %(staffed)s AS staffed
            FROM event_event event
            JOIN alumni_event_kind kind ON kind.id = event.alumni_kind_id
                AND kind.code = %(kind)s
            LEFT JOIN res_partner place ON place.id = event.address_id
            WHERE COALESCE(event.company_id, %(company)s) = %(company)s
                AND event.active AND event.kanban_state <> 'cancel'
                AND event.date_end < now() AT TIME ZONE 'UTC'
                AND (event.date_begin AT TIME ZONE 'UTC'
                        AT TIME ZONE COALESCE(event.date_tz, 'UTC'))::date
                    BETWEEN %(date_start)s AND %(date_end)s
            """,
            staffed=self._measure_alumni_helped(
                period, SQL("helper.event_id = event.id")
            ),
            kind=STUDENT_FAIR,
            company=period.company_id.id,
            date_start=period.date_start,
            date_end=period.date_end,
        )

    @api.model
    def _measure_select(self, period):
        return SQL(
            """
            SELECT NULL::int AS school_id, NULL::int AS country_id,
                   programme.id AS programme_id, NULL::int AS event_kind_id,
                   programme.budget_amount AS budget,
                   COALESCE(spent.amount, 0) AS spent,
                   NULL::numeric AS learning_hours, NULL::int AS student_id,
                   NULL::boolean AS staffed
            FROM alumni_programme programme
            CROSS JOIN LATERAL (
                SELECT SUM(line.cost_amount) AS amount FROM alumni_cost_line line
                WHERE line.programme_id = programme.id AND line.state = 'validated'
            ) AS spent
            WHERE programme.company_id = %(company)s AND programme.budget_amount > 0
                AND programme.date_end BETWEEN %(date_start)s AND %(date_end)s
            UNION ALL
            SELECT NULL, NULL, programme_id, event_kind_id, NULL, NULL, hours, NULL,
                   NULL
            FROM (%(learning)s) AS learning
            UNION ALL
            SELECT school_id, NULL, programme_id, event_kind_id, NULL, NULL, NULL,
                   partner_id, NULL
            FROM (%(students)s) AS students
            UNION ALL
            SELECT NULL, country_id, programme_id, event_kind_id, NULL, NULL, NULL,
                   NULL, staffed
            FROM (%(fairs)s) AS fairs
            """,
            company=period.company_id.id,
            date_start=period.date_start,
            date_end=period.date_end,
            learning=self._measure_learning(period),
            students=self._measure_students(period),
            fairs=self._measure_fairs(period),
        )

    @api.model
    def _measure_columns(self):
        return {
            "budget": SQL("SUM(budget)"),
            "budget_overrun": SQL("SUM(spent - budget)"),
            "learning_hours": SQL("SUM(learning_hours)"),
            "students_reached": SQL("NULLIF(COUNT(DISTINCT student_id), 0)"),
            "fairs": SQL("NULLIF(COUNT(staffed), 0)"),
            "fairs_staffed": SQL("SUM(staffed::int)"),
        }

    @api.model
    def _measure_model(self, column):
        return {
            "learning_hours": "alumni.engagement",
            "students_reached": "res.partner",
            "fairs": "event.event",
            "fairs_staffed": "event.event",
        }.get(column, self._name)

    @api.model
    def _measure_domain(self, column, period):
        if column == "learning_hours":
            return (
                Domain("period_id", "=", period.id)
                & Domain("programme_id.programme_type", "=", "lifelong_learning")
                & Domain(
                    "kind", "in", ("event_attendance", "participation_participant")
                )
            )
        if column == "students_reached":
            return Domain(
                "id",
                "in",
                self._measure_ids(self._measure_students(period)),
            )
        if column.startswith("fairs"):
            return Domain(
                "id",
                "in",
                self._measure_ids(
                    SQL(
                        "SELECT id FROM (%s) AS fairs WHERE %s",
                        self._measure_fairs(period),
                        SQL("staffed") if column == "fairs_staffed" else SQL("TRUE"),
                    )
                ),
            )
        return self._measure_budgets(period)
