"""Databases and servers for tests: templates made once, a clone for each need."""

import ast
import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from .home import ADDONS, REPOSITORY, Home, addons_digest, digest
from .odoo_env import Odoo
from .postgres import THROW_AWAY, Cluster, Server, Standby, literal, quote

SETUP = "ALUMNI_TEST_SETUP"


def free_port():
    """Return a port of 127.0.0.1 on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stock_modules():
    """Return the modules of Odoo that the addons build on."""
    found = set()
    for addon in ADDONS:
        manifest = (REPOSITORY / addon / "__manifest__.py").read_text()
        found |= set(ast.literal_eval(manifest)["depends"])
    return sorted(found - set(ADDONS))


class Laboratory:
    """The throw-away PostgreSQL cluster and the Odoo that ``./alumni test`` prepared.

    Templates are kept between runs under a name that changes with what is in them.
    """

    def __init__(self):
        setup = json.loads(Path(os.environ[SETUP]).read_text())
        self.home = Home(setup["home"])
        self.odoo = Odoo(self.home, setup["source"]).prepare()
        self.server = Server(
            Path(setup["binaries"]),
            setup["host"],
            setup["port"],
            setup["user"],
            setup["password"],
            admin=setup["admin"],
            key="test",
        )
        self.logs = self.home.logs
        self.data = self.home.path / "test-data"
        self.configuration = self.odoo.configuration(
            self.server, name="test", data_dir=self.data, list_db="True"
        )
        self.number = 0
        self.clones = []
        self._remove_left()

    @property
    def url(self):
        """The test server as --db-url takes it."""
        return (
            f"postgresql://{self.server.user}:{self.server.password}@/"
            f"?host={self.server.host}&port={self.server.port}"
        )

    def _names(self):
        return [row[0] for row in self.server.query("SELECT datname FROM pg_database")]

    def _remove_left(self):
        """Remove the clones of test runs that were killed."""
        for name in self._names():
            kind, _, process = name.partition("_")
            process = process.partition("_")[0]
            if kind == "clone" and not Path("/proc", process).exists():
                self.drop(name)

    def command(self, *arguments):
        return self.odoo.command(self.configuration, *arguments)

    def run(self, *arguments, **keywords):
        """Run Odoo to its end and return its log; an exit code fails the test."""
        result = subprocess.run(
            self.command(*arguments),
            env=self.odoo.environment(),
            stdin=keywords.pop("stdin", subprocess.DEVNULL),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=REPOSITORY,
            **keywords,
        )
        assert result.returncode == 0, result.stdout[-5000:]
        return result.stdout

    def shell(self, database, script, configuration=None):
        """Run Python inside Odoo; what the script prints is returned."""
        result = subprocess.run(
            self.odoo.command(
                configuration or self.configuration,
                *("shell", "-d", database, "--no-http", "--log-level=error"),
            ),
            env=self.odoo.environment(),
            input=script,
            capture_output=True,
            text=True,
            cwd=REPOSITORY,
        )
        assert result.returncode == 0, result.stderr[-5000:]
        return result.stdout

    def _template(self, kind, version, make):
        name = f"{kind}_{version}"
        with self.home.lock(f"template-{kind}"):
            if self.server.exists(name):
                return name
            for old in self._names():
                if old.startswith(f"{kind}_"):
                    self.drop(old)
            part = f"clone_{os.getpid()}_{kind}"
            self.drop(part)
            make(part)
            self.server.query(f"ALTER DATABASE {quote(part)} RENAME TO {quote(name)}")
            files = self.data / "filestore" / part
            if files.exists():
                files.rename(self.data / "filestore" / name)
        return name

    def stock(self):
        """Return the template with the modules of Odoo that the addons build on."""
        modules = stock_modules()

        def make(name):
            self.server.create(name)
            self.install(name, modules)

        return self._template("stock", digest(self.odoo.version, *modules), make)

    def complete(self):
        """Return the template with both addons installed; its log is beside it."""
        stock = self.stock()
        version = digest(stock, addons_digest())
        # Another checkout that is tested at the same time keeps its own.
        kind = f"complete_{digest(str(REPOSITORY))}"

        def make(name):
            self.copy(stock, name)
            log = self.install(name, ADDONS)
            self.complete_log(version).write_text(log)

        name = self._template(kind, version, make)
        self.install_log = self.complete_log(version).read_text()
        return name

    def complete_log(self, version):
        return self.logs / f"test-install-{version}.log"

    def install(self, name, modules):
        return self.run(
            *("-d", name, "-i", ",".join(modules), "--stop-after-init", "--no-http")
        )

    def copy(self, source, name):
        """Clone a database with its files, which are never changed in place."""
        self.server.create(name, template=source)
        self.copy_files(source, name)
        # Two databases of one identity would be taken for one another.
        self.server.query(
            "UPDATE ir_config_parameter SET value = gen_random_uuid()::text "
            "WHERE key IN ('database.uuid', 'database.secret')",
            database=name,
        )

    def copy_files(self, source, name):
        files = self.data / "filestore" / source
        target = self.data / "filestore" / name
        if target.exists():
            shutil.rmtree(target)
        if files.exists():
            shutil.copytree(files, target, copy_function=os.link)

    def clone(self, template):
        """Return the name of a new database like the template; removed at the end."""
        self.number += 1
        name = f"clone_{os.getpid()}_{self.number}"
        self.copy(template, name)
        self.clones.append(name)
        return name

    def clone_empty(self):
        """Return the name of a new database without Odoo in it."""
        self.number += 1
        name = f"clone_{os.getpid()}_{self.number}"
        self.server.create(name)
        self.clones.append(name)
        return name

    def drop(self, name):
        self.server.drop(name)
        shutil.rmtree(self.data / "filestore" / name, ignore_errors=True)

    def close(self):
        for name in self.clones:
            self.drop(name)

    @contextlib.contextmanager
    def replicated(self):
        """Yield a primary cluster of its own, a standby that copies and follows it
        once it is used, and the name of a database like the complete template. The
        standby applies nothing until its delay is taken away."""
        name = f"replicated_{os.getpid()}"
        settings = {**THROW_AWAY, "synchronous_standby_names": "'*'"}
        primary = Cluster(self.home, self.server.binaries, name, settings)
        standby = Standby(
            primary, f"{name}_standby", {"recovery_min_apply_delay": "'1h'"}
        )
        try:
            with (
                primary.use() as server,
                tempfile.TemporaryDirectory(dir=self.data) as folder,
            ):
                dump = str(Path(folder, "dump"))
                for target, arguments in (
                    (self.server, ("pg_dump", "-Fc", "-f", dump, self.complete())),
                    (server, ("pg_restore", "--no-comments", "-d", name, dump)),
                ):
                    if target is server:
                        server.create(name)
                    done = target.run(*arguments, "--no-owner", "--no-privileges")
                    assert done.returncode == 0, done.stderr[-3000:]
                self.copy_files(self.complete(), name)
                yield primary, standby, name
        finally:
            standby.remove()
            primary.remove()
            shutil.rmtree(self.data / "filestore" / name, ignore_errors=True)

    @contextlib.contextmanager
    def serve(self, database, *arguments, configuration=None):
        """Run a web server on a database and yield its address."""
        port = free_port()
        log = self.logs / f"test-server-{database}.log"
        with open(log, "w") as stream:
            process = self.odoo.start(
                self.odoo.command(
                    configuration or self.configuration,
                    *("-d", database, "--db-filter", f"^{database}$"),
                    *("--http-port", port, "--max-cron-threads", 0, *arguments),
                ),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                cwd=REPOSITORY,
            )
        url = f"http://127.0.0.1:{port}"
        try:
            while True:
                assert process.poll() is None, log.read_text()[-5000:]
                with contextlib.suppress(OSError):
                    with urllib.request.urlopen(f"{url}/web/health", timeout=60):
                        break
                time.sleep(0.1)
            yield url
        finally:
            process.terminate()
            process.wait()

    def rows(self, database, statement):
        """Return the rows of an SQL statement, as strings."""
        return self.server.query(statement, database=database)

    def module_state(self, database, module):
        rows = self.rows(
            database,
            f"SELECT state FROM ir_module_module WHERE name = {literal(module)}",
        )
        return rows[0][0] if rows else None
