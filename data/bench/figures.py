"""P2 to P5: what derived figures cost and what they save."""

from odoo.tools import SQL

from . import ADDONS, in_turns, seconds_text
from .intake import take_registrar

ACTS = 20
"""Acts per person in the filled database."""
LAST_YEAR, PERIODS = 2025, 10
"""The acts lie in this many periods, up to the one that ends in this year."""
ROUNDS = 5


def write_acts(env):
    """Write ``ACTS`` gifts per alumnus by SQL, evenly over the periods and over
    money, time and skill: what is measured is what is made of them."""
    types = {record.code: record.id for record in env["alumni.gift.type"].search([])}
    env.cr.execute(
        """
        INSERT INTO alumni_gift
            (partner_id, gift_type_id, date, state, amount, currency_id,
             amount_company, hours, company_id)
        SELECT p.id, (ARRAY[%(money)s, %(time)s, %(skill)s])[1 + n %% 3],
               make_date(%(year)s - (n / 3) %% %(periods)s, 1, 1) + n %% 200,
               'received', CASE n %% 3 WHEN 0 THEN 10 + n %% 90 ELSE 0 END,
               c.currency_id, CASE n %% 3 WHEN 0 THEN 10 + n %% 90 ELSE 0 END,
               CASE n %% 3 WHEN 0 THEN 0 ELSE 1.5 END, c.id
          FROM res_partner p, res_company c, generate_series(1, %(acts)s) act,
               -- spreads the acts of one person, the same in every run
               LATERAL (SELECT abs(hashint8(p.id * 64 + act) / 2) AS n) spread
         WHERE p.is_alumnus AND c.id = %(company)s
        """,
        {
            **{code: types[code] for code in ("money", "time", "skill")},
            "year": LAST_YEAR,
            "periods": PERIODS,
            "acts": ACTS,
            "company": env.company.id,
        },
    )
    return env.cr.rowcount


def rebuild(env):
    """Build facts, person-years and cube anew, as the office can ask for it."""
    env["alumni.rebuild"]._run()


def empty_figures(env):
    """Forget all facts and figures, as if the addon had just been installed."""
    env.cr.execute(
        "TRUNCATE alumni_engagement, alumni_person_year, alumni_person_year_cube"
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
    worker = databases.worker(databases.clone(run.filled()))
    facts, person_years = worker.result(count_figures)
    run.say(f"P2b: rebuild of {facts:,} facts")

    def bare():
        seconds = worker.seconds(insert_bare)
        worker.call(drop_bare)
        return seconds

    ours, other = in_turns(
        1 if run.people > 200_000 else 3, lambda: worker.seconds(rebuild), bare
    )
    worker.call(empty_figures)
    first = worker.seconds(rebuild)
    run.add(
        "P2b",
        "full rebuild of facts, person-years and cube",
        f"{facts:,} facts, {person_years:,} person-years",
        ours,
        other,
        1.5,
        worker.peak(),
        "one bare INSERT ... SELECT of the finished facts and one of the finished "
        "person-years into tables with the same indexes, without foreign keys. Ours "
        "computes every fact, person-year and cell anew from the records, and writes "
        "only rows that differ, here none but the cells. Into empty tables, foreign "
        f"keys checked, it takes {seconds_text(first)}, once, after installation",
    )
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
        SELECT g.partner_id, p.alumni_generation_id AS generation_id,
               CASE WHEN extract(month FROM g.date) >= 9 THEN 1 ELSE 0 END
                   + extract(year FROM g.date)::int AS year
          FROM alumni_gift g JOIN res_partner p ON p.id = g.partner_id
         WHERE g.state = 'received' AND p.is_alumnus AND p.alumni_contactable
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


def write_generations(env):
    env["alumni.generation"].create(
        [
            {"name": f"{year}s", "year_from": year, "year_to": year + 9}
            for year in range(1960, 2030, 10)
        ]
    )


def measure_pivot(run):
    """P3."""
    databases = run.databases
    worker = databases.worker(databases.clone(run.filled()))
    facts, _person_years = worker.result(count_figures)
    run.say("P3: pivot of people by generation and period")
    worker.call(write_generations)
    worker.call(rebuild)
    worker.call(create_view)
    worker.call(analyze)
    ours, other = in_turns(
        ROUNDS,
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
        "the engaged only, counted by one GROUP BY on a plain SQL view over gifts "
        "and contacts",
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
    """One bare aggregate per source: the period's person-years, the previous
    period's, the period's facts, and for the score all facts until its end."""
    from odoo.tools import SQL

    from odoo.addons.alumni_kpi.models.engagement.alumni_person_year_mixin import (
        MEASURES,
    )

    env.cr.execute(
        "SELECT id FROM alumni_period WHERE company_id = %s AND year IN %s"
        " ORDER BY year DESC",
        [env.company.id, (year, year - 1)],
    )
    periods = [row[0] for row in env.cr.fetchall()]
    sums = SQL(", ").join(SQL("SUM(%s)", SQL.identifier(name)) for name in MEASURES)
    for period in periods:
        env.cr.execute(
            SQL("SELECT %s FROM alumni_person_year WHERE period_id = %s", sums, period)
        )
        env.cr.fetchall()
    env.cr.execute(
        "SELECT mode, kind, COUNT(DISTINCT partner_id), SUM(hours), SUM(amount)"
        " FROM alumni_engagement WHERE period_id = %s GROUP BY mode, kind",
        [periods[0]],
    )
    env.cr.fetchall()
    env.cr.execute(
        """
        SELECT count(*) FROM (
            SELECT partner_id, kind, count(*), max(date), sum(amount)
              FROM alumni_engagement
             WHERE date <= (SELECT date_end FROM alumni_period WHERE id = %s)
             GROUP BY partner_id, kind
        ) AS sums
        """,
        [periods[0]],
    )
    env.cr.fetchall()


def measure_indicators(run):
    """P5."""
    databases = run.databases
    worker = databases.worker(databases.clone(run.filled()))
    run.say("P5: all indicators of one period")
    values = worker.result(compute_indicators, LAST_YEAR)
    ours, other = in_turns(
        ROUNDS,
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
        "the sum of one bare aggregate per source, totals only: person-years of the "
        "period and of the one before, facts of the period, all facts until its end "
        "(score)",
    )
    databases.release(worker)
