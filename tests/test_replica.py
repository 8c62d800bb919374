"""With a replica, whatever only reads is read there: a primary, a streaming standby,
one Odoo over both, and programs that read as the people of the office do."""

import json
import re

import pytest
import requests

from launcher.home import REPOSITORY

RETRY = "retrying with a read/write cursor"
READ = re.compile(r"POST /json/2/(\S+) HTTP.* (r[ow])$", re.MULTILINE)
"""What Odoo's log says of each call: whether it was read-only."""

WRITES = {"res.partner/create"}

SET_UP = f"""
import json, sys
from datetime import timedelta
sys.path.insert(0, {str(REPOSITORY)!r})
from odoo import Command, fields
from lxml import etree
from data.bench.forms import specification
from data.populate import populate

def asked(model, kind):
    views = model.get_views([(False, kind)])
    arch = etree.fromstring(views["views"][kind]["arch"])
    return specification(arch, views["models"][model._name]["fields"], views["models"])

populate(env, 150, years=2)
env["alumni.rebuild"]._run()
periods = env["alumni.period"].search([])
periods._refresh_values()
keys = {{}}
for group in ("analyst", "officer"):
    user = env["res.users"].create({{
        "name": group, "login": group, "password": group,
        "group_ids": [Command.set([
            env.ref("base.group_user").id,
            env.ref(f"alumni_relations.group_{{group}}").id,
        ])],
    }})
    keys[group] = env(user=user)["res.users.apikeys"]._generate(
        "rpc", group, fields.Datetime.now() + timedelta(days=1)
    )
analyst = env(user=env["res.users"].search([("login", "=", "analyst")]))
models = {{}}
for name, model in analyst.items():
    ours = name.startswith("alumni.") and model._module.startswith("alumni_")
    if ours and not model._abstract and not model._transient:
        if model.has_access("read"):
            groups = [
                field for field, what in model.fields_get().items()
                if what.get("groupable") and what["type"] in ("many2one", "selection")
                # Odoo cannot join what a model works out when it is read.
                and not (what.get("relation") and env[what["relation"]]._table_query)
            ]
            models[name] = {{
                "groups": groups[:2],
                "ids": model.search([], limit=1).ids,
                **{{kind: asked(model, kind) for kind in ("list", "form")}},
            }}
env.cr.commit()
print(json.dumps({{
    "keys": keys,
    "models": models,
    "dashboards": env["spreadsheet.dashboard"].search([]).filtered(
        lambda one: (one.get_external_id()[one.id] or "").startswith("alumni_kpi.")
    ).ids,
}}))
"""


class Replicated:
    """The servers, and what was set up on the primary before it was copied."""

    def __init__(self, url, log, primary, standby, database, facts):
        self.url, self.log = url, log
        self.primary, self.standby, self.database = primary, standby, database
        self.facts = facts

    def query(self, server, statement):
        return server.query(statement, database=self.database, admin=True)

    def assert_read_only(self):
        """No call so far, but those that write, needed the primary."""
        log = self.log.read_text()
        assert RETRY not in log
        calls = READ.findall(log)
        assert calls
        assert {call for call, cursor in calls if cursor == "rw"} <= WRITES

    def call(self, user, model, method, **arguments):
        answer = requests.post(
            f"{self.url}/json/2/{model}/{method}",
            json=arguments,
            headers={"Authorization": f"bearer {self.facts['keys'][user]}"},
            timeout=300,
        )
        assert answer.status_code == 200, f"{model}.{method}: {answer.text[:2000]}"
        return answer.json()

    def people(self):
        """What the pivot of people shows in all."""
        [[row], _groups] = self.call(
            "analyst",
            "alumni.person.year",
            "formatted_read_grouping_sets",
            domain=[["period_id.year", "=", 2025]],
            grouping_sets=[[], ["generation_id"]],
            aggregates=["people:sum"],
        )
        return row["people:sum"]


@pytest.fixture(scope="module")
def replicated(laboratory):
    with laboratory.replicated() as (primary, standby, database):
        server = primary.server()

        def configuration(**options):
            return laboratory.odoo.configuration(
                server,
                name="replicated",
                data_dir=laboratory.data,
                db_name=database,
                **options,
            )

        facts = json.loads(
            laboratory.shell(database, SET_UP, configuration()).splitlines()[-1]
        )
        # The copy is taken now: what was set up stands in it.
        with standby.use() as replica:
            over_both = configuration(
                db_replica_host=replica.host, db_replica_port=replica.port
            )
            with laboratory.serve(database, configuration=over_both) as url:
                log = laboratory.logs / f"test-server-{database}.log"
                yield Replicated(url, log, server, replica, database, facts)


