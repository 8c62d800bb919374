from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.alumni_relations.models.giving.alumni_gift_type import (
    ENGAGEMENT_MODES,
)

HEAVIEST = 1_000
"""The most that one act may weigh."""
HIGHEST = 1_000_000
"""The highest cap."""


class AlumniScoreRule(models.Model):
    """What an act weighs in one version of the score: an act of a mode, or of one kind
    that is worth more or less than the others of its mode. An act that no rule speaks
    of weighs nothing."""

    _name = "alumni.score.rule"
    _description = "Weight in the engagement score"
    _order = "scheme_id, sequence, id"

    scheme_id = fields.Many2one(
        comodel_name="alumni.score.scheme",
        string="Version",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="scheme_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    mode = fields.Selection(
        selection=ENGAGEMENT_MODES,
        help="Every act of this mode whose kind has no weight of its own.",
    )
    kind = fields.Selection(
        selection=lambda self: self._selection_kind(),
        string="Kind of act",
        help="Acts of this kind, whatever the weight of their mode.",
    )
    weight = fields.Float(
        required=True,
        default=1,
        digits=(16, 2),
        aggregator=None,
        help="Points of an act on its day. 0: such acts do not count.",
    )
    cap = fields.Float(
        required=True,
        default=10,
        digits=(16, 2),
        aggregator=None,
        help="The most points that one kind of act can bring a person on a day, "
        "however many acts there are. The cap of a mode holds for each of its kinds.",
    )

    _mode_or_kind = models.Constraint(
        "CHECK ((mode IS NULL) <> (kind IS NULL))",
        "A weight is that of a mode or that of one kind of act: choose one of them.",
    )
    _place_uniq = models.UniqueIndex(
        "(scheme_id, COALESCE(mode, ''), COALESCE(kind, ''))",
        "This version has a weight for this mode or kind of act already.",
    )

    @api.model
    def _selection_kind(self):
        return sorted(
            self.env["alumni.engagement"]._kind_labels().items(),
            key=lambda item: item[1],
        )

    # Not by the database: what is compared with a number that is none is not refused.
    @api.constrains("weight", "cap")
    def _check_amounts(self):
        for rule in self:
            if not 0 <= rule.weight <= HEAVIEST:
                raise ValidationError(
                    self.env._(
                        "%(rule)s: a weight is a number from 0 to %(most)s. What must "
                        "not count has the weight 0.",
                        rule=rule.display_name,
                        most=HEAVIEST,
                    )
                )
            if not 0 < rule.cap <= HIGHEST:
                raise ValidationError(
                    self.env._(
                        "%(rule)s: a cap is a number above 0, at most %(most)s. What "
                        "must not count has the weight 0, not the cap 0.",
                        rule=rule.display_name,
                        most=HIGHEST,
                    )
                )

    @api.depends("mode", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        modes = dict(self._fields["mode"]._description_selection(self.env))
        kinds = self.env["alumni.engagement"]._kind_labels()
        for rule in self:
            rule.display_name = (
                kinds.get(rule.kind, rule.kind) or modes.get(rule.mode) or ""
            )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules.scheme_id._check_draft()
        return rules

    def write(self, vals):
        self.scheme_id._check_draft()
        result = super().write(vals)
        self.scheme_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self.scheme_id._check_draft()
