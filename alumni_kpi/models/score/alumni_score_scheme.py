from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

HALF_LIFE = 365
"""Days after which an act counts half, unless a scheme says otherwise."""
LONGEST = 36_500
"""Days of the longest half-life: a century."""
WEIGHTS = {
    "philanthropic": (10, 40),
    "volunteer": (10, 40),
    "experiential": (5, 20),
    "communication": (2, 10),
}
"""Weight and cap of each mode in the first version: our own rule, to be replaced by
that of the institution."""
TIERS = (5, 15, 30)
"""Points from which a person is in tier 2, 3, 4 in the first version."""


class AlumniScoreScheme(models.Model):
    """One version of the rules of the engagement score: what an act of each mode or
    kind weighs, how fast it fades, and how many points one kind can bring.

    Points on a day = sum over the kinds of act of the lesser of the cap and
    sum over acts of ``weight x 0.5 ^ (age in days / half-life)``.

    A draft can be changed. Once a version has been used it never changes again,
    because scores carry its number: who wants other rules makes a new version."""

    _name = "alumni.score.scheme"
    _description = "Version of the engagement score"
    _order = "company_id, version desc"

    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
        index=True,
        ondelete="cascade",
    )
    version = fields.Integer(
        required=True,
        readonly=True,
        copy=False,
        aggregator=None,
        default=0,
        help="Counted from 1 in each institution; stands on every score.",
    )
    state = fields.Selection(
        string="Status",
        selection=[("draft", "Draft"), ("used", "In use"), ("former", "Former")],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
    )
    date_used = fields.Date(
        string="In use since", readonly=True, copy=False, help="First day of its use."
    )
    half_life = fields.Integer(
        string="Half-life",
        required=True,
        default=HALF_LIFE,
        aggregator=None,
        help="Days after which an act counts half.",
    )
    rule_ids = fields.One2many(
        comodel_name="alumni.score.rule",
        inverse_name="scheme_id",
        string="Weights",
        copy=True,
        default=lambda self: self._default_rules(),
    )
    tier_2 = fields.Float(
        string="Tier 2 from",
        required=True,
        default=TIERS[0],
        digits=(16, 2),
        aggregator=None,
        help="Points from which a person is in tier 2 (FOL-02). Who has any points is "
        "in tier 1 at least, who has none in tier 0.",
    )
    tier_3 = fields.Float(
        string="Tier 3 from",
        required=True,
        default=TIERS[1],
        digits=(16, 2),
        aggregator=None,
    )
    tier_4 = fields.Float(
        string="Tier 4 from",
        required=True,
        default=TIERS[2],
        digits=(16, 2),
        aggregator=None,
    )
    note = fields.Text(
        string="Why this version", help="What was decided, by whom, for what reason."
    )

    _version_uniq = models.UniqueIndex(
        "(company_id, version)", "This institution has this version already."
    )
    _used_uniq = models.UniqueIndex(
        "(company_id) WHERE state = 'used'",
        "One version of the score is in use at a time.",
    )

    @api.model
    def _default_rules(self):
        return [
            fields.Command.create({"mode": mode, "weight": weight, "cap": cap})
            for mode, (weight, cap) in WEIGHTS.items()
        ]

    @api.depends("version")
    def _compute_display_name(self):
        for scheme in self:
            scheme.display_name = self.env._("Version %s", scheme.version)

    @api.constrains("half_life")
    def _check_half_life(self):
        for scheme in self:
            if not 1 <= scheme.half_life <= LONGEST:
                raise ValidationError(
                    self.env._(
                        "The half-life is a number of days from 1 to %(most)s, not "
                        "%(days)s.",
                        most=LONGEST,
                        days=scheme.half_life,
                    )
                )

    @api.constrains("tier_2", "tier_3", "tier_4")
    def _check_tiers(self):
        for scheme in self:
            if not 0 < scheme.tier_2 < scheme.tier_3 < scheme.tier_4 < float("inf"):
                raise ValidationError(
                    self.env._(
                        "Each tier starts at more points than the one before, and "
                        "tier 2 above 0."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        # Numbers are given over all versions, also those the user does not see.
        last = dict(self.sudo()._read_group([], ["company_id"], ["version:max"]))
        numbered = []
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id"))
            company = company or self.env.company
            last[company] = last.get(company, 0) + 1
            numbered.append(vals | {"version": last[company], "state": "draft"})
        return super().create(numbered)

    def write(self, vals):
        if {"company_id", "version", "state", "date_used"} & vals.keys():
            raise UserError(
                self.env._(
                    "The number of a version never changes, and a version is put in "
                    "use by its button."
                )
            )
        if vals.keys() - {"note"}:
            self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_draft()

    def _check_draft(self):
        """Refuse a change of rules by which somebody has been scored."""
        if used := self.filtered(lambda scheme: scheme.state != "draft"):
            raise UserError(
                self.env._(
                    "%s of the score has been used, and scores carry its number: it "
                    "stays as it is. Make a new version and change that one.",
                    used[:1].display_name,
                )
            )

    def _check_rules(self):
        """A score of nothing ranks nobody."""
        for scheme in self:
            if not any(rule.weight > 0 for rule in scheme.rule_ids):
                raise ValidationError(
                    self.env._(
                        "%s: no act has any weight, so nobody would have a score. "
                        "Give at least one mode or kind of act a weight above 0.",
                        scheme.display_name,
                    )
                )

    @api.model
    def _in_use(self, company):
        """The version in use in an institution; the first one is made when it is
        asked for."""
        # sudo: the score of an institution is computed whoever asks for it.
        schemes = self.sudo().with_company(company)
        scheme = schemes.search(
            [("company_id", "=", company.id), ("state", "=", "used")]
        )
        return scheme or schemes.create({"company_id": company.id})._use()

    def _use(self):
        """Put this draft in the place of the version in use."""
        self._check_rules()
        self.flush_model()
        # By SQL, for whoever writes these fields in another way is refused.
        self.env.cr.execute(
            SQL(
                "UPDATE alumni_score_scheme SET state = 'former'"
                " WHERE company_id = %s AND state = 'used'",
                self.company_id.id,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE alumni_score_scheme SET state = 'used', date_used = %s"
                " WHERE id = %s",
                fields.Date.context_today(self),
                self.id,
            )
        )
        self.invalidate_model(["state", "date_used"])
        self.env["alumni.period"].sudo()._mark_values_outdated()
        return self

    def action_use(self):
        """Button of the manager: score everyone by this version from now on."""
        self.ensure_one()
        self.check_access("write")
        self._check_draft()
        self._use()
        return self.env["alumni.score.run"]._request()._action_open()

    def action_new_version(self):
        """Button of the manager: a draft with the rules of this version."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.copy().id,
            "views": [(False, "form")],
        }

    def _of_act(self, quantity, act):
        """Weight or cap of an act, NULL if no rule is about it: an SQL CASE. A rule
        about its kind goes before one about its mode.

        :param quantity: ``weight`` or ``cap``
        :param act: alias of a row with the columns ``mode`` and ``kind``
        """
        self.ensure_one()
        cases = [
            SQL(
                "WHEN %s = %s THEN %s::float8",
                SQL.identifier(act, column),
                rule[column],
                rule[quantity],
            )
            for column in ("kind", "mode")
            for rule in self.rule_ids
            if rule[column]
        ]
        return (
            SQL("CASE %s END", SQL(" ").join(cases)) if cases else SQL("NULL::float8")
        )
