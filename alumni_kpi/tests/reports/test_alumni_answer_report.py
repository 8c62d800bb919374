import csv
import json
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged

from .common import ActionCommon

SAMPLES = Path(__file__).resolve().parents[3] / "data" / "samples"


class AnswerCommon(ActionCommon):
    """Two events of one kind with answers to the survey that ships."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Report = cls.env["alumni.answer.report"]
        cls.survey = cls.env.ref("alumni_relations.survey_after_event")
        cls.question = {
            name: cls.env.ref(f"alumni_relations.question_event_{name}")
            for name in (
                "satisfaction",
                "recommend",
                "expectation_event",
                "networking_quantitative_1",
                "networking_sentiment_1",
            )
        }
        cls.learned = cls.env.ref("alumni_relations.question_event_learning_binary_1")
        cls.comment = cls.env.ref(
            "alumni_relations.question_event_satisfaction_comment"
        )
        cls.kind = cls.env["alumni.event.kind"].create({"name": "Test talk"})
        (cls.event | cls.autumn).alumni_kind_id = cls.kind
        cls._period(2024)
        cls._settle()

    @classmethod
    def _say(cls, event=None, person=None, learned=None, comment=None, **numbers):
        """One person's answers about an event."""
        person = person or cls._alumnus()
        event = event or cls.event
        cls.env["survey.user_input"]._alumni_record_answers(
            cls.survey,
            [
                {
                    "event_id": event.id,
                    "partner_id": person.id,
                    "date": "2024-10-02",
                    "answers": {
                        cls.question[name].id: number
                        for name, number in numbers.items()
                    },
                }
            ],
        )
        answer = cls.env["survey.user_input"].search(
            [("partner_id", "=", person.id), ("alumni_event_id", "=", event.id)],
            limit=1,
        )
        if learned is not None:
            yes, no = cls.learned.suggested_answer_ids
            answer._save_lines(cls.learned, str((yes if learned else no).id))
        if comment:
            answer._save_lines(cls.comment, comment)
        return answer

    def _figures(self, domain, *aggregates):
        self._settle()
        [row] = self.Report._read_group(domain, [], aggregates)
        return row


