"""docs/performance.md, from the results of one run and those that are kept of runs of
other sizes."""

import json
import os
import platform
from pathlib import Path

from . import COLUMNS, seconds_text, table_rows

PAGE = """\
# Speed

How fast the suite is, compared with a plain way of doing the same. Machines are
noisy: what counts is the ratio between two things done with the same data in turns,
each in a process of its own. Times include the commit; the memory is the most that
the Python process has held, without PostgreSQL's.

This page is written by one command:

    ./alumni bench --scale 10k,100k,1m --report docs/performance.md

`--scale` takes one or more numbers of people. `--only P1,P6` measures a part, and
leaves the other figures of the page as they are (they lie in `performance.json`);
`--json PATH` writes the same figures for a program; `--keep NAME` keeps the generated
university in a database of that name, or uses the one kept before. The university is
that of `data/populate.py`: ten fiscal years, some 20 acts a person. A missed goal fails
no test: it is work to do, and stands here as it is.

{sizes}
## Growth

Seconds by number of people, and how many times as long the largest takes as the
smallest. Work on everyone grows with their number; P3, P8, P10 and P12 must not.

{growth}

## Where the time of a rebuild goes

{stages}

{reasons}
## The machine

{machine}
"""

REASONS = "## Why goals are missed\n"
"""Of the page, what follows this until the next heading is written by people."""

SIZE = """\
## Figures for {people:,} people

{table}

{notes}

"""


def _table(lines):
    head, *rows = lines
    return "\n".join(
        f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *rows)
    )


def _growth(results, sizes):
    numbers = dict.fromkeys(r["id"] for r in results)
    by_place = {(r["id"], r["people"]): r for r in results}
    rows = [["", "what", *(f"{people:,}" for people in sizes), "times"]]
    for number in numbers:
        found = [by_place.get((number, people)) for people in sizes]
        known = [result for result in found if result]
        times = ""
        if len(known) > 1:
            times = f"{known[-1]['ours_s'] / known[0]['ours_s']:,.1f}"
        cells = [seconds_text(r["ours_s"]) if r else "" for r in found]
        rows.append([number, known[-1]["what"], *cells, times])
    return _table(rows)


def _stages(results, sizes):
    by_size = {r["people"]: r["stages"] for r in results if "stages" in r}
    sizes = [people for people in sizes if people in by_size]
    names = dict.fromkeys(name for people in sizes for name in by_size[people])
    rows = [["stage", *(f"{people:,}" for people in sizes)]]
    for name in names:
        cells = [seconds_text(by_size[people].get(name, 0)) for people in sizes]
        rows.append([f"`{name}`", *cells])
    return _table(rows)


def _reasons(path):
    """What people wrote in the page about missed goals stays."""
    page = path.read_text(encoding="utf-8") if path.exists() else ""
    _before, found, after = page.partition(REASONS)
    return REASONS + after.partition("\n## ")[0].rstrip() + "\n" if found else ""


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


def write(path, results):
    """Write the page. Earlier results of the same number and size are replaced, the
    others stay."""
    kept = path.with_suffix(".json")
    earlier = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else []
    new = {(result["id"], result["people"]) for result in results}
    results = [r for r in earlier if (r["id"], r["people"]) not in new] + results
    results.sort(key=lambda r: (r["people"], int(r["id"].strip("Pb")), r["id"]))
    kept.write_text(
        json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    sizes = sorted({result["people"] for result in results})
    parts = []
    for people in sizes:
        own = [result for result in results if result["people"] == people]
        notes = [f"- **{r['id']}**: the other is {r['other']}." for r in own]
        parts.append(
            SIZE.format(
                people=people,
                table=_table([COLUMNS, *table_rows(own)]),
                notes="\n".join(notes),
            )
        )
    path.write_text(
        PAGE.format(
            sizes="".join(parts),
            growth=_growth(results, sizes),
            stages=_stages(results, sizes),
            reasons=_reasons(path),
            machine=_machine(),
        ),
        encoding="utf-8",
    )
