"""When two names are one name: the same rule in Python and in SQL.

Names are compared without accents, case, hyphens, apostrophes and spaces. The
tables below are the single definition; the Python function and the SQL expression
both read them, and neither depends on the locale of the server, on the collation
of the database or on the extension ``unaccent``, which hosted databases may lack.
"""

import re
import unicodedata

from odoo.tools import SQL


def _case_table():
    """Capital letters of the European scripts and their small letter, one to one."""
    table = {}
    for code in (*range(0x41, 0x588), *range(0x10A0, 0x1100), *range(0x1C90, 0x1CC0)):
        letter = chr(code)
        if unicodedata.normalize("NFKD", letter) != letter:
            continue
        small = letter.casefold()
        if len(small) == 1 and small != letter:
            table[letter] = small
    # Letters that Unicode does not decompose, in the way registrars write them
    # when their software has no such letter.
    alike = {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t"}
    alike |= {"ŋ": "n", "ı": "i", "ĸ": "k"}
    capitals = {letter: alike[s] for letter, s in table.items() if s in alike}
    return table | capitals | alike | {"ẞ": "ß"}


_CASE = _case_table()
_LIGATURES = {"æ": "ae", "œ": "oe", "ß": "ss", "þ": "th"}
# All that is no letter and no digit once names are decomposed: punctuation,
# spaces, modifier letters and combining marks. Letters of every script stay, for
# otherwise all Greeks born on one day would be one person.
_DROPPED = (
    r"[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u00d7\u00f7\u02b0-\u036f\u0483-\u0489"
    r"\u0559-\u055f\u0589-\u05cf\u0610-\u061a\u064b-\u065f\u0670\u1ab0-\u1aff"
    r"\u1dc0-\u1dff\u2000-\u2bff\u3000-\u303f\ufe00-\ufe2f\ufeff]"
)
_DROPPED_RE = re.compile(_DROPPED)
_CASE_TRANSLATION = str.maketrans(_CASE)


def plain_name(name):
    """The letters and digits of a name in small letters without accents, or an
    empty text."""
    name = unicodedata.normalize("NFKD", name or "").translate(_CASE_TRANSLATION)
    for ligature, letters in _LIGATURES.items():
        name = name.replace(ligature, letters)
    return _DROPPED_RE.sub("", name)


def sql_plain_name(name: SQL) -> SQL:
    """The SQL expression that gives for the text ``name`` what
    :func:`plain_name` gives."""
    # The long tables are searched letter by letter, ten times as long as the short
    # way, which gives the same for a name without accents.
    ascii_only = SQL("octet_length(%s) = length(%s)", name, name)
    short = SQL("regexp_replace(lower(%s COLLATE \"C\"), '[^a-z0-9]', '', 'g')", name)
    result = SQL(
        "translate(normalize(%s, NFKD), %s, %s)",
        name,
        "".join(_CASE),
        "".join(_CASE.values()),
    )
    for ligature, letters in _LIGATURES.items():
        result = SQL("replace(%s, %s, %s)", result, ligature, letters)
    result = SQL("regexp_replace(%s, %s, '', 'g')", result, _DROPPED)
    return SQL("CASE WHEN %s THEN %s ELSE %s END", ascii_only, short, result)


def match_key(family_name, first_name, birth_date):
    """The text by which two records are known to be one person, or False when a
    part is missing: the plain names and the birth date."""
    family_name, first_name = plain_name(family_name), plain_name(first_name)
    if not (family_name and first_name and birth_date):
        return False
    return f"{family_name}|{first_name}|{birth_date.isoformat()}"


def sql_match_key(family_name: SQL, first_name: SQL, birth_date: SQL) -> SQL:
    """The SQL expression that gives what :func:`match_key` gives, NULL for False."""
    return SQL(
        "NULLIF(%s, '') || '|' || NULLIF(%s, '') || '|' || to_char(%s, 'YYYY-MM-DD')",
        sql_plain_name(family_name),
        sql_plain_name(first_name),
        birth_date,
    )
