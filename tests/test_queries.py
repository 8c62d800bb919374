"""How many queries a list, a form and a pivot of figures cost must not depend on how
many records there are."""

import json

import pytest

from launcher.home import REPOSITORY

COUNT = f"""
import json, sys
sys.path.insert(0, {str(REPOSITORY)!r})
from lxml import etree
from odoo.tools import SQL
from data.bench.forms import specification
from data.populate import populate

populate(env, 400, years=2)
env["alumni.rebuild"]._run()
env["alumni.period"].search([])._refresh_values()
env.cr.flush()

def queries(work):
    # Once before, so that rights, views and settings are known.
    for _time in range(2):
        env.invalidate_all()
        before = env.cr.sql_log_count
        work()
    return env.cr.sql_log_count - before

def asked(model, kind):
    views = model.get_views([(False, kind)])
    arch = etree.fromstring(views["views"][kind]["arch"])
    fields = views["models"][model._name]["fields"]
    return specification(arch, fields, views["models"])

def measure(model, number):
    ids = model.search([], limit=number).ids
    domain = [("id", "in", ids)]
    shown, form = asked(model, "list"), asked(model, "form")
    groups = [
        name for name, what in model.fields_get().items()
        if what.get("groupable") and what["type"] in ("many2one", "selection")
    ][:2]
    sets = [groups[:n] for n in range(len(groups) + 1)]
    return {{
        "list": queries(lambda: model.web_search_read(
            domain, shown, limit=number + 1, count_limit=10001)),
        "form": queries(lambda: model.browse(ids[:1]).web_read(form)),
        "pivot": queries(lambda: model.formatted_read_grouping_sets(
            domain, sets, ["__count"])),
    }}

def few_and_many(model):
    count = model.search_count([])
    many = measure(model, 1000)
    if count < 1000:
        return count, measure(model, 10), many
    with env.cr.savepoint() as savepoint:
        if env.execute_query(SQL(
            "SELECT FROM pg_class WHERE relname = %s AND relkind = 'r'", model._table
        )):
            # As if there never had been more.
            kept = model.search([], limit=10).ids
            env.cr.execute(SQL(
                "DELETE FROM %s WHERE NOT id = ANY(%s)",
                SQL.identifier(model._table), kept,
            ))
        few = measure(model, 10)
        savepoint.rollback()
    return count, few, many

found = {{}}
for name in sorted(env.registry):
    model = env[name]
    if model._module == "alumni_kpi" and name.startswith("alumni."):
        if not model._abstract and not model._transient and model.search_count([]):
            found[name] = few_and_many(model)
print(json.dumps(found))
"""

LARGE = {
    "alumni.engagement",
    "alumni.funnel",
    "alumni.indicator.value",
    "alumni.person.year",
}
"""Models of which a university of this size has a thousand records."""

NAMES = 3
"""Queries for names that none of the first ten has to show, but one of the others:
a programme, an event, a currency."""


@pytest.fixture(scope="module")
def counted(laboratory):
    database = laboratory.clone(laboratory.complete())
    return json.loads(laboratory.shell(database, COUNT).splitlines()[-1])


def test_as_many_for_ten_as_for_a_thousand(counted):
    different = {
        (model, view): (few[view], many[view])
        for model, (_count, few, many) in counted.items()
        for view in many
        if abs(few[view] - many[view]) > NAMES
    }
    assert different == {}


def test_thousands_were_counted(counted):
    assert {model for model in LARGE if counted[model][0] >= 1000} == LARGE


def test_few_queries(counted):
    """A list with its names, a form, a pivot: none asks once for each column."""
    for model, (_count, _few, many) in counted.items():
        assert many["pivot"] <= 12, (model, many)
        assert many["list"] <= 25, (model, many)
        assert many["form"] <= 40, (model, many)
