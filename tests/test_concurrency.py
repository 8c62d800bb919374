"""Officers who work at the same time: real transactions on connections of their own."""

import json

import pytest

BEGIN = """
import json, threading
from odoo import api
from odoo.addons.alumni_kpi.models.engagement.alumni_person_year import CELL, MEASURES

def environment(cr):
    # Whoever waits for another transaction fails instead: here the other one may
    # only end afterwards, so that the wait would have no end.
    cr.execute("SET LOCAL lock_timeout = '2s'")
    return api.Environment(cr, api.SUPERUSER_ID, {})

def give(env, person, amount):
    env["alumni.gift"].create({
        "partner_id": person,
        "gift_type_id": env.ref("alumni_relations.gift_type_money").id,
        "date": "2024-03-01",
        "amount": amount,
    })
    env.cr.flush()

def compact():
    with env.registry.cursor() as cr:
        cube = environment(cr)["alumni.person.year.cube"]
        for period in cube.env["alumni.period"].search([]):
            cube._compact(period)

def figures():
    with env.registry.cursor() as cr:
        cell, sums = ", ".join(CELL), ", ".join(f"sum({m})" for m in MEASURES)
        found = {}
        for table in ("alumni_person_year", "alumni_person_year_cube"):
            cr.execute(
                f"SELECT {cell}, {sums} FROM {table} GROUP BY {cell}"
                f" HAVING sum(people) <> 0 ORDER BY {cell}"
            )
            found[table] = [[str(value) for value in row] for row in cr.fetchall()]
        cr.execute(
            "SELECT sum(engaged), sum(acts), sum(amount) FROM alumni_person_year_cube"
            " JOIN alumni_period period ON period.id = period_id WHERE year = 2024"
        )
        found["year"] = [float(value) for value in cr.fetchone()]
        cr.execute("SELECT count(*) FROM alumni_person_year_cube")
        [found["rows"]] = cr.fetchone()
    return found
"""


@pytest.fixture(scope="module")
def people(laboratory, odoo_database):
    """Ids of twenty graduates of one generation, each recorded by itself, so that
    the cube has several rows for their cell."""
    return json.loads(
        laboratory.shell(
            odoo_database,
            """
import json
company = env.company
env["alumni.generation"].create({"name": "G", "year_from": 2000, "year_to": 2009})
school = env["alumni.school"].create({"name": "Law", "code": "C-LAW"})
degree = env["alumni.degree"].create({"name": "M", "code": "C-M", "level": "master"})
env["alumni.period"]._ensure_for_years(company, 2024, 2024)
env.cr.commit()
people = []
for number in range(20):
    person = env["res.partner"].create(
        {"name": f"P {number}", "email": f"p{number}@example.org"}
    )
    env["alumni.education"].create({
        "partner_id": person.id,
        "school_id": school.id,
        "degree_id": degree.id,
        "award_date": "2005-07-01",
    })
    env.cr.commit()
    people.append(person.id)
print(json.dumps(people))
""",
        ).splitlines()[-1]
    )


def play(laboratory, database, people, script):
    """Run a script with ``people`` and what BEGIN defines; return what it prints."""
    printed = laboratory.shell(database, f"{BEGIN}\npeople = {people}\n{script}")
    return json.loads(printed.splitlines()[-1])


def test_two_officers_write_for_the_same_cell(laboratory, odoo_database, people):
    """Neither waits for the other nor fails, and the cube adds the person-years up,
    although it is compacted before, between and after the two commits."""
    found = play(
        laboratory,
        odoo_database,
        people,
        """
before = figures()
with env.registry.cursor() as one, env.registry.cursor() as two:
    give(environment(one), people[0], 10)
    give(environment(two), people[1], 20)
    compact()
    two.commit()
    compact()
    between = figures()
    one.commit()
after = figures()
compact()
print(json.dumps([before, between, after, figures()]))
""",
    )
    before, between, after, compacted = found
    for stage in found:
        assert stage["alumni_person_year_cube"] == stage["alumni_person_year"]
    assert before["rows"] > len(before["alumni_person_year"])
    assert before["year"] == [0, 0, 0]
    assert between["year"] == [1, 1, 20]
    assert after["year"] == compacted["year"] == [2, 2, 30]
    assert compacted["rows"] == len(compacted["alumni_person_year"])


def test_officers_and_compaction_race(laboratory, odoo_database, people):
    """Two officers and the scheduled action, as fast as they can: every gift is
    counted once."""
    first, last = play(
        laboratory,
        odoo_database,
        people,
        """
before = figures()
problems, done = [], threading.Event()
start = threading.Barrier(3)

def write(mine, amount):
    try:
        start.wait()
        for person in mine:
            with env.registry.cursor() as cr:
                give(environment(cr), person, amount)
    except Exception as problem:
        problems.append(repr(problem))

def keep_compacting():
    try:
        start.wait()
        while not done.is_set():
            compact()
    except Exception as problem:
        problems.append(repr(problem))

officers = [
    threading.Thread(target=write, args=(people[2:11], 1)),
    threading.Thread(target=write, args=(people[11:20], 100)),
]
scheduled = threading.Thread(target=keep_compacting)
for thread in (*officers, scheduled):
    thread.start()
for officer in officers:
    officer.join()
done.set()
scheduled.join()
assert not problems, problems
print(json.dumps([before, figures()]))
""",
    )
    assert last["alumni_person_year_cube"] == last["alumni_person_year"]
    growth = [b - a for a, b in zip(first["year"], last["year"], strict=True)]
    assert growth == [18, 18, 9 * 1 + 9 * 100]


def test_records_saved_while_figures_are_worked_out(laboratory, odoo_database, people):
    """What is saved does not fail because somebody has just worked the figures out,
    and these are worked out again."""
    marks = play(
        laboratory,
        odoo_database,
        people,
        """
def set_mark(mark):
    with env.registry.cursor() as cr:
        cr.execute("UPDATE alumni_period SET values_mark = %s", [mark])

def read_marks():
    with env.registry.cursor() as cr:
        cr.execute("SELECT DISTINCT values_mark FROM alumni_period")
        return [mark for [mark] in cr.fetchall()]

set_mark(7)
before = read_marks()
with env.registry.cursor() as one:
    officer = environment(one)
    officer["res.users"].search_count([])
    set_mark(8)
    give(officer, people[2], 10)
    one.commit()
print(json.dumps([before, read_marks()]))
""",
    )
    assert marks == [[7], [0]]
