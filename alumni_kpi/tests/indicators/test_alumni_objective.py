from odoo.exceptions import UserError

from ..common import AlumniKpiCommon


class TestAlumniObjective(AlumniKpiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.period = cls._period(2024)
        cls.talks, cls.mentoring = cls.env["alumni.programme"].create(
            [{"name": "Talks"}, {"name": "Mentoring"}]
        )

    def _improvement(self, programme, state, accepted):
        return self.env["alumni.improvement"].create(
            {
                "name": "Better",
                "programme_id": programme.id,
                "state": state,
                "date_deadline": "2024-12-31",
                "accepted_date": accepted,
            }
        )

    def _value(self, indicator, breakdown="total", key=""):
        self.period._refresh_values()
        return self.env["alumni.indicator.value"].search(
            [
                ("indicator_id", "=", self.env.ref(f"alumni_kpi.{indicator}").id),
                ("period_id", "=", self.period.id),
                ("breakdown", "=", breakdown),
                ("key", "=", key),
            ]
        )

    def test_improvements_done(self):
        self.assertEqual(self._value("indicator_eng_59").missing_reason, "no_records")
        self._improvement(self.talks, "done", "2024-01-10")
        late = self._improvement(self.talks, "accepted", "2024-02-10")
        self._improvement(self.mentoring, "done", "2024-03-10")
        self._improvement(self.mentoring, "done", "2023-08-31")
        self._improvement(self.mentoring, "suggested", False)
        total = self._value("indicator_eng_59")
        self.assertEqual((total.numerator, total.denominator), (2, 3))
        part = self._value("indicator_eng_59", "programme", str(self.talks.id))
        self.assertEqual((part.value, part.label), (50, "Talks"))
        action = total.action_open_people()
        self.assertEqual(
            self.env[action["res_model"]].search_count(action["domain"]), 2
        )
        late.action_done()
        late.accepted_date = "2024-02-10"
        self.env.flush_all()
        self.assertEqual(self._value("indicator_eng_59").value, 100)
        late.unlink()
        self.assertEqual(self._value("indicator_eng_59").denominator, 2)

    def test_result_from_an_indicator(self):
        for number in range(4):
            self._alumnus(f"Alum Number{number}", email=f"a{number}@example.org")
        self._settle()
        objective = self.env["alumni.objective"].create(
            {
                "name": "Everyone can be written to",
                "programme_id": self.talks.id,
                "date_end": "2024-08-31",
                "expected": 100,
                "indicator_id": self.env.ref("alumni_kpi.indicator_eng_09").id,
            }
        )
        objective.action_take_result()
        self.assertEqual(objective.actual, 100)
        self.assertTrue(objective.is_met)
        self.assertEqual(str(objective.result_date), "2024-08-31")
        self.assertIn(self.period.name, objective.evidence)
        objective.date_end = "1950-01-01"
        with self.assertRaisesRegex(UserError, "has no value"):
            objective.action_take_result()
