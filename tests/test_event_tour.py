"""A whole event in a real browser, from the objective to the impact page.

The manager sets what is wanted, the officer does the rest with the rights of an
officer: messages leave through a mail server, graduates answer from what has arrived
there, without a login. Every figure that is read at the end is worked out by hand in
this file. The clock alone is not waited for: the event is moved instead.
"""

import email
import email.policy
import re
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone

import odoorpc
import pytest
import requests
from conftest import OdooServer, logged_in
from playwright.sync_api import expect

EVENT = "Careers in energy"
PEOPLE = ("Ada", "Beatrice", "Chloe", "David", "Emil", "Farid", "Helene", "Gaston")
INVITED = PEOPLE[:-1]
"""Those of generation 2000; Gaston, of another one, comes without being asked."""

# Ada and Emil say yes, Chloe says yes and then no, Béatrice waits for a seat and gets
# hers; David says perhaps once he is reminded, Hélène says nothing; Farid has no
# e-mail address and is asked by phone. Ada, Béatrice, Farid and Gaston come.
FUNNEL = {
    "Invited": 7,
    "Delivered": 7,
    "Answered": 6,
    "Accepted": 4,  # Ada, Béatrice, Emil, Farid
    "Registered": 5,  # these and Chloe
    "Attended": 4,
    "Response rate": "85.71%",  # 6 / 7
    "Positive response rate": "66.67%",  # 4 / 6
    "Attendance rate": "75.00%",  # 3 of 4; Gaston walked in
}
# Hall 300 and catering 120; 4 hours of staff at 30. Volunteers: 2 hours at 20.
COST = {
    "cost": "540.00",
    "labour_volunteer": "40.00",
    "participants": "4",
    "no_shows": "1",  # Emil
    "cost_per_participant": "135.00",  # 540 / 4
    "cost_per_engaged": "135.00",  # all four are graduates who can be reached
    "cost_per_no_show": "540.00",  # 540 / 1
}
# Ada gives 810, Béatrice books worth 135.
RETURN = {
    "money": "810.00",
    "money_low": "810.00",  # they came to one event only: every rule says the same
    "money_high": "810.00",
    "extended": "945.00",
    "cash_return": "50.0",  # (810 - 540) / 540
    "extended_return": "75.0",  # (945 - 540) / 540
}
ANSWERS = {  # by question of the survey "After the event"
    "Ada": {
        "satisfaction": 5,
        "recommend": 10,
        "expectation_event": 4,
        "networking_quantitative_1": 5,
        "learning_binary_1": "Yes",
        "networking_sentiment_1": 4,
        "satisfaction_comment": "More time for questions",
    },
    "Beatrice": {
        "satisfaction": 4,
        "recommend": 8,
        "expectation_event": 4,
        "networking_quantitative_1": 4,
        "learning_binary_1": "No",
        "networking_sentiment_1": 3,
    },
}
IMPACT = {  # result and number of answers; Gaston was asked as well and is silent
    "Response rate": ("67 %", "2"),
    "Satisfaction, mean (1-5)": ("4.50", "2"),
    "Satisfaction, share 4-5": ("100 %", "2"),
    "Expectation gap (received minus expected)": ("+0.50", "2"),  # (5-4 + 4-4) / 2
    "NPS: The event": ("+50.0", "2"),  # one of 9-10, none of 0-6
    "Learning Binary": ("50 % yes", "2"),
    "Networking Quantitative": ("4.50 of 5", "2"),
    "Networking Sentiment": ("3.50 of 5", "2"),
    # Favourable: 5, 4, yes and a feeling of 4, of six answers.
    "Participants": ("67 %", "6"),
}

