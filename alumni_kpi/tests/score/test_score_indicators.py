from datetime import date

from odoo.tests import tagged

from .common import TODAY, ScoreCommon

LAST_DAY = date(2025, 8, 31)


@tagged("post_install", "-at_install")
class TestScoreIndicators(ScoreCommon):
    """FOL-01, 02, 03 and 15 of a period are as of its last day, from the acts until
    then, and stay when it is closed."""

    def _figures(self, period, code, variant=False):
        """Numerator, denominator by (breakdown, key)."""
        self._settle()
        period._refresh_values(force=True)
        values = self.env["alumni.indicator.value"].search(
            [
                ("period_id", "=", period.id),
                ("indicator_id.code", "=", code),
                ("indicator_id.variant", "=", variant),
            ]
        )
        self.assertTrue(values)
        return {
            (value.breakdown, value.key): (value.numerator, value.denominator)
            for value in values
        }

    def _parts(self, day, breakdowns):
        """The scored people of each part, and the contactable: {(breakdown, key):
        (expected, contactable)}."""
        years = self.env["alumni.person.year"].search(
            [
                ("company_id", "=", self.company.id),
                ("period_id.date_start", "<=", day),
                ("period_id.date_end", ">=", day),
                ("living", "=", 1),
            ]
        )
        expected = self._expected(day)
        parts = {}
        for year in years:
            keys = [("total", "")]
            for breakdown, field in breakdowns.items():
                keys.append((breakdown, str(year[field].id or "none")))
            for place in keys:
                scored, contactable, living = parts.setdefault(place, ([], [], []))
                living.append(year.partner_id)
                if year.contactable:
                    contactable.append(year.partner_id)
                if year.partner_id in expected:
                    scored.append(expected[year.partner_id])
        return parts

    def _check(self, period, day):
        split = {"generation": "generation_id", "school": "school_id"}
        parts = self._parts(day, split)
        expected = self._expected(day)
        base = {place: [s for s in p[0] if s["in_base"]] for place, p in parts.items()}
        for code, figure in (
            ("FOL-01", lambda score: score["exact"]),
            ("FOL-03", lambda score: score["exact"] - score["exact_before"]),
        ):
            found = self._figures(period, code)
            for place, scores in base.items():
                points, people = found.pop(place, (0, 0))
                self.assertEqual(people or 0, len(scores), (code, place))
                wanted = sum(figure(score) for score in scores)
                self.assertAlmostEqual(points or 0, float(wanted), 6, (code, place))
            self.assertFalse(found, code)
        for tier in range(5):
            found = self._figures(period, "FOL-02", f"tier {tier}")
            for place, (_scored, contactable, _living) in parts.items():
                wanted = sum(
                    expected[person]["tier"] == str(tier)
                    if person in expected
                    else tier == 0
                    for person in contactable
                )
                self.assertEqual(
                    found.get(place, (0, 0)), (wanted, len(contactable)), (tier, place)
                )
        found = self._figures(period, "FOL-15")
        for place, (_scored, _contactable, living) in parts.items():
            if place[0] in ("total", "school"):
                ambassadors, due = found[place]
                self.assertEqual(
                    ambassadors, sum(person.is_ambassador for person in living)
                )
                self.assertAlmostEqual(due, len(base[place]) * 0.16, 6)

    def test_running_and_past_period(self):
        pick = self._random_university(41)
        for person in pick.sample(self.people, 5):
            person.alumni_ambassador_stage = "active"
        self._settle()
        self._check(self._period(2026), TODAY)
        self._check(self._period(2025), LAST_DAY)

    def test_total_is_50(self):
        """The mean of the whole base, whatever people did."""
        self._random_university(42)
        points, people = self._figures(self._period(2026), "FOL-01")["total", ""]
        self.assertAlmostEqual(points / people, 50, 9)

    def test_base_without_acts_stands_below(self):
        """Of four contactable alumni one did something: 87.5, the others 37.5 each."""
        self.company.alumni_score_base = "contactable"
        ada = self._alumnus()
        for _i in range(3):
            self._alumnus()
        self._gift(ada, TODAY)
        figures = self._figures(self._period(2026), "FOL-01")
        self.assertEqual(figures["total", ""], (87.5 + 3 * 37.5, 4))
        figures = self._figures(self._period(2026), "FOL-03")
        self.assertEqual(figures["total", ""], (87.5, 1))
        figures = self._figures(self._period(2026), "FOL-15")
        self.assertEqual(figures["total", ""][1], 0.64)

    def test_nobody(self):
        self._alumnus()
        period = self._period(2026)
        self._settle()
        period._refresh_values(force=True)
        value = self.env["alumni.indicator.value"].search(
            [
                ("period_id", "=", period.id),
                ("indicator_id.code", "=", "FOL-01"),
                ("breakdown", "=", "total"),
            ]
        )
        self.assertEqual((value.state, value.missing_reason), ("missing", "no_records"))

    def test_ambassadors_can_pass_the_target(self):
        ada = self._alumnus(alumni_ambassador_stage="active")
        self._gift(ada, TODAY)
        period = self._period(2026)
        self._settle()
        period._refresh_values(force=True)
        value = self.env["alumni.indicator.value"].search(
            [
                ("period_id", "=", period.id),
                ("indicator_id.code", "=", "FOL-15"),
                ("breakdown", "=", "total"),
            ]
        )
        self.assertAlmostEqual(value.value, 625)
        self.assertEqual(value.state, "computed")

    def test_closed(self):
        self._random_university(43)
        self._settle()
        period = self._period(2025)
        before = self._figures(period, "FOL-01")
        self._check(period, LAST_DAY)
        period._close()
        for person in self.people[:10]:
            self._gift(person, LAST_DAY)
        self._scheme([("philanthropic", False, 1, 1)])
        self.assertEqual(self._figures(period, "FOL-01"), before)

    def test_opens_the_people_counted(self):
        ada, alan, other = self._alumnus(), self._alumnus(), self._alumnus()
        self._gift(ada, TODAY)
        self._gift(alan, TODAY)
        self._gift(alan, TODAY)
        ada.alumni_ambassador_stage = "active"
        period = self._period(2026)
        self._settle()
        period._refresh_values(force=True)
        for code, variant, people in (
            ("FOL-01", False, ada | alan),
            ("FOL-03", False, ada | alan),
            ("FOL-02", "tier 0", other),
            ("FOL-02", "tier 2", ada),
            ("FOL-02", "tier 3", alan),
            ("FOL-15", False, ada),
        ):
            value = self.env["alumni.indicator.value"].search(
                [
                    ("period_id", "=", period.id),
                    ("indicator_id.code", "=", code),
                    ("indicator_id.variant", "=", variant),
                    ("breakdown", "=", "total"),
                ]
            )
            action = value.with_user(self.analyst).action_open_people()
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(found.partner_id, people, (code, variant))

    def test_versions_are_not_compared_silently(self):
        """Only what is made of scores."""
        self._random_university(44)
        self._settle()
        earlier, period = self._period(2024), self._period(2025)
        earlier._refresh_values(force=True)
        earlier._close()
        self._scheme([("philanthropic", False, 1, 1)])
        period._refresh_values(force=True)
        values = self.env["alumni.indicator.value"].search(
            [("breakdown", "=", "total"), ("key", "in", ("", False))]
        )

        def pair(code):
            return [
                values.filtered(
                    lambda v, p=p: v.period_id == p and v.indicator_id.code == code
                )
                for p in (period, earlier)
            ]

        score, before = pair("FOL-01")
        self.assertIn("Score", score._incomparable(before))
        self.assertIn("version", score.method)
        rate, before = pair("ENG-15")
        self.assertFalse(rate._incomparable(before))
