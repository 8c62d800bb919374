"""What only a real browser sees: fields that can be filled in, numbers that open those
whom they count."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def graduates(client):
    """Five graduates, of whom two give every year."""
    today = date.today()
    people = client.env["res.partner"].create(
        [
            {"name": name, "email": f"{name.lower()}@example.org"}
            for name in ("Alice", "Bruno", "Chantal", "David", "Emma")
        ]
    )
    degree = client.env["alumni.degree"].create({"name": "Master", "code": "M"})
    school = client.env["alumni.school"].create({"name": "Law", "code": "L"})
    client.env["alumni.education"].create(
        [
            {
                "partner_id": person,
                "degree_id": degree,
                "school_id": school,
                "state": "awarded",
                "award_date": f"{today.year - 6}-06-30",
            }
            for person in people
        ]
    )
    (money,) = client.env["alumni.gift.type"].search([("code", "=", "money")])
    client.env["alumni.gift"].create(
        [
            {
                "partner_id": person,
                "gift_type_id": money,
                "amount": 10,
                "date": f"{today.year - ago}-01-01",
                "state": "received",
            }
            for person in people[:2]
            for ago in range(4)
        ]
    )
    return people


def test_a_refusal_is_recorded(page, odoo_server, client, graduates):
    page.goto(f"{odoo_server.url}/odoo/alumni-consents")
    page.click(".o_list_button_add")
    row = page.locator(".o_data_row.o_selected_row")
    row.locator("[name=partner_id] input").fill("Emma")
    page.locator(".o-autocomplete--dropdown-item").filter(has_text="Emma").first.click()
    row.locator("td[name=state]").click()
    page.locator(".o_select_menu_item", has_text="Refused").click()
    page.click(".o_list_button_save")
    expect(page.locator(".o_data_row td[name=state]").first).to_have_text("Refused")
    (person,) = client.env["res.partner"].read(graduates[-1:], ["alumni_email_reason"])
    assert person["alumni_email_reason"] == "refused"


def test_a_number_opens_those_it_counts(page, odoo_server, graduates):
    page.goto(f"{odoo_server.url}/odoo/alumni-engagement")
    header = page.locator(".o_pivot table thead tr").last.locator("th")
    expect(header.first).to_have_text("People")
    measures = header.all_inner_texts()
    total = page.locator(".o_pivot table tbody tr").first.locator("td")
    for measure, count in (("People", 5), ("Philanthropic", 2)):
        cells = list(zip(measures, total.all_inner_texts(), strict=True))
        total.nth(cells.index((measure, str(count)))).click()
        expect(page.locator(".o_data_row")).to_have_count(count)
        page.go_back()
        expect(header.first).to_have_text("People")
    page.locator("button.o_switch_view.o_graph").click()
    page.get_by_role("button", name="Measures").click()
    offered = page.locator(".o-dropdown--menu .o_menu_item").all_inner_texts()
    assert offered[:3] == ["People", "Living", "Contactable"]
    assert offered[-1] == "Count"


@pytest.fixture(scope="module")
def asked(client, graduates):
    """A past event of a kind to which four of the graduates were asked: three answered,
    two of them yes, and one came; the fifth came unasked to another kind."""
    kinds = client.env["alumni.event.kind"].create(
        [{"name": "Breakfast", "code": "BRE"}, {"name": "Open day", "code": "OPD"}]
    )
    day = date.today() - timedelta(days=20)
    events = client.env["event.event"].create(
        [
            {
                "name": f"Event {kind}",
                "alumni_kind_id": kind,
                "date_begin": f"{day} 08:00:00",
                "date_end": f"{day} 10:00:00",
                "event_mail_ids": [],
            }
            for kind in kinds
        ]
    )
    client.env["alumni.invitation"].create(
        [
            {
                "event_id": events[0],
                "partner_id": person,
                "invited_date": f"{day - timedelta(days=9)}",
                "answer": answer,
            }
            for person, answer in zip(
                graduates, ("yes", "yes", "no", False), strict=False
            )
        ]
    )
    client.env["event.registration"].create(
        [
            {
                "event_id": event,
                "partner_id": person,
                "attendee_id": person,
                "state": "done",
            }
            for event, person in zip(events, (graduates[0], graduates[4]), strict=True)
        ]
    )


def test_a_number_of_the_funnel_opens_those_it_counts(page, odoo_server, asked):
    page.goto(f"{odoo_server.url}/odoo/alumni-funnel")
    header = page.locator(".o_pivot table thead tr").last.locator("th")
    expect(header.first).to_have_text("Invited")
    measures = header.all_inner_texts()

    def cells(kind):
        row = page.locator(".o_pivot table tbody tr", has_text=kind)
        return row.locator("td")

    shown = dict(zip(measures, cells("Breakfast").all_inner_texts(), strict=True))
    assert shown["Invited"] == "4"
    rows = page.locator(".o_data_row")
    for measure, value, people in (
        ("Answered", "3", ["Alice", "Bruno", "Chantal"]),
        ("Attended", "1", ["Alice"]),
        ("Positive response rate", "66.67%", ["Alice", "Bruno"]),
    ):
        assert shown[measure] == value
        cells("Breakfast").nth(measures.index(measure)).click()
        names = rows.locator("td[name=partner_id]")
        expect(names).to_have_count(len(people))
        assert sorted(names.all_inner_texts()) == people
        page.go_back()
        expect(header.first).to_have_text("Invited")
    shown = dict(zip(measures, cells("Open day").all_inner_texts(), strict=True))
    assert (shown["Invited"], shown["Attended"]) == ("0", "1")
    assert shown["Response rate"] == ""

    page.locator("button.o_switch_view.o_graph").click()
    canvas = page.locator(".o_graph_canvas_container canvas")
    box = canvas.bounding_box()
    quarter = {"x": box["width"] * 0.3, "y": box["height"] * 0.75}
    canvas.click(position=quarter)
    expect(rows).to_have_count(1)
    expect(rows.locator("td[name=partner_id]")).to_have_text("Alice")


@pytest.fixture(scope="module")
def unsaid(client, asked):
    """Records in which nobody has said a figure, and others in which 0 is one: the
    name of a programme and of an event without any, of which the event had volunteers
    only, and the objectives."""
    today = date.today()
    programme = client.env["alumni.programme"].create({"name": "Of no figure"})
    client.env["alumni.objective"].create(
        [
            {"programme_id": programme, **values}
            for values in (
                {"name": "Nothing said"},
                {"name": "No result", "expected": 50},
                {
                    "name": "Down to none",
                    "baseline": 16,
                    "expected": 0,
                    "actual": 0,
                    "result_date": f"{today}",
                },
                {
                    "name": "None came of it",
                    "expected": 20,
                    "actual": 0,
                    "result_date": f"{today}",
                },
            )
        ]
    )
    events = client.env["event.event"].search([("name", "like", "Event %")], order="id")
    day = today - timedelta(days=20)
    client.env["alumni.hourly.rate"].create(
        {"labour": "volunteer", "rate": 20, "date_from": f"{today.year - 3}-01-01"}
    )
    lines = client.env["alumni.cost.line"].create(
        [
            {"event_id": events[0], "date": f"{day}", "name": "Hall", "amount": 90},
            {
                "event_id": events[1],
                "date": f"{day}",
                "name": "Hosts",
                "nature": "labour",
                "labour": "volunteer",
                "hours": 3,
            },
        ]
    )
    client.env["alumni.cost.line"].action_validate(lines)
    return events[1]


def test_what_nobody_has_said_is_no_zero(page, odoo_server, client, unsaid):
    def cells(row, *names):
        row = page.locator(".o_data_row", has_text=row)
        expect(row).to_have_count(1)
        found = [row.locator(f"td[name={name}]") for name in names]
        return [cell.inner_text().strip() for cell in found]

    page.goto(f"{odoo_server.url}/odoo/alumni-objectives")
    columns = ("expected", "actual", "achievement")
    assert cells("Nothing said", *columns) == ["", "", ""]
    assert cells("No result", *columns) == ["50.00", "", ""]
    for name, expected, achieved in (
        ("Down to none", "0.00", "100%"),
        ("None came of it", "20.00", "0%"),
    ):
        shown = cells(name, *columns)
        assert shown[:2] == [expected, "0.00"]
        assert shown[2].replace(" ", "").replace("\n", "") == achieved

    page.locator(".o_data_row td[name=name]", has_text="Nothing said").click()
    inputs = {
        name: page.locator(f".o_form_view [name={name}] input")
        for name in ("baseline", "expected", "actual")
    }
    for field in inputs.values():
        expect(field).to_have_value("")
    expect(page.locator("[name=achievement]")).to_have_count(0)
    for typed, shown, saved in (("12", "12.00", 12), ("", "", 0)):
        inputs["expected"].fill(typed)
        page.click(".o_form_button_save")
        expect(inputs["expected"]).to_have_value(shown)
        expect(
            page.locator(".o_form_status_indicator_buttons.invisible")
        ).to_have_count(1)
        [found] = client.env["alumni.objective"].search_read(
            [("name", "=", "Nothing said")], ["expected"]
        )
        assert found["expected"] == saved

    page.goto(f"{odoo_server.url}/odoo/alumni-programmes")
    if page.locator(".o_list_view").count() == 0:
        page.locator("button.o_switch_view.o_list").click()
    assert cells("Of no figure", "budget_amount", "cost_amount") == ["", ""]
    page.locator(".o_data_row td[name=name]", has_text="Of no figure").click()
    budget = page.locator(".o_form_view [name=budget_amount] input")
    expect(budget).to_have_value("")

    page.goto(f"{odoo_server.url}/odoo/event.event/{unsaid}")
    target = page.locator(".o_form_view [name=alumni_target_attendance] input")
    expect(target).to_have_value("")

    page.goto(f"{odoo_server.url}/odoo/alumni-action-costs")
    page.locator("button.o_switch_view.o_list").click()
    ratio = "cost_per_participant"
    assert cells("Event", "cost", ratio) == ["$\xa090.00", "$\xa090.00"]
    page.locator(".o_facet_remove").click()
    expect(page.locator(".o_data_row", has_text="Event")).to_have_count(2)
    volunteers = page.locator(".o_data_row", has_text="60.00")
    expect(volunteers).to_have_count(1)
    for name in ("cost", ratio):
        expect(volunteers.locator(f"td[name={name}]")).to_have_text("")


def test_returns_of_two_horizons_say_why_they_are_empty(page, odoo_server, unsaid):
    page.goto(f"{odoo_server.url}/odoo/alumni-returns")
    total = page.locator(".o_pivot table tbody tr").first.locator("td").first
    expect(total).to_have_text("$\xa090.00")
    notice = page.locator(".o_alumni_notice")
    expect(notice).to_have_count(0)
    page.locator(".o_searchview_dropdown_toggler").click()
    page.locator(".o_filter_menu .o_menu_item", has_text="After 24 months").click()
    expect(notice).to_contain_text("Choose one horizon and one rule")
    expect(total).to_have_text("")
    page.locator(".o_filter_menu .o_menu_item", has_text="After 12 months").click()
    expect(notice).to_have_count(0)
    expect(total).to_have_text("$\xa090.00")
    page.keyboard.press("Escape")
    page.locator("button.o_switch_view.o_graph").click()
    expect(page.locator(".o_graph_renderer canvas")).to_be_visible()
    expect(notice).to_have_count(0)


FIND_DASHBOARD = """() => {
    const root = window.odoo?.__WOWL_DEBUG__?.root;
    const nodes = root ? [root.__owl__] : [];
    for (const node of nodes) {
        const model = node.component?.loader?.getActiveDashboard?.()?.model;
        if (model) {
            window.shown = model;
            return true;
        }
        nodes.push(...Object.values(node.children));
    }
}"""
READ_CELLS = """(cells) => {
    return cells.map((cell) => {
        const [, letters, row] = cell.match(/([A-Z]+)([0-9]+)/);
        const col = [...letters].reduce((n, c) => n * 26 + c.charCodeAt() - 64, 0) - 1;
        const position = { sheetId: "data", col, row: row - 1 };
        return shown.getters.getEvaluatedCell(position).formattedValue;
    });
}"""
CHOOSE = """(periods) => {
    const [filter] = shown.getters.getGlobalFilters();
    const value = periods.length ? { operator: "in", ids: periods } : undefined;
    shown.dispatch("SET_GLOBAL_FILTER_VALUE", { id: filter.id, value });
}"""


def test_dashboard_compares_complete_periods(page, odoo_server, client, graduates):
    """Without a filter the newest complete period is shown, as with it; the one that
    runs says so and is compared with none."""
    today = date.today().isoformat()
    periods = client.env["alumni.period"].search_read(
        [("date_start", "<=", today)], ["name", "date_end"], order="date_end desc"
    )
    running, complete, before, *_older = periods
    assert complete["date_end"] < today <= running["date_end"]
    page.goto(f"{odoo_server.url}/odoo/action-alumni_kpi.alumni_dashboard_action")

    def expect_shown(period, previous, people, previously):
        cells = ["B1", "C2", "B3", "C3"]
        expected = [period["name"], previous, people, previously]
        page.wait_for_function(
            "([read, cells, expected]) => `${eval(read)(cells)}` === `${expected}`",
            arg=[READ_CELLS, cells, expected],
        )
        [title] = page.evaluate(READ_CELLS, ["B11"])
        assert ("under way" in title) == (period == running)

    page.wait_for_function(FIND_DASHBOARD)
    expect_shown(complete, before["name"], "5", "5")
    page.evaluate(CHOOSE, [running["id"]])
    expect_shown(running, "", "5", "")
    page.evaluate(CHOOSE, [])
    expect_shown(complete, before["name"], "5", "5")
