"""The French translation is complete, current and keeps every placeholder."""

import re
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parent.parent
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdif]|%%|\{\w*\}")
TAG = re.compile(r"</?\w+")
NO_PROSE = re.compile(r"https?://\S+|<[^>]*>|%\(\w+\)[sd]|%[sd]|%%|&\w+;")
MISSET = re.compile(
    r"(?<!\u00a0)[;?!»](?!\w)|(?<=[\s\w)]):(?<!\u00a0:)(?=\s|$)|«(?!\u00a0)|[’“”\u202f]"
)
"""Signs that French sets apart stand after a no-break space. It is the wide one, as in
Odoo's own French, and apostrophes are straight: what the rejected lines of a file are
given as their reason must exist in the encoding of that file, cp1252 for instance."""

ADDONS = ["alumni_relations", "alumni_kpi", "alumni_relations_timesheet"]


@pytest.fixture(scope="module")
def templates(laboratory, odoo_database, run_alumni, tmp_path_factory):
    """The terms of each addon as Odoo itself finds them, by addon."""
    folder = tmp_path_factory.mktemp("terms")
    # With Odoo's time sheets the addon that joins them to costs comes by itself.
    laboratory.install(odoo_database, ["hr_timesheet"])
    found = {}
    for addon in ADDONS:
        target = folder / f"{addon}.pot"
        result = run_alumni(
            *("odoo", "i18n", "export", "-d", odoo_database),
            *("-l", "pot", "-o", target, addon),
        )
        assert result.returncode == 0, result.stderr
        found[addon] = polib.pofile(str(target))
    return found


def french(addon):
    return polib.pofile(str(ROOT / addon / "i18n" / "fr.po"))


def places(entry):
    """Where the term stands: each field, menu or view finds its translation by its
    own name; code finds it by the term alone."""
    return {
        (entry.msgid, "code" if place.startswith("code:") else place)
        for place, _line in entry.occurrences
    }


@pytest.mark.parametrize("addon", ADDONS)
def test_no_term_is_missing(addon, templates):
    translated = set()
    for entry in french(addon):
        if entry.msgstr and not entry.fuzzy:
            translated |= places(entry)
    missing = set().union(*map(places, templates[addon])) - translated
    assert not missing, f"not in {addon}/i18n/fr.po: {sorted(missing)}"


@pytest.mark.parametrize("addon", ADDONS)
def test_no_term_is_stale(addon, templates):
    stale = {e.msgid for e in french(addon)} - {e.msgid for e in templates[addon]}
    assert not stale, f"no longer used in {addon}: {sorted(stale)}"


@pytest.mark.parametrize("addon", ADDONS)
def test_placeholders_and_tags_survive(addon):
    broken = [
        entry.msgid
        for entry in french(addon)
        for pattern in (PLACEHOLDER, TAG)
        if sorted(pattern.findall(entry.msgid)) != sorted(pattern.findall(entry.msgstr))
    ]
    assert not broken, f"a translation lost or added a placeholder: {broken}"


@pytest.mark.parametrize("addon", ADDONS)
def test_french_typography(addon):
    misset = [
        entry.msgstr
        for entry in french(addon)
        if MISSET.search(NO_PROSE.sub("X", entry.msgstr))
    ]
    assert not misset, f"set a no-break space before : ; ? ! and within « »: {misset}"


@pytest.mark.parametrize("addon", ADDONS)
def test_one_label_is_written_in_one_way(addon):
    """“Award Date” and “Award date” would be two terms for one thing. Words that stand
    alone may begin a label here and go on with a sentence there."""
    spellings = {}
    for entry in french(addon):
        if " " in entry.msgid:
            spellings.setdefault(entry.msgid[0] + entry.msgid[1:].lower(), []).append(
                entry.msgid
            )
    doubled = [terms for terms in spellings.values() if len(terms) > 1]
    assert not doubled, f"write them alike: {doubled}"
