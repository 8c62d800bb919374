from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import EventCommon


@tagged("post_install", "-at_install")
class TestInvite(EventCommon):
    def _wizard(self, **values):
        return (
            self.env["alumni.invite"]
            .with_user(self.officer)
            .create({"event_id": self.event.id, **values})
        )

    def _invited(self):
        return self.event.alumni_invitation_ids.partner_id

    def test_selection_in_the_list_of_contacts(self):
        dead = self._person("Dan Dead", alumni_deceased=True)
        silent = self._person("Max Missing")
        self._invitation(self.zoe)
        chosen = self.ada | self.zoe | dead | silent
        Wizard = (
            self.env["alumni.invite"]
            .with_user(self.officer)
            .with_context(active_model="res.partner", active_ids=chosen.ids)
        )
        with Form(Wizard) as form:
            form.event_id = self.event
            self.assertEqual(
                [
                    form.chosen_count,
                    form.known_count,
                    form.left_out_count,
                    form.new_count,
                    form.reachable_count,
                ],
                [4, 1, 1, 2, 1],
            )
        action = form.record.action_invite()
        self.assertEqual(self._invited(), self.ada | self.zoe | silent)
        self.assertEqual(
            self.env["alumni.invitation"].search(action["domain"]),
            self.event.alumni_invitation_ids,
        )

    def test_saved_filter(self):
        saved = self.env["mailing.filter"].create(
            {
                "name": "Two of them",
                "mailing_model_id": self.env.ref("base.model_res_partner").id,
                "mailing_domain": repr(
                    [("id", "in", self.people.ids), ("name", "ilike", "o")]
                ),
            }
        )
        with Form(self.env["alumni.invite"].with_user(self.officer)) as form:
            form.event_id = self.event
            form.source = "filter"
            form.filter_id = saved
            self.assertEqual(form.new_count, 3)
            form.domain = repr([("id", "=", self.ada.id)])
        form.record.action_invite()
        self.assertEqual(self._invited(), self.ada)

    def test_nobody_is_chosen_before_the_user_says_whom(self):
        Wizard = self.env["alumni.invite"].with_user(self.officer)
        form = Form(Wizard.with_context(default_event_id=self.event.id))
        self.assertFalse(form.source)
        self.assertEqual((form.chosen_count, form.new_count), (0, 0))
        with self.assertRaisesRegex(AssertionError, "source is a required field"):
            form.save()
        graduates = self.env["res.partner"].search_count([("is_alumnus", "=", True)])
        form.source = "filter"
        self.assertEqual(form.chosen_count, graduates)

    def test_the_window_names_only_menus_that_one_has(self):
        for user, named in ((self.officer, False), (self.manager, True)):
            view = self.env["alumni.invite"].with_user(user).get_view()
            with self.subTest(user=user.login):
                self.assertEqual("People, Imports" in view["arch"], named)

    def test_generation_interest_and_programme(self):
        generation = self.env["alumni.generation"].create(
            {"name": "Test", "year_from": 1801, "year_to": 1802}
        )
        self.env["alumni.education"].create(
            {
                "partner_id": self.ada.id,
                "degree_id": self.env["alumni.degree"]
                .create({"name": "Test", "code": "TEST"})
                .id,
                "school_id": self.env["alumni.school"]
                .create({"name": "Test", "code": "TEST"})
                .id,
                "award_date": "1801-07-01",
                "state": "awarded",
            }
        )
        music = self.env.ref("alumni_relations.interest_culture_music")
        self.zoe.alumni_interest_ids = music
        self.env["alumni.participation"].create(
            [
                {
                    "partner_id": person.id,
                    "programme_id": self.programme.id,
                    "state": state,
                }
                for person, state in ((self.paul, "done"), (self.zoe, "cancelled"))
            ]
        )
        for values, person in (
            ({"source": "generation", "generation_ids": generation.ids}, self.ada),
            ({"source": "interest", "interest_ids": music.parent_id.ids}, self.zoe),
            ({"source": "programme", "programme_id": self.programme.id}, self.paul),
        ):
            wizard = self._wizard(**values)
            self.assertEqual(wizard.chosen_count, 1, values)
            before = self._invited()
            wizard.action_invite()
            self.assertEqual(self._invited() - before, person)

    def test_nobody_to_invite(self):
        wizard = self._wizard(source="generation")
        with self.assertRaisesRegex(UserError, "Nobody was added"):
            wizard.action_invite()

    def test_rule_that_is_not_understood(self):
        for rule in ("[('name'", "[('no_such_field', '=', 1)]", "__import__('os')"):
            with self.subTest(rule=rule), self.assertRaisesRegex(UserError, "rule"):
                self._wizard(source="filter", domain=rule).action_invite()

    def test_button_of_the_event(self):
        action = self.event.action_invite_contacts()
        self.assertEqual(action["res_model"], "alumni.invite")
        self.assertEqual(action["context"], {"default_event_id": self.event.id})

    def test_people_of_another_institution_stay_unseen(self):
        secret = self._person("Sue Secret", company_id=self.other_company.id)
        self.assertEqual(
            self._wizard(source="selection", selected_ids=secret.ids).chosen_count, 0
        )

    def test_access(self):
        for user in (self.analyst, self.portal, self.public):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["alumni.invite"].with_user(user).create(
                    {"event_id": self.event.id, "source": "filter"}
                )
