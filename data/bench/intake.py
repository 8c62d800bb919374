"""P1 and P1b: taking a registrar's file."""

import csv
import os
import statistics
from pathlib import Path

from .. import generator
from . import OTHERS


def take_registrar(env, path):
    """Load a registrar's file as the background job does, preview included."""
    content = Path(path).read_bytes()
    result = env["alumni.import"].run_files("people", [(path, content)])
    return {
        name: result[name]
        for name in ("lines", "people_created", "degrees_created", "rejected")
    }


GENDERS = {"Mme": "female", "M.": "male"}
LEVELS = {"L": "bachelor", "M": "master", "D": "doctorate", "DU": "certificate"}
STATES = {"DIPLOME": "awarded", "REINSCRIT": "returning", "PRIMO": "entering"}
COUNTRY_CODES = {
    "France": "FR",
    "Maroc": "MA",
    "Belgique": "BE",
    "Royaume-Uni": "GB",
    "Chine": "CN",
    "États-Unis": "US",
    "Allemagne": "DE",
    "Sénégal": "SN",
}
LOAD_FIELDS = (
    "name",
    "alumni_first_name",
    "alumni_family_name",
    "alumni_birth_name",
    "alumni_birth_date",
    "alumni_gender",
    "email",
    "phone",
    "street",
    "zip",
    "city",
    "country_id/.id",
    "alumni_linkedin_url",
    "alumni_deceased",
    "alumni_source",
    "alumni_student_number_ids/name",
    "alumni_consent_ids/channel",
    "alumni_consent_ids/state",
    "alumni_consent_ids/date",
    "alumni_consent_ids/source",
    "alumni_education_ids/degree_id/.id",
    "alumni_education_ids/school_id/.id",
    "alumni_education_ids/student_number",
    "alumni_education_ids/start_year",
    "alumni_education_ids/award_date",
    "alumni_education_ids/state",
)
PERSON_FIELDS = sum("education" not in name for name in LOAD_FIELDS)
"""The first LOAD_FIELDS, which stand on the first line of a person only."""


def _iso(day):
    return "-".join(reversed(day.split("/")))


def load_catalogue(env):
    """The schools and degrees, so that load() finds them by id, its fastest way."""
    schools = env["alumni.school"].create(
        [{"code": c, "name": n} for c, n in generator.SCHOOLS.items()]
    )
    degrees = env["alumni.degree"].create(
        [
            {"code": code, "name": name, "level": LEVELS[level]}
            for code, (_school, name, level, _years) in (
                *generator.DEGREES.items(),
                (generator.CONTINUING[0], ("", *generator.CONTINUING[1:], 1)),
            )
        ]
    )
    return {record.code: record.id for record in (*schools, *degrees)}


def load_rows(path, first, count, ids, countries):
    """``count`` people of a registrar file, clean and once each, as load() wants
    them: the work of matching and checking is done here, outside of its time."""
    people = {}
    with open(path, encoding=generator.ENCODING, newline="") as stream:
        for row in csv.DictReader(stream, delimiter=";"):
            bad = row["DATE_OBTENTION"].startswith("31/02")
            if row["COD_ETU"] and row["NOM_USUEL"] and not bad:
                person = people.setdefault(row["COD_ETU"][2:], {})
                person.setdefault(row["COD_DIPLOME"], row)
    rows = []
    for degrees in list(people.values())[first : first + count]:
        head = next(iter(degrees.values()))
        for number, row in enumerate(degrees.values()):
            person = [""] * PERSON_FIELDS
            if not number:
                consent = head["CONSENTEMENT_EMAIL"] == "O"
                person = [
                    f"{head['PRENOM']} {head['NOM_USUEL']}",
                    head["PRENOM"],
                    head["NOM_USUEL"],
                    head["NOM_PATRONYMIQUE"],
                    _iso(head["DATE_NAISSANCE"]),
                    GENDERS[head["CIVILITE"]],
                    head["EMAIL_PERSO"],
                    head["TEL"],
                    head["ADRESSE"],
                    head["CP"],
                    head["VILLE"],
                    countries[COUNTRY_CODES[head["PAYS"]]],
                    head["LINKEDIN"],
                    "1" if head["DECEDE"] == "O" else "0",
                    "registrar",
                    head["COD_ETU"],
                    "email",
                    "given" if consent else "refused",
                    _iso(head["DATE_CONSENTEMENT"]) if consent else "2024-01-01",
                    "registrar",
                ]
            rows.append(
                [
                    *person,
                    ids[row["COD_DIPLOME"]],
                    ids[row["COD_COMPOSANTE"]],
                    row["COD_ETU"],
                    row["ANNEE_DEBUT"],
                    _iso(row["DATE_OBTENTION"]),
                    STATES[row["STATUT"]],
                ]
            )
    return rows


