"""Closing a period while others record acts: real transactions on connections of
their own, and a server that is killed half-way."""

import json

import pytest

BEGIN = """
import json, threading
from psycopg2.errors import SerializationFailure
from odoo import api

def environment(cr):
    # Whoever waits for another transaction fails instead of waiting for ever.
    cr.execute("SET LOCAL lock_timeout = '3s'")
    return api.Environment(cr, api.SUPERUSER_ID, {})

def give(env, person, amount, date="2024-03-01"):
    env["alumni.gift"].create({
        "partner_id": person,
        "gift_type_id": env.ref("alumni_relations.gift_type_money").id,
        "date": date,
        "amount": amount,
    })
    env.cr.flush()

def period(env, year=2024):
    return env["alumni.period"].search([("year", "=", year)])

def stages(task, *names):
    for name in names:
        with env.registry.cursor() as cr:
            own = environment(cr)
            run = own["alumni.closing.run"].new(
                {"period_id": period(own).id, "task": task}
            )
            getattr(run, name)(period(own))

def found():
    with env.registry.cursor() as cr:
        own = environment(cr)
        year = period(own)
        if year.closing_id:
            year.closing_id._verify()
        cr.execute(
            "SELECT COALESCE(sum(amount), 0) FROM alumni_person_year"
            " WHERE period_id = %s", [year.id]
        )
        frozen = float(cr.fetchone()[0])
        cr.execute(
            "SELECT COALESCE(sum(amount), 0) FROM alumni_engagement"
            " WHERE period_id = %s", [year.id]
        )
        return {
            "state": year.state,
            "verified": year.closing_id.verified,
            "frozen": frozen,
            "acts": float(cr.fetchone()[0]),
            "late": year.closing_id.change_ids.mapped("amount"),
        }
"""


@pytest.fixture(scope="module")
def people(laboratory, odoo_database):
    """Ids of six graduates, and the period 2024."""
    return json.loads(
        laboratory.shell(
            odoo_database,
            """
import json
school = env["alumni.school"].create({"name": "Law", "code": "C-LAW"})
degree = env["alumni.degree"].create({"name": "M", "code": "C-M", "level": "master"})
env["alumni.period"]._ensure_for_years(env.company, 2024, 2024)
people = env["res.partner"].create(
    [{"name": f"P {n}", "email": f"p{n}@example.org"} for n in range(6)]
)
env["alumni.education"].create([
    {
        "partner_id": person.id,
        "school_id": school.id,
        "degree_id": degree.id,
        "award_date": "2005-07-01",
    }
    for person in people
])
env.cr.commit()
print(json.dumps(people.ids))
""",
        ).splitlines()[-1]
    )


def play(laboratory, database, people, script):
    """Run a script with ``people`` and what BEGIN defines; return what it prints."""
    printed = laboratory.shell(database, f"{BEGIN}\npeople = {people}\n{script}")
    return json.loads(printed.splitlines()[-1])


@pytest.fixture(autouse=True)
def _open_again(laboratory, odoo_database, people):
    """Every test begins with an open period."""
    yield
    play(
        laboratory,
        odoo_database,
        people,
        """
if period(env).state == "closed":
    period(env)._set_state("open")
    period(env).closing_ids.write({"reopened_date": "2026-01-01"})
    env["alumni.person.year"]._refresh_period(period(env))
    env.cr.commit()
print("[]")
""",
    )


def test_closing_waits_for_who_has_written(laboratory, odoo_database, people):
    """An act that was being written when the period was closed is in it, and in what
    is sealed."""
    after = play(
        laboratory,
        odoo_database,
        people,
        """
closer = threading.Thread(target=stages, args=("close", "_stage_lock"))
with env.registry.cursor() as other:
    period(environment(other)).write({"state": "closing"})
with env.registry.cursor() as cr:
    give(environment(cr), people[0], 10)
    closer.start()
    closer.join(0.5)
    assert closer.is_alive(), "the closing waits"
    cr.commit()
closer.join()
stages("close", "_stage_values", "_stage_seal")
print(json.dumps(found()))
""",
    )
    assert after == {
        "state": "closed",
        "verified": "same",
        "frozen": 10,
        "acts": 10,
        "late": [],
    }


def test_who_comes_later_begins_anew(laboratory, odoo_database, people):
    """Somebody whose transaction began before the closing, but who writes after it,
    is run again by the server and finds the period closed: a change since closing."""
    after = play(
        laboratory,
        odoo_database,
        people,
        """
before = found()
with env.registry.cursor() as other:
    period(environment(other)).write({"state": "closing"})
with env.registry.cursor() as cr:
    late = environment(cr)
    assert period(late).state == "closing", "what it sees until it ends"
    stages("close", "_stage_lock", "_stage_values", "_stage_seal")
    try:
        give(late, people[1], 20)
        failed = False
    except SerializationFailure:
        failed = True
    cr.rollback()
    assert failed
with env.registry.cursor() as cr:
    give(environment(cr), people[1], 20)
print(json.dumps([before, found()]))
""",
    )
    before, closed = after
    assert closed["verified"] == "same"
    assert closed["frozen"] == before["frozen"]
    assert closed["acts"] == before["acts"] + 20
    assert closed["late"] == [20]


def test_figures_that_are_worked_out_disturb_nobody(laboratory, odoo_database, people):
    """Working out the indicators writes on the period too; who changes person-years of
    that period at the same time neither waits nor begins anew."""
    play(
        laboratory,
        odoo_database,
        people,
        """
with env.registry.cursor() as cr, env.registry.cursor() as other:
    late = environment(cr)
    assert period(late).state == "open"
    period(environment(other))._refresh_values(force=True)
    other.flush()
    late["res.partner"].browse(people[2]).country_id = late.ref("base.fr")
    late.cr.flush()
    other.commit()
    late["res.partner"].browse(people[3]).country_id = late.ref("base.fr")
    late.cr.flush()
print("[]")
""",
    )


def test_racing(laboratory, odoo_database, people):
    """Officers as fast as they can while the period is closed: whatever they wrote is
    either in the frozen figures or listed as a change since, and the fingerprint is
    that of what is there."""
    after = play(
        laboratory,
        odoo_database,
        people,
        """
from odoo.service.model import retrying
problems, go_on = [], threading.Event()
start = threading.Barrier(3)
before = found()

def write(person):
    try:
        start.wait()
        for _number in range(15):
            with env.registry.cursor() as cr:
                own = environment(cr)
                retrying(lambda: give(own, person, 1), own)
        go_on.set()
    except Exception as problem:
        problems.append(repr(problem))

officers = [threading.Thread(target=write, args=(p,)) for p in people[4:]]
with env.registry.cursor() as other:
    period(environment(other)).write({"state": "closing"})
for officer in officers:
    officer.start()
start.wait()
stages("close", "_stage_lock", "_stage_values", "_stage_seal")
for officer in officers:
    officer.join()
assert not problems, problems
print(json.dumps([before, found()]))
""",
    )
    before, closed = after
    assert closed["verified"] == "same"
    assert closed["acts"] == before["acts"] + 30
    assert closed["frozen"] + sum(closed["late"]) == closed["acts"]
