from ast import literal_eval
from datetime import timedelta
from urllib.parse import urlsplit

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged

from odoo.addons.mail.tests.common import MailCommon

from ..common import AlumniCommon


class NewsletterCommon(AlumniCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.newsletter = cls.env.ref("alumni_relations.purpose_newsletter")
        cls.events = cls.env.ref("alumni_relations.purpose_events")
        cls.school = cls.env["alumni.school"].create(
            {"name": "Law", "code": "TEST-LAW"}
        )
        cls.degree = cls.env["alumni.degree"].create(
            {"name": "Master", "code": "TEST-M"}
        )
        reached = cls._graduate("Rita Reached", email="rita@example.org")
        no_events = cls._graduate("Nora Noevents", email="nora@example.org")
        cls._consent(no_events, "refused", cls.events)
        back = cls._graduate("Bea Back", email="bea@example.org")
        cls._consent(back, "refused", cls.newsletter, days_ago=30)
        cls._consent(back, "given", cls.newsletter, days_ago=10)
        dead = cls._graduate("Dan Dead", email="dan@example.org", alumni_deceased=True)
        silent = cls._graduate("Max Missing")
        wrong = cls._graduate("Ina Invalid", email="not an address")
        listed = cls._graduate("Bob Blacklisted", email="bob@example.org")
        cls.env["mail.blacklist"]._add("bob@example.org")
        refused = cls._graduate("Ron Refused", email="ron@example.org")
        cls._consent(refused, "refused", cls.newsletter)
        refused_all = cls._graduate("Ray Refused", email="ray@example.org")
        cls._consent(refused_all, "refused")
        cls.people = {
            "ok": reached | no_events | back,
            "deceased": dead,
            "missing": silent,
            "invalid": wrong,
            "blacklisted": listed,
            "refused": refused | refused_all,
        }
        cls.all_people = cls.env["res.partner"].union(*cls.people.values())

    @classmethod
    def _graduate(cls, name, award_date="2020-07-01", **values):
        person = cls._person(name, **values)
        cls.env["alumni.education"].create(
            {
                "partner_id": person.id,
                "school_id": cls.school.id,
                "degree_id": cls.degree.id,
                "award_date": award_date,
            }
        )
        return person

    @classmethod
    def _consent(cls, person, state, purpose=None, days_ago=0):
        cls.env["alumni.consent"].create(
            {
                "partner_id": person.id,
                "purpose_id": purpose and purpose.id,
                "channel": "email",
                "state": state,
                "date": fields.Date.today() - timedelta(days=days_ago),
            }
        )

    @classmethod
    def _mailing(cls, **values):
        return cls.env["mailing.mailing"].create(
            {
                "subject": "Letter to our graduates",
                "body_html": "<p>Hello <a href='/unsubscribe_from_list'>bye</a></p>",
                "mailing_model_id": cls.env.ref("base.model_res_partner").id,
                "mailing_domain": repr([("id", "in", cls.all_people.ids)]),
                "alumni_purpose_id": cls.newsletter.id,
                **values,
            }
        )


class TestMailing(NewsletterCommon, MailCommon):
    def _recipients(self, mailing):
        return self.env["res.partner"].browse(mailing._get_recipients())

    def test_only_reachable_people_are_recipients(self):
        self.assertEqual(self._recipients(self._mailing()), self.people["ok"])

    def test_each_purpose_has_its_own_refusals(self):
        mailing = self._mailing(alumni_purpose_id=self.events.id)
        names = self._recipients(mailing).mapped("name")
        self.assertEqual(sorted(names), ["Bea Back", "Rita Reached", "Ron Refused"])

    def test_without_purpose_nothing_changes(self):
        mailing = self._mailing(alumni_purpose_id=False)
        self.assertFalse(mailing.alumni_is_filtered)
        self.assertEqual(self._recipients(mailing), self.all_people)
        self.assertEqual((mailing.alumni_reached, mailing.alumni_left_out), (0, 0))

    def test_other_models_are_untouched(self):
        contact_list = self.env["mailing.list"].create({"name": "List"})
        contact = self.env["mailing.contact"].create(
            {"name": "X", "email": "x@example.org", "list_ids": contact_list.ids}
        )
        mailing = self._mailing(
            mailing_model_id=self.env["ir.model"]._get_id("mailing.list"),
            contact_list_ids=contact_list.ids,
            mailing_domain=repr([("list_ids", "in", contact_list.ids)]),
        )
        self.assertFalse(mailing.alumni_is_filtered)
        self.assertEqual(mailing._get_recipients(), contact.ids)

    def test_companies_are_untouched(self):
        firm = self.env["res.partner"].create(
            {"name": "Firm", "is_company": True, "email": "firm@example.org"}
        )
        mailing = self._mailing(mailing_domain=repr([("id", "in", firm.ids)]))
        self.assertEqual(self._recipients(mailing), firm)
        self.assertEqual((mailing.alumni_reached, mailing.alumni_left_out), (0, 0))

    def test_people_of_another_institution_are_not_written_to(self):
        stranger = self._graduate(
            "Eve Other", email="eve@example.org", company_id=self.other_company.id
        )
        domain = repr([("id", "in", [stranger.id, self.people["ok"][0].id])])
        mailing = self._mailing(mailing_domain=domain)
        self.assertEqual(self._recipients(mailing), self.people["ok"][0])
        self.assertEqual(mailing.alumni_reached, 1)
        theirs = self._mailing(
            mailing_domain=domain, alumni_company_id=self.other_company.id
        )
        self.assertIn(stranger, self._recipients(theirs))

    def test_left_out_by_reason(self):
        mailing = self._mailing()
        self.assertEqual(mailing.alumni_reached, 3)
        self.assertEqual(mailing.alumni_left_out, 6)
        for reason in self.people.keys() - {"ok"}:
            with self.subTest(reason=reason):
                self.assertEqual(
                    mailing[f"alumni_left_out_{reason}"], len(self.people[reason])
                )
                action = mailing.with_context(
                    alumni_reason=reason
                ).action_alumni_left_out()
                self.assertEqual(
                    self.env["res.partner"].search(action["domain"]),
                    self.people[reason],
                )
        everybody = mailing.action_alumni_left_out()
        self.assertEqual(
            self.env["res.partner"].search(everybody["domain"]),
            self.all_people - self.people["ok"],
        )

    def test_prior_consent_when_the_institution_asks_for_it(self):
        self.company.alumni_email_basis = "opt_in"
        self.env["res.partner"]._alumni_refresh(
            self.env["res.partner"]
            ._search([("id", "in", self.all_people.ids)])
            .select()
        )
        mailing = self._mailing()
        self.assertEqual(self._recipients(mailing).mapped("name"), ["Bea Back"])
        self.assertEqual(mailing.alumni_left_out_no_consent, 2)
        action = mailing.with_context(
            alumni_reason="no_consent"
        ).action_alumni_left_out()
        self.assertEqual(
            sorted(self.env["res.partner"].search(action["domain"]).mapped("name")),
            ["Nora Noevents", "Rita Reached"],
        )

    def test_a_filter_on_a_field_that_is_gone(self):
        mailing = self._mailing()
        mailing.mailing_domain = "[('gone_field', '=', True)]"
        self.assertEqual(mailing.alumni_reached, 0)

    def test_sending_reaches_the_reachable_only(self):
        mailing = self._mailing()
        with self.mock_mail_gateway():
            mailing.action_send_mail()
        self.assertEqual(
            sorted(trace.email for trace in mailing.mailing_trace_ids),
            ["bea@example.org", "nora@example.org", "rita@example.org"],
        )
        self.assertEqual(
            sorted(mail["email_to"][0] for mail in self._mails),
            [
                '"Bea Back" <bea@example.org>',
                '"Nora Noevents" <nora@example.org>',
                '"Rita Reached" <rita@example.org>',
            ],
        )

    def test_counts_of_the_day_of_sending_are_kept(self):
        mailing = self._mailing()
        with self.mock_mail_gateway():
            mailing.action_send_mail()
        self._consent(self.people["ok"][0], "refused")
        self.env.invalidate_all()
        self.assertEqual(mailing.alumni_reached, 3)
        self.assertEqual(mailing.alumni_left_out_refused, 2)
        self.assertFalse(mailing.copy().alumni_reach)

    def test_menu_gives_the_newsletter_purpose(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "alumni_relations.mailing_mailing_action"
        )
        Mailing = self.env["mailing.mailing"].with_user(self.officer)
        with Form(Mailing.with_context(**literal_eval(action["context"]))) as form:
            form.subject = "News"
            self.assertEqual(
                literal_eval(form.mailing_domain), [("is_alumnus", "=", True)]
            )
            form.mailing_domain = repr([("id", "in", self.all_people.ids)])
            self.assertEqual(form.alumni_left_out, 6)
        mailing = form.save()
        self.assertEqual(mailing.alumni_purpose_id, self.newsletter)
        self.assertEqual(mailing.mailing_model_real, "res.partner")
        self.assertFalse(Mailing.create({"subject": "Other"}).alumni_purpose_id)

    def test_ready_filters(self):
        today = fields.Date.today()
        young = self._graduate("Yan Young", award_date=today - timedelta(days=90))
        ambassador = self._graduate("Amy Active", alumni_ambassador_stage="active")
        donor, lapsed, volunteer = (
            self._graduate("Dora Donor"),
            self._graduate("Lou Lapsed"),
            self._graduate("Vic Volunteer"),
        )
        money = self.env.ref("alumni_relations.gift_type_money")
        time = self.env.ref("alumni_relations.gift_type_time")
        self.env["alumni.gift"].create(
            [
                {
                    "partner_id": person.id,
                    "gift_type_id": gift_type.id,
                    "date": today - timedelta(days=days),
                    measure: 5,
                }
                for person, gift_type, measure, days in (
                    (donor, money, "amount", 30),
                    (donor, money, "amount", 3000),
                    (lapsed, money, "amount", 3000),
                    (volunteer, time, "hours", 30),
                )
            ]
        )
        ready = self._graduate(
            "Sue Skilled",
            alumni_ready_gift_type_ids=self.env.ref(
                "alumni_relations.gift_type_skill"
            ).ids,
        )
        nobody = self.env["res.partner"]
        expected = {
            "new_graduates": young,
            "young_alumni": young,
            "ambassadors": ambassador,
            "donors": donor,
            "lapsed_donors": lapsed,
            "volunteers": volunteer,
            "ready_mentors": ready,
            "generation": nobody,
            "school": nobody,
            "interest": nobody,
        }
        graduates = young | ambassador | donor | lapsed | volunteer | ready
        for name, people in expected.items():
            with self.subTest(name=name):
                domain = self.env.ref(
                    f"alumni_relations.mailing_filter_{name}"
                ).mailing_domain
                found = self.env["res.partner"].search(
                    literal_eval(domain) + [("id", "in", graduates.ids)]
                )
                self.assertEqual(found, people)
        everybody = self.env.ref("alumni_relations.mailing_filter_alumni")
        self.assertEqual(
            self.env["res.partner"].search(
                literal_eval(everybody.mailing_domain) + [("id", "in", graduates.ids)]
            ),
            graduates.sorted(),
        )

    def test_ready_filters_have_a_name_in_each_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["alumni_relations"], ["fr_FR"])
        ready = self.env.ref("alumni_relations.mailing_filter_ambassadors")
        self.assertEqual(ready.name, "Alumni: ambassadors")
        self.assertEqual(
            ready.with_context(lang="fr_FR").name, "Diplômés\u00a0: ambassadeurs"
        )

    def test_who_prepares_mailings(self):
        mailing = self._mailing()
        for user in (self.officer, self.manager):
            self.env.invalidate_all()
            self.assertEqual(mailing.with_user(user).alumni_left_out, 6)
            mailing.with_user(user).subject = "News"
        for user in (self.analyst, self.portal, self.public):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                mailing.with_user(user).read(["subject"])
        # An officer of another institution has no recipients among our people.
        self.people["ok"].company_id = self.company
        theirs = mailing.with_user(self.other_officer)
        self.assertFalse(theirs._get_recipients())

    def test_merge_moves_the_traces(self):
        mailing = self._mailing()
        winner, loser = self.people["ok"][:2]
        with self.mock_mail_gateway():
            mailing.action_send_mail()
        traces = mailing.mailing_trace_ids.filtered(
            lambda trace: trace.res_id in (winner | loser).ids
        )
        self.assertEqual(len(traces), 2)
        loser.alumni_education_ids.unlink()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (winner | loser).ids, winner
        )
        self.assertEqual(set(traces.mapped("res_id")), {winner.id})


