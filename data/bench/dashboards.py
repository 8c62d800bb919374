"""P12: what a dashboard asks for when it opens, and when a filter of it changes."""

import json

from odoo.tools import SQL

from . import in_turns, seconds_text
from .figures import LAST_YEAR, ROUNDS

GOAL = 0.3
"""Seconds within which all figures of a dashboard are there."""


def pivots(env):
    """Model, domain, grouping sets and aggregates of each pivot of our dashboards, as
    the web client sends them, and whether a period can be chosen."""
    asked = []
    dashboards = env["spreadsheet.dashboard"].search([])
    for dashboard in dashboards:
        if not (dashboard.get_external_id()[dashboard.id] or "").startswith(
            "alumni_kpi."
        ):
            continue
        data = json.loads(dashboard.spreadsheet_data)
        periods = {
            one["id"]
            for one in data.get("globalFilters", ())
            if one.get("modelName") == "alumni.period"
        }
        for pivot in data.get("pivots", {}).values():
            rows, columns = (
                [part["fieldName"] for part in pivot[axis]]
                for axis in ("rows", "columns")
            )
            sets = [
                rows[:row] + columns[:column]
                for row in range(len(rows) + 1)
                for column in range(len(columns) + 1)
            ]
            chains = [
                match["chain"]
                for key, match in pivot.get("fieldMatching", {}).items()
                if key in periods and match.get("chain")
            ]
            aggregates = [
                measure["fieldName"]
                if measure["fieldName"] == "__count"
                else f"{measure['fieldName']}:{measure['aggregator']}"
                for measure in pivot["measures"]
                if "computedBy" not in measure
            ]
            asked.append((pivot["model"], pivot["domain"], sets, aggregates, chains))
    return asked


def read(env, asked, year=None):
    """One call for each pivot; return how many."""
    period = env["alumni.period"].search(
        [("year", "=", year), ("company_id", "=", env.company.id)]
    )
    for model, domain, sets, aggregates, chains in asked:
        chosen = [(chain, "in", period.ids) for chain in chains] if period else []
        env[model].formatted_read_grouping_sets(domain + chosen, sets, aggregates)
    return len(asked)


def count_people(env, asked):
    """As many plain GROUP BYs over the person-years of the period."""
    period = env["alumni.period"].search(
        [("year", "=", LAST_YEAR), ("company_id", "=", env.company.id)]
    )
    for _pivot in asked:
        env.execute_query(
            SQL(
                "SELECT generation_id, SUM(people), SUM(contactable), SUM(engaged)"
                " FROM alumni_person_year WHERE period_id = %s GROUP BY generation_id",
                period.id,
            )
        )


def measure(run):
    databases = run.databases
    worker = databases.worker(run.filled())
    run.say("P12: dashboards")
    asked = worker.result(pivots)
    ours, other = in_turns(
        ROUNDS,
        lambda: worker.seconds(read, asked, LAST_YEAR),
        lambda: worker.seconds(count_people, asked),
    )
    opened, _same = in_turns(2, lambda: worker.seconds(read, asked), lambda: 1)
    run.add(
        "P12",
        "all dashboards: a filter of the period changes",
        f"{len(asked)} pivots in one round",
        ours,
        other,
        1,
        worker.peak(),
        "as many plain GROUP BYs of people, contactable and engaged by generation over "
        "the person-years of the period. Without a filter, over all periods, ours "
        f"take {seconds_text(opened)}",
    )
    run.results[-1] |= {"met": ours < GOAL, "goal_text": f"under {GOAL} s"}
    databases.release(worker)
