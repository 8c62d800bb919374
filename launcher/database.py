"""A database with both addons in it: made, updated and remembered."""

import contextlib
import re
import subprocess

from .console import AlumniError, Step
from .home import ADDONS, REPOSITORY, addons_digest
from .odoo_env import ending
from .postgres import literal

PEOPLE = 4000

ROLES = ("manager", "officer", "analyst")
"""Logins of the fictional university beside the administrator's."""


def follow(odoo, title, command, log):
    """Run an Odoo command that ends by itself; show which module it is at."""
    with Step(title) as step, open(log, "w", encoding="utf-8") as stream:
        process = odoo.start(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=REPOSITORY,
        )
        failed = False
        tail = []
        with ending(process):
            for line in process.stdout:
                stream.write(line)
                tail = [*tail[-30:], line]
                found = re.search(r"Loading module (\w+) \((\d+)/(\d+)\)", line)
                if found:
                    step.progress("module {1} of {2}, {0}".format(*found.groups()))
                elif re.match(r"\d{4}-\d\d-\d\d ", line):
                    failed |= " CRITICAL " in line
                    ours = re.search(r" INFO \S+ (?:data|\S*alumni)\S*: (.*)", line)
                    if ours:
                        step.progress(ours.group(1)[:70])
        if process.wait() or failed:
            raise AlumniError(
                f"Odoo could not finish: {''.join(tail)}\nThe whole log is in {log}. "
                "Run the same command again when the cause is removed."
            )


def _modules(server, name):
    """Return the addons of ours that are installed in a database."""
    with contextlib.suppress(AlumniError):
        rows = server.query(
            "SELECT name FROM ir_module_module WHERE state = 'installed' AND name IN "
            f"({', '.join(map(literal, ADDONS))})",
            database=name,
        )
        return {row[0] for row in rows}
    return set()


def ensure(home, odoo, server, name, demo):
    """Bring a database to the state that ``run`` promises.

    One that an interrupted run left half-made is made again; one whose addons have
    changed since is updated; one that was not made here is used if it has the addons.
    """
    configuration = odoo.configuration(server)
    log = home.logs / f"install-{name}.log"
    with home.lock(f"database-{name}"):
        facts = home.databases().get(server.key, {}).get(name)
        exists = server.exists(name)
        current = addons_digest()
        if exists and facts and facts["state"] == "creating":
            server.drop(name)
            exists = False
        if not exists:
            facts = {"state": "creating", "demo": demo}
            home.record_database(server.key, name, facts)
            server.create(name)
            follow(
                odoo,
                f"database '{name}': installing",
                odoo.command(
                    configuration,
                    *("-d", name, "-i", ",".join(ADDONS), "--stop-after-init"),
                    *("--no-http", "--load-language", "en_US,fr_FR"),
                ),
                log,
            )
            title = "the fictional university" if demo else "administrator"
            follow(
                odoo,
                f"database '{name}': {title}",
                inside(
                    odoo,
                    configuration,
                    name,
                    *("university", str(PEOPLE if demo else 0)),
                ),
                home.logs / f"load-{name}.log",
            )
            facts.update(state="ready", addons=current, roles=ROLES if demo else ())
            home.record_database(server.key, name, facts)
        elif facts and facts.get("addons") != current:
            follow(
                odoo,
                f"database '{name}': updating the addons",
                odoo.command(
                    configuration,
                    *("-d", name, "-u", ",".join(ADDONS), "--stop-after-init"),
                    "--no-http",
                ),
                log,
            )
            facts["addons"] = current
            home.record_database(server.key, name, facts)
        elif not facts and _modules(server, name) != set(ADDONS):
            raise AlumniError(
                f"The database '{name}' exists already and was not made by ./alumni. "
                "Take another name with --database NAME, or install the addons in it: "
                f"./alumni odoo -d {name} -i {','.join(ADDONS)} --stop-after-init"
            )
    return facts


def inside(odoo, configuration, name, task, *arguments, log_level="info"):
    """Return the command line of a task of inside.py."""
    return [
        *(str(odoo.python), "-m", "launcher.inside", "--log-level", log_level),
        *(str(configuration), name, task, "--", *arguments),
    ]
