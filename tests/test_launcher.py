"""The command ./alumni: what it makes, what it says, what it removes."""

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from launcher import debian, home, postgres, python_env, testing
from launcher.console import AlumniError, human_size
from launcher.home import REPOSITORY
from launcher.laboratory import free_port


@pytest.fixture(scope="module")
def other_home(laboratory, tmp_path_factory):
    """Return an empty ALUMNI_HOME that borrows what takes long to download."""
    path = tmp_path_factory.mktemp("home")
    path.chmod(0o700)
    (path / "venv").symlink_to(laboratory.home.venv)
    yield path
    shutil.rmtree(path, ignore_errors=True)


class Running:
    """A ``./alumni run`` in the background, stopped as Ctrl-C in a terminal does."""

    def __init__(self, laboratory, path, *arguments):
        self.started = time.monotonic()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [
                *(sys.executable, str(REPOSITORY / "alumni"), "run"),
                *("--port", str(self.port), *arguments),
            ],
            env={
                "PATH": "/usr/bin:/bin:/usr/sbin",
                "HOME": str(path),
                "ALUMNI_HOME": str(path),
                "ALUMNI_ODOO": str(laboratory.odoo.source),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said = []
        for line in self.process.stdout:
            self.said.append(line)
            if "Ctrl-C" in line:
                break

    def facts(self):
        words = [line.split() for line in self.said]
        return {line[0]: line[1] for line in words if len(line) == 2}

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        errors = self.process.communicate()[1]
        return self.process.returncode, errors

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        if self.process.poll() is None:
            self.stop()

    def login(self, password):
        request = urllib.request.Request(
            f"{self.url}/web/session/authenticate",
            data=json.dumps(
                {
                    "jsonrpc": "2.0",
                    "params": {
                        "db": self.facts()["Database"],
                        "login": "admin",
                        "password": password,
                    },
                }
            ).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


def is_private(path):
    return not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)


@pytest.fixture
def start(laboratory, other_home):
    """Return a function that starts a ``./alumni run``, ended with the test."""
    with contextlib.ExitStack() as stack:
        yield lambda *arguments: stack.enter_context(
            Running(laboratory, other_home, *arguments)
        )


def test_run_twice_then_reset(other_home, start):
    first = start("--no-demo")
    assert first.said, first.process.communicate()[1]
    facts = first.facts()
    assert facts["Address"] == first.url
    assert facts["Login"] == "admin"
    assert first.login(facts["Password"])["result"]["uid"] == 2
    assert "error" in first.login("admin")
    assert "the same for" not in "".join(first.said)
    place = home.Home(other_home)
    assert is_private(other_home)
    assert is_private(place.postgres / "main")
    assert is_private(postgres.Cluster(place, None).socket)
    assert is_private(place.secrets)
    configurations = list(other_home.glob(f"run-{first.port}-*.conf"))
    assert configurations and all(map(is_private, configurations))
    # Nobody gets in without a password, on the socket or over the network.
    rules = (place.postgres / "main" / "data" / "pg_hba.conf").read_text()
    methods = [line.split()[-1] for line in rules.splitlines() if line[:1].isalpha()]
    assert set(methods) == {"scram-sha-256"}

    busy = subprocess.run(
        [sys.executable, str(REPOSITORY / "alumni"), "reset", "--yes"],
        env={"PATH": os.environ["PATH"], "ALUMNI_HOME": str(other_home)},
        capture_output=True,
        text=True,
    )
    assert busy.returncode == 1 and "still running" in busy.stderr

    assert first.stop()[0] == 0
    with pytest.raises(OSError):
        urllib.request.urlopen(first.url, timeout=5)
    assert not (place.postgres / "main" / "data" / "postmaster.pid").exists()

    second = start("--no-demo")
    assert second.facts()["Password"] == facts["Password"]
    code, errors = second.stop()
    assert code == 0
    assert "installing" not in errors

    reset = subprocess.run(
        [sys.executable, str(REPOSITORY / "alumni"), "reset"],
        env={"PATH": os.environ["PATH"], "ALUMNI_HOME": str(other_home)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert reset.returncode == 1 and other_home.exists()
    # The borrowed parts are not this folder's to remove.
    (other_home / "venv").unlink()
    reset = subprocess.run(
        [sys.executable, str(REPOSITORY / "alumni"), "reset", "--yes"],
        env={"PATH": os.environ["PATH"], "ALUMNI_HOME": str(other_home)},
        capture_output=True,
        text=True,
    )
    assert reset.returncode == 0, reset.stderr
    assert not other_home.exists()
    assert not place.postgres.exists()


def test_odoo_ends_with_a_killed_command():
    script = (
        "from launcher.home import Home; from launcher.odoo_env import Odoo\n"
        "child = Odoo(Home()).start(['sleep', '600'])\n"
        "print(child.pid, flush=True); child.wait()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    ) as command:
        child = os.pidfd_open(int(command.stdout.readline()))
        ended = select.poll()
        ended.register(child)
        assert not ended.poll(0)
        command.kill()
        assert ended.poll(60_000)
    os.close(child)


def test_port_that_is_taken(run_alumni):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = run_alumni("run", "--port", port)
    assert result.returncode == 1
    assert f"Port {port}" in result.stderr and f"--port {port + 1}" in result.stderr


def test_odoo_path_without_odoo(run_alumni, tmp_path):
    result = run_alumni("--odoo", tmp_path, "odoo", "--version")
    assert result.returncode == 1
    assert "holds no Odoo" in result.stderr


def test_any_odoo_command_line(run_alumni, laboratory):
    database = laboratory.clone(laboratory.stock())
    assert "Odoo Server 19.0" in run_alumni("odoo", "--version").stdout
    result = run_alumni(
        *("odoo", "shell", "-d", database, "--no-http"),
        stdin="print('modules', env['ir.module.module'].search_count([]) > 100)\n",
    )
    assert "modules True" in result.stdout, result.stderr


@pytest.mark.parametrize(
    "line, expected",
    [
        ("-d x -u base", "-c CONF -d x -u base"),
        ("shell -d x", "shell -c CONF -d x"),
        ("i18n export -d x -l pot base", "i18n export -c CONF -d x -l pot base"),
        ("db dump x", "db -c CONF dump x"),
        ("scaffold name", "scaffold name"),
        ("", "-c CONF"),
    ],
)
def test_configuration_goes_where_odoo_takes_it(laboratory, line, expected):
    command = laboratory.odoo.command("CONF", *line.split())
    assert " ".join(command[3:]) == expected


def test_database_of_others_is_left_alone(run_alumni, laboratory):
    database = laboratory.clone_empty()
    result = run_alumni("run", "--port", free_port(), "--database", database)
    assert result.returncode == 1
    assert "was not made by ./alumni" in result.stderr
    assert laboratory.server.exists(database)


def test_server_that_does_not_answer(run_alumni):
    result = run_alumni(
        "run",
        *("--port", free_port()),
        ALUMNI_DB_URL=f"postgresql://someone:secret@127.0.0.1:{free_port()}/x",
    )
    assert result.returncode == 1
    assert "PostgreSQL at 127.0.0.1" in result.stderr
    assert "secret" not in result.stderr


@pytest.mark.parametrize(
    "url, expected",
    [
        (
            "postgresql://me:p%40ss@db.example:5433/univ?sslmode=require",
            ("db.example", 5433, "me", "p@ss", "require", "univ"),
        ),
        (
            "postgres://me@/univ?host=/run/pg&port=6000",
            ("/run/pg", 6000, "me", "", "prefer", "univ"),
        ),
        ("postgresql://me@[::1]", ("::1", 5432, "me", "", "prefer", None)),
    ],
)
def test_database_address(url, expected):
    server = postgres.Server.from_url(None, url)
    assert expected == (
        server.host,
        server.port,
        server.user,
        server.password,
        server.sslmode,
        server.database,
    )


@pytest.mark.parametrize(
    "url", ["mysql://me@db/x", "postgresql://db:port/x", "postgresql://db/x?magic=1"]
)
def test_database_address_that_is_none(url):
    with pytest.raises(AlumniError):
        postgres.Server.from_url(None, url)


def test_import_says_what_is_wrong(run_alumni, laboratory, tmp_path):
    missing = run_alumni(
        *("import", "--database", "none", "--kind", "people", tmp_path / "none.csv")
    )
    assert missing.returncode == 2
    assert "There is no file" in missing.stderr
    file = tmp_path / "people.csv"
    file.write_text("x\n")
    nowhere = run_alumni("import", "--database", "none", "--kind", "people", file)
    assert nowhere.returncode == 2
    assert "There is no database 'none'" in nowhere.stderr
    assert not nowhere.stdout


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """Return a folder with the sample files, to write problem files in."""
    folder = tmp_path_factory.mktemp("samples")
    shutil.copytree(REPOSITORY / "data" / "samples", folder, dirs_exist_ok=True)
    return folder


def test_import_of_the_registrars_file(run_alumni, laboratory, samples):
    expected = json.loads((samples / "expected.json").read_text())
    database = laboratory.clone(laboratory.complete())
    load = ("import", "--database", database, "--kind")
    result = run_alumni(*load, "people", samples / "sis_export.csv")
    assert result.returncode == 1, result.stderr
    # What a nightly feed writes there is mailed to somebody every night.
    assert not result.stderr
    counts = json.loads(result.stdout)
    assert counts["lines"] == expected["lines"]
    assert counts["people_created"] == expected["people"]
    assert counts["degrees_created"] == expected["degrees"]
    assert counts["rejected"] == sum(
        expected[name] for name in expected if name.startswith("rejected_")
    )
    problems = Path(counts["problems_file"])
    assert problems.parent == samples and problems.stat().st_size

    # The rejected lines alone: none can be taken as it is.
    again = run_alumni(*load, "people", problems)
    assert again.returncode == 2
    assert json.loads(again.stdout)["people_created"] == 0

    # The whole file once more: no effect.
    once_more = json.loads(
        run_alumni(*load, "people", samples / "sis_export.csv").stdout
    )
    assert once_more["people_created"] == once_more["degrees_created"] == 0

    gifts = run_alumni(*load, "gifts", samples / "gifts.csv")
    assert gifts.returncode in (0, 1), gifts.stderr
    # Each gift is of one of these kinds and becomes one record.
    assert json.loads(gifts.stdout)["records_created"] == sum(
        expected["gifts"][f"count_{kind}"]
        for kind in ("money", "time", "skill", "network")
    )
    for kind, count in (
        ("events", expected["events"]["events"]),
        ("invitations", expected["events"]["invited"]),
    ):
        loaded = run_alumni(*load, kind, samples / f"{kind}.csv")
        assert loaded.returncode == 0, loaded.stderr
        assert json.loads(loaded.stdout)["records_created"] == count
    target = samples / "out.xlsx"
    export = run_alumni("export", "--database", database, "--period", 2024, target)
    assert export.returncode == 0 and not export.stderr
    [line] = export.stdout.splitlines()
    written = json.loads(line)
    assert written["file"] == str(target)
    assert written["values"] > written["hidden"] > 0
    assert target.read_bytes().startswith(b"PK")
    asked = run_alumni(
        *("export", "--database", database, "--period", 2024, target, "--verbose")
    )
    assert " INFO " in asked.stderr
    none = run_alumni("export", "--database", database, "--period", 1850, target)
    assert none.returncode == 2
    assert "1850" in none.stderr and "Traceback" not in none.stderr


def test_stopped_tests_are_no_failure(laboratory, tmp_path):
    """Whoever ends the tests hears how far they were, and of no failure."""
    (tmp_path / "test_long.py").write_text(
        "import os, signal\n\ndef test_first():\n    pass\n\n"
        "def test_second():\n    os.kill(os.getpid(), signal.SIGTERM)\n"
    )
    counts = tmp_path / "counts.json"
    pytest_run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "launcher.pytest_odoo_addons"),
            *("-c", REPOSITORY / "pyproject.toml", "--rootdir", tmp_path, tmp_path),
        ],
        env={**os.environ, "ALUMNI_TEST_COUNTS": str(counts)},
        capture_output=True,
        text=True,
    )
    assert json.loads(counts.read_text()) == {
        "passed": 1,
        "failed": 0,
        "stopped": True,
    }, pytest_run.stdout
    assert testing.summary(pytest_run.returncode, counts) == (
        "Stopped before the end; until then 1 passed, 0 failed",
        130,
    )
    # killed, without a word
    assert testing.summary(-signal.SIGKILL, tmp_path / "none") == (
        "Stopped before the end; until then 0 passed, 0 failed",
        130,
    )
    counts.write_text('{"passed": 2, "failed": 0, "stopped": false}')
    assert testing.summary(0, counts) == ("2 passed, 0 failed", 0)
    assert testing.summary(3, counts) == ("2 passed, 1 failed", 1)


def test_import_of_a_file_that_is_none(run_alumni, laboratory, tmp_path):
    database = laboratory.clone(laboratory.complete())
    file = tmp_path / "people.xlsx"
    file.write_bytes(b"PK\x03\x04 no spreadsheet")
    result = run_alumni("import", "--database", database, "--kind", "people", file)
    assert result.returncode == 2
    answer = json.loads(result.stdout)
    assert answer["lines"] == 0 and answer["errors"]


def test_secrets_differ_from_machine_to_machine(tmp_path):
    homes = [home.Home(tmp_path / name) for name in ("one", "two")]
    try:
        one, two = (place.secret("odoo administrator") for place in homes)
        assert one != two and len(one) >= 20
        assert homes[0].secret("odoo administrator") == one
        assert is_private(homes[0].secrets)
    finally:
        for place in homes:
            place.remove()


def test_home_removed_by_hand(laboratory, tmp_path):
    """Databases that outlive their home folder still open, and are remembered."""
    place = home.Home(tmp_path / "home")
    place.prepare()
    try:
        for _again in range(2):
            programs = postgres.binaries(place, laboratory.odoo.python)
            with postgres.Cluster(place, programs).use() as server:
                if not server.exists("kept"):
                    server.create("kept")
                    place.record_database(server.key, "kept", {"state": "ready"})
                if os.geteuid() == 0:
                    shutil.rmtree(place.path)
                    place.prepare()
        assert place.databases() == {"main": {"kept": {"state": "ready"}}}
    finally:
        cluster = postgres.Cluster(place, programs)
        cluster.stop()
        cluster.remove_user()
        place.remove()


def test_home_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("ALUMNI_HOME", str(tmp_path / "here"))
    assert home.default_home() == tmp_path / "here"
    monkeypatch.delenv("ALUMNI_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert home.default_home() == tmp_path / "alumni"
    # The rules of XDG: a path that is not absolute does not count.
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert home.default_home() == tmp_path / ".cache" / "alumni"


def test_unfinished_environment_is_made_again(tmp_path):
    place = home.Home(tmp_path)
    place.prepare()
    (place.venv / "bin").mkdir(parents=True)
    (place.venv / "bin" / "python").write_text("half")
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("# nothing\n")
    python = python_env.prepare(place, requirements)
    assert subprocess.run([python, "-c", ""]).returncode == 0
    assert python_env.prepare(place, requirements) == python


def test_unfinished_odoo_is_fetched_again(tmp_path, monkeypatch):
    place = home.Home(tmp_path)
    place.prepare()
    place.odoo.mkdir()
    (place.odoo / "half").touch()
    (tmp_path / "odoo.part.killed").mkdir()
    package = tmp_path / "package" / "DEBIAN"
    package.mkdir(parents=True)
    (package / "control").write_text(
        "Package: odoo-19\nVersion: 1\nArchitecture: all\n"
        "Maintainer: Test <test@example.org>\nDescription: test\n"
    )
    deb = tmp_path / "odoo-19_1_all.deb"
    subprocess.run(
        ["dpkg-deb", "-b", package.parent, deb], check=True, capture_output=True
    )
    monkeypatch.setattr(debian.Apt, "update", lambda self: None)
    monkeypatch.setattr(debian.Apt, "download", lambda self, names, step: [deb])
    debian.fetch_odoo(place)
    assert place.stamp(place.odoo) == deb.name
    assert not (place.odoo / "half").exists()
    assert not list(tmp_path.glob("odoo.part.*"))
    # What is finished is not touched again.
    monkeypatch.setattr(debian.Apt, "download", None)
    assert debian.fetch_odoo(place).parts[-1] == "dist-packages"


def test_mirrors_come_from_the_machine(tmp_path, monkeypatch):
    listing = (
        "http://other.example/repo/ {0} main\n"
        "http://mirror.example/debian/ {0} main\n"
        "http://mirror.example/debian/ {0}-updates main\n"
        "http://mirror.example/debian/ {0} contrib\n"
    ).format(debian.release()["VERSION_CODENAME"])

    def answer(*_arguments, **_keywords):
        return subprocess.CompletedProcess([], 0, stdout=listing)

    apt = debian.Apt(tmp_path)
    monkeypatch.setattr(debian.subprocess, "run", answer)
    assert apt.mirrors() == [
        "http://mirror.example/debian/",
        "http://other.example/repo/",
    ]
    listing = ""
    with pytest.raises(AlumniError, match="--odoo PATH"):
        apt.mirrors()


def test_machine_without_apt(tmp_path, monkeypatch):
    monkeypatch.setattr(debian.shutil, "which", lambda name: None)
    with pytest.raises(AlumniError, match="ALUMNI_ODOO"):
        debian.Apt(tmp_path)


def test_long_path_gets_a_short_socket(tmp_path):
    place = home.Home(tmp_path / ("x" * 100))
    place.postgres = place.path / "postgres"
    socket_folder = postgres.Cluster(place, None).socket
    assert len(str(socket_folder / ".s.PGSQL.5432.lock")) <= 107


def test_damaged_test_cluster_is_made_again(laboratory, tmp_path):
    place = home.Home(tmp_path)
    place.prepare()
    programs = postgres.binaries(place, laboratory.odoo.python)
    try:
        cluster = postgres.Cluster(place, programs, "test", postgres.THROW_AWAY)
        with cluster.use() as server:
            server.create("something")
        (cluster.data / "global" / "pg_control").unlink()
        with cluster.use() as server:
            assert not server.exists("something")
            assert cluster.in_use()
        assert not cluster.in_use()
    finally:
        cluster.stop()
        cluster.remove_user()
        place.remove()


@pytest.mark.parametrize(
    "size, text", [(0, "0 B"), (999, "999 B"), (122_533_504, "122.5 MB")]
)
def test_sizes_as_people_read_them(size, text):
    assert human_size(size) == text


def test_nothing_of_a_machine_is_in_the_repository():
    """No address of a mirror and no path of a home folder is written down."""
    files = subprocess.run(
        ["git", "ls-files", "launcher", "docker", ".ci", "setup.py", "alumni"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    for name in files:
        text = Path(REPOSITORY, name).read_text(encoding="utf-8")
        for word in ("deb.debian" + ".org", "pypi" + ".org", "/root" + "/"):
            assert word not in text, f"{word} in {name}"
