import itertools

from odoo import fields
from odoo.tools import SQL

from odoo.addons.alumni_kpi.models.engagement.alumni_person_year_mixin import (
    DIMENSIONS,
    MEASURES,
)
from odoo.addons.alumni_kpi.models.reports.alumni_funnel_mixin import STEPS
from odoo.addons.alumni_relations.tests.common import AlumniCommon

CELL = ("period_id", "company_id", *DIMENSIONS)


class AlumniKpiCommon(AlumniCommon):
    """Two schools, two generations, the four modes, and ways to compare figures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["alumni.generation"].search([]).unlink()
        cls.company.write(
            {
                "alumni_fiscal_month": "9",
                "alumni_tz": "Europe/Paris",
                "alumni_clicks_count": False,
                "alumni_rule": "awarded",
            }
        )
        cls.law, cls.arts = cls.env["alumni.school"].create(
            [
                {"name": "Law", "code": "T-LAW", "sequence": 1},
                {"name": "Arts", "code": "T-ARTS", "sequence": 2},
            ]
        )
        cls.bachelor, cls.master = cls.env["alumni.degree"].create(
            [
                {"name": "Bachelor", "code": "T-B", "level": "bachelor"},
                {"name": "Master", "code": "T-M", "level": "master"},
            ]
        )
        cls.older, cls.younger = cls.env["alumni.generation"].create(
            [
                {"name": "Older", "year_from": 1990, "year_to": 2009},
                {"name": "Younger", "year_from": 2010, "year_to": 2029},
            ]
        )
        cls.money, cls.time = (
            cls._gift_type("money", "philanthropic", "amount"),
            cls._gift_type("time", "volunteer", "hours"),
        )
        cls.programme = cls.env["alumni.programme"].create({"name": "Mentoring"})
        cls.event = cls.env["event.event"].create(
            {
                "name": "Reunion",
                "date_begin": "2024-06-01 16:00:00",
                "date_end": "2024-06-01 20:00:00",
                "date_tz": "Europe/Paris",
            }
        )
        cls.mailing = cls.env["mailing.mailing"].create(
            {
                "subject": "News",
                "user_id": cls.env.user.id,
                "mailing_model_id": cls.env["ir.model"]._get_id("res.partner"),
            }
        )
        cls.survey = cls.env["survey.survey"].create(
            {"title": "Careers", "user_id": cls.env.user.id}
        )
        cls.numbers = itertools.count(1)
        cls._settle()

    @classmethod
    def _gift_type(cls, code, mode, measured_in):
        found = cls.env["alumni.gift.type"].search([("code", "=", code)])
        values = {"mode": mode, "measured_in": measured_in}
        if found:
            found.write(values)
            return found
        return cls.env["alumni.gift.type"].create(
            {"name": code.title(), "code": code, **values}
        )

    @classmethod
    def _settle(cls):
        """What happens before a transaction ends."""
        cls.env.cr.flush()
        cls.env.invalidate_all()

    @classmethod
    def _alumnus(
        cls, name=None, award="2005-07-01", school=None, degree=None, **values
    ):
        """A graduate who can be reached by e-mail."""
        name = name or f"Alma Number{next(cls.numbers)}"
        values.setdefault("email", f"{name.replace(' ', '.').lower()}@example.org")
        person = cls._person(name, **values)
        cls._education(person, award, school, degree)
        return person

    @classmethod
    def _education(cls, person, award, school=None, degree=None, **values):
        return cls.env["alumni.education"].create(
            {
                "partner_id": person.id,
                "school_id": (school or cls.law).id,
                "degree_id": (degree or cls.bachelor).id,
                "award_date": award,
                **values,
            }
        )

    @classmethod
    def _gift(cls, person, date="2024-03-01", gift_type=None, **values):
        gift_type = gift_type or cls.money
        values.setdefault(gift_type.measured_in, 1)
        return cls.env["alumni.gift"].create(
            {
                "partner_id": person.id,
                "gift_type_id": gift_type.id,
                "date": date,
                **values,
            }
        )

    @classmethod
    def _participation(cls, person, role="mentor", date="2024-03-01", **values):
        """A participation that is done, with validated hours if it has some."""
        participation = cls.env["alumni.participation"].create(
            {
                "partner_id": person.id,
                "programme_id": cls.programme.id,
                "role": role,
                "date": date,
                "state": "done",
                **values,
            }
        )
        if participation.hours_state and participation.state == "done":
            participation.action_validate_hours()
        return participation

    @classmethod
    def _opportunity(cls, person, date="2024-03-01", **values):
        return cls.env["alumni.opportunity"].create(
            {
                "name": "Offer",
                "partner_id": person.id,
                "employer": "Firm",
                "date_published": date,
                **values,
            }
        )

    @classmethod
    def _attendance(cls, person, event=None, state="done", **values):
        return cls.env["event.registration"].create(
            {
                "event_id": (event or cls.event).id,
                "name": person.name,
                "attendee_id": person.id,
                "state": state,
                **values,
            }
        )

    @classmethod
    def _trace(cls, person, **values):
        return cls.env["mailing.trace"].create(
            {
                "trace_type": "mail",
                "model": "res.partner",
                "res_id": person.id,
                "mass_mailing_id": cls.mailing.id,
                "email": person.email,
                **values,
            }
        )

    @classmethod
    def _answer(cls, person, **values):
        return cls.env["survey.user_input"].create(
            {
                "survey_id": cls.survey.id,
                "partner_id": person.id,
                "state": "done",
                "end_datetime": "2024-03-01 10:00:00",
                **values,
            }
        )

    @classmethod
    def _period(cls, year, company=None):
        return cls.env["alumni.period"]._ensure_for_years(
            company or cls.company, year, year
        )

    def _act(self, record):
        """The one act that comes from a record, or none."""
        self._settle()
        return self.env["alumni.engagement"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        )

    def _year(self, person, year=2024, company=None):
        """The person-year of a person, or none."""
        self._settle()
        return self.env["alumni.person.year"].search(
            [
                ("partner_id", "=", person.id),
                ("period_id.year", "=", year),
                ("company_id", "=", (company or self.company).id),
            ]
        )

    def _rows(self, statement):
        return sorted(self.env.execute_query(statement), key=repr)

    def _figures(self):
        """All acts, person-years and cells, without their ids, as they stand."""
        cell = SQL(", ").join(map(SQL.identifier, CELL))
        sums = SQL(", ").join(
            SQL("sum(%s)", SQL.identifier(measure)) for measure in MEASURES
        )
        return {
            "acts": self._rows(
                SQL(
                    "SELECT partner_id, company_id, date, period_id, mode, kind,"
                    " res_model, res_id, hours, amount, programme_id, event_id"
                    " FROM alumni_engagement"
                )
            ),
            "person-years": self._rows(
                SQL(
                    "SELECT partner_id, %s, %s FROM alumni_person_year",
                    cell,
                    SQL(", ").join(map(SQL.identifier, MEASURES)),
                )
            ),
            "cells": self._rows(
                SQL(
                    "SELECT %s, %s FROM alumni_person_year_cube"
                    " GROUP BY %s HAVING sum(people) <> 0",
                    cell,
                    sums,
                    cell,
                )
            ),
            "cells of person-years": self._rows(
                SQL(
                    "SELECT %s, %s FROM alumni_person_year GROUP BY %s",
                    cell,
                    sums,
                    cell,
                )
            ),
        }

    def _frozen(self, period):
        """What is frozen of a period, row by row."""
        self._settle()
        columns = SQL(", ").join(map(SQL.identifier, (*DIMENSIONS, *MEASURES)))
        sums = SQL(", ").join(SQL("sum(%s)", SQL.identifier(m)) for m in MEASURES)
        cell = SQL(", ").join(map(SQL.identifier, DIMENSIONS))
        return {
            "person-years": self._rows(
                SQL(
                    "SELECT id, award_year, %s FROM alumni_person_year"
                    " WHERE period_id = %s",
                    columns,
                    period.id,
                )
            ),
            "cells": self._rows(
                SQL(
                    "SELECT %s, %s FROM alumni_person_year_cube WHERE period_id = %s"
                    " GROUP BY %s",
                    cell,
                    sums,
                    period.id,
                    cell,
                )
            ),
            "values": self._rows(
                SQL(
                    "SELECT indicator_id, breakdown, key, series, label, numerator,"
                    " denominator, value, state, method_flags"
                    " FROM alumni_indicator_value WHERE period_id = %s",
                    period.id,
                )
            ),
        }

    def assertFunnelCubeHolds(self):
        """The cube of the funnel says of each event, generation and school what the
        rows of people say."""
        cell = SQL(
            "event_id, company_id, programme_id, event_kind_id, generation_id,"
            " school_id, date, period_id"
        )
        sums = SQL(", ").join(SQL("sum(%s)", SQL.identifier(step)) for step in STEPS)
        rows, cells = (
            self._rows(
                SQL(
                    "SELECT %(cell)s, %(count)s, %(sums)s FROM %(table)s"
                    " GROUP BY %(cell)s HAVING %(count)s <> 0",
                    cell=cell,
                    count=count,
                    sums=sums,
                    table=table,
                )
            )
            for table, count in (
                (SQL("alumni_funnel"), SQL("count(*)")),
                (SQL("alumni_funnel_cube"), SQL("sum(pairs)")),
            )
        )
        self.assertEqual(cells, rows)

    def assertFiguresHold(self):
        """What the records say now is what the figures already said, cells add up
        the person-years, and no person is twice in a period."""
        self._settle()
        before = self._figures()
        self.assertEqual(before["cells"], before["cells of person-years"])
        self.assertFunnelCubeHolds()
        self.env["alumni.rebuild"]._run()
        after = self._figures()
        for what, rows in before.items():
            self.assertEqual(rows, after[what], what)
        self.assertFalse(
            self._rows(
                SQL(
                    "SELECT person_year.partner_id FROM alumni_person_year person_year"
                    " JOIN alumni_period period ON period.id = person_year.period_id"
                    " WHERE period.state <> 'closed'"
                    " GROUP BY person_year.partner_id, period.id HAVING count(*) > 1"
                )
            ),
            "each person once in an open period",
        )

    def assertSound(self):
        """The checks 1, 2, 3 of the rules for numbers, in every cell."""
        for row in self.env["alumni.person.year"]._read_group(
            [], CELL, [f"{name}:sum" for name in MEASURES]
        ):
            n = dict(zip(MEASURES, row[len(CELL) :], strict=True))
            four = (
                n["philanthropic"],
                n["volunteer"],
                n["experiential"],
                n["communication"],
            )
            self.assertLessEqual(n["engaged"], n["contactable"])
            self.assertLessEqual(n["contactable"], n["living"])
            self.assertLessEqual(n["living"], n["people"])
            self.assertLessEqual(max(four), n["engaged"])
            self.assertLessEqual(n["engaged"], sum(four))
            exactly = [n[f"modes_{i}"] for i in (1, 2, 3, 4)]
            self.assertEqual(sum(exactly), n["engaged"])
            self.assertEqual(
                sum(i * count for i, count in enumerate(exactly, 1)), sum(four)
            )
            self.assertEqual(n["modes"], sum(four))

    @staticmethod
    def _day(year, month, day):
        return fields.Date.to_date(f"{year:04}-{month:02}-{day:02}")
