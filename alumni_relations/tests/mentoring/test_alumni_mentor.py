from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ...wizards.mentoring import alumni_mentoring_proposal
from .common import MentoringCommon


@tagged("post_install", "-at_install")
class TestAlumniMentor(MentoringCommon):
    """Who is proposed for whom, in which order and why."""

    def _proposals(self, requests):
        action = requests.with_user(self.officer).action_find_mentors()
        return (
            self.env["alumni.mentoring.proposal"]
            .with_user(self.officer)
            .search(action["domain"])
        )

    def _proposed(self, request):
        """The people proposed, in order."""
        try:
            return self._proposals(request).mentor_id.partner_id
        except UserError:
            return self.env["res.partner"]

    def _score(self, request, mentor):
        found = self._proposals(request)
        return found.filtered(lambda p: p.mentor_id == mentor).score

    def test_terms_come_from_the_person(self):
        self.ada.write(
            {
                "alumni_interest_ids": [Command.set(self.optics.ids)],
                "lang": "en_US",
                "city": "Tours",
                "country_id": self.france.id,
            }
        )
        form = Form(self.env["alumni.mentor"])
        form.programme_id = self.programme
        form.partner_id = self.ada
        mentor = form.save()
        self.assertEqual(mentor.interest_ids, self.optics)
        self.assertEqual(mentor.lang_ids, self.english)
        self.assertEqual((mentor.city, mentor.country_id), ("Tours", self.france))
        mentor.city = "Lyon"
        self.ada.city = "Paris"
        self.assertEqual(mentor.city, "Lyon")
        self.assertEqual(mentor.lang_ids, self.english)
        mentor.unlink()
        mentor = self.env["alumni.mentor"].create(
            {
                "partner_id": self.ada.id,
                "programme_id": self.programme.id,
                "interest_ids": [Command.set(self.law.ids)],
            }
        )
        self.assertEqual(mentor.interest_ids, self.law)
        self.assertEqual(mentor.lang_ids, self.english)
        self.assertEqual((mentor.city, mentor.country_id), ("Paris", self.france))

    def test_worked_example_of_the_documentation(self):
        """Interests 25 of 50, language 20, place 7.5, times 7.5: 60."""
        mentor = self._mentor(
            interest_ids=self.physics,
            lang_ids=self.british + self.french,
            city="Lyon",
            country_id=self.france.id,
            available_evening=True,
            capacity=2,
        )
        request = self._request(
            interest_ids=self.optics + self.law,
            lang_ids=self.english,
            city="Tours",
            country_id=self.france.id,
            available_evening=True,
            available_weekend=True,
        )
        [proposal] = self._proposals(request)
        self.assertEqual((proposal.mentor_id, proposal.rank), (mentor, 1))
        self.assertEqual(proposal.score, 60)
        self.assertEqual(proposal.place_count, 2)
        for reason in (
            "1 of 2 interests (Optics)",
            "English",
            "Same country",
            "In the evening",
        ):
            self.assertIn(reason, proposal.reasons)
        self.assertNotIn("weekend", proposal.reasons)

    def test_interests_by_the_tree(self):
        request = self._request(interest_ids=self.physics)
        for offered, points in (
            (self.physics, 100),
            (self.optics, 100),
            (self.science, 100),
            (self.chemistry, 50),
            (self.law, 50),
            (self.env["alumni.interest"], 50),
        ):
            mentor = self._mentor(interest_ids=offered)
            with self.subTest(offered.name):
                self.assertEqual(self._score(request, mentor), points)
            mentor.unlink()

    def test_one_wide_interest_meets_each_below_it_once(self):
        request = self._request(interest_ids=self.optics + self.chemistry)
        mentor = self._mentor(interest_ids=self.science + self.physics)
        self.assertEqual(self._score(request, mentor), 100)
        self.assertEqual(self._proposals(request).interests_met, 2)

    def test_language(self):
        request = self._request(lang_ids=self.english + self.french)
        for spoken, points in (
            (self.british, 100),
            (self.spanish + self.french, 100),
            (self.env["res.lang"], 80),
        ):
            mentor = self._mentor(lang_ids=spoken)
            self.assertEqual(self._score(request, mentor), points)
            mentor.unlink()
        self._mentor(lang_ids=self.spanish)
        self.assertFalse(self._proposed(request))

    def test_place(self):
        tours = {"city": "Tours", "country_id": self.france.id}
        request = self._request(**tours)
        for place, points in (
            ({"city": " tours ", "country_id": self.france.id}, 100),
            ({"city": "Tours"}, 100),
            ({"city": "Lyon", "country_id": self.france.id}, 92.5),
            ({"city": "Tours", "country_id": self.spain.id}, 85),
            ({}, 85),
        ):
            mentor = self._mentor(**{"city": False, "country_id": False, **place})
            with self.subTest(place):
                self.assertEqual(self._score(request, mentor), points)
            mentor.unlink()

    def test_order(self):
        people = [self._person(f"Mentor Number{i}") for i in range(4)]
        busy = self._mentor(people[0], capacity=3, interest_ids=self.law)
        self._pair(busy, self._request(self.grace))
        self._mentor(people[1], interest_ids=self.science)
        self._mentor(people[2], interest_ids=self.law)
        self._mentor(people[3])
        self.ada.alumni_deceased = False
        found = self._proposed(self._request(interest_ids=self.law))
        self.assertEqual(found.ids, [people[i].id for i in (2, 0, 1, 3)])

    def test_who_is_not_proposed(self):
        request = self._request()
        yesterday = fields.Date.today() - timedelta(days=1)
        other = self.env["alumni.programme"].create(
            {"name": "Other mentoring", "programme_type": "mentoring"}
        )
        elsewhere = self.env["alumni.programme"].create(
            {
                "name": "Mentoring",
                "programme_type": "mentoring",
                "company_id": self.other_company.id,
            }
        )
        mentor = self._mentor()
        self.assertEqual(self._proposed(request), self.ada)
        changes = (
            ("not himself", {"partner_id": self.alan.id}),
            ("another programme", {"programme_id": other.id}),
            ("another institution", {"programme_id": elsewhere.id}),
            ("not yet", {"date_start": fields.Date.today() + timedelta(days=1)}),
            ("no longer", {"date_end": yesterday}),
        )
        for why, change in changes:
            before = mentor.read(list(change), load=False)[0]
            mentor.write(change)
            with self.subTest(why):
                self.assertFalse(self._proposed(request))
            before.pop("id")
            mentor.write(before)
        for why, change in (
            ("deceased", {"alumni_deceased": True}),
            ("archived", {"active": False}),
        ):
            self.ada.write(change)
            with self.subTest(why):
                self.assertFalse(self._proposed(request))
            self.ada.write({"alumni_deceased": False, "active": True})
        self.programme.active = False
        self.assertFalse(self._proposed(request))
        self.programme.active = True
        self.assertEqual(self._proposed(request), self.ada)
        pair = self._pair(mentor, self._request(self.grace), "proposed")
        self.assertFalse(self._proposed(request), "no place")
        pair.write({"state": "declined", "declined_by": "mentor"})
        self.assertEqual(self._proposed(request), self.ada)
        self._pair(mentor, request, "declined")
        self.assertFalse(self._proposed(request), "said no before")

    def test_nobody_is_paired_by_looking(self):
        self._mentor()
        self._proposals(self._request())
        self.assertFalse(self.env["alumni.mentoring.pair"].search([]))

    def test_choose(self):
        first, second = self._mentor(), self._mentor(self.grace)
        requests = self._request() + self._request(self._person("Eve Other"))
        found = self._proposals(requests)
        self.assertEqual(len(found), 4)
        chosen = found.filtered(
            lambda p: p.mentor_id == second and p.request_id == requests[0]
        )
        action = chosen.action_choose()
        pair = self.env["alumni.mentoring.pair"].browse(action["res_id"])
        self.assertEqual((pair.mentor_id, pair.state), (second, "proposed"))
        self.assertEqual(pair.create_uid, self.officer)
        self.assertEqual(requests[0].state, "proposed")
        # The request is dealt with and the mentor has no place left.
        left = found.exists()
        self.assertEqual(left.request_id, requests[1])
        self.assertEqual(left.mentor_id, first)

    def test_each_sees_own_proposals(self):
        self._mentor()
        found = self._proposals(self._request())
        self.assertTrue(found)
        self.assertFalse(
            self.env["alumni.mentoring.proposal"].with_user(self.manager).search([])
        )

    def test_many_at_once_by_one_statement(self):
        self._mentor(capacity=100, interest_ids=self.science)
        self._mentor(self.grace, capacity=100)

        def count(number):
            requests = self.env["alumni.mentoring.request"].browse(
                self._request(self._person(f"Mentee {i}"), interest_ids=self.optics).id
                for i in range(number)
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            action = requests.action_find_mentors()
            used = self.cr.sql_log_count - before
            found = self.env["alumni.mentoring.proposal"].search(action["domain"])
            self.assertEqual(len(found), 2 * number)
            self.assertEqual(
                set(found.filtered(lambda p: p.rank == 1).mentor_id.partner_id),
                {self.ada},
            )
            return used

        count(1)
        self.assertEqual(count(2), count(50))

    def test_no_more_than_can_be_looked_at(self):
        for i in range(3):
            self._mentor(self._person(f"Mentor {i}"))
        with patch.object(alumni_mentoring_proposal, "PROPOSALS", 2):
            self.assertEqual(len(self._proposals(self._request())), 2)

    def test_bad_input(self):
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        with self._refused("is a company"):
            self._mentor(firm)
        self.grace.alumni_deceased = True
        with self._refused("is deceased"):
            self._mentor(self.grace)
        mentor = self._mentor()
        with self._refused("another company|different company"):
            self._mentor(self._person("Far Away", company_id=self.other_company.id))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                self._mentor()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                mentor.capacity = 0
                mentor.flush_recordset()
        mentor.capacity = 2
        self._pair(mentor, self._request())
        self._pair(mentor, self._request(self._person("Eve Other")), "proposed")
        with self._refused("2 mentees.*1 places"):
            mentor.capacity = 1
        with self._refused("is in a mentoring pair"):
            mentor.partner_id = self._person("Eve Else")
        self.programme.active = False
        with self._refused("is archived"):
            self._mentor(self._person("Late Comer"))

    def test_the_database_keeps_the_places(self):
        """Whatever two users do at the same moment."""
        mentor = self._mentor()
        self._pair(mentor)
        self.env.flush_all()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                self.cr.execute(
                    "UPDATE alumni_mentor SET mentee_count = 2 WHERE id = %s",
                    [mentor.id],
                )

    def test_nothing_to_look_for(self):
        request = self._request()
        with self._refused("No mentor can be proposed"):
            request.action_find_mentors()
        request.action_withdraw()
        with self._refused("nothing to look for"):
            request.action_find_mentors()
