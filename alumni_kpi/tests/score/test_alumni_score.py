from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from .common import TODAY, ScoreCommon


@tagged("post_install", "-at_install")
class TestAlumniScore(ScoreCommon, CronMixinCase):
    """Scores are what plain arithmetic makes of the acts, on any day, whether everybody
    was computed or those who changed."""

    # definition

    def test_worked_example(self):
        """The example of docs/score.md."""
        ada = self._alumnus("Ada Byron")
        self._gift(ada, TODAY)
        self._gift(ada, self._day(365))
        self._participation(ada, "speaker", TODAY)
        self._participation(ada, "speaker", self._day(365))
        self._participation(ada, "mentor", self._day(730))
        self._everybody()
        # gifts 10 + 5; speaker 12 + 6, at the cap of 18; mentor 8 / 4
        self.assertEqual(self._score(ada).points, 35)
        parts = self._score(ada).contribution_ids
        self.assertEqual(
            [(part.kind, part.acts, part.points) for part in parts],
            [
                ("participation_speaker", 2, 18),
                ("gift_money", 2, 15),
                ("participation_mentor", 1, 2),
            ],
        )
        self.assertEqual(sum(parts.mapped("points")), 35)
        self._participation(ada, "speaker", TODAY)
        self._everybody()
        self.assertEqual(self._score(ada).points, 35, "the cap holds")
        part = self._score(ada).contribution_ids[0]
        self.assertEqual((part.points, part.uncapped, part.cap), (18, 30, 18))
        self.assertScores()

    def test_random_university(self):
        for seed, base, cut in (
            (1, "engaged", 16),
            (2, "acted", 16),
            (3, "contactable", 10),
            (4, "living", 33.3),
        ):
            with self.subTest(seed=seed, base=base):
                self.company.write({"alumni_score_base": base, "alumni_score_cut": cut})
                self._random_university(seed)
                self._everybody()
                self.assertGreater(len(self._scores()), 20)
                self.assertScores()

    def test_other_half_life(self):
        for half_life in (1, 30, 36_500):
            with self.subTest(half_life=half_life):
                self._scheme([("philanthropic", False, 3, 7)], half_life=half_life)
                self._random_university(half_life, 12)
                self._everybody()
                self.assertScores()

    def test_mean_of_the_base_is_50(self):
        """Unless the nearest half is not the rank itself, which is as often above."""
        self._random_university(7, 60)
        self._everybody()
        scores = self._scores().values()
        base = [score["score"] for score in scores if score["in_base"]]
        self.assertAlmostEqual(sum(base) / len(base), 50, delta=0.25)

    # edges

    def test_nobody(self):
        self._everybody()
        self.assertFalse(self._scores())
        self._changes()
        self.assertFalse(self._scores())

    def test_one_person(self):
        ada = self._alumnus()
        self._gift(ada, TODAY)
        self._everybody()
        score = self._score(ada)
        self.assertEqual((score.score, score.points, score.momentum), (50, 10, 50))
        self.assertEqual(score.rogers, "3_early_majority")
        self.assertFalse(score.in_cut)
        self.assertScores()

    def test_everybody_the_same(self):
        """Who did the same has the same rank, and nobody is better than the others."""
        people = [self._alumnus() for _i in range(10)]
        for person in people:
            self._gift(person, self._day(3))
        self._everybody()
        for person in people:
            self.assertEqual(self._score(person).score, 50)
        self.assertFalse(any(score["in_cut"] for score in self._scores().values()))

    def test_ties_stay_together(self):
        for count in (4, 3, 2, 1):
            for _i in range(2):
                person = self._alumnus()
                for number in range(count):
                    self._gift(person, self._day(400 * number))
        self._everybody()
        ranks = sorted(score["score"] for score in self._scores().values())
        # 2 of 8 each: 1 of 8, 3 of 8 ... to the nearest half
        self.assertEqual(ranks, [12.5] * 2 + [37.5] * 2 + [62.5] * 2 + [87.5] * 2)
        self.assertScores()

    def test_the_cut_is_the_nearest_number(self):
        """16 % of 25 people are 4; of 28 people 4.48, that is 4; of 29, 5."""
        people = []
        for count, leading in ((25, 4), (28, 4), (29, 5)):
            while len(people) < count:
                people.append(self._alumnus())
                self._gift(people[-1], self._day(len(people)))
            self._everybody()
            leaders = [p for p in people if self._score(p).in_cut]
            self.assertEqual(leaders, people[:leading], count)

    def test_act_today_counts_in_full_and_a_future_one_not_yet(self):
        ada, alan = self._alumnus(), self._alumnus()
        self._gift(ada, TODAY)
        self._gift(alan, self._day(-1))
        self._everybody()
        self.assertEqual(self._score(ada).points, 10)
        self.assertFalse(self._score(alan))
        with freeze_time("2026-03-16 12:00:00"):
            self._changes()
            self.assertEqual(self._score(alan).points, 10)
            self.assertAlmostEqual(self._score(ada).points, 10 * 0.5 ** (1 / 365), 6)
            self.assertScores(self._day(-1))

    def test_act_without_weight(self):
        ada = self._alumnus()
        self._answer(ada, end_datetime=f"{TODAY} 10:00:00")
        self._everybody()
        self.assertFalse(self._score(ada))

    def test_only_living_alumni(self):
        ada, alan, guest = self._alumnus(), self._alumnus(), self._person("A Guest")
        for person in (ada, alan, guest):
            self._gift(person, TODAY)
        alan.alumni_deceased = True
        self._everybody()
        self.assertEqual([person.id for person in self._scores()], [ada.id])
        ada.alumni_deceased = True
        self._changes()
        self.assertFalse(self._scores())

    def test_out_of_the_base(self):
        """Who cannot be contacted, or did nothing for a year, is compared with the base
        and is not of it."""
        ada, lost, old = self._alumnus(), self._alumnus(email=False), self._alumnus()
        self._gift(ada, self._day(100))
        self._gift(lost, TODAY)
        self._gift(old, self._day(366))
        self._everybody()
        self.assertEqual(
            [self._score(person).in_base for person in (ada, lost, old)],
            [True, False, False],
        )
        self.assertEqual(
            [self._score(person).score for person in (ada, lost, old)], [50, 50, 0]
        )
        self.assertFalse(self._score(lost).rogers)
        self.assertFalse(self._score(lost).in_cut)
        self.assertIn("Not one of the base", self._score(lost).summary)
        self.assertScores()

    def test_tiers(self):
        people = [self._alumnus() for _i in range(4)]
        for count, person in enumerate(people, 1):
            for number in range(count):
                self._attendance_on(person, self._day(number))
        self.scheme.flush_recordset()
        self._everybody()
        # 5 points each, less a little for each day
        self.assertEqual(
            [self._score(person).tier for person in people], ["2", "2", "2", "3"]
        )

    def _attendance_on(self, person, day):
        self._participation(person, "participant", day)

    # time and changes

    def test_days_pass(self):
        """Every day, without anybody recording anything: acts that come of age, today
        and a year ago, and sums that fade to their cap."""
        self._random_university(11, 25)
        self._everybody()
        day = TODAY
        for step in (1, 1, 5, 30, 200, 365):
            day += timedelta(days=step)
            with freeze_time(f"{day} 12:00:00"):
                if day.month >= 9 or day.year > 2026:
                    break
                self._changes()
                self.assertScores(day)

    def test_cap_is_left(self):
        ada = self._alumnus()
        for _i in range(4):
            self._gift(ada, TODAY)
        self._everybody()
        total = self.env["alumni.score.total"].search([("partner_id", "=", ada.id)])
        self.assertEqual((total.held, total.fading), (25, 0))
        # 40 x 0.5 ^ (t / 365) = 25 for t = 247.5
        self.assertEqual(total.cap_until, TODAY + timedelta(days=248))
        with freeze_time("2026-06-15 12:00:00"):
            self._changes()
            self.assertEqual(self._score(ada).points, 25)
            self.assertEqual(total.held, 25)
        with freeze_time(f"{TODAY + timedelta(days=248)} 12:00:00"):
            # As if the period were the same: it is the day that is looked at.
            for day in self.env["alumni.score.distribution"].search([]):
                day.period_id = day._current_period(day.company_id)
            self._changes()
            self.assertAlmostEqual(self._score(ada).points, 40 * 0.5 ** (248 / 365), 6)

    def test_no_row_is_written_when_only_time_passes(self):
        self._random_university(12, 20)
        self._everybody()
        statement = SQL("SELECT id, ctid::text FROM alumni_score_total ORDER BY id")
        before = self._rows(statement)
        ranks = self._scores()
        self._everybody()
        self.assertEqual(self._rows(statement), before, "nothing differs")
        newcomer = self._alumnus()
        for _i in range(3):
            self._gift(newcomer, TODAY)
        self._changes()
        after = self._rows(statement)
        self.assertEqual(len(set(after) - set(before)), 1)
        self.assertNotEqual(
            {p: s["score"] for p, s in self._scores().items() if p != newcomer},
            {p: s["score"] for p, s in ranks.items()},
            "the ranks of the others follow",
        )

    def _random_change(self, pick):
        gifts = self.env["alumni.gift"].search([("partner_id", "!=", False)])
        person = pick.choice(self.people)
        change = pick.randrange(10)
        if change < 3:
            self._random_act(pick)
        elif change == 3 and gifts:
            pick.choice(gifts).date = self._day(pick.randint(-40, 900))
        elif change == 4 and gifts:
            pick.choice(gifts).unlink()
        elif change == 5 and gifts:
            pick.choice(gifts).partner_id = person
        elif change == 6:
            person.alumni_deceased = not person.alumni_deceased
        elif change == 7:
            person.email = pick.choice([False, f"new{person.id}@example.org"])
        elif change == 8 and len(self.people) > 5:
            self._merge_or_erase(pick, person)
        else:
            person.alumni_education_ids.write(
                {"state": pick.choice(["awarded", "returning"])}
            )

    def _merge_or_erase(self, pick, person):
        self.people.remove(person)
        if pick.random() < 0.5:
            other = pick.choice(self.people)
            person.alumni_education_ids.unlink()
            self.env["base.partner.merge.automatic.wizard"]._merge(
                [person.id, other.id], other
            )
        else:
            self.env["alumni.gift"].search([("partner_id", "=", person.id)]).unlink()
            person.alumni_participation_ids.unlink()
            person.unlink()

    def test_changes_are_as_everybody(self):
        for seed in (21, 22, 23):
            with self.subTest(seed=seed):
                pick = self._random_university(seed, 15)
                self._everybody()
                for _round in range(6):
                    for _i in range(6):
                        self._random_change(pick)
                    self._changes()
                    self.assertScores()
                changed = self._scores()
                self._everybody()
                for person, values in self._scores().items():
                    points = changed[person].pop("points")
                    self.assertAlmostEqual(points, values.pop("points"), 6)
                    self.assertEqual(changed[person], values)

    def test_other_day_changes_are_as_everybody(self):
        pick = self._random_university(24, 15)
        self._everybody()
        day = TODAY
        for _round in range(5):
            day += timedelta(days=pick.randint(1, 20))
            with freeze_time(f"{day} 12:00:00"):
                for _i in range(5):
                    self._random_change(pick)
                self._changes()
                self.assertScores(day)

    def test_heals(self):
        """Rows that somebody has spoilt or doubled are put right by the next run."""
        self._random_university(31, 12)
        self._everybody()
        before = self._scores()
        self.env.cr.execute("UPDATE alumni_score_total SET fading = fading + 1")
        columns = SQL("partner_id, company_id, scheme_id, held, fading")
        self.env.cr.execute(
            SQL(
                "INSERT INTO alumni_score_total (%s) SELECT %s FROM alumni_score_total",
                columns,
                columns,
            )
        )
        self._everybody()
        self.assertEqual(self._scores(), before)

    # in the background

    def test_background(self):
        ada = self._alumnus()
        self._gift(ada, TODAY)
        self._settle()
        self.env["alumni.score.run"].search([]).unlink()
        with self.capture_triggers("alumni_kpi.ir_cron_alumni_score_run") as captured:
            self.env["alumni.score"]._cron_refresh()
        self.assertTrue(captured.records)
        run = self.env["alumni.score.run"].search([])
        self.assertEqual(run.state, "waiting")
        run._next_step()
        self.assertEqual(run.state, "running", "there is another institution")
        self.assertLess(0, run.progress)
        with self.enter_registry_test_mode():
            self.env.ref("alumni_kpi.ir_cron_alumni_score_run").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((run.state, run.progress), ("done", 100))
        self.assertEqual(self._score(ada).points, 10)
        self.assertFalse(self.env["alumni.score.queue"].search_count([]))

    def test_rebuild_of_figures_asks_for_scores(self):
        self.env["alumni.score.run"].search([]).unlink()
        self.env["alumni.rebuild"]._run()
        self.assertEqual(self.env["alumni.score.run"].search([]).state, "waiting")

    def test_setting_changes_ranks(self):
        people = [self._alumnus() for _i in range(4)]
        for number, person in enumerate(people):
            self._gift(person, self._day(300 * number))
        self._everybody()
        self.assertEqual(self._score(people[0]).score, 75)
        with self.capture_triggers("alumni_kpi.ir_cron_alumni_score") as captured:
            self.company.write({"alumni_score_base": "acted", "alumni_score_cut": 50})
        self.assertTrue(captured.records)
        self._changes()
        self.assertEqual(self._score(people[0]).score, 87.5)
        self.assertTrue(self._score(people[1]).in_cut)
        self.assertFalse(self._score(people[2]).in_cut)
        self.assertScores()

    def test_merge_leaves_one_score(self):
        ada, again = self._alumnus(), self._alumnus(degree=self.master)
        self._gift(ada, TODAY)
        self._gift(again, TODAY)
        self._everybody()
        self.env["base.partner.merge.automatic.wizard"]._merge([ada.id, again.id], ada)
        self._settle()
        self.assertEqual(len(self._score(ada)), 1, "at once")
        self._changes()
        self.assertEqual(self._score(ada).points, 20)

    def test_another_institution(self):
        """Each institution scores its own acts of its own alumni, by its own rules."""
        ada = self._alumnus()
        self._education(
            ada, "2006-07-01", degree=self.master, company_id=self.other_company.id
        )
        self._gift(ada, TODAY)
        self._gift(ada, TODAY, company_id=self.other_company.id, amount=5)
        self._gift(ada, TODAY, company_id=self.other_company.id, amount=5)
        self._everybody()
        self.assertEqual(self._score(ada).points, 10)
        other = self._score(ada, self.other_company)
        self.assertEqual(other.points, 20)
        self.assertEqual(other.scheme_id.company_id, self.other_company)

    # opening

    def test_in_words(self):
        ada = self._alumnus("Ada Byron")
        for _i in range(3):
            self._gift(ada, TODAY)
        self._everybody()
        self.assertEqual(
            self._score(ada).summary,
            "50.0 out of 100 on 03/15/2026; people in the base: 1. Rogers' group: "
            "early majority. That is 50.0 more than twelve months before. What counts "
            "most, in points: Gift: Money 25.0 (at the cap).",
        )

    def test_from_the_contact(self):
        ada, alan = self._alumnus(), self._alumnus()
        self._gift(ada, TODAY)
        self._everybody()
        ada, alan = (ada | alan).with_user(self.officer)
        self.assertEqual(ada.alumni_score_text, "50.0 · Early majority")
        self.assertFalse(alan.alumni_score_text)
        action = ada.action_alumni_score()
        self.assertEqual(action["res_id"], self._score(ada).id)
        with self.assertRaisesRegex(UserError, "has no score"):
            alan.action_alumni_score()

    def test_it_comes_with_the_counters_of_a_contact(self):
        """One query reads all that a page counts and the score."""
        ada = self._alumnus()
        for number in range(30):
            self._gift(ada, self._day(number))
        self._everybody()
        ada = ada.with_user(self.officer)
        self.assertEqual(ada.alumni_gift_count, 30)
        score, _space, rogers = ada.alumni_glance["alumni_score"].partition(" ")
        [own] = self.env["alumni.score"].search([("partner_id", "=", ada.id)])
        self.assertEqual((float(score), rogers), (own.score, own.rogers))
        self.assertEqual(ada.alumni_score, own.score)

    def test_candidates(self):
        people = [self._alumnus() for _i in range(25)]
        for number, person in enumerate(people):
            self._gift(person, self._day(number))
        people[0].alumni_ambassador_stage = "active"
        people[1].alumni_ambassador_stage = "approached"
        people[2].alumni_ambassador_stage = "former"
        self._everybody()
        self.assertEqual([p for p in people if self._score(p).in_cut], people[:4])
        partners = self.env["res.partner"].with_user(self.officer)
        found = partners.search([("is_ambassador_candidate", "=", True)])
        self.assertEqual(found.ids, [people[1].id, people[3].id])
        others = partners.search(
            [("is_ambassador_candidate", "=", False), ("id", "in", found.ids)]
        )
        self.assertFalse(others)
        self.assertEqual(
            [p.with_user(self.officer).is_ambassador_candidate for p in people[:5]],
            [False, True, False, True, False],
        )

    def test_candidates_are_recipients(self):
        person, other = self._alumnus(), self._alumnus()
        self.company.alumni_score_cut = 50
        self._gift(person, TODAY)
        self._gift(other, self._day(100))
        self._everybody()
        ready = self.env.ref("alumni_kpi.mailing_filter_ambassador_candidates")
        mailing = self.env["mailing.mailing"].create(
            {
                "subject": "Will you be one of us?",
                "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                "mailing_filter_id": ready.id,
                "mailing_domain": ready.mailing_domain,
                "user_id": self.officer.id,
            }
        )
        self.assertEqual(mailing._get_recipients(), person.ids)

    def test_french(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"].search(
            [("name", "=", "alumni_kpi")]
        )._update_translations("fr_FR")
        ada = self._alumnus()
        self._gift(ada, TODAY)
        self._everybody()
        summary = self._score(ada).with_context(lang="fr_FR").summary
        self.assertIn(
            "50,0 sur 100 au 15/03/2026\u00a0; personnes dans la base\u00a0: 1.",
            summary,
        )
        self.assertIn("Groupe de Rogers", summary)
        self.assertEqual(
            ada.with_context(lang="fr_FR").alumni_score_text, "50,0 · Majorité précoce"
        )
