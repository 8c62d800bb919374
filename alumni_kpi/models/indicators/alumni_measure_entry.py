from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.alumni_relations.models.people.alumni_degree import DEGREE_LEVELS

from .alumni_breakdown import BREAKDOWNS

ENTRY_BREAKDOWNS = [
    entry
    for entry in BREAKDOWNS
    if entry[0] in ("total", "school", "degree_level", "award_decade")
]


class AlumniMeasureEntry(models.Model):
    """A figure that somebody entered for a period, because no record of ours holds
    it: for instance the degrees that the registrar awarded (ENG-02). It keeps who
    entered it, when, and what it rests on, for an auditor to follow."""

    _name = "alumni.measure.entry"
    _description = "Entered figure"
    _inherit = ["mail.thread"]
    _order = "period_id desc, measure_id, breakdown, id"
    _rec_name = "measure_id"

    measure_id = fields.Many2one(
        comodel_name="alumni.measure",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("source", "=", "entry")],
        tracking=True,
    )
    period_id = fields.Many2one(
        comodel_name="alumni.period",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    company_id = fields.Many2one(
        string="Institution", related="period_id.company_id", store=True, index=True
    )
    breakdown = fields.Selection(
        selection=ENTRY_BREAKDOWNS, string="For", required=True, default="total"
    )
    school_id = fields.Many2one(
        comodel_name="alumni.school",
        compute="_compute_parts",
        store=True,
        precompute=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    degree_level = fields.Selection(
        string="Degree level",
        selection=DEGREE_LEVELS,
        compute="_compute_parts",
        store=True,
        precompute=True,
        readonly=False,
    )
    award_decade = fields.Char(
        string="Award decade",
        compute="_compute_parts",
        store=True,
        precompute=True,
        readonly=False,
        help="First year of the decade, for instance 1990.",
    )
    # Before the record is written: several entries of one file differ by their key.
    key = fields.Char(compute="_compute_key", store=True, precompute=True)
    amount = fields.Float(string="Figure", required=True, tracking=True)
    date = fields.Date(
        string="As of", required=True, default=fields.Date.context_today, tracking=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Entered by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    evidence = fields.Char(
        required=True,
        tracking=True,
        help="What the figure rests on: the report, letter or table it was taken "
        "from. The file itself can be attached.",
    )

    _amount_not_negative = models.Constraint(
        "CHECK (amount >= 0)", "An entered figure cannot be negative."
    )
    _figure_uniq = models.UniqueIndex(
        "(measure_id, period_id, breakdown, COALESCE(key, ''))",
        "This figure was entered already for this period: change that entry instead.",
    )

    @api.depends("breakdown")
    def _compute_parts(self):
        for entry in self:
            for part in ("school", "degree_level", "award_decade"):
                name = "school_id" if part == "school" else part
                entry[name] = entry[name] if entry.breakdown == part else False

    @api.depends("breakdown", "school_id", "degree_level", "award_decade")
    def _compute_key(self):
        for entry in self:
            entry.key = {
                "school": str(entry.school_id.id or ""),
                "degree_level": entry.degree_level,
                "award_decade": entry.award_decade,
            }.get(entry.breakdown)

    @api.constrains("breakdown", "key")
    def _check_key(self):
        for entry in self:
            if entry.breakdown != "total" and not entry.key:
                raise ValidationError(
                    self.env._(
                        "Say for which school, degree level or decade the figure "
                        "%s is.",
                        entry.measure_id.name,
                    )
                )
            decade = entry.award_decade
            if decade and not (
                len(decade) == 4 and decade.isdigit() and decade.endswith("0")
            ):
                raise ValidationError(
                    self.env._(
                        "“%s” is not a decade: write its first year, for instance "
                        "1990.",
                        decade,
                    )
                )

    @api.constrains("measure_id")
    def _check_measure(self):
        for entry in self:
            if entry.measure_id.source != "entry":
                raise ValidationError(
                    self.env._(
                        "%s is counted from the records and cannot be entered.",
                        entry.measure_id.name,
                    )
                )

    def _check_period_open(self):
        closed = self.period_id.filtered(lambda period: period.state == "closed")
        if closed:
            raise UserError(
                self.env._(
                    "%s is closed: its figures no longer change.",
                    ", ".join(closed.mapped("name")),
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        entries._check_period_open()
        entries.period_id._mark_values_outdated()
        return entries

    def write(self, vals):
        self._check_period_open()
        periods = self.period_id
        result = super().write(vals)
        self._check_period_open()
        (periods | self.period_id)._mark_values_outdated()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._check_period_open()
        self.period_id._mark_values_outdated()
