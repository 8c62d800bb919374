import io

import openpyxl

from odoo.tests import tagged

from .common import IntakeCommon


@tagged("post_install", "-at_install")
class TestImportSamples(IntakeCommon):
    """The sample files give the totals of ``expected.json``."""

    def _people(self):
        return [("alumni_source", "=", "registrar")]

    def _check_people(self, document, before):
        expected = self.expected()
        Partner, Education = self.env["res.partner"], self.env["alumni.education"]
        self.assertEqual(document.state, "done")
        self.assertEqual(document.line_count, expected["lines"])
        self.assertEqual(document.people_created, expected["people"])
        self.assertEqual(document.degrees_created, expected["degrees"])
        reasons = {
            reason: count
            for reason, count in self.env["alumni.import.line"]._read_group(
                [("import_id", "=", document.id)], ["reason"], ["__count"]
            )
        }
        self.assertEqual(
            reasons,
            {
                "bad_date": expected["rejected_bad_date"],
                "no_identity": expected["rejected_no_student_number"],
                "no_name": expected["rejected_no_name"],
            },
        )
        self.assertEqual(document.rejected, sum(reasons.values()))
        people = Partner.search(self._people()) - before
        self.assertEqual(len(people), expected["people"])
        domain = [("id", "in", people.ids)]
        self.assertEqual(
            Education.search_count([("partner_id", "in", people.ids)]),
            expected["degrees"],
        )
        self.assertEqual(
            Partner.search_count([*domain, ("is_alumnus", "=", True)]),
            expected["graduates"],
        )
        self.assertEqual(
            Partner.search_count([*domain, ("alumni_deceased", "=", True)]),
            expected["deceased"],
        )
        rejected = set(document.problem_ids.mapped("number"))
        lines = self.sample("sis_export.csv").decode("cp1252").splitlines()
        self.assertEqual(
            set(people.alumni_student_number_ids.mapped("name")),
            {
                line.partition(";")[0]
                for number, line in enumerate(lines, 1)
                if number > 1 and number not in rejected
            },
        )
        schools = self.env["alumni.school"].search([])
        self.assertEqual(
            {
                school.code: Partner.search_count(
                    [*domain, ("alumni_education_ids.school_id", "=", school.id)]
                )
                for school in schools
                if school.code in expected["people_per_school"]
            },
            expected["people_per_school"],
        )
        self.assertEqual(
            {
                decade: count
                for decade, count in Partner._read_group(
                    [*domain, ("alumni_first_award_decade", "!=", False)],
                    ["alumni_first_award_decade"],
                    ["__count"],
                )
            },
            expected["graduates_per_first_award_decade"],
        )
        self.assertFalse(
            Partner.search_count(
                [
                    *domain,
                    ("email", "!=", False),
                    ("email_normalized", "=", False),
                    ("alumni_email_reason", "not in", ("invalid", "deceased")),
                ]
            ),
            "A person whose address cannot be one is not reachable by e-mail.",
        )

    def test_people_of_registrar(self):
        before = self.env["res.partner"].search(self._people())
        document = self.document(self.sample("sis_export.csv"), "sis_export.csv")
        self.assertEqual((document.encoding, document.separator), ("cp1252", ";"))
        document._check()
        self.assertEqual(document.state, "ready")
        expected = self.expected()
        self.assertEqual(document.people_new, expected["people"])
        self.assertEqual(document.people_known, 0)
        self.assertEqual(document.degrees_new, expected["degrees"])
        self.assertEqual(
            self.env["res.partner"].search(self._people()),
            before,
            "Checking writes nobody.",
        )
        document._run()
        self._check_people(document, before)

        again = self.run_file(self.sample("sis_export.csv"))
        self.assertEqual((again.people_new, again.degrees_new), (0, 0))
        self.assertEqual(again.people_known, expected["people"])
        counters = ["people_created", "people_updated", "degrees_created"]
        self.assertEqual([again[name] for name in counters], [0, 0, 0])

        donors = self.run_file(self.sample("gifts.csv"), "gifts.csv", "gifts")
        self._check_gifts(donors)
        repeated = self.run_file(self.sample("gifts.csv"), "gifts.csv", "gifts")
        self.assertEqual((repeated.records_new, repeated.records_created), (0, 0))

        for _time in range(2):
            events = self.run_file(self.sample("events.csv"), "events.csv", "events")
            invitations = self.run_file(
                self.sample("invitations.csv"), "invitations.csv", "invitations"
            )
            self._check_events()
        self.assertEqual((events.records_new, events.records_created), (0, 0))
        self.assertEqual((invitations.records_new, invitations.records_created), (0, 0))
        self.assertEqual((events.rejected, invitations.rejected), (0, 0))

    def _check_events(self):
        """The funnel, the targets and the ratings of the sample events."""
        expected = self.expected()["events"]
        events = self.env["event.event"].search([("code", "=like", "E0%")])
        Invitation = self.env["alumni.invitation"]
        mine = [("event_id", "in", events.ids)]
        invited = Invitation.search_count(mine)
        answered = Invitation.search_count([*mine, ("answer", "!=", False)])
        accepted = Invitation.search_count([*mine, ("answer", "=", "yes")])
        came = self.env["event.registration"].search([*mine, ("state", "=", "done")])
        numbers = {}
        for name, measure in (
            ("satisfaction", "question_event_satisfaction"),
            ("recommend", "question_event_recommend"),
        ):
            lines = self.env["survey.user_input.line"].search(
                [
                    (
                        "question_id",
                        "=",
                        self.env.ref(f"alumni_relations.{measure}").id,
                    ),
                    ("user_input_id.alumni_event_id", "in", events.ids),
                    ("user_input_id.state", "=", "done"),
                ]
            )
            numbers[name] = lines.mapped("value_scale")
        promoters = sum(score >= 9 for score in numbers["recommend"])
        detractors = sum(score <= 6 for score in numbers["recommend"])
        rated = len(numbers["satisfaction"])
        self.assertEqual(
            {
                "events": len(events),
                "invited": invited,
                "answered": answered,
                "accepted": accepted,
                "response_rate": round(answered / invited, 4),
                "positive_response_rate": round(accepted / answered, 4),
                "attended": len(came),
                "unique_attendees": len(came.attendee_id),
                "targets_met": sum(
                    len(came.filtered(lambda seat, event=event: seat.event_id == event))
                    >= event.alumni_target_attendance
                    for event in events
                ),
                "rated": rated,
                "rating_sum": sum(numbers["satisfaction"]),
                "satisfaction_mean": round(sum(numbers["satisfaction"]) / rated, 3),
                "promoters": promoters,
                "detractors": detractors,
                "nps": round(
                    100 * (promoters - detractors) / len(numbers["recommend"]), 1
                ),
            },
            {k: v for k, v in expected.items() if not k.startswith("cost_")},
        )
        self.assertEqual(
            Invitation.search_count([*mine, ("attendance", "=", "attended")]),
            expected["attended"],
        )

    def _check_gifts(self, document):
        expected = self.expected()["gifts"]
        counts = {name: n for name, n in expected.items() if name.startswith("count_")}
        self.assertEqual(document.records_created, sum(counts.values()))
        self.assertEqual(document.rejected, 0)
        groups = self.env["alumni.gift"]._read_group(
            [("import_key", "!=", False)],
            ["gift_type_id"],
            ["__count", "amount:sum", "hours:sum"],
        )
        self.assertEqual(
            {f"count_{kind.code}": count for kind, count, _amount, _hours in groups},
            counts,
        )
        self.assertEqual(
            round(sum(amount for _kind, _count, amount, _hours in groups), 2),
            expected["amount_eur"],
        )
        self.assertEqual(
            sum(hours for _kind, _count, _amount, hours in groups), expected["hours"]
        )
        currencies = self.env["alumni.gift"]._read_group(
            [("import_key", "!=", False)], ["currency_id"]
        )
        self.assertEqual([currency.name for (currency,) in currencies], ["EUR"])

    def test_gifts_of_unknown_people(self):
        document = self.run_file(self.sample("gifts.csv"), "gifts.csv", "gifts")
        self.assertEqual(document.records_created, 0)
        self.assertEqual(document.rejected, document.line_count)
        line = document.problem_ids[0]
        self.assertEqual((line.number, line.reason), (2, "unknown_person"))
        self.assertIn(line.cells[0], line.message)

    def test_people_from_spreadsheet(self):
        book = openpyxl.Workbook()
        sheet = book.active
        for line in self.sample("sis_export.csv").decode("cp1252").splitlines():
            sheet.append(line.split(";"))
        output = io.BytesIO()
        book.save(output)
        before = self.env["res.partner"].search(self._people())
        self._check_people(self.run_file(output.getvalue(), "sis.xlsx"), before)
