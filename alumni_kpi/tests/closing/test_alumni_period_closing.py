from contextlib import suppress
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import ClosingCommon


@tagged("post_install", "-at_install")
class TestAlumniPeriodClosing(ClosingCommon):
    """Open, closing, closed, reopened: by whom, in which order, with what effect."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        earlier = cls.env["alumni.period"].search(
            [("company_id", "=", cls.company.id), ("year", "<", 2024)]
        )
        earlier._close()
        cls.next = cls._period(2025)
        cls._settle()

    def _accept_all(self, period=None):
        for check in (period or self.period).check_ids:
            if check.state == "todo":
                check.with_user(self.manager).reason = "Known and left as it is"

    def _work(self):
        """The scheduled action that works on periods."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(
                "alumni_kpi.ir_cron_alumni_closing_run"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def _close_as_manager(self, period=None):
        period = (period or self.period).with_user(self.manager)
        period.action_begin_closing()
        self._accept_all(period)
        action = period.action_close()
        self._work()
        return self.env["alumni.closing.run"].browse(action["res_id"])

    def test_from_open_to_closed(self):
        self.period.with_user(self.manager).action_begin_closing()
        self.assertEqual(self.period.state, "closing")
        self.assertEqual(self.period.display_name, "2023-2024 (closing)")
        self._accept_all()
        self.period.with_user(self.manager).action_close()
        self.assertEqual(self.period.state, "closing", "not before the work is done")
        self._work()
        self.assertEqual(self.period.state, "closed")
        self.assertEqual(self.period.display_name, "2023-2024")
        self.assertEqual(self.period.closing_id.user_id, self.manager)
        self.assertIn("Known and left", self.period.closing_id.accepted)

    def test_nothing_is_locked_while_closing(self):
        self.period.with_user(self.manager).action_begin_closing()
        late = (
            self.env["alumni.gift"]
            .with_user(self.officer)
            .create(
                {
                    "partner_id": self.cid.id,
                    "gift_type_id": self.money.id,
                    "date": "2024-03-02",
                    "amount": 7,
                }
            )
        )
        self.assertEqual(self._act(late.sudo()).period_id, self.period)
        self.assertEqual(self._year(self.cid).philanthropic, 1)
        self.env["alumni.measure.entry"].with_user(self.manager).create(
            {
                "measure_id": self.env.ref("alumni_kpi.measure_diplomas").id,
                "period_id": self.period.id,
                "amount": 10,
                "evidence": "Report",
            }
        )
        self.period.with_user(self.manager).action_stop_closing()
        self.assertEqual(self.period.state, "open")

    def test_only_managers(self):
        for user in (self.officer, self.analyst):
            period = self.period.with_user(user)
            for action in (
                "action_begin_closing",
                "action_stop_closing",
                "action_check",
                "action_close",
                "action_reopen",
            ):
                with self.subTest(action), self.assertRaises(AccessError):
                    getattr(period, action)()
            with self.assertRaises(AccessError):
                period._reopen("Because")

    def test_running_period(self):
        running = self.env["alumni.period"].search(
            [("company_id", "=", self.company.id)], order="year desc", limit=1
        )
        with self.assertRaisesRegex(UserError, "runs until"):
            running.with_user(self.manager).action_begin_closing()
        self.assertEqual(running.state, "open")

    def test_check_list_comes_first(self):
        with self.assertRaisesRegex(UserError, "Begin the closing"):
            self.period.with_user(self.manager).action_close()

    def test_in_order(self):
        self.next.with_user(self.manager).action_begin_closing()
        self._accept_all(self.next)
        with self.assertRaisesRegex(UserError, "Close 2023-2024 first"):
            self.next.with_user(self.manager).action_close()
        self._close_as_manager()
        self.next.with_user(self.manager).action_close()
        self._work()
        self.assertEqual(self.next.state, "closed")
        with self.assertRaisesRegex(UserError, "Reopen 2024-2025 first"):
            self.period.with_user(self.manager).action_reopen()
        self.next.with_user(self.manager)._reopen("First this one")
        self.period.with_user(self.manager)._reopen("Then that one")
        self.assertEqual(self.period.state, "open")

    def test_several_at_once(self):
        periods = (self.period | self.next).with_user(self.manager)
        periods.action_begin_closing()
        for period in periods:
            self._accept_all(period)
        periods.action_close()
        self._work()
        self.assertEqual(set(periods.mapped("state")), {"closed"})
        self.assertLess(self.period.closing_id.id, self.next.closing_id.id)

    def test_what_comes_between_list_and_closing_is_found(self):
        """The list is looked at once more before anything is frozen."""
        period = self.period.with_user(self.manager)
        period.action_begin_closing()
        self._accept_all()
        action = period.action_close()
        self._participation(self.cid, hours=3, state="planned").write({"state": "done"})
        self._settle()
        self._work()
        self.assertEqual(self.period.state, "closing")
        run = self.env["alumni.closing.run"].browse(action["res_id"])
        self.assertEqual(run.state, "done")
        self.assertIn("Hours of volunteers to validate (1)", run.message)

    def test_stopped_server_goes_on(self):
        """Whatever stage was reached, the next run of the work ends it."""
        for stage in ("_stage_lock", "_stage_values", "_stage_seal"):
            with self.subTest(stage):
                period = self.period.with_user(self.manager)
                period.action_begin_closing()
                self._accept_all()
                action = period.action_close()
                run = self.env["alumni.closing.run"].browse(action["res_id"])
                runs = self.env.registry["alumni.closing.run"]
                with (
                    patch.object(runs, stage, side_effect=KeyboardInterrupt),
                    mute_logger("odoo.addons.base.models.ir_cron"),
                    suppress(KeyboardInterrupt),
                ):
                    while run.state != "done":
                        run._next_step()
                self.assertEqual(run.state, "running")
                self._work()
                self.assertEqual(self.period.state, "closed")
                self.period.action_verify()
                self.assertEqual(self.period.verified, "same")
                period._reopen("Once more")

    def test_reopening(self):
        run = self._close_as_manager()
        self.assertIn("is closed", run.message)
        closing = self.period.closing_id
        frozen = closing.value_ids.mapped("value")
        late = self._gift(self.cid, amount=50)
        self._settle()
        self.assertEqual(self._year(self.cid).philanthropic, 0)
        action = self.period.with_user(self.manager).action_reopen()
        form = Form(
            self.env[action["res_model"]]
            .with_user(self.manager)
            .with_context(**action["context"])
        )
        form.reason = "A gift was found"
        form.save().action_reopen()
        self.assertEqual(self.period.state, "open")
        self.assertFalse(self.period.closing_id)
        self.assertFalse(self.period.check_ids)
        self.assertEqual(self._year(self.cid).philanthropic, 1)
        self.assertEqual(closing.reopened_by_id, self.manager)
        self.assertEqual(closing.reopen_reason, "A gift was found")
        self.assertEqual(closing.reopened_hash, closing.content_hash)
        self.assertEqual(self._act(late).period_id, self.period)

        self._close_as_manager()
        again = self.period.closing_id
        self.assertEqual(again.version, 2)
        self.assertNotEqual(again.content_hash, closing.content_hash)
        self.assertEqual(closing.value_ids.mapped("value"), frozen, "still readable")

        def engaged(closing):
            return closing.value_ids.filtered(
                lambda value: (
                    value.indicator_id == self.env.ref("alumni_kpi.indicator_eng_14")
                    and value.breakdown == "total"
                )
            ).value

        self.assertEqual((engaged(closing), engaged(again)), (2, 3))

    def test_reason_is_required(self):
        self._close_as_manager()
        for reason in ("", "  ", None):
            with self.assertRaisesRegex(UserError, "Say why"):
                self.period.with_user(self.manager)._reopen(reason)
        with self.assertRaisesRegex(UserError, "not closed"):
            self.next.with_user(self.manager)._reopen("Because")

    def test_tampered_before_reopening(self):
        """What was found when it was reopened is kept beside what was closed."""
        self._close_as_manager()
        closing = self.period.closing_id
        self.env.cr.execute(
            "UPDATE alumni_person_year SET amount = amount + 1 WHERE period_id = %s",
            [self.period.id],
        )
        self.period.with_user(self.manager)._reopen("To look at it")
        self.assertNotEqual(closing.reopened_hash, closing.content_hash)

    def test_effect_of_reopening(self):
        self._close_as_manager()
        frozen = self._frozen()
        self._gift(self.cid, amount=50)
        self._settle()
        action = self.period.with_user(self.analyst).action_compare()
        self.assertEqual(self._frozen(), frozen, "nothing of the period changes")
        values = self.env["alumni.closing.value"].search(action["domain"])
        rate = values.filtered(
            lambda value: (
                value.indicator_id == self.env.ref("alumni_kpi.indicator_eng_15")
                and value.breakdown == "total"
                and not value.series
            )
        )
        # two of four were engaged; with the late giver three of four
        self.assertEqual((rate.value, rate.value_now, rate.difference), (50, 75, 25))
        self.assertTrue(rate.changed)
        people = values.filtered(
            lambda value: (
                value.indicator_id == self.env.ref("alumni_kpi.indicator_eng_01")
                and value.breakdown == "total"
            )
        )
        self.assertFalse(people.changed)
        self.assertTrue(people.known_now)
        awarded = values.filtered(
            lambda value: value.indicator_id.code == "ENG-02" and not value.series
        )
        self.assertEqual(set(awarded.mapped("state")), {"missing"})
        self.assertFalse(any(awarded.mapped("known_now")), "unknown, which is no 0")
        self.period.with_user(self.analyst).action_compare()
        self.assertEqual(
            len(self.env["alumni.closing.value"].search(action["domain"])), len(values)
        )
