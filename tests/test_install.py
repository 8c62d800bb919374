"""The addons come in, stay through updates and leave nothing behind."""

import re

import pytest

from launcher.home import ADDONS, BRIDGES

# What an addon can leave in a database, read from the catalogue and Odoo's own tables.
TRACES = {
    "tables and views": """
        SELECT relkind::text || ' ' || relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'S')
    """,
    "columns": """
        SELECT table_name || '.' || column_name || ' ' || udt_name
        FROM information_schema.columns
        WHERE table_schema = 'public'
    """,
    "indexes": "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": """
        SELECT conrelid::regclass::text || ' ' || conname FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
    """,
    "functions": """
        SELECT p.proname FROM pg_proc p
        WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS (
            SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    """,
    "triggers": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    "models": "SELECT model FROM ir_model",
    "fields": "SELECT model || '.' || name FROM ir_model_fields",
    "groups": "SELECT name->>'en_US' FROM res_groups",
    "menus": "SELECT name->>'en_US' FROM ir_ui_menu",
    "scheduled actions": "SELECT cron_name FROM ir_cron",
    # An addon that lies beside ours is listed by Odoo, which is no trace of it.
    # Odoo itself forgets the ids that the modules of its mixins (mail, portal) gave to
    # what our models inherited from them; they point nowhere and hold nothing.
    "external ids": """
        SELECT module || '.' || name FROM ir_model_data
        WHERE module LIKE 'alumni%' OR (
            name LIKE '%alumni%'
            AND model NOT IN ('ir.model.fields.selection', 'ir.model.inherit',
                'ir.module.module'))
    """,
    "parameters": "SELECT key FROM ir_config_parameter WHERE key LIKE '%alumni%'",
    "attachments of ours": """
        SELECT res_model || ' ' || name FROM ir_attachment
        WHERE res_model LIKE 'alumni%'
    """,
}


def traces(laboratory, database):
    return {
        kind: {row[0] for row in laboratory.rows(database, query)}
        for kind, query in TRACES.items()
    }


def uninstall(laboratory, database):
    laboratory.shell(
        database,
        "env['ir.module.module'].search([('name', 'in', "
        f"{list(ADDONS)!r})]).button_immediate_uninstall()\n",
    )


@pytest.fixture(scope="module")
def bare(laboratory):
    """Return an empty database in which only the declared dependencies come along."""
    database = laboratory.clone_empty()
    log = laboratory.install(database, ADDONS)
    return database, log


def test_install_on_an_empty_database(laboratory, bare):
    database, log = bare
    for addon in ADDONS:
        assert laboratory.module_state(database, addon) == "installed"
    assert not re.findall(r".* (?:ERROR|CRITICAL) .*", log)


def test_relations_install_without_kpi(laboratory):
    database = laboratory.clone(laboratory.stock())
    laboratory.install(database, ["alumni_relations"])
    assert laboratory.module_state(database, "alumni_relations") == "installed"
    assert laboratory.module_state(database, "alumni_kpi") != "installed"


def test_update(laboratory, bare):
    database, _log = bare
    before = traces(laboratory, database)
    log = laboratory.run(
        *("-d", database, "-u", ",".join(ADDONS), "--stop-after-init", "--no-http")
    )
    assert not re.findall(r".* (?:ERROR|CRITICAL) .*", log)
    assert traces(laboratory, database) == before


def test_migration_from_the_first_version(laboratory):
    """Figures stay what they were: hours that counted count, rebuilds run."""
    database = laboratory.clone(laboratory.complete())
    laboratory.shell(
        database,
        """
programme = env["alumni.programme"].create({"name": "Mentoring"})
person = env["res.partner"].create({"name": "Ada Lovelace"})
values = {"partner_id": person.id, "programme_id": programme.id, "hours": 5}
env["alumni.participation"].create(
    [{**values, "role": "mentor", "state": "done"}, {**values, "role": "mentor"}]
)
env.cr.commit()
""",
    )
    for statement in (
        "UPDATE ir_module_module SET latest_version = '19.0.1.0.0' "
        "WHERE name IN ('alumni_relations', 'alumni_kpi')",
        "UPDATE ir_act_server SET code = 'model._cron_rebuild()' "
        "WHERE code = 'model._cron_run()' AND model_id = "
        "(SELECT id FROM ir_model WHERE model = 'alumni.rebuild')",
    ):
        laboratory.rows(database, statement)
    laboratory.run(
        *("-d", database, "-u", ",".join(ADDONS), "--stop-after-init", "--no-http")
    )
    states = "SELECT state, hours_state FROM alumni_participation ORDER BY state"
    assert laboratory.rows(database, states) == [
        ["done", "validated"],
        ["planned", "reported"],
    ]
    old = "SELECT count(*) FROM ir_act_server WHERE code LIKE '%_cron_rebuild%'"
    assert laboratory.rows(database, old) == [["0"]]


def test_uninstall_leaves_nothing_and_installs_again(laboratory):
    database = laboratory.clone(laboratory.stock())
    # alumni_kpi brings its own dependencies; they were there before.
    before = traces(laboratory, database)
    laboratory.install(database, ADDONS)
    installed = traces(laboratory, database)
    assert installed["tables and views"] > before["tables and views"]
    uninstall(laboratory, database)
    after = traces(laboratory, database)
    left = {kind: after[kind] - before[kind] for kind in TRACES}
    assert not {kind: sorted(names) for kind, names in left.items() if names}
    lost = {kind: before[kind] - after[kind] for kind in TRACES}
    assert not {kind: sorted(names) for kind, names in lost.items() if names}
    laboratory.install(database, ADDONS)
    assert traces(laboratory, database) == installed


def test_bridge_comes_with_time_sheets(laboratory):
    database = laboratory.clone(laboratory.stock())
    laboratory.install(database, ["alumni_relations"])
    (bridge,) = BRIDGES
    assert laboratory.module_state(database, bridge) == "uninstalled"
    log = laboratory.install(database, ["hr_timesheet"])
    assert laboratory.module_state(database, bridge) == "installed"
    assert not re.findall(r".* (?:WARNING|ERROR|CRITICAL) .*alumni.*", log)
