import base64
import csv
import io
import json
import zipfile
from unittest.mock import patch

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ...hooks import uninstall_hook
from ...models.intake import alumni_import
from ...tools import table_file
from .common import HEADER, IntakeCommon, registrar_file

CRON = "alumni_relations.ir_cron_alumni_import"


@tagged("post_install", "-at_install")
class TestImport(IntakeCommon, CronMixinCase):
    def test_encodings_and_separators(self):
        text = "NOM;PRENOM;COD_ETU\nDŒUFÇÉ;Éloïse;1\n"
        for encoding, found in [
            ("utf-8", "utf-8"),
            ("utf-8-sig", "utf-8-sig"),
            ("utf-16", "utf-16"),
            ("utf-16-le", "utf-16-le"),
            ("cp1252", "cp1252"),
        ]:
            document = self.document(text.encode(encoding))
            self.assertEqual((document.encoding, document.separator), (found, ";"))
            self.assertEqual(document.head[1], ["DŒUFÇÉ", "Éloïse", "1"])
        accents = text.replace("Œ", "E").encode("cp850")
        self.assertEqual(self.document(accents).head[1][0], "DEUFÇÉ")
        for separator in ",\t|":
            document = self.document(text.replace(";", separator).encode())
            self.assertEqual(document.separator, separator)

    def test_encoding_can_be_corrected(self):
        document = self.document("NOM;COD_ETU\nÉMILE;1\n".encode("mac_roman"))
        document.encoding = "mac_roman"
        self.assertEqual(document.head[1], ["ÉMILE", "1"])

    def test_mapping_is_remembered(self):
        content = b"who;NOM\n77;Martin\n"
        document = self.document(content)
        self.assertFalse(document.mapping_ids[0].target_id)
        with self.assertRaisesRegex(UserError, "told apart"):
            document.action_check()
        target = self.env.ref("alumni_relations.import_target_people_student_number")
        document.mapping_ids[0].target_id = target
        document.action_load()
        self.assertEqual(document.people_created, 1)
        self.assertEqual(self.document(content).mapping_ids[0].target_id, target)

    def test_two_columns_for_one_field(self):
        document = self.document(b"COD_ETU;NOM;other\n1;Martin;2\n")
        document.mapping_ids[2].target_id = document.mapping_ids[0].target_id
        with self.assertRaisesRegex(UserError, "same field"):
            document._run()

    def test_problems_can_be_corrected_and_loaded(self):
        document = self.run_lines(
            {"VILLE": "=1+1", "DATE_OBTENTION": "31/02/2011", "TEL": "+33 1 2"},
            {"COD_ETU": "2", "PRENOM": "Zoë", "EMAIL_PERSO": "", "STATUT": "?"},
        )
        content = document._problems_bytes()
        self.assertEqual(base64.b64decode(document.problems_file), content)
        self.assertEqual(document.problems_file_name, "file_problems.csv")
        rows = list(csv.reader(io.StringIO(content.decode("cp1252")), delimiter=";"))
        self.assertEqual(rows[0], [*HEADER, "problem"])
        self.assertEqual(rows[1][10], "'=1+1")
        self.assertEqual(rows[1][7], "+33 1 2")
        self.assertIn("31/02/2011", rows[1][-1])

        half = content.replace(b"31/02/2011", b"28/02/2011")
        second = self.run_file(half, document.problems_file_name)
        self.assertEqual((second.people_created, second.rejected), (1, 1))
        self.assertEqual(self.by_number("000012345").city, "=1+1")
        self.assertEqual(second.problems_file_name, "file_problems.csv")
        [header, line] = csv.reader(
            io.StringIO(second._problems_bytes().decode("cp1252")), delimiter=";"
        )
        self.assertEqual(header, [*HEADER, "problem"])
        third = self.run_file(second._problems_bytes().replace(b";?;", b";DIPLOME;"))
        self.assertEqual((third.people_created, third.rejected), (1, 0))

    def test_problems_in_the_language_of_the_user(self):
        """A file of rejected lines is named and headed in the user's language, and
        known again in any."""
        self.env["res.lang"]._activate_lang("fr_FR")
        module = self.env["ir.module.module"]._get("alumni_relations")
        module._update_translations(["fr_FR"])
        french = self.document(registrar_file({"STATUT": "?"})).with_context(
            lang="fr_FR"
        )
        french._run()
        name, content = french.problems_file_name, french._problems_bytes()
        self.assertEqual(name, "file_rejets.csv")
        [header] = csv.reader(
            io.StringIO(content.decode("cp1252").splitlines()[0]), delimiter=";"
        )
        self.assertEqual(header, [*HEADER, "motif"])
        again = self.run_file(content, name).with_context(lang="en_US")
        self.assertEqual(again.problems_file_name, "file_problems.csv")
        header = again._problems_bytes().decode("cp1252").splitlines()[0]
        self.assertEqual(header.split(";"), [*HEADER, "problem"])

    def test_wrong_kind_is_recognised(self):
        """A file whose columns fit another kind is not blamed for its header."""
        gifts = b"donor_ref,date,type,amount_eur\n2,2024-01-02,money,5\n"
        with self.assertRaisesRegex(UserError, "another content: Gifts"):
            self.document(gifts, "gifts.csv").action_check()
        with self.assertRaisesRegex(UserError, "another content: People and degrees"):
            self.document(registrar_file({}), kind="gifts").action_check()
        with self.assertRaisesRegex(UserError, "first line of the file"):
            self.document(b"1;Martin\n2;Durand\n").action_check()

    def test_a_new_import_asks_for_a_file(self):
        self.assertFalse(self.Import.new({}).display_name)
        with self.assertRaisesRegex(UserError, "Choose the file"):
            self.Import.create({})
        # This is how an empty file comes from the browser.
        with self.assertRaisesRegex(UserError, "empty"):
            self.Import.create({"file_name": "vide.csv", "file": ""})

    def test_lines_with_other_numbers_of_columns(self):
        document = self.run_file(
            b"COD_ETU;NOM;VILLE\n1;Martin;Angers;;\n2;Durand\n3;Petit;Lyon;more\n\n"
            b"4;Roux;Lyon\n"
        )
        self.assertEqual(document.line_count, 4)
        self.assertEqual(document.people_created, 2)
        self.assertEqual(
            document.problem_ids.mapped(lambda line: (line.number, line.reason)),
            [(3, "wrong_columns"), (4, "wrong_columns")],
        )

    # hostile files

    def _refused(self, content, message, name="file.csv"):
        before = self.env["res.partner"].search_count([])
        with self.assertRaisesRegex(UserError, message):
            self.run_file(content, name)
        self.assertEqual(self.env["res.partner"].search_count([]), before)

    def test_refused_texts(self):
        header = b"COD_ETU;NOM\n"
        self._refused(b"", "empty")
        self._refused(b"\xef\xbb\xbf", "first line is empty")
        self._refused(b"\n\n", "first line is empty")
        self._refused(b"%PDF-1.7 ...", "PDF")
        self._refused(b"\x89PNG\r\n\x1a\n....", "picture")
        self._refused(b"\xd0\xcf\x11\xe0" + bytes(100), "old Office")
        self._refused(b"<!DOCTYPE html><html>", "web page")
        self._refused(header + b"1;Mar\0tin\n", "zero byte")
        self._refused(header + b"1;Martin\n" * 20_000 + b"2;\0\n", "zero byte")
        self._refused(b"1;Martin\n2;Durand\n", "first line of the file")
        self._refused(b"NOM;NOM;COD_ETU\n1;2;3\n", "stands twice")
        self._refused(b";".join(b"c%d" % n for n in range(600)), "600 columns")
        self._refused(header + b"1;" + b"x" * 10_000_000, "more than 32767 characters")
        self._refused(
            header + b'1;"Martin\n' + b"2;Durand\n" * 50_000, "quotation mark"
        )

    def test_refused_mixture_of_encodings(self):
        lines = [
            b"NOM;COD_ETU",
            "ÉMILE;1".encode("cp1252"),
            "ZOÉ;2".encode(),
        ]
        self._refused(b"\n".join(lines), "line 3 is written in UTF-8 and line 2")

    def test_refused_spreadsheets(self):
        def package(parts):
            output = io.BytesIO()
            with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, content in parts.items():
                    archive.writestr(name, content)
            return output.getvalue()

        book = io.BytesIO()
        openpyxl.Workbook().save(book)
        with zipfile.ZipFile(book) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        self._refused(package({"a.txt": b"a"}), "not a spreadsheet")
        self._refused(b"PK\x03\x04" + b"garbage" * 20, "damaged")
        self._refused(package(parts | {"xl/workbook.xml": b"<broken"}), "damaged")
        self._refused(
            package(parts | {"xl/styles.xml": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"}),
            "document type",
        )
        self._refused(package(parts), "first line is empty", "file.xlsx")
        # Two gigabytes of spaces in the sheet would take minutes to write.
        with patch.object(table_file, "MAX_UNPACKED", 2**20):
            bomb = package(parts | {"xl/worksheets/sheet1.xml": b" " * 2**21})
            self.assertLess(len(bomb), 2**16)
            self._refused(bomb, "unpacks to more than")
        with patch.object(table_file, "MAX_SHARED", 2**10):
            bomb = package(parts | {"xl/sharedStrings.xml": b" " * 2**11})
            self._refused(bomb, "unpacks to more than")
        long_cell = openpyxl.Workbook()
        long_cell.active.append(["NOM", "COD_ETU"])
        long_cell.active.append(["Martin", "1"])
        output = io.BytesIO()
        long_cell.save(output)
        with zipfile.ZipFile(output) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        sheet = "xl/worksheets/sheet1.xml"
        long_text = parts[sheet].replace(b"Martin", b"x" * 40_000)
        self.assertNotEqual(long_text, parts[sheet])
        self._refused(package(parts | {sheet: long_text}), "more than 32767")

    def test_refused_size(self):
        with patch.object(table_file, "MAX_FILE", 10):
            self._refused(registrar_file({}), "Split it")

    # running

    def test_one_bad_file_leaves_the_others(self):
        result = self.Import.run_files(
            "people",
            [
                ("in/bad.csv", b""),
                ("in/good.csv", registrar_file({}, {"STATUT": "?", "COD_ETU": "3"})),
            ],
        )
        self.assertEqual([name for name, _text in result["errors"]], ["in/bad.csv"])
        self.assertEqual(
            [result[name] for name in ("lines", "people_created", "rejected")],
            [2, 1, 1],
        )
        [(name, content)] = result["problems"]
        self.assertEqual(name, "in/good_problems.csv")
        self.assertIn(b"STATUT", content)
        with self.assertRaisesRegex(UserError, "bad.csv: The file is empty"):
            self.Import.run_files("people", [("bad.csv", b"")])
        with self.assertRaisesRegex(UserError, "people, gifts"):
            self.Import.run_files("cows", [("a.csv", b"")])

    def _many(self, count):
        return registrar_file(
            *(
                {"COD_ETU": f"M{n}", "PRENOM": f"Paul{n}", "EMAIL_PERSO": ""}
                for n in range(count)
            )
        )

    def test_large_file_runs_in_the_background(self):
        document = self.document(self._many(30))
        with (
            patch.object(alumni_import, "AT_ONCE", 10),
            self.capture_triggers(CRON) as triggers,
        ):
            document.action_load()
        self.assertEqual(len(triggers.records), 1)
        self.assertEqual((document.state, document.people_created), ("running", 0))
        with self.assertRaisesRegex(UserError, "Wait"):
            document.action_load()
        cron = self.env.ref(CRON)
        with (
            patch.object(alumni_import, "CHUNK", 7),
            self.enter_registry_test_mode(),
        ):
            cron.method_direct_trigger()
        document.invalidate_recordset()
        self.assertEqual((document.state, document.people_created), ("done", 30))
        self.assertEqual(document.progress, 100)

    def _notifications(self, document):
        """What was sent to the screens of the manager about a document."""
        messages = self.env["bus.bus"].search([("message", "like", document.file_name)])
        for bus in messages:
            channel = [self.env.cr.dbname, "res.partner", self.manager.partner_id.id]
            self.assertEqual(json.loads(bus.channel), channel)
        return [json.loads(bus.message)["payload"] for bus in messages]

    def _work(self, document):
        """Let the scheduled action work until nothing is left."""
        with self.enter_registry_test_mode():
            self.env.ref(CRON).method_direct_trigger()
        document.invalidate_recordset()

    def test_large_file_is_checked_in_the_background(self):
        document = self.document(self._many(3) + b"x\n", name="checked.csv")
        document = document.with_user(self.manager)
        with (
            patch.object(alumni_import, "AT_ONCE", 10),
            self.capture_triggers(CRON) as triggers,
        ):
            document.action_check()
        self.assertEqual(len(triggers.records), 1)
        self.assertEqual((document.state, document.people_new), ("checking", 0))
        self.assertEqual(document.progress, 0)
        for action in (document.action_check, document.action_load, document.unlink):
            with self.assertRaisesRegex(UserError, "Wait"):
                action()
        self._work(document)
        self.assertEqual((document.state, document.people_new), ("ready", 3))
        [told] = self._notifications(document)
        self.assertEqual((told["type"], told["title"]), ("success", "checked.csv"))
        self.assertIn("4 lines, of which 1 would be rejected", told["message"])

    def test_who_did_not_wait_is_told(self):
        """In the own language, also by another than who uploaded the file."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.manager.lang = "fr_FR"
        document = self.document(self._many(30), name="told.csv")
        with patch.object(alumni_import, "AT_ONCE", 10):
            document.with_user(self.manager).action_load()
        self.assertEqual(document.user_id, self.manager)
        self._work(document)
        self.assertEqual(document.state, "done")
        [told] = self._notifications(document)
        self.assertEqual(told["type"], "success")
        self.assertIn("30 personnes créées", told["message"])

    def test_who_waits_is_not_told(self):
        document = self.document(registrar_file({}), name="waited.csv")
        document.with_user(self.manager).action_load()
        self.env.cr.flush()
        self.assertFalse(self._notifications(document))

    def test_failure_is_told(self):
        document = self.document(self._many(30), name="failure.csv")
        with patch.object(alumni_import, "AT_ONCE", 10):
            document.with_user(self.manager).action_check()
        # The manager loses the right to do so before it is done.
        self.manager.group_ids = self.env.ref("base.group_user")
        self._work(document)
        self.assertEqual(document.state, "failed")
        [told] = self._notifications(document)
        self.assertEqual((told["type"], told["message"]), ("danger", document.error))

    def test_who_started_it_is_gone(self):
        document = self.document(self._many(30))
        with patch.object(alumni_import, "AT_ONCE", 10):
            document.action_load()
        document.user_id = False
        self._work(document)
        self.assertEqual(document.state, "failed")
        self.assertIn("no account", document.error)

    def test_wrong_columns_are_refused_at_once(self):
        """Also where the file would be read in the background."""
        document = self.document(self._many(3))
        document.mapping_ids.target_id = False
        for action in (document.action_check, document.action_load):
            with patch.object(alumni_import, "AT_ONCE", 10):
                with self.assertRaises(UserError):
                    action()
            self.assertEqual(document.state, "draft")

    def test_spreadsheets_are_packed(self):
        book, stream = openpyxl.Workbook(), io.BytesIO()
        book.active.append(["Nom", "Date de naissance"])
        book.save(stream)
        workbook = self.document(stream.getvalue(), "people.xlsx")
        size = workbook._attachment().file_size
        for limit, quick in ((size, False), (size * alumni_import.PACKED, True)):
            with patch.object(alumni_import, "AT_ONCE", limit):
                self.assertEqual(workbook._is_quick(), quick)

    def test_killed_run_goes_on(self):
        """Half of the chunks are loaded when the server dies; what is left is loaded
        later, also when the database has lost the staging table."""
        for lost in (False, True):
            content = self._many(20).replace(b"M", b"L" if lost else b"K")
            content = content.replace(b"Paul", b"Lost" if lost else b"Kept")
            content = content.replace(b"NOL", b"NOM").replace(b"NOK", b"NOM")
            document = self.document(content)
            with patch.object(alumni_import, "CHUNK", 7):
                document._start()
                document._step()
                document._step()
                created = document.people_created
                self.assertTrue(0 < created < 20)
                self.assertTrue(0 < document.progress < 100)
                if lost:
                    self.env.cr.execute(SQL("TRUNCATE %s", document._stage_table()))
                while document._step():
                    pass
            self.assertEqual(document.state, "done")
            self.assertEqual(
                (document.people_created, document.people_updated), (20, 0)
            )

    def test_failed_run_says_so(self):
        document = self.document(registrar_file({}))
        document._start()
        with (
            patch.object(type(document), "_step", side_effect=ValueError("broken")),
            self.assertLogs("odoo.addons.alumni_relations", "ERROR"),
            self.enter_registry_test_mode(),
        ):
            self.env.ref(CRON).method_direct_trigger()
        document.invalidate_recordset()
        self.assertEqual(document.state, "failed")
        self.assertIn("log of the server", document.error)
        document.action_load()
        self.assertEqual((document.state, document.error), ("done", False))

    def test_nothing_stays_in_the_database(self):
        document = self.document(registrar_file({}))
        document.action_check()
        document._run()
        tables = SQL(
            "SELECT relname FROM pg_class WHERE relname LIKE 'alumni_import_stage%%'"
        )
        self.assertFalse(self.env.execute_query(tables))
        document._start()
        document._step()
        self.assertTrue(self.env.execute_query(tables))
        uninstall_hook(self.env)
        self.assertFalse(self.env.execute_query(tables))

    def test_file_is_not_indexed(self):
        document = self.document(registrar_file({}))
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", "alumni.import"), ("res_id", "=", document.id)]
            + [("res_field", "=", "file")]
        )
        self.assertTrue(attachment)
        self.assertFalse(attachment.index_content)

    def test_preview_is_escaped(self):
        document = self.document(b"COD_ETU;NOM\n1;<script>alert(1)</script>\n")
        self.assertIn("&lt;script&gt;", document.head_html)
        self.assertNotIn("<script>", document.head_html)

    def test_bulk_hook_is_told(self):
        told = []

        def _bulk_written(records, ids):
            told.append((records._name, len(self.env.execute_query(ids))))

        Mixin = self.env.registry["alumni.bulk.mixin"]
        with patch.object(Mixin, "_bulk_written", _bulk_written):
            self.run_lines({}, {"COD_ETU": "2", "EMAIL_PERSO": "", "PRENOM": "Paul"})
            gifts = b"donor_ref,date,type,amount_eur\n2,2024-01-02,money,5\n"
            self.run_file(gifts, "gifts.csv", "gifts")
        self.assertEqual(
            told, [("res.partner", 2), ("alumni.education", 2), ("alumni.gift", 1)]
        )

    # rights

    def test_only_managers_import(self):
        content = base64.b64encode(registrar_file({}))
        for user in (self.officer, self.analyst, self.portal, self.public):
            with self.assertRaises(AccessError):
                self.Import.with_user(user).create({"file": content})
        document = self.Import.with_user(self.manager).create({"file": content})
        document.action_load()
        self.assertEqual(document.people_created, 1)
        with self.assertRaises(AccessError):
            document.with_user(self.officer).read(["state"])

    def test_imports_of_other_institutions(self):
        document = self.document(
            registrar_file({"STATUT": "?"}), company_id=self.other_company.id
        )
        document._run()
        Import = self.Import.with_user(self.manager)
        self.assertNotIn(document, Import.search([]))
        with self.assertRaises(AccessError):
            Import.browse(document.id).read(["state"])
        lines = document.problem_ids.with_user(self.manager)
        with self.assertRaises(AccessError):
            lines.read(["cells"])
        with self.assertRaises(AccessError):
            document.mapping_ids.with_user(self.manager).read(["header"])
