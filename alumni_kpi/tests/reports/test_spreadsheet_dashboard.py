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

FILES = "alumni_kpi/data/files/alumni_%s%s_dashboard.json"
DASHBOARDS = {
    # name of the files: what its first pivot reads
    "engagement": "alumni.person.year",
    "analyst": "alumni.person.year",
}


class TestSpreadsheetDashboard(TransactionCase):
    """The files of the dashboard fit the models, and who may open it sees the last
    complete period first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dashboard = cls.env.ref("alumni_kpi.dashboard_alumni_engagement")
        cls.files = {
            (name, kind): cls._read(name, kind)
            for name in DASHBOARDS
            for kind in ("", "_sample")
        }
        cls.data = cls.files["engagement", ""]

    @classmethod
    def _read(cls, name, kind):
        with file_open(FILES % (name, kind)) as stream:
            return json.load(stream)

    def _each(self, kind=None):
        """Each file of each dashboard, or each one of a kind."""
        for (name, found), data in self.files.items():
            if kind in (None, found):
                with self.subTest(dashboard=name, kind=found):
                    yield name, data

    def _user(self, role, groups):
        return new_test_user(self.env, f"dashboard_{role}", groups)

    def test_files_fit_the_models(self):
        """Every model and every field that a file names exists."""
        for name, data in self._each(""):
            used = fields_in_spreadsheet(data)
            self.assertIn(DASHBOARDS[name], used)
            for model, chains in used.items():
                for chain in chains:
                    current = self.env[model]
                    for field in chain.split("."):
                        self.assertIn(field, current._fields, f"{model}: {chain}")
                        if current._fields[field].relational:
                            current = self.env[current._fields[field].comodel_name]
            for pivot in data["pivots"].values():
                for measure in pivot["measures"]:
                    if measure["fieldName"] == "__count":
                        continue
                    field = self.env[pivot["model"]]._fields[measure["fieldName"]]
                    self.assertIn(field.type, ("integer", "float", "monetary"))

    def test_every_figure_leads_to_what_is_behind_it(self):
        for _name, data in self._each(""):
            figures = {one["id"] for one in data["sheets"][0]["figures"]}
            menus = data["chartOdooMenusReferences"]
            self.assertEqual(set(menus), figures)
            for menu in set(menus.values()):
                self.assertTrue(self.env.ref(menu).action, menu)

    def test_sample_reads_no_database(self):
        for _name, data in self._each("_sample"):
            self.assertFalse(data["pivots"] or data["globalFilters"])
            self.assertNotIn("PIVOT", self._shown(data))

    def _shown(self, data):
        """What stands in cells that figures read, directly or not."""
        cells = data["sheets"][1]["cells"]
        wanted, seen = [], set()
        for figure in data["sheets"][0]["figures"]:
            wanted += self._cells(json.dumps(figure["data"]), "Data!")
        while wanted:
            cell = wanted.pop()
            if cell not in seen and cell in cells:
                seen.add(cell)
                wanted += self._cells(cells[cell])
        return json.dumps([cells[cell] for cell in sorted(seen)])

    def _cells(self, text, sheet=""):
        """The cells of the ranges that a text names."""
        found = re.findall(sheet + r"\$?([A-Z]+)\$?(\d+)(?::\$?[A-Z]+\$?(\d+))?", text)
        return [
            f"{column}{row}"
            for column, first, last in found
            for row in range(int(first), int(last or first) + 1)
        ]

    def test_figures_read_filled_cells(self):
        """Every range that a figure shows holds formulas in both files."""
        for _name, data in self._each():
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
        for _name, data in self._each(""):
            for sheet in data["sheets"]:
                for cell, content in sheet["cells"].items():
                    self.assertTrue(content.startswith("=") or content.isdigit(), cell)
                    bare = re.sub(
                        r'_t\("[^"]*"\)|PIVOT\.\w+\([^)]*\)|TEXT\([^)]*\)',
                        "",
                        content,
                    )
                    words = re.findall(r'"([^"]*)"', bare)
                    words = [word for word in words if word.strip(" ·–(),")]
                    self.assertIn(words, ([], [", n = "]), cell)

    def test_one_period_whatever_is_filtered(self):
        """People are read by position in one period: nothing is added up over
        periods, where the same person stands once in each."""
        for _name, data in self._each(""):
            values = re.findall(r"PIVOT\.VALUE\(([^)]*)\)", json.dumps(data))
            self.assertTrue(values)
            for arguments in values:
                self.assertIn("#period_id", arguments)

    def test_sorted_by_what_adds_up(self):
        """Over the periods of a pivot there is no number of people to sort by."""
        for _name, data in self._each(""):
            for pivot in data["pivots"].values():
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
        for name in DASHBOARDS:
            dashboard = self.env.ref(f"alumni_kpi.dashboard_alumni_{name}")
            for role in ("analyst", "officer", "manager"):
                user = self._user(f"{role}_{name}", f"alumni_relations.group_{role}")
                self.assertTrue(dashboard.with_user(user).has_access("read"), role)
            for role, group in (("staff", "base.group_user"), ("portal", None)):
                user = self._user(f"{role}_{name}", group or "base.group_portal")
                self.assertFalse(dashboard.with_user(user).has_access("read"), role)
