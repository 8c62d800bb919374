"""What the text in one cell of a loaded file means, without the ORM.

Every function takes text whose white space is already plain, is deterministic, and
raises :class:`ValueError` when the text cannot mean what the column says.
"""

import datetime
import re
from decimal import Decimal
from functools import lru_cache

from odoo.tools import email_normalize

_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T].*)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:[ T].*)?")
_EMAIL_PLAIN = re.compile(r"[a-z0-9._%+-]+@(?:[a-z0-9-]+\.)+[a-z]{2,}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_FORMULA = re.compile(r"'?[=@|\t\r]|'?[+-](?![\d\s().,/-]*$)")
_YES = {"o", "oui", "y", "yes", "1", "true", "vrai", "x"}
_NO = {"n", "non", "no", "0", "false", "faux"}


@lru_cache(maxsize=100_000)
def parse_date(text):
    """A day as 2004-07-15 or 15/07/2004 (day before month, year in full).

    :raise ValueError: the text is no date, or the day does not exist
    """
    if match := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, match.groups())
    elif match := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, match.groups())
    else:
        raise ValueError(text)
    if year < 1000:
        raise ValueError(text)
    return datetime.date(year, month, day)


@lru_cache(maxsize=10_000)
def parse_year(text):
    """A year of four digits; of a school year such as 2004/2005 the first one."""
    match = re.fullmatch(r"(\d{4})(?:\.0|[/-]\d{2,4})?", text)
    if not match or not 1000 <= int(match[1]) <= 9999:
        raise ValueError(text)
    return int(match[1])


def parse_number(text):
    """An amount or a number of hours, with a decimal comma or point.

    :raise ValueError: also for 1,234 and 1.234.567,8 in a row of signs that leaves
        open which one is the decimal sign
    """
    text = re.sub(r"[\s\u00a0\u202f'’€$£]", "", text)
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:
        thousands, decimal = (",", ".") if point > comma else (".", ",")
        if text.count(decimal) > 1:
            raise ValueError(text)
        text = text.replace(thousands, "").replace(decimal, ".")
    elif comma >= 0:
        if text.count(",") > 1 or len(text) - comma == 4:
            raise ValueError(text)
        text = text.replace(",", ".")
    if not _NUMBER.fullmatch(text) or len(text) > 16:
        raise ValueError(text)
    return Decimal(text)


def parse_yes_no(text):
    """True for O, oui, yes, 1...; False for N, non, no, 0...; None when empty."""
    if not text:
        return None
    text = text.casefold()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise ValueError(text)


def parse_email(text):
    """The address in the form in which Odoo compares addresses, or None when the
    text cannot be an address: nothing is guessed, ``a@ b.fr`` is not repaired."""
    lower = text.lower()
    if _EMAIL_PLAIN.fullmatch(lower):
        return lower
    address = email_normalize(text) or ""
    if address.lower() in lower and _EMAIL.fullmatch(address):
        return address
    return None


def is_formula(text):
    """Whether a name is none because it begins as a formula does. Other than in
    :func:`neutral`, a dash may be how somebody filled in what he did not know."""
    return text[:1] in ("=", "+", "@")


def neutral(text):
    """The text in a form that no spreadsheet program runs as a formula."""
    return f"'{text}" if text and _FORMULA.match(text) else text


def original(text):
    """What :func:`neutral` was given, for a file of ours that comes back."""
    if text.startswith("'") and _FORMULA.match(text[1:]):
        return text[1:]
    return text
