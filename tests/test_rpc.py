"""Programs of others reach the records through Odoo's two interfaces."""

import odoorpc
import pytest
import requests


@pytest.fixture(scope="module")
def client(odoo_server):
    client = odoorpc.ODOO("127.0.0.1", port=odoo_server.port)
    client.login(odoo_server.database, odoo_server.login, odoo_server.password)
    return client


@pytest.fixture(scope="module")
def api_key(laboratory, odoo_server):
    """Return a key of the administrator for the JSON-2 interface."""
    return laboratory.shell(
        odoo_server.database,
        "admin = env.ref('base.user_admin')\n"
        "key = env(user=admin)['res.users.apikeys']._generate('rpc', 'test', None)\n"
        "env.cr.commit()\n"
        "print(key)\n",
    ).split()[-1]


def call(server, key, model, method, **arguments):
    return requests.post(
        f"{server.url}/json/2/{model}/{method}",
        json=arguments,
        headers={
            "Authorization": f"bearer {key}",
            "X-Odoo-Database": server.database,
        },
        timeout=60,
    )


def test_odoorpc_writes_and_reads_a_graduate(client):
    partners = client.env["res.partner"]
    school = client.env["alumni.school"].create({"name": "Sciences", "code": "RPC-S"})
    partner = partners.create({"name": "Ada Martin", "company_type": "person"})
    degree = client.env["alumni.degree"].create(
        {"name": "Master of Physics", "code": "RPC-M", "level": "master"}
    )
    client.env["alumni.education"].create(
        {
            "partner_id": partner,
            "school_id": school,
            "degree_id": degree,
            "award_date": "2021-09-30",
            "state": "awarded",
        }
    )
    (found,) = partners.read([partner], ["is_alumnus", "alumni_first_award_year"])
    assert found["is_alumnus"] is True
    assert found["alumni_first_award_year"] == 2021
    assert partners.search_count([("id", "=", partner), ("is_alumnus", "=", True)]) == 1


def test_json2_reads_what_rights_allow(odoo_server, api_key, client):
    partner = client.env["res.partner"].create({"name": "Zoé Durand"})
    answer = call(
        odoo_server,
        api_key,
        "res.partner",
        "search_read",
        domain=[["id", "=", partner]],
        fields=["name", "is_alumnus"],
    )
    assert answer.status_code == 200, answer.text
    assert answer.json() == [{"id": partner, "name": "Zoé Durand", "is_alumnus": False}]


def test_json2_counts_engagement(odoo_server, api_key):
    answer = call(odoo_server, api_key, "alumni.engagement", "search_count", domain=[])
    assert answer.status_code == 200, answer.text
    assert answer.json() >= 0


def test_json2_refuses_a_wrong_key(odoo_server):
    answer = call(odoo_server, "wrong", "res.partner", "search_count", domain=[])
    assert answer.status_code == 401


def test_json2_refuses_a_private_method(odoo_server, api_key):
    answer = call(odoo_server, api_key, "alumni.engagement", "_cron_compact")
    assert answer.status_code in (403, 404, 422), answer.text
