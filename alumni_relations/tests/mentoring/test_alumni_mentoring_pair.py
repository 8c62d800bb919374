from ast import literal_eval
from datetime import timedelta

from lxml import etree
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import MentoringCommon

MODELS = (
    "alumni.mentor",
    "alumni.mentoring.request",
    "alumni.mentoring.pair",
    "alumni.mentoring.session",
)
OPERATIONS = ("read", "write", "create", "unlink")


@tagged("post_install", "-at_install")
class TestAlumniMentoringPair(MentoringCommon):
    def test_from_proposal_to_result(self):
        today = fields.Date.today()
        mentor, request = self._mentor(), self._request(date=today)
        pair = self.env["alumni.mentoring.pair"].create(
            {"mentor_id": mentor.id, "request_id": request.id}
        )
        self.assertEqual((pair.state, pair.date_proposed), ("proposed", today))
        self.assertEqual(pair.mentor_partner_id, self.ada)
        self.assertEqual(pair.mentee_partner_id, self.alan)
        self.assertEqual(pair.display_name, "Ada Lovelace mentors Alan Turing")
        self.assertEqual((mentor.mentee_count, mentor.place_count), (1, 0))
        pair.action_agree()
        self.assertEqual((pair.state, pair.date_agreed), ("agreed", today))
        pair.action_start()
        self.assertEqual((pair.state, pair.date_start), ("active", today))
        later = self._session(pair, today + timedelta(days=7), "scheduled")
        with Form(
            pair, "alumni_relations.alumni_mentoring_pair_view_form_end"
        ) as dialog:
            dialog.end_reason = "completed"
            dialog.result = "reached"
        pair.action_end()
        self.assertEqual((pair.state, pair.date_end), ("ended", today))
        self.assertEqual(later.state, "cancelled")
        self.assertEqual((mentor.mentee_count, mentor.place_count), (0, 1))

    def test_days_to_match(self):
        pair = self._pair()
        self.assertEqual(pair.days_to_match, 18)
        pair.request_id.date = "2024-09-01"
        self.assertEqual(pair.days_to_match, 19)
        self.assertEqual(
            self._pair(
                self._mentor(self.grace),
                self._request(self._person("Eve Other")),
                "proposed",
            ).days_to_match,
            0,
        )

    def test_sessions_add_up(self):
        pair = self._pair()
        self.assertEqual((pair.session_count, pair.last_session_date), (0, False))
        self._session(pair, "2024-10-15", hours=1.5)
        self._session(pair, "2024-11-15", hours=2)
        self._session(pair, "2024-12-15", "missed")
        self._session(pair, "2025-01-15", "cancelled")
        self.assertEqual((pair.session_count, pair.session_hours), (2, 3.5))
        self.assertEqual(str(pair.last_session_date), "2024-11-15")

    def test_quiet_pairs(self):
        pairs = self._pair() | self._pair(
            self._mentor(self.grace), self._request(self._person("Eve Other"))
        )
        today = fields.Date.today()
        self._session(pairs[0], today - timedelta(days=60))
        self._session(pairs[1], today - timedelta(days=61))
        self._session(pairs[1], today, "missed")
        arch = self.env["alumni.mentoring.pair"].get_view(view_type="search")["arch"]
        [domain] = etree.fromstring(arch).xpath("//filter[@name='quiet']/@domain")
        found = self.env["alumni.mentoring.pair"].search(literal_eval(domain))
        self.assertEqual(found, pairs[1])

    def test_an_end_says_why_and_with_what_result(self):
        pair = self._pair()
        with self._refused("Reason of the end"):
            pair.action_end()
        with self._refused("enter “Result”"):
            pair.write(
                {"state": "ended", "date_end": "2025-01-01", "end_reason": "other"}
            )
        with self._refused("has a last day"):
            pair.date_end = "2025-01-01"

    def test_decline(self):
        mentor = self._mentor()
        pair = self._pair(mentor, state="agreed")
        with self._refused("enter “Declined by”"):
            pair.action_decline()
        pair.declined_by = "mentee"
        pair.action_decline()
        self.assertEqual((pair.state, pair.date_agreed), ("declined", False))
        self.assertEqual(mentor.place_count, 1)
        pair.action_reopen()
        self.assertEqual((pair.state, pair.declined_by), ("proposed", False))

    def test_the_first_who_agrees(self):
        request = self._request()
        first = self._pair(self._mentor(), request, "proposed")
        second = self._pair(self._mentor(self.grace), request, "proposed")
        second.action_agree()
        self.assertEqual((first.state, first.declined_by), ("declined", "other"))
        first.action_reopen()
        with self._refused("has a mentor already"):
            first.action_agree()

    def test_same_person(self):
        mentor, request = self._mentor(self.alan), self._request(self.alan)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(IntegrityError, "two_people"),
            self.cr.savepoint(),
        ):
            self._pair(mentor, request, "proposed")

    def test_over_capacity(self):
        mentor = self._mentor()
        self._pair(mentor, state="proposed")
        with self._refused("2 mentees.*1 places"):
            self._pair(mentor, self._request(self.grace), "proposed")
        ended = self._pair(
            self._mentor(self.grace), self._request(self._person("Eve Other")), "ended"
        )
        self._pair(ended.mentor_id, self._request(self._person("Eve Else")))
        with self._refused("2 mentees.*1 places"):
            ended.action_reopen()

    def test_other_programme_and_institution(self):
        other = self.env["alumni.programme"].create(
            {"name": "Other", "programme_type": "mentoring"}
        )
        with self._refused("of the same programme"):
            self._pair(self._mentor(programme_id=other.id), state="proposed")
        far = self.env["alumni.programme"].create(
            {"name": "Far", "company_id": self.other_company.id}
        )
        with self.assertRaises(UserError):
            self._pair(
                self._mentor(self.grace, programme_id=far.id),
                self._request(self._person("Eve Other")),
                "proposed",
            )

    def test_archived_programme(self):
        pair = self._pair()
        mentor, request = self._mentor(self.grace), self._request(self._person("Eve O"))
        self.programme.active = False
        with self._refused("is archived"):
            self._pair(mentor, request, "proposed")
        # What is under way can be brought to its end.
        pair.write({"end_reason": "other", "result": "partly"})
        pair.action_end()
        self.assertEqual(pair.state, "ended")

    def test_deceased(self):
        pair = self._pair(state="proposed")
        self.assertFalse(pair.person_deceased)
        self.ada.alumni_deceased = True
        self.assertTrue(pair.person_deceased)
        with self._refused("Ada Lovelace is deceased"):
            pair.action_agree()
        pair.declined_by = "office"
        pair.action_decline()
        self.assertEqual(pair.state, "declined")

    def test_days_in_order(self):
        future = fields.Date.today() + timedelta(days=3)
        with self._refused("nobody can have been proposed"):
            self._pair(state="proposed", date_proposed="2024-09-01")
        for bad in (
            {"date_agreed": "2024-09-01"},
            {"date_start": "2024-09-19"},
            {"date_end": "2024-09-30"},
        ):
            with (
                self.subTest(bad),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self._pair(
                    self._mentor(self._person("Some Mentor")),
                    self._request(self._person("Some Mentee")),
                    "ended",
                    **bad,
                )
                self.env.flush_all()
        with self._refused("a day to come"):
            self._pair(date_start=future)
        agreed = self._pair(
            self._mentor(self.grace),
            self._request(self._person("Eve Other")),
            "agreed",
            date_start=future,
        )
        with self._refused("a day to come"):
            agreed.action_start()

    def test_pair_with_sessions_stays(self):
        pair = self._pair()
        self._session(pair, state="cancelled")
        with self._refused("cannot be deleted"):
            pair.unlink()
        with self._refused("sessions are recorded"):
            pair.mentor_id = self._mentor(self.grace)
        other = self._pair(
            self._mentor(self._person("Eve Else")),
            self._request(self._person("Eve Other")),
        )
        other.unlink()

    def test_twice(self):
        pair = self._pair(state="declined")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                self._pair(pair.mentor_id, pair.request_id, "proposed")

    def test_programme_counts(self):
        counts = (
            "mentoring_pair_count",
            "mentoring_request_count",
            "mentoring_place_count",
        )
        mentor = self._mentor(capacity=3)
        self._pair(mentor)
        self._pair(mentor, self._request(self.grace), "proposed")
        self._request(self._person("Eve Other"))
        self._mentor(self._person("Old Mentor"), date_end="2024-02-01", capacity=5)
        empty = self.env["alumni.programme"].create({"name": "Empty"})
        programmes = (self.programme | empty).with_user(self.officer)
        self.assertEqual([programmes[0][name] for name in counts], [1, 2, 1])
        self.assertEqual([programmes[1][name] for name in counts], [0, 0, 0])
        for name, model in (
            ("action_view_mentoring_pairs", "alumni.mentoring.pair"),
            ("action_view_mentoring_requests", "alumni.mentoring.request"),
            ("action_view_mentors", "alumni.mentor"),
        ):
            action = getattr(programmes[0], name)()
            self.assertEqual(action["res_model"], model)
            self.assertTrue(self.env[model].search(action["domain"]))
        with self.assertRaises(AccessError):
            self.programme.with_user(self.analyst).read(list(counts))

    def test_access(self):
        pair = self._pair()
        session = self._session(pair)
        records = dict(
            zip(MODELS, (pair.mentor_id, pair.request_id, pair, session), strict=True)
        )
        expected = {
            self.officer: "rwcu",
            self.manager: "rwcu",
            self.analyst: "",
            self.portal: "",
            self.public: "",
            self.other_officer: "rwcu",
        }
        for user, allowed in expected.items():
            for model, record in records.items():
                with self.subTest(user=user.login, model=model):
                    mine = self.env[model].with_user(user)
                    self.assertEqual(
                        "".join(o[0] for o in OPERATIONS if mine.has_access(o)), allowed
                    )
                    if user in (self.officer, self.manager):
                        self.assertTrue(record.with_user(user).read(["display_name"]))
                    else:
                        with self.assertRaises(AccessError):
                            record.with_user(user).read(["display_name"])
                        with self.assertRaises(AccessError):
                            record.with_user(user).write(
                                {"note": "x"} if "note" in record else {"goals": "x"}
                            )
        for user in (self.analyst, self.portal, self.public):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                pair.request_id.with_user(user).action_find_mentors()
        with self.assertRaises(AccessError):
            pair.request_id.with_user(self.other_officer).action_find_mentors()

    def test_officer_does_it_all(self):
        officer = self.env(user=self.officer)
        mentor = self._mentor().with_env(officer)
        request = self._request().with_env(officer)
        request.action_find_mentors()
        proposal = officer["alumni.mentoring.proposal"].search([])
        pair = officer["alumni.mentoring.pair"].browse(
            proposal.action_choose()["res_id"]
        )
        pair.action_agree()
        pair.action_start()
        session = self._session(pair, fields.Date.today()).with_env(officer)
        session.participation_ids.filtered(
            lambda line: line.role == "mentor"
        ).action_validate_hours()
        pair.write({"end_reason": "completed", "result": "reached"})
        pair.action_end()
        self.assertEqual(mentor.place_count, 1)

    def test_page_of_a_person(self):
        pair = self._pair()
        self._pair(self._mentor(self.grace), self._request(self.ada), "proposed")
        ada = self.ada.with_user(self.officer)
        self.assertEqual((ada.alumni_mentee_count, ada.alumni_mentor_count), (1, 1))
        action = ada.action_alumni_mentees()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), pair)
        action = ada.action_alumni_mentors()
        self.assertEqual(
            self.env[action["res_model"]].search(action["domain"]).mentor_partner_id,
            self.grace,
        )
        with self.assertRaises(AccessError):
            self.ada.with_user(self.analyst).read(["alumni_mentee_count"])

    def _many_pairs(self, programme, number):
        """As many active pairs of a programme, each with a session."""

        def create(model, values):
            return self.env[model].create(list(values))

        people = create(
            "res.partner", ({"name": f"Person {i}"} for i in range(2 * number))
        )
        mentors, mentees = people[:number], people[number:]
        mentors = create(
            "alumni.mentor",
            (
                {
                    "partner_id": person.id,
                    "programme_id": programme.id,
                    "date_start": "2024-01-01",
                }
                for person in mentors
            ),
        )
        requests = create(
            "alumni.mentoring.request",
            (
                {
                    "partner_id": person.id,
                    "programme_id": programme.id,
                    "date": "2024-09-02",
                }
                for person in mentees
            ),
        )
        pairs = create(
            "alumni.mentoring.pair",
            (
                {
                    "mentor_id": mentor.id,
                    "request_id": request.id,
                    "state": "active",
                    "date_proposed": "2024-09-02",
                    "date_agreed": "2024-09-20",
                    "date_start": "2024-10-01",
                }
                for mentor, request in zip(mentors, requests, strict=True)
            ),
        )
        create(
            "alumni.mentoring.session",
            (
                {"pair_id": pair.id, "date": "2024-10-15", "state": "held"}
                for pair in pairs
            ),
        )
        return pairs

    def test_lists_and_forms_cost_no_query_each(self):
        """The same queries for 10 and for 1,000 records, wherever something is
        counted."""
        shown = {
            name: {}
            for name in (
                "session_count",
                "session_hours",
                "last_session_date",
                "display_name",
                "person_deceased",
                "state",
            )
        }
        terms = {
            name: {} for name in ("display_name", "state", "interest_ids", "school_id")
        }
        counts = (
            "mentoring_pair_count",
            "mentoring_request_count",
            "mentoring_place_count",
            "opportunity_count",
            "hire_count",
        )

        def cost(read):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            read()
            return self.cr.sql_log_count - before

        def costs(number):
            programme = self.env["alumni.programme"].create({"name": f"Of {number}"})
            pairs = self._many_pairs(programme, number)
            # As the web client reads them: by their ids.
            mentors = self.env["alumni.mentor"].browse(pairs.mentor_id.ids)
            requests = pairs.request_id.browse(pairs.request_id.ids)
            return (
                cost(lambda: pairs.web_read(shown)),
                cost(lambda: requests.web_read(terms)),
                cost(
                    lambda: mentors.web_read(
                        {name: {} for name in ("display_name", "place_count")}
                    )
                ),
                cost(lambda: programme.web_read({name: {} for name in counts})),
            )

        costs(1)
        self.assertEqual(costs(10), costs(1000))