def country_ids(env):
    countries = env["res.country"].search(
        [("code", "in", list(COUNTRY_CODES.values()))]
    )
    return {country.code: country.id for country in countries}


def odoo_load(env, rows):
    """Odoo's own load(), in the context in which its import screen calls it."""
    partners = env["res.partner"].with_context(import_file=True, tracking_disable=True)
    result = partners.load(
        list(LOAD_FIELDS), [[str(cell) for cell in row] for row in rows]
    )
    errors = [m for m in result["messages"] if m["type"] == "error"]
    if errors or not result["ids"]:
        raise ValueError(errors[:3])
    return len(result["ids"])


def count_rows(env):
    """How many rows each table holds."""
    env.cr.execute(
        "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
        "WHERE relkind = 'r' AND nspname = 'public'"
    )
    from odoo.tools import SQL

    counts = {}
    for (table,) in env.cr.fetchall():
        counts[table] = env.execute_query(
            SQL("SELECT count(*) FROM %s", SQL.identifier(table))
        )[0][0]
    return counts


def dump_grown(env, before, folder):
    """Write the rows that were added since ``before`` to files; make bare tables
    with the same columns and indexes for them."""
    from odoo.tools import SQL

    grown = {}
    for table, count in count_rows(env).items():
        added = count - before.get(table, 0)
        if added < 1000:
            continue
        name = SQL.identifier(table)
        path = Path(folder) / f"{table}.copy"
        with open(path, "wb") as stream:
            env.cr.copy_expert(
                env.cr.mogrify(
                    SQL(
                        "COPY (SELECT * FROM %s ORDER BY ctid OFFSET %s) TO STDOUT",
                        name,
                        before.get(table, 0),
                    )
                ).decode(),
                stream,
            )
        bare = SQL.identifier(f"bare_{table}")
        env.cr.execute(
            SQL(
                "CREATE TABLE %s (LIKE %s INCLUDING INDEXES INCLUDING DEFAULTS)",
                bare,
                name,
            )
        )
        grown[table] = str(path)
    return grown


def copy_bare(env, files):
    """COPY the dumped rows into the bare tables."""
    for table, path in files.items():
        with open(path, "rb") as stream:
            env.cr.copy_expert(f'COPY "bare_{table}" FROM STDIN', stream)


def measure(run):
    databases = run.databases
    run.say("installing the addons")
    template = databases.template("alumni_relations", "alumni_kpi")
    path, warm = run.registrar(), run.registrar(500, first=OTHERS)
    slice_ = max(50, min(1000, run.people // 10))
    ours = databases.worker(databases.clone(template))
    theirs = databases.worker(databases.clone(template))
    # a first small file in both: Odoo loads much of itself on first use
    ours.call(take_registrar, warm)
    ids = theirs.result(load_catalogue)
    countries = theirs.result(country_ids)
    theirs.call(odoo_load, load_rows(warm, 0, 50, ids, countries))
    before = ours.result(count_rows)

    def load(first):
        rows = load_rows(path, first, slice_, ids, countries)
        return theirs.seconds(odoo_load, rows) / slice_

    run.say(f"P1: {run.people:,} people by the intake, {2 * slice_:,} by load()")
    each = [load(run.people // 4)]
    seconds, result = ours.call(take_registrar, path)
    each.append(load(run.people // 2))
    peak = ours.peak()
    size = f"{result['people_created']:,} people, {result['lines']:,} lines"
    what = "intake of a registrar's file"
    run.add(
        "P1",
        what,
        size,
        seconds,
        statistics.mean(each) * result["people_created"],
        1 / 20,
        peak,
        f"Odoo's load() of the same people with degrees, student number and consent, "
        f"known to be clean and new, without tracking, as its import screen has it; "
        f"measured on {2 * slice_:,} of them in the same "
        f"minutes and multiplied up, as a rate per person",
    )
    run.say("P1b: COPY of the rows that the intake has written")
    files = ours.result(dump_grown, before, str(run.folder))
    copied = ours.seconds(copy_bare, files)
    run.add(
        "P1b",
        what,
        size,
        seconds,
        copied,
        5,
        peak,
        f"COPY of the rows that the intake wrote into {len(files)} bare tables with "
        f"the same indexes",
    )
    databases.release(ours, theirs)
    for file in files.values():
        os.remove(file)
