"""The sample files of events, loaded by the command line, give on every screen the
totals that were worked out independently from the files."""

import json
import shutil

import pytest

from launcher.home import REPOSITORY

SAMPLES = REPOSITORY / "data" / "samples"
FILES = (
    ("people", "sis_export.csv"),
    ("events", "events.csv"),
    ("invitations", "invitations.csv"),
    ("costs", "costs.csv"),
)

READ = """
import json
def totals(model, domain, *aggregates):
    [row] = env[model].formatted_read_group(domain, [], aggregates)
    return [row[aggregate] for aggregate in aggregates]

events = env["event.event"].search([("code", "=like", "E0%")])
mine = [("event_id", "in", events.ids)]
shown = {"events": len(events)}
(shown["invited"], shown["answered"], shown["accepted"], shown["attended"],
 shown["response_rate"], shown["positive_response_rate"]) = totals(
    "alumni.funnel", mine, "invited:sum", "answered:sum", "accepted:sum",
    "attended:sum", "response_rate:avg", "positive_response_rate:avg")
[shown["unique_attendees"]] = totals(
    "alumni.funnel", [*mine, ("attended", "=", 1)], "partner_id:count_distinct")
satisfied = [*mine, ("measure", "=", "satisfaction"), ("kind", "=", "quantitative")]
shown["rated"], shown["satisfaction_mean"] = totals(
    "alumni.answer.report", satisfied, "rated:sum", "rating:avg")
shown["rating_sum"] = shown["rated"] * shown["satisfaction_mean"]
recommended, shown["nps"] = totals(
    "alumni.answer.report", [*mine, ("recommend_what", "=", "event")],
    "recommended:sum", "nps:avg")
shown["promoters_less_detractors"] = recommended * shown["nps"] / 100
(shown["cost_eur_university"], shown["cost_eur_other"], shown["cost_eur_paid"],
 shown["cost_eur_volunteer"], shown["targets_met"]) = totals(
    "alumni.action.report", mine, "expense_university:sum", "expense_other:sum",
    "labour_paid:sum", "labour_volunteer:sum", "target_met:sum")
print(json.dumps(shown))
"""


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """A copy of the files: rejected lines are written beside them."""
    folder = tmp_path_factory.mktemp("samples")
    shutil.copytree(SAMPLES, folder, dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def loaded(laboratory, run_alumni, samples):
    """A database into which the command has loaded the files."""
    database = laboratory.clone(laboratory.complete())
    # Their amounts are in euros.
    laboratory.shell(
        database,
        """
euro = env.ref("base.EUR")
euro.active = True
env.company.currency_id = euro
env.cr.commit()
""",
    )
    for kind, name in FILES:
        result = run_alumni(
            *("import", "--database", database, "--kind", kind), samples / name
        )
        # Of the registrar's file some lines are wrong, of the others none.
        assert result.returncode == (1 if kind == "people" else 0), result.stderr
    return database


def test_every_total_of_the_events(laboratory, loaded):
    shown = json.loads(laboratory.shell(loaded, READ).splitlines()[-1])
    expected = json.loads((SAMPLES / "expected.json").read_text())["events"]
    expected["promoters_less_detractors"] = expected.pop("promoters") - expected.pop(
        "detractors"
    )
    digits = {"response_rate": 4, "positive_response_rate": 4, "nps": 1}
    assert {
        name: round(value, digits.get(name, 3 if name == "satisfaction_mean" else 2))
        for name, value in shown.items()
    } == expected


def test_loading_again_has_no_effect(run_alumni, loaded, samples):
    for kind, name in FILES[1:]:
        again = run_alumni(
            *("import", "--database", loaded, "--kind", kind), samples / name
        )
        assert json.loads(again.stdout)["records_created"] == 0, kind
