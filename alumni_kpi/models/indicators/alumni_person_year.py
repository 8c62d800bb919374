from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..score.alumni_score_distribution import _points
from .alumni_breakdown import DIMENSIONS

TIERS = range(5)


class AlumniPersonYear(models.Model):
    """The engagement scores of the alumni of a period, as of its last day, or today
    while it runs (FOL-01, FOL-02, FOL-03, FOL-15). They are worked out from the acts up
    to that day; people, school and contactability are those of the person-years. And
    person-years can be chosen by a named filter."""

    _name = "alumni.person.year"
    _inherit = ["alumni.person.year", "alumni.measure.source"]

    _measure_source = "score"
    _measure_dimensions = DIMENSIONS

    filter_id = fields.Many2one(
        comodel_name="alumni.filter",
        string="Named filter",
        compute="_compute_filter_id",
        search="_search_filter_id",
        domain=[("source", "=", "person_year")],
        help="Choose people by a filter that has a name.",
    )

    def _compute_filter_id(self):
        # It is there to search by: a person-year passes many filters.
        self.filter_id = False

    def _search_filter_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        filters = self.env["alumni.filter"].browse(
            [item for item in value if isinstance(item, int)]
        )
        return Domain.OR(
            named._domain()
            for named in filters.filtered(lambda f: f.source == "person_year")
        )

    @api.model
    def _measure_select(self, period):
        """The living of a period: whether each is one of the base, the exact percentile
        rank, the momentum, the tier."""
        company = period.company_id
        base = company.alumni_score_base
        distributions = self.env["alumni.score.distribution"]
        date = min(period.date_end, distributions._today(company))
        scheme = self.env["alumni.score.scheme"]._in_use(company)
        scheme.rule_ids.flush_recordset()
        day = SQL("%s::date", date)
        year_before = SQL("(%s - INTERVAL '12 months')::date", day)
        contactable = SQL("person.contactable = 1")

        def member(last, when):
            condition = distributions._member_of(
                base, contactable, SQL.identifier("points", last), when
            )
            return SQL("COALESCE(%s, FALSE)", condition)

        # A base of people whatever they did: those without an act stand below.
        population = {
            "contactable": SQL("contactable"),
            "living": SQL("TRUE"),
        }.get(base, SQL("member"))
        return SQL(
            """
            WITH person AS MATERIALIZED (
                SELECT person.id, %(dimensions)s, %(contactable)s AS contactable,
                       COALESCE(partner.is_ambassador, FALSE) AS ambassador,
                       %(now)s AS now, %(before)s AS before,
                       %(member)s AS member, %(member_before)s AS member_before
                FROM alumni_person_year person
                LEFT JOIN (%(points)s) AS points USING (partner_id)
                LEFT JOIN res_partner partner ON partner.id = person.partner_id
                CROSS JOIN (SELECT 1::float8 AS factor) AS day
                WHERE person.period_id = %(period)s AND person.living = 1
            ), base AS (
                SELECT count(*) FILTER (WHERE %(population)s) AS people,
                       count(*) FILTER (WHERE member) AS members,
                       GREATEST(
                           count(*) FILTER (WHERE member_before),
                           count(*) FILTER (WHERE %(population)s AND NOT %(acted)s)
                       ) AS people_before,
                       count(*) FILTER (WHERE member_before) AS members_before
                FROM person
            ), ranked AS (
                SELECT person.*, %(population)s AS counted,
                       50.0::float8 * (CASE WHEN member
                           THEN 2 * (people - members)
                               + 2 * sum(member::int) OVER (ORDER BY now)
                               - sum(member::int) OVER (PARTITION BY now)
                           ELSE people - members END) / NULLIF(people, 0) AS score,
                       50.0::float8 * (
                           2 * (people_before - members_before)
                               + 2 * sum(member_before::int) OVER (ORDER BY before)
                               - sum(member_before::int) OVER (PARTITION BY before)
                       ) / NULLIF(people_before, 0) AS score_before
                FROM person, base
            )
            SELECT id, %(columns)s, ambassador, counted, member,
                   CASE WHEN counted THEN score END AS score,
                   CASE WHEN member THEN score - CASE WHEN before IS NULL THEN 0
                       ELSE COALESCE(score_before, 0) END END AS momentum,
                   CASE WHEN contactable THEN CASE WHEN now IS NULL THEN 0
                       ELSE width_bucket(now, %(limits)s::float8[]) END END AS tier,
                   %(cut)s::float8 / 100 AS share
            FROM ranked
            """,
            dimensions=SQL(", ").join(
                SQL.identifier("person", column) for column in DIMENSIONS.values()
            ),
            columns=SQL(", ").join(
                SQL.identifier(column) for column in DIMENSIONS.values()
            ),
            contactable=contactable,
            now=_points("points.held", "points.fading", "day.factor"),
            before=SQL(
                "CASE WHEN points.last_before IS NOT NULL THEN %s END",
                _points(
                    "points.held_before", "points.fading_before", "points.factor_before"
                ),
            ),
            member=member("last_date", day),
            member_before=member("last_before", year_before),
            points=SQL(
                "SELECT *, exp((%s - %s) * ln(2::float8) / %s) AS factor_before"
                " FROM (%s) AS points",
                day,
                year_before,
                scheme.half_life,
                self.env["alumni.score.total"]._select_people(scheme, date),
            ),
            period=period.id,
            population=population,
            acted=SQL("%s", base in ("engaged", "acted")),
            limits=[0, scheme.tier_2, scheme.tier_3, scheme.tier_4],
            cut=company.alumni_score_cut,
        )

    @api.model
    def _measure_columns(self):
        return {
            "score_people": SQL("SUM(counted::int)"),
            "score_points": SQL("SUM(score)"),
            "momentum_people": SQL("SUM(member::int)"),
            "momentum_points": SQL("SUM(momentum)"),
            **{f"tier_{tier}": SQL("SUM((tier = %s)::int)", tier) for tier in TIERS},
            "ambassadors": SQL("SUM(ambassador::int)"),
            "ambassadors_expected": SQL("SUM(counted::int * share)"),
        }

    @api.model
    def _measure_domain(self, column, period):
        of_period = [("period_id", "=", period.id), ("living", "=", 1)]
        if column == "ambassadors":
            return [*of_period, ("partner_id.is_ambassador", "=", True)]
        condition = {
            "score_people": SQL("counted"),
            "score_points": SQL("counted"),
            "ambassadors_expected": SQL("counted"),
            "momentum_people": SQL("member"),
            "momentum_points": SQL("member"),
            **{f"tier_{tier}": SQL("tier = %s", tier) for tier in TIERS},
        }[column]
        rows = SQL(
            "SELECT id FROM (%s) AS scored WHERE %s",
            self._measure_select(period),
            condition,
        )
        return [("id", "in", self._measure_ids(rows))]
