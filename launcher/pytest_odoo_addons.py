"""A pytest plugin that makes the addons' Odoo tests ordinary pytest items.

They are found without being imported (that needs Odoo and a database) and all selected
ones run in one Odoo process, so ``-k``, paths and counts work as for any other test.
"""

import ast
import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from .home import ADDONS, BRIDGES, REPOSITORY, digest
from .laboratory import Laboratory, free_port
from .odoo_env import ending


def addon_of(path):
    """Return the addon whose tests a path belongs to, or None."""
    try:
        parts = path.relative_to(REPOSITORY).parts
    except ValueError:
        return None
    ours = parts[1:2] == ("tests",) and parts[0] in (*ADDONS, *BRIDGES)
    return parts[0] if ours else None


def pytest_collect_directory(path, parent):
    # A package's __init__ would be imported, and the addons' import Odoo.
    ours = path.name in (*ADDONS, *BRIDGES) and path.parent == REPOSITORY
    if ours or addon_of(path):
        return pytest.Dir.from_parent(parent, path=path)
    return None


def pytest_collect_file(file_path, parent):
    if addon_of(file_path) and file_path.suffix == ".py":
        if file_path.name.startswith("test_"):
            return OdooFile.from_parent(parent, path=file_path)
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path, parent):
    if addon_of(module_path):
        return Nothing.from_parent(parent, path=module_path)
    return None


class Nothing(pytest.File):
    """A Python file of an addon that pytest itself must not import."""

    def collect(self):
        return []


class Classes:
    """The test classes of an addon with the methods they have or inherit."""

    def __init__(self, addon):
        self.known = {}
        for path in sorted((REPOSITORY / addon / "tests").rglob("*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.ClassDef):
                    self.known[path, node.name] = node

    def find(self, path, name):
        """Return a class as seen from a file: its own, else any of that name."""
        own = self.known.get((path, name))
        if own is not None:
            return path, own
        for (place, known), node in self.known.items():
            if known == name:
                return place, node
        return None

    def bases(self, path, node):
        """Yield the base classes that are in the addon's own test files."""
        for base in node.bases:
            name = getattr(base, "attr", getattr(base, "id", None))
            place = self.find(path, name)
            if place and place[1] is not node:
                yield place

    def inherits(self, path, node):
        """Tell whether Odoo runs inherited test methods of this class too."""
        for item in node.body:
            if isinstance(item, ast.Assign) and isinstance(item.value, ast.Constant):
                if any(
                    getattr(target, "id", None) == "allow_inherited_tests_method"
                    for target in item.targets
                ):
                    return bool(item.value.value)
        return any(self.inherits(*place) for place in self.bases(path, node))

    def methods(self, path, node, inherited=None):
        """Return the test methods that Odoo runs for a class, with their lines."""
        if inherited is None:
            inherited = self.inherits(path, node)
        found = {}
        if inherited:
            for place in self.bases(path, node):
                found.update(self.methods(*place, inherited=True))
        for item in node.body:
            if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)):
                if item.name.startswith("test"):
                    found[item.name] = item.lineno
        return found

    def runs(self, path, node):
        """Tell whether a class comes from one of Odoo's test classes."""
        if any(self.runs(*place) for place in self.bases(path, node)):
            return True
        return any(
            (getattr(base, "attr", getattr(base, "id", "")) or "").endswith(
                ("Case", "Common")
            )
            for base in node.bases
        )


class OdooFile(pytest.File):
    """A file of tests; its classes and methods are read, not run."""

    def collect(self):
        classes = Classes(addon_of(self.path))
        for (path, name), node in classes.known.items():
            if path == self.path and classes.runs(path, node):
                yield OdooClass.from_parent(
                    self, name=name, methods=classes.methods(path, node)
                )


class OdooClass(pytest.Collector):
    def __init__(self, methods, **keywords):
        super().__init__(**keywords)
        self.methods = methods

    def collect(self):
        for name, line in self.methods.items():
            yield OdooItem.from_parent(self, name=name, line=line)


class OdooFailure(Exception):
    """An Odoo test did not pass; carries Odoo's own traceback."""


class OdooItem(pytest.Item):
    """One test method; its outcome comes from the process that runs them all."""

    def __init__(self, line, **keywords):
        super().__init__(**keywords)
        self.line = line

    @property
    def key(self):
        relative = self.path.relative_to(REPOSITORY).with_suffix("")
        module = "odoo.addons." + ".".join(relative.parts)
        return module, self.parent.name, self.name

    @property
    def addons(self):
        """The addons that are installed for this test: both, or a bridge with what
        it needs, which is more than the others are to know."""
        addon = addon_of(self.path)
        return (addon,) if addon in BRIDGES else ADDONS

    @property
    def tag(self):
        relative = self.path.relative_to(REPOSITORY)
        return f"*/{relative}:{self.parent.name}.{self.name}"

    def runtest(self):
        runs = self.config.stash.setdefault(RUN, {})
        if self.addons not in runs:
            items = [
                item
                for item in self.session.items
                if isinstance(item, OdooItem) and item.addons == self.addons
            ]
            runs[self.addons] = OdooRun(laboratory(self.config), self.addons, items)
        problem = runs[self.addons].problem(self.key)
        if problem:
            raise OdooFailure(problem)

    def repr_failure(self, excinfo, style=None):
        if isinstance(excinfo.value, OdooFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self):
        return self.path, self.line - 1, f"{self.parent.name}.{self.name}"


