from odoo import api, fields, models
from odoo.tools import SQL

from .alumni_score_total import OLDEST


class AlumniScoreContribution(models.Model):
    """What the acts of one kind bring to a person's points. Worked out from the acts
    when somebody looks at a score."""

    _name = "alumni.score.contribution"
    _description = "Contribution to an engagement score"
    _auto = False
    _order = "points desc, id"
    _rec_name = "kind_label"

    score_id = fields.Many2one(comodel_name="alumni.score", readonly=True)
    company_id = fields.Many2one(
        comodel_name="res.company", string="Institution", readonly=True
    )
    kind = fields.Char(readonly=True)
    kind_label = fields.Char(string="What", compute="_compute_kind_label")
    acts = fields.Integer(readonly=True)
    last_date = fields.Date(string="Last act", readonly=True)
    weight = fields.Float(
        digits=(16, 2),
        readonly=True,
        aggregator=None,
        help="Points of such an act on its day.",
    )
    uncapped = fields.Float(digits=(16, 1), readonly=True, help="Faded by age.")
    cap = fields.Float(digits=(16, 2), readonly=True, aggregator=None)
    points = fields.Float(digits=(16, 1), readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT act.*, LEAST(act.uncapped, act.cap) AS points
            FROM (
                SELECT min(act.id) AS id, total.id AS score_id, total.company_id,
                       act.kind, count(*) AS acts, max(act.date) AS last_date,
                       COALESCE(of_kind.weight, of_mode.weight) AS weight,
                       COALESCE(of_kind.cap, of_mode.cap) AS cap,
                       COALESCE(of_kind.weight, of_mode.weight) * sum(exp(
                           GREATEST(
                               (act.date - day.date)::float8 / scheme.half_life,
                               -%s
                           ) * ln(2::float8)
                       )) AS uncapped
                FROM alumni_score_total total
                JOIN alumni_score_distribution day
                    ON day.company_id = total.company_id
                JOIN alumni_score_scheme scheme ON scheme.id = day.scheme_id
                JOIN alumni_engagement act
                    ON act.partner_id = total.partner_id
                    AND act.company_id = total.company_id AND act.date <= day.date
                LEFT JOIN alumni_score_rule of_kind
                    ON of_kind.scheme_id = scheme.id AND of_kind.kind = act.kind
                LEFT JOIN alumni_score_rule of_mode
                    ON of_mode.scheme_id = scheme.id AND of_mode.mode = act.mode
                GROUP BY total.id, act.mode, act.kind, of_kind.weight, of_mode.weight,
                         of_kind.cap, of_mode.cap
            ) AS act
            WHERE act.weight > 0
            """,
            OLDEST,
        )

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        # Scores have no table to join, so that nothing can be ordered like them.
        if field_name == "score_id":
            field_name = "score_id.id"
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_kind_label(self):
        labels = self.env["alumni.engagement"]._kind_labels()
        for part in self:
            part.kind_label = labels.get(part.kind, part.kind)

    def _in_words(self, number):
        """For instance: Mentor 18.4 (at the cap).

        :param number: a function that writes a number
        """
        self.ensure_one()
        points = number(self.points)
        if self.uncapped > self.cap:
            return self.env._(
                "%(what)s %(points)s (at the cap)", what=self.kind_label, points=points
            )
        return f"{self.kind_label} {points}"
