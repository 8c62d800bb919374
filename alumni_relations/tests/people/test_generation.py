from psycopg2.errors import CheckViolation, ExclusionViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PeopleCommon


@tagged("post_install", "-at_install")
class TestGeneration(PeopleCommon):
    def _create(self, year_from, year_to, **values):
        generation = self.env["alumni.generation"].create(
            {"name": "New", "year_from": year_from, "year_to": year_to, **values}
        )
        self.env.flush_all()
        return generation

    @mute_logger("odoo.sql_db")
    def test_database_refuses_an_overlap(self):
        for years in ((2009, 2009), (1990, 2000), (2005, 2006), (1990, 2030)):
            with (
                self.subTest(years),
                self.assertRaises(ExclusionViolation),
                self.env.cr.savepoint(),
            ):
                self._create(*years)

    @mute_logger("odoo.sql_db")
    def test_database_refuses_years_in_the_wrong_order(self):
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self._create(1999, 1990)

    def test_neighbours_and_other_institutions_do_not_overlap(self):
        self._create(1990, 1999)
        self._create(2005, 2015, company_id=self.other_company.id)

    def test_people_follow_the_years(self):
        person = self._person("Ada Byron")
        self._education(person, self.master, "2010-07-01", self.law)
        self.assertEqual(person.alumni_generation_id, self.generation_2)
        self.generation_2.year_from = 2011
        self.assertFalse(person.alumni_generation_id)
        self.generation_1.year_to = 2010
        self.assertEqual(person.alumni_generation_id, self.generation_1)
        self.generation_1.active = False
        self.assertFalse(person.alumni_generation_id)
        older = self._person("Charles Babbage")
        self._education(older, self.master, "1995-07-01", self.law)
        self.assertFalse(older.alumni_generation_id)
        new = self._create(1990, 1999)
        self.assertEqual(older.alumni_generation_id, new)
        new.unlink()
        self.assertFalse(older.alumni_generation_id)

    def test_bands_are_those_of_the_institution_that_awarded(self):
        theirs = self._create(2000, 2019, company_id=self.other_company.id)
        school, degree = (
            self.env[model].create(
                {"name": "Theirs", "code": "X", "company_id": self.other_company.id}
            )
            for model in ("alumni.school", "alumni.degree")
        )
        person = self._person("Ada Byron")
        self.env["alumni.education"].create(
            {
                "partner_id": person.id,
                "degree_id": degree.id,
                "school_id": school.id,
                "award_date": "2010-07-01",
                "company_id": self.other_company.id,
            }
        )
        self.assertEqual(person.alumni_generation_id, theirs)
