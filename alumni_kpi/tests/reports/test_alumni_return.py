import random
from collections import defaultdict
from datetime import date, timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ...models.reports import alumni_return_run
from .common import ActionCommon

RULES = ("first", "last", "shared")


@tagged("post_install", "-at_install")
class TestReturn(ActionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Report = cls.env["alumni.return.report"]
        cls.in_kind = cls._gift_type("in_kind", "philanthropic", "amount")
        cls.donor = cls._alumnus()

    def _compute(self):
        self._settle()
        self.env["alumni.return.run"].create({})._run_now()
        self.env.invalidate_all()

    def _row(self, event=None, rule="shared", months="12", programme=None):
        domain = (
            [("programme_id", "=", programme.id), ("event_id", "=", False)]
            if programme
            else [("event_id", "=", (event or self.event).id)]
        )
        return self.Report.search(
            [*domain, ("rule", "=", rule), ("horizon", "=", months)]
        )

    def _money(self, months="12"):
        """What each rule gives to the two events."""
        return {
            rule: (
                self._row(rule=rule, months=months).money,
                self._row(self.autumn, rule, months).money,
            )
            for rule in RULES
        }

    def test_a_gift_after_two_events(self):
        self._attendance(self.donor)  # 1 June 2024
        self._attendance(self.donor, self.autumn)  # 1 October 2024
        self._gift(self.donor, "2024-12-01", amount=100)
        self._gift(self.donor, "2025-07-01", amount=40)
        self._gift(self.donor, "2024-05-31", amount=7)
        self._compute()
        self.assertEqual(
            self._money(), {"first": (100, 40), "last": (0, 140), "shared": (50, 90)}
        )
        self.assertEqual(
            self._money("24"), {"first": (140, 0), "last": (0, 140), "shared": (70, 70)}
        )
        row = self._row()
        self.assertEqual((row.money_low, row.money_high), (0, 100))
        self.assertTrue(row.passed)

    def test_end_of_the_horizon(self):
        self._attendance(self.donor)
        self._gift(self.donor, "2024-06-01", amount=1)
        self._gift(self.donor, "2025-05-31", amount=10)
        self._gift(self.donor, "2025-06-01", amount=100)
        self._gift(self.donor, "2027-06-01", amount=1000)
        self._compute()
        self.assertEqual(
            [self._row(months=months).money for months in ("12", "24", "36")],
            [11, 111, 111],
        )

    def test_gift_for_an_event_is_a_return_of_this_one(self):
        self._attendance(self.donor)
        self._gift(self.donor, "2024-10-02", amount=100, event_id=self.autumn.id)
        self._gift(
            self._alumnus(),
            "2024-10-02",
            self.in_kind,
            amount=30,
            programme_id=self.programme.id,
        )
        self._compute()
        for rule in RULES:
            self.assertEqual(self._row(rule=rule).money, 0)
            self.assertEqual(self._row(self.autumn, rule).money, 100)
            self.assertEqual(self._row(rule=rule, programme=self.programme).in_kind, 30)

    def test_labour_of_the_action_is_no_return_of_it(self):
        self._participation(
            self.donor, "speaker", "2024-06-01", hours=3, event_id=self.event.id
        )
        self._participation(self.donor, "jury", "2024-09-01", hours=2)
        self._compute()
        row = self._row()
        self.assertEqual((row.volunteer_hours, row.volunteer_amount), (2, 40))
        self.assertEqual(self._row(programme=self.programme).volunteer_hours, 0)

    def test_hours_that_no_rate_holds_for(self):
        self.env["alumni.hourly.rate"].search([]).date_from = "2025-01-01"
        self._attendance(self.donor)
        self._gift(self.donor, "2024-12-01", self.time, hours=4)
        self._gift(self.donor, "2025-02-01", self.time, hours=1)
        self._compute()
        row = self._row()
        self.assertEqual((row.volunteer_hours, row.hours_without_rate), (5, 4))
        self.assertEqual(row.volunteer_amount, 20)

    def test_rate_of_role_and_country(self):
        france = self.env.ref("base.fr")
        self.env["alumni.hourly.rate"].create(
            [
                {"labour": "volunteer", "role": "jury", "rate": 50, "date_from": day}
                | country
                for day, country in (
                    ("2020-01-01", {}),
                    ("2021-01-01", {"country_id": france.id}),
                )
            ]
        )
        self.donor.country_id = france
        self._attendance(self.donor)
        self._participation(self.donor, "jury", "2024-09-01", hours=2)
        self._compute()
        self.assertEqual(self._row().volunteer_amount, 100)

    def test_rate_in_another_currency(self):
        euro, dollar = self.env.ref("base.EUR"), self.env.ref("base.USD")
        foreign = dollar if self.company.currency_id == euro else euro
        foreign.active = True
        foreign.rate_ids.unlink()
        self.company.currency_id.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": foreign.id, "name": "2024-08-01", "rate": 4}
        )
        self.env["alumni.hourly.rate"].search([]).currency_id = foreign
        self._attendance(self.donor)
        self._participation(self.donor, "jury", "2024-07-01", hours=1)
        self._participation(self.donor, "jury", "2024-09-01", hours=2)
        self._compute()
        row = self._row()
        self.assertEqual((row.volunteer_amount, row.hours_without_rate), (10, 1))

    def test_engagement_gained(self):
        new, back, faithful, gone, crowd = (self._alumnus() for _ in range(5))
        for person in (new, back, faithful, gone):
            self._attendance(person)
        self._gift(back, "2023-05-31", amount=1)
        self._gift(faithful, "2023-06-01", amount=1)
        for person in (new, back, faithful, crowd):
            self._gift(person, "2025-01-01", amount=1)
        # An answer about the event itself is no new engagement.
        self._gift(gone, "2024-06-03", self.time, hours=1, event_id=self.event.id)
        self._gift(gone, "2025-08-01", amount=1)
        self._compute()
        row = self._row()
        self.assertEqual((row.newly_engaged, row.reactivated, row.retained), (1, 1, 1))
        self.assertEqual(self._row(months="24").newly_engaged, 2)

    def test_each_person_counts_once_over_all_actions(self):
        self._gift(self.donor, "2024-01-01", amount=1)
        self._attendance(self.donor)
        self._attendance(self.donor, self.autumn)
        self._gift(self.donor, "2024-12-01", amount=1)
        self._compute()
        for rule, expected in (
            ("first", (1, 0)),
            ("last", (0, 1)),
            ("shared", (0.5, 0.5)),
        ):
            self.assertEqual(
                (self._row(rule=rule).retained, self._row(self.autumn, rule).retained),
                expected,
            )

    def test_cash_and_extended_return(self):
        self._cost(50)
        self._cost(150, self.autumn)
        self._attendance(self.donor)
        self._gift(self.donor, "2024-07-01", amount=60)
        self._gift(self.donor, "2024-07-02", self.in_kind, amount=20)
        self._gift(self.donor, "2024-07-03", self.time, hours=2)
        self._compute()
        row = self._row()
        self.assertEqual(row.extended, 60 + 20 + 40)
        self.assertEqual((row.cash_return, row.extended_return), (20, 140))
        self.assertEqual(self._row(self.autumn).cash_return, -100)
        measures = ["cost:sum", "money:sum", "cash_return:sum", "extended_return:sum"]
        domain = [("event_id", "in", (self.event | self.autumn).ids)]
        one = [("rule", "=", "shared"), ("horizon", "=", "12")]
        [row] = self.Report._read_group([*domain, *one], [], measures)
        self.assertEqual(row, (200, 60, -70, -40))
        for mixed in (one[:1], one[1:], []):
            [row] = self.Report._read_group([*domain, *mixed], [], measures)
            self.assertFalse(any(row))

    def test_against_an_account_of_its_own(self):
        """Random acts, and the rules once more in plain Python."""
        rng = random.Random(3)
        people = [self._alumnus() for _ in range(6)]
        first = date(2020, 1, 1)
        events = [
            self._event(f"E{n}", first + timedelta(rng.randrange(1500)))
            for n in range(5)
        ]
        acts = defaultdict(list)
        touches = defaultdict(dict)
        for person in people:
            for event in rng.sample(events, 3):
                self._attendance(person, event)
                day = event.date_begin.date()
                acts[person].append((day, 0, event))
                touches[person][event] = day
            for _ in range(8):
                day = first + timedelta(rng.randrange(2500))
                amount = rng.randrange(1, 500)
                self._gift(person, day, amount=amount)
                acts[person].append((day, amount, None))
        self._compute()
        for months in (12, 24, 36):
            for rule in RULES:
                money = defaultdict(float)
                gained = defaultdict(float)
                for person in people:
                    until = relativedelta(months=months)
                    for day, amount, event in acts[person]:
                        if event:
                            continue
                        reached = sorted(
                            (touched, touch.id, touch)
                            for touch, touched in touches[person].items()
                            if touched <= day < touched + until
                        )
                        for touch, part in self._shares(rule, reached):
                            money[touch] += part * amount
                    classes = defaultdict(list)
                    for touch, touched in touches[person].items():
                        others = [d for d, _amount, e in acts[person] if e != touch]
                        earlier = [d for d in others if d < touched]
                        later = [d for d in others if d > touched]
                        if later and min(later) < touched + until:
                            kind = (
                                "newly_engaged"
                                if not earlier
                                else "reactivated"
                                if max(earlier) < touched - relativedelta(months=12)
                                else "retained"
                            )
                            classes[kind].append((touched, touch.id, touch))
                    for kind, reached in classes.items():
                        for touch, part in self._shares(rule, sorted(reached)):
                            gained[touch, kind] += part
                for event in events:
                    row = self._row(event, rule, str(months))
                    with self.subTest(months=months, rule=rule, event=event.name):
                        self.assertAlmostEqual(row.money, money[event], 2)
                        for kind in ("newly_engaged", "reactivated", "retained"):
                            self.assertAlmostEqual(row[kind], gained[event, kind], 6)

    def _shares(self, rule, reached):
        if not reached:
            return []
        touches = [touch for *_order, touch in reached]
        if rule == "shared":
            return [(touch, 1 / len(touches)) for touch in touches]
        return [(touches[0 if rule == "first" else -1], 1)]

    # how it is computed

    def _count_queries(self):
        self._settle()
        run = self.env["alumni.return.run"].create({})
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        # Ids that other tests have used up make no more steps.
        with patch.object(alumni_return_run, "PEOPLE", 2**30):
            run._next_step()
        self.env.flush_all()
        self.assertEqual(run.state, "done")
        return self.env.cr.sql_log_count - before

    def test_queries_do_not_grow_with_people_and_acts(self):
        self._attendance(self.donor)
        self._gift(self.donor, "2024-07-01")
        self._count_queries()
        few = self._count_queries()
        for number in range(30):
            person = self._alumnus()
            self._attendance(person, self._event(f"E{number}", "2024-09-01"))
            self._attendance(person)
            self._gift(person, "2024-12-01")
        self.assertEqual(self._count_queries(), few)

    def test_old_figures_stay_until_the_new_ones_are_complete(self):
        self._attendance(self.donor)
        self._gift(self.donor, "2024-07-01", amount=60)
        self._compute()
        self._gift(self.donor, "2024-07-02", amount=5)
        self._settle()
        self.env["alumni.return"]._add_people(1, self.donor.id)
        self.assertEqual(self._row().money, 60)
        # The server was killed here; the next computation begins again.
        self._compute()
        self.assertEqual(self._row().money, 65)

    def test_people_step_by_step(self):
        people = [self._alumnus() for _ in range(4)]
        for person in people:
            self._attendance(person)
            self._gift(person, "2024-07-01", amount=10)
        self._settle()
        run = self.env["alumni.return.run"].create({})
        with patch.object(alumni_return_run, "PEOPLE", people[0].id):
            run._next_step()
            self.assertEqual(run.state, "running")
            self.assertTrue(0 < run.progress < 100)
            self.assertEqual(self._row().money, 0)
            run._next_step()
        self.env.invalidate_all()
        self.assertEqual((run.state, run.progress), ("done", 100))
        self.assertEqual(self._row().money, 40)

    def test_rebuild_of_everything_asks_for_returns(self):
        Run = self.env["alumni.return.run"]
        Run.search([]).unlink()
        self._settle()
        self.env["alumni.rebuild"]._run()
        self.assertEqual(Run.search([]).state, "waiting")

    def test_requests_join(self):
        Run = self.env["alumni.return.run"]
        Run.search([]).unlink()
        Run._cron_request()
        waiting = Run._pending("waiting")
        waiting.date_asked = False
        self.assertEqual(Run._request(), waiting, "joined, as it has not begun")
        self.assertTrue(waiting.date_asked, "so that one that begins now is noticed")
        run = Run.search([])
        action = self.Report.with_user(self.analyst).action_compute()
        self.assertEqual(action["res_id"], run.id)
        self.assertEqual(Run.search([]), run)
        with self.enter_registry_test_mode():
            self.env.ref("alumni_kpi.ir_cron_alumni_return_run").method_direct_trigger()
        self.assertEqual(run.state, "done")

    def test_rights(self):
        self._settle()
        for user in (self.analyst, self.officer, self.manager):
            self.assertTrue(self.Report.with_user(user).search([], limit=1))
            self.assertFalse(self.Report.with_user(user).has_access("write"))
        for user in (self.portal, self.public):
            with self.assertRaises(AccessError):
                self.Report.with_user(user).search([])
            with self.assertRaises(AccessError):
                self.Report.with_user(user).action_compute()
        self.assertFalse(
            self.Report.with_user(self.other_officer).search(
                [("programme_id", "=", self.programme.id)]
            )
        )
        for user in (self.analyst, self.officer):
            self.assertFalse(
                self.env["alumni.return"].with_user(user).has_access("read")
            )
