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
