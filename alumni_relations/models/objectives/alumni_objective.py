from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .impact import IMPACT_OBJECTIVES


class AlumniObjective(models.Model):
    """What is wanted, and what came of it.

    Strategic objectives are set by the governance, in a tree. Operational ones
    belong to one programme or one event and serve strategic ones; how well, is
    judged on each link. An objective starts as a draft, is open while it is worked
    on, and is closed with its result, what the result rests on, and a judgement
    whether it is what was wanted."""

    _name = "alumni.objective"
    _description = "Objective"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _parent_store = True
    _order = "level desc, date_start desc, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    level = fields.Selection(
        selection=[("strategic", "Strategic"), ("operational", "Operational")],
        required=True,
        default="operational",
        index=True,
        help="Strategic: set by the governance. Operational: of one programme or "
        "event.",
    )
    parent_id = fields.Many2one(
        comodel_name="alumni.objective",
        string="Part of",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain=[("level", "=", "strategic")],
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many(
        comodel_name="alumni.objective", inverse_name="parent_id", string="Parts"
    )
    programme_id = fields.Many2one(
        comodel_name="alumni.programme",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    event_id = fields.Many2one(
        comodel_name="event.event",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    impact_objective = fields.Selection(
        selection=IMPACT_OBJECTIVES,
        string="Impact",
        index=True,
        help="On which of the five impact objectives it works.",
    )
    date_start = fields.Date(string="From")
    date_end = fields.Date(string="To")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Owner",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        check_company=True,
        tracking=True,
    )
    description = fields.Html()
    state = fields.Selection(
        string="Status",
        selection=[("draft", "Draft"), ("open", "Open"), ("closed", "Closed")],
        required=True,
        default="draft",
        index=True,
        copy=False,
        tracking=True,
    )
    # measuring
    measured_by = fields.Selection(
        selection=[("own", "A measure of its own"), ("attendance", "Attendances")],
        required=True,
        default="own",
        help="Attendances are counted from the registrations of the event; any other "
        "result is entered.",
    )
    measure = fields.Char(help="What is measured, for instance “mentors who go on”.")
    unit = fields.Char(help="In what it is measured, for instance %, people or hours.")
    baseline = fields.Float(
        aggregator=None, tracking=True, help="Where things stood at the start."
    )
    expected = fields.Float(string="Expected result", aggregator=None, tracking=True)
    actual = fields.Float(
        string="Actual result",
        aggregator=None,
        compute="_compute_actual",
        store=True,
        readonly=False,
        copy=False,
        tracking=True,
    )
    result_date = fields.Date(
        string="Result of",
        copy=False,
        tracking=True,
        help="The day on which the result was taken. Without it no result is known, "
        "which is not the same as zero.",
    )
    has_result = fields.Boolean(
        string="Result known",
        compute="_compute_has_result",
        help="The result has a day, or the event whose attendances are counted has "
        "begun.",
    )
    weight = fields.Float(
        default=1, aggregator=None, help="How much it counts beside the others."
    )
    achievement = fields.Float(
        compute="_compute_achievement",
        store=True,
        aggregator=None,
        help="How much of the way from baseline to expected result was made, in "
        "percent. Works downwards too: fewer lost alumni is an expected result below "
        "the baseline.",
    )
    is_met = fields.Boolean(
        string="Met", compute="_compute_achievement", store=True, index=True
    )
    # judging
    evidence = fields.Text(
        copy=False,
        tracking=True,
        help="What the result rests on: a list, a survey, a report. Files can be "
        "attached.",
    )
    conformity = fields.Selection(
        selection=[
            ("conform", "As wanted"),
            ("partly", "Partly as wanted"),
            ("not", "Not as wanted"),
        ],
        copy=False,
        tracking=True,
        help="Judged at closing: is the result what was wanted? A met figure may not "
        "be, and a missed one may.",
    )
    conformity_note = fields.Text(string="Why", copy=False)
    # connections
    link_ids = fields.One2many(
        comodel_name="alumni.objective.link",
        inverse_name="operational_id",
        string="Serves",
        copy=True,
    )
    served_by_ids = fields.One2many(
        comodel_name="alumni.objective.link",
        inverse_name="strategic_id",
        string="Served by",
    )
    improvement_ids = fields.One2many(
        comodel_name="alumni.improvement",
        inverse_name="objective_id",
        string="Points to improve",
    )
    warning = fields.Selection(
        selection=[
            ("no_action", "No action"),
            ("no_purpose", "Serves no strategic objective"),
            ("no_evidence", "Result without evidence"),
        ],
        compute="_compute_warning",
        search="_search_warning",
        help="A strategic objective that nothing serves, an operational one that "
        "serves none, a result without evidence.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
    )
    active = fields.Boolean(default=True)

    _dates_ordered = models.Constraint(
        "CHECK (date_start <= date_end)", "An objective cannot end before it starts."
    )
    _weight_not_negative = models.Constraint(
        "CHECK (weight >= 0)", "A weight cannot be negative."
    )
    _place = models.Constraint(
        "CHECK (CASE level WHEN 'strategic' "
        "THEN programme_id IS NULL AND event_id IS NULL "
        "ELSE parent_id IS NULL AND (programme_id IS NULL) != (event_id IS NULL) END)",
        "An operational objective belongs to one programme or to one event; a "
        "strategic one to neither.",
    )
    _attendance_of_event = models.Constraint(
        "CHECK (measured_by != 'attendance' OR event_id IS NOT NULL)",
        "Only an objective of an event can be measured by attendances.",
    )
    _attendance_uniq = models.UniqueIndex(
        "(event_id) WHERE measured_by = 'attendance' AND active",
        "This event has an objective measured by attendances already.",
    )

    @api.depends("programme_id.company_id", "event_id.company_id")
    def _compute_company_id(self):
        for objective in self:
            place = objective.programme_id or objective.event_id
            objective.company_id = (
                place.company_id or objective.company_id or self.env.company
            )

    @api.depends(
        "measured_by",
        "event_id.registration_ids.state",
        "event_id.registration_ids.active",
    )
    def _compute_actual(self):
        counted = self.filtered(lambda o: o.measured_by == "attendance")
        attendances = dict(
            self.env["event.registration"]._read_group(
                [("event_id", "in", counted.event_id.ids), ("state", "=", "done")],
                ["event_id"],
                ["__count"],
            )
        )
        for objective in self:
            if objective in counted:
                objective.actual = attendances.get(objective.event_id, 0)
            elif objective.measured_by == "own":
                objective.actual = objective.actual

    @api.depends("result_date", "measured_by", "actual", "event_id.date_begin")
    def _compute_has_result(self):
        now = fields.Datetime.now()
        for objective in self:
            begin = objective.event_id.date_begin
            counted = objective.measured_by == "attendance" and (
                objective.actual or begin and begin <= now
            )
            objective.has_result = objective.result_date or counted

    @api.depends("baseline", "expected", "actual", "result_date", "measured_by")
    def _compute_achievement(self):
        for objective in self:
            known = objective.result_date or objective.measured_by == "attendance"
            way = objective.expected - objective.baseline
            made = objective.actual - objective.baseline
            objective.achievement = 100 * made / way if known and way else 0
            if way:
                met = objective.achievement >= 100
            else:
                # An event that nobody was expected at is no success before it begins.
                wanted = objective.expected or objective.measured_by == "own"
                met = wanted and objective.actual >= objective.expected
            objective.is_met = bool(known and met)

    def _warning_domains(self):
        """Which objectives each warning is about."""
        strategic = Domain("level", "=", "strategic")
        return {
            "no_action": strategic
            & Domain("served_by_ids", "=", False)
            & Domain("child_ids", "=", False),
            "no_purpose": ~strategic & Domain("link_ids", "=", False),
            "no_evidence": Domain("result_date", "!=", False)
            & Domain("evidence", "in", (False, "")),
        }

    @api.depends(
        "level", "served_by_ids", "child_ids", "link_ids", "result_date", "evidence"
    )
    def _compute_warning(self):
        for objective in self:
            objective.warning = next(
                (
                    code
                    for code, domain in self._warning_domains().items()
                    if objective.filtered_domain(domain)
                ),
                False,
            )

    def _search_warning(self, operator, value):
        if operator != "in":
            return NotImplemented
        domains = self._warning_domains()
        asked = Domain.OR(domains[code] for code in value if code)
        if False in value:
            asked |= ~Domain.OR(domains.values())
        return asked

    @api.constrains("state", "result_date", "evidence", "conformity", "measured_by")
    def _check_closed(self):
        for objective in self:
            if objective.state != "closed":
                continue
            missing = [
                objective._fields[name]._description_string(self.env)
                for name in ("result_date", "evidence", "conformity")
                if not objective[name]
            ]
            if missing:
                raise ValidationError(
                    self.env._(
                        "“%(objective)s” cannot be closed yet. Fill in: %(fields)s.",
                        objective=objective.name,
                        fields=", ".join(missing),
                    )
                )

    def action_open(self):
        """The objective is agreed upon, and worked on from now."""
        self.write({"state": "open"})

    def action_close(self):
        """The result stands, is proved and judged."""
        self.write({"state": "closed"})

    def action_draft(self):
        """Back to draft, to be changed."""
        self.write({"state": "draft"})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        if any(objective.state == "closed" for objective in self):
            raise UserError(
                self.env._(
                    "A closed objective is part of the record: archive it, or set it "
                    "back to draft first."
                )
            )