SETUP = """
from odoo import Command
env.company.write({"name": "University of Valmont", "email": "alumni@valmont.example"})
for name in ("officer", "manager"):
    env["res.users"].with_context(no_reset_password=True).create({
        "name": name.capitalize(), "login": name, "password": name,
        "email": f"{name}@valmont.example", "tz": "UTC", "group_ids": [
            Command.link(env.ref("base.group_user").id),
            Command.link(env.ref(f"alumni_relations.group_{name}").id)],
    })
school = env["alumni.school"].create({"name": "Sciences", "code": "SCI"})
degree = env["alumni.degree"].create({"name": "Master", "code": "MAS"})
env["alumni.generation"].create([
    {"name": "Class of 2000", "year_from": 2000, "year_to": 2009},
    {"name": "Class of 2010", "year_from": 2010, "year_to": 2019}])
for number, name in enumerate(%(people)r):
    person = env["res.partner"].create({
        "name": f"{name} Energy", "phone": f"+33 1 99 00 00 0{number}",
        "email": name != "Farid" and f"{name.lower()}@graduates.example"})
    env["alumni.education"].create({
        "partner_id": person.id, "school_id": school.id, "degree_id": degree.id,
        "award_date": "2012-07-01" if name == "Gaston" else "2004-07-01"})
env["alumni.hourly.rate"].create([
    {"labour": "paid", "role": "staff", "rate": 30, "date_from": "2020-01-01"},
    {"labour": "volunteer", "rate": 20, "date_from": "2020-01-01"}])
# A scanner is as fast as this machine types.
env["ir.config_parameter"].set_param("barcode.max_time_between_keys_in_ms", 10000)
env["ir.mail_server"].search([]).unlink()
env["ir.mail_server"].create({
    "name": "Test", "smtp_host": "127.0.0.1", "smtp_port": %(port)d,
    "smtp_encryption": "none", "smtp_authentication": "login"})
# What the office asks for runs in the background, nothing that Odoo does by itself.
crons = env["ir.model.data"].search([("model", "=", "ir.cron")])
kept = crons.filtered(lambda one: one.module.startswith("alumni") or one.name in (
    "ir_cron_mass_mailing_queue", "ir_cron_mail_scheduler_action"))
env["ir.cron"].search([("id", "not in", kept.mapped("res_id"))]).active = False
env.cr.commit()
"""


@pytest.fixture
def server(laboratory, odoo_database, smtp_server):
    """A web server with people, hourly rates, a mail server and work in the
    background."""
    laboratory.shell(
        odoo_database, SETUP % {"people": PEOPLE, "port": smtp_server.port}
    )
    with laboratory.serve(odoo_database, "--max-cron-threads", 1) as url:
        client = odoorpc.ODOO("127.0.0.1", port=int(url.rpartition(":")[2]))
        client.login(odoo_database, OdooServer.login, OdooServer.password)
        client.env["ir.config_parameter"].set_param("web.base.url", url)
        server = OdooServer(url, odoo_database)
        server.client = client
        yield server


