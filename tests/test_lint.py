"""Source checks: style, OCA's mandatory rules, habits of older Odoo versions."""

import json
import re
import subprocess
import sys

import pytest

from launcher.home import ADDONS, BRIDGES, REPOSITORY
from launcher.laboratory import free_port

# What Odoo 19 takes silently and then ignores, or breaks on in the browser only.
OLD_HABITS = {
    "view_mode with tree": (r"view_mode[^\n]*\btree\b", (".xml", ".py")),
    "<tree>": (r"<tree\b", (".xml", ".py")),
    "kanban-box": (r"kanban-box", (".xml", ".js")),
    "div oe_chatter": (r"oe_chatter", (".xml",)),
    "attrs= or states=": (r"<[^>]+\s(attrs|states)=[\"']", (".xml",)),
    "t-esc or t-raw": (r"\bt-(esc|raw)=", (".xml", ".js")),
    "_sql_constraints": (r"\b_sql_constraints\b", (".py",)),
    "groups_id": (r"\bgroups_id\b", (".xml", ".py", ".csv")),
    "category_id of a group": (
        r"model=\"res\.groups\"(?:(?!</record>)[\s\S])*name=\"category_id\"",
        (".xml",),
    ),
    "type='json'": (r"type\s*=\s*[\"']json[\"']", (".py",)),
    "osv": (r"\bosv\b", (".py",)),
    "self._cr, _uid, _context": (r"self\._(cr|uid|context)\b", (".py",)),
    "name_get": (r"\bname_get\b", (".py",)),
    "_name_search": (r"\bdef _name_search\b", (".py",)),
    "numbercall or doall": (r"\b(numbercall|doall)\b", (".xml", ".py")),
    "partner mobile": (
        r"(partner(_id)?\.mobile\b|[\"']mobile[\"'])",
        (".py", ".xml"),
    ),
    "partner title": (r"partner(_id)?\.title\b|res\.partner\.title", (".py", ".xml")),
    "group_operator": (r"\bgroup_operator\b", (".py",)),
    "auto_join": (r"\bauto_join\b", (".py",)),
    "odoo.orm import": (r"^\s*(from|import) odoo\.orm\b", (".py",)),
    "check_access_rights or check_access_rule": (
        r"\bcheck_access_(rights|rule)\(",
        (".py",),
    ),
    "search filters grouped with expand": (r"<group\s[^>]*expand=", (".xml",)),
}
# Checkers of Odoo's own test_lint that look at every installed module.
ODOO_LINT = ("TestIndex", "TestNaming", "TestLintOverrideSignatures")


def addon_files(*suffixes):
    return [
        path
        for addon in (*ADDONS, *BRIDGES)
        for path in sorted((REPOSITORY / addon).rglob("*"))
        if path.suffix in suffixes and "/static/lib/" not in str(path)
    ]


def tool(*arguments):
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
    )


def test_ruff():
    result = tool("ruff", "check", "--no-cache", ".", "alumni")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("addon", (*ADDONS, *BRIDGES))
def test_pylint_odoo(addon):
    result = tool("pylint", "--rcfile", "pyproject.toml", "-j", "1", addon)
    assert result.returncode == 0, result.stdout + result.stderr


def test_odoo_checkers(laboratory):
    """The checkers of Odoo's TestPyLint, which itself reads all of Odoo's modules."""
    source = laboratory.odoo.source
    (checkers,) = (
        folder
        for folder in (source / "odoo" / "addons", source / "addons")
        if (folder / "test_lint").is_dir()
    )
    environment = laboratory.odoo.environment(ADDONS_PATH=str(REPOSITORY))
    environment["PYTHONPATH"] += f":{checkers / 'test_lint' / 'tests'}"
    result = subprocess.run(
        [
            *(sys.executable, "-m", "pylint", "--rcfile", "/dev/null"),
            "--load-plugins=_pylint_path_setup,_odoo_checker_sql_injection,"
            "_odoo_checker_gettext,_odoo_checker_unlink_override",
            "--disable=all",
            "--enable=used-before-assignment,undefined-variable,eval-used,unreachable,"
            "function-redefined,sql-injection,missing-gettext,gettext-variable,"
            "gettext-placeholders,gettext-repr,raise-unlink-override",
            *("--reports=n", "--score=n", *ADDONS, *BRIDGES),
        ],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("habit", OLD_HABITS)
def test_old_habit(habit):
    pattern, suffixes = OLD_HABITS[habit]
    found = []
    for path in addon_files(*suffixes):
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(pattern, text, re.MULTILINE):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{path.relative_to(REPOSITORY)}:{line}: {match.group()}")
    assert not found, "\n".join(found)


def test_no_warning_of_ours_when_installing(laboratory):
    laboratory.complete()
    found = [
        line
        for line in laboratory.install_log.splitlines()
        if re.search(r" (WARNING|ERROR|CRITICAL) ", line)
        and ("alumni" in re.sub(r"^\S+ \S+ \d+ \w+ \S+ ", "", line))
    ]
    assert not found, "\n".join(found)


@pytest.fixture(scope="module")
def odoo_lint(laboratory):
    """Return the outcome of Odoo's own checkers: {class: [problems]}."""
    database = laboratory.clone(laboratory.complete())
    results = laboratory.logs / "test-lint.jsonl"
    results.unlink(missing_ok=True)
    command = laboratory.command(
        *("-d", database, "-i", "test_lint", "--stop-after-init"),
        *("--http-port", str(free_port())),
        *("--test-tags", ",".join(f"/test_lint:{name}" for name in ODOO_LINT)),
    )
    command[command.index("-m") + 1] = "launcher.odoo_tests"
    environment = laboratory.odoo.environment(ALUMNI_TEST_RESULTS=str(results))
    environment["PYTHONPATH"] += f":{REPOSITORY}"
    result = subprocess.run(
        command, env=environment, capture_output=True, text=True, cwd=REPOSITORY
    )
    outcome = {name: None for name in ODOO_LINT}
    for line in results.read_text(encoding="utf-8").splitlines():
        kind, _module, name, _method, text = json.loads(line)
        if kind == "started" and outcome.get(name) is None:
            outcome[name] = []
        elif kind in ("failed", "skipped"):
            outcome.setdefault(name, [])
            outcome[name].append(text)
    return outcome, result.stderr[-3000:]


@pytest.mark.parametrize("name", ODOO_LINT)
def test_odoo_lint(odoo_lint, name):
    outcome, log = odoo_lint
    assert outcome[name] is not None, f"{name} did not run:\n{log}"
    assert not outcome[name], "\n".join(outcome[name])
