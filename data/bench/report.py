"""docs/performance.md, from the results of one run."""

import os
import platform
from pathlib import Path

from . import COLUMNS, table_rows

PAGE = """\
# Speed

How fast the suite is, compared with a plain way of doing the same. Machines are
noisy: what counts is the ratio between two things done with the same data in turns,
each in a process of its own. Times include the commit; the memory is the most that
the Python process has held, without PostgreSQL's.

This page is written by one command:

    ./alumni bench --scale {people} --report docs/performance.md

`--scale 10k`, `100k` or `1m` chooses the number of generated people, `--only P1,P6` a
part, `--json PATH` writes the same figures for a program. A missed goal fails no
test: it is work to do, and stands here as it is.

## Figures for {people:,} people

{table}

{notes}

## The machine

{machine}
"""


def _machine():
    import psycopg2

    from odoo import release, sql_db

    with sql_db.db_connect("postgres").cursor() as cr:
        cr.execute("SHOW server_version")
        server = cr.fetchone()[0]
        cr.execute("SHOW fsync")
        fsync = cr.fetchone()[0]
        cr.execute("SHOW shared_buffers")
        buffers = cr.fetchone()[0]
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    processor = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            processor = line.partition(":")[2].strip()
            break
    return "\n".join(
        (
            f"- {os.cpu_count()} cores ({processor}), {memory:.0f} GB of memory",
            f"- {platform.system()}, Python {platform.python_version()}, psycopg2 "
            f"{psycopg2.__version__.split()[0]}, Odoo {release.version}",
            f"- PostgreSQL {server}, shared_buffers {buffers}, fsync {fsync}",
        )
    )


def write(path, people, results):
    """Write the page."""
    lines = [COLUMNS, ["---"] * len(COLUMNS), *table_rows(results)]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    notes = "\n".join(f"- **{r['id']}**: the other is {r['other']}." for r in results)
    path.write_text(
        PAGE.format(people=people, table=table, notes=notes, machine=_machine()),
        encoding="utf-8",
    )
