"""The generator, the fictional university, the dashboard's files and the benchmark."""

import csv
import datetime
import io
import json
import re
import unicodedata
from collections import Counter

import pytest

from data import generator
from data.dashboards import DASHBOARDS
from launcher.home import REPOSITORY

EXPECTED = json.loads((REPOSITORY / "data/samples/expected.json").read_text())
SAMPLE = REPOSITORY / "data/samples/sis_export.csv"


def generated(people, seed=1, first=0):
    stream = io.BytesIO()
    totals = generator.write_registrar(stream, people, seed, first)
    return stream.getvalue(), totals


def rows_of(content):
    text = content.decode("cp1252")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def bare(name):
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return re.sub("[^a-z0-9]", "", decomposed)


def real_date(text):
    try:
        return datetime.datetime.strptime(text, "%d/%m/%Y").date()
    except ValueError:
        return None


def recount(rows):
    """The totals of a registrar's file, worked out from the file alone by the rules
    of data/samples/README.md."""
    totals = Counter(lines=len(rows))
    people, owners, degrees = {}, {}, {}
    for row in rows:
        if not (row["NOM_USUEL"] or row["PRENOM"]):
            totals["rejected_no_name"] += 1
        elif not (row["COD_ETU"] or row["DATE_NAISSANCE"] or row["EMAIL_PERSO"]):
            totals["rejected_no_student_number"] += 1
        elif row["DATE_OBTENTION"] and not real_date(row["DATE_OBTENTION"]):
            totals["rejected_bad_date"] += 1
        else:
            key = bare(row["NOM_USUEL"]), bare(row["PRENOM"]), row["DATE_NAISSANCE"]
            people.setdefault(key, set()).add(row["COD_ETU"])
            owners.setdefault(row["COD_ETU"], set()).add(key)
            degrees.setdefault(key, {})[row["COD_DIPLOME"]] = row
            email = row["EMAIL_PERSO"]
            if email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[a-z]+", email):
                totals["invalid_email_lines"] += 1
    assert max(map(len, owners.values())) == 1, "one student number, two people"
    totals["people"] = len(people)
    totals["degrees"] = sum(map(len, degrees.values()))
    rejected = sum(totals[name] for name in totals if name.startswith("rejected_"))
    totals["repeated_lines"] = len(rows) - rejected - totals["degrees"]
    # Somebody whose first number begins with 99, too, has the same one twice.
    totals["second_student_number"] = sum(
        "DUFC" in held and held["DUFC"]["COD_ETU"].startswith("99")
        for held in degrees.values()
    )
    decades = Counter()
    for held in degrees.values():
        awards = [real_date(row["DATE_OBTENTION"]) for row in held.values()]
        awards = [day for day in awards if day]
        totals["graduates"] += bool(awards)
        totals["deceased"] += any(row["DECEDE"] == "O" for row in held.values())
        if awards:
            decades[str(min(awards).year // 10 * 10)] += 1
    return {**totals, "graduates_per_first_award_decade": dict(decades)}


def test_recount_agrees_with_the_sample():
    """The rules above are those by which expected.json was made."""
    counted = recount(rows_of(SAMPLE.read_bytes()))
    assert {name: EXPECTED[name] for name in counted} == counted


def test_same_seed_same_file():
    first, totals = generated(700)
    assert generated(700) == (first, totals)
    assert generated(700, seed=2)[0] != first


@pytest.mark.parametrize("people", [3000, 60000])
def test_generated_file_has_the_defects_it_says(people):
    """More people than a block, and more than there are names for in one round."""
    content, totals = generated(people)
    counted = recount(rows_of(content))
    assert counted == {name: totals[name] for name in counted}
    assert totals["people"] == people
    for name in (
        "repeated_lines",
        "second_student_number",
        "invalid_email_lines",
        "rejected_bad_date",
        "rejected_no_student_number",
        "rejected_no_name",
    ):
        assert totals[name] > people / 1000, name


def test_generated_file_has_the_shape_of_the_sample():
    content, _totals = generated(200)
    with open(SAMPLE, "rb") as stream:
        assert content.split(b"\r\n", 1)[0] == stream.readline().rstrip()
    rows = rows_of(content)
    sample = rows_of(SAMPLE.read_bytes())
    for column in ("CIVILITE", "NIVEAU", "COD_COMPOSANTE", "COD_DIPLOME"):
        assert {row[column] for row in rows} <= {row[column] for row in sample}
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")


def test_other_numbers_are_other_people():
    first = {row["COD_ETU"] for row in rows_of(generated(500)[0])} - {""}
    other = {row["COD_ETU"] for row in rows_of(generated(500, first=9000)[0])} - {""}
    assert not first & other


def test_nobody_real_can_be_reached():
    """Only reserved domains (RFC 2606) and numbers kept free for fiction."""
    for row in rows_of(generated(3000)[0]):
        if row["EMAIL_PERSO"]:
            assert re.search(r"\.example(\.(org|net))?$", row["EMAIL_PERSO"]), row
        digits = re.sub(r"^\+33|\(0\)|\D", "", row["TEL"])
        if digits:
            assert digits.zfill(10).startswith(generator.PHONE_RANGES), row["TEL"]
        if row["LINKEDIN"]:
            assert ".example/" in row["LINKEDIN"]


def test_gifts_add_up():
    stream = io.BytesIO()
    totals = generator.write_gifts(stream, 3000, 500, seed=4)
    rows = list(csv.DictReader(io.StringIO(stream.getvalue().decode())))
    assert len(rows) == 3000
    amount = sum(
        round(float(row["amount_eur"]) * 100) for row in rows if row["amount_eur"]
    )
    assert amount == round(totals["amount_eur"] * 100)
    assert sum(float(row["hours"] or 0) for row in rows) == totals["hours"]
    people = {generator.student_number(person) for person in range(500)}
    assert {row["donor_ref"] for row in rows} <= people


def test_dashboard_files_are_those_that_are_written():
    """Whoever changes a file by hand loses it: change data/dashboards."""
    for dashboard in DASHBOARDS:
        for sample in (False, True):
            path = dashboard.path(sample)
            assert path.read_text(encoding="utf-8") == dashboard.text(sample), path.name


@pytest.fixture(scope="module")
def shell(laboratory):
    """Run a script inside Odoo and return what it printed, read as JSON."""

    def run(database, script):
        head = f"import json, sys\nsys.path.insert(0, {str(REPOSITORY)!r})\n"
        return json.loads(laboratory.shell(database, head + script).splitlines()[-1])

    return run


def test_intake_agrees_with_the_generator(laboratory, shell, tmp_path):
    """What the generator meant is what the intake makes of it."""
    database = laboratory.clone(laboratory.complete())
    content, totals = generated(1500, seed=8)
    path = tmp_path / "generated.csv"
    path.write_bytes(content)
    result = shell(
        database,
        f"""
result = env["alumni.import"].run_files(
    "people", [("generated.csv", open({str(path)!r}, "rb").read())])
Partner = env["res.partner"]
print(json.dumps({{
    "lines": result["lines"],
    "people": result["people_created"],
    "degrees": result["degrees_created"],
    "rejected": result["rejected"],
    "graduates": Partner.search_count([("is_alumnus", "=", True)]),
    "deceased": Partner.search_count([("alumni_deceased", "=", True)]),
    "people_per_school": {{
        school.code: count for school, count in Partner._read_group(
            [("alumni_school_id", "!=", False)], ["alumni_school_id"], ["__count"])}},
    "graduates_per_first_award_decade": dict(Partner._read_group(
        [("is_alumnus", "=", True)], ["alumni_first_award_decade"], ["__count"])),
}}))
""",
    )
    assert result == {name: totals[name] for name in result}


FIGURES = """
env.cr.execute('''
    SELECT p.year, sum(y.people), sum(y.contactable), sum(y.engaged),
           sum(y.philanthropic), sum(y.volunteer), sum(y.experiential),
           sum(y.communication), sum(y.hours)::text, sum(y.amount)::text
    FROM alumni_person_year y JOIN alumni_period p ON p.id = y.period_id
    GROUP BY p.year ORDER BY p.year''')
periods = env.cr.fetchall()
counts = {model: env[model].search_count([]) for model in (
    "res.partner", "alumni.education", "alumni.gift", "alumni.participation",
    "alumni.programme", "alumni.generation", "alumni.consent", "alumni.engagement",
    "event.event", "event.registration", "mailing.mailing", "mailing.trace",
    "survey.user_input", "survey.user_input.line", "res.users")}
Partner = env["res.partner"]
print(json.dumps({
    "periods": periods,
    "counts": counts,
    "alumni": Partner.search_count([("is_alumnus", "=", True)]),
    "ambassadors": Partner.search_count([("is_ambassador", "=", True)]),
    "lost": Partner.search_count([("alumni_lost", "=", True)]),
    "interested": Partner.search_count([("alumni_interest_ids", "!=", False)]),
    "company": env.company.name,
}))
"""
LOAD = "from data import university\nuniversity.load(env, people={people})\n"


@pytest.fixture(scope="module")
def university(laboratory, shell):
    """The fictional university in its usual size: its database and figures."""
    database = laboratory.clone(laboratory.complete())
    return database, shell(database, LOAD.format(people=4000) + FIGURES)


def test_university_is_that_of_the_sample_files(university):
    _database, figures = university
    assert figures["alumni"] == EXPECTED["graduates"]
    assert figures["counts"]["alumni.education"] == EXPECTED["degrees"]
    sample_gifts = sum(
        count for name, count in EXPECTED["gifts"].items() if name.startswith("count_")
    )
    assert figures["counts"]["alumni.gift"] > sample_gifts
    assert figures["counts"]["event.event"] > EXPECTED["events"]["events"]


def test_university_is_alive_in_every_period(university):
    """Something to see in each of the four modes, 2022 to 2026, and checks 1 and 2
    of the rules of figures hold."""
    _database, figures = university
    periods = {year: row for year, *row in figures["periods"]}
    for year in range(2022, 2027):
        people, contactable, engaged, *modes, hours, amount = periods[year]
        assert all(modes) and float(hours) and float(amount), year
        assert engaged <= contactable <= people
        assert max(modes) <= engaged <= sum(modes)
    assert figures["lost"] and figures["interested"]
    acted = max(row[2] for row in periods.values())
    assert 0.05 < figures["ambassadors"] / acted < 0.4


ROLES = """
from launcher.inside import set_password_of_roles
set_password_of_roles(env, "open sesame")
found = {}
for login in ("manager", "officer", "analyst"):
    credential = {"login": login, "password": "open sesame", "type": "password"}
    uid = env["res.users"].authenticate(credential, {"interactive": False})["uid"]
    user = env["res.users"].browse(uid)
    assert user.has_group(f"alumni_relations.group_{login}")
    found[login] = env[user.action_id.type].browse(user.action_id.id).xml_id
print(json.dumps(found))
"""


def test_university_has_a_user_of_each_role(university, shell):
    """Each begins where the role works, with the password that ``run`` prints."""
    database, _figures = university
    assert shell(database, ROLES) == {
        "manager": "alumni_kpi.alumni_my_week_action",
        "officer": "alumni_kpi.alumni_my_week_action",
        "analyst": "alumni_kpi.alumni_dashboard_action",
    }


def test_university_loads_once(university, shell):
    database, figures = university
    assert shell(database, LOAD.format(people=4000) + FIGURES) == figures


def test_university_is_french_where_french_is_installed(laboratory, shell):
    """Names, languages, dates and people in charge are those of a French house."""
    database = laboratory.clone(laboratory.complete())
    shell(
        database,
        'env["res.lang"]._activate_lang("fr_FR")\n'
        + LOAD.format(people=400)
        + 'print("0")',
    )

    def one(query):
        [[answer]] = laboratory.rows(database, f"SELECT {query}")
        return answer

    assert one("alumni_tz FROM res_company") == "Europe/Paris"
    for strange in (
        "res_partner WHERE alumni_source = 'registrar' AND lang != 'fr_FR'",
        "event_event WHERE name ->> 'fr_FR' ~ '^(Career|Research|Mentoring Day)'",
        "event_registration registration JOIN event_event event ON event.id = event_id "
        "WHERE registration.create_date >= date_begin + INTERVAL '1 hour'",
        "mailing_mailing WHERE alumni_purpose_id IS NULL",
    ):
        assert one(f"count(*) FROM {strange}") == "0", strange
    for table in ("event_event", "mailing_mailing"):
        logins = f"DISTINCT login FROM {table} JOIN res_users u ON u.id = user_id"
        assert one(logins) == "officer"


def test_university_goes_on_where_it_stopped(laboratory, shell):
    """A load that is interrupted and run again ends as one that was not, and so does
    one in another database: the seed decides."""
    whole = laboratory.clone(laboratory.complete())
    figures = shell(whole, LOAD.format(people=400) + FIGURES)
    broken = laboratory.clone(laboratory.complete())
    result = shell(
        broken,
        """
from data import university
def stop(self):
    raise KeyboardInterrupt
load = university.University._load_newsletters
university.University._load_newsletters = stop
try:
    university.load(env, people=400)
except KeyboardInterrupt:
    env.cr.rollback()
    env.invalidate_all()
print(env["event.event"].search_count([]))
""",
    )
    assert result > 0
    assert shell(broken, LOAD.format(people=400) + FIGURES) == figures


def test_bench_measures_everything(run_alumni, tmp_path):
    """The shape of the results; how fast a machine is says nothing about the code."""
    results, page = tmp_path / "results.json", tmp_path / "performance.md"
    done = run_alumni("bench", "--scale", 200, "--json", results, "--report", page)
    assert done.returncode == 0, done.stderr
    measured = json.loads(results.read_text())
    assert [result["id"] for result in measured] == [
        "P1",
        "P1b",
        "P2",
        "P2b",
        "P3",
        "P4",
        "P4b",
        "P5",
        "P6",
        "P8",
        "P10",
        "P11",
        "P12",
    ]
    for result in measured:
        assert result["ours_s"] > 0 and result["other_s"] > 0 and result["peak_mb"] > 0
        assert result["ratio"] == pytest.approx(
            result["ours_s"] / result["other_s"], rel=0.05
        )
        assert isinstance(result["met"], bool) and result["goal"] and result["size"]
        assert result["id"] in done.stdout and result["id"] in page.read_text()


def test_bench_runs_a_part(run_alumni):
    done = run_alumni("bench", "--only", "P99")
    assert done.returncode == 2
    assert "P1, P1b" in done.stderr
