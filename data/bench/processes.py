"""Databases made for one run, and processes with Odoo on them."""

import contextlib
import logging
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path


class Worker:
    """A process with Odoo on one database. ``call`` runs a function there, given an
    environment, in one transaction, and returns the seconds it took, commit
    included, and its result."""

    def __init__(self, configuration, database):
        self.pipe, other = multiprocessing.Pipe()
        self.process = multiprocessing.get_context("spawn").Process(
            target=_work, args=(other, configuration, database), daemon=True
        )
        self.process.start()
        other.close()

    def call(self, function, *arguments):
        self.pipe.send((function, arguments))
        seconds, result, error = self.pipe.recv()
        if error:
            raise RuntimeError(f"{function.__name__}: {error}")
        return seconds, result

    def seconds(self, function, *arguments):
        return self.call(function, *arguments)[0]

    def result(self, function, *arguments):
        return self.call(function, *arguments)[1]

    def peak(self):
        """The most memory the process has had so far, in megabytes."""
        return self.result(_peak)

    def close(self):
        if self.process.is_alive():
            with contextlib.suppress(OSError):
                self.pipe.send(None)
        self.process.join()


def _peak(_env):
    # what getrusage() says is never less than what the parent had when it forked
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) // 1024


def _files(name):
    """The folder with the attachments of a database."""
    from odoo import tools

    return Path(tools.config.filestore(name))


def read_configuration(configuration):
    """Read Odoo's configuration, quietly: the table is what the reader wants."""
    from odoo import tools

    tools.config.parse_config(
        ["-c", configuration, "--no-http", "--log-level=warn"], setup_logging=True
    )
    logging.getLogger("odoo").setLevel(logging.ERROR)


def _work(pipe, configuration, database):
    """The life of a worker's process."""
    read_configuration(configuration)
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    registry = Registry(database)
    while (task := pipe.recv()) is not None:
        function, arguments = task
        started = time.perf_counter()
        try:
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                result = function(env, *arguments)
                env.flush_all()
            pipe.send((time.perf_counter() - started, result, None))
        except Exception as error:  # told to the one who asked
            pipe.send((0, None, f"{type(error).__name__}: {error}"))


class Databases:
    """The databases of one run: templates with modules installed, and clones. All of
    them are dropped at the end."""

    def __init__(self, configuration):
        self.configuration = configuration
        self.names = []
        self.workers = []
        self.templates = {}
        self.number = 0

    def _execute(self, statement):
        from odoo import sql_db

        connection = sql_db.db_connect("postgres")
        with contextlib.closing(connection.cursor()) as cr:
            # a database is neither made nor dropped inside a transaction
            cr._cnx.autocommit = True
            cr.execute(statement)

    def exists(self, name):
        from odoo import sql_db

        with sql_db.db_connect("postgres").cursor() as cr:
            cr.execute("SELECT FROM pg_database WHERE datname = %s", [name])
            return bool(cr.rowcount)

    def drop(self, name):
        """Remove a database before the end of the run, to make room."""
        from odoo.tools import SQL

        # not WITH (FORCE): who is no superuser may not end autovacuum, which
        # PostgreSQL itself asks to leave
        self._execute(SQL("DROP DATABASE IF EXISTS %s", SQL.identifier(name)))
        shutil.rmtree(_files(name), ignore_errors=True)
        self.names.remove(name)

    def _create(self, template, keep=None):
        from odoo.tools import SQL

        name = keep or f"bench_{os.getpid()}_{self.number}"
        self.number += 1
        self._execute(
            SQL(
                "CREATE DATABASE %s ENCODING 'unicode' TEMPLATE %s",
                SQL.identifier(name),
                SQL.identifier(template),
            )
        )
        # Attachments, the dashboards among them, are files that never change.
        if _files(template).exists():
            shutil.copytree(
                _files(template),
                _files(name),
                copy_function=os.link,
                dirs_exist_ok=True,
            )
        if not keep:
            self.names.append(name)
        return name

    def template(self, *modules):
        """The name of a database with these modules installed."""
        if modules not in self.templates:
            name = self._create(os.environ["ALUMNI_BENCH_EMPTY"])
            done = subprocess.run(
                [
                    *(sys.executable, "-m", "odoo", "-c", self.configuration),
                    *("-d", name, "-i", ",".join(modules), "--stop-after-init"),
                    *("--no-http", "--log-level=warn", "--max-cron-threads=0"),
                ],
                capture_output=True,
                text=True,
            )
            if done.returncode:
                raise RuntimeError(f"Odoo cannot be installed:\n{done.stderr[-5000:]}")
            self.templates[modules] = name
        return self.templates[modules]

    def clone(self, template, keep=None):
        """The name of a new database like another, which nobody may be using.

        :param keep: the name to give it; it then stays when the run is over
        """
        return self._create(template, keep)

    def worker(self, database):
        worker = Worker(self.configuration, database)
        self.workers.append(worker)
        return worker

    def release(self, *workers):
        for worker in workers:
            worker.close()
            self.workers.remove(worker)

    def close(self):
        self.release(*self.workers)
        for name in reversed(self.names.copy()):
            self.drop(name)
