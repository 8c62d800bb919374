from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import ClosingCommon


@tagged("post_install", "-at_install")
class TestAlumniClosingCheck(ClosingCommon):
    """The check list finds what is not in order and opens it; what is accepted is
    accepted for as many cases as there were, with a reason and a name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["alumni.period"].search(
            [("company_id", "=", cls.company.id), ("year", "<", 2024)]
        )._close()

    def _check(self, code, check_code=False):
        self._settle()
        if self.period.state == "open":
            self.period.with_user(self.manager).action_begin_closing()
        else:
            self.period.with_user(self.manager).action_check()
        self.env.invalidate_all()
        return self.period.check_ids.filtered(
            lambda check: check.code == code and check.check_code == check_code
        )

    def _behind(self, check):
        action = check.with_user(self.manager).action_open()
        return self.env[action["res_model"]].search(action["domain"])

    def test_all_in_order(self):
        for code in ("soundness", "undated", "costs", "hours", "invitations", "method"):
            check = self._check(code)
            self.assertEqual((check.state, check.found), ("passed", 0), code)

    def test_check_of_the_figures(self):
        lost = self._alumnus(email=False)
        self._gift(lost)
        check = self._check("soundness", "unreachable")
        self.assertEqual((check.state, check.found), ("todo", 1))
        self.assertIn("not being contactable", check.title)
        self.assertEqual(self._behind(check).partner_id, lost)
        self.assertFalse(self._check("soundness"))
        lost.email = "found@example.org"
        self.assertFalse(self._check("soundness", "unreachable"))
        self.assertEqual(self._check("soundness").state, "passed")

    def test_costs(self):
        line = self.env["alumni.cost.line"].create(
            {
                "name": "Room",
                "date": "2024-02-01",
                "amount": 10,
                "programme_id": self.programme.id,
            }
        )
        check = self._check("costs")
        self.assertEqual((check.state, check.found), ("todo", 1))
        self.assertEqual(self._behind(check), line)
        line.action_validate()
        self.assertEqual(self._check("costs").state, "passed")

    def test_hours(self):
        part = self._participation(self.cid, hours=3, state="planned")
        part.state = "done"
        check = self._check("hours")
        self.assertEqual(check.found, 1)
        self.assertEqual(self._behind(check), part)
        part.state = "cancelled"
        self.assertEqual(self._check("hours").found, 0, "nobody can validate those")
        part.state = "done"
        part.action_validate_hours()
        self.assertEqual(self._check("hours").state, "passed")

    def test_registrations(self):
        seats = self._attendance(self.ada, state="open")
        check = self._check("registrations")
        self.assertEqual(self._behind(check), seats)
        came = self._attendance(self.bob)
        self.assertEqual(
            self._check("registrations").found, 0, "the others were absent"
        )
        came.state = "draft"
        self.assertEqual(self._check("registrations").found, 2)

    def test_invitations(self):
        invitation = self.env["alumni.invitation"].create(
            {"event_id": self.event.id, "partner_id": self.ada.id}
        )
        check = self._check("invitations")
        self.assertEqual(self._behind(check), invitation)

    def test_entries(self):
        diplomas = self.env.ref("alumni_kpi.measure_diplomas")
        check = self._check("entries")
        self.assertIn(diplomas, self._behind(check))
        found = check.found
        self.env["alumni.measure.entry"].create(
            {
                "measure_id": diplomas.id,
                "period_id": self.period.id,
                "amount": 10,
                "evidence": "Report",
            }
        )
        self.assertEqual(self._check("entries").found, found - 1)

    def test_undated(self):
        self._gift(self.ada, date="1850-01-01")
        check = self._check("undated")
        self.assertEqual(check.found, 1)
        self.assertEqual(self._behind(check).partner_id, self.ada)

    def test_work_in_the_background_is_waited_for(self):
        self.env["alumni.rebuild"]._request_for(self.company)
        check = self._check("jobs")
        self.assertEqual(check.state, "todo")
        with self.assertRaisesRegex(UserError, "only waited for"):
            check.with_user(self.manager).reason = "I am in a hurry"
        self.assertTrue(self._behind(check))
        with self.assertRaisesRegex(UserError, "Work in the background"):
            self.period.with_user(self.manager).action_close()

    def test_accepting(self):
        self._gift(self.ada, date="1850-01-01")
        check = self._check("undated").with_user(self.manager)
        check.reason = "  A gift of the founder  "
        self.assertEqual(check.state, "accepted")
        self.assertEqual(check.reason, "A gift of the founder")
        self.assertEqual(check.accepted_by_id, self.manager)
        self.assertTrue(check.accepted_date)
        self.assertEqual(self._check("undated").state, "accepted")
        self._gift(self.bob, date="1851-01-01")
        self.assertEqual(self._check("undated").state, "todo", "another case")
        check.reason = " "
        self.assertFalse(check.accepted_by_id)

    def test_who_may(self):
        """Staff reads the check list, and only a manager of the institution writes
        it, and there nothing but the reason."""
        self._gift(self.ada, date="1850-01-01")
        check = self._check("undated")
        for user in (self.officer, self.analyst, self.manager):
            seen = check.with_user(user)
            self.assertEqual((seen.found, seen.state), (1, "todo"), user.login)
            for operation in ("create", "unlink"):
                self.assertFalse(seen.has_access(operation), (user.login, operation))
        for user in (self.officer, self.analyst):
            with self.assertRaises(AccessError):
                check.with_user(user).reason = "Because"
        check.with_user(self.manager).reason = "A gift of the founder"
        self.assertEqual(check.state, "accepted")

    def test_others_see_no_check_list(self):
        check = self._check("undated")
        other_manager = new_test_user(
            self.env,
            "other manager",
            "alumni_relations.group_manager",
            company_id=self.other_company.id,
            company_ids=[Command.set(self.other_company.ids)],
        )
        for user in (self.other_officer, other_manager):
            lists = self.env["alumni.closing.check"].with_user(user)
            self.assertNotIn(check, lists.search([]))
        for user in (self.portal, self.public):
            with self.assertRaises(AccessError):
                self.env["alumni.closing.check"].with_user(user).search_count([])
        for user in (self.other_officer, other_manager, self.portal, self.public):
            for operation in ("read", "write", "unlink"):
                self.assertFalse(
                    check.with_user(user).has_access(operation), (user.login, operation)
                )
            with self.assertRaises(AccessError):
                check.with_user(user).reason = "Because"
            with self.assertRaises(AccessError):
                check.with_user(user).action_open()
