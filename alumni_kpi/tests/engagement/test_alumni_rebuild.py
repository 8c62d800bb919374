import json
from collections import defaultdict
from contextlib import contextmanager
from unittest.mock import patch

from hypothesis import HealthCheck, given, note, settings, strategies

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.alumni_relations.models.people import alumni_refresh
from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from ...models.closing.alumni_closing_change import PERSON_KINDS
from ...models.engagement import alumni_rebuild
from ...models.engagement.alumni_person_year import VALUES
from ..common import AlumniKpiCommon


@tagged("post_install", "-at_install")
class TestAlumniRebuild(AlumniKpiCommon, CronMixinCase):
    """A rebuild from the records gives what the figures already say."""

    def _random_change(self, pick):
        """One thing that an office does, and what it is called."""
        return pick.choice(
            [
                self._new_person,
                self._new_gift,
                self._new_participation,
                self._new_attendance,
                self._new_opportunity,
                self._new_answer,
                self._new_trace,
                self._new_consent,
                self._change_gift,
                self._change_participation,
                self._change_attendance,
                self._change_opportunity,
                self._change_person,
                self._change_education,
                self._change_event,
                self._change_gift_type,
                self._delete_something,
                self._erase_person,
                self._merge_people,
                self._second_degree,
            ]
        )

    def _person_of(self, pick):
        return self.people[pick.randrange(len(self.people))]

    years = (2019, 2025)
    """The first and the last year in which anything happens."""

    def _date(self, pick):
        return f"{pick.randint(*self.years)}-{pick.randint(1, 12):02}-15"

    def _record_of(self, pick, model):
        found = self.env[model].search(
            [("company_id", "=", self.company.id)]
            if "company_id" in self.env[model]._fields
            else []
        )
        return found[pick.randrange(len(found))] if found else found

    def _new_person(self, pick):
        self.people.append(
            self._alumnus(
                pick.choice(["Ada Byron", "Alan Turing", "Grace Hopper"]),
                award=self._date(pick),
                school=pick.choice([self.law, self.arts]),
                email=pick.choice([False, "same@example.org"]),
                alumni_birth_date=pick.choice([False, "1980-01-01"]),
            )
        )

    def _new_gift(self, pick):
        gift_type = pick.choice([self.money, self.time])
        self._gift(
            self._person_of(pick),
            self._date(pick),
            gift_type,
            state=pick.choice(["pledged", "received"]),
            event_id=pick.choice([False, self.event.id]),
            **{gift_type.measured_in: pick.randint(1, 9999) / 100},
        )

    def _new_participation(self, pick):
        self._participation(
            self._person_of(pick),
            pick.choice(["mentor", "mentee", "participant", "jury"]),
            self._date(pick),
            hours=pick.randint(0, 99) / 10,
            state=pick.choice(["planned", "done"]),
        )

    def _new_attendance(self, pick):
        self._attendance(self._person_of(pick), state=pick.choice(["open", "done"]))

    def _new_opportunity(self, pick):
        with self._refused_if_dead():
            self._opportunity(
                self._person_of(pick),
                pick.choice([False, self._date(pick)]),
                opportunity_type=pick.choice(["job", "internship"]),
                programme_id=pick.choice([False, self.programme.id]),
                positions=9,
            )

    @contextmanager
    def _refused_if_dead(self):
        """Whoever has died posts nothing: refused, with nothing left behind."""
        try:
            with self.cr.savepoint():
                yield
        except ValidationError as error:
            self.assertIn("cannot have posted it", str(error))

    def _new_answer(self, pick):
        self._answer(
            self._person_of(pick),
            state=pick.choice(["in_progress", "done"]),
            end_datetime=f"{self._date(pick)} 23:30:00",
        )

    def _new_trace(self, pick):
        self._trace(
            self._person_of(pick),
            reply_datetime=pick.choice([False, f"{self._date(pick)} 23:30:00"]),
        )

    def _new_consent(self, pick):
        self.env["alumni.consent"].create(
            {
                "partner_id": self._person_of(pick).id,
                "state": pick.choice(["given", "refused"]),
                "channel": pick.choice([False, "email", "post"]),
                "source": pick.choice(["registrar", "form"]),
                "date": self._date(pick),
            }
        )

    def _change_gift(self, pick):
        self._record_of(pick, "alumni.gift").write(
            pick.choice(
                [
                    {"state": "cancelled"},
                    {"state": "received"},
                    {"date": self._date(pick)},
                    {"partner_id": self._person_of(pick).id},
                    {"gift_type_id": self.time.id, "amount": 0, "hours": 0.1},
                    {"gift_type_id": self.money.id, "amount": 12.34, "hours": 0},
                ]
            )
        )

    def _change_participation(self, pick):
        participation = self._record_of(pick, "alumni.participation")
        participation.action_report_hours()
        participation.write(
            pick.choice(
                [
                    {"state": "done"},
                    {"state": "cancelled"},
                    {"role": "speaker"},
                    {"partner_id": self._person_of(pick).id},
                    {"hours": 1.5},
                ]
            )
        )
        if participation.state == "done" and participation.hours_state:
            participation.write(
                pick.choice(
                    [
                        {"hours_state": "validated"},
                        {"hours_state": "refused", "hours_refusal": "Too many"},
                        {},
                    ]
                )
            )

    def _change_attendance(self, pick):
        self._record_of(pick, "event.registration").write(
            pick.choice(
                [
                    {"state": "done"},
                    {"state": "cancel"},
                    {"active": False},
                    {"attendee_id": self._person_of(pick).id},
                ]
            )
        )

    def _change_opportunity(self, pick):
        offer = self._record_of(pick, "alumni.opportunity")
        if offer.date_published and len(offer.hire_ids) < 9 and pick.random() < 0.5:
            day = max(offer.date_published, self._day(2024, 2, 29))
            self.env["alumni.hire"].create({"opportunity_id": offer.id, "date": day})
        offer.hire_ids[1:].unlink()
        with self._refused_if_dead():
            offer.write(
                pick.choice(
                    [
                        {"opportunity_type": "internship"},
                        {"partner_id": self._person_of(pick).id},
                        {"closing": "withdrawn"},
                        {"programme_id": False},
                    ]
                )
            )

    def _change_person(self, pick):
        self._person_of(pick).write(
            pick.choice(
                [
                    {"active": False},
                    {"active": True},
                    {"email": False},
                    {"email": "same@example.org"},
                    {"country_id": self.env.ref("base.fr").id},
                    {"alumni_gender": pick.choice(["female", "male", False])},
                    {
                        "alumni_deceased": True,
                        "alumni_deceased_date": self._date(pick),
                    },
                    {"alumni_deceased": False, "alumni_deceased_date": False},
                    {"alumni_verified_date": self._date(pick)},
                    {"alumni_birth_date": "1980-01-01"},
                ]
            )
        )

    def _change_education(self, pick):
        self._record_of(pick, "alumni.education").write(
            pick.choice(
                [
                    {"award_date": self._date(pick)},
                    {"state": "returning"},
                    {"school_id": self.arts.id},
                ]
            )
        )

    def _change_event(self, pick):
        day = self._date(pick)
        self.event.write(
            {
                "date_begin": f"{day} 16:00:00",
                "date_end": f"{day} 23:30:00",
                "programme_id": pick.choice([False, self.programme.id]),
            }
        )

    def _change_gift_type(self, pick):
        self.time.mode = pick.choice(["volunteer", "philanthropic"])

    def _delete_something(self, pick):
        self._record_of(
            pick,
            pick.choice(
                [
                    "alumni.gift",
                    "alumni.participation",
                    "alumni.hire",
                    "event.registration",
                    "survey.user_input",
                    "mailing.trace",
                    "alumni.consent",
                    "alumni.education",
                ]
            ),
        ).unlink()

    def _erase_person(self, pick):
        person = self._person_of(pick)
        if len(self.people) > 3:
            self.people.remove(person)
            person.alumni_gift_ids.unlink()
            person.alumni_participation_ids.unlink()
            offers = self.env["alumni.opportunity"].search(
                [("partner_id", "=", person.id)]
            )
            offers.hire_ids.unlink()
            offers.unlink()
            person.unlink()

    def _merge_people(self, pick):
        one, two = self._person_of(pick), self._person_of(pick)
        held = set(one.alumni_education_ids.degree_id.ids)
        if one != two and held.isdisjoint(two.alumni_education_ids.degree_id.ids):
            self.people.remove(two)
            self.env["base.partner.merge.automatic.wizard"]._merge(
                [one.id, two.id], one
            )

    def _second_degree(self, pick):
        person = self._person_of(pick)
        if self.master not in person.alumni_education_ids.degree_id:
            self._education(person, self._date(pick), self.arts, self.master)

    @settings(
        max_examples=15,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        pick=strategies.randoms(use_true_random=False),
        changes=strategies.integers(min_value=1, max_value=60),
    )
    def test_any_sequence(self, pick, changes):
        """Whatever an office does, in whatever order: the figures that followed are
        those that a rebuild gives, the sets of people nest, and no rate is above
        100 %."""
        with self.cr.savepoint() as savepoint:
            self.people = [self._alumnus(award=self._date(pick)) for _i in range(4)]
            for _i in range(changes):
                change = self._random_change(pick)
                note(change.__name__)
                change(pick)
                if pick.random() < 0.4:
                    self._settle()
            self.assertFiguresHold()
            self.assertSound()
            self.assertRatesHold()
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        self.env.cr.precommit.clear()

    def assertRatesHold(self):
        """Every rate of every period is missing or between 0 and 100 %."""
        periods = self.env["alumni.period"].search([])
        periods._refresh_values(force=True)
        values = self.env["alumni.indicator.value"].search([("unit", "=", "percent")])
        self.assertTrue(values)
        for value in values.filtered(lambda value: value.state != "missing"):
            self.assertTrue(0 <= value.value <= 100, value.display_name)
            self.assertLessEqual(value.numerator, value.denominator)

    @settings(
        max_examples=20,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        pick=strategies.randoms(use_true_random=True),
        changes=strategies.integers(min_value=10, max_value=60),
        erasing=strategies.booleans(),
    )
    def test_closed_periods_in_any_sequence(self, pick, changes, erasing):
        """Whatever an office does after a closing, in whatever order: nothing that
        was closed changes, and all that reopening would bring is listed."""
        with self.cr.savepoint() as savepoint:
            # Most of what happens is of the periods that are closed.
            self.years = (2022, 2024)
            self.people = [self._alumnus(award="2020-07-01") for _i in range(6)]
            for _i in range(20):
                self._random_change(pick)(pick)
            self._settle()
            periods = self._period(2023) | self._period(2024)
            periods._close()
            frozen = {period: self._frozen(period) for period in periods}
            kept = {period: self._kept(period) for period in periods}
            acts = self._acts_of(periods)
            for _i in range(changes):
                change = self._random_change(pick)
                if change == self._erase_person and not erasing:
                    continue
                note(change.__name__)
                change(pick)
                if pick.random() < 0.4:
                    self._settle()
            self.assertListed(periods, acts)
            listed = self.env["alumni.closing.change"].search_count([])
            self.assertFiguresHold()
            self.env["alumni.period"].search([])._refresh_values(force=True)
            periods.action_verify()
            for period in periods:
                self.assertEqual(self._frozen(period), frozen[period])
                self.assertEqual(self._kept(period), kept[period])
                self.assertEqual(period.verified, "same")
            self.assertEqual(
                self.env["alumni.closing.change"].search_count([]),
                listed,
                "what is computed anew is no change of the past",
            )
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        self.env.cr.precommit.clear()

    def _kept(self, period):
        """The values that the closing of a period keeps, and its fingerprint."""
        return period.content_hash, self._rows(
            SQL(
                "SELECT indicator_id, breakdown, key, series, numerator, denominator,"
                " value, state FROM alumni_closing_value WHERE closing_id = %s",
                period.closing_id.id,
            )
        )

    def _acts_of(self, periods):
        """How many acts, hours and how much money the records of some periods are,
        each record for itself."""
        return {
            tuple(key): sums
            for *key, sums in self.env.execute_query(
                SQL(
                    "SELECT period_id, res_model, res_id,"
                    " ARRAY[COUNT(*), SUM(COALESCE(hours, 0)),"
                    " SUM(COALESCE(amount, 0))] FROM alumni_engagement"
                    " WHERE period_id IN %s GROUP BY period_id, res_model, res_id",
                    tuple(periods.ids),
                )
            )
        }

    def assertListed(self, periods, acts):
        """What was closed and what is listed since add up to what the records say
        now; so does, record by record, whatever no erased person has left. Of whom
        the records say something else of the past than was closed, the list says so,
        and of nobody else.

        :param acts: the acts of the records when the periods were closed
        """
        self._settle()
        changes = self.env["alumni.closing.change"].search(
            [("period_id", "in", periods.ids)]
        )
        self.assertEqual(changes.closing_id, changes.period_id.closing_id)
        now = self._acts_of(periods)
        whole = "erased" in changes.mapped("kind")
        found, told = defaultdict(float), defaultdict(float)

        def add(totals, key, sums, sign=1):
            for measure, amount in zip(("acts", "hours", "amount"), sums, strict=True):
                totals[key[:1] if whole else key, measure] += sign * float(amount)

        for key, sums in now.items():
            add(found, key, sums)
        for key, sums in acts.items():
            add(found, key, sums, -1)
        for change in changes.filtered(lambda c: c.res_model or c.kind == "erased"):
            if change.kind != "funnel":
                key = (change.period_id.id, change.res_model, change.res_id)
                add(told, key, (change.acts, change.hours, change.amount))
        for key in found.keys() | told.keys():
            self.assertAlmostEqual(told[key], found[key], 2, key)

        for period in periods:
            frozen = self._pasts(period)
            with self.cr.savepoint() as savepoint:
                self.env["alumni.person.year"]._refresh_period(period, frozen=True)
                fresh = self._pasts(period)
                savepoint.rollback()
            self.env.invalidate_all()
            last = {}
            for change in changes.sorted("id"):
                if change.period_id == period and change.kind in PERSON_KINDS:
                    last[change.partner_id.id] = change.kind
            last.pop(False, None)
            self.assertEqual(
                {who for who, kind in last.items() if kind != "undone"},
                {
                    who
                    for who in frozen.keys() | fresh.keys()
                    if who and frozen.get(who) != fresh.get(who)
                },
            )

    def _pasts(self, period):
        """What the person-years of a period say of each person's past."""
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT partner_id, array_agg(ROW(living, school_id, degree_level,"
                    " award_year)::text ORDER BY id) FROM alumni_person_year"
                    " WHERE period_id = %s GROUP BY partner_id",
                    period.id,
                )
            )
        )

    def test_heals(self):
        """Whatever was done to the tables behind our back is put right."""
        ada = self._alumnus()
        self._gift(ada)
        self._settle()
        figures = self._figures()
        self.env.cr.execute(
            SQL(
                """
                WITH act AS (UPDATE alumni_engagement SET mode = 'volunteer'),
                year AS (UPDATE alumni_person_year SET engaged = 7)
                DELETE FROM alumni_person_year_cube
                """
            )
        )
        self.env.invalidate_all()
        self.env["alumni.rebuild"]._run()
        self.assertEqual(self._figures(), figures)

    def _places(self):
        """Where each act and person-year stands: a row that is written moves."""
        return {
            table: self._rows(
                SQL("SELECT id, ctid FROM %s ORDER BY id", SQL.identifier(table))
            )
            for table in ("alumni_engagement", "alumni_person_year")
        }

    def test_writes_nothing_without_need(self):
        """What is right already is left alone, one wrong act put right alone."""
        trace = self._trace(
            self._alumnus(),
            reply_datetime="2024-05-01 10:00:00",
            links_click_datetime="2024-05-02 10:00:00",
        )
        self.company.alumni_clicks_count = True
        self._gift(self._alumnus())
        self._settle()
        self.env["alumni.rebuild"]._run()
        figures, places = self._figures(), self._places()
        self.assertGreaterEqual(len(places["alumni_engagement"]), 3)
        self.env["alumni.rebuild"]._run()
        self.assertEqual(self._places(), places)
        self.env.cr.execute(
            SQL(
                "UPDATE alumni_engagement SET hours = 7"
                " WHERE res_model = 'mailing.trace' AND res_id = %s"
                " AND kind = 'mailing_click'",
                trace.id,
            )
        )
        self.assertEqual(self.env.cr.rowcount, 1)
        before = self._places()["alumni_engagement"]
        self.env["alumni.rebuild"]._run()
        after = self._places()["alumni_engagement"]
        self.assertEqual(len(set(after) - set(before)), 1)
        self.assertEqual(self._figures(), figures)

    def test_cells_get_what_they_are_short_of(self):
        """Cells that add up are left alone; several rows of a cell become one."""
        self._gift(self._alumnus())
        self._settle()
        self.env["alumni.rebuild"]._run()
        figures = self._figures()
        cells = self._rows(SQL("SELECT id FROM alumni_person_year_cube ORDER BY id"))
        self.env["alumni.rebuild"]._run()
        self.assertEqual(
            self._rows(SQL("SELECT id FROM alumni_person_year_cube ORDER BY id")), cells
        )
        self.env.cr.execute(
            "UPDATE alumni_person_year_cube SET people = people + 5 WHERE id = %s",
            [cells[0][0]],
        )
        self.env["alumni.rebuild"]._run()
        self.assertEqual(self._figures(), figures)
        self.assertEqual(
            len(self._rows(SQL("SELECT id FROM alumni_person_year_cube"))), len(cells)
        )

    def test_person_years_of_who_has_lost_the_last_degree(self):
        """They go, even when nobody has told the person-years; of two of one person
        and period, written by two users at the same time, one stays."""
        ada, zoe = self._alumnus(), self._alumnus()
        self._gift(zoe)
        self._settle()
        self.env["alumni.rebuild"]._run()
        figures = self._figures()
        columns = SQL(", ").join(
            map(SQL.identifier, ("partner_id", "period_id", "company_id", *VALUES))
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO alumni_person_year (%s) SELECT %s FROM alumni_person_year",
                columns,
                columns,
            )
        )
        self.env["alumni.rebuild"]._run()
        self.assertEqual(self._figures(), figures)
        self.env.cr.execute(
            "DELETE FROM alumni_education WHERE partner_id = %s", [ada.id]
        )
        self.env["alumni.rebuild"]._run()
        people = self._rows(
            SQL(
                "SELECT DISTINCT partner_id FROM alumni_person_year"
                " WHERE partner_id = ANY(%s)",
                (ada | zoe).ids,
            )
        )
        self.assertEqual(people, [(zoe.id,)])

    def test_planner_is_told_of_a_load(self):
        """Statistics are of what was written, and left alone when no table grew."""
        gift = self._gift(self._alumnus())
        self._settle()
        self.env.cr.execute("TRUNCATE alumni_engagement, alumni_person_year")

        def known():
            return self._rows(
                SQL(
                    "SELECT relname, reltuples::int FROM pg_class"
                    " WHERE relname IN ('alumni_engagement', 'alumni_person_year')"
                    " ORDER BY relname"
                )
            )

        self.env["alumni.rebuild"]._run()
        counted = [
            (table, self.env.execute_query(SQL("SELECT count(*) FROM %s", name))[0][0])
            for table, _rows in known()
            for name in [SQL.identifier(table)]
        ]
        self.assertEqual(known(), counted)
        gift.unlink()
        self._settle()
        self.env["alumni.rebuild"]._run()
        self.assertEqual(known(), counted)

    def test_acts_twice(self):
        """An act that two users have written at the same time stays once."""
        self._gift(self._alumnus())
        self._settle()
        figures = self._figures()
        columns = SQL(
            "partner_id, company_id, date, period_id, mode, kind, res_model, res_id,"
            " hours, amount"
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO alumni_engagement (%s) SELECT %s FROM alumni_engagement",
                columns,
                columns,
            )
        )
        self.env["alumni.rebuild"]._run()
        self.assertEqual(self._figures(), figures)

    def test_step_by_step(self):
        """The size of a step makes no difference, not even to people who are
        compared with each other."""
        gifts = [
            self._gift(self._alumnus(name, alumni_birth_date="1980-01-01"))
            for name in ("Ada Byron", "Alan Turing", "Ada Byron")
        ]
        self._settle()
        figures = self._figures()
        self.env.cr.execute(
            "DELETE FROM alumni_person_year; DELETE FROM alumni_person_year_cube"
        )
        with (
            # Steps that end with the first person and with the first gift: steps of
            # one would be as many as the ids that other tests have used up.
            patch.object(alumni_rebuild, "PEOPLE", gifts[0].partner_id.id),
            patch.object(alumni_rebuild, "CHUNK", gifts[0].id),
        ):
            self.env["alumni.rebuild"]._run()
        self.assertEqual(self._figures(), figures)

    def test_background(self):
        """The scheduled action does the steps, and goes on where it was stopped."""
        self._gift(self._alumnus())
        self._settle()
        figures = self._figures()
        self.env["alumni.rebuild"].search([]).unlink()
        self.env.cr.execute("DELETE FROM alumni_person_year_cube")
        with self.capture_triggers("alumni_kpi.ir_cron_alumni_rebuild") as captured:
            rebuild = self.env["alumni.engagement"].with_user(self.manager)._rebuild()
        self.assertTrue(captured.records)
        rebuild._next_step()
        self.assertEqual(rebuild.state, "running")
        with self.enter_registry_test_mode():
            self.env.ref("alumni_kpi.ir_cron_alumni_rebuild").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((rebuild.state, rebuild.progress), ("done", 100))
        self.assertEqual(self._figures(), figures)
        [bus] = self.env["bus.bus"].search([("message", "like", "are up to date")])
        channel = [self.env.cr.dbname, "res.partner", self.manager.partner_id.id]
        self.assertEqual(json.loads(bus.channel), channel)

    def test_follows_when_people_are_up_to_date(self):
        """A setting about people rebuilds the figures, but only when everybody is up
        to date, and not person by person before that."""
        left = self._person("Left Early", email="left@example.org")
        self._education(left, False, state="left", start_year=2015)
        self._period(2024)
        self._settle()
        rebuilds = self.env["alumni.rebuild"]
        rebuilds.search([]).unlink()
        with patch.object(alumni_refresh, "AT_ONCE", 0):
            self.company.alumni_rule = "attended"
        self.assertFalse(rebuilds.search([]))
        refresh = self.env["alumni.refresh"]._pending()
        while refresh.state != "done":
            refresh._next_step()
            self.assertNotIn(
                left.id, self.env["alumni.engagement"]._pending()["people"]
            )
        self.assertTrue(left.is_alumnus)
        rebuild = rebuilds.search([])
        self.assertEqual(rebuild.state, "waiting")
        self.assertFalse(rebuild.company_ids)
        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.alumni_rebuilding)
        self.assertEqual(settings.action_alumni_rebuild()["res_id"], rebuild.id)
        self.assertFalse(self._year(left))
        with self.enter_registry_test_mode():
            self.env.ref("alumni_kpi.ir_cron_alumni_rebuild").method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(self._year(left))
        self.assertEqual(rebuild.state, "done")

    def test_requests_are_joined(self):
        rebuilds = self.env["alumni.rebuild"]
        rebuilds.search([]).unlink()
        first = rebuilds._request_for(self.company)
        self.assertEqual(rebuilds._request_for(self.other_company), first)
        self.assertEqual(first.company_ids, self.company | self.other_company)
        rebuilds._request_for()
        self.assertFalse(first.company_ids)

    def test_button(self):
        rebuilds = self.env["alumni.rebuild"]
        action = rebuilds.with_user(self.manager).action_request()
        self.assertEqual(action["res_model"], "alumni.rebuild")
        with self.assertRaises(AccessError):
            rebuilds.with_user(self.officer).action_request()
