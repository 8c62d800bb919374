"""The French translation is complete, current and keeps every placeholder."""

import re
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parent.parent
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdif]|%%|\{\w*\}")
TAG = re.compile(r"</?\w+")

ADDONS = ["alumni_relations", "alumni_kpi"]


@pytest.fixture(scope="module")
def templates(odoo_database, run_alumni, tmp_path_factory):
    """The terms of each addon as Odoo itself finds them, by addon."""
    folder = tmp_path_factory.mktemp("terms")
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


@pytest.mark.parametrize("addon", ADDONS)
def test_no_term_is_missing(addon, templates):
    translated = {e.msgid for e in french(addon) if e.msgstr and not e.fuzzy}
    missing = {e.msgid for e in templates[addon]} - translated
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
