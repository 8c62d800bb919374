import base64

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.alumni_relations.tests.intake.common import registrar_file

from ..common import AlumniKpiCommon


@tagged("post_install", "-at_install")
class TestAlumniPersonYear(AlumniKpiCommon):
    """One row per alumnus and period, as of the last day of the period."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._period(2024)

    def test_alumnus_from_the_first_award_on(self):
        ada = self._alumnus(award="2024-08-31")
        self._period(2023)
        self.assertEqual(self._year(ada, 2024).people, 1)
        self.assertFalse(self._year(ada, 2023))
        ada.alumni_education_ids.award_date = "2024-09-01"
        self.assertFalse(self._year(ada, 2024))

    def test_no_alumnus_no_row(self):
        student = self._person("Stu Dent", email="stu@example.org")
        self._education(student, False, state="entering")
        self._gift(student)
        self.assertFalse(self._year(student))

    def test_rule_of_the_institution(self):
        left = self._person("Left Early", email="left@example.org")
        self._education(left, False, state="left", start_year=2015)
        self.assertFalse(self._year(left))
        self.company.alumni_rule = "attended"
        self.env["alumni.rebuild"]._run(self.company)
        year = self._year(left)
        self.assertEqual((year.people, year.school_id), (1, self.law))
        self.assertFalse(year.generation_id)

    def test_dimensions(self):
        country = self.env.ref("base.fr")
        audience = self.env["alumni.audience"].create(
            {"name": "Test audience", "code": "test_audience", "sequence": -1}
        )
        ada = self._alumnus(
            award="2008-07-01",
            school=self.arts,
            country_id=country.id,
            alumni_gender="female",
            alumni_audience_ids=[(4, audience.id)],
        )
        year = self._year(ada)
        self.assertEqual(year.generation_id, self.older)
        self.assertEqual(year.school_id, self.arts)
        self.assertEqual(year.degree_level, "bachelor")
        self.assertEqual(year.award_decade, "2000")
        self.assertEqual(year.country_id, country)
        self.assertEqual(year.gender, "female")
        self.assertEqual(year.audience_id, audience)
        ada.country_id = self.env.ref("base.de")
        self.assertEqual(self._year(ada).country_id, self.env.ref("base.de"))

    def test_level_as_of_the_period(self):
        ada = self._alumnus(award="2008-07-01")
        self._education(ada, "2024-07-01", self.arts, self.master)
        self._period(2023)
        self.assertEqual(self._year(ada, 2023).degree_level, "bachelor")
        self.assertEqual(self._year(ada, 2024).degree_level, "master")
        self.assertEqual(self._year(ada, 2024).school_id, self.law)

    def test_dimensions_are_those_of_the_person(self):
        """In the last period they are what the person's own form shows."""
        people = [
            self._alumnus(award="1999-07-01"),
            self._alumnus(award="2012-07-01", school=self.arts, degree=self.master),
            self._alumnus(award="1985-07-01"),
        ]
        self._education(people[0], "2003-07-01", self.arts, self.master)
        self._education(people[1], "2012-07-01", self.law, start_year=2005)
        for person in people:
            year = self._year(person)
            self.assertEqual(year.generation_id, person.alumni_generation_id)
            self.assertEqual(year.school_id, person.alumni_school_id)
            self.assertEqual(year.degree_level, person.alumni_degree_level)
            self.assertEqual(year.award_decade, person.alumni_first_award_decade)
            self.assertEqual(bool(year.contactable), person.alumni_contactable)
            self.assertEqual(bool(year.lost), person.alumni_lost)

    def test_living_on_the_last_day(self):
        ada = self._alumnus()
        self._period(2023)
        ada.write({"alumni_deceased": True, "alumni_deceased_date": "2024-03-01"})
        self.assertEqual(self._year(ada, 2023).living, 1)
        self.assertEqual(self._year(ada, 2024).living, 0)
        ada.alumni_deceased_date = False
        self.assertEqual(self._year(ada, 2023).living, 0)
        self.assertEqual(self._year(ada, 2023).people, 1)

    def test_who_acts_without_being_contactable_is_left_out(self):
        ada = self._alumnus(email=False)
        self._gift(ada, amount=50)
        year = self._year(ada)
        self.assertEqual((year.acted, year.contactable, year.engaged), (1, 0, 0))
        self.assertEqual((year.philanthropic, year.modes, year.amount), (0, 0, 50))
        self.assertEqual(year.lost, 1)
        ada.email = "ada@example.org"
        year = self._year(ada)
        self.assertEqual((year.contactable, year.engaged), (1, 1))
        self.assertEqual((year.contactable_email, year.email_valid), (1, 1))
        self.assertEqual((year.contactable_phone, year.contactable_post), (0, 0))
        self.assertEqual(year.lost, 0)

    def test_modes(self):
        ada = self._alumnus()
        self._participation(ada, hours=3)
        year = self._year(ada)
        self.assertEqual((year.modes, year.modes_1, year.engaged_no_gift), (1, 1, 1))
        self._participation(ada, hours=2)
        self._gift(ada, amount=10)
        self._attendance(ada)
        self._answer(ada)
        year = self._year(ada)
        self.assertEqual(
            (
                year.philanthropic,
                year.volunteer,
                year.experiential,
                year.communication,
            ),
            (1, 1, 1, 1),
        )
        self.assertEqual((year.modes, year.modes_1, year.modes_4), (4, 0, 1))
        self.assertEqual((year.engaged, year.engaged_no_gift), (1, 0))
        self.assertEqual((year.acts, year.hours, year.amount), (5, 5, 10))

    def test_opt_out(self):
        ada = self._alumnus()
        self._period(2023)
        consents = self.env["alumni.consent"]
        refusal = consents.create(
            {"partner_id": ada.id, "state": "refused", "date": "2023-10-01"}
        )
        self.assertEqual(self._year(ada, 2023).opted_out, 0)
        year = self._year(ada, 2024)
        self.assertEqual((year.opted_out, year.new_opt_out), (1, 1))
        self._period(2025)
        year = self._year(ada, 2025)
        self.assertEqual((year.opted_out, year.new_opt_out), (1, 0))
        consents.create({"partner_id": ada.id, "state": "given", "date": "2023-11-01"})
        year = self._year(ada, 2024)
        self.assertEqual((year.opted_out, year.new_opt_out), (0, 1))
        refusal.unlink()
        self.assertEqual(self._year(ada, 2024).new_opt_out, 0)

    def test_refusal_that_came_with_the_person(self):
        """What the registrar's file says of people whom it brings is no new opt-out;
        what a later file says of people known before is one."""
        documents = self.env["alumni.import"]

        def load(**line):
            line.setdefault("DATE_CONSENTEMENT", "")
            document = documents.create(
                {
                    "kind": "people",
                    "file": base64.b64encode(registrar_file(line)),
                    "file_name": "registrar.csv",
                }
            )
            document._run()
            self._settle()

        load(CONSENTEMENT_EMAIL="N")
        person = self.env["res.partner"].search([("name", "like", "DUPONT-MARTIN")])
        today = fields.Date.today()
        period = self.env["alumni.period"].search(
            [
                ("company_id", "=", self.company.id),
                ("date_start", "<=", today),
                ("date_end", ">=", today),
            ]
        )
        self.assertEqual(person.alumni_consent_ids.date, today)
        self.assertEqual(self._year(person, period.year).new_opt_out, 0)
        # What is written in a test is written in one transaction: this one was
        # written before.
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner SET create_date = create_date - INTERVAL '1 day'"
                " WHERE id = %s",
                person.id,
            )
        )
        person.alumni_consent_ids.unlink()
        load(CONSENTEMENT_EMAIL="O")
        self.assertEqual(self._year(person, period.year).new_opt_out, 0)
        load(CONSENTEMENT_EMAIL="N")
        self.assertEqual(self._year(person, period.year).new_opt_out, 1)
        self.assertFiguresHold()

    def test_refusal_dated_by_the_registrar(self):
        """Of somebody whom nobody here knew yet it is no news of that period."""
        ada = self._alumnus()
        refusal = self.env["alumni.consent"].create(
            {
                "partner_id": ada.id,
                "state": "refused",
                "source": "registrar",
                "date": "2023-10-01",
            }
        )
        year = self._year(ada, 2024)
        self.assertEqual((year.opted_out, year.new_opt_out), (1, 0))
        refusal.source = "form"
        self.assertEqual(self._year(ada, 2024).new_opt_out, 1)

    def test_email_consented(self):
        ada = self._alumnus()
        consent = self.env["alumni.consent"].create(
            {
                "partner_id": ada.id,
                "state": "given",
                "channel": "email",
                "date": "2024-01-01",
            }
        )
        self.assertEqual(self._year(ada).email_consented, 1)
        consent.expiry_date = "2024-08-30"
        self.assertEqual(self._year(ada).email_consented, 0)
        consent.expiry_date = "2024-08-31"
        self.assertEqual(self._year(ada).email_consented, 1)
        consent.channel = "post"
        self.assertEqual(self._year(ada).email_consented, 0)
        consent.channel = "email"
        self.env["alumni.consent"].create(
            {"partner_id": ada.id, "state": "refused", "date": "2024-02-01"}
        )
        self.assertEqual(self._year(ada).email_consented, 0)

    def test_fresh(self):
        ada = self._alumnus()
        self.assertEqual(self._year(ada).fresh, 0)
        ada.alumni_verified_date = "2022-08-31"
        self.assertEqual(self._year(ada).fresh, 1)
        ada.alumni_verified_date = "2022-08-30"
        self.assertEqual(self._year(ada).fresh, 0)
        ada.write({"alumni_employer": "Acme", "alumni_employer_date": "2023-01-01"})
        year = self._year(ada)
        self.assertEqual((year.fresh, year.employment_known), (1, 1))
        ada.alumni_employer = False
        self.assertEqual(self._year(ada).employment_known, 0)

    def test_duplicate(self):
        born = {"alumni_birth_date": "1980-01-01"}
        one = self._alumnus("Ada Byron", **born)
        two = self._alumnus("Ada Byron", **born)
        self.assertEqual(self._year(one).duplicate, 0)
        self.assertEqual(self._year(two).duplicate, 1)
        one.alumni_birth_date = "1981-01-01"
        self.assertEqual(self._year(two).duplicate, 0)
        one.alumni_birth_date = "1980-01-01"
        self.assertEqual(self._year(two).duplicate, 1)
        one.active = False
        self.assertEqual(self._year(two).duplicate, 0)
        self.assertFalse(self._year(one))
        one.active = True
        self.assertEqual(self._year(two).duplicate, 1)
        one.unlink()
        self.assertEqual(self._year(two).duplicate, 0)

    def test_duplicate_of_who_is_erased_at_once(self):
        """Whoever became the same person and is erased by the same transaction leaves
        no duplicate behind."""
        one = self._alumnus("Ada Byron", alumni_birth_date="1981-01-01")
        two = self._alumnus("Ada Byron", alumni_birth_date="1980-01-01")
        self._settle()
        one.alumni_birth_date = "1980-01-01"
        one.unlink()
        self.assertEqual(self._year(two).duplicate, 0)

    def test_generations_change(self):
        ada = self._alumnus(award="2009-07-01")
        self.assertEqual(self._year(ada).generation_id, self.older)
        self.older.year_to = 2008
        self.env.flush_all()
        self.younger.year_from = 2009
        self._settle()
        self.env["alumni.rebuild"]._run(self.company)
        self.assertEqual(self._year(ada).generation_id, self.younger)

    def test_two_institutions(self):
        """An alumnus of two institutions is counted once in each, with its own
        school and acts."""
        other = self.other_company
        school = self.env["alumni.school"].create(
            {"name": "Other", "code": "T-O", "company_id": other.id}
        )
        degree = self.env["alumni.degree"].create(
            {
                "name": "Other",
                "code": "T-O",
                "level": "doctorate",
                "company_id": other.id,
            }
        )
        ada = self._alumnus()
        self._education(ada, "2007-07-01", school, degree, company_id=other.id)
        self._gift(ada, amount=5)
        self._period(2024, other)
        here, there = self._year(ada), self._year(ada, company=other)
        self.assertEqual((here.school_id, there.school_id), (self.law, school))
        self.assertEqual(
            (here.degree_level, there.degree_level), ("bachelor", "doctorate")
        )
        self.assertEqual((here.philanthropic, there.philanthropic), (1, 0))
        self.assertEqual((here.amount, there.amount), (5, 0))

    def test_merge(self):
        """Merged people keep all their acts and count once."""
        one, two = (
            self._alumnus(email="same@example.org"),
            self._alumnus(
                email="same@example.org", degree=self.master, school=self.arts
            ),
        )
        self._gift(one, amount=10)
        self._attendance(two)
        trace = self._trace(two, reply_datetime="2024-03-03 10:00:00")
        self._settle()
        before = self.env["alumni.person.year"].search_count([])
        self.env["base.partner.merge.automatic.wizard"]._merge([one.id, two.id], one)
        year = self._year(one)
        self.assertEqual(len(year), 1)
        self.assertEqual((year.acts, year.modes, year.amount), (3, 3, 10))
        self.assertEqual(self._act(trace).partner_id, one)
        self.assertLess(self.env["alumni.person.year"].search_count([]), before)
        self.assertFiguresHold()

    def test_erased_person(self):
        ada = self._alumnus()
        self._answer(ada)
        self.assertTrue(self._year(ada))
        domain = [("period_id", "=", self._period(2024).id)]
        years = self.env["alumni.person.year"]
        before = years._read_group(domain, [], ["people:sum"])[0][0]
        ada.unlink()
        self._settle()
        after = years._read_group(domain, [], ["people:sum"])[0][0]
        self.assertEqual(after, before - 1)
        self.assertFiguresHold()

    def test_bulk_load_of_people(self):
        """People whose stored fields are set by SQL have their person-years."""
        ada = self._alumnus()
        self.assertEqual(self._year(ada).country_id.id, False)
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner SET email = NULL, email_normalized = NULL,"
                " country_id = %s WHERE id = %s",
                self.env.ref("base.fr").id,
                ada.id,
            )
        )
        self.env.invalidate_all()
        self.env["res.partner"]._alumni_recompute_sql(SQL("SELECT %s AS id", ada.id))
        year = self._year(ada)
        self.assertEqual(year.country_id, self.env.ref("base.fr"))
        self.assertEqual((year.contactable, year.lost), (0, 1))

    def test_published_example(self):
        """A college in 2012: 27,164 contactable alumni, of whom 1,825 volunteered,
        12,932 gave and 6,867 attended; 14,590 were engaged at all, which is 53.7 %.
        Adding the modes up would count 7,034 people more than once."""
        volunteers, donors, attendees = 1825, 12932, 6867
        engaged, contactable = 14590, 27164
        period = self._period(2012)
        self.env.flush_all()
        # Who does what: donors come first; attendees overlap them so that the
        # union is as published; volunteers are all among the donors.
        attendees_only = engaged - donors
        self.env.cr.execute(
            SQL(
                """
                WITH person AS (
                    INSERT INTO res_partner (name, active, email, email_normalized,
                        type, is_company, company_id, alumni_contactable)
                    SELECT 'Alumnus ' || n, TRUE, n || '@example.org',
                           n || '@example.org', 'contact', FALSE, %(company)s, TRUE
                    FROM generate_series(1, %(contactable)s) AS n
                    RETURNING id
                ), numbered AS (
                    SELECT id, row_number() OVER (ORDER BY id) AS n FROM person
                ), education AS (
                    INSERT INTO alumni_education (partner_id, company_id, degree_id,
                        school_id, state, award_date, award_year)
                    SELECT id, %(company)s, %(degree)s, %(school)s, 'awarded',
                           DATE '2000-07-01', 2000
                    FROM numbered
                ), gift AS (
                    INSERT INTO alumni_gift (partner_id, company_id, gift_type_id,
                        date, state, currency_id, amount, amount_company, hours)
                    SELECT id, %(company)s, %(money)s, DATE '2012-03-01',
                           'received', %(currency)s, 1, 1, 0
                    FROM numbered WHERE n <= %(donors)s
                ), participation AS (
                    INSERT INTO alumni_participation (partner_id, company_id, role,
                        state, date, programme_id)
                    SELECT id, %(company)s,
                           CASE WHEN n <= %(volunteers)s
                               THEN 'mentor' ELSE 'participant' END,
                           'done', DATE '2012-04-01', %(programme)s
                    FROM numbered
                    WHERE n <= %(volunteers)s
                        OR n > %(donors)s - (%(attendees)s - %(attendees_only)s)
                        AND n <= %(donors)s + %(attendees_only)s
                )
                SELECT count(*) FROM numbered
                """,
                company=self.company.id,
                contactable=contactable,
                degree=self.bachelor.id,
                school=self.law.id,
                money=self.money.id,
                currency=self.company.currency_id.id,
                donors=donors,
                volunteers=volunteers,
                attendees=attendees,
                attendees_only=attendees_only,
                programme=self.programme.id,
            )
        )
        self.env.invalidate_all()
        self.env["alumni.rebuild"]._run()
        names = (
            "contactable",
            "volunteer",
            "philanthropic",
            "experiential",
            "engaged",
            "modes",
        )
        found = dict(
            zip(
                names,
                self.env["alumni.person.year"]._read_group(
                    [("period_id", "=", period.id)],
                    [],
                    [f"{name}:sum" for name in names],
                )[0],
                strict=True,
            )
        )
        self.assertEqual(
            found,
            {
                "contactable": contactable,
                "volunteer": volunteers,
                "philanthropic": donors,
                "experiential": attendees,
                "engaged": engaged,
                "modes": 21624,
            },
        )
        self.assertEqual(round(100 * found["engaged"] / found["contactable"], 1), 53.7)
        self.assertEqual(found["modes"] - found["engaged"], 7034)
        self.assertSound()