@tagged("post_install", "-at_install")
class TestAnswerReport(AnswerCommon):
    def test_worked_example(self):
        """The example of docs/surveys.md."""
        for satisfaction, recommend, expectation in (
            (5, 10, 3),
            (4, 9, 4),
            (4, 8, None),
            (2, 3, 4),
        ):
            self._say(
                satisfaction=satisfaction,
                recommend=recommend,
                expectation_event=expectation,
            )
        self._say()  # asked and did not answer
        satisfaction = [("measure", "=", "satisfaction"), ("kind", "=", "quantitative")]
        self.assertEqual(
            self._figures(
                satisfaction,
                "asked:sum",
                "answered:sum",
                "response_rate:avg",
                "rated:sum",
                "rating:avg",
                "high:avg",
            ),
            (5, 4, 80, 4, 3.75, 75),
        )
        self.assertEqual(
            self._figures(
                [("recommend_what", "=", "event")], "recommended:sum", "nps:avg"
            ),
            (4, 25),
        )
        # Received minus expected of the three who said both: 2, 0 and -2.
        self.assertEqual(
            self._figures([], "gap_count:sum", "gap:avg"),
            (3, 0),
        )

    def test_ratios_are_ratios_of_sums(self):
        """Four answers to one event weigh four times as much as one to another."""
        for number in (5, 5, 5, 5):
            self._say(satisfaction=number, recommend=10)
        self._say(self.autumn, satisfaction=1, recommend=0)
        domain = [("measure", "=", "satisfaction"), ("answered", "=", 1)]
        self.assertEqual(self._figures(domain, "rating:avg", "high:avg"), (4.2, 80))
        self.assertEqual(self._figures([], "nps:avg"), (60,))
        [total, *events] = self.Report.with_user(
            self.analyst
        ).formatted_read_grouping_sets(
            domain, [[], ["event_id"]], ["rating:avg", "rated:sum"]
        )
        self.assertEqual((total[0]["rating:avg"], total[0]["rated:sum"]), (4.2, 5))
        self.assertEqual(
            {row["event_id"][0]: row["rating:avg"] for row in events[0]},
            {self.event.id: 5, self.autumn.id: 1},
        )

    def test_yes_sentiment_and_favourable(self):
        self._say(
            learned=True,
            networking_quantitative_1=4,
            networking_sentiment_1=3,
            satisfaction=3,
        )
        self._say(
            learned=False,
            networking_quantitative_1=2,
            networking_sentiment_1=5,
            satisfaction=3,
        )
        self._say(learned=True, satisfaction=3)
        impact = [("measure", "=", "impact")]
        [yes] = self._figures(
            [*impact, ("impact_objective", "=", "learning")], "yes:avg"
        )
        self.assertAlmostEqual(yes, 200 / 3)
        self.assertEqual(
            self._figures([*impact, ("kind", "=", "sentiment")], "rating:avg"), (4,)
        )
        # yes, yes, no; 4, 2; neutral, very positive: four of seven.
        [share] = self._figures([*impact, ("answered", "=", 1)], "favourable:avg")
        self.assertAlmostEqual(share, 400 / 7)

    def test_words_and_several_choices_are_one_answer(self):
        answer = self._say(satisfaction=4, comment="Fine")
        look = self.env.ref("alumni_relations.bank_motivation_look").copy(
            {"survey_id": self.survey.id, "comments_allowed": True}
        )
        choices = look.suggested_answer_ids[:3].ids
        answer._save_lines(look, [str(id_) for id_ in choices], "And more")
        self.learned.comments_allowed = True
        answer._save_lines(
            self.learned, str(self.learned.suggested_answer_ids[0].id), "Much"
        )
        for question in (look, self.comment, self.learned):
            with self.subTest(question=question.title):
                domain = [
                    ("question_id", "=", (question.alumni_bank_id or question).id)
                ]
                self.assertEqual(self._figures(domain, "answered:sum"), (1,))
        self.assertEqual(self._figures([("kind", "=", "binary")], "yes:avg"), (100,))

    def test_what_does_not_count(self):
        first = self._say(satisfaction=1)
        trial = first.copy({"test_entry": True, "state": "done"})
        later = first.copy({"state": "new"})
        later._save_lines(self.question["satisfaction"], "5")
        later._mark_done()
        domain = [("measure", "=", "satisfaction"), ("answered", "=", 1)]
        self.assertEqual(self._figures(domain, "rated:sum", "rating:avg"), (1, 5))
        self.assertEqual(len(first | trial | later), 3)

    def test_anonymous_answers_are_counted(self):
        answer = self._say(satisfaction=5)
        answer.partner_id = False
        self.assertEqual(
            self._figures([("rated", "=", 1)], "rated:sum", "rating:avg"), (1, 5)
        )

    def test_one_question_in_many_surveys(self):
        self._say(satisfaction=5)
        copy = self.survey.copy()
        answer = copy._create_answer(
            partner=self._alumnus(), alumni_event_id=self.autumn.id
        )
        answer._save_lines(copy.question_ids.sorted()[0], "1")
        answer._mark_done()
        bank = self.env.ref("alumni_relations.bank_satisfaction_event")
        self.assertEqual(
            self._figures([("question_id", "=", bank.id)], "rated:sum", "rating:avg"),
            (2, 3),
        )

    def test_dimensions(self):
        self._say(satisfaction=5)
        self._settle()
        row = self.Report.search([("rated", "=", 1)])
        self.assertEqual(
            (row.event_id, row.event_kind_id, row.programme_id, row.company_id),
            (self.event, self.kind, self.programme, self.company),
        )
        # The day of the event, not that of the answer in the next fiscal year.
        self.assertEqual(str(row.date), "2024-06-01")
        self.assertEqual(row.period_id.year, 2024)
        action = row.with_user(self.officer).action_open_answers()
        self.assertEqual(action["res_id"], row.answer_id.id)

    def test_indicators(self):
        """The worked example once more, as indicators; the bulk write is heard."""
        period = self._period(2024)
        period._refresh_values()
        for satisfaction, recommend, expectation in (
            (5, 10, 3),
            (4, 9, 4),
            (4, 8, None),
            (2, 3, 3),
        ):
            self._say(
                satisfaction=satisfaction,
                recommend=recommend,
                expectation_event=expectation,
            )
        self._say()
        self._settle()
        period._refresh_values()
        values = {
            value.code: value
            for value in self.env["alumni.indicator.value"].search(
                [("period_id", "=", period.id), ("breakdown", "=", "total")]
            )
        }
        for code, expected, count in (
            ("ENG-51", 80, 5),
            ("ENG-56", 3.75, 4),
            ("ENG-57", 25, 4),
            ("ENG-58", 1 / 3, 3),
        ):
            with self.subTest(code=code):
                self.assertAlmostEqual(values[code].value, expected, places=4)
                self.assertEqual(values[code].denominator, count)
        self.assertEqual(values["PRO-08"].missing_reason, "no_records")
        answers = self.env["survey.user_input"]
        for column, count in (("answers_asked", 5), ("answers_given", 4)):
            domain = answers._measure_domain(column, period)
            self.assertEqual(
                answers.search_count(domain & Domain("survey_id", "=", self.survey.id)),
                count,
            )

    def test_samples(self):
        """What the sample files say, against totals worked out independently."""
        expected = json.loads((SAMPLES / "expected.json").read_text())["events"]
        with open(SAMPLES / "events.csv", encoding="utf-8") as file:
            events = {
                row["event_ref"]: self._event(row["name"], row["date"])
                for row in csv.DictReader(file)
            }
        with open(SAMPLES / "invitations.csv", encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if row["attended"] == "1"]
        references = sorted({row["person_ref"] for row in rows})
        people = dict(
            zip(
                references,
                self.env["res.partner"].create([{"name": ref} for ref in references]),
                strict=True,
            )
        )
        recorded = self.env["survey.user_input"]._alumni_record_answers(
            self.survey,
            [
                {
                    "event_id": events[row["event_ref"]].id,
                    "partner_id": people[row["person_ref"]].id,
                    "date": "2025-07-06",
                    "answers": {
                        self.question[name].id: int(row[column])
                        for name, column in (
                            ("satisfaction", "satisfaction_1_5"),
                            ("recommend", "recommend_0_10"),
                        )
                        if row[column]
                    },
                }
                for row in rows
            ],
        )
        self.assertEqual(recorded, expected["rated"])
        domain = [("event_id", "in", [event.id for event in events.values()])]
        rated, mean = self._figures(
            [*domain, ("measure", "=", "satisfaction")], "rated:sum", "rating:avg"
        )
        self.assertEqual(rated, expected["rated"])
        self.assertEqual(round(mean * rated), expected["rating_sum"])
        self.assertEqual(round(mean, 3), expected["satisfaction_mean"])
        count, nps = self._figures(
            [*domain, ("recommend_what", "=", "event")], "recommended:sum", "nps:avg"
        )
        self.assertEqual(round(nps, 1), expected["nps"])
        self.assertEqual(
            round(nps * count / 100), expected["promoters"] - expected["detractors"]
        )
        [(asked, rate)] = self.Report._read_group(
            [*domain, ("measure", "=", "satisfaction"), ("kind", "=", "quantitative"),
             ("question_id.title", "ilike", "Overall")],
            [], ["asked:sum", "response_rate:avg"],
        )  # fmt: skip
        self.assertEqual(asked, expected["attended"])
        self.assertEqual(round(rate, 2), round(100 * 777 / 1309, 2))

    def test_access(self):
        self._say(satisfaction=5)
        self.event.company_id = self.company
        self._settle()
        fields = ["question_id", "event_id", "survey_id", "rating"]
        for user in (self.analyst, self.officer, self.manager):
            rows = self.Report.with_user(user).search([("rated", "=", 1)])
            self.assertEqual(rows.read(fields)[0]["rating"], 5)
        with self.assertRaises(AccessError):
            self.Report.with_user(self.analyst).search([]).read(["partner_id"])
        with self.assertRaises(AccessError):
            self.Report.with_user(self.analyst)._read_group([], ["partner_id"])
        self.assertFalse(
            self.Report.with_user(self.other_officer).search(
                [("event_id", "=", self.event.id)]
            )
        )
        for user in (self.portal, self.public):
            with self.assertRaises(AccessError):
                self.Report.with_user(user).search([])


