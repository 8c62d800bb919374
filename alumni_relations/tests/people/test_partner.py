from lxml import etree

from odoo import Command, fields
from odoo.tests import Form, tagged
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

from ...models.people.res_partner import (
    EDUCATION_FIELDS,
    REACH_FIELDS,
)
from .common import PeopleCommon

STORED = ("alumni_match_key", "is_ambassador", "alumni_audience_id")
STORED += EDUCATION_FIELDS + REACH_FIELDS


@tagged("post_install", "-at_install")
class TestPartnerEducation(PeopleCommon):
    def test_first_award_among_several(self):
        person = self._person("Ada Byron")
        self._education(person, self.master, "2012-09-30", self.science, 2010)
        self._education(person, self.bachelor, "2010-07-01", self.law, 2007)
        self.assertTrue(person.is_alumnus)
        self.assertEqual(str(person.alumni_first_award_date), "2010-07-01")
        self.assertEqual(person.alumni_first_award_year, 2010)
        self.assertEqual(person.alumni_first_award_decade, "2010")
        self.assertEqual(person.alumni_school_id, self.law)
        self.assertEqual(person.alumni_degree_level, "master")
        self.assertEqual(person.alumni_generation_id, self.generation_2)

    def test_two_awards_on_one_day_take_the_one_begun_first(self):
        person = self._person("Ada Byron")
        self._education(person, self.master, "2012-07-01", self.science, 2011)
        self._education(person, self.bachelor, "2012-07-01", self.law, 2009)
        self._education(person, self.doctorate, "2012-07-01", self.science)
        self.assertEqual(person.alumni_school_id, self.law)

    def test_student_has_a_school_but_is_no_alumnus(self):
        person = self._person("Ada Byron")
        self._education(
            person, self.master, None, self.science, 2011, state="returning"
        )
        self._education(person, self.bachelor, None, self.law, 2009, state="entering")
        self.assertFalse(person.is_alumnus)
        self.assertEqual(person.alumni_first_award_year, 0)
        self.assertFalse(person.alumni_first_award_decade)
        self.assertFalse(person.alumni_generation_id)
        self.assertEqual(person.alumni_school_id, self.law)

    def test_rule_who_is_an_alumnus(self):
        certified = self._person("Cora Certificate")
        self._education(certified, self.certificate, "2009-07-01", self.law)
        left = self._person("Lea Left")
        self._education(left, self.bachelor, None, self.law, 2009, state="left")
        graduate = self._person("Gil Graduate")
        self._education(graduate, self.certificate, "2009-07-01", self.law)
        self._education(graduate, self.bachelor, "2012-07-01", self.science)
        people = certified + left + graduate
        expected = {
            "awarded": [True, False, True],
            "awarded_no_certificate": [False, False, True],
            "attended": [True, True, True],
        }
        for rule, alumni in expected.items():
            with self.subTest(rule):
                self.company.alumni_rule = rule
                self.assertEqual(people.mapped("is_alumnus"), alumni)
        self.company.alumni_rule = "awarded_no_certificate"
        self.assertEqual(graduate.alumni_first_award_year, 2012)
        self.assertEqual(graduate.alumni_school_id, self.science)
        self.assertEqual(certified.alumni_first_award_year, 0)

    def test_losing_the_award(self):
        person = self._person("Ada Byron")
        education = self._education(person, self.master, "2012-09-30", self.law)
        self.assertTrue(person.is_alumnus)
        education.unlink()
        self.assertFalse(person.is_alumnus)
        self.assertFalse(person.alumni_school_id)

    def test_level_of_a_degree_changes(self):
        person = self._person("Ada Byron")
        self._education(person, self.bachelor, "2012-09-30", self.law)
        self.bachelor.level = "doctorate"
        self.assertEqual(person.alumni_degree_level, "doctorate")

    def test_main_audience_follows_the_order(self):
        person = self._person("Ada Byron")
        staff = self.env.ref("alumni_relations.audience_staff")
        graduate = self.env.ref("alumni_relations.audience_graduate")
        person.alumni_audience_ids = staff + graduate
        self.assertEqual(person.alumni_audience_id, graduate)
        staff.sequence = -1
        self.assertEqual(person.alumni_audience_id, staff)
        staff.active = False
        self.assertEqual(person.alumni_audience_id, graduate)

    def test_a_company_has_nothing_of_ours(self):
        company = self._person(
            "Ada Byron",
            is_company=True,
            email="ada@example.org",
            alumni_audience_ids=self.env.ref("alumni_relations.audience_staff").ids,
        )
        self._education(company, self.bachelor, "2012-09-30", self.law)
        for name in EDUCATION_FIELDS + REACH_FIELDS + ("alumni_audience_id",):
            with self.subTest(name):
                self.assertFalse(company[name])

    def test_ambassador_is_who_said_yes_and_stays(self):
        person = self._person("Ada Byron")
        for stage, expected in {
            "identified": False,
            "approached": False,
            "accepted": True,
            "active": True,
            "resting": True,
            "former": False,
        }.items():
            with self.subTest(stage):
                person.alumni_ambassador_stage = stage
                self.assertEqual(person.is_ambassador, expected)


