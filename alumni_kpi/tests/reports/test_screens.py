from odoo.tests import tagged

from odoo.addons.alumni_relations.tests.common import ScreensCase

from .test_alumni_answer_report import AnswerCommon


@tagged("post_install", "-at_install")
class TestScreens(ScreensCase, AnswerCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.few, cls.many = cls._events(3), cls._events(30)
        cls._settle()
        cls.env["alumni.return.run"].create({})._run_now()

    @classmethod
    def _events(cls, number):
        """So many events of a programme of their own; as many people were invited to
        the first, came, cost, answered and gave."""
        programme = cls.env["alumni.programme"].create({"name": f"Of {number}"})
        events = cls.env["event.event"]
        for i in range(number):
            events |= cls._event(
                f"Event {i} of {number}", "2024-10-01", programme_id=programme.id
            )
        events.event_mail_ids = False
        for i in range(number):
            person = cls._alumnus()
            cls.env["alumni.invitation"].create(
                {
                    "event_id": events[0].id,
                    "partner_id": person.id,
                    "invited_date": "2024-09-01",
                    "answer": "yes",
                }
            )
            cls._attendance(person, events[0])
            cls._attendance(person, events[i])
            cls._say(events[0], person, satisfaction=5, recommend=9, learned=True)
            cls._gift(person, "2024-12-01", amount=10)
            cls._cost(10, events[i])
        return events

    def test_as_many_statements_for_many_as_for_few(self):
        """Funnel, costs, returns and answers as lists and pivots."""

        def events(field):
            return lambda events: [(field, "in", events.ids)]

        def first(field):
            return lambda events: [(field, "=", events[0].id)]

        self._check_screens(
            [
                ("alumni.funnel", ("list", "pivot"), first("event_id")),
                ("alumni.action.report", ("list", "pivot"), events("event_id")),
                ("alumni.return.report", ("list", "pivot"), events("event_id")),
                ("alumni.answer.report", ("list", "pivot"), first("event_id")),
                ("event.event", ("list", "kanban"), events("id")),
                ("event.event", ("form",), first("id")),
                (
                    "alumni.programme",
                    ("form",),
                    lambda events: [("id", "=", events.programme_id.id)],
                ),
            ],
            self.few,
            self.many,
        )

    def test_impact_page(self):
        """It takes as many statements for the answers of thirty people as for those
        of three."""

        def statements(event):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            event.with_user(self.officer).action_alumni_impact()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        statements(self.few[0])
        self.assertEqual(statements(self.few[0]), statements(self.many[0]))