@tagged("post_install", "-at_install")
class TestImpact(AnswerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._period(2023)
        cls.before = cls._event("Spring talk", "2023-03-01", alumni_kind_id=cls.kind.id)
        cls.elsewhere = cls._event(
            "Talk elsewhere",
            "2024-03-01",
            alumni_kind_id=cls.kind.id,
            programme_id=False,
        )
        for event, number in (
            (cls.event, 5),
            (cls.event, 4),
            (cls.autumn, 3),
            (cls.before, 2),
            (cls.elsewhere, 1),
        ):
            cls._say(
                event,
                satisfaction=number,
                recommend=number * 2,
                expectation_event=4,
                networking_quantitative_1=number,
                learned=number > 3,
                comment="Fine",
            )
        cls._say(cls.event)
        cls._settle()

    def _page(self, record, user=None):
        action = record.with_user(user or self.officer).action_alumni_impact()
        return (
            self.env["alumni.impact"]
            .with_user(user or self.officer)
            .browse(action["res_id"])
        )

    def _line(self, lines, label, kind=False):
        line = lines.filtered(lambda li: li.label == label and li.kind == kind)
        return tuple(
            (line[f"{scope}_result"], line[f"{scope}_count"])
            for scope in ("own", "others", "before")
        )

    def test_event(self):
        page = self._page(self.event)
        lines = page.measure_line_ids
        self.assertEqual(
            self._line(lines, "Satisfaction, mean (1-5)"),
            (("4.50", 2), ("2.00", 3), ("2.00", 1)),
        )
        self.assertEqual(
            self._line(lines, "Response rate"),
            (("67 %", 2), ("100 %", 3), ("100 %", 1)),
        )
        self.assertEqual(
            self._line(lines, "Expectation gap (received minus expected)")[0],
            ("+0.50", 2),
        )
        self.assertEqual(self._line(lines, "NPS: The event")[0], ("+50.0", 2))
        self.assertNotIn("NPS: The institution", lines.mapped("label"))
        objectives = page.objective_line_ids
        self.assertEqual(
            objectives.mapped("label"),
            ["Learning", "Giving", "Leadership", "Networking", "Promotion"],
        )
        self.assertEqual(
            self._line(objectives, "Learning", "Binary"),
            (("100 % yes", 2), ("0 % yes", 3), ("0 % yes", 1)),
        )
        self.assertEqual(
            self._line(objectives, "Networking", "Quantitative")[0], ("4.50 of 5", 2)
        )
        self.assertEqual(self._line(objectives, "Giving")[0], (False, 0))
        self.assertEqual(
            self._line(page.beneficiary_line_ids, "Participants")[0], ("100 %", 4)
        )
        self.assertEqual(len(page.beneficiary_line_ids), 4)
        self.assertEqual(page.others, "Test talk")
        report = page.action_report()
        self.assertEqual(self.Report.search(report["domain"]).event_id, self.event)

    def test_event_without_answers(self):
        page = self._page(self._event("Empty", "2024-05-01"))
        self.assertFalse(page.measure_line_ids.filtered("own_count"))
        self.assertEqual(len(page.objective_line_ids), 5)

    def test_programme(self):
        page = self._page(self.programme)
        self.assertEqual(page.display_name, self.programme.display_name)
        self.assertEqual(len(page.objective_line_ids), 5)

    def test_in_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        page = self._page(self.event.with_context(lang="fr_FR"))
        line = page.measure_line_ids[1]
        self.assertEqual(line.own_result, "4,50")

    def test_access(self):
        self.assertTrue(self._page(self.event, self.manager).objective_line_ids)
        self.event.company_id = self.company
        for user in (self.other_officer, self.analyst, self.portal, self.public):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._page(self.event, user)
