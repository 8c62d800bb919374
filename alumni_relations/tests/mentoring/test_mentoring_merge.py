from odoo.tests import tagged

from .common import MentoringCommon


@tagged("post_install", "-at_install")
class TestMentoringMerge(MentoringCommon):
    """Two contacts that are one person: nothing of their mentoring is lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls._person("Ada Lovelace")
        cls.eve, cls.bob = cls._person("Eve Other"), cls._person("Bob Else")

    def _merge(self, kept, *others):
        people = kept.union(*others)
        self.env["base.partner.merge.automatic.wizard"]._merge(people.ids, kept)
        self.env.invalidate_all()
        self.assertEqual(people.exists(), kept)

    def _session_people(self, pair):
        return {
            (line.partner_id, line.role) for line in pair.session_ids.participation_ids
        }

    def test_mentor_of_one_programme_only(self):
        pair = self._pair(self._mentor(self.ada))
        self._session(pair)
        self._merge(self.twin, self.ada)
        self.assertEqual(pair.mentor_id.partner_id, self.twin)
        self.assertEqual(pair.mentor_partner_id, self.twin)
        self.assertEqual(pair.session_ids.mentor_partner_id, self.twin)
        self.assertEqual(
            self._session_people(pair), {(self.twin, "mentor"), (self.alan, "mentee")}
        )
        # What follows the session can still be changed there.
        pair.session_ids.hours = 2

    def test_colliding_mentors(self):
        one = self._mentor(
            self.ada,
            capacity=1,
            date_start="2024-02-01",
            date_end="2025-01-01",
            interest_ids=self.law,
            available_day=True,
            city=False,
        )
        other = self._mentor(
            self.twin,
            capacity=2,
            date_start="2024-01-01",
            interest_ids=self.optics,
            lang_ids=self.french,
            available_evening=True,
            city="Tours",
        )
        first = self._pair(one)
        second = self._pair(other, self._request(self.eve))
        third = self._pair(other, self._request(self.bob), "proposed")
        self._session(second)
        self._merge(self.ada, self.twin)
        self.assertFalse(other.exists())
        self.assertEqual((first | second | third).mentor_id, one)
        self.assertEqual((first | second | third).mentor_partner_id, self.ada)
        self.assertEqual((one.capacity, one.mentee_count, one.place_count), (3, 3, 0))
        self.assertEqual(one.interest_ids, self.law + self.optics)
        self.assertEqual(one.lang_ids, self.french)
        self.assertEqual((one.city, str(one.date_start)), ("Tours", "2024-01-01"))
        self.assertFalse(one.date_end)
        self.assertTrue(one.available_day and one.available_evening)
        self.assertEqual(
            self._session_people(second), {(self.ada, "mentor"), (self.eve, "mentee")}
        )

    def test_both_were_proposed_for_one_request(self):
        request = self._request()
        asked = self._pair(self._mentor(self.ada), request, "proposed")
        active = self._pair(self._mentor(self.twin), request, "active")
        self._session(active)
        self._merge(self.ada, self.twin)
        self.assertFalse(active.exists())
        self.assertEqual((asked.state, asked.session_count), ("active", 1))
        self.assertEqual(str(asked.date_start), "2024-10-01")
        self.assertEqual(asked.mentor_id.mentee_count, 1)
        self.assertEqual(request.state, "matched")
        self.assertEqual(
            self._session_people(asked), {(self.ada, "mentor"), (self.alan, "mentee")}
        )

    def test_colliding_requests(self):
        early = self._request(self.twin, interest_ids=self.law, note="By phone")
        late = self._request(self.ada, date="2024-10-01", interest_ids=self.optics)
        active = self._pair(self._mentor(self.eve), early)
        self._session(active)
        asked = self._pair(
            self._mentor(self.bob), late, "proposed", date_proposed="2024-10-01"
        )
        self._merge(self.ada, self.twin)
        self.assertFalse(early.exists())
        self.assertEqual((active | asked).request_id, late)
        self.assertEqual((active | asked).mentee_partner_id, self.ada)
        self.assertEqual((late.state, str(late.date)), ("matched", "2024-09-02"))
        self.assertEqual(late.interest_ids, self.law + self.optics)
        self.assertEqual(late.note, "By phone")
        self.assertEqual(active.days_to_match, 18)

    def test_ended_requests_stay_apart(self):
        ended = self._pair(self._mentor(self.eve), self._request(self.twin), "ended")
        late = self._request(self.ada, date="2025-10-01")
        self._merge(self.ada, self.twin)
        self.assertEqual(ended.request_id.partner_id, self.ada)
        self.assertEqual((ended.request_id.state, late.state), ("done", "open"))

    def test_mentor_and_mentee_are_two_people(self):
        pair = self._pair(self._mentor(self.ada), self._request(self.twin))
        with self._refused("mentor and mentee are two people"):
            self.env["base.partner.merge.automatic.wizard"]._merge(
                (self.ada | self.twin).ids, self.ada
            )
        self.assertTrue(self.twin.exists())
        self.assertEqual(pair.state, "active")

    def test_mentor_here_and_mentee_there(self):
        """Mentor of one, mentee of another: that is one person's life."""
        mentors = self._pair(self._mentor(self.ada))
        learns = self._pair(self._mentor(self.eve), self._request(self.twin))
        self._merge(self.ada, self.twin)
        self.assertEqual(mentors.mentor_partner_id, self.ada)
        self.assertEqual(learns.mentee_partner_id, self.ada)

    def test_three_at_once(self):
        third = self._person("Ada Lovelace")
        for person, mentee in (
            (self.ada, self.alan),
            (self.twin, self.eve),
            (third, self.bob),
        ):
            self._pair(self._mentor(person), self._request(mentee))
        self._merge(third, self.ada, self.twin)
        mentor = self.env["alumni.mentor"].search([("partner_id", "=", third.id)])
        self.assertEqual((len(mentor), mentor.mentee_count), (1, 3))
