"""Every figure of a university against one that is worked out a second time, from the
raw tables, in another database engine, by the written definitions alone."""

import contextlib
from collections import defaultdict, namedtuple

import psycopg2
import pytest
from recomputation import indicators, tables

LOAD = """
from data import populate
from tests.recomputation import network, office
env.company.write({"alumni_fiscal_month": "9", "alumni_clicks_count": True})
populate.populate(env, people=1500, years=10)
env["alumni.rebuild"]._run()
# From here on the figures follow: people found twice are merged, some die, some are
# deleted or archived, gifts come late, others are taken back.
pairs = populate.duplicates(env)
populate.merge(env, pairs[: len(pairs) // 2])
env.cr.commit()
graduates = env["res.partner"].search([("is_alumnus", "=", True)], order="id")
graduates[::50].write({"alumni_deceased": True, "alumni_deceased_date": "2024-02-29"})
graduates[1::60].write({"active": False})
graduates[2::25].write({"alumni_ambassador_stage": "active"})
gifts = env["alumni.gift"].search([("state", "=", "received")], order="id")
gifts[::20].copy({"date": "2023-08-31", "state": "received"})
gifts[1::40].write({"state": "cancelled"})
gifts[2::80].unlink()
env.cr.commit()
network.record(env)
office.record(env)
env.cr.commit()
scheme = env["alumni.score.scheme"].create({"half_life": 200})
seats = {"mode": False, "kind": "event_attendance", "weight": 7, "cap": 9}
scheme.rule_ids[0].copy(seats)
scheme._use()
env["alumni.period"].search([])._refresh_values(force=True)
env.cr.commit()
"""
SHOWN = 5
"""How many differences of an indicator a failure lists."""


@pytest.fixture(scope="module")
def memory(laboratory):
    """The raw tables of a university of ten years, copied."""
    database = laboratory.clone(laboratory.complete())
    laboratory.shell(database, LOAD)
    server = laboratory.server
    with contextlib.closing(
        psycopg2.connect(
            host=server.host,
            port=server.port,
            user=server.user,
            password=server.password,
            dbname=database,
        )
    ) as connection:
        return tables.copy_tables(connection)


Shown = namedtuple("Shown", "above below reference value unit state reason")
"""A figure of the suite."""


@pytest.fixture(scope="module")
def shown(memory):
    """What the suite says, by its place."""
    return {
        row[:6]: Shown(*row[6:])
        for row in memory.execute(
            """
            SELECT value.period_id, indicator.code, coalesce(indicator.variant, ''),
                   value.breakdown, value.key, coalesce(value.series, ''),
                   value.numerator, value.denominator, value.reference, value.value,
                   value.unit, value.state, value.missing_reason
              FROM alumni_indicator_value value
              JOIN alumni_indicator indicator ON indicator.id = value.indicator_id
            """
        ).fetchall()
    }


@pytest.fixture(scope="module")
def recount(memory):
    [now] = memory.execute(
        "SELECT max(computed_at) FROM alumni_indicator_value"
    ).fetchone()
    return indicators.Recount(memory, now)


def differ(one, other):
    """Whether two amounts are not the same to the last unit; what is not there is 0."""
    return abs((one or 0) - (other or 0)) > 1e-6 * max(1, abs(one or 0))


def is_other(figure, ours, reference):
    """Whether a figure is another one than the one that was counted independently. A
    part that only one side knows must be empty, and what one side cannot tell the other
    must not tell either."""
    above, below = ours
    if figure is not None and figure.reason == "inconsistent":
        # Nobody can be more than everybody: then the suite says so, and nothing else.
        return not (above and below is not None and above > below)
    if figure is None or figure.state == "missing":
        return bool(above and below != 0 and (reference is None or reference[0]))
    if above is None:
        return bool(figure.above)
    return (
        differ(figure.above, above)
        or (below is not None and differ(figure.below, below))
        or (reference is not None and differ(figure.reference, reference[0]))
    )


def test_every_figure_is_the_same(shown, recount):
    """In total and in every part: numerator, denominator, what it is set against."""
    codes = {place[1] for place in recount.rows}
    differences = defaultdict(list)
    for place in recount.rows.keys() | shown.keys():
        figure = shown.get(place)
        ours = recount.rows.get(place, (None, None))
        known = recount.references
        reference = (known[place],) if place in known else None
        if place[1] in codes and is_other(figure, ours, reference):
            differences[place[1]].append((place, figure, ours, reference))
    assert not differences, "\n".join(
        f"{code}: {len(found)} differ, (place, shown, recounted): {found[:SHOWN]}"
        for code, found in sorted(differences.items())
    )


def test_every_value_follows_from_what_it_counts(shown):
    wrong = [
        (place, figure)
        for place, figure in shown.items()
        if figure.state != "missing"
        and differ(
            float(figure.value),
            indicators.amount(
                figure.unit, figure.above, figure.below, figure.reference
            ),
        )
    ]
    assert not wrong, wrong[:SHOWN]


def test_every_indicator_is_recounted(memory, recount):
    """All that are computed, and each with figures that are not 0 in two periods or
    more, for the sameness of zeros proves nothing."""
    computed = {
        tuple(row)
        for row in memory.execute(
            "SELECT code, coalesce(variant, '') FROM alumni_indicator"
            " WHERE active AND numerator_id IS NOT NULL"
        ).fetchall()
    }
    periods = defaultdict(set)
    for place, (above, _below) in recount.rows.items():
        if above:
            periods[place[1:3]].add(place[0])
    left_out = sorted(code for code in computed if len(periods[code]) < 2)
    assert not left_out, left_out
