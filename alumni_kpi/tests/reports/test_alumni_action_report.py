from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ActionCommon

MEASURES = [
    "expense_university:sum",
    "expense_other:sum",
    "labour_paid:sum",
    "cost:sum",
    "labour_volunteer:sum",
    "participants:sum",
    "no_shows:sum",
    "engaged:sum",
    "cost_per_participant:sum",
    "cost_per_engaged:sum",
    "cost_per_no_show:sum",
    "no_show_cost:sum",
]


@tagged("post_install", "-at_install")
class TestActionReport(ActionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Report = cls.env["alumni.action.report"]

    def _action(self, event=None, programme=None):
        self._settle()
        if programme:
            domain = [("programme_id", "=", programme.id), ("event_id", "=", False)]
        else:
            domain = [("event_id", "=", (event or self.event).id)]
        return self.Report.search(domain)

    def test_costs_by_who_paid_and_volunteers_beside(self):
        self._cost(974)
        self._cost(1056, payer="other", payer_name="Town")
        self._cost(616, nature="labour", hours=16, rate=38.5)
        self._cost(180, nature="labour", labour="volunteer", hours=9)
        self.env["alumni.cost.line"].create(
            {"name": "Not validated", "event_id": self.event.id, "amount": 5}
        )
        action = self._action()
        self.assertEqual(
            (action.expense_university, action.expense_other, action.labour_paid),
            (974, 1056, 616),
        )
        self.assertEqual(action.cost, 974 + 1056 + 616)
        self.assertEqual(action.labour_volunteer, 180)
        self.assertEqual(action.display_name, self.event.display_name)
        lines = self.env["alumni.cost.line"].search(
            action.action_open_costs()["domain"]
        )
        self.assertEqual(sum(lines.mapped("cost_amount")), action.cost)

    def test_volunteers_recorded_by_name_stand_beside_the_cost(self):
        self._cost(60, nature="labour", labour="volunteer", hours=3)
        speaker = self._participation(
            self._alumnus(), "speaker", event_id=self.event.id, hours=2
        )
        self._participation(self._alumnus(), "mentor", hours=5)
        self.assertEqual(self._action().labour_volunteer, 100)
        self.assertEqual(self._action().cost, 0)
        self.assertEqual(self._action(programme=self.programme).labour_volunteer, 100)
        speaker.action_report_hours()
        self.assertEqual(self._action().labour_volunteer, 60)

    def test_people_are_counted_once_per_action(self):
        self._cost(600)
        came, absent, speaker = (self._alumnus() for _ in range(3))
        self._attendance(came)
        self._attendance(came)
        self._attendance(absent, state="open")
        self._attendance(self._alumnus(), state="cancel")
        self._attendance(speaker, state="open")
        self._participation(speaker, "speaker", event_id=self.event.id)
        guest = self._person("Guest Unknown")
        self._attendance(guest, attendee_id=False, name="x y z", email="x@y.example")
        action = self._action()
        # The guest came, and is no alumnus who could be engaged.
        self.assertEqual(
            (action.registered, action.participants, action.no_shows, action.engaged),
            (4, 3, 1, 2),
        )
        self.assertEqual(action.cost_per_participant, 200)
        self.assertEqual(action.cost_per_engaged, 300)
        self.assertEqual(action.cost_per_no_show, 600)
        self.assertEqual(action.no_show_cost, 150)

    def test_target_is_met_when_as_many_came_as_expected(self):
        """Speakers who did not book a seat are participants and no attendance."""
        missed, met = self.event, self.autumn
        missed.alumni_target_attendance = met.alumni_target_attendance = 2
        for event in (missed, met):
            self._attendance(self._alumnus(), event)
        self._participation(self._alumnus(), "speaker", event_id=missed.id)
        self._attendance(self._alumnus(), missed, state="open")
        self._attendance(self._alumnus(), met)
        self._settle()
        wanted = [("event_id", "in", (missed | met).ids)]
        self.assertEqual(self._action(missed).target_met, 0)
        self.assertEqual(self._action(met).target_met, 1)
        [row] = self.Report._read_group(
            wanted,
            [],
            ["expected_attendance:sum", "has_target:sum", "target_met:sum"],
        )
        self.assertEqual(row, (4, 2, 1))
        met.alumni_target_attendance = 0
        action = self._action(met)
        self.assertEqual((action.has_target, action.target_met), (0, 0))

    def test_what_people_said_stands_beside_the_cost(self):
        """Of several actions each answer weighs the same: two of 5 and one of 2 make
        4.0 and not (5 + 2) / 2."""
        survey = self.env.ref("alumni_relations.survey_after_event")
        ask = {
            name: self.env.ref(f"alumni_relations.question_event_{name}").id
            for name in (
                "satisfaction",
                "expectation_event",
                "networking_quantitative_1",
                "networking_sentiment_1",
            )
        }
        self.env["survey.user_input"]._alumni_record_answers(
            survey,
            [
                {
                    "event_id": event.id,
                    "partner_id": self._alumnus().id,
                    "date": "2024-10-02",
                    "answers": {
                        ask["satisfaction"]: mark,
                        ask["expectation_event"]: 1,
                        ask["networking_quantitative_1"]: mark,
                        ask["networking_sentiment_1"]: 3,
                    },
                }
                for event, mark in (
                    (self.event, 5),
                    (self.event, 5),
                    (self.autumn, 2),
                )
            ],
        )
        action = self._action()
        self.assertEqual((action.ratings, action.satisfaction), (2, 5))
        self.assertEqual((action.impact_answers, action.impact), (4, 50))
        [row] = self.Report._read_group(
            [("event_id", "in", (self.event | self.autumn).ids)],
            [],
            ["ratings:sum", "satisfaction:avg", "impact_answers:sum", "impact:avg"],
        )
        self.assertEqual(row[:3], (3, 4, 6))
        self.assertAlmostEqual(row[3], 100 * 2 / 6)
        outside = self._action(programme=self.programme)
        self.assertEqual((outside.ratings, outside.impact_answers), (0, 0))
        self.env["survey.user_input"].create(
            {
                "survey_id": survey.id,
                "partner_id": self._alumnus().id,
                "alumni_programme_id": self.programme.id,
                "state": "done",
                "user_input_line_ids": [
                    Command.create(
                        {
                            "question_id": ask["satisfaction"],
                            "answer_type": "scale",
                            "value_scale": 4,
                        }
                    )
                ],
            }
        )
        self.Report.invalidate_model()
        outside = self._action(programme=self.programme)
        self.assertEqual((outside.ratings, outside.satisfaction), (1, 4))
        self.assertEqual(self._action().ratings, 2)

    def test_nobody_is_absent_before_the_event_is_over(self):
        coming = self._event("Coming", "2099-01-01")
        self._attendance(self._alumnus(), coming, state="open")
        self.assertEqual(self._action(coming).no_shows, 0)

    def test_ratios_of_several_actions_are_ratios_of_sums(self):
        self._cost(600)
        self._cost(100, self.autumn)
        for _ in range(3):
            self._attendance(self._alumnus())
        self._attendance(self._alumnus(), self.autumn)
        self._attendance(self._alumnus(), self.autumn, state="open")
        self._settle()
        domain = [("programme_id", "=", self.programme.id)]
        [row] = self.Report._read_group(domain, ["programme_id"], MEASURES)
        sums = dict(zip(MEASURES, row[1:], strict=True))
        self.assertEqual(sums["cost:sum"], 700)
        self.assertEqual(sums["participants:sum"], 4)
        self.assertEqual(sums["cost_per_participant:sum"], 175)
        self.assertEqual(sums["cost_per_no_show:sum"], 700)
        pivot = self.Report.formatted_read_grouping_sets(
            domain, [[], ["event_id"]], ["cost:sum", "cost_per_participant:sum"]
        )
        self.assertEqual(pivot[0][0]["cost_per_participant:sum"], 175)
        self.assertEqual(
            {
                row["event_id"] and row["event_id"][0]: row["cost_per_participant:sum"]
                for row in pivot[1]
            },
            {self.event.id: 200, self.autumn.id: 100, False: False},
        )

    def test_without_a_validated_cost_the_cost_is_unknown(self):
        self._cost(60, nature="labour", labour="volunteer", hours=3)
        self._attendance(self._alumnus())
        self._settle()
        measures = ["cost:sum", "cost_per_participant:sum", "labour_volunteer:sum"]
        domain = [("event_id", "=", self.event.id)]
        [total] = self.Report.formatted_read_group(domain, [], measures)
        self.assertEqual([total[name] for name in measures], [False, False, 60])
        self._cost(40)
        self._settle()
        [total] = self.Report.formatted_read_group(domain, [], measures)
        self.assertEqual([total[name] for name in measures], [40, 40, 60])

    def test_what_a_programme_does_outside_its_events(self):
        self._cost(50, event_id=False, programme_id=self.programme.id)
        self._cost(600)
        self._participation(self._alumnus())
        action = self._action(programme=self.programme)
        self.assertEqual((action.cost, action.participants), (50, 1))
        lines = self.env["alumni.cost.line"].search(
            action.action_open_costs()["domain"]
        )
        self.assertEqual(lines.mapped("amount"), [50])

    def test_event_without_people_has_no_cost_per_participant(self):
        self._cost(600)
        self.assertFalse(self._action().cost_per_participant)

    def test_costs_of_a_closed_period_stay(self):
        line = self._cost(600)
        self._settle()
        self._period(2024)._close()
        with self.assertRaisesRegex(UserError, "lies in a closed period"):
            self._cost(5)
        with self.assertRaisesRegex(UserError, "lies in a closed period"):
            line.action_cancel()
        self._cost(5, self.autumn)

    def test_rights(self):
        self._cost(600)
        self._settle()
        for user in (self.analyst, self.officer, self.manager):
            report = self.Report.with_user(user)
            self.assertEqual(
                report.search([("cost", "=", 600)]).event_id.id, self.event.id
            )
            self.assertFalse(report.has_access("write"))
        for user in (self.portal, self.public):
            with self.assertRaises(AccessError):
                self.Report.with_user(user).search([])
        self.event.company_id = self.company
        self._settle()
        self.assertFalse(
            self.Report.with_user(self.other_officer).search(
                [("event_id", "=", self.event.id)]
            )
        )
