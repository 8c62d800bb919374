import json
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ...models.people import alumni_refresh
from .common import PeopleCommon

CRON = "alumni_relations.ir_cron_alumni_refresh"


@tagged("post_install", "-at_install")
class TestRefresh(PeopleCommon, CronMixinCase):
    """A change of settings brings everybody up to date in the background."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = cls.env["res.partner"].browse()
        for number in range(9):
            person = cls._person(f"Cora Certificate{number}")
            cls._education(person, cls.certificate, "2009-07-01", cls.law)
            cls.people += person
        cls.refreshes = cls.env["alumni.refresh"]
        cls.refreshes.search([]).unlink()

    def _change(self, rule):
        with patch.object(alumni_refresh, "AT_ONCE", 0):
            self.company.with_user(self.manager).sudo().alumni_rule = rule
        return self.refreshes.search([], limit=1)

    def _work(self):
        with self.enter_registry_test_mode():
            self.env.ref(CRON).method_direct_trigger()
        self.env.invalidate_all()

    def _alumni(self):
        self.env.invalidate_all()
        return self.people.filtered("is_alumnus")

    def test_few_people_at_once(self):
        self.company.alumni_rule = "awarded_no_certificate"
        self.assertFalse(self._alumni())
        self.assertEqual(self.refreshes.search([]).state, "done")

    def test_many_people_in_the_background(self):
        with self.capture_triggers(CRON) as triggers:
            refresh = self._change("awarded_no_certificate")
        self.assertEqual(len(triggers.records), 1)
        self.assertEqual((refresh.state, refresh.progress), ("waiting", 0))
        self.assertEqual(self._alumni(), self.people)
        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.alumni_refreshing)
        self.assertEqual(settings.action_alumni_refresh()["res_id"], refresh.id)
        self._work()
        self.assertFalse(self._alumni())
        self.assertEqual((refresh.state, refresh.progress), ("done", 100))
        settings = self.env["res.config.settings"].create({})
        self.assertFalse(settings.alumni_refreshing)
        self.assertEqual(settings.action_alumni_refresh()["res_id"], refresh.id)

    def test_whoever_asked_is_told(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.manager.lang = "fr_FR"
        self._change("awarded_no_certificate")
        self._work()
        [bus] = self.env["bus.bus"].search([("message", "like", "personnes sont")])
        channel = [self.env.cr.dbname, "res.partner", self.manager.partner_id.id]
        self.assertEqual(json.loads(bus.channel), channel)

    def test_goes_on_after_a_killed_server(self):
        refresh = self._change("awarded_no_certificate")
        with patch.object(alumni_refresh, "CHUNK", 4):
            while self._alumni() == self.people:
                refresh._next_step()
            self.assertTrue(self._alumni())
            self.assertEqual(refresh.state, "running")
            self.assertTrue(0 < refresh.progress < 100)
            done = refresh.last_id
            self._work()
        self.assertTrue(refresh.last_id > done)
        self.assertEqual(refresh.state, "done")
        self.assertFalse(self._alumni())

    def test_a_change_meanwhile_is_not_lost(self):
        first = self._change("awarded_no_certificate")
        self.assertEqual(self._change("attended"), first, "Nothing has begun yet.")
        with patch.object(alumni_refresh, "CHUNK", 4):
            first._next_step()
        second = self._change("awarded_no_certificate")
        self.assertNotEqual(second, first)
        self._work()
        self.assertEqual((first + second).mapped("state"), ["done", "done"])
        self.assertFalse(self._alumni())

    def test_the_same_value_again(self):
        self.company.write({"alumni_rule": "awarded", "alumni_email_basis": "opt_out"})
        self.assertFalse(self.refreshes.search([]))

    def test_each_setting_counts(self):
        for values in (
            {"alumni_rule": "attended"},
            {"alumni_email_basis": "opt_in"},
            {"alumni_bounce_limit": 7},
        ):
            self.refreshes.search([]).unlink()
            self.company.write(values)
            self.assertEqual(len(self.refreshes.search([])), 1, values)

    def test_somebody_saves_a_person_meanwhile(self):
        class Failure(psycopg2.errors.SerializationFailure):
            pgcode = "40001"

        refresh = self._change("awarded_no_certificate")
        step = type(refresh)._step
        fails = iter([True, False])

        def _step(work):
            if next(fails, False):
                raise Failure
            return step(work)

        with (
            patch.object(type(refresh), "_step", _step),
            patch("odoo.service.model.time.sleep"),
        ):
            self._work()
        self.assertEqual(refresh.state, "done")

    def test_access(self):
        refresh = self._change("awarded_no_certificate")
        self.assertTrue(refresh.with_user(self.manager).read(["progress"]))
        for operation in ("write", "unlink", "create"):
            with self.assertRaises(AccessError):
                refresh.with_user(self.manager).check_access(operation)
        for user in (self.officer, self.analyst, self.portal, self.public):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                refresh.with_user(user).read(["progress"])
