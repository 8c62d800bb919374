"""P8: finding a person by part of a name."""

import time

from odoo.tools import SQL

from . import in_turns
from .figures import ROUNDS

NOBODY = "xyzzy plugh"


def part_of_a_name(env):
    """What somebody types: most of a name, from its second letter on."""
    env.cr.execute(
        """
        SELECT complete_name FROM res_partner WHERE is_alumnus
        ORDER BY id OFFSET (SELECT count(*) / 2 FROM res_partner WHERE is_alumnus)
        LIMIT 1
        """
    )
    return env.cr.fetchone()[0][1:-1]


def find(env, name):
    """The seconds that it takes to find somebody, and to find nobody, by name."""
    started = time.perf_counter()
    found = env["res.partner"].name_search(name, limit=8)
    none = env["res.partner"].name_search(NOBODY, limit=8)
    if not found or none:
        raise ValueError("The search finds the wrong people.")
    return time.perf_counter() - started


def find_stock(env, name):
    """The same in the same database, without the indexes of ours."""
    with env.cr.savepoint() as savepoint:
        env.cr.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'res_partner'"
            " AND indexname LIKE 'res\\_partner\\_alumni%%trgm'"
        )
        for (index,) in env.cr.fetchall():
            env.cr.execute(SQL("DROP INDEX %s", SQL.identifier(index)))
        seconds = find(env, name)
        savepoint.rollback()
    return seconds


def measure(run):
    databases = run.databases
    worker = databases.worker(run.filled())
    run.say("P8: finding a person by part of a name")
    name = worker.result(part_of_a_name)
    ours, other = in_turns(
        ROUNDS,
        lambda: worker.result(find, name),
        lambda: worker.result(find_stock, name),
    )
    run.add(
        "P8",
        "finding a person by part of a name",
        f"{run.people:,} people, one found and one not",
        ours,
        other,
        1 / 50,
        worker.peak(),
        "the same search in the same database without the indexes of the addons",
    )
    databases.release(worker)