RUN = pytest.StashKey()
LABORATORY = pytest.StashKey()
COUNTS = pytest.StashKey()
STOPPED = pytest.StashKey()


def laboratory(config):
    """Return the databases and servers of this test run, made on first use."""
    if config.stash.get(LABORATORY, None) is None:
        config.stash[LABORATORY] = Laboratory()
    return config.stash[LABORATORY]


class OdooRun:
    """One Odoo process with all selected tests, and what it said of each.

    The addons are installed on a clone of the stock database, so that tests of
    installation time run while only what their addon depends on is there.
    """

    def __init__(self, lab, addons, items):
        self.started, self.ended, self.problems, self.whole = set(), set(), {}, {}
        database = lab.clone(lab.stock())
        # Another checkout that is tested at the same time keeps its own.
        checkout = digest(str(REPOSITORY), *addons)
        results = lab.logs / f"test-results-{checkout}.jsonl"
        results.unlink(missing_ok=True)
        self.log = lab.logs / f"test-addons-{checkout}.log"
        command = lab.command(
            *("-d", database, "-i", ",".join(addons), "--stop-after-init"),
            *("--http-port", free_port(), "--max-cron-threads", 0),
            *("--screenshots", lab.home.path / "screenshots"),
            *("--test-tags", ",".join(item.tag for item in items)),
        )
        module = command.index("-m") + 1
        command[module] = "launcher.odoo_tests"
        environment = lab.odoo.environment(ALUMNI_TEST_RESULTS=str(results))
        environment["PYTHONPATH"] += os.pathsep + str(REPOSITORY)
        with open(self.log, "w") as stream:
            process = lab.odoo.start(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                cwd=REPOSITORY,
            )
            # One that is killed leaves work in the database, which then stays.
            with ending(process):
                self.code = process.wait()
        if results.exists():
            for line in results.read_text(encoding="utf-8").splitlines():
                self._hear(*json.loads(line))

    def _hear(self, kind, module, name, method, text):
        key = (module, name, method)
        if kind == "started":
            self.started.add(key)
        elif kind == "ended":
            self.ended.add(key)
        elif method is None:
            # Setting the class up (or down) failed: none of its tests can stand.
            self.whole[module, name] = text
        else:
            word = "Skipped: " if kind == "skipped" else ""
            self.problems[key] = self.problems.get(key, "") + word + text

    def problem(self, key):
        """Return why a test did not pass, or None if it did."""
        if key in self.problems:
            return self.problems[key]
        if key[:2] in self.whole:
            return self.whole[key[:2]]
        if key not in self.started:
            tail = self.log.read_text()[-3000:] if self.code else ""
            return (
                "The test never started: is its module imported by tests/__init__.py, "
                f"and does the addon install? See {self.log}.\n{tail}"
            )
        if key not in self.ended:
            return f"Odoo ended during the test; see {self.log}."
        return None


def pytest_configure(config):
    config.stash[COUNTS] = {"passed": set(), "failed": set()}
    config.stash[STOPPED] = False
    # Whoever ends the tests so has servers and databases cleared away as with Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_keyboard_interrupt():
    CURRENT.stash[STOPPED] = True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    # A test that cannot run has not shown anything: it fails.
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped: {call.excinfo.value}"
    return report


def pytest_runtest_logreport(report):
    counts = CURRENT.stash[COUNTS]
    if report.failed:
        counts["failed"].add(report.nodeid)
        counts["passed"].discard(report.nodeid)
    elif report.when == "call" and report.nodeid not in counts["failed"]:
        counts["passed"].add(report.nodeid)


def pytest_collectreport(report):
    if report.failed or report.skipped:
        CURRENT.stash[COUNTS]["failed"].add(report.nodeid)


def pytest_sessionstart(session):
    global CURRENT
    CURRENT = session.config


def pytest_unconfigure(config):
    counts = config.stash.get(COUNTS, None)
    path = os.environ.get("ALUMNI_TEST_COUNTS")
    if counts and path:
        Path(path).write_text(
            json.dumps(
                {
                    **{kind: len(names) for kind, names in counts.items()},
                    "stopped": config.stash[STOPPED],
                }
            )
        )
    if config.stash.get(LABORATORY, None) is not None:
        config.stash[LABORATORY].close()


@pytest.fixture(scope="session", name="laboratory")
def laboratory_fixture(pytestconfig):
    """Databases, servers and commands for tests; see launcher/laboratory.py."""
    return laboratory(pytestconfig)
