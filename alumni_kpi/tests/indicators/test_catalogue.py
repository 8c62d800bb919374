import csv
from pathlib import Path

from odoo.tests import tagged

from ...models.indicators.alumni_measure import (
    COLUMN_BY_CODE,
    COLUMNS,
)
from ..common import AlumniKpiCommon

CATALOGUE = Path(__file__).parents[2] / "data" / "kpi_catalogue.csv"
UNITS = {
    "people": {"people", "number"},
    "people, %": {"people", "percent"},
    "people, % of n(En)": {"people"},
    "%": {"percent", "return", "change", "target"},
    "%, pts": {"change"},
    "% of target": {"target"},
    "number": {"number", "items"},
    "hours": {"hours", "hours_each"},
    "points": {"points", "number", "score"},
    "pts": {"points"},
    "unit, pts": {"points"},
    "index": {"index"},
    "per 10k": {"per_10k"},
    "score, %": {"number", "score"},
    "-100..100": {"points"},
    "0-100": {"score", "percent"},
    "0-1": {"number"},
    "111-555": {"people"},
    "n-th": {"number"},
    "days (median)": {"days"},
    "years": {"years"},
    "money": {"amount", "amount_each"},
    "EUR": {"amount"},
    "FTE": {"fte", "per_10k"},
    "ratio": {"ratio"},
    "offers": {"items"},
    "items": {"items"},
    "acts": {"items"},
}
"""How we write each unit of the catalogue. CST-12 and ROI-16 are people per something
else, so a mean; a return or a change is a percentage that is no part."""

OTHER_NAMES = {
    # A participation is somebody's role in a programme; this is a rate of donors.
    "GIV-02": "Participation rate",
}
LETTERS = set("GFDYZTMSn")


@tagged("post_install", "-at_install")
class TestCatalogue(AlumniKpiCommon):
    """Each of the 167 indicators of the catalogue is there, called as in the
    catalogue in both languages, and says what it needs if it is not computed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with CATALOGUE.open(encoding="utf-8", newline="") as stream:
            cls.catalogue = {row["code"]: row for row in csv.DictReader(stream)}
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.env["ir.module.module"]._load_module_terms(["alumni_kpi"], ["fr_FR"])
        cls.shipped = cls.env["alumni.indicator"].search(
            [("code", "in", list(cls.catalogue)), ("variant", "=", False)]
        )
        cls.by_code = {indicator.code: indicator for indicator in cls.shipped}

    def _variants(self, code):
        return self.env["alumni.indicator"].search([("code", "=", code)])

    def test_every_row_is_an_indicator(self):
        self.assertEqual(len(self.catalogue), 167)
        for code, row in self.catalogue.items():
            with self.subTest(code):
                main = self._variants(code)[:1]
                name = OTHER_NAMES.get(code, row["name_en"])
                self.assertEqual(main.name, name)
                self.assertEqual(main.with_context(lang="fr_FR").name, row["name_fr"])
                self.assertEqual(main.origin, row["source"])
                self.assertIn(main.unit, UNITS[row["unit"]])

    def test_formula_in_words_in_both_languages(self):
        for code in self.catalogue:
            for indicator in self._variants(code):
                with self.subTest(indicator.display_name):
                    french = indicator.with_context(lang="fr_FR")
                    self.assertTrue(indicator.formula and french.formula)
                    same = french.formula == indicator.formula
                    self.assertTrue(
                        not same or not any(len(word) > 3 for word in _words(french)),
                        french.formula,
                    )

    def test_variants_are_named(self):
        for code in self.catalogue:
            variants = self._variants(code)
            self.assertEqual(len(set(variants.mapped("variant"))), len(variants), code)

    def test_not_yet_says_what_is_missing(self):
        for code in self.catalogue:
            for indicator in self._variants(code):
                with self.subTest(code):
                    self.assertNotEqual(
                        bool(indicator.numerator_id), bool(indicator.needs)
                    )
                    self.assertEqual(
                        indicator.availability == "needs", bool(indicator.needs)
                    )
                    if indicator.needs:
                        french = indicator.with_context(lang="fr_FR").needs
                        self.assertNotEqual(french, indicator.needs)

    def test_not_yet_is_no_zero(self):
        period = self._period(2024)
        self._alumnus()
        self._settle()
        period._refresh_values()
        waiting = self.shipped.filtered(lambda i: i.availability == "needs")[:1]
        if not waiting:
            waiting = self.env["alumni.indicator"].create(
                {
                    "name": "Patents",
                    "code": "OWN-9",
                    "formula": "Patents",
                    "needs": "Patents of graduates.",
                }
            )
            period._refresh_values()
        value = waiting.value_ids.filtered(lambda v: v.period_id == period)
        self.assertEqual(value.breakdown, "total")
        self.assertEqual(value.missing_reason, "needs")
        self.assertIn(waiting.needs, value.display_value)

    def test_breakdowns_of_every_letter(self):
        letters = set(
            "".join(
                self.env["alumni.breakdown"]
                .search([])
                .mapped(lambda breakdown: breakdown.letter or "")
            )
        )
        self.assertEqual(letters, LETTERS)

    def test_shipped_indicators_fit(self):
        """Numerators, denominators and units fit in all that is shipped."""
        for indicator in self.env["alumni.indicator"].search(
            [("numerator_id", "!=", False)]
        ):
            self.assertFalse(indicator._misfit(), indicator.display_name)

    def test_columns_are_unique_and_parts_exist(self):
        columns = [column for columns in COLUMNS.values() for column in columns]
        self.assertEqual(len(columns), len(COLUMN_BY_CODE))
        for column in columns:
            for code in column.part_of:
                self.assertIn(code, COLUMN_BY_CODE, column.code)
                self.assertEqual(COLUMN_BY_CODE[code].unit, column.unit, column.code)


def _words(indicator):
    """The words of a formula, without symbols, codes and numbers."""
    text = indicator.formula
    for sign in "()/+-*=:;,.x":
        text = text.replace(sign, " ")
    return [word for word in text.split() if word.islower()]
