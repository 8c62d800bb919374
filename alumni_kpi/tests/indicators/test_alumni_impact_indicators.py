from odoo.tests import tagged

from .common import IndicatorCommon


@tagged("post_install", "-at_install")
class TestImpactIndicators(IndicatorCommon):
    """Indicators of learning, networking and promotion, counted by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann, cls.bob = (cls._alumnus() for _ in range(2))
        cls.cid = cls._alumnus(award="2015-07-01")
        cls.students = [
            cls._person(
                f"Student {number}",
                alumni_audience_ids=cls.env.ref(
                    "alumni_relations.audience_leaving_student"
                ).ids,
            )
            for number in range(4)
        ]
        cls.course = cls.env["alumni.programme"].create(
            {"name": "Courses", "programme_type": "lifelong_learning"}
        )

    def test_nothing_recorded_is_unknown(self):
        codes = ("LRN-02", "LRN-04", "LRN-06", "NET-09", "PRO-05")
        self.assertValues(dict.fromkeys(codes, "no_records"))
        codes = ("NET-06", "PRO-03", "PRO-04", "PRO-06", "PRO-07")
        self.assertValues(dict.fromkeys(codes, "no_entry"))

    def test_entered_figures(self):
        for measure, amount in {
            "respondents_employed": 200,
            "hired_by_network": 50,
            "applicants_referred": 40,
            "referred_enrolled": 10,
            "testimonials": 12,
            "advocacy": 3,
        }.items():
            self._enter(measure, amount)
        self._enter("applicants_referred", 8, breakdown="school", school_id=self.law.id)
        self._enter("referred_enrolled", 2, breakdown="school", school_id=self.law.id)
        self.assertValues(
            {"NET-06": 25, "PRO-03": 40, "PRO-04": 25, "PRO-06": 12, "PRO-07": 3}
        )
        self.assertValues(
            {"PRO-03": 8, "PRO-04": 25, "NET-06": "no_entry"}, "school", self.law
        )

    def test_hours_of_learning(self):
        """An event of four hours counts for who came, unless the participation says
        how long it was; a trip of three days counts by participations only."""
        lecture = self._event("Lecture", "2024-05-01", programme_id=self.course.id)
        trip = self._event("Trip", "2024-05-10", programme_id=self.course.id)
        trip.date_end = "2024-05-13 20:00:00"
        learner = {"programme_id": self.course.id, "role": "participant"}
        for person in (self.ann, self.bob, self.students[0]):
            self._attendance(person, lecture)
            self._attendance(person, trip)
        self._attendance(self.cid, lecture, "open")
        self._participation(self.bob, event_id=lecture.id, hours=1.5, **learner)
        self._participation(self.bob, event_id=trip.id, hours=20, **learner)
        self._participation(self.cid, hours=6, **learner)
        self._participation(self.cid, hours=60, state="planned", **learner)
        self._participation(self.cid, "participant", hours=600)
        self.assertValues({"LRN-02": 4 + 1.5 + 20 + 6})
        self.assertValues({"LRN-02": 31.5}, "programme", self.course)

    def test_students_reached(self):
        """Those who met a graduate who had a role, each once."""
        first, second, third, fourth = self.students
        self._participation(self.ann, "speaker", event_id=self.event.id)
        self._attendance(first)
        self._attendance(second, state="open")
        self._attendance(self.bob)
        alone = self._event("Without alumni", "2024-05-01", programme_id=False)
        self._attendance(second, alone)
        self._participation(self.students[3], "speaker", event_id=alone.id)
        mentoring = self.env["alumni.programme"].create({"name": "One to one"})
        self._participation(first, "mentee", programme_id=mentoring.id)
        self._participation(third, "mentee", programme_id=mentoring.id)
        self._enter("students", 50)
        self.assertValues({"LRN-06": 100 * 1 / 50})
        self._participation(self.cid, "mentor", programme_id=mentoring.id)
        self.assertValues({"LRN-06": 100 * 2 / 50})
        self.assertOpens(first + third, "LRN-06")
        self.assertFalse(fourth.is_alumnus)

    def test_student_fairs(self):
        kind = self.env.ref("alumni_relations.event_kind_student_fair")
        fairs = [
            self._event(f"Fair {day}", f"2024-05-0{day}", alumni_kind_id=kind.id)
            for day in (1, 2, 3)
        ]
        fairs[0].address_id = self.env["res.partner"].create(
            {"name": "Hall", "country_id": self.env.ref("base.be").id}
        )
        self._participation(self.ann, "volunteer", event_id=fairs[0].id)
        self._participation(self.students[0], "volunteer", event_id=fairs[1].id)
        planned = self._participation(
            self.bob, "volunteer", event_id=fairs[1].id, state="planned"
        )
        self.assertValues({"PRO-05": 100 * 1 / 3})
        self.assertValues({"PRO-05": 100}, "country", self.env.ref("base.be"))
        fairs[2].kanban_state = "cancel"
        planned.action_done()
        self.assertValues({"PRO-05": 100})
        self.assertOpens(fairs[0] + fairs[1], "PRO-05")

    def test_questions_of_the_bank(self):
        """Ratings of one question each, in whatever survey it is asked."""
        learning, network, meeting = (
            bank.copy({"survey_id": self.survey.id, "alumni_bank_id": bank.id})
            for bank in (
                self.env.ref(f"alumni_relations.bank_{name}")
                for name in (
                    "learning_quantitative_1",
                    "networking_quantitative_4",
                    "networking_quantitative_1",
                )
            )
        )
        ratings = {
            self.ann: (5, 4, 5),
            self.bob: (3, 2, 5),
            self.cid: (4, 3, 5),
        }
        for person, row in ratings.items():
            answer = self._answer(person)
            for question, rating in zip((learning, network, meeting), row, strict=True):
                self.env["survey.user_input.line"].create(
                    {
                        "user_input_id": answer.id,
                        "question_id": question.id,
                        "answer_type": "scale",
                        "value_scale": rating,
                    }
                )
        self.assertValues({"LRN-04": 100 * 2 / 3, "NET-09": 100 * 1 / 3})
        self.assertValues({"NET-09": 50}, "award_decade", "2000")
        self.assertValues({"NET-09": 0}, "generation", self.younger)
