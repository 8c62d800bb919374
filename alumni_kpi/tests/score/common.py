import math
import random
from datetime import date, timedelta
from fractions import Fraction

from freezegun import freeze_time

from odoo import fields

from ..common import AlumniKpiCommon

TODAY = date(2026, 3, 15)
COLUMNS = (
    "points",
    "score",
    "score_before",
    "momentum",
    "rogers",
    "tier",
    "in_base",
    "in_cut",
)
STARTS = (
    (97.5, "1_innovator"),
    (84, "2_early_adopter"),
    (50, "3_early_majority"),
    (16, "4_late_majority"),
    (0, "5_laggard"),
)


class ScoreCommon(AlumniKpiCommon):
    """A day that does not pass, weights that are easy to reckon with, and scores
    worked out from the acts by plain arithmetic."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_today(TODAY)
        cls.scheme = cls._scheme(
            [
                ("philanthropic", False, 10, 25),
                ("volunteer", False, 8, 20),
                ("experiential", False, 5, 1000),
                ("communication", False, 0, 10),
                (False, "participation_speaker", 12, 18),
            ]
        )

    @classmethod
    def _set_today(cls, day):
        freezer = freeze_time(f"{day} 12:00:00")
        freezer.start()
        cls.addClassCleanup(freezer.stop)

    @classmethod
    def _scheme(cls, rules, **values):
        """A version in use."""
        scheme = cls.env["alumni.score.scheme"].create(
            {
                "company_id": cls.company.id,
                "rule_ids": [
                    fields.Command.create(
                        {"mode": mode, "kind": kind, "weight": weight, "cap": cap}
                    )
                    for mode, kind, weight, cap in rules
                ],
                **values,
            }
        )
        return scheme._use()

    def _everybody(self):
        """Compute everybody's score."""
        self._settle()
        self.env["alumni.score.run"]._request()._run_now()
        self.env.invalidate_all()

    def _changes(self):
        """Compute the scores of who has changed."""
        self._settle()
        self.env["alumni.score.run"].search([]).unlink()
        self.env["alumni.score"]._cron_refresh()
        self.assertFalse(self.env["alumni.score.run"].search_count([]), "no full run")
        self.env.invalidate_all()

    def _score(self, person, company=None):
        return self.env["alumni.score"].search(
            [
                ("partner_id", "=", person.id),
                ("company_id", "=", (company or self.company).id),
            ]
        )

    def _scores(self):
        """What scores say, by person."""
        scores = self.env["alumni.score"].search([("company_id", "=", self.company.id)])
        self.assertEqual(len(scores), len(scores.partner_id), "each person once")
        return {
            score.partner_id: {name: score[name] for name in COLUMNS}
            for score in scores
        }

    def _day(self, days):
        return TODAY - timedelta(days=days)

    def _random_university(self, seed, people=40):
        pick = random.Random(seed)
        self.people = [
            self._alumnus(
                email=pick.choice([False, f"p{i}@example.org", f"p{i}@example.org"]),
                school=pick.choice([self.law, self.arts]),
                award=f"{pick.randint(1992, 2020)}-07-01",
            )
            for i in range(people)
        ]
        for person in pick.sample(self.people, people // 10):
            person.alumni_deceased = True
        for _i in range(3 * people):
            self._random_act(pick)
        return pick

    def _random_act(self, pick):
        person = pick.choice(self.people)
        day = self._day(pick.choice([0, 1, 364, 365, 366, pick.randint(-40, 4000)]))
        kind = pick.randrange(3)
        if kind == 0:
            self._gift(person, day, pick.choice([self.money, self.time]))
        elif kind == 1:
            role = pick.choice(["mentor", "speaker", "participant", "jury"])
            self._participation(person, role, day, hours=1)
        else:
            self._answer(person, end_datetime=f"{day} 10:00:00")

    # the same by plain arithmetic

    def _expected_points(self, day):
        """Points of everybody by person: from acts, weights, caps and half-life."""
        scheme = self.env["alumni.score.scheme"]._in_use(self.company)
        rules = {rule.kind or rule.mode: rule for rule in scheme.rule_ids}
        sums, last = {}, {}
        for act in self.env["alumni.engagement"].search(
            [("company_id", "=", self.company.id)]
        ):
            rule = rules.get(act.kind) or rules.get(act.mode)
            if act.date > day or not rule or not rule.weight:
                continue
            kinds = sums.setdefault(act.partner_id, {})
            worth = rule.weight * 0.5 ** ((day - act.date).days / scheme.half_life)
            kinds.setdefault(act.kind, [rule.cap, []])[1].append(worth)
            last[act.partner_id] = max(last.get(act.partner_id, act.date), act.date)
        points = {
            person: round(
                sum(min(cap, math.fsum(worths)) for cap, worths in kinds.values()), 6
            )
            for person, kinds in sums.items()
        }
        return points, last

    def _expected_percentile(self, points, among, actless=0):
        """Share of the others with fewer points and half of those with the same, in
        percent; of somebody outside, that of the next below."""
        reached = [other for other in among if other <= points]
        if not reached:
            return Fraction(0)
        mark = max(reached)
        fewer = sum(other < mark for other in among)
        same = sum(other == mark for other in among)
        rank = 2 * (actless + fewer) + same
        return Fraction(50 * rank, len(among) + actless)

    def _expected(self, day=TODAY):
        """What scores ought to say, by person."""
        company = self.company
        living = {}
        years = self.env["alumni.person.year"].search(
            [
                ("company_id", "=", company.id),
                ("period_id.date_start", "<=", day),
                ("period_id.date_end", ">=", day),
                ("living", "=", 1),
            ]
        )
        for year in years:
            living[year.partner_id] = bool(year.contactable)
        base = company.alumni_score_base

        def members(points, last, when):
            start = fields.Date.subtract(when, months=12)
            found = {
                person: worth
                for person, worth in points.items()
                if person in living
                and (base == "living" or living[person])
                and (base != "engaged" or last[person] > start)
            }
            counted = {
                "contactable": sum(living.values()),
                "living": len(living),
            }.get(base, len(found))
            return found, counted - len(found)

        before_day = fields.Date.subtract(day, months=12)
        points, last = self._expected_points(day)
        points_before, last_before = self._expected_points(before_day)
        among, actless = members(points, last, day)
        among_before, actless_before = members(points_before, last_before, before_day)
        scheme = self.env["alumni.score.scheme"]._in_use(company)
        cut = 100 - Fraction(str(company.alumni_score_cut))
        expected = {}
        for person, worth in points.items():
            if person not in living:
                continue
            exact = self._expected_percentile(worth, list(among.values()), actless)
            before = Fraction(0)
            if person in points_before and among_before:
                before = self._expected_percentile(
                    points_before[person], list(among_before.values()), actless_before
                )
            score, score_before = (math.floor(2 * x + 0.5) / 2 for x in (exact, before))
            groups = (
                (97.5, "1_innovator"),
                (84, "2_early_adopter"),
                (50, "3_early_majority"),
            )
            group = next((name for start, name in groups if exact >= start), None)
            group = group or ("4_late_majority" if exact >= 16 else "5_laggard")
            limits = (scheme.tier_2, scheme.tier_3, scheme.tier_4)
            expected[person] = {
                "points": worth,
                "score": score,
                "score_before": score_before,
                "momentum": score - score_before,
                "rogers": group if person in among else False,
                "tier": str(1 + sum(worth >= limit for limit in limits)),
                "in_base": person in among,
                "in_cut": person in among and exact >= cut,
                "exact": exact,
                "exact_before": before,
            }
        return expected

    def assertScores(self, day=TODAY):
        """Scores are those of plain arithmetic."""
        found, expected = self._scores(), self._expected(day)
        self.assertEqual(
            {person.id for person in found}, {person.id for person in expected}
        )
        for person, values in expected.items():
            del values["exact"], values["exact_before"]
            self.assertAlmostEqual(
                found[person].pop("points"), values.pop("points"), 5, person.name
            )
            self.assertEqual(found[person], values, person.name)