class Clerk:
    """Somebody of the office at a browser."""

    def __init__(self, page, url):
        self.page = page
        self.url = url
        page.set_viewport_size({"width": 1920, "height": 1000})

    def open(self, path):
        self.page.goto(f"{self.url}/odoo/{path}")
        self.page.locator(".o_action_manager .o_control_panel").wait_for()
        expect(self.page.locator(".o_loading_indicator")).to_have_count(0)

    def dialog_or_page(self):
        dialog = self.page.locator(".modal:visible")
        return dialog.last if dialog.count() else self.page

    def field(self, name):
        return (
            self.dialog_or_page()
            .locator(f".o_field_widget[name='{name}']:visible")
            .first
        )

    def fill(self, **values):
        for name, value in values.items():
            inputs = self.field(name).locator("input, textarea")
            inputs.first.fill(str(value))
            inputs.first.blur()

    def choose(self, **values):
        """Choose a record, or a value of a list."""
        for name, value in values.items():
            place = self.field(name)
            place.locator("input").first.click()
            if place.locator(".o_select_menu").count():
                self.page.locator(".o_select_menu_item", has_text=value).first.click()
                continue
            # What is offered before the search for these letters goes away again.
            with self.page.expect_response(
                lambda answer, value=value: (
                    "name_search" in answer.url
                    and value in (answer.request.post_data or "")
                )
            ):
                place.locator("input").first.fill(value)
            choices = self.page.locator(".o-autocomplete--dropdown-item")
            choices.filter(has_text=value).first.click()
            expect(choices).to_have_count(0)

    def tick(self, **values):
        for name, value in values.items():
            self.field(name).get_by_label(value, exact=True).check()

    def date(self, **values):
        for name, value in values.items():
            self.page.locator(f"[data-field='{name}']:visible").click()
            shown = self.page.locator(f"input[data-field='{name}']:visible")
            shown.fill(value)
            shown.press("Enter")

    def press(self, name):
        """Press a button; those for which the screen is too small are under More."""
        button = self.dialog_or_page().locator(f"button[name='{name}']:visible")
        more = self.page.locator(".o-form-buttonbox .o_button_more:visible")
        button.or_(more).first.wait_for()
        if not button.count():
            more.click()
            button = self.page.locator(f".o-dropdown--menu button[name='{name}']")
        button.first.click()

    def save(self):
        self.page.locator(".o_form_button_save:visible").click()
        self.page.locator(".o_form_saved, .o_form_button_create").first.wait_for()
        expect(self.page.locator(".o_form_button_save:visible")).to_have_count(0)

    def shows(self, text):
        expect(self.dialog_or_page().get_by_text(text).first).to_be_visible()

    def row(self, text):
        return self.page.locator(".o_data_row", has_text=text).first

    def cells(self, text, names):
        """What the row of a list that has this text shows in some columns."""
        row = self.row(text)
        row.wait_for()
        return {
            name: re.sub(
                r"[^\d.+-]", "", row.locator(f"td[name='{name}']").inner_text()
            )
            for name in names
        }


def read(envelope):
    return email.message_from_bytes(envelope.content, policy=email.policy.default)


def letters(smtp_server, subject, count):
    """Wait for so many messages and return them as HTML by address."""

    def found(messages):
        mine = [one for one in messages if subject in read(one)["Subject"]]
        return len(mine) >= count and mine

    return {
        one.rcpt_tos[0].partition("@")[0].capitalize(): read(one)
        .get_body(("html",))
        .get_content()
        for one in smtp_server.wait(found)
    }


def links(html, path):
    return re.findall(rf'href="(http[^"]*{path}[^"]*)"', html)


def answer(browser, html, choice, then):
    """Somebody answers an invitation by the link in the message, on a computer that
    knows nobody."""
    page = browser.new_page()
    page.goto(links(html, rf"/alumni/invitation/[^?]*\?answer={choice}")[0])
    expect(page.locator(f"input[value={choice}]")).to_be_checked()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("status")).to_contain_text(then)
    page.close()


def test_an_event_from_the_objective_to_its_impact(
    browser, server, smtp_server, laboratory, picture
):
    with ExitStack() as stack:
        clerks = {}
        for login in ("manager", "officer"):
            account = OdooServer(server.url, server.database)
            account.login = account.password = login
            page = stack.enter_context(logged_in(browser, account))
            clerks[login] = Clerk(page, server.url)
        manager, officer = clerks["manager"], clerks["officer"]
        event = prepare(manager, officer)
        invite(officer, event)
        invited = ask(officer, event, smtp_server)
        scan(laboratory, server, invited)
        reply(browser, smtp_server, officer, event, invited)
        receive(browser, laboratory, server, officer, event, invited)
        pay(officer, manager, event)
        survey(browser, server, smtp_server, officer, event)
        give(officer)
        close(officer)
        read_figures(officer, event, picture)


