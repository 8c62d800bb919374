from odoo.tests import new_test_user, tagged

from .common import ClosingCommon


@tagged("post_install", "-at_install")
class TestClosingAccess(ClosingCommon):
    """Closings, their values and the changes since are read by staff, written by
    nobody, and seen by no other institution, no portal user and no visitor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.period._close()
        cls._gift(cls.cid, amount=50)
        cls._settle()
        cls.records = [
            cls.period.closing_id,
            cls.period.closing_id.value_ids[:1],
            cls.period.closing_id.change_ids[:1],
            cls.env["alumni.closing.run"].create(
                {"period_id": cls.period.id, "task": "verify"}
            ),
        ]

    def test_staff_reads_and_nobody_writes(self):
        for user in (self.officer, self.manager, self.analyst):
            for record in self.records:
                self.assertTrue(record.with_user(user).has_access("read"))
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(
                        record.with_user(user).has_access(operation),
                        (user.login, record._name, operation),
                    )

    def test_others_see_nothing(self):
        portal = new_test_user(self.env, "closing portal", "base.group_portal")
        public = self.env.ref("base.public_user")
        for user in (self.other_officer, portal, public):
            for record in self.records:
                self.assertFalse(
                    record.with_user(user).has_access("read"),
                    (user.login, record._name),
                )
