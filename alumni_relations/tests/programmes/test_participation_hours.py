from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form
from odoo.tools import mute_logger

from ..common import AlumniCommon


class TestParticipationHours(AlumniCommon):
    """Hours of volunteers: reported, validated at a rate that stays, or refused."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.france = cls.env.ref("base.fr")
        cls.programme = cls.env["alumni.programme"].create({"name": "Mentoring"})
        cls.ada = cls._person("Ada Lovelace")
        cls.rate = cls._rate(20)

    @classmethod
    def _rate(cls, rate, **values):
        return cls.env["alumni.hourly.rate"].create(
            {"labour": "volunteer", "rate": rate, "date_from": "2020-01-01", **values}
        )

    @classmethod
    def _hours(cls, hours=3, **values):
        return cls.env["alumni.participation"].create(
            {
                "partner_id": cls.ada.id,
                "programme_id": cls.programme.id,
                "role": "mentor",
                "date": "2025-03-01",
                "state": "done",
                "hours": hours,
                **values,
            }
        )

    def test_only_hours_of_volunteers_are_reported(self):
        self.assertEqual(self._hours().hours_state, "reported")
        for values in ({"hours": 0}, {"role": "mentee"}, {"role": "participant"}):
            self.assertFalse(self._hours(**values).hours_state)
        line = self._hours(role="mentee")
        line.role = "jury"
        self.assertEqual(line.hours_state, "reported")
        line.hours = 0
        self.assertFalse(line.hours_state)

    def test_validated_by_whom_when_and_at_which_rate(self):
        line = self._hours(2.5)
        self.assertEqual((line.rate, line.hours_value), (0, 0))
        self.assertFalse(line.with_user(self.officer).action_validate_hours())
        self.assertEqual(line.hours_state, "validated")
        self.assertEqual(line.hours_checked_by_id, self.officer)
        self.assertEqual(line.hours_checked_date, fields.Date.context_today(line))
        self.assertEqual(line.hourly_rate_id, self.rate)
        self.assertEqual((line.rate, line.hours_value), (20, 50))
        self.assertEqual(line.rate_currency_id, self.company.currency_id)

    def test_the_rate_stays_on_the_line(self):
        line = self._hours()
        line.action_validate_hours()
        self._rate(30, date_from="2025-01-01")
        self._rate(40, role="mentor", date_from="2025-01-01")
        self.assertEqual((line.rate, line.hours_value), (20, 60))
        with self.assertRaisesRegex(UserError, "valued at this rate"):
            self.rate.rate = 1
        line.action_report_hours()
        self.assertEqual((line.rate, line.hours_value), (0, 0))
        self.assertFalse(line.hourly_rate_id or line.hours_checked_by_id)
        line.action_validate_hours()
        self.assertEqual((line.rate, line.hours_value), (40, 120))

    def test_rate_of_the_day_the_role_and_the_country(self):
        self._rate(25, date_from="2025-03-02")
        self._rate(50, role="jury")
        self._rate(60, role="jury", country_id=self.france.id)
        lines = (
            self._hours(1),
            self._hours(1, date="2025-03-02"),
            self._hours(1, role="jury"),
            self._hours(
                1,
                role="jury",
                partner_id=self._person("Zoé Roux", country_id=self.france.id).id,
            ),
        )
        self.env["alumni.participation"].union(*lines).action_validate_hours()
        self.assertEqual([line.hours_value for line in lines], [20, 25, 50, 60])
        self.company.partner_id.country_id = self.france
        lines[2].action_report_hours()
        lines[2].action_validate_hours()
        self.assertEqual(lines[2].hours_value, 60)

    def test_value_in_the_currency_of_the_institution(self):
        euro, dollar = self.env.ref("base.EUR"), self.env.ref("base.USD")
        foreign = dollar if self.company.currency_id == euro else euro
        foreign.active = True
        (foreign | self.company.currency_id).rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": foreign.id, "name": "2025-03-01", "rate": 3}
        )
        self.rate.currency_id = foreign
        line = self._hours(2)
        early = self._hours(2, date="2025-02-28")
        warning = (line | early).action_validate_hours()
        self.assertEqual((line.rate, line.rate_currency_id), (20, foreign))
        self.assertEqual(line.hours_value, 13.33)
        self.assertFalse(early.hourly_rate_id)
        self.assertIn("1 of 2 ", warning["params"]["message"])

    def test_no_rate_is_said_and_found(self):
        line = self._hours(date="2019-06-01")
        warning = line.action_validate_hours()
        self.assertEqual(warning["params"]["type"], "warning")
        self.assertIn("1 of 1 ", warning["params"]["message"])
        self.assertEqual((line.hours_state, line.hours_value), ("validated", 0))
        view = self.env.ref("alumni_relations.alumni_participation_view_search")
        (filter_,) = (
            self.env["ir.ui.view"]
            .browse(view.id)
            ._get_combined_arch()
            .xpath("//filter[@name='hours_without_rate']")
        )
        domain = [("hours_state", "=", "validated"), ("hourly_rate_id", "=", False)]
        self.assertEqual(filter_.get("domain"), str(domain))
        self.assertEqual(self.env["alumni.participation"].search(domain), line)
        self._rate(10, date_from="2019-01-01")
        self.assertFalse(line.action_validate_hours())
        self.assertEqual(line.hours_value, 30)

    def test_value_and_checker_are_never_typed(self):
        typed = {
            "rate": 99,
            "hours_value": 999,
            "hourly_rate_id": self.rate.id,
            "hours_checked_by_id": self.officer.id,
            "hours_refusal": "No",
        }
        line = self._hours(**typed)
        line.with_user(self.officer).write({**typed, "note": "Mine"})
        self.assertEqual((line.note, line.rate, line.hours_value), ("Mine", 0, 0))
        self.assertFalse(
            line.hourly_rate_id or line.hours_checked_by_id or line.hours_refusal
        )

    def test_refused_with_a_reason_and_corrected(self):
        line = self._hours(300)
        wizard = (
            self.env["alumni.hours.refusal"]
            .with_user(self.officer)
            .with_context(active_model=line._name, active_ids=line.ids)
        )
        with Form(wizard) as form:
            form.reason = "Not so many in one day"
        form.save().action_refuse()
        self.assertEqual(line.hours_state, "refused")
        self.assertEqual(line.hours_refusal, "Not so many in one day")
        self.assertEqual(line.hours_checked_by_id, self.officer)
        self.assertFalse(line.hours_value)
        with self.assertRaisesRegex(UserError, "Check hours again"):
            line.action_validate_hours()
        line.hours = 3
        self.assertEqual(line.hours_state, "reported")
        self.assertFalse(line.hours_refusal or line.hours_checked_by_id)

    def test_refusal_needs_a_reason(self):
        line = self._hours()
        with self.assertRaisesRegex(UserError, "Say why"):
            line.write({"hours_state": "refused"})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["alumni.hours.refusal"].create({"participation_ids": line.ids})

    def test_validated_hours_are_fixed(self):
        line = self._hours()
        line.action_validate_hours()
        for values in (
            {"hours": 4},
            {"role": "jury"},
            {"date": "2025-01-01"},
            {"partner_id": self._person("Eve Other").id},
        ):
            with self.assertRaisesRegex(UserError, "Check hours again"):
                line.write(values)
        line.note = "Three evenings"
        line.action_report_hours()
        line.hours = 4
        self.assertEqual(line.hours_state, "reported")

    def test_what_did_not_take_place_took_no_hours(self):
        planned = self._hours(state="planned")
        with self.assertRaisesRegex(UserError, "no hours to validate"):
            planned.action_validate_hours()
        with self.assertRaisesRegex(UserError, "once the participation is done"):
            planned.write({"hours_state": "validated"})
        planned.write({"state": "done", "hours_state": "validated"})
        self.assertEqual(planned.hours_value, 60)
        planned.action_cancel()
        self.assertEqual((planned.hours_state, planned.hours_value), ("reported", 0))

    def test_nothing_to_check(self):
        for line in (self._hours(0), self._hours(role="mentee")):
            with self.assertRaisesRegex(UserError, "no hours to check"):
                line.write({"hours_state": "validated"})
        with self.assertRaisesRegex(UserError, "no hours to check"):
            self._hours(0, hours_state="validated")
        with self.assertRaisesRegex(UserError, "reported, validated or refused"):
            self._hours().write({"hours_state": "paid"})

    def test_loaded_with_their_state(self):
        lines = self.env["alumni.participation"].create(
            [
                {
                    "partner_id": self.ada.id,
                    "programme_id": self.programme.id,
                    "role": "mentor",
                    "date": "2025-03-01",
                    "state": "done",
                    "hours": 3,
                    **values,
                }
                for values in (
                    {"hours_state": "validated"},
                    {},
                    {"hours_state": "refused", "hours_refusal": "No"},
                )
            ]
        )
        self.assertEqual(
            lines.mapped("hours_state"), ["validated", "reported", "refused"]
        )
        self.assertEqual(lines.mapped("hours_value"), [60, 0, 0])
        self.assertEqual(lines[0].copy().hours_state, "reported")
        self.assertEqual(lines[0].copy().hours_value, 0)

    def test_gifts_of_the_same_time_are_shown(self):
        line = self._hours(date_end="2025-03-31")
        gift_type = self.env["alumni.gift.type"].search(
            [("measured_in", "=", "hours")], limit=1
        )
        gift = {
            "partner_id": self.ada.id,
            "gift_type_id": gift_type.id,
            "hours": 3,
            "date": "2025-03-31",
            "programme_id": self.programme.id,
        }
        event = self.env["event.event"].create(
            {
                "name": "Talk",
                "date_begin": "2025-03-01 09:00:00",
                "date_end": "2025-03-01 17:00:00",
                "programme_id": self.programme.id,
            }
        )
        talk = self._hours(event_id=event.id, date="2025-01-01")
        self.env["alumni.gift"].create(
            [
                gift,
                {**gift, "date": "2025-04-01"},
                {**gift, "state": "pledged"},
                {**gift, "partner_id": self._person("Eve Other").id},
                {**gift, "programme_id": False, "event_id": event.id},
            ]
        )
        self.assertEqual(line.gift_of_time_count, 1)
        self.assertEqual(talk.gift_of_time_count, 1)
        self.assertEqual(self._hours(role="mentee").gift_of_time_count, 0)

    def test_merge_keeps_validated_hours(self):
        line = self._hours()
        line.action_validate_hours()
        twin = self._person("Ada Lovelace")
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.ada | twin).ids, twin
        )
        line.invalidate_recordset()
        self.assertEqual(line.partner_id, twin)
        self.assertEqual((line.hours_state, line.hours_value), ("validated", 60))

    def test_access(self):
        line = self._hours()
        for user in (self.officer, self.manager):
            line.with_user(user).action_validate_hours()
            line.with_user(user).action_report_hours()
        for user in (self.analyst, self.portal, self.public, self.other_officer):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                line.with_user(user).action_validate_hours()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                line.with_user(user).write({"hours_state": "validated"})
        for user in (self.analyst, self.portal, self.public):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["alumni.hours.refusal"].with_user(user).create(
                    {"participation_ids": line.ids, "reason": "No"}
                )
        self.assertEqual(line.hours_state, "reported")
