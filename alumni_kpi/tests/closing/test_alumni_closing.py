import hashlib
import json
import runpy
from decimal import Decimal

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, file_path

from .common import ClosingCommon


@tagged("post_install", "-at_install")
class TestAlumniClosing(ClosingCommon):
    """What a closing freezes, its fingerprint, and that both are kept."""

    def test_closing_is_recorded(self):
        self.period.with_user(self.manager)._close()
        closing = self.period.closing_id
        self.assertEqual((closing.version, closing.user_id), (1, self.manager))
        self.assertEqual(closing.person_year_count, 4)
        self.assertEqual(closing.value_count, len(self._frozen()["values"]))
        self.assertEqual(
            len(closing.value_ids), closing.value_count, "the values are kept"
        )
        self.assertTrue(closing.value_count)
        self.assertEqual(len(closing.content_hash), 64)

    def test_fingerprint_worked_out_by_hand(self):
        """The documented recipe gives the same, without the database."""
        self.period._close()
        closing = self.period.closing_id

        def plain(value):
            if value is None:
                return ""
            text = str(value)
            if isinstance(value, float):
                text = f"{Decimal(text).normalize():f}"
            if text and not set(text) & set('",()\\ '):
                return text
            return '"' + text.replace("\\", "\\\\").replace('"', '""') + '"'

        def fingerprint(rows, block):
            blocks = {}
            for row in rows:
                text = "(" + ",".join(map(plain, row)) + ")"
                blocks.setdefault(block(row), []).append(text)
            whole = b"".join(
                hashlib.sha256("\n".join(sorted(texts)).encode()).digest()
                for _block, texts in sorted(blocks.items())
            )
            return hashlib.sha256(whole).hexdigest()

        frozen = self._frozen()
        self.assertEqual(
            fingerprint(frozen["person-years"], lambda row: row[0] // 1000),
            closing.person_year_hash,
        )
        self.assertEqual(fingerprint(frozen["cells"], lambda row: 0), closing.cell_hash)
        head = [
            self.company.id,
            2024,
            "2023-09-01",
            "2024-08-31",
            closing.method_version,
            closing.person_year_hash,
            closing.cell_hash,
            closing.value_hash,
        ]
        self.assertEqual(
            hashlib.sha256(json.dumps(head).encode()).hexdigest(), closing.content_hash
        )

    def test_same_content_same_fingerprint(self):
        """Neither the order of rows nor that cells are added up changes it."""
        closings = self.env["alumni.closing"]
        before = closings._read_content(self.period)
        self.env["alumni.person.year.cube"]._compact(self.period)
        self.env.cr.execute(
            SQL(
                "INSERT INTO alumni_person_year_cube (period_id, company_id, people,"
                " amount, school_id) SELECT %s, %s, n, n * 1.50, %s"
                " FROM unnest(ARRAY[1, -1]) AS n",
                self.period.id,
                self.company.id,
                self.arts.id,
            )
        )
        self.assertEqual(closings._read_content(self.period), before)

    def test_every_kind_of_tampering_shows(self):
        self.period._close()
        closing = self.period.closing_id
        closing._verify()
        self.assertEqual((closing.verified, closing.differing), ("same", ""))
        for table, column, part in (
            ("alumni_person_year", "engaged", "person-years"),
            ("alumni_person_year", "amount", "person-years"),
            ("alumni_person_year_cube", "people", "cube"),
            ("alumni_indicator_value", "value", "values"),
        ):
            with self.subTest(column), self.cr.savepoint() as savepoint:
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET %s = COALESCE(%s, 0) + 1 WHERE id = ("
                        "SELECT min(id) FROM %s WHERE period_id = %s)",
                        SQL.identifier(table),
                        SQL.identifier(column),
                        SQL.identifier(column),
                        SQL.identifier(table),
                        self.period.id,
                    )
                )
                reminder = closing.activity_schedule(
                    "mail.mail_activity_data_todo", user_id=self.env.uid
                )
                self.period.with_user(self.analyst).action_verify()
                self.period.with_user(self.analyst).action_verify()
                self.assertEqual(closing.verified, "changed")
                self.assertEqual(closing.differing, part)
                [alert] = closing.activity_ids - reminder
                self.assertEqual(alert.user_id, closing.user_id)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_moved_bounds_show(self):
        self.period._close()
        self.env.cr.execute(
            SQL(
                "UPDATE alumni_period SET date_start = date_start + 1 WHERE id = %s",
                self.period.id,
            )
        )
        self.env.invalidate_all()
        self.period.action_verify()
        self.assertEqual(self.period.verified, "changed")
        self.assertEqual(self.period.differing, "bounds of the period")

    def test_erasure_leaves_figures_and_fingerprint(self):
        self.period._close()
        frozen = self._frozen()
        self.cid.unlink()
        self._settle()
        self.assertEqual(self._frozen(), frozen)
        self.period.action_verify()
        self.assertEqual(self.period.verified, "same")
        years = self.env["alumni.person.year"].search(
            [("period_id", "=", self.period.id), ("partner_id", "=", False)]
        )
        self.assertEqual(len(years), 1)

    def test_night_work_compares(self):
        self.period._close()
        with self.enter_registry_test_mode():
            self.env.ref(
                "alumni_kpi.ir_cron_alumni_closing_verify"
            ).method_direct_trigger()
            self.env.ref(
                "alumni_kpi.ir_cron_alumni_closing_run"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.period.verified, "same")

    def test_databases_of_before(self):
        """A period that was closed before closings were recorded gets one, as it is."""
        self.env.cr.execute(
            "UPDATE alumni_period SET state = 'closed' WHERE id = %s", [self.period.id]
        )
        self.env.invalidate_all()
        frozen = self._frozen()
        script = "alumni_kpi/migrations/19.0.1.2.0/post-seal.py"
        runpy.run_path(file_path(script))["migrate"](self.env.cr, "19.0.1.1.0")
        self.env.invalidate_all()
        self.assertEqual(self.period.closing_id.version, 1)
        self.assertEqual(self._frozen(), frozen)
        self.period.action_verify()
        self.assertEqual(self.period.verified, "same")

    def test_kept_for_ever(self):
        self.period._close()
        with self.assertRaisesRegex(UserError, "kept for ever"):
            self.period.closing_id.unlink()
        with self.assertRaisesRegex(UserError, "cannot be deleted"):
            self.period.unlink()
        with self.assertRaisesRegex(UserError, "reopened by a manager"):
            self.period.state = "open"

    def test_what_closed_figures_stand_under_stays(self):
        country = self.env["res.country"].create({"name": "Utopia", "code": "UQ"})
        audience = self.env["alumni.audience"].create(
            {"name": "Odd people", "code": "odd"}
        )
        self.cid.write({"country_id": country.id, "alumni_audience_id": audience.id})
        self._settle()
        self.period._close()
        self.cid.write({"country_id": False, "alumni_audience_id": False})
        self._settle()
        indicator = self.env.ref("alumni_kpi.indicator_eng_15")
        unused = self.env["alumni.school"].create({"name": "Unused", "code": "T-U"})
        for record in (self.arts, country, audience, indicator):
            with self.subTest(record._name), self.assertRaises(UserError):
                record.unlink()
        self.assertTrue(unused.unlink())

    def test_other_institution_does_not_see_it(self):
        self.period._close()
        closings = self.env["alumni.closing"].with_user(self.other_officer)
        self.assertFalse(closings.search([("period_id", "=", self.period.id)]))
        with self.assertRaises(AccessError):
            self.period.with_user(self.other_officer).action_verify()
