from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import AlumniKpiCommon


@tagged("post_install", "-at_install")
class TestIndicatorsAccess(AlumniKpiCommon):
    """Analyst and officer read, the manager configures and enters, others nothing;
    nobody sees another institution, and nobody writes a value."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.period = cls._period(2024)
        cls._alumnus()
        cls.entry = cls.env["alumni.measure.entry"].create(
            {
                "measure_id": cls.env.ref("alumni_kpi.measure_diplomas").id,
                "period_id": cls.period.id,
                "amount": 10,
                "evidence": "Report",
            }
        )
        cls._settle()
        cls.env["alumni.soundness"].action_open()
        cls.records = [
            cls.env.ref("alumni_kpi.breakdown_school"),
            cls.env.ref("alumni_kpi.measure_people"),
            cls.env.ref("alumni_kpi.indicator_eng_15"),
            cls.entry,
            cls.env["alumni.indicator.value"].search(
                [("period_id", "=", cls.period.id)], limit=1
            ),
            cls.env["alumni.soundness"].search(
                [("period_id", "=", cls.period.id)], limit=1
            ),
        ]

    def _may(self, user, operation):
        return [
            record._name
            for record in self.records
            if record.with_user(user).has_access(operation)
        ]

    def test_read(self):
        names = [record._name for record in self.records]
        for user in (self.analyst, self.officer, self.manager):
            self.assertEqual(self._may(user, "read"), names, user.login)
        for user in (self.portal, self.public):
            self.assertEqual(self._may(user, "read"), [], user.login)

    def test_other_institution(self):
        self.assertEqual(
            self._may(self.other_officer, "read"),
            ["alumni.breakdown", "alumni.measure", "alumni.indicator"],
        )

    def test_write(self):
        for user in (self.analyst, self.officer, self.portal, self.public):
            for operation in ("write", "create", "unlink"):
                self.assertEqual(self._may(user, operation), [], user.login)
        self.assertEqual(
            self._may(self.manager, "write"),
            [
                "alumni.breakdown",
                "alumni.measure",
                "alumni.indicator",
                "alumni.measure.entry",
            ],
        )

    def test_manager_adds_and_enters(self):
        self.entry.with_user(self.manager).amount = 12
        self.env.ref("alumni_kpi.measure_people").with_user(self.manager).copy(
            {"code": "people_too"}
        )

    def test_opening(self):
        for user in (self.analyst, self.officer, self.manager):
            for model in ("alumni.indicator.value", "alumni.soundness"):
                self.env[model].with_user(user).action_open()
        with self.assertRaises(AccessError):
            self.env["alumni.indicator.value"].with_user(self.portal).action_open()
