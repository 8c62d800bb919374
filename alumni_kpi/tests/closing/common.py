from odoo.tools import SQL

from ...models.engagement.alumni_person_year_mixin import DIMENSIONS, MEASURES
from ..common import AlumniKpiCommon


class ClosingCommon(AlumniKpiCommon):
    """A period with people who gave, mentored, died, or cannot be reached."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for model, _count in cls.env["alumni.closing.check"]._pending_jobs():
            for work in cls.env[model].search([("state", "!=", "done")]):
                work._run_now()
        cls.period = cls._period(2024)
        cls.ada, cls.bob, cls.cid = (cls._alumnus() for _i in range(3))
        cls.eve = cls._alumnus(award="2012-07-01", school=cls.arts, degree=cls.master)
        cls.gift = cls._gift(cls.ada, amount=100)
        cls._participation(cls.bob, hours=2.5)
        cls._settle()

    def _frozen(self, period=None):
        """What is frozen of a period, row by row."""
        period = period or self.period
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
