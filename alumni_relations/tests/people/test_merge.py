from odoo.tests import tagged

from .common import PeopleCommon


@tagged("post_install", "-at_install")
class TestMerge(PeopleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=False))
        cls.kept = cls._person("Ada Byron", email="ada@example.org")
        cls.lost = cls._person("Ada Byron", email="ada@example.org")

    def _merge(self, *others):
        people = self.kept + self.lost
        self.env["base.partner.merge.automatic.wizard"]._merge(people.ids, self.kept)
        self.assertFalse(self.lost.exists())

    def test_colliding_educations_lose_nothing(self):
        self._education(self.kept, self.bachelor, None, self.law, 2008, "returning")
        other = self._education(self.lost, self.bachelor, "2010-07-01", self.law, 2007)
        other.student_number = "00123"
        self._education(self.kept, self.master, "2012-07-01", self.law)
        self._education(self.lost, self.doctorate, "2016-07-01", self.science)
        self._merge()
        educations = self.kept.alumni_education_ids.sorted("degree_id")
        self.assertEqual(
            educations.degree_id, self.bachelor + self.master + self.doctorate
        )
        bachelor = educations.filtered(lambda e: e.degree_id == self.bachelor)
        self.assertEqual(bachelor.state, "awarded")
        self.assertEqual(str(bachelor.award_date), "2010-07-01")
        self.assertEqual(bachelor.start_year, 2007)
        self.assertEqual(bachelor.student_number, "00123")
        self.assertEqual(self.kept.alumni_first_award_year, 2010)
        self.assertEqual(self.kept.alumni_generation_id, self.generation_2)
        self.assertEqual(self.kept.alumni_degree_level, "doctorate")

    def test_contradictions_are_noted(self):
        self._education(self.kept, self.master, "2012-07-01", self.law)
        self._education(self.lost, self.master, "2013-07-01", self.science)
        self._merge()
        self.assertEqual(str(self.kept.alumni_education_ids.award_date), "2012-07-01")
        note = " ".join(self.kept.message_ids.mapped("body"))
        self.assertIn("2013-07-01", note)
        self.assertIn("Science", note)

    def test_only_the_lost_one_is_a_graduate(self):
        self._education(self.lost, self.master, "2012-07-01", self.law)
        self.assertFalse(self.kept.is_alumnus)
        self._merge()
        self.assertTrue(self.kept.is_alumnus)
        self.assertEqual(self.kept.alumni_school_id, self.law)

    def test_numbers_consents_gifts_and_tags_move(self):
        for person, number in ((self.kept, "001"), (self.lost, "990")):
            self.env["alumni.student.number"].create(
                {"name": number, "partner_id": person.id}
            )
        music = self.env.ref("alumni_relations.interest_culture_music")
        cinema = self.env.ref("alumni_relations.interest_culture_languages")
        staff = self.env.ref("alumni_relations.audience_staff")
        graduate = self.env.ref("alumni_relations.audience_graduate")
        self.kept.alumni_interest_ids = music
        self.lost.alumni_interest_ids = music + cinema
        self.kept.alumni_audience_ids = staff
        self.lost.alumni_audience_ids = graduate
        self._consent(self.kept, "given", channel="email", date="2023-01-01")
        self._consent(self.lost, "refused", channel="email", date="2024-01-01")
        gift = self.env["alumni.gift"].create(
            {
                "partner_id": self.lost.id,
                "gift_type_id": self.env.ref("alumni_relations.gift_type_money").id,
                "amount": 50,
            }
        )
        self._merge()
        self.assertEqual(
            sorted(self.kept.alumni_student_number_ids.mapped("name")), ["001", "990"]
        )
        self.assertEqual(self.kept.alumni_interest_ids, music + cinema)
        self.assertEqual(self.kept.alumni_audience_id, graduate)
        self.assertEqual(len(self.kept.alumni_consent_ids), 2)
        self.assertEqual(self.kept.alumni_email_reason, "refused")
        self.assertEqual(gift.partner_id, self.kept)

    def test_deceased_according_to_one_of_them(self):
        self.lost.alumni_deceased_date = "2020-01-01"
        self._merge()
        self.assertTrue(self.kept.alumni_deceased)
        self.assertFalse(self.kept.alumni_contactable)
