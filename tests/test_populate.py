"""The university that is written by SQL is one that the models could have written."""

import json

import pytest

POPULATE = """
import json, sys
sys.path.insert(0, {repository!r})
from data.populate import duplicates, merge, populate
env.company.write({{"alumni_tz": "Europe/Paris"}})
"""

# A record again, by its model: what the model works out by itself is not given.
COMPARE = """
from odoo import models
from odoo.tools import SQL

EACH = 40
OWN = {"id", "create_date", "write_date"}
WHEN_CHECKED = {"hours_checked_date"}
# Computed, and said by whoever checks hours.
CHECKED = ("validated", "refused")

def row(record):
    [(values,)] = env.execute_query(SQL(
        "SELECT to_jsonb(t) FROM %s t WHERE id = %s",
        SQL.identifier(record._table), record.id,
    ))
    return values

def given(record):
    written, values = row(record), {}
    for name, field in record._fields.items():
        if name in models.MAGIC_COLUMNS or written.get(name) is None:
            continue
        if not field.compute or not field.readonly or record[name] in CHECKED:
            values[name] = field.convert_to_write(record[name], record)
    return values

def again(record):
    values = given(record)
    if record._name != "res.partner":
        # What is unique can be there only once.
        env.flush_all()
        env.cr.execute(SQL(
            "DELETE FROM %s WHERE id = %s", SQL.identifier(record._table), record.id
        ))
        env.invalidate_all()
        return record.create(values)
    links = {
        name: [(0, 0, {k: v for k, v in given(line).items() if k != "partner_id"})
               for line in record[name]]
        for name in ("alumni_education_ids", "alumni_consent_ids")
    }
    for name in links:
        env.cr.execute(SQL(
            "DELETE FROM %s WHERE partner_id = %s",
            SQL.identifier(record[name]._table), record.id,
        ))
    return record.create({
        **values,
        **links,
        "alumni_audience_ids": [(6, 0, record.alumni_audience_ids.ids)],
    })

def differences(model):
    records = env[model].with_context(active_test=False)
    found = records.search([("create_uid", "=", env.uid)], order="id")
    if model == "res.partner":
        found = found.filtered("alumni_family_name")
    different, compared = {}, 0
    for record in found[:: max(1, len(found) // EACH)]:
        before = row(record)
        with env.cr.savepoint() as savepoint:
            other = again(record)
            env.flush_all()
            after = row(other)
            if model == "res.partner":
                assert before.pop("commercial_partner_id") == record.id
                assert after.pop("commercial_partner_id") == other.id
            savepoint.rollback()
        compared += 1
        for name in before.keys() - OWN - WHEN_CHECKED:
            if before[name] != after[name]:
                different.setdefault(name, []).append([before[name], after[name]])
    return {"compared": compared, "different": different}
"""

MODELS = (
    "res.partner",
    "alumni.student.number",
    "alumni.education",
    "alumni.consent",
    "alumni.gift",
    "alumni.participation",
    "alumni.invitation",
    "alumni.invitation.answer",
    "event.registration",
    "survey.user_input",
    "survey.user_input.line",
    "mailing.trace",
)

# What two universities have in common whatever the ids are: all columns but links.
DIGEST = """
from odoo.tools import SQL

def digest():
    texts = []
    for model in MODELS:
        fields = env[model]._fields.values()
        names = sorted(
            f.name for f in fields
            if f.store and f.column_type and f.name not in ("id", "access_token",
                "barcode", "student_number", "name", "write_date", "create_date")
            and f.type not in ("many2one", "many2one_reference")
        )
        texts += env.execute_query(SQL(
            "SELECT md5(string_agg(line, ';' ORDER BY line))"
            " FROM (SELECT ROW(%s)::text AS line FROM %s WHERE create_uid = %s) AS t",
            SQL(", ").join(map(SQL.identifier, names)),
            SQL.identifier(env[model]._table),
            env.uid,
        ))
    return [text for (text,) in texts]
"""


