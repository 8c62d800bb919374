"""A newsletter goes out over SMTP, to those who can be written to and to no other."""

import email
import email.policy
import re
from urllib.parse import urlsplit

import odoorpc
import pytest
import requests


@pytest.fixture(scope="module")
def client(odoo_server):
    client = odoorpc.ODOO("127.0.0.1", port=odoo_server.port)
    client.login(odoo_server.database, odoo_server.login, odoo_server.password)
    return client


def xml_id(client, name):
    return client.env["ir.model.data"].check_object_reference("alumni_relations", name)[
        1
    ]


@pytest.fixture(scope="module")
def graduates(client):
    """Return the ids of six graduates by first name; three can be written to."""
    school = client.env["alumni.school"].create({"name": "Arts", "code": "NL-S"})
    degree = client.env["alumni.degree"].create({"name": "Master", "code": "NL-D"})
    newsletter = xml_id(client, "purpose_newsletter")
    people = {}
    for name, values in {
        "Rita": {},
        "Élodie": {},
        "Nora": {},
        "Dan": {"alumni_deceased": True},
        "Max": {"email": False},
        "Ron": {},
    }.items():
        address = f"{len(people)}@graduates.example"
        people[name] = client.env["res.partner"].create(
            {"name": f"{name} Newsletter", "email": address, **values}
        )
        client.env["alumni.education"].create(
            {
                "partner_id": people[name],
                "school_id": school,
                "degree_id": degree,
                "award_date": "2020-07-01",
            }
        )
    for name, purpose in (
        ("Ron", newsletter),
        ("Nora", xml_id(client, "purpose_events")),
    ):
        client.env["alumni.consent"].create(
            {"partner_id": people[name], "purpose_id": purpose, "state": "refused"}
        )
    return people


def send(client, smtp_server, graduates):
    """Send a newsletter and return its id and the messages by address."""
    servers = client.env["ir.mail_server"]
    servers.unlink(servers.search([]))
    servers.create(
        {
            "name": "Test",
            "smtp_host": "127.0.0.1",
            "smtp_port": smtp_server.port,
            "smtp_encryption": "none",
            "smtp_authentication": "login",
        }
    )
    (model,) = client.env["ir.model"].search([("model", "=", "res.partner")])
    mailing = client.env["mailing.mailing"].create(
        {
            "subject": "Nouvelles de votre université",
            "email_from": "office@university.example",
            "body_html": '<p>Hello</p><a href="/unsubscribe_from_list">Unsubscribe</a>',
            "mailing_model_id": model,
            "mailing_domain": repr([("id", "in", sorted(graduates.values()))]),
            "alumni_purpose_id": xml_id(client, "purpose_newsletter"),
        }
    )
    client.env["mailing.mailing"].action_send_mail([mailing])
    client.env["mail.mail"].process_email_queue()
    messages = {}
    for envelope in smtp_server.messages:
        (address,) = envelope.rcpt_tos
        assert address not in messages, f"{address} got it twice"
        messages[address] = email.message_from_bytes(
            envelope.content, policy=email.policy.default
        )
    return mailing, messages


def test_reaches_those_who_can_be_written_to(
    client, odoo_server, smtp_server, graduates
):
    mailing, messages = send(client, smtp_server, graduates)
    assert set(messages) == {f"{number}@graduates.example" for number in (0, 1, 2)}
    for message in messages.values():
        assert message["Subject"] == "Nouvelles de votre université"
    (figures,) = client.env["mailing.mailing"].read(
        [mailing],
        [
            "state",
            "alumni_reached",
            "alumni_left_out_deceased",
            "alumni_left_out_missing",
            "alumni_left_out_refused",
            "alumni_left_out",
        ],
    )
    del figures["id"]
    assert figures == {
        "state": "done",
        "alumni_reached": 3,
        "alumni_left_out_deceased": 1,
        "alumni_left_out_missing": 1,
        "alumni_left_out_refused": 1,
        "alumni_left_out": 3,
    }

    # Rita's mail program follows the link that the message offers it (RFC 8058).
    link = re.search(
        r"<(http[^>]+)>", messages["0@graduates.example"]["List-Unsubscribe"]
    )
    path = urlsplit(link[1])
    answer = requests.post(
        f"{odoo_server.url}{path.path}?{path.query}",
        data={"List-Unsubscribe": "One-Click"},
        timeout=60,
    )
    assert answer.ok
    smtp_server.messages.clear()
    _mailing, messages = send(client, smtp_server, graduates)
    assert set(messages) == {f"{number}@graduates.example" for number in (1, 2)}
    assert not client.env["mail.blacklist"].search_count(
        [("email", "=", "0@graduates.example")]
    )
