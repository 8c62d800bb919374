from odoo import Command
from odoo.tests import tagged

from .common import ScreensCase


@tagged("post_install", "-at_install")
class TestScreens(ScreensCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.env["alumni.hourly.rate"].create(
            {"labour": "volunteer", "rate": 20, "date_from": "2020-01-01"}
        )
        cls.few, cls.many = cls._programmes(3), cls._programmes(40)

    @classmethod
    def _programmes(cls, number):
        """So many programmes, each with an event; the first event has as many
        invitations, registrations, costs, roles, objectives, points to improve and
        answers, the first programme as many mentors, requests, pairs and sessions."""
        programmes = cls.env["alumni.programme"].create(
            [{"name": f"Programme {i} of {number}"} for i in range(number)]
        )
        people = cls.env["res.partner"].create(
            [
                {"name": f"Person {i} of {number}", "email": f"p{i}@{number}.example"}
                for i in range(number)
            ]
        )
        events = cls.env["event.event"].create(
            [
                {
                    "name": programme.name,
                    "programme_id": programme.id,
                    "date_begin": "2025-03-01 16:00:00",
                    "date_end": "2025-03-01 18:00:00",
                    "event_mail_ids": [],
                }
                for programme in programmes
            ]
        )
        first = events[0]
        cls.env["alumni.invitation"].create(
            [
                {"event_id": first.id, "partner_id": person.id, "answer": "yes"}
                for person in people
            ]
        )
        cls.env["event.registration"].create(
            [
                {
                    "event_id": first.id,
                    "partner_id": person.id,
                    "attendee_id": person.id,
                    "state": "done",
                }
                for person in people
            ]
        )
        for event in (first, *events):
            cls.env["alumni.cost.line"].create(
                {
                    "name": f"Hall of {event.name}",
                    "event_id": event.id,
                    "date": "2025-03-01",
                    "amount": 10,
                }
            )
        cls.env["alumni.participation"].create(
            [
                {
                    "partner_id": person.id,
                    "event_id": first.id,
                    "role": "speaker",
                    "state": "done",
                    "hours": 2,
                }
                for person in people
            ]
        ).action_validate_hours()
        cls.env["alumni.cost.line"].create(
            [
                {
                    "name": f"Line {i}",
                    "event_id": first.id,
                    "date": "2025-03-01",
                    "amount": 10,
                }
                for i in range(number)
            ]
        ).action_validate()
        strategic = cls.env["alumni.objective"].create(
            {"name": f"Ties of {number}", "level": "strategic"}
        )
        cls.env["alumni.objective"].create(
            [
                {
                    "name": f"Objective {i}",
                    "event_id": first.id,
                    "expected": 50,
                    "link_ids": [
                        Command.create(
                            {
                                "strategic_id": strategic.id,
                                "coherence": "2",
                                "reason": "They meet",
                            }
                        )
                    ],
                }
                for i in range(number)
            ]
        )
        cls.env["alumni.improvement"].create(
            [{"name": f"Point {i}", "event_id": first.id} for i in range(number)]
        )
        survey = cls.env["survey.survey"].create(
            {
                "title": f"Survey of {number}",
                "question_and_page_ids": [
                    Command.create({"title": "Why?", "question_type": "text_box"})
                ],
            }
        )
        cls.env["survey.user_input"].create(
            [
                {
                    "survey_id": survey.id,
                    "partner_id": person.id,
                    "alumni_event_id": first.id,
                    "state": "done",
                    "user_input_line_ids": [
                        Command.create(
                            {
                                "question_id": survey.question_ids.id,
                                "answer_type": "text_box",
                                "value_text_box": "So",
                            }
                        )
                    ],
                }
                for person in people
            ]
        )
        mentors = cls.env["alumni.mentor"].create(
            [
                {
                    "partner_id": person.id,
                    "programme_id": programmes[0].id,
                    "date_start": "2024-01-01",
                }
                for person in people
            ]
        )
        requests = cls.env["alumni.mentoring.request"].create(
            [
                {
                    "partner_id": person.id,
                    "programme_id": programmes[0].id,
                    "date": "2024-09-02",
                }
                for person in people
            ]
        )
        pairs = cls.env["alumni.mentoring.pair"].create(
            [
                {
                    "mentor_id": mentor.id,
                    "request_id": request.id,
                    "state": "active",
                    "date_proposed": "2024-09-02",
                    "date_agreed": "2024-09-20",
                    "date_start": "2024-10-01",
                }
                # Nobody is their own mentor.
                for mentor, request in zip(
                    mentors, requests[1:] + requests[0], strict=True
                )
            ]
        )
        cls.env["alumni.mentoring.session"].create(
            [
                {"pair_id": pair.id, "date": "2024-10-08", "state": "held", "hours": 1}
                for pair in pairs
            ]
        )
        return programmes

    def test_as_many_statements_for_many_as_for_few(self):
        """Lists, cards, forms and pivots of programmes and events."""

        def events(programmes):
            return programmes.event_ids.ids

        def first(field):
            return lambda programmes: [(field, "=", programmes[0].event_ids.id)]

        self._check_screens(
            [
                (
                    "alumni.programme",
                    ("list", "kanban"),
                    lambda programmes: [("id", "in", programmes.ids)],
                ),
                (
                    "alumni.programme",
                    ("form",),
                    lambda programmes: [("id", "=", programmes[0].id)],
                ),
                (
                    "event.event",
                    ("list", "kanban"),
                    lambda programmes: [("id", "in", events(programmes))],
                ),
                ("event.event", ("form",), first("id")),
                (
                    "alumni.invitation",
                    ("list", "kanban", "pivot"),
                    first("event_id"),
                ),
                ("event.registration", ("list",), first("event_id")),
                (
                    "alumni.cost.line",
                    ("list", "kanban", "pivot"),
                    first("event_id"),
                ),
                ("alumni.participation", ("list", "pivot"), first("event_id")),
                (
                    "alumni.objective",
                    ("list", "kanban", "pivot"),
                    first("event_id"),
                ),
                (
                    "alumni.objective",
                    ("form",),
                    lambda programmes: [("name", "=", f"Ties of {len(programmes)}")],
                ),
                ("alumni.improvement", ("list",), first("event_id")),
                *(
                    (
                        model,
                        ("list", "kanban", "pivot"),
                        lambda programmes: [("programme_id", "=", programmes[0].id)],
                    )
                    for model in (
                        "alumni.mentor",
                        "alumni.mentoring.request",
                        "alumni.mentoring.pair",
                        "alumni.mentoring.session",
                    )
                ),
                ("survey.user_input", ("list",), first("alumni_event_id")),
                (
                    "survey.user_input.line",
                    ("list",),
                    first("user_input_id.alumni_event_id"),
                ),
            ],
            self.few,
            self.many,
        )