@pytest.fixture(scope="module")
def shell(laboratory):
    from launcher.home import REPOSITORY

    database = laboratory.clone(laboratory.complete())
    head = POPULATE.format(repository=str(REPOSITORY))

    def run(script):
        script = f"{head}\nMODELS = {MODELS!r}\n{script}"
        return json.loads(laboratory.shell(database, script).splitlines()[-1])

    return run


@pytest.fixture(scope="module")
def compared(shell):
    return shell(
        f"{COMPARE}\npopulate(env, 400)\n"
        "print(json.dumps({model: differences(model) for model in MODELS}))"
    )


@pytest.mark.parametrize("model", MODELS)
def test_as_the_model_writes_it(compared, model):
    """Column by column, whatever addons are installed."""
    assert compared[model]["compared"] >= 40
    assert compared[model]["different"] == {}


def test_same_seed_same_university(shell):
    script = (
        f"{DIGEST}\npopulate(env, 200, years=3, seed={{}})\nprint(json.dumps(digest()))"
    )
    first = shell(script.format(5))
    assert shell(script.format(5)) == first
    assert shell(script.format(6)) != first


def test_indexes_and_keys_come_back(shell):
    """A large university is written without them."""
    definitions = """
from odoo.tools import SQL
def definitions():
    return env.execute_query(SQL(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL"
        " SELECT conrelid::regclass || ' ' || conname || pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE contype = 'f' ORDER BY 1"
    ))
"""
    result = shell(
        f"{definitions}\nbefore = definitions()\n"
        "import data.populate\ndata.populate.BARE_FROM = 100\n"
        "populate(env, 100, years=2)\nafter = definitions()\n"
        "print(json.dumps([len(before), before == after]))"
    )
    assert result[0] > 1000
    assert result[1]


def test_what_is_in_it(shell):
    """Each case that figures must get right occurs, and the figures can be made."""
    result = shell(
        """
from odoo.tools import SQL
written = populate(env, 1000)
def count(query):
    return env.execute_query(SQL(query))[0][0]
found = {
    "duplicates": len(duplicates(env)),
    "dead": count("SELECT count(*) FROM res_partner WHERE alumni_deceased"),
    "late gifts": count("SELECT count(*) FROM alumni_gift"
                        " WHERE create_date > date + 299"),
    "late attendances": count("SELECT count(*) FROM event_registration seat"
                              " JOIN event_event event ON event.id = event_id"
                              " WHERE date_closed > date_end + INTERVAL '39 days'"),
    "expired": count("SELECT count(*) FROM alumni_consent WHERE expiry_date < now()"),
    "refused hours": count("SELECT count(*) FROM alumni_participation"
                           " WHERE hours_state = 'refused'"),
    "students": count("SELECT count(*) FROM res_partner WHERE NOT is_alumnus"
                      " AND alumni_family_name IS NOT NULL"),
    "bounces": count("SELECT count(*) FROM mailing_trace"
                     " WHERE trace_status = 'bounce'"),
    "changed minds": count("SELECT count(*) FROM (SELECT FROM alumni_invitation_answer"
                           " GROUP BY invitation_id HAVING count(*) > 1) AS twice"),
}
pairs = duplicates(env)
merge(env, pairs[:3])
env.cr.flush()
found["left"] = found["duplicates"] - len(duplicates(env))
env["alumni.rebuild"]._run()
found["acts"] = count("SELECT count(*) FROM alumni_engagement")
found["periods"] = count("SELECT count(DISTINCT period_id) FROM alumni_engagement")
print(json.dumps(found))
"""
    )
    assert result.pop("left") == 3
    assert result.pop("periods") == 10
    assert 18_000 < result.pop("acts") < 22_000
    assert min(result.values()) >= 5, result


def test_too_small(shell):
    said = shell(
        "try:\n    populate(env, 10)\n"
        "except ValueError as error:\n    print(json.dumps(str(error)))"
    )
    assert "100" in said
