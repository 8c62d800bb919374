"""What an officer does, in a real browser: load the registrar's file, read the
pivot, download the benchmark spreadsheet.

The pictures of these screens go to the folder that ALUMNI_PICTURES names: the import
is that of the sample file, the figures are those of the fictional university, which
has acts of every mode.
"""

import json
import re

import openpyxl
import pytest
from conftest import OdooServer, logged_in
from playwright.sync_api import expect
from test_screens import FIND_DASHBOARD, READ_CELLS

from launcher.home import REPOSITORY

SAMPLES = REPOSITORY / "data" / "samples"
EXPECTED = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def odoo_server(laboratory, odoo_database):
    """A web server that also does what is asked for in the background, and nothing
    that Odoo does on its own."""
    laboratory.rows(
        odoo_database,
        "UPDATE ir_cron SET active = id IN (SELECT res_id FROM ir_model_data "
        "WHERE model = 'ir.cron' AND module LIKE 'alumni%') RETURNING id",
    )
    with laboratory.serve(odoo_database, "--max-cron-threads", 1) as url:
        yield OdooServer(url, odoo_database)


@pytest.fixture(scope="module")
def loaded(page, odoo_server, picture):
    """The registrar's file, loaded through the browser."""
    page.goto(f"{odoo_server.url}/odoo/alumni-imports/new")
    with page.expect_file_chooser() as chooser:
        page.locator(".o_field_widget[name=file] .o_select_file_button").click()
    chooser.value.set_files(SAMPLES / "sis_export.csv")
    expect(page.locator(".o_field_widget[name=file] input").first).to_have_value(
        "sis_export.csv"
    )
    page.click("button[name=action_check]")
    # From here on nothing reads the page again but the page itself.
    background = page.get_by_text("You can leave this page").locator("visible=true")
    expect(background).to_be_visible()
    page.evaluate("window.stillTheSame = true")
    page.locator("button[name=action_load]:visible").wait_for()
    told(page, "would be rejected")
    picture(page, "import-checked")
    page.click("button[name=action_load]:visible")
    expect(background).to_be_visible()
    picture(page, "import-loading")
    page.locator(".o_field_widget[name=people_created]:visible").wait_for()
    expect(page.locator(".o-mail-Chatter")).to_contain_text("people created")
    expect(background).to_be_hidden()
    assert page.evaluate("window.stillTheSame")
    told(page, "people created")
    return {
        name: figure(page.locator(f".o_field_widget[name={name}]:visible").first)
        for name in ("line_count", "people_created", "degrees_created", "rejected")
    }


def told(page, text):
    """Wait for a message on the screen and close it."""
    message = page.locator(".o_notification", has_text=text)
    message.wait_for()
    message.locator(".o_notification_close").click()
    message.wait_for(state="hidden")


def figure(locator):
    return int(re.sub(r"\D", "", locator.inner_text()))


def test_load_a_file(loaded):
    rejected = sum(EXPECTED[name] for name in EXPECTED if name.startswith("rejected_"))
    assert loaded == {
        "line_count": EXPECTED["lines"],
        "people_created": EXPECTED["people"],
        "degrees_created": EXPECTED["degrees"],
        "rejected": rejected,
    }


def test_leave_the_page_while_a_file_is_loaded(page, loaded):
    """Who has gone to another page, without reading it again, is told."""
    page.locator("button[name=action_load]:visible", has_text="Load again").click()
    page.get_by_text("The file is being loaded.").locator("visible=true").wait_for()
    page.evaluate("window.stillTheSame = true")
    page.locator(".o_menu_sections").get_by_text("Giving", exact=True).click()
    page.locator(".o-dropdown--menu .dropdown-item").first.click()
    expect(page.locator(".o_form_view")).to_have_count(0)
    told(page, "0 people created")
    assert page.evaluate("window.stillTheSame")


def test_rebuild_the_figures(page, odoo_server, picture):
    """The form of a rebuild goes on by itself."""
    page.goto(f"{odoo_server.url}/odoo/action-alumni_kpi.alumni_rebuild_action")
    page.get_by_role("button", name="Rebuild figures").click()
    state = page.locator(".o_statusbar_status .o_arrow_button_current")
    state.wait_for()
    page.evaluate("window.stillTheSame = true")
    expect(state).to_have_text("Done")
    told(page, "The figures are up to date")
    assert page.evaluate("window.stillTheSame")
    picture(page, "rebuild")


def totals(page):
    """The pivot's row of totals, ``{period: {measure: text}}``; what it shows over the
    periods stands under an empty name."""
    header = page.locator(".o_pivot table thead")
    expect(header).to_contain_text("People")
    periods = header.locator("tr").nth(1).locator("th").all_inner_texts()
    measures = header.locator("tr").last.locator("th").all_inner_texts()
    row = page.locator(".o_pivot table tbody tr").first.locator("td")
    texts = row.all_inner_texts()
    width = len(set(measures))
    groups = [
        dict(zip(measures[:width], texts[start : start + width], strict=True))
        for start in range(0, len(texts), width)
    ]
    return dict(zip([*filter(None, map(str.strip, periods)), ""], groups, strict=True))


def test_read_the_pivot(page, odoo_server, odoo_database, loaded, run_alumni):
    answer = run_alumni(
        *("import", "--database", odoo_database, "--kind", "gifts"),
        SAMPLES / "gifts.csv",
    )
    assert answer.returncode == 0, answer.stderr
    page.goto(f"{odoo_server.url}/odoo/alumni-engagement")
    shown = totals(page)
    people = int(shown[max(shown)]["People"].replace(",", ""))
    assert people == EXPECTED["graduates"]
    # Over the periods nobody can be counted once: that total stays empty, and says why.
    assert shown[""]["People"] == ""
    notice = page.locator(".o_alumni_notice")
    expect(notice).to_contain_text("once per period")
    page.locator(".o_pivot thead .o_pivot_header_cell_opened").first.click()
    expect(page.locator(".o_pivot table thead")).not_to_contain_text(max(shown))
    expect(page.locator(".o_pivot tbody td").first).to_have_text("")
    page.locator("button.o_switch_view.o_graph").click()
    expect(page.locator(".o_graph_renderer canvas")).to_be_visible()
    expect(notice).to_have_count(0)


