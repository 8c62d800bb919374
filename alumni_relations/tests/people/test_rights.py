import json

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ...models.people.res_partner import CONTACT_DETAILS
from .common import PeopleCommon

CONFIGURATION = (
    "alumni.audience",
    "alumni.generation",
    "alumni.interest",
    "alumni.motivation",
    "alumni.school",
    "alumni.degree",
    "alumni.consent.purpose",
)
RECORDS = ("alumni.education", "alumni.student.number", "alumni.consent")
OPERATIONS = ("read", "write", "create", "unlink")


@tagged("post_install", "-at_install")
class TestRights(PeopleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls._person(
            "Ada Byron",
            email="ada@example.org",
            phone="+33247366600",
            street="12 rue des Tanneurs",
            city="Tours",
            zip="37000",
            alumni_birth_date="1815-12-10",
            alumni_linkedin_url="https://www.linkedin.com/in/ada",
        )
        cls.education = cls._education(cls.person, cls.master, "2012-07-01", cls.law)
        cls.number = cls.env["alumni.student.number"].create(
            {"name": "001", "partner_id": cls.person.id}
        )
        cls.consent = cls._consent(cls.person, "given")

    def _allowed(self, user, model):
        records = self.env[model].with_user(user)
        return "".join(o[0] for o in OPERATIONS if records.has_access(o))

    def test_per_group_and_model(self):
        expected = {
            self.officer: ("r", "rwcu", "rwc"),
            self.manager: ("rwcu", "rwcu", "rwcu"),
            self.analyst: ("r", "", ""),
            self.portal: ("r", "r", "r"),
            self.public: ("", "", ""),
        }
        for user, (configuration, records, consent) in expected.items():
            for model in CONFIGURATION:
                with self.subTest(user=user.login, model=model):
                    self.assertEqual(self._allowed(user, model), configuration)
            for model in RECORDS:
                with self.subTest(user=user.login, model=model):
                    self.assertEqual(
                        self._allowed(user, model),
                        consent if model == "alumni.consent" else records,
                    )

    def test_officer_edits_people(self):
        person = self.person.with_user(self.officer)
        person.alumni_ambassador_stage = "approached"
        self.env["res.partner"].with_user(self.officer).create({"name": "New"})

    def test_other_institution_sees_nothing_of_ours(self):
        for model, record in (
            ("alumni.education", self.education),
            ("alumni.student.number", self.number),
            ("alumni.consent", self.consent),
            ("alumni.school", self.law),
            ("alumni.degree", self.master),
            ("alumni.generation", self.generation_1),
        ):
            with self.subTest(model):
                theirs = self.env[model].with_user(self.other_officer)
                self.assertFalse(theirs.search([("id", "=", record.id)]))
                with self.assertRaises(AccessError):
                    record.with_user(self.other_officer).read()
        self.person.company_id = self.company
        self.assertFalse(
            self.env["res.partner"]
            .with_user(self.other_officer)
            .search([("id", "=", self.person.id)])
        )

    @mute_logger("odoo.models", "odoo.orm.models")
    def test_analyst_reads_no_contact_detail(self):
        partners = self.env["res.partner"].with_user(self.analyst)
        person = self.person.with_user(self.analyst)
        self.assertEqual(person.alumni_generation_id, self.generation_2)
        known = CONTACT_DETAILS & self.env["res.partner"]._fields.keys()
        self.assertFalse(known & partners.fields_get().keys())
        for name in sorted(known):
            with self.subTest(name), self.assertRaises(AccessError):
                person.read([name])
            with self.subTest(name), self.assertRaises(AccessError):
                person.mapped(name)
        for name in ("email", "phone", "zip", "city", "alumni_birth_date"):
            with self.subTest(name), self.assertRaises(AccessError):
                partners.search([(name, "!=", False)])
            with self.subTest(name), self.assertRaises(AccessError):
                partners.formatted_read_group([], [name], ["__count"])
            with self.subTest(name), self.assertRaises(AccessError):
                partners.search([], order=name)
        self.analyst.group_ids += self.env.ref("base.group_allow_export")
        with self.assertRaises(AccessError):
            person.export_data(["name", "email"])

    def test_views_shown_to_an_analyst_name_no_contact_detail(self):
        for user, shown in ((self.analyst, False), (self.officer, True)):
            for view_type in ("list", "form", "kanban", "search"):
                view = (
                    self.env["res.partner"]
                    .with_user(user)
                    .get_view(view_type=view_type)
                )
                fields = etree.fromstring(view["arch"]).xpath("//field/@name")
                with self.subTest(view_type=view_type, user=user.login):
                    self.assertTrue({"name", "complete_name"} & set(fields))
                    if view_type != "search":
                        self.assertEqual(bool(CONTACT_DETAILS & set(fields)), shown)
                    if view_type == "form":
                        signs = etree.fromstring(view["arch"]).xpath(
                            "//i[@title='Email'][not(ancestor::field)]"
                        )
                        self.assertEqual(bool(signs), shown)

    def test_analyst_is_offered_nothing_that_writes_to_people(self):
        for user, offered in ((self.analyst, False), (self.officer, True)):
            views = (
                self.env["res.partner"]
                .with_user(user)
                .get_views(
                    [(False, "list"), (False, "form")], options={"toolbar": True}
                )["views"]
            )
            for view in views.values():
                self.assertEqual(bool(view["toolbar"].get("action")), offered)

    @mute_logger("odoo.models", "odoo.orm.models")
    def test_analyst_finds_no_way_around(self):
        user = self.env["res.users"].create(
            {"name": "Ada Byron", "login": "ada", "partner_id": self.person.id}
        )
        users = self.env["res.users"].with_user(self.analyst)
        with self.assertRaises(AccessError):
            users.browse(user.id).read(["email"])
        with self.assertRaises(AccessError):
            users.search([("email", "=", "ada@example.org")])
        with self.assertRaises(AccessError):
            users.formatted_read_group([], ["partner_id.zip"], ["__count"])
        person = self.person.with_user(self.analyst)
        shown = person.with_context(
            show_email=True, show_address=True, formatted_display_name=True
        ).display_name
        self.assertNotIn("ada@", shown)
        self.assertNotIn("Tours", shown)
        self.assertFalse(
            self.env["res.partner"].with_user(self.analyst).name_search("ada@example")
        )
        self.assertTrue(
            self.env["res.partner"].with_user(self.analyst).name_search("Byron")
        )
        said = "A letter"
        self.person.message_post(
            body=said, email_from="ada@example.org", message_type="email"
        )
        on_person = [("model", "=", "res.partner"), ("res_id", "=", self.person.id)]
        messages = self.env["mail.message"]
        self.assertTrue(messages.with_user(self.officer).search(on_person))
        self.assertFalse(messages.with_user(self.analyst).search(on_person))
        self.person.message_subscribe(self.person.ids)
        with self.assertRaises(AccessError):
            self.person.message_follower_ids.with_user(self.analyst).read(["email"])
        suggestions = (
            self.env["res.partner"]
            .with_user(self.analyst)
            .get_mention_suggestions("Byron")
        )
        self.assertNotIn("ada@example.org", json.dumps(suggestions, default=str))

    def test_analyst_who_is_an_officer_too_reads_all(self):
        self.analyst.group_ids += self.env.ref("alumni_relations.group_officer")
        self.assertEqual(self.person.with_user(self.analyst).email, "ada@example.org")

    @mute_logger("odoo.models", "odoo.orm.models")
    def test_portal_sees_own_data_only(self):
        own = self.portal.partner_id
        own.write({"alumni_birth_date": "1990-01-01"})
        education = self._education(own, self.bachelor, "2012-07-01", self.law)
        self.assertEqual(
            self.env["alumni.education"].with_user(self.portal).search([]), education
        )
        self.assertEqual(
            str(own.with_user(self.portal).alumni_birth_date), "1990-01-01"
        )
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        colleague = self._person(
            "Charles Babbage", parent_id=firm.id, alumni_birth_date="1791-12-26"
        )
        own.parent_id = firm
        seen = colleague.with_user(self.portal)
        self.assertEqual(seen.name, "Charles Babbage")
        with self.assertRaises(AccessError):
            seen.read(["alumni_birth_date"])
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(self.portal).search(
                [("alumni_birth_date", "=", "1791-12-26")]
            )

    def test_public_sees_nothing(self):
        with self.assertRaises(AccessError):
            self.person.with_user(self.public).read(["alumni_generation_id"])


@tagged("post_install", "-at_install")
class TestAnalystClient(HttpCase, PeopleCommon):
    def _call(self, model, method, *args, **kwargs):
        response = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps(
                {
                    "params": {
                        "model": model,
                        "method": method,
                        "args": args,
                        "kwargs": kwargs,
                    }
                }
            ),
            headers={"Content-Type": "application/json"},
        ).json()
        self.assertNotIn("error", response, response.get("error"))
        return response["result"]

    def test_web_client_opens(self):
        person = self._person("Ada Byron", email="ada@example.org")
        self.authenticate(self.analyst.login, self.analyst.login)
        page = self.url_open("/odoo")
        self.assertEqual(page.status_code, 200)
        self.assertIn("odoo.__session_info__", page.text)
        for route in ("/mail/data", "/mail/action"):
            answer = self.url_open(
                route,
                data=json.dumps(
                    {
                        "params": {
                            "fetch_params": [
                                "init_messaging",
                                "systray_get_activities",
                                "channels_as_member",
                            ]
                        }
                    }
                ),
                headers={"Content-Type": "application/json"},
            ).json()
            self.assertNotIn("error", answer, answer.get("error"))
        for model, record in (
            ("res.partner", person),
            ("res.partner", self.officer.partner_id),
            ("res.users", self.officer),
        ):
            card = self.url_open(
                "/mail/data",
                data=json.dumps(
                    {
                        "params": {
                            "fetch_params": [
                                ["avatar_card", {"id": record.id, "model": model}]
                            ]
                        }
                    }
                ),
                headers={"Content-Type": "application/json"},
            ).json()
            self.assertNotIn("error", card, card.get("error"))
            self.assertNotIn("ada@example.org", json.dumps(card))
        for text, found in (("alumni_officer", 1), ("a.a@exam", 0)):
            invited = self._call(
                "res.partner", "search_for_channel_invite", search_term=text
            )
            self.assertEqual(invited["count"], found)
        listed = self._call(
            "res.partner",
            "web_search_read",
            domain=[["id", "=", person.id]],
            specification={"display_name": {}, "alumni_school_id": {}},
        )
        self.assertEqual(listed["records"][0]["display_name"], "Ada Byron")
        self._call("res.partner", "get_views", views=[[False, "list"], [False, "form"]])
        own = self._call(
            "res.users",
            "web_read",
            [self.analyst.id],
            specification={"name": {}, "email": {}, "tz": {}},
        )
        self.assertEqual(own[0]["email"], self.analyst.email)
