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
        found = self._starts({"": [*steps, *groups, cut], "_before": steps})
        people, starts = found[""]
        people_before, starts_before = found["_before"]

        def known(hundredths, found):
            return [found[h] for h in hundredths if h in found]

        self.write(
            {
                "people": people,
                "people_before": people_before,
                "levels": known(steps, starts),
                "groups": known(groups, starts),
                "cut": starts.get(cut, -1),
                "levels_before": known(steps, starts_before),
            }
        )
        self.flush_recordset()
        self.env["alumni.score"].invalidate_model()

    def _starts(self, asked):
        """The lowest points of the base whose percentile reaches each of some
        hundredths of a percent, now and twelve months before.

        People are sorted by points. Those with the same points, at the places ``a`` to
        ``b``, have the percentile ``(a + b - 1) / 2`` of their number; so the first to
        reach a percentile are those at its place, or the next after them. Two passes
        over the rows, one of them a sort, find them all.

        :param asked: ``{"": hundredths, "_before": hundredths}``
        :return: the number of people in the base, and a dict without the hundredths
            that nobody reaches, for each of the two
        """
        population = self._population()
        numbers = self._aggregate(
            {
                when: SQL("count(*) FILTER (WHERE %s)", self._member(when))
                for when in asked
            }
        )
        ranks, places = {}, {}
        for when, hundredths in asked.items():
            members = numbers[when]
            # People of the base without an act have less than all others.
            people = max(population or members, members)
            actless = people - members
            ranks[when] = people, {h: -(-people * h // 5000) for h in hundredths}
            # Twice the percentile of the first is 1; ranks are whole numbers.
            places[when] = {
                h: max((rank - 2 * actless) // 2 + 1, 1)
                for h, rank in ranks[when][1].items()
                if (rank - 2 * actless) // 2 + 1 <= members
            }
        values = self._aggregate(
            {
                when: SQL(
                    "percentile_disc(%s::float8[]) WITHIN GROUP (ORDER BY %s)"
                    " FILTER (WHERE %s)",
                    [(place - 0.5) / numbers[when] for place in found.values()],
                    self._points(when),
                    self._member(when),
                )
                for when, found in places.items()
                if found
            }
        )
        result = {}
        for when, (people, needed) in ranks.items():
            found = dict(zip(places[when], values.get(when) or (), strict=True))
            blocks = self._blocks(when, sorted(set(found.values())))
            starts = {}
            for h, points in found.items():
                below, same, following = blocks[points]
                rank = 2 * (people - numbers[when]) + 2 * below + same
                start = points if rank >= needed[h] else following
                if start is not None:
                    starts[h] = start
            result[when] = people, starts
        return result

    def _aggregate(self, columns):
        """Work out some aggregates over the rows of the institution."""
        if not columns:
            return {}
        [row] = self.env.execute_query(
            SQL(
                "SELECT %s FROM alumni_score_total total, alumni_score_distribution day"
                " WHERE day.id = %s AND total.company_id = day.company_id",
                SQL(", ").join(columns.values()),
                self.id,
            )
        )
        return dict(zip(columns, row, strict=True))

    def _blocks(self, when, values):
        """How many of the base have fewer points than each of some values, how many
        have the same, and the next points above: ``{value: (below, same, next)}``."""
        if not values:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT place, count(*),
                       count(*) FILTER (WHERE points = (%(values)s::float8[])[place]),
                       min(points),
                       min(points) FILTER (
                           WHERE points > (%(values)s::float8[])[place])
                FROM (
                    SELECT points, width_bucket(points, %(values)s::float8[]) AS place
                    FROM (
                        SELECT %(points)s AS points
                        FROM alumni_score_total total, alumni_score_distribution day
                        WHERE day.id = %(day)s
                            AND total.company_id = day.company_id AND %(member)s
                        OFFSET 0
                    ) AS member
                    OFFSET 0
                ) AS placed
                GROUP BY place ORDER BY place
                """,
                values=values,
                points=self._points(when),
                day=self.id,
                member=self._member(when),
            )
        )
        blocks, below = {}, 0
        lowest = {place: first for place, _people, _same, first, _above in rows}
        for place, people, same, _first, above in rows:
            if place:
                following = above if above is not None else lowest.get(place + 1)
                blocks[values[place - 1]] = below, same, following
            below += people
        return blocks

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