@tagged("post_install", "-at_install")
class TestUnsubscribe(NewsletterCommon, HttpCase):
    def _click(self, mailing, person):
        url = urlsplit(mailing._get_unsubscribe_oneclick_url(person.email, person.id))
        return self.url_open(f"{url.path}?{url.query}", method="POST")

    def _refusals(self, person):
        return person.alumni_consent_ids.filtered(lambda c: c.state == "refused")

    def test_the_link_refuses_the_purpose_only(self):
        mailing = self._mailing()
        person = self.people["ok"].filtered(lambda p: p.name == "Rita Reached")
        self.assertEqual(self._click(mailing, person).status_code, 200)
        refusal = self._refusals(person)
        self.assertEqual(refusal.purpose_id, self.newsletter)
        self.assertEqual(refusal.channel, "email")
        self.assertEqual(refusal.source, "mailing")
        self.assertEqual(refusal.text_version, "Letter to our graduates")
        self.assertFalse(
            self.env["mail.blacklist"].search([("email", "=", person.email)])
        )
        self.assertNotIn(person.id, mailing._get_recipients())
        events = self._mailing(alumni_purpose_id=self.events.id)
        self.assertIn(person.id, events._get_recipients())

    def test_twice_is_once_until_the_person_agrees_again(self):
        mailing = self._mailing()
        person = self.people["ok"].filtered(lambda p: p.name == "Bea Back")
        before = len(self._refusals(person))
        self._click(mailing, person)
        self._click(mailing, person)
        self.assertEqual(len(self._refusals(person)), before + 1)
        self._consent(person, "given", self.newsletter)
        self._click(mailing, person)
        self.assertEqual(len(self._refusals(person)), before + 2)

    def test_the_page_says_what_is_refused(self):
        mailing = self._mailing()
        person = self.people["ok"][0]
        url = urlsplit(mailing._get_unsubscribe_url(person.email, person.id))
        path = url.path.replace("confirm_unsubscribe", "unsubscribe")
        page = self.url_open(f"{path}?{url.query}")
        self.assertIn(self.newsletter.name, page.text)
        self.assertTrue(self._refusals(person).filtered("purpose_id"))

    def test_a_forged_link_refuses_nothing(self):
        mailing = self._mailing()
        person, other = self.people["ok"][:2]
        url = urlsplit(mailing._get_unsubscribe_oneclick_url(person.email, person.id))
        query = url.query.replace(f"document_id={person.id}", f"document_id={other.id}")
        self.url_open(f"{url.path}?{query}", method="POST")
        for somebody in (person, other):
            self.assertNotIn(self.newsletter, self._refusals(somebody).purpose_id)

    def test_after_a_merge_the_address_refuses(self):
        mailing = self._mailing()
        person = self.people["ok"].filtered(lambda p: p.name == "Rita Reached")
        url = urlsplit(mailing._get_unsubscribe_oneclick_url(person.email, person.id))
        winner = self._person("Rita Reached", email=person.email)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (person | winner).ids, winner
        )
        self.url_open(f"{url.path}?{url.query}", method="POST")
        self.assertEqual(self._refusals(winner).purpose_id, self.newsletter)

    def test_without_purpose_the_address_is_blacklisted_as_ever(self):
        mailing = self._mailing(alumni_purpose_id=False)
        person = self.people["ok"].filtered(lambda p: p.name == "Rita Reached")
        self._click(mailing, person)
        self.assertTrue(
            self.env["mail.blacklist"].search([("email", "=", person.email)])
        )
        self.assertFalse(self._refusals(person))
