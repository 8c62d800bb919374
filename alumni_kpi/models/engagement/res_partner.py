from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, formatLang

PERSON_FIELDS = frozenset(
    {
        "active",
        "is_company",
        "country_id",
        "email_normalized",
        "alumni_match_key",
        "alumni_gender",
        "alumni_audience_id",
        "alumni_deceased",
        "alumni_deceased_date",
        "alumni_verified_date",
        "alumni_employer",
        "alumni_employer_date",
        "alumni_email_reason",
        "alumni_phone_reason",
        "alumni_post_reason",
        "alumni_contactable",
        "alumni_lost",
        "is_alumnus",
        "alumni_generation_id",
    }
)
"""What a person-year reads on the person, or what moves together with it."""

PAST_FIELDS = frozenset(
    {"active", "is_company", "alumni_deceased", "alumni_deceased_date", "is_alumnus"}
)
"""What, when it changes, may have been so in closed periods already: whoever was
counted as living then may be known now to have died before. Where somebody lives or
can be reached is no change of the past."""

MATCH_FIELDS = frozenset({"alumni_match_key", "active", "is_alumnus"})
"""What makes somebody else the duplicate of this person, or no longer."""


READERS = "alumni_relations.group_officer,alumni_relations.group_analyst"

CANDIDATE = [
    ("in_cut", "=", True),
    ("partner_id.is_ambassador", "=", False),
    ("partner_id.alumni_ambassador_stage", "!=", "former"),
]
"""Scores of those whom the office may ask to become ambassadors."""


class ResPartner(models.Model):
    """A person's acts of engagement and score, of which nothing is stored on the
    contact; and whatever changes on a person changes the person-years of the open
    periods."""

    _inherit = "res.partner"

    alumni_score = fields.Float(
        string="Engagement score",
        compute="_compute_alumni_score",
        digits=(16, 1),
        aggregator=None,
        groups=READERS,
        help="Percentile rank in the base, 0 to 100, as of the last computation.",
    )
    alumni_score_text = fields.Char(
        string="Score",
        compute="_compute_alumni_score",
        groups=READERS,
        help="Empty for who has no score.",
    )
    is_ambassador_candidate = fields.Boolean(
        string="Candidate for ambassador",
        compute="_compute_is_ambassador_candidate",
        search="_search_is_ambassador_candidate",
        groups=READERS,
        help="In the share of the base that ambassadors come from, and not an "
        "ambassador yet, nor a former one.",
    )

    @api.depends_context("company")
    def _compute_alumni_glance(self):
        return super()._compute_alumni_glance()

    @api.model
    def _alumni_glance_queries(self, partner_ids):
        yield from super()._alumni_glance_queries(partner_ids)
        yield self._alumni_score_query(partner_ids)

    @api.model
    def _alumni_score_query(self, partner_ids):
        """The scores of people: an SQL SELECT of the name, the id of the person, and
        score and group as one text."""
        scores = self.env["alumni.score"]._search(
            [
                ("partner_id", "in", partner_ids),
                ("company_id", "=", self.env.company.id),
            ]
        )
        scores.order = None
        return scores.select(
            SQL("%s", "alumni_score"),
            SQL.identifier(scores.table, "partner_id"),
            SQL(
                "CONCAT_WS(' ', %s, %s)",
                SQL.identifier(scores.table, "score"),
                SQL.identifier(scores.table, "rogers"),
            ),
        )

    @api.depends_context("company", "lang")
    def _compute_alumni_score(self):
        if self.env.user.has_group("alumni_relations.group_officer"):
            found = {
                partner._origin.id: (partner.alumni_glance or {}).get("alumni_score")
                for partner in self
            }
        else:
            # Analysts read no more of people than this.
            rows = self.env.execute_query(self._alumni_score_query(self._origin.ids))
            found = {partner_id: text for _name, partner_id, text in rows}
        names = dict(
            self.env["alumni.score"]._fields["rogers"]._description_selection(self.env)
        )
        for partner in self:
            text = found.get(partner._origin.id)
            score, _space, rogers = (text or "").partition(" ")
            partner.alumni_score = float(score or 0)
            partner.alumni_score_text = text and " · ".join(
                filter(
                    None,
                    [formatLang(self.env, float(score), digits=1), names.get(rogers)],
                )
            )

    @api.depends_context("company")
    def _compute_is_ambassador_candidate(self):
        scores = self.env["alumni.score"].search(
            self._candidate_domain() & Domain("partner_id", "in", self.ids)
        )
        for partner in self:
            partner.is_ambassador_candidate = partner._origin in scores.partner_id

    def _search_is_ambassador_candidate(self, operator, value):
        if operator != "in":
            return NotImplemented
        scores = self.env["alumni.score"]._search(self._candidate_domain())
        return [("id", "in", scores.subselect("partner_id"))]

    @api.model
    def _candidate_domain(self):
        return Domain(CANDIDATE) & Domain("company_id", "=", self.env.company.id)

    def _write_multi(self, vals_list):
        changed = {name for vals in vals_list for name in vals}
        years = self.env["alumni.person.year"]
        if not MATCH_FIELDS.isdisjoint(changed):
            years._touch(self._alumni_same_person())
        result = super()._write_multi(vals_list)
        if not PERSON_FIELDS.isdisjoint(changed):
            years._touch(self, past=not PAST_FIELDS.isdisjoint(changed))
        return result

    def unlink(self):
        years = self.env["alumni.person.year"]
        years._forget(self)
        self.env["alumni.funnel"]._forget(self)
        others = self._alumni_same_person() - self
        result = super().unlink()
        # Not before: they would be looked at while those who go are still there.
        years._touch(others)
        return result

    def _alumni_same_person(self):
        """These people and those with the same names and birth date, as the
        database has them."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT other.id FROM res_partner one
                JOIN res_partner other USING (alumni_match_key)
                WHERE one.id = ANY(%s)
                """,
                self.ids,
            )
        )
        return self | self.browse(row[0] for row in rows)

    @api.model
    def _alumni_recompute_sql(self, partner_ids, everyone=False):
        if everyone:
            # All figures are computed anew at the end.
            return super()._alumni_recompute_sql(partner_ids, everyone)
        # Read once: the sub-select may depend on what is about to change.
        ids = [row[0] for row in self.env.execute_query(partner_ids)]
        chosen = SQL("SELECT unnest(%s::int[]) AS id", ids)
        result = super()._alumni_recompute_sql(chosen)
        # Only noted here: the intake calls this while its rows lie in temporary
        # tables that hide the real ones.
        self.env["alumni.person.year"]._touch(self.browse(ids), past=True)
        return result

    @api.readonly
    def action_alumni_engagement(self):
        """The acts of this person."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "alumni_kpi.alumni_engagement_action"
        )
        return action | {"domain": [("partner_id", "=", self.id)], "context": {}}

    def action_alumni_score(self):
        """The score of this person, with what it is made of."""
        self.ensure_one()
        score = self.env["alumni.score"].search(
            [("partner_id", "=", self.id), ("company_id", "=", self.env.company.id)],
            limit=1,
        )
        if not score:
            raise UserError(
                self.env._(
                    "%s has no score: a score needs a living alumnus and an act that "
                    "has a weight.",
                    self.display_name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Score"),
            "res_model": "alumni.score",
            "res_id": score.id,
            "views": [(False, "form")],
            "target": "new",
        }
