import base64

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.alumni_relations.tests.costs.common import CostsCommon


@tagged("post_install", "-at_install")
class TestAnalyticLine(CostsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.env["account.analytic.plan"].create({"name": "Alumni"})
        cls.project = cls.env["project.project"].create(
            {"name": "Working abroad", "allow_timesheets": True}
        )
        cls.account = cls.project.account_id
        cls.employee = cls.env["hr.employee"].create(
            {"name": "Ann", "user_id": cls.officer.id, "hourly_cost": 17}
        )

    def _link(self, **values):
        self.account.write(values or {"alumni_event_id": self.event.id})
        self._sync()

    def _sync(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "alumni_relations_timesheet.ir_cron_alumni_sync"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def _sheet(self, hours, day="2025-07-05"):
        return self.env["account.analytic.line"].create(
            {
                "name": "Preparation",
                "project_id": self.project.id,
                "employee_id": self.employee.id,
                "unit_amount": hours,
                "date": day,
            }
        )

    def _expense(self, amount, day="2025-07-05"):
        return self.env["account.analytic.line"].create(
            {
                "name": "Hall",
                "account_id": self.account.id,
                "amount": amount,
                "date": day,
            }
        )

    def _lines(self):
        return self.Line.search([("analytic_line_id", "!=", False)], order="id")

    def test_lines_before_and_after_the_link(self):
        sheet, hall = self._sheet(4), self._expense(-974)
        self._expense(500)
        self._expense(-1, "2025-06-30")
        self.assertFalse(self._lines())
        self._link(alumni_event_id=self.event.id, alumni_date_from="2025-07-01")
        labour, expense = self._lines()
        self.assertEqual(labour.analytic_line_id, sheet)
        # The rate of the table, not what the employee earns.
        self.assertEqual((labour.category, labour.amount), ("labour_paid", 4 * 38.5))
        self.assertEqual(expense.analytic_line_id, hall)
        self.assertEqual(
            (expense.category, expense.amount), ("expense_university", 974)
        )
        self.assertEqual((labour | expense).mapped("state"), ["draft"] * 2)
        self.assertEqual(labour.programme_id, self.programme)
        self._sync()
        self.assertEqual(self._lines(), labour | expense)
        self._sheet(2)
        self.assertEqual(len(self._lines()), 3)

    def test_programme(self):
        self._link(alumni_programme_id=self.programme.id)
        self._expense(-10)
        line = self._lines()
        self.assertEqual((line.programme_id, line.event_id.id), (self.programme, False))

    def test_lines_of_another_institution(self):
        self._link()
        self.env["account.analytic.line"].create(
            {
                "name": "Hall",
                "account_id": self.account.id,
                "amount": -10,
                "company_id": self.other_company.id,
            }
        )
        self.assertFalse(self._lines())

    def test_corrections_follow(self):
        self._link()
        sheet, hall = self._sheet(4), self._expense(-974)
        labour, expense = self._lines()
        (labour | expense).action_validate()
        sheet.unit_amount = 4
        self.assertEqual(labour.state, "validated", "nothing has changed")
        sheet.unit_amount = 6
        hall.write({"amount": -900, "name": "Hall, corrected"})
        self.assertEqual((labour.hours, labour.amount), (6, 6 * 38.5))
        self.assertEqual((expense.amount, expense.name), (900, "Hall, corrected"))
        self.assertEqual((labour | expense).mapped("state"), ["draft"] * 2)
        expense.action_validate()
        hall.amount = 5
        self.assertEqual(self._lines(), labour)
        labour.action_validate()
        sheet.unlink()
        self.assertFalse(self._lines())

    def test_account_that_is_no_longer_linked(self):
        self._link()
        self._expense(-974)
        self._link(alumni_event_id=False)
        self.assertFalse(self._lines())

    def test_time_waits_for_a_rate(self):
        self._link()
        sheet = self._sheet(4, "2024-07-05")
        self.assertFalse(self._lines())
        self.env["alumni.hourly.rate"].create(
            {"labour": "paid", "role": "staff", "rate": 30, "date_from": "2024-01-01"}
        )
        self._sync()
        self.assertEqual(self._lines().amount, 120)
        sheet.date = "2023-07-05"
        self.assertFalse(self._lines())

    def test_closed_period_stays(self):
        self._link()
        hall = self._expense(-974)
        line = self._lines()
        self.patch(
            type(self.Line),
            "_closed_condition",
            lambda self, company_id, date: SQL("%s <= DATE '2025-07-05'", date),
        )
        hall.amount = -900
        self._expense(-1)
        self.assertEqual(self._lines(), line)
        self.assertEqual(line.amount, 974)
        hall.unlink()
        self.assertTrue(line.exists())

    def test_typed_lines_are_not_counted_again(self):
        typed = self._line(974)
        with self.assertRaisesRegex(ValidationError, "were typed"):
            self._link()
        self._link(alumni_event_id=self.event.id, alumni_date_from="2025-07-06")
        with self.assertRaisesRegex(ValidationError, "counted twice"):
            typed.date = "2025-07-06"
        with self.assertRaisesRegex(ValidationError, "counted twice"):
            self._labour(2, date="2025-07-06")
        self._labour(2, date="2025-07-06", labour="volunteer")
        self._line(5, date="2025-07-06", payer="other", payer_name="Town")
        typed.action_cancel()
        typed.event_id = self._event("Another")

    def test_files_are_not_counted_again(self):
        self.event.code = "T1"
        self._link()
        content = (
            "event_ref,date,label,nature,payer,labour,hours,rate,amount\n"
            "T1,2025-07-05,Venue,expense,university,,,,974\n"
            "T1,2025-07-05,Catering,expense,Town,,,,10\n"
            "T1,2025-07-05,Staff,labour,,paid,2,30,\n"
            "T1,2025-07-05,Hosts,labour,,volunteer,2,30,\n"
        )
        document = self.env["alumni.import"].create(
            {
                "kind": "costs",
                "file": base64.b64encode(content.encode()),
                "file_name": "costs.csv",
            }
        )
        document._run()
        self.assertEqual(
            document.problem_ids.mapped(lambda line: (line.number, line.reason)),
            [(2, "repeated"), (4, "repeated")],
        )

    def test_who_fills_in_time_sees_no_costs(self):
        self._link()
        worker = self.env["res.users"].create(
            {
                "name": "Worker",
                "login": "t_worker",
                "group_ids": [
                    (6, 0, self.env.ref("hr_timesheet.group_hr_timesheet_user").ids)
                ],
            }
        )
        self.employee.user_id = worker
        self.project.privacy_visibility = "employees"
        self.env["account.analytic.line"].with_user(worker).create(
            {
                "name": "Preparation",
                "project_id": self.project.id,
                "employee_id": self.employee.id,
                "unit_amount": 2,
                "date": "2025-07-05",
            }
        )
        self.assertEqual(self._lines().hours, 2)
        self.assertFalse(self.Line.with_user(worker).has_access("read"))
