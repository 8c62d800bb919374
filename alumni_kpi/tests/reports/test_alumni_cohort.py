import runpy

from odoo.exceptions import AccessError
from odoo.tools import file_path

from ..common import AlumniKpiCommon


class TestAlumniCohort(AlumniKpiCommon):
    """Who graduated in which year, how long ago, and how many of them are engaged."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cohort = cls.env["alumni.cohort"]
        cls.period = cls._period(2024)
        # The period ends on 31 August 2024: 0, 4, 5, 19 and 62 years since.
        cls.recent = cls._alumnus("Rosa Recent", "2024-06-30")
        cls.four = cls._alumnus("Fay Four", "2020-07-01")
        cls.five = cls._alumnus("Finn Five", "2019-07-01", cls.arts)
        cls.nineteen = [cls._alumnus(award="2005-07-01") for _ in range(4)]
        cls.old = cls._alumnus("Olga Old", "1962-07-01")
        cls.future = cls._alumnus("Fred Future", "2024-10-01")
        cls._gift(cls.four, amount=50)
        cls._participation(cls.nineteen[0], "mentor", hours=4)
        cls._gift(cls.nineteen[0], amount=5)
        cls._settle()
        cls.period._refresh_values()

    def _rows(self, group="band:array_agg", period=None):
        return self.cohort._read_group(
            [("period_id", "=", (period or self.period).id)],
            ["band"],
            ["people:sum", "contactable:sum", "engaged:sum", "engagement_rate:avg"],
        )

    def test_bands(self):
        self.assertEqual(
            self._rows(),
            [
                ("00", 2, 2, 1, 50.0),
                ("05", 1, 1, 0, 0.0),
                ("15", 4, 4, 1, 25.0),
                ("50", 1, 1, 0, 0.0),
            ],
        )

    def test_years_and_acts(self):
        row = self.cohort.search(
            [("period_id", "=", self.period.id), ("years_since", "=", 19)]
        )
        self.assertEqual(row.award_year, 2005)
        self.assertEqual(row.school_id, self.law)
        self.assertEqual(row.generation_id, self.older)
        self.assertEqual((row.philanthropic, row.volunteer, row.acts), (1, 1, 2))
        self.assertEqual((row.hours, row.amount), (4, 5))

    def test_first_degree_counts(self):
        """A second degree makes nobody younger."""
        self._education(self.old, "2023-07-01", degree=self.master)
        self._settle()
        self.period._refresh_values()
        self.assertEqual(self._rows()[-1], ("50", 1, 1, 0, 0.0))

    def test_another_year_of_the_decade(self):
        """The cube knows no years: the cohort follows all the same."""
        self.nineteen[0].alumni_education_ids.award_date = "2004-07-01"
        self._settle()
        self.period._refresh_values()
        self.assertEqual(self._rows()[3], ("20", 1, 1, 1, 100.0))

    def test_left_without_a_degree(self):
        self.company.alumni_rule = "attended"
        person = self._person("Lee Left", email="lee@example.org")
        self._education(person, False, state="left", start_year=2010)
        self._settle()
        self.env["alumni.person.year"]._refresh_period(self.period)
        self.period._refresh_values()
        self.assertEqual(self._rows()[-1], ("none", 1, 1, 0, 0.0))
        row = self.cohort.search(
            [("period_id", "=", self.period.id), ("band", "=", "none")]
        )
        action = row.action_open_people()
        found = self.env["alumni.person.year"].search(action["domain"])
        self.assertEqual(found.partner_id, person)

    def test_parts_are_the_whole(self):
        """The cohorts of a period add up to its person-years."""
        for year in (2019, 2022, 2024):
            period = self._period(year)
            period._refresh_values()
            person_years = self.env["alumni.person.year"].search(
                [("period_id", "=", period.id)]
            )
            cohorts = self.cohort.search([("period_id", "=", period.id)])
            for measure in ("people", "contactable", "engaged", "acts", "amount"):
                self.assertEqual(
                    sum(cohorts.mapped(measure)), sum(person_years.mapped(measure))
                )

    def test_nobody_twice(self):
        """Over two periods there is no number of people and no rate."""
        self._period(2022)._refresh_values()
        [(people, rate, hours)] = self.cohort._read_group(
            [("company_id", "=", self.company.id), ("award_year", "=", 2005)],
            [],
            ["people:sum", "engagement_rate:avg", "hours:sum"],
        )
        self.assertEqual((people or None, rate or None, hours), (None, None, 4))

    def test_closed_is_frozen(self):
        self.period.with_user(self.manager)._close()
        before = self._rows()
        self._gift(self.five, amount=20)
        self.nineteen[1].alumni_education_ids.award_date = "1985-07-01"
        self._settle()
        self.period._refresh_values(force=True)
        self.assertEqual(self._rows(), before)

    def test_databases_of_before(self):
        """Person-years of closed periods, too, learn the year of the first degree."""
        self.period.with_user(self.manager)._close()
        before = self._rows()
        self.env.cr.execute("UPDATE alumni_person_year SET award_year = NULL")
        self.env.cr.execute("DELETE FROM alumni_cohort")
        script = "alumni_kpi/migrations/19.0.1.2.0/post-cohort.py"
        runpy.run_path(file_path(script))["migrate"](self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        self.assertEqual(self._rows(), before)

    def test_people_behind(self):
        rows = self.cohort.with_user(self.analyst).search(
            [("period_id", "=", self.period.id), ("award_year", "in", (2005, 2019))]
        )
        found = self.env["alumni.person.year"].search(
            rows.action_open_people()["domain"]
        )
        self.assertEqual(
            set(found.partner_id.ids), {self.five.id, *(p.id for p in self.nineteen)}
        )

    def test_who_reads(self):
        for user in (self.officer, self.manager, self.analyst):
            self.assertTrue(self.cohort.with_user(user).search([]))
            with self.assertRaises(AccessError):
                self.cohort.with_user(user).create({"period_id": self.period.id})
            action = self.cohort.with_user(user).action_open()
            self.assertEqual(action["res_model"], "alumni.cohort")
        self.assertFalse(self.cohort.with_user(self.other_officer).search([]))
        for user in (self.portal, self.public):
            with self.assertRaises(AccessError):
                self.cohort.with_user(user).search([])
