import math

from odoo import api, fields, models
from odoo.tools import SQL

GROUPS = [
    ("5_laggard", "Laggards"),
    ("4_late_majority", "Late majority"),
    ("3_early_majority", "Early majority"),
    ("2_early_adopter", "Early adopters"),
    ("1_innovator", "Innovators"),
]
"""Rogers' groups, from the lowest points."""
GROUP_FROM = (16, 50, 84, 97.5)
"""The percentile from which a person is in each group but the first: 16 % laggards,
34 % late majority, 34 % early majority, 13.5 % early adopters, 2.5 % innovators."""
STEP = 0.5
"""A score is a percentile to the nearest half."""
MILLIONTH = 1_000_000
"""Points are compared to the millionth: who did the same has the same."""
REBASE = 10
"""Half-lives after which everybody is computed anew from a new epoch."""


def _points(held, fading, factor):
    """SQL of the points of a day, to the millionth."""
    return SQL(
        "round((%s + %s * %s) * %s) / %s",
        *(SQL.identifier(*name.split(".")) for name in (held, fading, factor)),
        MILLIONTH,
        MILLIONTH,
    )


class AlumniScoreDistribution(models.Model):
    """How the points of the base are distributed on a day, one row per institution.

    The score of a person is the percentile rank of the points among the base: the
    share of it that has fewer points, plus half of those that have the same. When one
    person moves, the rank of everyone changes; so ranks are not written on people.
    Kept here are the points from which each half percentile, each of Rogers' groups
    and the cut begin; reading a score is looking up the points in them. One sort of
    the points finds them, and no row of a person is written. Since time fades all
    points by one factor, that factor is kept here too.

    Half of those who have the same makes the mean score of the base 50, and the
    number of people in the 16 % the nearest whole number to 16 % of the base, unless
    people with the same points straddle the line: these stay together."""

    _name = "alumni.score.distribution"
    _description = "Distribution of the engagement score"
    _rec_name = "date"
    _log_access = False

    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        ondelete="cascade",
    )
    scheme_id = fields.Many2one(
        comodel_name="alumni.score.scheme", required=True, ondelete="cascade"
    )
    period_id = fields.Many2one(
        comodel_name="alumni.period", required=True, ondelete="cascade"
    )
    date = fields.Date(required=True, help="Scores are as of this day.")
    epoch = fields.Date(required=True, help="The day on which points are worth most.")
    factor = fields.Float(help="What a point of the epoch is worth on the day.")
    factor_before = fields.Float(help="The same, twelve months before the day.")
    people = fields.Integer(string="People in the base")
    people_before = fields.Integer(string="People in the base twelve months before")
    levels = fields.Json(help="Points from which each half percentile begins.")
    levels_before = fields.Json(help="The same, twelve months before the day.")
    groups = fields.Json(help="Points from which each of Rogers' groups begins.")
    cut = fields.Float(help="Points from which people are in the cut; -1: nobody is.")

    _company_uniq = models.UniqueIndex("(company_id)")

    @api.model
    def _today(self, company):
        """Today in the timezone of an institution."""
        return fields.Datetime.context_timestamp(
            self.with_context(tz=company.alumni_tz), fields.Datetime.now()
        ).date()

    @api.model
    def _current_period(self, company):
        periods = self.env["alumni.period"]
        year = periods._current_year(company)
        return periods._ensure_for_years(company, year, year)

    @api.model
    def _of(self, company):
        return self.search([("company_id", "=", company.id)])

    def _needs_everybody(self):
        """Whether the rows of everybody are to be computed anew: nothing is known yet,
        another version is in use, another period runs, the epoch is long past."""
        if not self:
            return True
        company = self.company_id
        age = (self._today(company) - self.epoch).days
        return (
            self.scheme_id != self.scheme_id._in_use(company)
            or self.period_id != self._current_period(company)
            or age < 0
            or age > REBASE * self.scheme_id.half_life
        )

    @api.model
    def _refresh_everybody(self, company):
        """Compute the points of everybody in an institution, and how they are
        distributed."""
        today = self._today(company)
        values = {
            "company_id": company.id,
            "scheme_id": self.env["alumni.score.scheme"]._in_use(company).id,
            "period_id": self._current_period(company).id,
            "date": today,
            "epoch": today,
        }
        distribution = self._of(company)
        if distribution:
            distribution.write(values)
        else:
            distribution = self.create(values)
        self.env["alumni.score.total"]._refresh(distribution)
        distribution._cut()
        return distribution

    def _refresh_people(self, people):
        """Compute the points of the people who have changed, and of those for whom
        the day has changed something.

        :param people: ids
        """
        self.ensure_one()
        totals = self.env["alumni.score.total"]
        today = self._today(self.company_id)
        people = set(people)
        if today != self.date:
            self.env.flush_all()
            due = self.env.execute_query(totals._select_due(self, today))
            people.update(partner_id for [partner_id] in due)
            self.date = today
        if people:
            totals._refresh(self, sorted(people))

    def _cut(self):
        """Find the points from which percentiles, groups and the cut begin."""
        self.ensure_one()
        self.env.flush_all()
        half_life = self.scheme_id.half_life
        before = fields.Date.subtract(self.date, months=12)
        self.factor, self.factor_before = (
            math.exp((self.epoch - day).days * math.log(2) / half_life)
            for day in (self.date, before)
        )
        self.flush_recordset()
        steps = [50 * step - 25 for step in range(1, 201)]
        groups = [round(100 * start) for start in GROUP_FROM]
        cut = 10_000 - round(100 * self.company_id.alumni_score_cut)
        population = self._population()
        people, starts = self._starts("", [*steps, *groups, cut], population)
        people_before, starts_before = self._starts("_before", steps, population)

        def known(hundredths, found):
            return [found[h] for h in hundredths if found[h] is not None]

        self.write(
            {
                "people": people,
                "people_before": people_before,
                "levels": known(steps, starts),
                "groups": known(groups, starts),
                "cut": -1 if starts[cut] is None else starts[cut],
                "levels_before": known(steps, starts_before),
            }
        )
        self.flush_recordset()
        self.env["alumni.score"].invalidate_model()

    def _starts(self, when, hundredths, population):
        """The lowest points of the base whose percentile reaches each of some
        hundredths of a percent.

        People are sorted by points, once. Those with the same points, at the places
        ``a`` to ``b``, have the percentile ``(a + b - 1) / 2`` of their number; so the
        first to reach a percentile are those at its place, or the next after them.
        People of the base without an act come before all others. The bucket of a
        value among the sorted points is how many people have no more than that.

        :param when: ``""`` for now, ``"_before"`` for twelve months before
        :param population: the people of the base whatever they did; 0: those who acted
        :return: the number of people in the base, and a dict of points; ``None`` where
            nobody reaches that percentile
        """
        [(people, starts)] = self.env.execute_query(
            SQL(
                """
                WITH base AS MATERIALIZED (
                    SELECT count(*) AS members,
                           GREATEST(count(*), %(population)s) AS people,
                           array_agg(points ORDER BY points) AS points
                    FROM (
                        SELECT %(points)s AS points
                        FROM alumni_score_total total,
                             (SELECT %(factor)s::float8 AS factor,
                                     %(factor_before)s::float8 AS factor_before) AS day
                        WHERE total.company_id = %(company)s AND %(member)s
                    ) AS member
                )
                SELECT people, ARRAY(
                    SELECT points[
                        CASE WHEN below + upto >= reached THEN place ELSE upto + 1 END]
                    FROM unnest(%(hundredths)s::int[])
                        WITH ORDINALITY AS asked (hundredth, number),
                    LATERAL (
                        SELECT ceil(people * hundredth / 5000.0)::int
                                   - 2 * (people - members) AS reached
                    ) AS rank,
                    LATERAL (SELECT GREATEST(reached / 2 + 1, 1) AS place) AS first,
                    LATERAL (
                        SELECT width_bucket(points[place], points) AS upto,
                               width_bucket(points[place] - %(less)s, points) AS below
                    ) AS same
                    ORDER BY number
                )
                FROM base
                """,
                population=population,
                points=self._points(when),
                factor=self.factor,
                factor_before=self.factor_before,
                company=self.company_id.id,
                member=self._member(when),
                hundredths=hundredths,
                less=0.5 / MILLIONTH,
            )
        )
        return people, dict(zip(hundredths, starts, strict=True))

    def _points(self, when):
        """SQL of the points of ``alumni_score_total total`` on ``day``."""
        return _points(f"total.held{when}", f"total.fading{when}", f"day.factor{when}")

    def _member(self, when=""):
        """SQL condition on ``alumni_score_total total``: the person is in the base."""
        return self._member_of(
            self.company_id.alumni_score_base,
            SQL.identifier("total", "contactable"),
            SQL.identifier("total", f"last_{when.strip('_') or 'date'}"),
            SQL("%s::date", fields.Date.subtract(self.date, months=12 if when else 0)),
        )

    @api.model
    def _member_of(self, base, contactable, last_date, date):
        """SQL condition: a living person with an act is in the base of a day.

        :param contactable, last_date, date: SQL of whether the person may be
            contacted, of the day of the last act until the day, and of the day
        """
        return {
            "engaged": SQL(
                "(%s AND %s > %s - INTERVAL '12 months')", contactable, last_date, date
            ),
            "acted": SQL("(%s AND %s <= %s)", contactable, last_date, date),
            "contactable": SQL("(%s AND %s <= %s)", contactable, last_date, date),
            "living": SQL("(%s <= %s)", last_date, date),
        }[base]

    def _population(self):
        """The people of the base whatever they did, if it is such a base: those of the
        period that runs."""
        counted = {"contactable": "contactable", "living": "living"}.get(
            self.company_id.alumni_score_base
        )
        if counted:
            [(people,)] = self.env.execute_query(
                SQL(
                    "SELECT COALESCE(sum(%s), 0) FROM alumni_person_year_cube"
                    " WHERE period_id = %s",
                    SQL.identifier(counted),
                    self.period_id.id,
                )
            )
            return people
        return 0
