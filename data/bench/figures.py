"""P2 to P5: what derived figures cost and what they save."""

import time

from odoo.tools import SQL

from ..populate import populate
from . import ADDONS, SEED, in_turns, seconds_text
from .intake import take_registrar

LAST_YEAR, PERIODS = 2025, 10
"""The acts lie in this many periods, up to the one that ends in this year."""
ACTS = 20
"""Acts per person in the filled database, about."""
ROUNDS = 5


def fill(env, people):
    """Write the people and what they did, as ``populate`` says."""
    return populate(env, people, PERIODS, SEED, LAST_YEAR)


def rebuild(env):
    """Build facts, person-years, cube and funnel anew, as the office can ask for it;
    return the seconds that each of the stages took."""
    work, stages = env["alumni.rebuild"].sudo().create({}), {}
    while work.state != "done":
        # The first step begins with the first source.
        stage = work.source or env["alumni.engagement"]._sources()[0]
        started = time.perf_counter()
        work._next_step()
        stages[stage] = stages.get(stage, 0) + time.perf_counter() - started
    return stages


def empty_figures(env):
    """Forget all facts and figures, as if the addon had just been installed."""
    env.cr.execute(
        "TRUNCATE alumni_engagement, alumni_person_year, alumni_person_year_cube,"
        " alumni_funnel, alumni_funnel_cube"
    )


def analyze(env):
    """What autovacuum does in the background when it gets round to it."""
    env.cr.execute("ANALYZE")


# P2


def write_event(env, people):
    """An event with ``people`` registrations, alumni one and all."""
    from datetime import datetime

    event = env["event.event"].create(
        {
            "name": "Reunion",
            "date_begin": datetime(LAST_YEAR, 5, 15, 16),
            "date_end": datetime(LAST_YEAR, 5, 15, 20),
            "event_mail_ids": [],
        }
    )
    partners = env["res.partner"].search(
        [("is_alumnus", "=", True)], limit=people, order="id"
    )
    env["event.registration"].create(
        [
            {
                "event_id": event.id,
                "partner_id": partner.id,
                "attendee_id": partner.id,
                "name": partner.name,
                "state": "open",
            }
            for partner in partners
        ]
    )
    return event.id


def mark_attended(env, event_id):
    """Mark everyone who registered as attended, as the desk does in one go."""
    registrations = env["event.registration"].search([("event_id", "=", event_id)])
    registrations.write({"state": "done"})
    return len(registrations)