def prepare(manager, officer):
    """What is wanted comes first. Return the path of the event."""
    manager.open("alumni-objectives/new")
    manager.fill(name="Graduates open doors")
    manager.tick(level="Strategic")
    manager.save()
    manager.shows("Nothing serves this objective yet")
    manager.press("action_open")

    officer.open("alumni-programmes/new")
    officer.fill(name="Career talks of energy")
    officer.choose(programme_type="Career talks")
    officer.save()

    begin = datetime.now(timezone.utc) + timedelta(days=20)
    officer.open("action-event.action_event_view/new")
    officer.fill(name=EVENT)
    officer.choose(programme_id="Career talks of energy", alumni_kind_id="Career talk")
    officer.date(
        date_begin=begin.strftime("%m/%d/%Y 04:00:00 PM"),
        date_end=begin.strftime("%m/%d/%Y 06:00:00 PM"),
    )
    officer.page.locator("[name=seats_limited] input").check()
    officer.fill(seats_max=3, alumni_target_attendance=5)
    officer.save()
    officer.shows("This event has no objective")
    event = officer.page.url.partition("/odoo/")[2]

    officer.page.get_by_role("button", name="Set one").click()
    officer.page.locator(".o_list_button_add").click()
    officer.fill(name="Five graduates in the room")
    officer.choose(measured_by="Attendances")
    # The fields move up when those of an own measure leave the form.
    expect(officer.field("measure")).to_be_hidden()
    officer.fill(expected=5)
    officer.page.locator(".o_field_x2many_list_row_add a:visible").click()
    officer.choose(strategic_id="Graduates open doors", coherence="Full")
    officer.fill(reason="They meet who hires them")
    officer.save()
    expect(officer.page.get_by_text("serves no strategic one")).to_be_hidden()
    officer.press("action_open")
    return event


def invite(officer, event):
    officer.open(event)
    expect(officer.page.get_by_text("This event has no objective")).to_be_hidden()
    officer.press("action_invite_contacts")
    officer.choose(source="Generations", generation_ids="Class of 2000")
    expect(officer.field("new_count")).to_have_text(str(len(INVITED)))
    expect(officer.field("reachable_count")).to_have_text(str(len(INVITED) - 1))
    officer.press("action_invite")
    expect(officer.page.locator(".o_data_row")).to_have_count(len(INVITED))


def send(officer, event, button):
    officer.open(event)
    officer.press(button)
    officer.press("action_launch")
    officer.page.locator(".modal").get_by_role("button", name="Send to all").click()
    expect(officer.page.locator("button[name=action_launch]:visible")).to_have_count(0)


def ask(officer, event, smtp_server):
    """Send the invitations and return what has arrived."""
    send(officer, event, "action_alumni_send_invitations")
    invited = letters(smtp_server, f"Invitation: {EVENT}", 6)
    assert set(invited) == set(INVITED) - {"Farid"}
    return invited


def scan(laboratory, server, invited):
    """Programs that check mails follow every link: that answers nothing."""
    for html in invited.values():
        found = links(html, "/alumni/invitation/")
        assert len(found) == 3
        for link in found:
            assert requests.get(link, timeout=60).ok
    assert laboratory.rows(
        server.database,
        "SELECT count(*), count(answer) FROM alumni_invitation",
    ) == [["7", "0"]]


def reply(browser, smtp_server, officer, event, invited):
    answer(browser, invited["Chloe"], "yes", "look forward to seeing you")
    answer(browser, invited["Ada"], "yes", "look forward to seeing you")
    answer(browser, invited["Emil"], "yes", "look forward to seeing you")
    answer(browser, invited["Beatrice"], "yes", "you are on the waiting list")
    answer(browser, invited["Chloe"], "no", "Thank you for telling us")
    assert set(letters(smtp_server, "A seat for you", 1)) == {"Beatrice"}

    send(officer, event, "action_alumni_remind")
    reminded = letters(smtp_server, "Do you come?", 2)
    assert set(reminded) == {"David", "Helene"}
    answer(browser, reminded["David"], "maybe", "when you know")

    # Farid says on the phone that he comes; the seats are taken until there are more.
    officer.open(event)
    officer.press("action_alumni_invitations")
    officer.row("Farid Energy").locator("td[name=partner_id]").click()
    officer.choose(answer="Yes", answer_channel="Phone")
    officer.save()
    expect(officer.field("waiting_since")).to_be_visible()
    officer.open(event)
    officer.fill(seats_max=6)
    officer.save()
    officer.press("action_alumni_invitations")
    expect(officer.row("Farid Energy").locator("td[name=attendance]")).to_have_text(
        "Registered"
    )


