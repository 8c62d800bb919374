"""P10: opening a person's form."""

from lxml import etree

from . import ADDONS, OTHERS, in_turns
from .figures import ROUNDS
from .intake import take_registrar

STOCK = (
    "contacts",
    "event",
    "survey",
    "mass_mailing",
    "mass_mailing_event",
    "portal",
    "spreadsheet_dashboard",
)
MORE_QUERIES = 8
HISTORY = 200


def specification(node, fields, models):
    """What the web client asks for to show a form or an embedded list."""
    asked = {}
    inside = "ancestor::field"
    depth = len(node.xpath(inside))
    for element in node.iter("field"):
        if len(element.xpath(inside)) != depth + (node.tag == "field"):
            continue
        field = fields.get(element.get("name"))
        if not field:
            continue
        entry = asked.setdefault(element.get("name"), {})
        if field["type"] == "many2one":
            entry["fields"] = {"display_name": {}}
        elif field["type"] in ("one2many", "many2many"):
            related = models.get(field["relation"], {}).get("fields", {})
            embedded = element.find("list")
            shown = embedded if embedded is not None else element.find("kanban")
            entry["limit"] = 40
            entry["fields"] = (
                specification(shown, related, models)
                if shown is not None
                else {"display_name": {}}
            )
    return asked


def read_form(env, person_id):
    """Read a person as the form does; return the number of queries."""
    views = env["res.partner"].get_views([(False, "form")])
    models = views["models"]
    arch = etree.fromstring(views["views"]["form"]["arch"])
    asked = specification(arch, models["res.partner"]["fields"], models)
    env.invalidate_all()
    before = env.cr.sql_log_count
    env["res.partner"].browse(person_id).web_read(asked)
    return env.cr.sql_log_count - before


def write_person(env, history):
    """A person with this many gifts, where there are gifts at all."""
    person = env["res.partner"].create(
        {"name": "Zélie Valombert", "email": "zelie@mail.example.org"}
    )
    if "alumni.gift" in env and history:
        gift_type = env["alumni.gift.type"].search([], limit=1)
        env["alumni.gift"].create(
            [
                {"partner_id": person.id, "gift_type_id": gift_type.id, "amount": 10}
                for _number in range(history)
            ]
        )
    return person.id


def measure(run):
    databases = run.databases
    run.say("P10: opening a person's form")
    ours = databases.worker(databases.clone(databases.template(*ADDONS)))
    theirs = databases.worker(databases.clone(databases.template(*STOCK)))
    ours.call(take_registrar, run.registrar(500, first=OTHERS))
    person = ours.result(write_person, HISTORY)
    without = ours.result(write_person, 0)
    stock = theirs.result(write_person, 0)
    seconds, other = in_turns(
        2 * ROUNDS,
        lambda: ours.seconds(read_form, person),
        lambda: theirs.seconds(read_form, stock),
    )
    queries = ours.result(read_form, person)
    same = ours.result(read_form, without)
    plain = theirs.result(read_form, stock)
    run.add(
        "P10",
        "opening the form of a person",
        f"{HISTORY} gifts",
        seconds,
        other,
        MORE_QUERIES,
        ours.peak(),
        f"the stock contact form. What counts is queries: {queries} with {HISTORY} "
        f"gifts, {same} with none, {plain} in the stock form",
    )
    run.results[-1] |= {
        "queries": queries,
        "queries_without_history": same,
        "other_queries": plain,
        "met": queries - plain <= MORE_QUERIES and queries == same,
        "ours_text": f"{queries} queries",
        "other_text": f"{plain} queries",
        "ratio_text": f"{queries - plain} more",
        "goal_text": f"at most {MORE_QUERIES} more",
    }
    databases.release(ours, theirs)
