from odoo import api, fields, models
from odoo.tools import SQL, format_date, formatLang

from .alumni_score_distribution import GROUPS, STEP, _points

TIERS = [(str(tier), f"Tier {tier}") for tier in range(1, 5)]
NAMED = 3
"""Contributions that are named in words."""


class AlumniScore(models.Model):
    """The engagement score of a living alumnus, as of the day to which scores are
    computed (FOL-01 to FOL-03): the points, their percentile rank in the base from 0
    to 100, Rogers' group, the tier. Counting people by mode (0 or 1) and scoring stay
    apart: no rate of engagement knows the score.

    A row is read, not stored: the points of the person (``alumni.score.total``) looked
    up in the distribution of the base (``alumni.score.distribution``). So one person's
    act moves the ranks of all others without a row of theirs being written.

    Rogers' groups are a statistical cut of the base, not a benchmark: 16 % of any
    university are innovators and early adopters."""

    _name = "alumni.score"
    _description = "Engagement score"
    _auto = False
    _order = "points desc, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Person", readonly=True
    )
    company_id = fields.Many2one(
        comodel_name="res.company", string="Institution", readonly=True
    )
    scheme_id = fields.Many2one(
        comodel_name="alumni.score.scheme",
        string="Version",
        readonly=True,
        help="The weights, caps and half-life that the score was computed with.",
    )
    date = fields.Date(string="As of", readonly=True)
    generation_id = fields.Many2one(comodel_name="alumni.generation", readonly=True)
    school_id = fields.Many2one(comodel_name="alumni.school", readonly=True)
    country_id = fields.Many2one(comodel_name="res.country", readonly=True)
    last_date = fields.Date(
        string="Last act", readonly=True, help="The last act that has a weight."
    )
    points = fields.Float(
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Sum over the acts of weight x 0.5 ^ (age in days / half-life), at most "
        "the cap for each kind of act.",
    )
    score = fields.Float(
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Percentile rank of the points in the base, 0 to 100, to the nearest half "
        "(FOL-01): the share of the base with fewer points, plus half of those with "
        "the same. Its mean over the whole base is 50.",
    )
    score_before = fields.Float(
        string="Score 12 months ago",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="From the acts until then, among the base of then; 0 without an act.",
    )
    momentum = fields.Float(
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Score now less score 12 months ago, in points of the score (FOL-03).",
    )
    rogers = fields.Selection(
        selection=GROUPS,
        string="Rogers' group",
        readonly=True,
        help="By the percentile: innovators 2.5 %, early adopters 13.5 %, early "
        "majority 34 %, late majority 34 %, laggards 16 % of the base. A statistical "
        "cut, not a benchmark.",
    )
    tier = fields.Selection(
        selection=TIERS,
        readonly=True,
        help="By points, from the limits in the version of the score (FOL-02). Who has "
        "no points is in tier 0.",
    )
    in_base = fields.Boolean(
        string="In the base",
        readonly=True,
        help="The person is one of those among whom everyone is ranked.",
    )
    in_cut = fields.Boolean(
        string="In the cut",
        readonly=True,
        help="One of the share of the base that ambassadors come from, 16 % by "
        "default.",
    )
    ambassador_stage = fields.Selection(
        related="partner_id.alumni_ambassador_stage", string="Ambassador stage"
    )
    contribution_ids = fields.One2many(
        comodel_name="alumni.score.contribution",
        inverse_name="score_id",
        string="Contributions",
        readonly=True,
    )
    summary = fields.Text(
        string="In words",
        compute="_compute_summary",
        help="What the score says, and the largest contributions to it.",
    )

    @property
    def _table_query(self):
        def lookup(points, levels):
            return SQL(
                "%s * width_bucket(%s, %s)",
                STEP,
                points,
                SQL.identifier("day", levels),
            )

        now = _points("total.held", "total.fading", "day.factor")
        before = _points(
            "total.held_before", "total.fading_before", "day.factor_before"
        )
        score = lookup(now, "levels")
        score_before = SQL(
            "CASE WHEN total.last_before IS NULL THEN 0 ELSE %s END",
            lookup(before, "levels_before"),
        )
        keys = [key for key, _label in GROUPS]
        return SQL(
            """
            WITH day AS MATERIALIZED (
                SELECT day.company_id, day.date, day.factor, day.factor_before, day.cut,
                       %(levels)s, company.alumni_score_base AS base,
                       ARRAY[0, scheme.tier_2, scheme.tier_3, scheme.tier_4]::float8[]
                           AS tiers
                FROM alumni_score_distribution day
                JOIN res_company company ON company.id = day.company_id
                JOIN alumni_score_scheme scheme ON scheme.id = day.scheme_id
            )
            SELECT total.id, total.partner_id, total.company_id, total.scheme_id,
                   day.date, total.generation_id, total.school_id, total.country_id,
                   total.last_date, %(now)s AS points,
                   %(score)s AS score, %(before)s AS score_before,
                   %(score)s - %(before)s AS momentum,
                   CASE WHEN %(member)s THEN
                       (%(groups)s::varchar[])[1 + width_bucket(%(now)s, day.groups)]
                   END AS rogers,
                   width_bucket(%(now)s, day.tiers)::varchar AS tier,
                   %(member)s AS in_base,
                   %(member)s AND day.cut >= 0 AND %(now)s >= day.cut AS in_cut
            FROM alumni_score_total total
            JOIN day ON day.company_id = total.company_id
            """,
            levels=SQL(", ").join(
                SQL(
                    "ARRAY(SELECT value::float8 FROM jsonb_array_elements_text("
                    "COALESCE(day.%(name)s, '[]')) AS value) AS %(name)s",
                    name=SQL.identifier(name),
                )
                for name in ("levels", "levels_before", "groups")
            ),
            now=now,
            score=score,
            before=score_before,
            groups=keys,
            member=SQL(
                "CASE day.base WHEN 'engaged' THEN total.contactable"
                " AND total.last_date > day.date - INTERVAL '12 months'"
                " WHEN 'living' THEN TRUE ELSE total.contactable END"
            ),
        )

    @api.depends("score", "momentum", "rogers")
    def _compute_summary(self):
        names = dict(self._fields["rogers"]._description_selection(self.env))
        distributions = self.env["alumni.score.distribution"].sudo()
        for score in self:
            # Numbers of people are no secret from who may read a score.
            day = distributions._of(score.company_id)

            def number(value):
                return formatLang(self.env, value, digits=1)

            sentences = [
                self.env._(
                    "%(score)s out of 100 on %(date)s; people in the base: %(people)s.",
                    score=number(score.score),
                    date=format_date(self.env, score.date),
                    people=formatLang(self.env, day.people, digits=0),
                )
            ]
            if score.rogers:
                sentences.append(
                    self.env._("Rogers' group: %s.", names[score.rogers].lower())
                )
            else:
                sentences.append(
                    self.env._("Not one of the base: compared with it, not in a group.")
                )
            sentences.append(score._momentum_in_words(number))
            if parts := score.contribution_ids[:NAMED]:
                sentences.append(
                    self.env._(
                        "What counts most, in points: %s.",
                        ", ".join(part._in_words(number) for part in parts),
                    )
                )
            score.summary = " ".join(sentences)

    def _momentum_in_words(self, number):
        if self.momentum > 0:
            return self.env._(
                "That is %s more than twelve months before.", number(self.momentum)
            )
        if self.momentum < 0:
            return self.env._(
                "That is %s less than twelve months before.", number(-self.momentum)
            )
        return self.env._("That is the same as twelve months before.")

    @api.model
    def _cron_refresh(self):
        """Bring the scores of those up to date who have changed, and everyone's rank;
        ask for a computation of everybody where that does not do. Every hour, one
        institution at a time."""
        runs = self.env["alumni.score.run"]
        if runs._pending():
            # Which takes everybody.
            return
        companies = self.env["res.company"].search([("active", "=", True)])
        distributions = self.env["alumni.score.distribution"]
        if any(distributions._of(company)._needs_everybody() for company in companies):
            runs._request()
            return
        people = self.env["alumni.score.queue"]._take()
        for company in companies:
            distribution = distributions._of(company)
            distribution._refresh_people(people)
            distribution._cut()

    def action_open_person(self):
        """The contact, or for who may not see contacts the person's acts."""
        self.ensure_one()
        if self.env.user.has_group("alumni_relations.group_officer"):
            return {
                "type": "ir.actions.act_window",
                "res_model": "res.partner",
                "res_id": self.partner_id.id,
                "views": [(False, "form")],
            }
        return self.partner_id.action_alumni_engagement()

    def action_open_people(self):
        """The contacts of these scores."""
        return self.env["alumni.person.year"]._action_people(self.partner_id)
