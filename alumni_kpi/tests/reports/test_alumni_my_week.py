from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import Form

from ..common import AlumniKpiCommon

TODAY = "2024-06-12"
"""A Wednesday; the week goes on until the 19th."""


@freeze_time(f"{TODAY} 08:00:00")
class TestAlumniMyWeek(AlumniKpiCommon):
    """An officer sees what there is to do, for the own people or for everyone, and
    each line and heading opens what it tells of."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.event.date_begin = "2023-06-01 16:00:00"
        cls.event.date_end = "2023-06-01 20:00:00"
        cls.mine = cls._alumnus("Mina Mine", user_id=cls.officer.id)
        cls.theirs = cls._alumnus("Theo Theirs")
        for person in (cls.mine, cls.theirs):
            cls._gift(person, "2022-11-01", amount=1)
        cls._settle()

    def _week(self, mine=False, user=None):
        self._settle()
        with freeze_time(f"{TODAY} 08:00:00"):
            week = self.env["alumni.my.week"].with_user(user or self.officer)
            found = week.read_week(mine)
        return {section["id"]: section for section in found["sections"]}

    def _titles(self, section, **options):
        found = self._week(**options)[section]
        return [line["title"] for line in found["lines"]]

    def _opened(self, section, **options):
        """The records that the heading of a section opens."""
        action = self._week(**options)[section]["action"]
        model = self.env[action["res_model"]].with_user(self.officer)
        with freeze_time(f"{TODAY} 08:00:00"):
            return model.search(action["domain"])

    def _activity(self, person, day, user=None):
        return person.activity_schedule(
            "mail.mail_activity_data_call",
            datetime.fromisoformat(day).date(),
            "Call",
            user_id=(user or self.officer).id,
        )

    def test_activities(self):
        self._activity(self.mine, "2024-06-10")
        self._activity(self.theirs, "2024-06-19")
        self._activity(self.mine, "2024-06-20")
        self._activity(self.mine, "2024-06-12", self.manager)
        lines = self._week()["activities"]["lines"]
        self.assertEqual(
            [(line["title"], line["late"]) for line in lines],
            [("Mina Mine", True), ("Theo Theirs", False)],
        )
        self.assertEqual(lines[0]["model"], "res.partner")
        self.assertEqual(lines[0]["id"], self.mine.id)
        self.assertEqual(self._titles("activities", mine=True), ["Mina Mine"])

    def test_events_and_invitations(self):
        soon, later = self.env["event.event"].create(
            [
                {
                    "name": name,
                    "date_begin": f"{day} 16:00:00",
                    "date_end": f"{day} 18:00:00",
                }
                for name, day in (("Talk", "2024-06-14"), ("Ball", "2024-07-14"))
            ]
        )
        self.env["alumni.invitation"].create(
            [
                {
                    "event_id": event.id,
                    "partner_id": person.id,
                    "invited_date": "2024-06-01",
                    "answer": answer,
                }
                for event, person, answer in (
                    (soon, self.mine, False),
                    (soon, self.theirs, "no"),
                    (later, self.mine, False),
                    (later, self.theirs, False),
                    (self.event, self.mine, False),
                )
            ]
        )
        self.assertEqual(self._titles("events"), ["Talk"])
        section = self._week()["invitations"]
        self.assertEqual(section["count"], "3")
        self.assertEqual(
            [(line["title"], line["detail"]) for line in section["lines"]],
            [("Talk", "1 without an answer"), ("Ball", "2 without an answer")],
        )
        self.assertEqual(len(self._opened("invitations")), 3)
        self.assertEqual(len(self._opened("invitations", mine=True)), 2)

    def test_hours(self):
        line = self.env["alumni.participation"].create(
            {
                "partner_id": self.mine.id,
                "programme_id": self.programme.id,
                "role": "mentor",
                "date": "2024-05-01",
                "hours": 2.5,
                "state": "done",
            }
        )
        self.assertEqual(self._opened("hours"), line)
        [shown] = self._week()["hours"]["lines"]
        self.assertEqual(shown["detail"], "Mentor · 2.5 h")
        line.action_validate_hours()
        self.assertFalse(self._titles("hours"))

    def test_whom_to_thank(self):
        gift = self._gift(self.mine, "2024-06-01", amount=20)
        self._gift(self.theirs, "2023-06-01", amount=20)
        helper = self._participation(self.theirs, "volunteer", "2024-06-02")
        self._participation(self.theirs, "participant", "2024-06-02")
        self.assertEqual(self._opened("gifts"), gift)
        self.assertEqual(self._opened("volunteers"), helper)
        self.assertEqual(self._titles("volunteers", mine=True), [])
        gift.with_user(self.officer).action_thank()
        helper.with_user(self.officer).action_thank()
        self.assertEqual(str(helper.thanked_date), TODAY)
        self.assertFalse(self._opened("gifts") or self._opened("volunteers"))
        # the first thanks stay
        with freeze_time("2024-07-01"):
            helper.action_thank()
        self.assertEqual(str(helper.thanked_date), TODAY)

    def test_newly_engaged_and_fallen_silent(self):
        """Of 19 months ago and before nothing since: fallen silent. The first act
        within 90 days: newly engaged, unless there was one before."""
        new = self._alumnus("Nora New")
        self._gift(new, "2024-05-01", amount=5)
        self._gift(new, "2024-06-01", amount=5)
        self._gift(self.theirs, "2024-05-01", amount=5)
        unreachable = self._alumnus("Una Unreachable", email=False)
        self._gift(unreachable, "2024-05-01", amount=5)
        long_ago = self._alumnus("Lou Longago")
        self._gift(long_ago, "2019-05-01", amount=5)
        self.assertEqual(self._titles("new"), ["Nora New"])
        self.assertEqual(self._opened("new"), new)
        self.assertEqual(self._titles("dormant"), ["Mina Mine"])
        self.assertEqual(self._opened("dormant"), self.mine)
        self.assertEqual(self._opened("dormant", mine=True), self.mine)
        self.assertFalse(self._opened("new", mine=True))
        with freeze_time(f"{TODAY} 08:00:00"):
            people = self.mine | new | self.theirs
            self.assertEqual(
                people.mapped("alumni_momentum"), ["dormant", "new", False]
            )
            neither = self.env["res.partner"].search(
                [("id", "in", people.ids), ("alumni_momentum", "=", False)]
            )
        self.assertEqual(neither, self.theirs)

    def test_of_long_lists_only_the_beginning(self):
        start = datetime(2024, 6, 1)
        for number in range(9):
            person = self._alumnus()
            self._gift(person, str((start - timedelta(days=number)).date()), amount=1)
        week = self._week()
        self.assertEqual(week["gifts"]["count"], "9")
        self.assertEqual(len(week["gifts"]["lines"]), 6)
        self.assertEqual(week["new"]["count"], "6+")
        self.assertEqual(len(week["new"]["lines"]), 6)

    def test_whose_people(self):
        week = self.env["alumni.my.week"]
        found = week.with_user(self.officer).read_week(True)
        self.assertEqual((found["mine"], found["mine_count"]), (True, 1))
        # who is in charge of nobody sees everyone's
        found = week.with_user(self.manager).read_week(True)
        self.assertEqual((found["mine"], found["mine_count"]), (False, 0))

    def test_number_of_statements(self):
        """However many people there are."""
        week = self.env["alumni.my.week"].with_user(self.officer)
        for number in range(12):
            person = self._alumnus()
            self._gift(person, "2024-06-01", amount=number + 1)
        self._settle()
        week.read_week(False)
        self.env.invalidate_all()
        with self.assertQueryCount(60):
            week.read_week(False)

    def test_who_may_open_it(self):
        self._gift(self.mine, "2024-06-01", amount=20)
        for user in (self.analyst, self.portal, self.public):
            with self.assertRaises(AccessError):
                self._week(user=user)
        week = self._week(user=self.other_officer)
        for section in week.values():
            self.assertEqual((section["id"], section["lines"]), (section["id"], []))

    def test_participation_form_shows_thanks(self):
        line = self._participation(self.mine, "mentor", hours=1)
        line.action_thank()
        with Form(line.with_user(self.officer)) as form:
            self.assertEqual(str(form.thanked_date), TODAY)