def test_pivot_is_read_on_the_replica(replicated):
    """The standby still shows what the primary no longer has."""
    before = replicated.people()
    assert before > 100
    replicated.query(
        replicated.primary,
        "UPDATE alumni_person_year_cube SET people = people + 1000"
        " WHERE id = (SELECT max(cube.id) FROM alumni_person_year_cube cube"
        " JOIN alumni_period period ON period.id = period_id WHERE year = 2025)",
    )
    assert replicated.people() == before
    [[connections]] = replicated.query(
        replicated.standby,
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND application_name LIKE 'odoo%'",
    )
    assert int(connections) >= 1
    replicated.assert_read_only()


def test_every_view_of_ours_is_read_there(replicated):
    """Lists, forms, pivots, graphs and search views of each model that an analyst may
    read: none of them writes, so that none is run a second time."""
    models = replicated.facts["models"]
    assert {"alumni.person.year", "alumni.engagement", "alumni.funnel"} <= set(models)
    for model, known in models.items():

        def call(method, model=model, **arguments):
            return replicated.call("analyst", model, method, **arguments)

        call("get_views", views=[[False, "list"], [False, "form"], [False, "search"]])
        call(
            "web_search_read",
            domain=[],
            specification=known["list"],
            limit=80,
            count_limit=10001,
        )
        if known["ids"]:
            call("web_read", ids=known["ids"], specification=known["form"])
        for groupby in ([], known["groups"][:1]):
            call(
                "formatted_read_group",
                domain=[],
                groupby=groupby,
                aggregates=["__count"],
            )
        call(
            "formatted_read_grouping_sets",
            domain=[],
            grouping_sets=[[], known["groups"][:1], known["groups"]],
            aggregates=["__count"],
        )
    replicated.assert_read_only()


def test_what_opens_from_a_figure(replicated):
    [person_year] = replicated.facts["models"]["alumni.person.year"]["ids"]
    for user, method in (
        ("analyst", "action_open_acts"),
        ("analyst", "action_open_person"),
        ("officer", "action_open_people"),
    ):
        action = replicated.call(user, "alumni.person.year", method, ids=[person_year])
        assert action["type"] == "ir.actions.act_window"
    assert replicated.call("officer", "alumni.my.week", "read_week")["sections"]
    replicated.assert_read_only()


def test_dashboards(replicated):
    """As the web client opens them, logged in with a name and a password."""
    session = requests.Session()
    login = {"db": replicated.database, "login": "analyst", "password": "analyst"}
    session.post(
        f"{replicated.url}/web/session/authenticate",
        json={"params": login},
        timeout=300,
    ).raise_for_status()
    assert replicated.facts["dashboards"]
    for dashboard in replicated.facts["dashboards"]:
        answer = session.get(
            f"{replicated.url}/spreadsheet/dashboard/data/{dashboard}", timeout=300
        )
        # An analyst is shown some of them only.
        assert answer.status_code in (200, 403, 404), answer.text[:2000]
        if answer.status_code == 200:
            assert answer.json()["snapshot"]["pivots"] is not None
    assert RETRY not in replicated.log.read_text()


def test_writes_go_to_the_primary(replicated):
    [person] = replicated.call(
        "officer", "res.partner", "create", vals_list=[{"name": "Ada Martin"}]
    )
    found = f"SELECT name FROM res_partner WHERE id = {person}"
    assert replicated.query(replicated.primary, found) == [["Ada Martin"]]
    assert replicated.query(replicated.standby, found) == []


def test_the_replica_follows(replicated):
    """Without the delay the new figure is read there as soon as it is applied."""
    before = replicated.people()
    standby = replicated.standby
    for statement in (
        "ALTER SYSTEM SET recovery_min_apply_delay = 0",
        "SELECT pg_reload_conf()",
    ):
        standby.query(statement, admin=True)
    replicated.query(
        replicated.primary,
        "SET synchronous_commit = remote_apply;"
        "UPDATE ir_config_parameter SET value = value WHERE key = 'database.uuid'",
    )
    assert replicated.people() == before + 1000
