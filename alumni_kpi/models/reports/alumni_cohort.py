from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engagement.alumni_person_year_mixin import PEOPLE, of_one_period

CELL = ("period_id", "company_id", "generation_id", "school_id", "award_year")
MEASURES = (
    "people",
    "contactable",
    "engaged",
    "philanthropic",
    "volunteer",
    "experiential",
    "communication",
    "acts",
    "hours",
    "amount",
)
WIDTH, LAST = 5, 50
"""Years of a band, and the first year of the one that is open upwards."""
BANDS = [
    *(
        (f"{first:02}", f"{first} to {first + WIDTH - 1} years")
        for first in range(0, LAST, WIDTH)
    ),
    (f"{LAST}", f"{LAST} years and more"),
    ("none", "Year of first degree not recorded"),
]


def _columns(names):
    """SQL list of columns."""
    return SQL(", ").join(map(SQL.identifier, names))


class AlumniCohort(models.Model):
    """Who graduated in one year, as they were in one period: how engagement goes on
    with the years since graduation. The person-years added up by the year of the
    first degree, which is too fine for their cube; worked out with the values of the
    period and, like these, frozen when it closes. A million people are a few thousand
    rows. Somebody stands in one cohort of a period."""

    _name = "alumni.cohort"
    _description = "Cohort"
    _order = "period_id desc, years_since, id"
    _log_access = False

    period_id = fields.Many2one(
        comodel_name="alumni.period",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    generation_id = fields.Many2one(
        comodel_name="alumni.generation", readonly=True, ondelete="set null"
    )
    school_id = fields.Many2one(
        comodel_name="alumni.school", readonly=True, ondelete="set null"
    )
    award_year = fields.Integer(
        string="Year of first degree", readonly=True, aggregator=None
    )
    years_since = fields.Integer(
        string="Years since graduation",
        readonly=True,
        aggregator=None,
        help="The year in which the period ends, less the year of the first degree.",
    )
    band = fields.Selection(selection=BANDS, string="Time since graduation")
    people = fields.Integer(
        readonly=True, help="Alumni of record, living or not (ENG-01)."
    )
    contactable = fields.Integer(readonly=True)
    engaged = fields.Integer(readonly=True)
    philanthropic = fields.Integer(readonly=True)
    volunteer = fields.Integer(readonly=True)
    experiential = fields.Integer(readonly=True)
    communication = fields.Integer(readonly=True)
    acts = fields.Integer(readonly=True)
    hours = fields.Float(digits=(16, 2), readonly=True)
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    engagement_rate = fields.Float(
        string="Engagement rate (%)",
        digits=(16, 1),
        compute="_compute_engagement_rate",
        aggregator="avg",
        help="Engaged / contactable (ENG-15). Of several cohorts, the sum of the one "
        "over the sum of the other.",
    )

    @api.depends("engaged", "contactable")
    def _compute_engagement_rate(self):
        for cohort in self:
            cohort.engagement_rate = (
                100 * cohort.engaged / cohort.contactable if cohort.contactable else 0
            )

    def _compute_display_name(self):
        for cohort in self:
            cohort.display_name = (
                f"{cohort.award_year or '–'} · {cohort.period_id.name}"
            )

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec == "engagement_rate:avg":
            engaged, contactable = (
                self._field_to_sql(self._table, name, query)
                for name in ("engaged", "contactable")
            )
            rate = SQL("100.0 * SUM(%s) / NULLIF(SUM(%s), 0)", engaged, contactable)
            return of_one_period(self, query, rate)
        aggregate = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec.partition(":")[0] in PEOPLE:
            return of_one_period(self, query, aggregate)
        return aggregate

    @api.model
    def _recount(self, periods):
        """Count the cohorts of some open periods anew from their person-years: one
        pass over these."""
        if not periods:
            return
        self.env.cr.execute(
            SQL(
                """
                WITH gone AS (
                    DELETE FROM alumni_cohort WHERE period_id = ANY(%(periods)s)
                )
                INSERT INTO alumni_cohort (%(cell)s, %(measures)s, years_since, band)
                SELECT *, %(since)s,
                       CASE WHEN award_year IS NULL THEN 'none'
                            ELSE lpad((LEAST(%(since)s, %(last)s)
                                / %(width)s * %(width)s)::varchar, 2, '0') END
                FROM (
                    SELECT %(cell)s, %(sums)s FROM alumni_person_year
                    WHERE period_id = ANY(%(periods)s) GROUP BY %(cell)s
                ) AS cohort
                """,
                periods=periods.ids,
                cell=_columns(CELL),
                measures=_columns(MEASURES),
                sums=SQL(", ").join(
                    SQL("sum(%(name)s) AS %(name)s", name=SQL.identifier(name))
                    for name in MEASURES
                ),
                since=SQL(
                    "((SELECT year FROM alumni_period WHERE id = period_id)"
                    " - award_year)"
                ),
                last=LAST,
                width=WIDTH,
            )
        )
        self.invalidate_model()

    @api.model
    def action_open(self):
        """The cohorts, worked out again first where the records have changed."""
        self.env["alumni.period"].search(
            [("company_id", "in", self.env.companies.ids), ("state", "!=", "closed")]
        )._refresh_values()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "alumni_kpi.alumni_cohort_action"
        )

    @api.readonly
    def action_open_people(self):
        """The person-years of these cohorts, from which one gets to people and
        acts."""
        domain = Domain.OR(
            Domain(
                [(name, "=", cohort[name].id) for name in CELL if name != "award_year"]
            )
            & Domain("award_year", "=", cohort.award_year)
            for cohort in self
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("People and periods"),
            "res_model": "alumni.person.year",
            "view_mode": "list,pivot,graph",
            "domain": list(domain),
        }