def measure_marking(run):
    """P2: the same records and the same writes with and without alumni_kpi."""
    databases = run.databases
    run.say("P2: two databases, with and without alumni_kpi")
    file = run.registrar(min(run.people, 10_000))
    guests = min(1000, run.people // 2)
    sides = []
    for modules in (ADDONS, ADDONS[:1]):
        worker = databases.worker(databases.clone(databases.template(*modules)))
        worker.call(take_registrar, file)
        worker.call(analyze)
        sides.append(worker)
    # an event for each round, so that each round does the same work
    events = [
        [worker.result(write_event, guests) for _round in range(2 * ROUNDS + 1)]
        for worker in sides
    ]
    ours, other = in_turns(
        2 * ROUNDS,
        lambda: sides[0].seconds(mark_attended, events[0].pop()),
        lambda: sides[1].seconds(mark_attended, events[1].pop()),
    )
    run.add(
        "P2",
        "marking attendances, facts and person-years included",
        f"{guests:,} attendances",
        ours,
        other,
        1.15,
        sides[0].peak(),
        "the same writes in a database without alumni_kpi, median of rounds in turns",
    )
    databases.release(*sides)


# P2b

COPIED = ("alumni_engagement", "alumni_person_year")


def bare(table):
    """The names of a table and of its bare twin."""
    return SQL.identifier(table), SQL.identifier(f"bare_{table}")


def insert_bare(env):
    """Insert the same rows into bare tables with the same indexes."""
    for table, twin in map(bare, COPIED):
        env.cr.execute(SQL("CREATE TABLE %s (LIKE %s INCLUDING INDEXES)", twin, table))
        env.cr.execute(SQL("INSERT INTO %s SELECT * FROM %s", twin, table))


def drop_bare(env):
    for _table, twin in map(bare, COPIED):
        env.cr.execute(SQL("DROP TABLE %s", twin))


def count_figures(env):
    rows = []
    for table, _twin in map(bare, COPIED):
        env.cr.execute(SQL("SELECT count(*) FROM %s", table))
        rows.append(env.cr.fetchone()[0])
    return rows


def measure_rebuild(run):
    """P2b."""
    databases = run.databases
    worker = databases.worker(run.filled())
    facts, person_years = worker.result(count_figures)
    run.say(f"P2b: rebuild of {facts:,} facts")
    stages = {}

    def again():
        seconds, found = worker.call(rebuild)
        stages.update(found)
        return seconds

    def bare():
        seconds = worker.seconds(insert_bare)
        worker.call(drop_bare)
        return seconds

    first = None
    if run.people <= 200_000:
        worker.call(empty_figures)
        first = worker.seconds(rebuild)
        worker.call(analyze)
    ours, other = (again(), bare()) if run.people > 20_000 else in_turns(3, again, bare)
    run.add(
        "P2b",
        "full rebuild of facts, person-years, cube and funnel",
        f"{facts:,} facts, {person_years:,} person-years",
        ours,
        other,
        1.5,
        worker.peak(),
        "one bare INSERT ... SELECT of the finished facts and one of the finished "
        "person-years into tables with the same indexes, without foreign keys. Ours "
        "computes every fact, person-year, cell and step of the funnel anew from the "
        "records, and writes only rows that differ, here none"
        + (
            ". Into empty tables, foreign keys checked, it takes "
            f"{seconds_text(first)}, once, after installation"
            if first
            else ""
        ),
    )
    run.results[-1]["stages"] = {name: round(s, 3) for name, s in stages.items()}
    databases.release(worker)


# P3


def pivot(env):
    """The pivot as the web client asks for it: people by generation and period."""
    return len(
        env["alumni.person.year"].formatted_read_grouping_sets(
            [],
            [[], ["generation_id"], ["period_id"], ["generation_id", "period_id"]],
            ["people:sum", "engaged:sum"],
        )
    )


def create_view(env):
    """What one would write without facts and person-years: a view over records."""
    env.cr.execute(
        """
        CREATE OR REPLACE VIEW bare_engaged AS
        SELECT act.partner_id, p.alumni_generation_id AS generation_id,
               CASE WHEN extract(month FROM act.date) >= 9 THEN 1 ELSE 0 END
                   + extract(year FROM act.date)::int AS year
          FROM (SELECT partner_id, date FROM alumni_gift WHERE state = 'received'
                 UNION ALL
                SELECT partner_id, date FROM alumni_participation WHERE state = 'done'
                 UNION ALL
                SELECT attendee_id, date_closed FROM event_registration
                 WHERE state = 'done' AND active
                 UNION ALL
                SELECT partner_id, end_datetime FROM survey_user_input
                 WHERE state = 'done'
                 UNION ALL
                SELECT res_id, reply_datetime FROM mailing_trace
                 WHERE model = 'res.partner' AND reply_datetime IS NOT NULL) act
          JOIN res_partner p ON p.id = act.partner_id
         WHERE p.is_alumnus AND p.alumni_contactable
        """
    )


def pivot_view(env):
    env.cr.execute(
        """
        SELECT generation_id, year, count(DISTINCT partner_id) FROM bare_engaged
         GROUP BY GROUPING SETS ((), (generation_id), (year), (generation_id, year))
        """
    )
    return len(env.cr.fetchall())


def measure_pivot(run):
    """P3."""
    databases = run.databases
    worker = databases.worker(run.filled())
    facts, _person_years = worker.result(count_figures)
    run.say("P3: pivot of people by generation and period")
    worker.call(create_view)
    ours, other = in_turns(
        1 if run.people > 200_000 else ROUNDS,
        lambda: worker.seconds(pivot),
        lambda: worker.seconds(pivot_view),
    )
    run.add(
        "P3",
        "pivot: people and engaged by generation and period",
        f"{run.people:,} people, {facts:,} facts, {PERIODS} periods",
        ours,
        other,
        1 / 100,
        worker.peak(),
        "the engaged only, counted by one GROUP BY on a plain SQL view over gifts, "
        "participations, registrations, answers, replies and contacts",
    )
    databases.release(worker)


# P5


def compute_indicators(env, year):
    """All indicators with all breakdowns of one period."""
    period = env["alumni.period"].search(
        [("year", "=", year), ("company_id", "=", env.company.id)]
    )
    period._refresh_values(force=True)
    return env["alumni.indicator.value"].search_count([("period_id", "=", period.id)])


def aggregate_sources(env, year):
    """One bare aggregate per source, in total only: the period's person-years, the
    previous period's, the period's facts, for the score all facts until its end, and
    what each other source calls its rows and quantities; return how many sources there
    are."""
    from odoo.addons.alumni_kpi.models.engagement.alumni_person_year_mixin import (
        MEASURES,
    )

    periods = env["alumni.period"].search(
        [("company_id", "=", env.company.id), ("year", "in", (year, year - 1))],
        order="year DESC",
    )
    sums = SQL(", ").join(SQL("SUM(%s)", SQL.identifier(name)) for name in MEASURES)
    for period in periods:
        env.execute_query(
            SQL(
                "SELECT %s FROM alumni_person_year WHERE period_id = %s",
                sums,
                period.id,
            )
        )
    env.execute_query(
        SQL(
            "SELECT mode, kind, COUNT(DISTINCT partner_id), SUM(hours), SUM(amount)"
            " FROM alumni_engagement WHERE period_id = %s GROUP BY mode, kind",
            periods[0].id,
        )
    )
    env.execute_query(
        SQL(
            """
            SELECT count(*) FROM (
                SELECT partner_id, kind, count(*), max(date), sum(amount)
                  FROM alumni_engagement WHERE date <= %s
                 GROUP BY partner_id, kind
            ) AS sums
            """,
            periods[0].date_end,
        )
    )
    base, count = env.registry["alumni.measure.source"], 4
    for name, model in env.registry.items():
        if issubclass(model, base) and model._measure_source:
            select = env[name]._measure_select(periods[0])
            if select is None:
                continue
            count += 1
            columns = [
                column
                for column in env[name]._measure_columns().values()
                # asks which breakdown a row is of: here there is none
                if "GROUPING(" not in column.code
            ]
            env.execute_query(
                SQL(
                    "SELECT %s FROM (%s) AS source",
                    SQL(", ").join([SQL("COUNT(*)"), *columns]),
                    select,
                )
            )
    return count


def measure_indicators(run):
    """P5."""
    databases = run.databases
    worker = databases.worker(run.filled())
    run.say("P5: all indicators of one period")
    values = worker.result(compute_indicators, LAST_YEAR)
    sources = worker.result(aggregate_sources, LAST_YEAR)
    ours, other = in_turns(
        1 if run.people > 200_000 else ROUNDS,
        lambda: worker.seconds(compute_indicators, LAST_YEAR),
        lambda: worker.seconds(aggregate_sources, LAST_YEAR),
    )
    run.add(
        "P5",
        "all indicators, all breakdowns, one period",
        f"{run.people:,} people, {values:,} values",
        ours,
        other,
        2,
        worker.peak(),
        f"the sum of one bare aggregate for each of {sources} sources, totals only: "
        "person-years of the period and of the one before, facts of the period, all "
        "facts until its end (score), and the rows of each other source with its own "
        "statement",
    )
    databases.release(worker)
