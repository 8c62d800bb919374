from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import SQL, mute_logger

from .common import CostsCommon


@tagged("post_install", "-at_install")
class TestCostLine(CostsCommon):
    def test_expense(self):
        line = self._line(974)
        self.assertEqual(line.payer, "university")
        self.assertEqual(line.category, "expense_university")
        self.assertEqual((line.cost_amount, line.volunteer_amount), (974, 0))
        self.assertEqual(line.programme_id, self.programme)
        other = self._line(10, payer="other", payer_name="Town")
        self.assertEqual(other.category, "expense_other")

    def test_labour_is_hours_times_rate_of_the_day(self):
        paid = self._labour(16)
        self.assertEqual((paid.labour, paid.role), ("paid", "staff"))
        self.assertEqual(paid.hourly_rate_id, self.rate_staff)
        self.assertEqual((paid.rate, paid.amount), (38.5, 616))
        self.assertEqual((paid.category, paid.cost_amount), ("labour_paid", 616))
        free = self._labour(9, labour="volunteer", role="host")
        self.assertEqual(free.hourly_rate_id, self.rate_volunteer)
        self.assertFalse(free.payer)
        self.assertEqual(free.category, "labour_volunteer")
        self.assertEqual((free.cost_amount, free.volunteer_amount), (0, 216))
        self.assertEqual(self._labour(1, labour="volunteer").role, "volunteer")

    def test_rate_is_frozen_on_the_line(self):
        line = self._labour(2)
        self.env["alumni.hourly.rate"].create(
            {"labour": "paid", "role": "staff", "rate": 50, "date_from": "2025-07-01"}
        )
        self.assertEqual((line.rate, line.amount), (38.5, 77))
        self.assertEqual(self._labour(2).rate, 50)
        # The day decides when it is corrected before validation.
        line.date = "2025-07-02"
        self.assertEqual((line.rate, line.amount), (50, 100))

    def test_rate_that_was_used_can_no_longer_change(self):
        self._labour(2)
        with self.assertRaisesRegex(UserError, "valued at this rate"):
            self.rate_staff.rate = 40
        with self.assertRaisesRegex(UserError, "valued at this rate"):
            self.rate_staff.unlink()
        self.rate_staff.evidence = "Pay scale 2025"
        self.rate_volunteer.rate = 25

    def test_typed_rate_stays(self):
        line = self._labour(2, rate=60)
        self.assertFalse(line.hourly_rate_id)
        self.assertEqual(line.amount, 120)
        line.date = "2025-07-06"
        self.assertEqual((line.rate, line.amount), (60, 120))

    def test_form(self):
        with Form(self.Line) as form:
            form.name = "Hosts"
            form.event_id = self.event
            form.date = "2025-07-05"
            form.nature = "labour"
            form.labour = "volunteer"
            form.hours = 3
            self.assertEqual((form.rate, form.amount), (24, 72))
            form.nature = "expense"
            form.amount = 50
        self.assertEqual(
            (form.record.category, form.record.hours), ("expense_university", 0)
        )

    # bad input

    def test_labour_without_rate(self):
        with self.assertRaisesRegex(ValidationError, "no hourly rate holds on"):
            self._labour(2, date="2024-12-31")
        with self.assertRaisesRegex(ValidationError, "no hourly rate holds on"):
            self._labour(2, role="jury")
        self.assertEqual(self._labour(2, role="jury", rate=30).amount, 60)

    def test_rate_of_the_table_is_not_overwritten(self):
        line = self._labour(2)
        with self.assertRaisesRegex(ValidationError, "empty “Rate of the table” first"):
            line.rate = 50
        line.write({"hourly_rate_id": False, "rate": 50})
        self.assertEqual(line.amount, 100)

    def test_amount_of_labour_is_not_typed(self):
        with self.assertRaisesRegex(ValidationError, "hours times rate"):
            self._labour(2, amount=5)

    @mute_logger("odoo.sql_db")
    def test_negative(self):
        for values in (
            {"amount": -1},
            {"nature": "labour", "hours": 1, "rate": -1, "amount": 0},
            {"nature": "labour", "hours": -1, "rate": 1, "amount": 0},
        ):
            with (
                self.subTest(values),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self._line(**values)

    def test_incomplete(self):
        with self.assertRaisesRegex(ValidationError, "amount of the expense"):
            self._line(0)
        with self.assertRaisesRegex(ValidationError, "how many hours"):
            self._labour(0)
        with self.assertRaisesRegex(ValidationError, "no hours and no rate"):
            self._line(5, hours=2)
        with self.assertRaisesRegex(ValidationError, "say who pays"):
            self._line(5, payer="other")

    @mute_logger("odoo.sql_db")
    def test_neither_programme_nor_event(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._line(5, event_id=False)
        line = self._line(5, event_id=False, programme_id=self.programme.id)
        self.assertEqual(line.programme_id, self.programme)

    @mute_logger("odoo.sql_db")
    def test_volunteers_are_paid_by_nobody(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._labour(1, labour="volunteer", payer="university")

    def _foreign(self):
        euro, dollar = self.env.ref("base.EUR"), self.env.ref("base.USD")
        foreign = dollar if self.company.currency_id == euro else euro
        foreign.active = True
        foreign.rate_ids.unlink()
        return foreign

    def test_other_currency(self):
        foreign = self._foreign()
        self.env["res.currency.rate"].create(
            [
                {"currency_id": foreign.id, "name": "2025-01-01", "rate": 2},
                {"currency_id": foreign.id, "name": "2025-07-05", "rate": 4},
            ]
        )
        line = self._line(100, currency_id=foreign.id, date="2025-07-04")
        self.assertEqual((line.amount_company, line.cost_amount), (50, 50))
        line.date = "2025-07-05"
        self.assertEqual(line.amount_company, 25)

    def test_other_currency_without_rate_on_that_day(self):
        foreign = self._foreign()
        with self.assertRaisesRegex(ValidationError, f"no rate of {foreign.name}"):
            self._line(100, currency_id=foreign.id)
        self.env["res.currency.rate"].create(
            {"currency_id": foreign.id, "name": "2025-07-06", "rate": 2}
        )
        with self.assertRaisesRegex(ValidationError, f"no rate of {foreign.name}"):
            self._line(100, currency_id=foreign.id)
        self.assertEqual(
            self._line(100, currency_id=foreign.id, date="2025-07-06").cost_amount, 50
        )

    def test_event_moves_to_another_programme(self):
        line = self._line(5)
        line.with_user(self.manager).action_validate()
        self.event.programme_id = self.other_programme
        self.assertEqual(line.programme_id, self.other_programme)
        self.assertEqual(self.programme.cost_amount, 0)
        self.assertEqual(self.other_programme.cost_amount, 5)

    def test_event_and_programme_with_costs_stay(self):
        self._line(5)
        with self.assertRaisesRegex(UserError, "An event that has costs"):
            self.event.unlink()
        with self.assertRaisesRegex(UserError, "A programme that has costs"):
            self.programme.unlink()
        self.event.action_archive()

    # validation

    def test_who_validates(self):
        line = self._line(5).with_user(self.officer)
        for write in (
            line.action_validate,
            lambda: line.write({"validated_by_id": self.officer.id}),
            lambda: line.write(
                {"state": "cancelled", "validated_by_id": self.officer.id}
            ),
            lambda: line.copy({"state": "validated"}),
        ):
            with self.assertRaises(AccessError):
                write()
        line.with_user(self.manager).action_validate()
        self.assertEqual(line.validated_by_id, self.manager)
        self.assertTrue(line.validated_date)
        with self.assertRaises(AccessError):
            line.action_cancel()
        with self.assertRaises(AccessError):
            line.action_draft()

    def test_validated_line_is_fixed(self):
        line = self._line(5)
        line.action_validate()
        for values in ({"amount": 6}, {"date": "2025-07-06"}, {"payer": "other"}):
            with (
                self.subTest(values),
                self.assertRaisesRegex(UserError, "is validated"),
            ):
                line.write(values)
        with self.assertRaisesRegex(UserError, "is validated"):
            line.unlink()
        line.evidence = "Invoice 12"
        line.action_draft()
        self.assertFalse(line.validated_by_id)
        line.amount = 6
        line.unlink()

    def test_officer_gives_up_a_line(self):
        line = self._line(5).with_user(self.officer)
        line.action_cancel()
        self.assertEqual(line.state, "cancelled")
        with self.assertRaises(AccessError):
            line.action_draft()
        with self.assertRaises(AccessError):
            line.unlink()

    def test_closed_books(self):
        line = self._line(5)
        Line = type(self.Line)
        self.patch(
            Line,
            "_closed_condition",
            lambda self, company_id, date: SQL("%s < DATE '2025-07-05'", date),
        )
        with self.assertRaisesRegex(UserError, "lies in a closed period"):
            self._line(5, date="2025-07-04")
        with self.assertRaisesRegex(UserError, "lies in a closed period"):
            line.date = "2025-07-04"
        self.patch(
            Line,
            "_closed_condition",
            lambda self, company_id, date: SQL("%s <= DATE '2025-07-05'", date),
        )
        for change in (
            line.unlink,
            line.action_validate,
            line.action_cancel,
            lambda: line.write({"date": "2025-08-01"}),
        ):
            with self.assertRaisesRegex(UserError, "lies in a closed period"):
                change()
        line.evidence = "Invoice 12"

    # totals

    def test_totals_of_event_and_programme(self):
        lines = (
            self._line(974)
            | self._line(1056, payer="other", payer_name="Town")
            | self._labour(16)
            | self._labour(9, labour="volunteer")
            | self._line(30, event_id=False, programme_id=self.programme.id)
        )
        event = self.event.with_user(self.officer)
        self.assertEqual(event.alumni_cost_amount, 0)
        self.assertEqual(event.alumni_cost_to_validate, 974 + 1056 + 616 + 216)
        lines.action_validate()
        event.invalidate_recordset()
        self._line(1)
        self._line(2).action_cancel()
        self.assertEqual(event.alumni_cost_amount, 974 + 1056 + 616)
        self.assertEqual(event.alumni_volunteer_amount, 216)
        self.assertEqual(event.alumni_cost_to_validate, 1)
        programme = self.programme.with_user(self.officer)
        self.assertEqual(programme.cost_amount, 974 + 1056 + 616 + 30)
        self.assertEqual(programme.volunteer_amount, 216)
        self.assertEqual(
            self.Line.browse().search(self.event.action_alumni_costs()["domain"]),
            self.Line.search([("event_id", "=", self.event.id)]),
        )
        self.assertEqual(
            len(self.Line.search(self.programme.action_view_costs()["domain"])), 7
        )

    def test_volunteers_recorded_by_name_are_pointed_out(self):
        line = self._labour(9, labour="volunteer")
        self.assertFalse(line.volunteers_recorded)
        self.env["alumni.participation"].create(
            {
                "partner_id": self._person("Ann Smith").id,
                "event_id": self.event.id,
                "role": "host",
                "state": "done",
                "hours": 3,
            }
        )
        line.invalidate_recordset()
        self.assertEqual(line.volunteers_recorded, 1)
        self.assertFalse(self._labour(9).volunteers_recorded)
        self.assertFalse(
            self._labour(
                9,
                labour="volunteer",
                event_id=False,
                programme_id=self.programme.id,
            ).volunteers_recorded
        )

    # rights

    def test_rights(self):
        line = self._line(5)
        for user, operations in (
            (self.officer, "rwc"),
            (self.manager, "rwcu"),
            (self.analyst, "r"),
            (self.portal, ""),
            (self.public, ""),
        ):
            with self.subTest(user.login):
                self.assertEqual(
                    "".join(
                        o[0]
                        for o in ("read", "write", "create", "unlink")
                        if self.Line.with_user(user).has_access(o)
                    ),
                    operations,
                )
        with self.assertRaises(AccessError):
            line.with_user(self.other_officer).read(["amount"])
        self.assertFalse(self.Line.with_user(self.other_officer).search([]) & line)
        self.assertEqual(self.programme.with_user(self.analyst).cost_to_validate, 5)
        self.Line.with_user(self.officer).create(
            {"name": "Venue", "event_id": self.event.id, "amount": 5}
        )
