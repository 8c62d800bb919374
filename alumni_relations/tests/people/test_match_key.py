from datetime import date

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ...tools.match_key import (
    match_key,
    plain_name,
    sql_match_key,
    sql_plain_name,
)

SAME_NAMES = [
    ("Lefèvre-Œuvrard", "LEFEVRE OEUVRARD", "Lefe\u0300vre Œuvrard"),
    ("Straße", "STRASSE", "STRAẞE"),
    ("Yıldız", "YILDIZ", "Yildiz"),
    ("İnönü", "INONU"),
    ("O’Connor", "O'CONNOR", "O Connor", "OʼConnor"),
    ("N’Diaye", "N'DIAYE", "NDIAYE"),
    ("Æsir", "AESIR"),
    ("Łukasz", "LUKASZ"),
    ("Đorđević", "DORDEVIC"),
    ("Ñuñez", "Nun\u0303ez", "NUÑEZ"),
    ("Ştefan", "Ștefan", "STEFAN"),
    ("Åse", "A\u030ase", "ASE"),
    ("Παπαδόπουλος", "ΠΑΠΑΔΟΠΟΥΛΟΣ"),
    ("Иванов", "ИВАНОВ"),
    ("Йосиф", "И\u0306осиф"),
    ("D'Été", "d’ete", "DETE"),
    ("Ĳssel", "IJSSEL"),
    ("Saint-Exupéry", "SAINT EXUPERY", "Saint\u00a0Exupéry", "Saint\u2011Exupéry"),
    ("Smith\u200b", "Smi\u00adth"),
]


@tagged("post_install", "-at_install")
class TestMatchKey(TransactionCase):
    def test_one_name_in_many_spellings(self):
        for spellings in SAME_NAMES:
            with self.subTest(spellings[0]):
                self.assertEqual(len({plain_name(name) for name in spellings}), 1)
                self.assertTrue(plain_name(spellings[0]))

    def test_different_names_stay_different(self):
        names = ["Παπαδόπουλος", "Παππάς", "Иванов", "Петров", "Durand", "Durant"]
        self.assertEqual(len({plain_name(name) for name in names}), len(names))

    def test_nothing_but_signs_is_no_name(self):
        for name in ("", None, False, " ", "--", "…", "\u0301"):
            with self.subTest(name):
                self.assertFalse(plain_name(name))

    def test_sql_says_the_same_for_every_character(self):
        rows = self.env.execute_query(
            SQL(
                "SELECT code, %s FROM generate_series(1, 65535) code "
                "WHERE code NOT BETWEEN 55296 AND 57343",
                sql_plain_name(SQL("chr(code)")),
            )
        )
        self.assertEqual(
            [(code, plain) for code, plain in rows if plain != plain_name(chr(code))],
            [],
        )

    def test_sql_key_equals_python_key(self):
        birth_date = date(1983, 3, 2)
        names = [name for spellings in SAME_NAMES for name in spellings] + ["", "--"]
        for name in names:
            with self.subTest(name):
                [(key,)] = self.env.execute_query(
                    SQL(
                        "SELECT %s",
                        sql_match_key(
                            SQL("%s::text", name),
                            SQL("%s::text", "Zoë"),
                            SQL("%s::date", birth_date),
                        ),
                    )
                )
                self.assertEqual(key or False, match_key(name, "Zoë", birth_date))

    def test_no_key_without_all_three_parts(self):
        self.assertFalse(match_key("Durand", "Zoé", None))
        self.assertFalse(match_key("Durand", "", date(1983, 3, 2)))
        self.assertEqual(
            match_key("DURAND", "Zoé", date(1983, 3, 2)), "durand|zoe|1983-03-02"
        )
