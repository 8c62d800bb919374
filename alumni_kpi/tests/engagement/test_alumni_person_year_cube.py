from functools import partial
from unittest.mock import patch

from odoo import models
from odoo.tests import tagged

from ...models.engagement.alumni_person_year_mixin import PEOPLE
from ..common import AlumniKpiCommon

SPECS = [
    ["period_id"],
    ["generation_id"],
    ["school_id"],
    ["degree_level"],
    ["award_decade"],
    ["country_id"],
    ["gender"],
    ["audience_id"],
    ["company_id"],
    ["period_id", "generation_id"],
    ["generation_id", "school_id", "country_id"],
    [],
]
MEASURES = ["__count", "people:sum", "engaged:sum", "modes:sum", "amount:sum"]


@tagged("post_install", "-at_install")
class TestAlumniPersonYearCube(AlumniKpiCommon):
    """Pivots are answered from the cube, with the answers of the person-years."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["alumni.period"]._ensure_for_years(cls.company, 2023, 2025)
        france, germany = cls.env.ref("base.fr"), cls.env.ref("base.de")
        cls.people = [
            cls._alumnus(award="2005-07-01", country_id=france.id),
            cls._alumnus(award="2015-07-01", school=cls.arts, country_id=germany.id),
            cls._alumnus(award="2015-07-01", degree=cls.master, alumni_gender="male"),
            cls._alumnus(award="1980-07-01", email=False),
            cls._alumnus(award="2024-07-01"),
        ]
        cls._gift(cls.people[0], amount=10.1)
        cls._gift(cls.people[1], amount=20.2)
        cls._gift(cls.people[3], amount=0.3)
        cls._participation(cls.people[1], hours=1.5)
        cls._attendance(cls.people[2])
        cls._settle()
        cls.years = cls.env["alumni.person.year"]
        cls.domain = [("company_id", "=", cls.company.id)]
        cls.three_periods = [*cls.domain, ("period_id.year", "<=", 2025)]

    def _direct(self, method, *args):
        """The answer of the person-years themselves."""
        with patch.object(type(self.years), "_cube_for", lambda *args: None):
            return getattr(self.years, method)(*args)

    def _tables_read(self, method, *args, **kwargs):
        """Which tables a grouped read looks at."""
        statements = []
        execute = type(self.env.cr).execute

        def spy(cr, query, params=None, log_exceptions=True):
            statements.append(str(getattr(query, "code", query)))
            return execute(cr, query, params, log_exceptions)

        with patch.object(type(self.env.cr), "execute", spy):
            getattr(self.years, method)(*args, **kwargs)
        return {
            table
            for table in ("alumni_person_year_cube", "alumni_person_year")
            if any(f'"{table}"' in statement for statement in statements)
        }

    def test_same_groups(self):
        for groupby in SPECS:
            args = (self.domain, groupby, MEASURES)
            self.assertEqual(
                sorted(self.years._read_group(*args), key=repr),
                sorted(self._direct("_read_group", *args), key=repr),
                groupby,
            )

    def test_same_pivot(self):
        args = (self.domain, SPECS, MEASURES, "period_id, generation_id")
        for ours, theirs in zip(
            self.years._read_grouping_sets(*args),
            self._direct("_read_grouping_sets", *args),
            strict=True,
        ):
            self.assertEqual(sorted(ours, key=repr), sorted(theirs, key=repr))

    def test_same_after_changes(self):
        """A group that everyone has left is gone."""
        self.people[4].unlink()
        self.people[2].alumni_gender = False
        self._settle()
        for groupby in (["generation_id"], ["gender"], ["award_decade"]):
            args = (self.domain, groupby, MEASURES)
            self.assertEqual(
                sorted(self.years._read_group(*args), key=repr),
                sorted(self._direct("_read_group", *args), key=repr),
            )
        self.test_same_pivot()

    def test_same_with_filters_orders_limits(self):
        for args in (
            ([("generation_id", "=", self.younger.id)], ["period_id"], MEASURES),
            ([("period_id.year", ">", 2023)], ["school_id"], MEASURES),
            (
                [*self.domain, "|", ("gender", "=", "male"), ("gender", "=", False)],
                ["gender"],
                MEASURES,
            ),
            (self.domain, ["award_decade"], MEASURES, [], 1, 1, "award_decade desc"),
            (self.domain, ["award_decade"], MEASURES, [("__count", ">", 3)]),
            (
                self.domain,
                ["award_decade"],
                MEASURES,
                (),
                0,
                None,
                "__count desc, award_decade",
            ),
            ([("generation_id", "=", 0)], [], MEASURES),
            ([("generation_id", "=", 0)], ["period_id"], MEASURES),
        ):
            self.assertEqual(
                self.years._read_group(*args), self._direct("_read_group", *args), args
            )

    def test_cube_answers_what_it_can(self):
        for kwargs in (
            {"groupby": ["period_id", "generation_id"], "aggregates": MEASURES},
            {"domain": [("school_id", "=", self.law.id)], "groupby": ["country_id"]},
            {"aggregates": ["__count"], "having": [("__count", ">", 1)]},
        ):
            kwargs = {"domain": self.domain, "groupby": ["period_id"], **kwargs}
            self.assertEqual(
                self._tables_read("_read_group", **kwargs),
                {"alumni_person_year_cube"},
                kwargs,
            )
        self.assertEqual(
            self._tables_read("_read_grouping_sets", self.domain, SPECS, MEASURES),
            {"alumni_person_year_cube"},
        )

    def test_person_years_answer_the_rest(self):
        for kwargs in (
            {"groupby": ["partner_id"]},
            {"domain": [("engaged", "=", 1)]},
            {"aggregates": ["amount:avg"]},
            {"aggregates": ["partner_id:count_distinct"]},
        ):
            kwargs = {"domain": self.domain, "groupby": ["period_id"], **kwargs}
            self.assertEqual(
                self._tables_read("_read_group", **kwargs),
                {"alumni_person_year"},
                kwargs,
            )

    def test_everyone_once(self):
        """Rows, columns and grand totals of people count each person once."""
        period = self._period(2024)
        expected = len({p.id for p in self.people})
        for groupby in SPECS:
            rows = self.years._read_group(
                [*self.domain, ("period_id", "=", period.id)],
                groupby,
                ["people:sum", "__count"],
            )
            self.assertEqual(sum(row[-2] for row in rows), expected, groupby)
            self.assertEqual(sum(row[-1] for row in rows), expected, groupby)

    def test_no_number_of_people_over_periods(self):
        """What counts people is empty over several periods; what people did adds up,
        whoever answers."""
        aggregates = ["__count", "acts:sum", "hours:sum", "amount:sum"]
        aggregates += [f"{measure}:sum" for measure in PEOPLE]
        for read in (self.years._read_group, partial(self._direct, "_read_group")):
            [(count, acts, hours, amount, *people)] = read(
                self.three_periods, [], aggregates
            )
            # Four in each of the three periods, and who got the degree in 2024.
            self.assertEqual((count, acts), (14, 5))
            self.assertAlmostEqual(hours, 1.5)
            self.assertAlmostEqual(amount, 30.6)
            self.assertEqual(set(people), {False})
            for generation, count, *_, people in read(
                self.three_periods, ["generation_id"], ["__count", "people:sum"]
            ):
                self.assertFalse(people, generation.name)
                self.assertGreater(count, 0)
        [[_acts, average]] = self.years._read_group(
            self.three_periods, [], ["acts:avg", "modes:avg"]
        )
        self.assertFalse(average, "modes per person over periods")

    def test_number_of_people_in_one_period(self):
        """Filtered to one period, or grouped by it, every total has its number."""
        one = [*self.domain, ("period_id", "=", self._period(2024).id)]
        for read in (self.years._read_group, partial(self._direct, "_read_group")):
            aggregates = ["people:sum", "engaged:sum", "modes:avg"]
            self.assertEqual(read(one, [], aggregates), [(5, 3, 0.8)])
            self.assertEqual(
                [
                    row[1:]
                    for row in read(self.three_periods, ["period_id"], aggregates[:2])
                ],
                [(4, 0), (5, 3), (5, 0)],
            )

    def test_one_period_left(self):
        """A group that everyone has left in all periods but one has its number,
        before the rows of the cube are added up as after."""
        self._alumnus(award="2024-12-01", degree=self.master)
        self._settle()
        by_level = (self.three_periods, ["degree_level"], ["__count", "people:sum"])
        self.assertIn(("master", 4, False), self.years._read_group(*by_level))
        self.people[2].alumni_education_ids.degree_id = self.bachelor
        self._settle()
        for read in (self.years._read_group, partial(self._direct, "_read_group")):
            self.assertIn(("master", 1, 1), read(*by_level))

    def test_no_number_of_people_over_institutions(self):
        """A graduate of two institutions stands in the figures of each: together
        they have no number of people, even for the same year."""
        other = self.env["res.company"].create(
            {"name": "Other", "alumni_fiscal_month": "9"}
        )
        self.analyst.company_ids |= other
        theirs = self._period(2024, other)
        self._education(
            self.people[0],
            "2005-07-01",
            degree=self.master,
            company_id=other.id,
            school=self.env["alumni.school"].create(
                {"name": "Elsewhere", "code": "T-ELSE", "company_id": other.id}
            ),
        )
        self._settle()
        years = self.years.with_user(self.analyst).with_context(
            allowed_company_ids=[self.company.id, other.id]
        )
        same_year = [("period_id.year", "=", 2024)]
        by_company = years._read_group(same_year, ["company_id"], ["people:sum"])
        self.assertEqual(dict(by_company), {self.company: 5, other: 1})
        [total] = years._read_group(same_year, [], ["__count", "people:sum"])
        self.assertEqual(total, (6, False))
        [[people]] = years._read_group(
            [("period_id", "=", theirs.id)], [], ["people:sum"]
        )
        self.assertEqual(people, 1)

    def test_client_totals_over_periods(self):
        """The pivot and the grouped list of the web client get an empty value, and
        still the number of rows behind it."""
        groupings = [[], ["period_id"], ["generation_id"]]
        measures = ["__count", "people:sum", "amount:sum"]
        measures += ["currency_id:array_agg_distinct", "amount:sum_currency"]
        years = self.years.with_user(self.analyst)
        [total], by_period, by_generation = years.formatted_read_grouping_sets(
            self.three_periods, groupings, measures
        )
        self.assertIs(total["people:sum"], False)
        self.assertEqual(total["__count"], 14)
        self.assertAlmostEqual(total["amount:sum"], 30.6)
        self.assertEqual([group["people:sum"] for group in by_period], [4, 5, 5])
        self.assertEqual({group["people:sum"] for group in by_generation}, {False})
        self.assertEqual(
            self._tables_read(
                "_read_grouping_sets", self.three_periods, groupings, measures
            ),
            {"alumni_person_year_cube"},
        )
        groups = years.web_read_group(
            self.three_periods, ["generation_id"], measures[1:3], auto_unfold=False
        )["groups"]
        self.assertEqual({group["people:sum"] for group in groups}, {False})
        self.assertEqual(sum(group["__count"] for group in groups), 14)

    def test_client_pivot(self):
        """What the pivot of the web client asks for, with its drill-down domain."""
        totals, by_generation = self.years.with_user(
            self.analyst
        ).formatted_read_grouping_sets(
            [("period_id", "=", self._period(2024).id)],
            [[], ["generation_id"]],
            ["__count", "engaged:sum", "amount:sum"],
        )
        self.assertEqual(totals[0]["__count"], 5)
        self.assertEqual(totals[0]["engaged:sum"], 3)
        for group in by_generation:
            domain = [
                ("period_id", "=", self._period(2024).id),
                *group["__extra_domain"],
            ]
            self.assertEqual(self.years.search_count(domain), group["__count"])

    def test_compaction(self):
        cube = self.env["alumni.person.year.cube"]
        for country in ("base.fr", "base.de", "base.it", "base.fr"):
            self.people[0].country_id = self.env.ref(country)
            self._settle()
        figures = self._figures()
        rows = cube.search_count([])
        with self.enter_registry_test_mode():
            self.env.ref("alumni_kpi.ir_cron_alumni_compact").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self._figures(), figures)
        self.assertLess(cube.search_count([]), rows)
        self.assertEqual(
            cube.search_count([]),
            len(figures["cells"]),
            "one row per cell that has somebody",
        )

    def test_statements_do_not_grow(self):
        """A pivot over a thousand people takes as many statements as over ten."""

        def statements():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.years.with_user(self.analyst).formatted_read_grouping_sets(
                self.domain,
                [[], ["period_id"], ["generation_id"], ["period_id", "generation_id"]],
                MEASURES,
            )
            return self.env.cr.sql_log_count - before

        for i in range(5):
            self._alumnus(award=f"{2000 + i}-07-01")
        self._settle()
        statements()
        few = statements()
        people = self.env["res.partner"].create(
            [{"name": f"P {i}", "email": f"p{i}@example.org"} for i in range(990)]
        )
        self.env["alumni.education"].create(
            [
                {
                    "partner_id": person.id,
                    "school_id": self.law.id,
                    "degree_id": self.bachelor.id,
                    "award_date": f"{1990 + i % 30}-07-01",
                }
                for i, person in enumerate(people)
            ]
        )
        self._settle()
        self.assertGreaterEqual(self.years.search_count(self.domain), 1000)
        self.assertEqual(statements(), few)

    def test_reads_are_read_only(self):
        for method in ("formatted_read_group", "formatted_read_grouping_sets"):
            self.assertTrue(getattr(type(self.years), method)._readonly)
        self.assertIsInstance(self.years, models.BaseModel)