def move(server, hours):
    """Have the event begin so many hours from now, for two hours."""
    events = server.client.env["event.event"]
    begin = datetime.now(timezone.utc) + timedelta(hours=hours)
    events.write(
        events.search([("name", "=", EVENT)]),
        {
            "date_begin": f"{begin:%Y-%m-%d %H:%M:%S}",
            "date_end": f"{begin + timedelta(hours=2):%Y-%m-%d %H:%M:%S}",
        },
    )


def receive(browser, laboratory, server, officer, event, invited):
    """The day of the event, at Odoo's registration desk."""
    move(server, -1)
    page = browser.new_page()
    page.goto(links(invited["Helene"], "/alumni/invitation/")[0])
    expect(page.get_by_role("alert")).to_contain_text("Answers are closed")
    page.close()

    badges = dict(
        laboratory.rows(
            server.database,
            "SELECT split_part(person.name, ' ', 1), seat.barcode "
            "FROM event_registration seat "
            "JOIN res_partner person ON person.id = seat.attendee_id",
        )
    )
    officer.open(event)
    officer.page.get_by_role("button", name="Registration Desk").click()
    officer.page.locator(".o_event_barcode_main, .o_event_barcode_bg").first.wait_for()
    for name, result in (
        ("Ada", "Successfully registered!"),
        ("Beatrice", "Successfully registered!"),
        ("Farid", "Successfully registered!"),
        ("Ada", "Ticket already scanned!"),
        ("Chloe", "Cancelled registration"),
    ):
        officer.page.keyboard.type(badges[name])
        officer.page.keyboard.press("Enter")
        dialog = officer.page.locator(".modal", has_text=f"{name} Energy")
        expect(dialog).to_contain_text(result)
        # Continue lets in whoever has cancelled, too.
        leave = "Close" if result == "Cancelled registration" else "Continue"
        dialog.get_by_role("button", name=leave).click()
        expect(dialog).to_be_hidden()
    officer.page.keyboard.type("0000000001")
    officer.page.keyboard.press("Enter")
    expect(officer.page.get_by_text("Invalid ticket")).to_be_visible()

    # Gaston was not invited and comes all the same.
    officer.open("action-event.event_registration_action_tree/new")
    officer.choose(event_id=EVENT, partner_id="Gaston Energy")
    officer.save()
    officer.press("action_set_done")
    expect(officer.page.locator("button[name=action_set_done]:visible")).to_have_count(
        0
    )
    move(server, -48)


def pay(officer, manager, event):
    """The officer enters what it cost, the manager validates."""
    officer.open(event)
    officer.press("action_alumni_costs")
    for label, values in {
        "Hall": {"amount": 300},
        "Catering": {"amount": 120, "payer": "Others"},
        "Preparation": {"hours": "4:00"},
        "Hosts": {"hours": "2:00", "labour": "Volunteer"},
    }.items():
        officer.page.locator(".o_list_button_add, .o_form_button_create").first.click()
        expect(officer.field("name").locator("input, textarea").first).to_have_value("")
        officer.fill(name=label)
        if "hours" in values:
            officer.tick(nature="Labour", labour=values.get("labour", "Paid"))
            officer.fill(hours=values["hours"])
        else:
            officer.fill(amount=values["amount"])
        if "payer" in values:
            officer.choose(payer=values["payer"])
            officer.fill(payer_name="Rotary of Valmont")
        officer.save()

    manager.open("alumni-costs")
    waiting = manager.page.locator(".o_data_row", has_text="To validate")
    expect(waiting).to_have_count(4)
    manager.page.locator("thead .o_list_record_selector input").check()
    manager.press("action_validate")
    expect(waiting).to_have_count(0)