@tagged("post_install", "-at_install")
class TestPartnerSql(PeopleCommon):
    def _row(self, person):
        self.env.flush_all()
        [row] = self.env.execute_query(
            SQL(
                "SELECT %s FROM res_partner WHERE id = %s",
                SQL(", ").join(SQL.identifier(name) for name in STORED),
                person.id,
            )
        )
        return dict(zip(STORED, row, strict=True))

    def test_row_written_by_sql_equals_row_written_by_the_orm(self):
        full = self._person(
            "Zoé Œuvrard",
            alumni_birth_date="1983-03-02",
            email="zoe@example.org",
            phone="+33 2 47 36 66 00",
            street="12 rue des Tanneurs",
            city="Tours",
            zip="37000",
            alumni_ambassador_stage="active",
            alumni_audience_ids=self.env.ref("alumni_relations.audience_staff").ids,
        )
        self._education(full, self.master, "2012-09-30", self.law, 2010)
        self._consent(full, "refused", channel="post")
        bare = self._person("Bare")
        for person in full + bare:
            expected = self._row(person)
            self.env.cr.execute(
                SQL(
                    "UPDATE res_partner SET %s WHERE id = %s",
                    SQL(", ").join(
                        SQL("%s = NULL", SQL.identifier(name)) for name in STORED
                    ),
                    person.id,
                )
            )
            changed = person._alumni_recompute_sql(SQL("SELECT %s", person.id))
            with self.subTest(person.name):
                self.assertEqual(changed, 1)
                self.assertEqual(self._row(person), expected)
        self.assertEqual(self._row(full)["alumni_match_key"], "oeuvrard|zoe|1983-03-02")
        self.assertEqual(self._row(full)["alumni_post_reason"], "refused")

    def test_running_again_writes_nothing(self):
        person = self._person("Ada Byron", email="ada@example.org")
        self.env.flush_all()
        ids = SQL("SELECT %s", person.id)
        self.assertEqual(person._alumni_recompute_sql(ids), 0)

    def test_cache_forgets_what_it_knew(self):
        person = self._person("Ada Byron", email="ada@example.org")
        self.assertEqual(person.alumni_email_reason, "ok")
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner SET alumni_deceased = TRUE WHERE id = %s", person.id
            )
        )
        person._alumni_recompute_sql(SQL("SELECT %s", person.id))
        self.assertEqual(person.alumni_email_reason, "deceased")

    def test_as_many_statements_for_many_as_for_few(self):
        def create(count):
            self.env.flush_all()
            people = self.env["res.partner"].create(
                [{"name": f"Person {i}"} for i in range(count)]
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            people._alumni_recompute_sql(SQL("SELECT unnest(%s)", people.ids))
            return self.env.cr.sql_log_count - before

        self.assertEqual(create(10), create(1000))


@tagged("post_install", "-at_install")
class TestPartnerNames(PeopleCommon):
    def test_name_is_composed(self):
        person = self.env["res.partner"].create(
            {"alumni_first_name": "Adrienne", "alumni_family_name": "LECONTE"}
        )
        self.assertEqual(person.name, "Adrienne LECONTE")
        person.alumni_family_name = "Gilbert"
        self.assertEqual(person.name, "Adrienne Gilbert")
        person.write({"alumni_first_name": "A.", "name": "Professor Gilbert"})
        self.assertEqual(person.name, "Professor Gilbert")

    def test_form_composes_and_keeps_saved_values_while_editing(self):
        person = self._person("Ada Byron", email="ada@example.org")
        self._education(person, self.master, "2012-09-30", self.law)
        view = "alumni_relations.res_partner_view_form_people"
        with Form(person.with_user(self.officer), view) as form:
            form.alumni_family_name = "Lovelace"
            self.assertEqual(form.name, "Ada Lovelace")
            form.email = "no address"
            self.assertEqual(form.alumni_email_reason, "ok")
            self.assertEqual(form.alumni_school_id, self.law)
        self.assertEqual(person.alumni_email_reason, "invalid")
        self.assertEqual(person.alumni_school_id, self.law)

    def test_new_person_in_a_form(self):
        view = "alumni_relations.res_partner_view_form_people"
        with Form(self.env["res.partner"].with_user(self.officer), view) as form:
            form.alumni_first_name = "Ada"
            form.alumni_family_name = "Byron"
            with form.alumni_education_ids.new() as line:
                line.degree_id = self.master
                line.school_id = self.law
                line.award_date = "2012-09-30"
        person = form.record
        self.assertEqual(person.name, "Ada Byron")
        self.assertTrue(person.is_alumnus)
        self.assertEqual(person.alumni_generation_id, self.generation_2)

    def test_date_of_death_makes_deceased(self):
        person = self._person("Ada Byron", email="ada@example.org")
        person.alumni_deceased_date = "1852-11-27"
        self.assertTrue(person.alumni_deceased)
        self.assertFalse(person.alumni_contactable)


@tagged("post_install", "-at_install")
class TestPartnerScreens(PeopleCommon):
    def _queries(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        function()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        return self.env.cr.sql_log_count - before

    def _specification(self, view, view_type):
        partner = self.env["res.partner"].with_user(self.officer)
        views = partner.get_views([(self.env.ref(view).id, view_type)])
        arch = views["views"][view_type]["arch"]
        names = {
            node.get("name")
            for node in etree.fromstring(arch).iter("field")
            if not any(parent.tag == "field" for parent in node.iterancestors())
        }
        fields = views["models"]["res.partner"]["fields"]
        return {
            name: {"fields": {"display_name": {}}}
            if fields[name]["type"] in ("many2one", "many2many", "one2many")
            else {}
            for name in names
        }

    def _history(self, person, acts):
        self.env["alumni.gift"].create(
            [
                {
                    "partner_id": person.id,
                    "gift_type_id": self.env.ref("alumni_relations.gift_type_time").id,
                    "hours": 1,
                }
            ]
            * acts
        )
        self.env["alumni.participation"].create(
            [
                {
                    "partner_id": person.id,
                    "programme_id": self.programme.id,
                    "state": "done",
                }
            ]
            * acts
        )

    def test_list_costs_the_same_for_10_and_1000(self):
        people = self.env["res.partner"].create(
            [
                {
                    "name": f"Person {number}",
                    "email": f"person{number}@example.org",
                    "alumni_education_ids": [
                        Command.create(
                            {
                                "degree_id": self.master.id,
                                "school_id": self.law.id,
                                "award_date": "2012-07-01",
                            }
                        )
                    ],
                }
                for number in range(1000)
            ]
        )
        specification = self._specification(
            "alumni_relations.res_partner_view_list_people", "list"
        )
        partners = self.env["res.partner"].with_user(self.officer)

        def read(ids):
            return partners.web_search_read([("id", "in", ids)], specification)

        few = self._queries(lambda: read(people.ids[:10]))
        self.assertEqual(self._queries(lambda: read(people.ids)), few)

    def test_form_costs_the_same_whatever_the_history(self):
        quiet, busy = self._person("Quiet Person"), self._person("Busy Person")
        self._history(quiet, 1)
        self._history(busy, 300)
        specification = self._specification(
            "alumni_relations.res_partner_view_form_people", "form"
        )

        def read(person):
            return person.with_user(self.officer).web_read(specification)

        self.assertEqual(
            self._queries(lambda: read(busy)), self._queries(lambda: read(quiet))
        )

    def test_form_costs_at_most_8_queries_more_than_a_contact(self):
        person = self._person(
            "Ada Byron",
            alumni_audience_ids=self.env.ref("alumni_relations.audience_graduate").ids,
        )
        self._education(person, self.master, "2012-09-30", self.law)
        self._history(person, 3)
        ours = self._specification(
            "alumni_relations.res_partner_view_form_people", "form"
        )
        ours["alumni_education_ids"] = {
            "fields": {
                "degree_id": {"fields": {"display_name": {}}},
                "school_id": {"fields": {"display_name": {}}},
                "award_date": {},
                "state": {},
            }
        }
        stock = {
            name: specification
            for name, specification in ours.items()
            if not name.startswith(("alumni_", "is_alumnus"))
        }
        person = person.with_user(self.officer)
        more = self._queries(lambda: person.web_read(ours)) - self._queries(
            lambda: person.web_read(stock)
        )
        self.assertLessEqual(more, 8)

    def test_buttons_and_names_by_one_query(self):
        person = self._person("Ada Byron")
        self._education(person, self.master, "2012-09-30", self.law)
        self._history(person, 2)
        for interest in ("languages", "music"):
            person.alumni_interest_ids += self.env.ref(
                f"alumni_relations.interest_culture_{interest}"
            )
        for number in ("990", "001"):
            self.env["alumni.student.number"].create(
                {"name": number, "partner_id": person.id}
            )
        self.env["alumni.gift"].search(
            [("partner_id", "=", person.id)], limit=1
        ).state = "cancelled"
        people = (person + self._person("Other")).with_user(self.officer)
        people._compute_alumni_glance()
        with self.assertQueryCount(1):
            people._compute_alumni_glance()
        self.assertEqual(people[0].alumni_education_count, 1)
        self.assertEqual(people[0].alumni_gift_count, 1)
        self.assertEqual(people[0].alumni_participation_count, 2)
        self.assertEqual(people[0].alumni_attendance_count, 0)
        self.assertEqual(people[1].alumni_gift_count, 0)
        self.assertEqual(people[0].alumni_interest_names, "Music, Languages")
        self.assertEqual(people[0].alumni_student_number_names, "001, 990")
        self.assertFalse(people[1].alumni_interest_names)
        action = people[0].action_alumni_gifts()
        self.assertEqual(action["domain"], [("partner_id", "=", person.id)])

    def test_every_filter_and_group_works(self):
        partners = self.env["res.partner"].with_user(self.officer)
        view_id = self.env.ref("alumni_relations.res_partner_view_search_people").id
        arch = partners.get_views([(view_id, "search")])["views"]["search"]["arch"]
        for node in etree.fromstring(arch).iter("filter"):
            with self.subTest(node.get("name")):
                if domain := node.get("domain"):
                    partners.search(safe_eval(domain), limit=1)
                if context := node.get("context"):
                    group = safe_eval(context)["group_by"]
                    partners.formatted_read_group([], [group], ["__count"])

    def test_interest_finds_what_is_part_of_it(self):
        culture = self.env.ref("alumni_relations.interest_culture")
        music = self.env.ref("alumni_relations.interest_culture_music")
        person = self._person("Ada Byron", alumni_interest_ids=music.ids)
        self.assertIn(
            person,
            self.env["res.partner"].search(
                [("alumni_interest_ids", "child_of", culture.id)]
            ),
        )

    def test_new_graduates(self):
        recent, old = self._person("Recent One"), self._person("Old One")
        self._education(recent, self.master, str(fields.Date.today()), self.law)
        self._education(old, self.master, "2012-07-01", self.law)
        found = self.env["res.partner"].search(
            [("alumni_first_award_date", ">", "today -1y")]
        )
        self.assertIn(recent, found)
        self.assertNotIn(old, found)

    def test_ambassador_kanban_shows_every_stage(self):
        stages = [
            stage
            for stage, _label in self.env["res.partner"]
            ._fields["alumni_ambassador_stage"]
            .selection
        ]
        partners = self.env["res.partner"].with_context(read_group_expand=True)
        groups = partners.web_read_group(
            [("alumni_ambassador_stage", "!=", False)], ["alumni_ambassador_stage"]
        )["groups"]
        self.assertEqual([g["alumni_ambassador_stage"] for g in groups], stages)
