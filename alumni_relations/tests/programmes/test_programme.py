from lxml import etree
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user
from odoo.tools import mute_logger

from ..common import AlumniCommon


class TestProgramme(AlumniCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.programme = cls.env["alumni.programme"].create(
            {"name": "Mentoring", "code": "mentoring", "programme_type": "mentoring"}
        )
        cls.event = cls.env["event.event"].create(
            {
                "name": "Mentoring day",
                "date_begin": "2025-03-01 09:00:00",
                "date_end": "2025-03-01 17:00:00",
                "programme_id": cls.programme.id,
            }
        )
        cls.ada = cls._person("Ada Lovelace")
        cls.alan = cls._person("Alan Turing")

    def _participation(self, **values):
        return self.env["alumni.participation"].create(
            {
                "partner_id": self.ada.id,
                "programme_id": self.programme.id,
                "date": "2025-01-01",
                **values,
            }
        )

    def test_counts(self):
        self._participation(role="mentor")
        self._participation(role="mentor", date="2025-02-01")
        self._participation(partner_id=self.alan.id)
        self._participation(partner_id=self.alan.id, state="cancelled")
        empty = self.env["alumni.programme"].create({"name": "Talks"})
        gift = {
            "partner_id": self.ada.id,
            "gift_type_id": self.env.ref("alumni_relations.gift_type_money").id,
            "amount": 5,
            "programme_id": self.programme.id,
        }
        self.env["alumni.gift"].create([gift, {**gift, "state": "pledged"}])
        self.assertEqual(self.programme.participation_count, 3)
        self.assertEqual(self.programme.person_count, 2)
        self.assertEqual(self.programme.event_count, 1)
        self.assertEqual(self.programme.gift_count, 1)
        self.assertEqual(
            (empty.participation_count, empty.person_count, empty.event_count),
            (0, 0, 0),
        )

    def test_buttons_open_what_they_count(self):
        participation = self._participation(role="mentor")
        for action, records in (
            (self.programme.action_view_participations(), participation),
            (self.programme.action_view_events(), self.event),
            (self.programme.action_view_gifts(), self.env["alumni.gift"]),
            (
                self.event.action_alumni_participations(),
                self.env["alumni.participation"],
            ),
        ):
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(found, records)

    def test_analyst_opens_programmes(self):
        """Without who takes part and what was given."""
        self._participation()
        programme = self.programme.with_user(self.analyst)
        for kind in ("list", "form", "kanban"):
            arch = programme.get_view(view_type=kind)["arch"]
            shown = {
                field.get("name")
                for field in etree.fromstring(arch).iter("field")
                if not any(True for _ in field.iterancestors("field"))
            }
            self.assertIn("name", shown)
            self.assertFalse({"person_count", "gift_count"} & shown)
            programme.web_read({name: {} for name in shown})

    def test_dates_in_order(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._participation(date_end="2024-12-31")

    def test_programme_dates_in_order(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.programme.write({"date_start": "2025-02-01", "date_end": "2025-01-01"})

    def test_code_once_per_institution(self):
        self.env["alumni.programme"].create(
            {
                "name": "Theirs",
                "code": "mentoring",
                "company_id": self.other_company.id,
                "user_id": False,
            }
        )
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["alumni.programme"].create({"name": "Twice", "code": "mentoring"})

    def test_programme_or_event(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._participation(programme_id=False)

    def test_programme_of_the_event(self):
        participation = self.env["alumni.participation"].create(
            {"partner_id": self.ada.id, "event_id": self.event.id, "role": "speaker"}
        )
        self.assertEqual(participation.programme_id, self.programme)
        self.assertEqual(self.event.alumni_participation_count, 1)

    def test_dated_like_the_event_in_its_time_zone(self):
        self.event.write(
            {
                "date_tz": "Asia/Tokyo",
                "date_begin": "2025-08-31 16:00:00",
                "date_end": "2025-08-31 18:00:00",
            }
        )
        values = {"partner_id": self.ada.id, "event_id": self.event.id}
        participation, dated = self.env["alumni.participation"].create(
            [values, {**values, "date": "2025-02-01"}]
        )
        self.assertEqual(str(participation.date), "2025-09-01")
        self.assertEqual(str(dated.date), "2025-02-01")

    def test_states(self):
        participation = self._participation()
        self.assertEqual(participation.state, "planned")
        participation.action_done()
        self.assertEqual(participation.state, "done")
        participation.action_cancel()
        self.assertEqual(participation.state, "cancelled")
        participation.action_plan()
        self.assertEqual(participation.state, "planned")
        self.assertEqual(participation.copy().state, "planned")

    def test_person_of_the_institution(self):
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        with self.assertRaisesRegex(ValidationError, "choose the person"):
            self._participation(partner_id=firm.id)
        stranger = self._person("Eve Other", company_id=self.other_company.id)
        with self.assertRaises(UserError):
            self._participation(partner_id=stranger.id)

    def test_form(self):
        with Form(self.env["alumni.participation"].with_user(self.officer)) as form:
            form.partner_id = self.ada
            form.event_id = self.event
            form.role = "speaker"
            self.assertEqual(form.programme_id, self.programme)
        self.assertEqual(form.save().display_name, "Ada Lovelace as Speaker")

    def test_access(self):
        participation = self._participation()
        programme = self.programme
        for user in (self.officer, self.manager):
            participation.with_user(user).action_done()
            programme.with_user(user).name = "Mentors"
        with self.assertRaises(AccessError):
            programme.with_user(self.officer).unlink()
        programme.with_user(self.analyst).read(["name"])
        with self.assertRaises(AccessError):
            programme.with_user(self.analyst).name = "Mine"
        for user in (self.analyst, self.portal, self.public):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                participation.with_user(user).read(["role"])
        for user in (self.portal, self.public):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                programme.with_user(user).read(["name"])
        for records in (programme, participation):
            with self.assertRaises(AccessError):
                records.with_user(self.other_officer).read(["display_name"])

    def test_events_without_the_alumni_office(self):
        organiser = new_test_user(self.env, "organiser", "event.group_event_user")
        registration = self.env["event.registration"].create(
            {"event_id": self.event.id, "partner_id": self.ada.id}
        )
        for record in (self.event, registration):
            (values,) = record.with_user(organiser).read()
            self.assertEqual(values["programme_id"][0], self.programme.id)
        with self.assertRaises(AccessError):
            self.event.with_user(organiser).read(["alumni_participation_count"])

    def test_registrations_by_programme(self):
        self.env["event.registration"].create(
            [{"event_id": self.event.id, "name": name} for name in "AB"]
        )
        groups = (
            self.env["event.registration"]
            .with_user(self.officer)
            ._read_group(
                [("event_id", "=", self.event.id)], ["programme_id"], ["__count"]
            )
        )
        self.assertEqual(groups, [(self.programme, 2)])

    def test_stages(self):
        Stage = self.env["alumni.programme.stage"]
        first = Stage.search([], limit=1)
        self.assertEqual(self.programme.stage_id, first)
        ended = self.env.ref("alumni_relations.programme_stage_ended")
        self.programme.with_user(self.officer).stage_id = ended
        empty = Stage.create({"name": "Waiting", "sequence": 5})
        groups = (
            self.env["alumni.programme"]
            .with_user(self.analyst)
            .with_context(read_group_expand=True)
            .web_read_group(
                [("id", "=", self.programme.id)], ["stage_id"], ["__count"]
            )["groups"]
        )
        counts = {group["stage_id"][0]: group["__count"] for group in groups}
        self.assertEqual(counts[ended.id], 1)
        self.assertEqual(counts[empty.id], 0)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            ended.unlink()

    def test_access_to_stages(self):
        stage = self.env.ref("alumni_relations.programme_stage_running")
        for user in (self.officer, self.analyst):
            stage.with_user(user).read(["name"])
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                stage.with_user(user).name = "Mine"
        for user in (self.portal, self.public):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                stage.with_user(user).read(["name"])
        stage.with_user(self.manager).name = "Under way"
        stage.with_user(self.manager).create({"name": "Paused"})

    def test_budget_beside_the_cost(self):
        self.programme.with_user(self.officer).budget_amount = 1000
        line = self.env["alumni.cost.line"].create(
            {
                "name": "Hall",
                "programme_id": self.programme.id,
                "date": "2025-03-01",
                "amount": 1200,
            }
        )
        programme = self.programme.with_user(self.analyst)
        self.assertEqual(programme.budget_left, 1000)
        line.action_validate()
        programme.invalidate_recordset()
        self.assertEqual((programme.cost_amount, programme.budget_left), (1200, -200))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.programme.write({"budget_amount": -1})