def survey(browser, server, smtp_server, officer, event):
    """Those who came are asked how it was, and two of them answer."""
    officer.open(event)
    officer.press("action_alumni_send_survey")
    for name, count in (
        ("chosen_count", 4),
        ("unreachable_count", 1),
        ("new_count", 3),
    ):
        expect(officer.field(name)).to_have_text(str(count))
    officer.press("action_send")
    asked = letters(smtp_server, f"How was “{EVENT}”?", 3)
    assert set(asked) == {"Ada", "Beatrice", "Gaston"}
    data = server.client.env["ir.model.data"]
    for name, given in ANSWERS.items():
        page = browser.new_page()
        page.goto(links(asked[name], "/survey/start/")[0])
        page.get_by_role("button", name="Start").click()
        for question, value in given.items():
            question_id = data.check_object_reference(
                "alumni_relations", f"question_event_{question}"
            )[1]
            if isinstance(value, int):
                page.locator(f"label[for='{question_id}_{value}']").click()
            elif question == "learning_binary_1":
                page.locator(
                    f"[data-name='{question_id}'] label", has_text=value
                ).click()
            else:
                page.locator(f"textarea[name='{question_id}']").fill(value)
        page.get_by_role("button", name="Submit").click()
        page.locator(".modal").get_by_role("button", name="Submit").click()
        expect(page.get_by_text("every answer is read")).to_be_visible()
        page.close()


def give(officer):
    """What two of them give afterwards."""
    for person, kind, amount in (
        ("Ada", "Money", 810),
        ("Beatrice", "In kind", 135),
    ):
        officer.open("alumni-gifts/new")
        officer.choose(partner_id=f"{person} Energy", gift_type_id=kind)
        officer.fill(amount=amount)
        officer.save()
        if officer.page.locator("button[name=action_receive]:visible").count():
            officer.press("action_receive")


def close(officer):
    """Close the objective: not without evidence."""
    officer.open("alumni-objectives")
    officer.row("Five graduates in the room").locator("td[name=name]").click()
    expect(officer.field("actual")).to_have_text("4.00")
    officer.press("action_close")
    officer.shows("cannot be closed yet")
    officer.page.locator(".modal button", has_text="Close").last.click()
    officer.date(result_date=f"{datetime.now(timezone.utc):%m/%d/%Y}")
    officer.fill(evidence="Badges scanned at the registration desk")
    officer.choose(conformity="Partly as wanted")
    officer.press("action_close")
    expect(
        officer.page.locator(".o_statusbar_status .o_arrow_button_current")
    ).to_have_text("Closed")
    expect(officer.field("achievement")).to_contain_text("80")


def read_figures(officer, event, picture):
    page = officer.page
    officer.open(event)
    officer.press("action_alumni_impact")
    page.locator(".o_data_row").first.wait_for()
    shown = {}
    for row in page.locator(".o_data_row").all():
        texts = {
            cell.get_attribute("name"): cell.inner_text().strip()
            for cell in row.locator("td[name]").all()
        }
        label = f"{texts['label']} {texts.get('kind', '')}".strip()
        shown[label] = (texts["own_result"], texts["own_count"])
    assert {label: shown.get(label) for label in IMPACT} == IMPACT
    picture(page, "impact", full_page=True)

    officer.open(event)
    officer.press("action_alumni_funnel")
    header = page.locator(".o_pivot table thead tr").last.locator("th")
    header.first.wait_for()
    total = page.locator(".o_pivot tbody tr").first.locator("td")
    figures = dict(zip(header.all_inner_texts(), total.all_inner_texts(), strict=True))
    assert {name: figures.get(name) for name in FUNNEL} == {
        name: str(value) for name, value in FUNNEL.items()
    }
    picture(page, "funnel")

    officer.open("alumni-action-costs")
    page.locator("button.o_switch_view.o_list").click()
    assert officer.cells(EVENT, COST) == COST

    officer.open("alumni-returns")
    page.locator("button.o_switch_view.o_list").click()
    page.locator("button[name=action_compute]").click()
    expect(page.locator(".o_statusbar_status .o_arrow_button_current")).to_have_text(
        "Done"
    )
    officer.open("alumni-returns")
    page.locator("button.o_switch_view.o_list").click()
    assert officer.cells(EVENT, RETURN) == RETURN
