"""Compares what the suite does with a plain way of doing the same, in one run.

    ./alumni bench [--scale 10k,100k,1m] [--only P1,P6] [--keep NAME]
                   [--json PATH] [--report PATH]

Machines are noisy, so what counts is the ratio between two things done with the same
data in turns. Each side runs in a process of its own on a database of its own, made
for the run and dropped after it. Times include the commit; the memory is that of the
Python process, without PostgreSQL's.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import textwrap
from pathlib import Path

from .. import generator
from .processes import Databases, read_configuration

ADDONS = ("alumni_relations", "alumni_kpi")
SCALES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
SEED = 2026
OTHERS = 5_000_000
"""The number of the first of other people, to warm up with."""


class Run:
    """What the measurements share: scale, files, databases and results."""

    def __init__(self, people, databases, folder, say, keep=None):
        self.people = people
        self.keep = keep
        self.databases = databases
        self.folder = Path(folder)
        self.say = say
        self.results = []
        self.filled_database = None

    def registrar(self, people=None, first=0):
        """The path of a generated registrar's file."""
        people = people or self.people
        path = self.folder / f"sis_export_{first}_{people}.csv"
        if not path.exists():
            with open(path, "wb") as stream:
                generator.write_registrar(stream, people, SEED, first)
        return str(path)

    def filled(self):
        """A database with the people, ten years of records and their figures. What is
        measured there leaves it as it was: at a million people a copy of it for each
        would take longer than the measurements."""
        from . import figures

        if self.filled_database is None:
            databases = self.databases
            if self.keep and databases.exists(self.keep):
                self.filled_database = self.keep
                return self.keep
            name = databases.clone(databases.template(*ADDONS), self.keep)
            worker = databases.worker(name)
            self.say(f"filling a database with {self.people:,} people, by SQL")
            seconds = worker.seconds(figures.fill, self.people)
            self.say(f"  in {seconds:,.0f} s; now their figures")
            seconds = worker.seconds(figures.rebuild)
            self.say(f"  in {seconds:,.0f} s")
            worker.call(figures.analyze)
            databases.release(worker)
            self.filled_database = name
        return self.filled_database

    def close(self):
        """Make room: the next run is of another size."""
        if self.filled_database in self.databases.names:
            self.databases.drop(self.filled_database)

    def add(self, number, what, size, ours, other, goal, peak, other_is):
        """Note a result.

        :param goal: the most that ours may take, as a multiple of the other's time
        :param other_is: what the other side did
        """
        ratio = ours / other
        self.results.append(
            {
                "id": number,
                "people": self.people,
                "what": what,
                "other": other_is,
                "size": size,
                "ours_s": round(ours, 6),
                "other_s": round(other, 6),
                "ratio": round(ratio, 4),
                "goal": goal,
                "met": ratio <= goal,
                "peak_mb": peak,
            }
        )


def in_turns(rounds, ours, other):
    """Run both sides ``rounds`` times in turns, after one round that does not count;
    return the median seconds of each side. Who goes first changes, so that neither
    side always finds the warmer machine."""
    times = ([], [])
    for number in range(rounds + 1):
        for side in (0, 1) if number % 2 else (1, 0):
            seconds = (ours, other)[side]()
            if number:
                times[side].append(seconds)
    return statistics.median(times[0]), statistics.median(times[1])


def measurements():
    """Each measurement with the numbers that it gives, in the order they run in."""
    from . import (
        dashboards,
        figures,
        forms,
        funnel,
        intake,
        names,
        score,
        spreadsheet,
    )

    return (
        (("P1", "P1b"), intake.measure),
        (("P2",), figures.measure_marking),
        (("P2b",), figures.measure_rebuild),
        (("P3",), figures.measure_pivot),
        (("P4", "P4b"), score.measure),
        (("P5",), figures.measure_indicators),
        (("P6",), spreadsheet.measure),
        (("P8",), names.measure),
        (("P10",), forms.measure),
        (("P11",), funnel.measure),
        (("P12",), dashboards.measure),
    )


