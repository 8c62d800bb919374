import base64
import json
import re
from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import file_open

from odoo.addons.spreadsheet.utils.validate_data import fields_in_spreadsheet

from ...models.engagement.alumni_person_year_mixin import PEOPLE

FILES = "alumni_kpi/data/files/alumni_engagement%s_dashboard.json"


class TestSpreadsheetDashboard(TransactionCase):
    """The files of the dashboard fit the models, and who may open it sees the last
    complete period first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dashboard = cls.env.ref("alumni_kpi.dashboard_alumni_engagement")
        with file_open(FILES % "") as stream:
            cls.data = json.load(stream)
        with file_open(FILES % "_sample") as stream:
            cls.sample = json.load(stream)

    def _user(self, role, groups):
        return new_test_user(self.env, f"dashboard_{role}", groups)

    def test_files_fit_the_models(self):
        """Every model and every field that the file names exists."""
        used = fields_in_spreadsheet(self.data)
        self.assertIn("alumni.person.year", used)
        for model, chains in used.items():
            for chain in chains:
                current = self.env[model]
                for name in chain.split("."):
                    self.assertIn(name, current._fields, f"{model}: {chain}")
                    if current._fields[name].relational:
                        current = self.env[current._fields[name].comodel_name]
        for pivot in self.data["pivots"].values():
            for measure in pivot["measures"]:
                if measure["fieldName"] == "__count":
                    continue
                field = self.env[pivot["model"]]._fields[measure["fieldName"]]
                self.assertIn(field.type, ("integer", "float", "monetary"))

    def test_sample_reads_no_database(self):
        self.assertFalse(self.sample["pivots"] or self.sample["globalFilters"])
        self.assertNotIn("PIVOT", json.dumps(self.sample))

    def test_figures_read_filled_cells(self):
        """Every range that a figure shows holds formulas in both files."""
        for data in (self.data, self.sample):
            cells = data["sheets"][1]["cells"]
            for figure in data["sheets"][0]["figures"]:
                text = json.dumps(figure["data"])
                ranges = re.findall(r"Data!([A-Z]+)(\d+)(?::[A-Z]+(\d+))?", text)
                self.assertTrue(ranges, text)
                for column, first, last in ranges:
                    for row in range(int(first) + 1, int(last or first) + 1):
                        self.assertIn(f"{column}{row}", cells)

    def test_labels_can_be_translated(self):
        """No text of ours stands in a cell outside of _t, where Odoo would not find
        it."""
        for sheet in self.data["sheets"]:
            for cell, content in sheet["cells"].items():
                self.assertTrue(content.startswith("=") or content.isdigit(), cell)
                bare = re.sub(
                    r'_t\("[^"]*"\)|PIVOT\.\w+\([^)]*\)|TEXT\([^)]*\)', "", content
                )
                words = [w for w in re.findall(r'"([^"]*)"', bare) if w.strip(" ·–(),")]
                self.assertIn(words, ([], [", n = "]), cell)

    def test_one_period_whatever_is_filtered(self):
        """People are read by position in one period: nothing is added up over
        periods, where the same person stands once in each."""
        values = re.findall(r"PIVOT\.VALUE\(([^)]*)\)", json.dumps(self.data))
        self.assertTrue(values)
        for arguments in values:
            self.assertIn("#period_id", arguments)

    def test_sorted_by_what_adds_up(self):
        """Over the periods of a pivot there is no number of people to sort by."""
        for pivot in self.data["pivots"].values():
            if "sortedColumn" in pivot:
                measure = pivot["sortedColumn"]["measure"]
                self.assertIn(measure, [m["id"] for m in pivot["measures"]])
                self.assertNotIn(measure.partition(":")[0], PEOPLE)

    def test_opens_on_the_last_complete_period(self):
        company = self.env.company
        company.alumni_fiscal_month = "9"
        Period = self.env["alumni.period"]
        complete, running = Period._ensure_for_years(company, 2031, 2032)
        self.assertEqual(complete.date_end, date(2031, 8, 31))
        with freeze_time("2031-10-01"):
            shown = json.loads(self.dashboard._get_serialized_readonly_dashboard())
        filters = {f["label"]: f for f in shown["snapshot"]["globalFilters"]}
        self.assertEqual(
            filters["Period"]["defaultValue"], {"operator": "in", "ids": complete.ids}
        )
        self.assertNotIn("defaultValue", filters["School"])
        # a choice of the office stays
        data = json.loads(json.dumps(self.data))
        data["globalFilters"][0]["defaultValue"] = {
            "operator": "in",
            "ids": running.ids,
        }
        self.dashboard.spreadsheet_binary_data = base64.b64encode(
            json.dumps(data).encode()
        )
        with freeze_time("2031-10-01"):
            shown = json.loads(self.dashboard._get_serialized_readonly_dashboard())
        filters = {f["label"]: f for f in shown["snapshot"]["globalFilters"]}
        self.assertEqual(filters["Period"]["defaultValue"]["ids"], running.ids)

    def test_filters_are_called_what_their_records_are_called(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(
            ["alumni_relations", "alumni_kpi"], ["fr_FR"]
        )
        user = self._user("french", "alumni_relations.group_analyst")
        user.lang = "fr_FR"
        dashboard = self.dashboard.with_user(user).with_context(lang="fr_FR")
        shown = json.loads(dashboard._get_serialized_readonly_dashboard())
        self.assertEqual(
            [one["label"] for one in shown["snapshot"]["globalFilters"]],
            ["Exercice", "Composante", "Génération"],
        )

    def test_other_institution_has_its_own_period(self):
        other = self.env["res.company"].create({"name": "Other university"})
        Period = self.env["alumni.period"]
        Period._ensure_for_years(self.env.company, 2031, 2031)
        theirs = Period._ensure_for_years(other, 2030, 2030)
        user = self._user("other", "alumni_relations.group_analyst")
        user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        with freeze_time("2031-10-01"):
            shown = json.loads(
                self.dashboard.with_user(user)._get_serialized_readonly_dashboard()
            )
        self.assertEqual(
            shown["snapshot"]["globalFilters"][0]["defaultValue"]["ids"], theirs.ids
        )

    def test_who_may_open_it(self):
        for role in ("analyst", "officer", "manager"):
            user = self._user(role, f"alumni_relations.group_{role}")
            self.assertTrue(self.dashboard.with_user(user).has_access("read"), role)
        for role, group in (("staff", "base.group_user"), ("portal", None)):
            user = self._user(role, group or "base.group_portal")
            self.assertFalse(self.dashboard.with_user(user).has_access("read"), role)
