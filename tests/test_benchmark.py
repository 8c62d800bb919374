"""The benchmark spreadsheet of the sample university, as LibreOffice opens it."""

import csv
import subprocess

import odoorpc
import pytest
import requests
from openpyxl import load_workbook

from launcher.home import REPOSITORY

SAMPLES = REPOSITORY / "data" / "samples"
# A year in which the sample files have both degrees and gifts.
YEAR = 2024
LAST_DAY = f"{YEAR}-08-31"
HOSTILE = "=1+1"
HEADER = 4
# Comma, quote, UTF-8, from the first line; values as they are shown, never computed
# anew as text would be; the last number asks for every sheet.
CSV_FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,,-1"


@pytest.fixture(scope="module")
def client(odoo_server, odoo_database, run_alumni):
    for kind, name in (("people", "sis_export.csv"), ("gifts", "gifts.csv")):
        answer = run_alumni(
            "import", "--database", odoo_database, "--kind", kind, SAMPLES / name
        )
        assert answer.returncode in (0, 1), answer.stderr
    client = odoorpc.ODOO("127.0.0.1", port=odoo_server.port)
    client.login(odoo_server.database, odoo_server.login, odoo_server.password)
    schools = client.env["alumni.school"]
    schools.write(schools.search([], limit=1), {"name": HOSTILE})
    return client


@pytest.fixture(scope="module")
def spreadsheet(client, odoo_database, run_alumni, tmp_path_factory):
    path = tmp_path_factory.mktemp("benchmark") / "out.xlsx"
    answer = run_alumni("export", "--database", odoo_database, "--period", YEAR, path)
    assert answer.returncode == 0, answer.stderr
    return path


@pytest.fixture(scope="module")
def opened(spreadsheet):
    """Return the sheets as LibreOffice shows them: {name: list of rows}."""
    convert(spreadsheet, CSV_FILTER)
    sheets = {}
    for path in spreadsheet.parent.glob("out-*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            sheets[path.stem.removeprefix("out-")] = list(csv.reader(stream))
    return sheets


def convert(path, target):
    result = subprocess.run(
        [
            *("soffice", "--headless", "--norestore"),
            f"-env:UserInstallation=file://{path.parent}/profile",
            *("--convert-to", target, "--outdir", str(path.parent), str(path)),
        ],
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr


def line(rows, code, part=None):
    headers = rows[HEADER - 1]
    for row in rows[HEADER:]:
        if row[0] == code and (part is None or part in row):
            return dict(zip(headers, row, strict=False))
    raise AssertionError(f"{code} is not in the sheet")


def period_column(rows):
    return next(head for head in rows[HEADER - 1] if str(YEAR) in head)


def rounded(count):
    return int((count + 2) // 5 * 5)


def test_every_sheet_opens(spreadsheet, opened):
    assert set(opened) == set(load_workbook(spreadsheet).sheetnames)
    for rows in opened.values():
        assert not any("#REF" in cell or "Err:" in cell for row in rows for cell in row)


def test_all_indicators(opened):
    codes = {row[0] for row in opened["Indicators"][HEADER:]}
    catalogue = REPOSITORY / "alumni_kpi" / "data" / "kpi_catalogue.csv"
    with catalogue.open(encoding="utf-8", newline="") as stream:
        known = {row["code"] for row in csv.DictReader(stream)}
    assert {f"ENG-{number:02}" for number in range(1, 25)} <= codes <= known


def test_figures_are_those_of_the_records(client, opened):
    """Counted over RPC from degrees and gifts, not from the engagement facts."""
    awarded = [("state", "=", "awarded"), ("award_date", "<=", LAST_DAY)]
    groups = client.env["alumni.education"].formatted_read_group(
        awarded, [], ["partner_id:count_distinct"]
    )
    people = groups[0]["partner_id:count_distinct"]
    rows = opened["Indicators"]
    shown = line(rows, "ENG-01")[period_column(rows)]
    assert int(shown.replace(",", "")) == rounded(people)

    contactable = [("is_alumnus", "=", True), ("alumni_contactable", "=", True)]
    contactable += [("alumni_first_award_date", "<=", LAST_DAY)]
    alumni = client.env["res.partner"].search(contactable)
    gifts = client.env["alumni.gift"].formatted_read_group(
        [
            ("state", "=", "received"),
            ("date", ">=", f"{YEAR - 1}-09-01"),
            ("date", "<=", LAST_DAY),
            ("partner_id", "in", alumni),
            ("gift_type_id.mode", "=", "philanthropic"),
        ],
        [],
        ["partner_id:count_distinct"],
    )
    donors = gifts[0]["partner_id:count_distinct"]
    assert donors, "the sample has gifts in this period"
    shown = line(rows, "ENG-16")[period_column(rows)]
    assert shown == f"{100 * donors / len(alumni):.1f}%"


def test_small_cells_are_hidden(client, opened):
    """No count under ten, and each breakdown has none or two hidden and more."""
    hidden = 0
    for name in ("School", "Generation", "Country"):
        rows = opened.get(name)
        if not rows:
            continue
        column = rows[HEADER - 1].index(period_column(rows))
        by_indicator = {}
        for row in rows[HEADER:]:
            if row[0] in ("ENG-01", "ENG-03", "ENG-04", "ENG-14"):
                by_indicator.setdefault(row[0], []).append(row[column])
        for code, cells in by_indicator.items():
            small = [cell for cell in cells if cell == "hidden"]
            hidden += len(small)
            assert "" not in cells, (name, code)
            assert len(small) != 1 or len(cells) == 1, (name, code)
            for cell in cells:
                if cell != "hidden":
                    assert int(cell.replace(",", "")) >= 10
                    assert int(cell.replace(",", "")) % 5 == 0
    assert hidden, "the sample has small groups"


def test_text_is_never_run(opened):
    cells = {cell for row in opened["School"] for cell in row}
    assert HOSTILE in cells


def test_prints(spreadsheet):
    convert(spreadsheet, "pdf")
    assert spreadsheet.with_suffix(".pdf").read_bytes().startswith(b"%PDF")


def test_no_such_period(client, odoo_database, run_alumni, tmp_path):
    path = tmp_path / "out.xlsx"
    answer = run_alumni("export", "--database", odoo_database, "--period", 1950, path)
    assert answer.returncode != 0
    assert "1950" in answer.stderr
    assert not path.exists()


def test_over_http(client, odoo_server, tmp_path):
    """What the button downloads is a spreadsheet too."""
    export = client.env["alumni.benchmark.export"].create(
        {"name": "For the board", "period_choice": "last", "period_count": 2}
    )
    action = client.env["alumni.benchmark.export"].action_download([export])
    assert action["type"] == "ir.actions.act_url"
    session = requests.Session()
    login = {
        "db": odoo_server.database,
        "login": odoo_server.login,
        "password": odoo_server.password,
    }
    session.post(
        f"{odoo_server.url}/web/session/authenticate",
        json={"params": login},
        timeout=60,
    )
    response = session.get(odoo_server.url + action["url"], timeout=60)
    assert response.status_code == 200
    path = tmp_path / "download.xlsx"
    path.write_bytes(response.content)
    assert "Indicators" in load_workbook(path).sheetnames