def test_see_the_university(browser, university_server, picture):
    with logged_in(browser, university_server) as page:
        page.goto(f"{university_server.url}/odoo/alumni-engagement")
        shown = totals(page)
        picture(page, "pivot")
        finished = shown[sorted(shown)[-2]]
        for mode in ("Philanthropic", "Volunteer", "Experiential", "Communication"):
            assert int(finished[mode].replace(",", "")), mode
        page.goto(
            f"{university_server.url}/odoo/action-alumni_kpi.alumni_dashboard_action"
        )
        page.wait_for_function(
            "document.querySelectorAll('.o_spreadsheet_dashboard_action .o-figure')"
            ".length > 3 && !document.querySelector('.o_loading')"
        )
        picture(page, "dashboard")


def wait_until_still(page):
    """Wait until the charts, which grow when they appear, no longer move."""
    before = None
    for _number in range(100):
        shown = page.screenshot()
        if shown == before:
            return
        before = shown
    raise AssertionError("the page still moves")


def test_the_dashboards_of_four_people(browser, university_server, picture):
    """Director, officer, analyst and governance; each figure of the director opens what
    it is made of, and nothing is wider than a phone."""
    url = university_server.url
    with logged_in(browser, university_server) as page:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{url}/odoo/alumni-director")
        page.locator("[data-section=programmes] tbody tr").first.wait_for()
        period = page.get_by_label("Period").input_value()
        title = page.get_by_label("Period").locator("option:checked").inner_text()
        charts = page.locator(".o_alumni_chart")
        for number in range(charts.count()):
            expect(charts.nth(number).locator("svg text").first).to_be_visible()
            expect(charts.nth(number)).to_contain_text(re.compile(r"\d{4}-\d{4}"))
        expect(page.locator(".o_loading_indicator")).to_have_count(0)
        page.set_viewport_size({"width": 1280, "height": 1500})
        picture(page, "director")
        page.set_viewport_size({"width": 1280, "height": 900})
        rate = page.locator("[data-section=engagement] .list-group-item").first
        rate.click()
        expect(page.locator(".o_form_view")).to_contain_text("ENG-15")
        page.go_back()
        page.locator("[data-section=targets] tbody a").first.click()
        expect(page.locator(".o_form_view [name=expected]").first).to_be_visible()

        page.goto(f"{url}/odoo/alumni-week")
        page.locator(".o_alumni_my_week .list-group-item").first.wait_for()
        picture(page, "week")

        page.goto(f"{url}/odoo/action-alumni_kpi.alumni_dashboard_action")
        page.get_by_text("Cohorts, events, modes").first.click()
        expect(page.locator(".o_search_panel_category_value.active")).to_contain_text(
            "Cohorts, events, modes"
        )
        page.wait_for_function(FIND_DASHBOARD)
        page.wait_for_function(
            "([read, period]) => eval(read)(['B11'])[0].startsWith(period)",
            arg=[READ_CELLS, title],
        )
        page.set_viewport_size({"width": 1400, "height": 1000})
        wait_until_still(page)
        picture(page, "analyst")

        page.goto(f"{url}/report/html/alumni_kpi.report_governance/{period}")
        expect(page.locator(".o_alumni_governance h1")).to_be_visible()
        picture(page, "governance", full_page=True)

        page.set_viewport_size({"width": 390, "height": 800})
        for place, shown in (
            ("odoo/alumni-director", "[data-section=programmes]"),
            ("odoo/alumni-week", ".o_alumni_my_week"),
            (f"report/html/alumni_kpi.report_governance/{period}", "h1"),
            ("odoo/action-alumni_kpi.alumni_dashboard_action", ".o-figure"),
        ):
            page.goto(f"{url}/{place}")
            page.locator(shown).first.wait_for()
            assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_accept_a_line_of_the_check_list(browser, university_server):
    """What is not in order before a closing is accepted with a reason on the screen."""
    with logged_in(browser, university_server) as page:
        page.goto(
            f"{university_server.url}/odoo/action-alumni_kpi.alumni_period_action"
        )
        page.locator(".o_data_row", has_text="Closing").first.click()
        line = page.locator("[name=check_ids] .o_data_row", has_text="To do").first
        line.locator("button[name=action_accept]").click()
        reason = page.locator(".modal [name=reason] input")
        reason.fill("Known to the office")
        page.locator(".modal .o_form_button_save").click()
        reason.wait_for(state="hidden")
        accepted = page.locator(
            "[name=check_ids] .o_data_row", has_text="Known to the office"
        )
        expect(accepted).to_contain_text("Accepted")


def test_download_the_spreadsheet(page, odoo_server, loaded, tmp_path):
    page.goto(f"{odoo_server.url}/odoo/alumni-benchmark/new")
    page.locator(".o_field_widget[name=name] input, [name=name] textarea").first.fill(
        "Yearly benchmark"
    )
    with page.expect_download() as download:
        page.click("button[name=action_download]")
    target = tmp_path / "benchmark.xlsx"
    download.value.save_as(target)
    book = openpyxl.load_workbook(target)
    codes = {cell.value for sheet in book for column in sheet for cell in column}
    assert {"ENG-01", "ENG-15", "ENG-24"} <= codes