def ratio_text(result):
    """The ratio as one reads it: how many times faster, or how many times as long."""
    ratio = result["ratio"]
    if result["goal"] < 1:
        return f"{1 / ratio:,.1f} times faster"
    return f"{ratio:,.2f} times as long"


def goal_text(result):
    goal = result["goal"]
    if goal < 1:
        return f"{1 / goal:g} times faster"
    return f"at most {goal:g} times"


def seconds_text(seconds):
    return f"{seconds:,.1f} s" if seconds >= 10 else f"{seconds * 1000:,.0f} ms"


COLUMNS = ("", "what", "size", "ours", "the other", "ratio", "goal", "met", "memory")


def table_rows(results):
    """The table: what, size, ours, the other, ratio, peak memory."""
    return [
        (
            result["id"],
            result["what"],
            result["size"],
            result.get("ours_text") or seconds_text(result["ours_s"]),
            result.get("other_text") or seconds_text(result["other_s"]),
            result.get("ratio_text") or ratio_text(result),
            result.get("goal_text") or goal_text(result),
            "yes" if result["met"] else "no",
            f"{result['peak_mb']:,} MB",
        )
        for result in results
    ]


def print_table(results):
    rows = [COLUMNS, *table_rows(results)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    for row in rows:
        line = "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True))
        print(line.rstrip())
    print()
    for result in results:
        note = f"{result['id']}: the other is {result['other']}."
        print("\n".join(textwrap.wrap(note, 88, subsequent_indent="  ")))


def scales(text):
    sizes = [SCALES.get(size.lower()) or int(size) for size in text.split(",")]
    if min(sizes) < 100:
        raise argparse.ArgumentTypeError("at least 100 people, or 10k, 100k, 1m")
    return sizes


def main(arguments=None):
    """Run the measurements; 0 even when a goal is missed: a noisy machine must not
    fail a build."""
    known = [number for numbers, _measure in measurements() for number in numbers]
    parser = argparse.ArgumentParser(
        prog="./alumni bench",
        description="Compares the suite with a plain way of doing the same.",
    )
    parser.add_argument(
        "--scale",
        type=scales,
        default="100k",
        metavar="10k,100k,1m",
        help="numbers of people, one after the other",
    )
    parser.add_argument(
        "--only", default="", metavar="P1,P6", help=f"of {', '.join(known)}"
    )
    parser.add_argument(
        "--keep",
        metavar="NAME",
        help="keep the filled database under this name, or use the one kept before",
    )
    parser.add_argument("--json", type=Path, metavar="PATH")
    parser.add_argument(
        "--report",
        type=Path,
        metavar="PATH",
        help="write docs/performance.md; figures of other sizes stay as they are",
    )
    options = parser.parse_args(arguments)
    only = {number.strip() for number in options.only.split(",") if number.strip()}
    if only - set(known):
        parser.error(f"--only takes some of {', '.join(known)}")
    if options.keep and len(options.scale) > 1:
        parser.error("--keep is for one size.")

    def say(text):
        print(text, file=sys.stderr, flush=True)

    configuration = os.environ["ALUMNI_ODOO_RC"]
    read_configuration(configuration)
    databases = Databases(configuration)
    results = []
    try:
        for people in options.scale:
            with tempfile.TemporaryDirectory() as folder:
                run = Run(people, databases, folder, say, options.keep)
                for numbers, measure in measurements():
                    if not only or only & set(numbers):
                        measure(run)
                        done = [r for r in run.results if not only or r["id"] in only]
                        # Now: what a run of an hour has found is not lost with it.
                        write(results + done, options)
                results += done
                print_table(done)
                run.close()
    finally:
        databases.close()
    return 0


def write(results, options):
    """Write the files that were asked for."""
    if options.json:
        options.json.write_text(json.dumps(results, indent=2, ensure_ascii=False))
    if options.report:
        from . import report

        report.write(options.report, results)
