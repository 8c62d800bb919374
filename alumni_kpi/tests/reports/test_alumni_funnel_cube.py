from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import AlumniKpiCommon

SPECS = [
    [],
    ["event_id"],
    ["event_kind_id", "generation_id"],
    ["programme_id"],
    ["school_id"],
    ["company_id"],
    ["period_id"],
    ["date:month"],
]
MEASURES = [
    "__count",
    "invited:sum",
    "registered:sum",
    "attended:sum",
    "response_rate:avg",
    "attendance_rate:avg",
]


@tagged("post_install", "-at_install")
class TestAlumniFunnelCube(AlumniKpiCommon):
    """The pivot of the funnel is answered from its cube, with the answers of the
    rows of people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.event.write({"programme_id": cls.programme.id, "event_mail_ids": False})
        cls.later = cls.event.copy(
            {
                "name": "Later",
                "programme_id": False,
                "event_mail_ids": False,
                "date_begin": "2025-10-03 16:00:00",
                "date_end": "2025-10-03 18:00:00",
            }
        )
        cls.ada = cls._alumnus("Ada Lovelace")
        cls.zoe = cls._alumnus("Zoe Dupont", award="2015-07-01", school=cls.arts)
        cls.paul = cls._alumnus("Paul Morel")
        cls.env["alumni.invitation"].create(
            [
                {
                    "event_id": event.id,
                    "partner_id": person.id,
                    "invited_date": "2024-05-01",
                    "answer": answer,
                }
                for event, person, answer in (
                    (cls.event, cls.ada, "yes"),
                    (cls.event, cls.zoe, "no"),
                    (cls.later, cls.ada, False),
                    (cls.later, cls.zoe, "maybe"),
                )
            ]
        )
        cls._attendance(cls.ada)
        cls._attendance(cls.paul)
        cls._settle()
        cls.funnel = cls.env["alumni.funnel"]
        cls.cube = cls.env["alumni.funnel.cube"]
        cls.domain = [("event_id", "in", (cls.event + cls.later).ids)]

    def _direct(self, method, *args):
        """The answer of the rows themselves."""
        with patch.object(type(self.funnel), "_cube_for", lambda *args: None):
            return getattr(self.funnel, method)(*args)

    def _read_tables(self, *args):
        """Which of the two tables a grouped read looks at."""
        statements = []
        execute = type(self.env.cr).execute

        def spy(cr, query, params=None, log_exceptions=True):
            statements.append(str(getattr(query, "code", query)))
            return execute(cr, query, params, log_exceptions)

        with patch.object(type(self.env.cr), "execute", spy):
            self.funnel._read_group(*args)
        return {
            table
            for table in ("alumni_funnel_cube", "alumni_funnel")
            if any(f'"{table}"' in statement for statement in statements)
        }

    def assertSameAnswers(self):
        for groupby in SPECS:
            args = (self.domain, groupby, MEASURES)
            self.assertEqual(
                sorted(self.funnel._read_group(*args), key=repr),
                sorted(self._direct("_read_group", *args), key=repr),
                groupby,
            )
        args = (self.domain, SPECS, MEASURES)
        for ours, theirs in zip(
            self.funnel._read_grouping_sets(*args),
            self._direct("_read_grouping_sets", *args),
            strict=True,
        ):
            self.assertEqual(sorted(ours, key=repr), sorted(theirs, key=repr))

    def test_same_answers(self):
        self.assertEqual(
            self.funnel._read_group(self.domain, [], MEASURES[:4]), [(5, 4, 1, 2)]
        )
        self.assertSameAnswers()

    def test_same_after_changes(self):
        self.paul.unlink()
        self.ada.alumni_education_ids.award_date = "1980-07-01"
        self.later.date_begin = "2025-09-01 16:00:00"
        self._settle()
        self.assertFunnelCubeHolds()
        self.assertSameAnswers()
        self.cube._compact()
        self.assertFunnelCubeHolds()
        self.assertSameAnswers()

    def test_same_after_what_the_database_does_itself(self):
        """Rows and cells of an event that is deleted go, a dimension that is deleted
        is emptied in both."""
        party = self.event.copy({"name": "Party", "event_mail_ids": False})
        kind = self.env["alumni.event.kind"].create({"name": "Kind", "code": "kind"})
        party.alumni_kind_id = self.event.alumni_kind_id = kind
        for event in (party, self.event):
            self.env["event.registration"].create(
                {
                    "event_id": event.id,
                    "partner_id": self.zoe.id,
                    "attendee_id": self.zoe.id,
                    "state": "done",
                }
            )
        self._settle()
        self.assertTrue(self.cube.search([("event_id", "=", party.id)]))
        self.assertTrue(self.cube.search([("event_kind_id", "=", kind.id)]))
        self.env.cr.execute(
            "DELETE FROM event_registration WHERE event_id = %s", [party.id]
        )
        self.env.cr.execute("DELETE FROM event_event WHERE id = %s", [party.id])
        self.env.cr.execute("UPDATE event_event SET alumni_kind_id = NULL")
        self.env.cr.execute("DELETE FROM alumni_event_kind WHERE id = %s", [kind.id])
        self.env.invalidate_all()
        self.assertFalse(self.cube.search([("event_id", "=", party.id)]))
        self.assertFunnelCubeHolds()
        self.assertSameAnswers()

    def test_who_answers(self):
        for groupby in SPECS:
            self.assertEqual(
                self._read_tables(self.domain, groupby, MEASURES),
                {"alumni_funnel_cube"},
            )
        for domain, groupby in (
            ([("partner_id", "=", self.ada.id)], ["event_id"]),
            ([("attended", "=", 1)], ["event_id"]),
            (self.domain, ["partner_id"]),
        ):
            self.assertEqual(
                self._read_tables(domain, groupby, MEASURES), {"alumni_funnel"}
            )

    def test_compacting_leaves_one_row_for_a_cell(self):
        def cells():
            return [
                tuple(row[name] for name in self.cube._cube_cell)
                for row in self.cube.search(self.domain)
            ]

        self.later.date_begin = "2025-09-01 16:00:00"
        self.later.date_begin = "2025-10-03 16:00:00"
        self.later.flush_recordset()
        self._settle()
        self._attendance(self.zoe)
        self._settle()
        self.assertGreater(len(cells()), len(set(cells())))
        self.cube._compact()
        self.assertEqual(len(cells()), len(set(cells())))
        self.assertTrue(all(row.pairs for row in self.cube.search(self.domain)))
        self.assertFunnelCubeHolds()

    def test_funnel_from_before_the_cube_is_added_up(self):
        self.env.cr.execute("DELETE FROM alumni_funnel_cube")
        self.cube.init()
        self.assertFunnelCubeHolds()

    def test_access(self):
        for user in (self.analyst, self.officer, self.manager):
            cube = self.cube.with_user(user)
            self.assertTrue(cube.search(self.domain))
            for method in ("create", "write", "unlink"):
                self.assertFalse(cube.has_access(method))
        for user in (self.portal, self.public):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.cube.with_user(user).search(self.domain)
        other = self.cube.with_user(self.other_officer)
        self.assertFalse(other.search(self.domain))
        funnel = self.funnel.with_user(self.other_officer)
        self.assertEqual(funnel._read_group(self.domain, [], ["invited:sum"]), [(0,)])
