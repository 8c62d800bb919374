import io
import os
import tempfile
from unittest.mock import patch

from freezegun import freeze_time
from openpyxl import load_workbook
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..common import AlumniKpiCommon

HEADER_ROW = 4
EXPORT = "odoo.addons.alumni_kpi.models.benchmark.alumni_benchmark_export"


@tagged("post_install", "-at_install")
class TestAlumniBenchmarkExport(AlumniKpiCommon):
    """The spreadsheet as whoever receives it reads it, and when it is produced."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.period = cls._period(2024)
        cls.arts.name = "=HYPERLINK(evil)"
        cls.people = [
            cls._alumnus(
                school=cls.law if number < 40 else cls.arts,
                country_id=cls.env.ref("base.fr").id
                if number < 48
                else cls.env.ref("base.de").id,
            )
            for number in range(52)
        ]
        for person in cls.people[:20]:
            cls._gift(person)
        for person in cls.people[10:32] + cls.people[40:43]:
            cls._participation(person)
        for person in cls.people[:30]:
            cls._attendance(person)
        for person in cls.people[5:25]:
            cls._answer(person)
        cls._settle()
        cls.export = cls.env["alumni.benchmark.export"].create(
            {"name": "For the board"}
        )

    def _book(self, run):
        return load_workbook(io.BytesIO(run.attachment_id.raw))

    def _run(self, export=None, **values):
        export = export or self.export
        export.write(values)
        export._run_and_send()
        return export.run_ids.sorted("id")[-1]

    def _lines(self, sheet):
        """The lines of a sheet as dicts by header."""
        rows = list(sheet.iter_rows(min_row=HEADER_ROW))
        headers = [cell.value for cell in rows[0]]
        return [dict(zip(headers, row, strict=True)) for row in rows[1:]]

    def _figure(self, sheet, code, unit="people", **parts):
        for line in self._lines(sheet):
            if (
                line["Code"].value == code
                and line["Unit"].value == unit
                and all(line[name].value == value for name, value in parts.items())
            ):
                return line["2023-2024"]
        return None

    # the file

    def test_staff_stand_in_no_file(self):
        """How single officers work is neither proposed nor taken."""
        self.assertNotIn("officer", self.export.breakdown_ids.mapped("code"))
        officer = self.env.ref("alumni_kpi.breakdown_officer")
        with self.assertRaisesRegex(ValidationError, "Officer"):
            self.export.breakdown_ids += officer

    def test_sheets(self):
        book = self._book(self._run())
        self.assertEqual(book.sheetnames[:2], ["Cover", "Indicators"])
        for name in ("Generation", "School", "Country", "Mode of engagement"):
            self.assertIn(name, book.sheetnames)
        self.assertEqual(book.sheetnames[-1], "Definitions")
        self.assertEqual(book["Indicators"].freeze_panes, "C5")
        self.assertEqual(book["School"].freeze_panes, "D5")
        self.assertEqual(len(book["Cover"]._charts), 1, "the four modes")
        self.assertEqual(len(book["Mode of engagement"]._charts), 1)
        self.assertFalse(book["School"]._charts, "what is hidden is not drawn")
        codes = {line["Code"].value for line in self._lines(book["Indicators"])}
        self.assertEqual(
            codes, set(self.env["alumni.indicator"].search([]).mapped("code"))
        )
        self.assertLessEqual({f"ENG-{n:02d}" for n in range(1, 25)}, codes)

    def test_cover(self):
        self.company.name = "University & Sons"
        cover = self._book(self._run())["Cover"]
        texts = [cell.value for row in cover.iter_rows() for cell in row if cell.value]
        self.assertEqual(texts[0], "University & Sons")
        self.assertTrue(any("2023-2024" in str(text) for text in texts))
        for text in (
            "Denominator of engagement rates",
            "Who counts as an alumnus",
            "Clicks in newsletters",
            "Method version",
        ):
            self.assertIn(text, texts)
        self.assertTrue(any("Fewer than 10 people" in str(text) for text in texts))

    def test_numbers_are_numbers(self):
        book = self._book(self._run())
        sheet = book["Indicators"]
        people = self._figure(sheet, "ENG-01")
        self.assertEqual((people.value, people.number_format), (50, "#,##0"))
        rate = self._figure(sheet, "ENG-15", "%")
        self.assertEqual(rate.value, round(35 / 52, 3))
        self.assertEqual(rate.number_format, "0.0%")
        missing = self._figure(sheet, "ENG-02", "%")
        self.assertEqual(missing.value, "n/a")
        remarks = {
            line["Code"].value: line["Remark"].value for line in self._lines(sheet)
        }
        self.assertEqual(remarks["ENG-02"], "A figure has to be entered")

    def test_a_line_separates_the_indicators(self):
        """One rule for the whole sheet, which leaves the look of its cells alone."""
        sheet = self._book(self._run())["School"]
        [rule] = sheet.conditional_formatting
        self.assertEqual(str(rule.sqref), sheet.dimensions.replace("A1:", "A5:"))
        [rule] = rule.rules
        self.assertEqual(rule.formula, ["$A5<>$A4"])
        self.assertEqual(rule.dxf.border.top.style, "thin")
        self.assertFalse(rule.dxf.font)
        looks = {
            cell.value: (cell.font.name, cell.font.color.rgb, cell.font.italic)
            for line in self._lines(sheet)
            for cell in line.values()
        }
        self.assertEqual(looks["Law"], ("Calibri", "FF1F2A44", False))
        self.assertEqual(looks[40], ("Calibri", "FF1F2A44", False))
        self.assertEqual(looks["hidden"], ("Calibri", "FF7A7F8A", True))

    def test_labels_are_read_once(self):
        """However many indicators and parts there are, as many queries are made."""

        def queries(indicators):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["alumni.benchmark.export"]._produce(
                self.period, indicators, self.export.breakdown_ids, 10, "en_US"
            )
            return self.env.cr.sql_log_count - before

        indicators = self.env["alumni.indicator"].search([])
        self.env["alumni.period"]._refresh_values()
        queries(indicators)
        self.assertEqual(queries(indicators), queries(indicators[:20]))

    def test_small_cells_are_hidden(self):
        book = self._book(self._run())
        school = book["School"]
        evil = "=HYPERLINK(evil)"
        self.assertEqual(self._figure(school, "ENG-01", School="Law").value, 40)
        self.assertEqual(self._figure(school, "ENG-01", School=evil).value, 10)
        # Three engaged: hidden; the other school would give it away: hidden too,
        # with its percentage, which would give the count away.
        for code, unit in (("ENG-14", "people"), ("ENG-15", "%"), ("ENG-17", "%")):
            for name in ("Law", evil):
                self.assertEqual(
                    self._figure(school, code, unit, School=name).value, "hidden", code
                )
        self.assertEqual(self._figure(book["Indicators"], "ENG-14").value, 35)
        country = book["Country"]
        for name in ("France", "Germany"):
            cell = self._figure(country, "ENG-03", Country=name)
            self.assertEqual(cell.value, "hidden")
        zero = self._figure(book["Indicators"], "ENG-07", "%")
        self.assertEqual(zero.value, "hidden", "nobody is a small count as well")

    def test_threshold(self):
        run = self._run(threshold=5)
        self.assertEqual(
            self._figure(self._book(run)["School"], "ENG-14", School="Law").value,
            "hidden",
        )
        self._participation(self.people[43])
        self._participation(self.people[44])
        book = self._book(self._run())
        self.assertEqual(self._figure(book["School"], "ENG-14", School="Law").value, 30)
        for threshold in (4, 21):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                with self.cr.savepoint():
                    self.export.threshold = threshold

    def test_nothing_runs(self):
        self.company.name = "=1+1"
        self.law.name = "\t+SUM(A1)"
        self.older.name = "@now"
        self.env.ref("alumni_kpi.indicator_eng_01").name = "-2+3"
        book = self._book(self._run(threshold=5))
        seen = set()
        for sheet in book:
            for row in sheet.iter_rows():
                for cell in row:
                    self.assertNotEqual(cell.data_type, "f", cell.coordinate)
                    self.assertIsNone(cell.hyperlink)
                    if str(cell.value).startswith(("=", "+", "-", "@", "\t")):
                        self.assertEqual(cell.data_type, "s")
                        self.assertTrue(cell.quotePrefix, cell.value)
                        seen.add(cell.value)
        self.assertLessEqual(
            {"=1+1", "\t+SUM(A1)", "@now", "-2+3", "=HYPERLINK(evil)"}, seen
        )

    def test_only_aggregates(self):
        book = self._book(self._run())
        texts = {
            str(cell.value)
            for sheet in book
            for row in sheet.iter_rows()
            for cell in row
        }
        for person in self.people:
            self.assertNotIn(person.name, texts)
            self.assertNotIn(person.email, texts)

    def test_choice(self):
        run = self._run(
            indicator_ids=[(6, 0, self.env.ref("alumni_kpi.indicator_eng_15").ids)],
            breakdown_ids=[(6, 0, self.env.ref("alumni_kpi.breakdown_gender").ids)],
        )
        book = self._book(run)
        self.assertEqual(
            book.sheetnames, ["Cover", "Indicators", "Gender", "Definitions"]
        )
        codes = {line["Code"].value for line in self._lines(book["Indicators"])}
        self.assertEqual(codes, {"ENG-15"})

    def test_periods(self):
        earlier = self._period(2022) | self._period(2023)
        with freeze_time("2024-12-01"):
            self._settle()
            for period in earlier:
                self.env["alumni.person.year"]._refresh_period(period)
            self.assertEqual(self.export._periods().mapped("year"), [2024, 2023, 2022])
            self.export.period_count = 2
            self.assertEqual(self.export._periods().mapped("year"), [2024, 2023])
        with freeze_time("2024-03-01"):
            self.assertEqual(self.export._periods().mapped("year"), [2023, 2022])
            self.export.include_running = True
            self.assertEqual(self.export._periods().mapped("year"), [2024, 2023])
            self.export.write(
                {"period_choice": "chosen", "period_ids": [(6, 0, earlier[:1].ids)]}
            )
            self.assertEqual(self.export._periods(), earlier[:1])
        with self.assertRaises(ValidationError):
            self.export.period_ids = [(5,)]
        with self.assertRaises(ValidationError):
            other = self._period(2024, self.other_company)
            self.export.period_ids = [(6, 0, other.ids)]

    def test_no_period(self):
        empty = self.env["alumni.benchmark.export"].create(
            {"name": "Empty", "company_id": self.other_company.id}
        )
        with self.assertRaisesRegex(UserError, "no finished period"):
            empty._run()

    def test_language_of_the_file(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.law.with_context(lang="fr_FR").name = "Droit"
        gender = self.env.ref("alumni_kpi.breakdown_gender")
        gender.with_context(lang="fr_FR").name = "Genre"
        self.company.partner_id.lang = "fr_FR"
        export = self.env["alumni.benchmark.export"].create({"name": "Conseil"})
        self.assertEqual(export.lang, "fr_FR")
        self.assertIn("Genre", self._book(self._run(export)).sheetnames)

    def test_methods_that_differ_are_said(self):
        self._period(2023)
        self.env["alumni.person.year"]._refresh_period(self._period(2023))
        self._period(2023).state = "closed"
        self.company.alumni_clicks_count = True
        cover = self._book(self._run())["Cover"]
        texts = [cell.value for row in cover.iter_rows() for cell in row if cell.value]
        self.assertIn("Comparison", texts)
        self.assertIn("do not count", texts)
        self.assertIn("count as communication", texts)

    def test_dues_are_said(self):
        """How dues count stands on the cover and on each value, and two ways of
        counting them are not compared silently."""
        self._period(2023)
        self.env["alumni.person.year"]._refresh_period(self._period(2023))
        self._period(2023).state = "closed"
        self.company.alumni_dues_mode = "experiential"
        cover = self._book(self._run())["Cover"]
        texts = [cell.value for row in cover.iter_rows() for cell in row if cell.value]
        for text in ("Comparison", "Dues count as", "Nothing", "An experience"):
            self.assertIn(text, texts)
        values = self.env["alumni.indicator.value"]
        for year, dues in ((2023, "nothing"), (2024, "experiential")):
            value = values.search([("period_id.year", "=", year)], limit=1)
            self.assertEqual(value.method_flags["dues"], dues)

    # history and mail

    def test_history_and_download(self):
        first, second = self._run(), self._run()
        self.assertEqual(self.export.run_count, 2)
        self.assertNotEqual(first.attachment_id, second.attachment_id)
        self.assertTrue(first.hidden_count)
        self.assertGreater(first.cell_count, first.hidden_count)
        action = self.export.action_download()
        self.assertEqual(action["type"], "ir.actions.act_url")
        newest = self.export.run_ids.sorted("id")[-1]
        self.assertIn(f"/{newest.attachment_id.id}?", action["url"])
        self.assertEqual(self.export.run_count, 3)

    def test_sent_to_recipients(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("alumni_kpi.mail_template_alumni_benchmark_run")
        template.with_context(lang="fr_FR").subject = "Indicateurs"
        anne, john = self.env["res.partner"].create(
            [
                {"name": "Anne", "email": "anne@example.org", "lang": "fr_FR"},
                {"name": "John", "email": "john@example.org", "lang": "en_US"},
            ]
        )
        run = self._run(recipient_ids=[(6, 0, (anne | john).ids)])
        mails = self.env["mail.mail"].search(
            [("model", "=", run._name), ("res_id", "=", run.id)]
        )
        by_person = {mail.recipient_ids: mail for mail in mails}
        self.assertEqual(set(by_person), {anne, john})
        self.assertEqual(by_person[anne].subject, "Indicateurs")
        self.assertEqual(by_person[john].subject, "For the board: 2023-2024")
        for mail in mails:
            self.assertIn(run.attachment_id, mail.attachment_ids)
        self.assertEqual(run.sent_to, "Anne, John")

    def test_nothing_is_sent_to_nobody(self):
        """Whoever wants to send is told that there is nobody; a schedule without
        recipients keeps the file, and the form says so."""
        with self.assertRaisesRegex(UserError, "Enter them, or choose “Download now”"):
            self.export.action_run()
        self.assertFalse(self.export.run_ids)
        arch = self.export.get_view(view_type="form")["arch"]
        self.assertIn("invisible=\"schedule == 'none' or recipient_ids\"", arch)
        run = self._run(schedule="monthly")
        self.assertTrue(run.attachment_id)
        self.assertFalse(run.sent_to)

    def test_download_sends_nothing(self):
        partner = self.env["res.partner"].create(
            {"name": "John", "email": "john@example.org"}
        )
        self.export.recipient_ids = partner
        before = self.env["mail.mail"].search_count([])
        self.export.action_download()
        self.assertEqual(self.env["mail.mail"].search_count([]), before)

    # schedule

    def test_slots(self):
        expected = {
            "monthly": ["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30"],
            "quarterly": ["2025-01-31", "2025-04-30", "2025-07-31", "2025-10-31"],
            "yearly": ["2025-01-31", "2026-01-31", "2027-01-31", "2028-01-31"],
        }
        for schedule, days in expected.items():
            self.export.write(
                {"schedule": schedule, "first_date": days[0], "last_date": False}
            )
            found = []
            for _slot in days:
                found.append(str(self.export.next_date))
                self.export.last_date = self.export.next_date
            self.assertEqual(found, days)
        self.export.schedule = "none"
        self.assertFalse(self.export.next_date)

    def _cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("alumni_kpi.ir_cron_alumni_benchmark").method_direct_trigger()

    def test_schedule(self):
        self.export.write({"schedule": "monthly", "first_date": "2025-01-15"})
        runs = {}
        for day in (
            "2025-01-14",
            "2025-01-15",
            "2025-01-16",
            "2025-02-14",
            "2025-02-15",
            "2025-05-20",
            "2025-05-21",
        ):
            with freeze_time(day):
                self._cron()
                runs[day] = self.export.run_count
        self.assertEqual(list(runs.values()), [0, 1, 1, 1, 2, 3, 3])
        self.assertEqual(self.export.next_date, fields.Date.to_date("2025-06-15"))

    def test_without_date(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.export.write({"schedule": "yearly", "first_date": False})

    def test_failure_leaves_an_activity_and_stays_due(self):
        other = self.env["alumni.benchmark.export"].create(
            {"name": "Also due", "schedule": "monthly", "first_date": "2025-01-15"}
        )
        self.export.write(
            {
                "schedule": "monthly",
                "first_date": "2025-01-15",
                "user_id": self.manager.id,
            }
        )
        reminder = self.export.activity_schedule("mail.mail_activity_data_todo")
        produce = type(self.export)._produce

        def fail(export, *args):
            self.env["res.partner"].create({"name": "Half done"})
            if failing:
                raise ValueError("The disk is full")
            return produce(export, *args)

        failing = True
        with (
            patch.object(type(self.export), "_produce", fail),
            mute_logger(EXPORT),
        ):
            for day in ("2025-01-15", "2025-01-16"):
                with freeze_time(day):
                    self._cron()
        self.assertEqual(self.export.run_ids.mapped("state"), ["failed", "failed"])
        self.assertEqual(self.export.run_ids[0].error, "The disk is full")
        [activity] = self.export.activity_ids - reminder
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn("disk is full", activity.note)
        self.assertEqual(str(self.export.next_date), "2025-01-15", "still due")
        self.assertFalse(
            self.env["res.partner"].search([("name", "=", "Half done")]),
            "a failed run leaves nothing half done",
        )
        self.assertEqual(other.run_ids.mapped("state"), ["failed", "failed"])
        with freeze_time("2025-01-17"):
            self._cron()
        self.assertEqual(self.export.run_ids.sorted("id")[-1].state, "done")
        self.assertEqual(str(self.export.next_date), "2025-02-15")
        self.assertEqual(self.export.activity_ids, reminder, "done with")

    def test_recipient_without_address(self):
        self.export.recipient_ids = self.env["res.partner"].create({"name": "Nobody"})
        with self.assertRaisesRegex(UserError, "Nobody"), self.cr.savepoint():
            self.export.action_run()
        self.export.write({"schedule": "monthly", "first_date": "2025-01-15"})
        with freeze_time("2025-01-15"), mute_logger(EXPORT):
            self._cron()
        self.assertIn("Nobody", self.export.run_ids.error)

    # command line

    def test_write_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "out.xlsx")
            self.env["alumni.benchmark.export"].write_file(2024, path)
            book = load_workbook(path)
            self.assertEqual(self._figure(book["Indicators"], "ENG-01").value, 50)
            with self.assertRaisesRegex(UserError, "1950.*2024"):
                self.env["alumni.benchmark.export"].write_file(1950, path + "2")
            self.assertFalse(os.path.exists(path + "2"))

    def test_write_file_is_not_remote(self):
        from odoo.service.model import get_public_method

        with self.assertRaises(AccessError):
            get_public_method(self.env["alumni.benchmark.export"], "write_file")

    # rights

    def test_analyst_downloads(self):
        self.export.recipient_ids = self.env["res.partner"].create({"name": "John"})
        export = self.export.with_user(self.analyst)
        action = export.action_download()
        attachment = self.env["ir.attachment"].browse(
            int(action["url"].split("/")[3].split("?")[0])
        )
        self.assertTrue(attachment.with_user(self.analyst).raw)
        self.assertEqual(export.run_ids.user_id, self.analyst)
        for action in (
            export.action_run,
            lambda: export.write({"threshold": 5}),
            export.unlink,
            export.copy,
        ):
            with self.assertRaises(AccessError):
                action()

    def test_manager_runs(self):
        export = self.export.with_user(self.manager)
        export.recipient_ids = self.env["res.partner"].create(
            {"name": "John", "email": "john@example.org"}
        )
        export.action_run()
        self.assertEqual(export.run_ids.state, "done")
        export.unlink()

    def test_other_institution_and_outsiders(self):
        run = self._run()
        for user in (self.other_officer, self.portal, self.public):
            for record in (self.export, run, run.attachment_id):
                self.assertFalse(record.with_user(user).has_access("read"))
            with self.assertRaises(AccessError):
                self.export.with_user(user).action_download()
        for user in (self.officer, self.analyst):
            self.assertFalse(run.with_user(user).has_access("write"))
            self.assertFalse(run.with_user(user).has_access("unlink"))
