from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

OPPORTUNITY_TYPES = [
    ("job", "Job"),
    ("internship", "Internship"),
    ("thesis", "Thesis"),
    ("project", "Project"),
]

OPPORTUNITY_STATES = [
    ("draft", "Draft"),
    ("published", "Published"),
    ("expired", "Expired"),
    ("filled", "Filled"),
    ("withdrawn", "Withdrawn"),
]


class AlumniOpportunity(models.Model):
    """A job, internship, thesis or project that a person of the network posts. Its
    status follows from what is recorded: when it was published, how it was closed,
    and whether its deadline has passed. How many applied is what the employer
    reports; who was hired is recorded hire by hire."""

    _name = "alumni.opportunity"
    _description = "Opportunity"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_published desc, id desc"
    _rec_names_search = ["name", "employer"]
    _check_company_auto = True

    name = fields.Char(string="Title", required=True, tracking=True)
    opportunity_type = fields.Selection(
        selection=OPPORTUNITY_TYPES, string="Type", required=True, default="job"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Posted by",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain=[("is_company", "=", False)],
        help="The person of the network who brings it.",
    )
    generation_id = fields.Many2one(
        related="partner_id.alumni_generation_id", string="Generation"
    )
    employer = fields.Char(
        required=True,
        compute="_compute_employer",
        store=True,
        readonly=False,
        precompute=True,
        help="The current employer of who posts it, unless another one is entered.",
    )
    city = fields.Char()
    country_id = fields.Many2one(comodel_name="res.country")
    remote = fields.Selection(
        selection=[
            ("no", "On site"),
            ("partly", "Partly remote"),
            ("yes", "Remote"),
        ],
        string="Remote work",
        required=True,
        default="no",
    )
    description = fields.Html()
    contact = fields.Char(
        string="How to apply", help="An address, a link or a person to write to."
    )
    date_start = fields.Date(string="Work starts on")
    date_deadline = fields.Date(
        string="Deadline",
        tracking=True,
        help="The last day on which people can apply; after it the offer has expired. "
        "Empty: until it is filled or withdrawn.",
    )
    programme_id = fields.Many2one(
        comodel_name="alumni.programme",
        default=lambda self: self._default_programme_id(),
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    school_ids = fields.Many2many(
        comodel_name="alumni.school",
        string="For students of",
        check_company=True,
        help="The schools whose students it addresses; none: all of them.",
    )
    positions = fields.Integer(
        required=True, default=1, help="How many people are looked for."
    )
    date_published = fields.Date(
        string="Published on",
        copy=False,
        index=True,
        tracking=True,
        help="From this day on it counts as posted, whatever becomes of it.",
    )
    closing = fields.Selection(
        selection=[("filled", "Filled"), ("withdrawn", "Withdrawn")],
        readonly=True,
        copy=False,
        tracking=True,
    )
    date_closed = fields.Date(string="Closed on", readonly=True, copy=False)
    state = fields.Selection(
        selection=OPPORTUNITY_STATES,
        string="Status",
        compute="_compute_state",
        search="_search_state",
        group_expand=True,
    )
    application_count = fields.Integer(
        string="Applications",
        copy=False,
        tracking=True,
        help="How many people applied, as the employer reports it.",
    )
    application_date = fields.Date(
        string="Reported on",
        copy=False,
        help="When the employer last said how many applied. Empty: nobody knows, which "
        "is not 0.",
    )
    hire_ids = fields.One2many(
        comodel_name="alumni.hire",
        inverse_name="opportunity_id",
        string="Hires",
        copy=False,
    )
    hire_count = fields.Integer(
        string="Hired", compute="_compute_hires", store=True, precompute=True
    )
    date_first_hire = fields.Date(
        string="First hire on", compute="_compute_hires", store=True, precompute=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Followed by",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )

    _positions_positive = models.Constraint(
        "CHECK (positions > 0)", "At least one person is looked for."
    )
    _applications_not_negative = models.Constraint(
        "CHECK (application_count >= 0)", "The number of applications is not negative."
    )
    _deadline_after = models.Constraint(
        "CHECK (date_published <= date_deadline)",
        "The deadline lies before the day of publication: nobody could apply.",
    )

    @api.model
    def _default_programme_id(self):
        """The recruitment programme of the institution, where there is only one."""
        found = self.env["alumni.programme"].search(
            [
                ("programme_type", "=", "recruitment"),
                ("company_id", "=", self.env.company.id),
            ],
            limit=2,
        )
        return found if len(found) == 1 else False

    @api.depends("partner_id")
    def _compute_employer(self):
        for opportunity in self:
            if not opportunity.employer:
                opportunity.employer = opportunity.partner_id.alumni_employer

    @api.depends("hire_ids.date")
    def _compute_hires(self):
        for opportunity in self:
            hires = opportunity.hire_ids
            opportunity.hire_count = len(hires)
            opportunity.date_first_hire = min(
                filter(None, hires.mapped("date")), default=False
            )

    @api.depends("date_published", "closing", "date_deadline")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for opportunity in self:
            deadline = opportunity.date_deadline
            if opportunity.closing:
                opportunity.state = opportunity.closing
            elif not opportunity.date_published:
                opportunity.state = "draft"
            else:
                late = deadline and deadline < today
                opportunity.state = "expired" if late else "published"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN %s",
                model._field_to_sql(alias, "state", query),
                tuple(filter(None, value)) or (None,),
            ),
            predicate=lambda opportunity: opportunity.state in value,
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        """The status can be searched and grouped by without a job that updates it
        every night: it is always that of today."""
        if field_expr != "state":
            return super()._field_to_sql(alias, field_expr, query)
        return SQL(
            "CASE WHEN %(closing)s IS NOT NULL THEN %(closing)s"
            " WHEN %(published)s IS NULL THEN 'draft'"
            " WHEN %(deadline)s < %(today)s THEN 'expired' ELSE 'published' END",
            closing=super()._field_to_sql(alias, "closing", query),
            published=super()._field_to_sql(alias, "date_published", query),
            deadline=super()._field_to_sql(alias, "date_deadline", query),
            today=fields.Date.context_today(self),
        )

    @api.constrains("partner_id")
    def _check_partner_is_person(self):
        for opportunity in self:
            if opportunity.partner_id.is_company:
                raise ValidationError(
                    self.env._(
                        "%(name)s is a company: choose the person who posts the offer; "
                        "the company is the employer.",
                        name=opportunity.partner_id.display_name,
                    )
                )

    @api.constrains("date_published", "partner_id", "programme_id")
    def _check_published(self):
        for opportunity in self.filtered("date_published"):
            published = opportunity.date_published
            if published > fields.Date.context_today(opportunity):
                raise ValidationError(
                    self.env._(
                        "“%s” cannot be published in the future: leave it a draft and "
                        "publish it on the day.",
                        opportunity.name,
                    )
                )
            died = opportunity.partner_id.alumni_deceased_date
            if died and published > died:
                raise ValidationError(
                    self.env._(
                        "%(name)s died on %(day)s and cannot have posted it after "
                        "that.",
                        name=opportunity.partner_id.display_name,
                        day=format_date(self.env, died),
                    )
                )

    @api.constrains("programme_id")
    def _check_programme_active(self):
        for opportunity in self:
            if opportunity.programme_id and not opportunity.programme_id.active:
                raise ValidationError(
                    self.env._(
                        "The programme “%s” is archived. Choose another one, or "
                        "unarchive it first.",
                        opportunity.programme_id.display_name,
                    )
                )

    @api.constrains(
        "hire_ids",
        "positions",
        "application_count",
        "application_date",
        "date_published",
    )
    def _check_numbers(self):
        for opportunity in self:
            hires = opportunity.hire_count
            if hires > opportunity.positions:
                raise ValidationError(
                    self.env._(
                        "“%(name)s”: %(hires)s hires for %(positions)s positions. "
                        "Correct one of them.",
                        name=opportunity.name,
                        hires=hires,
                        positions=opportunity.positions,
                    )
                )
            if opportunity.application_date and opportunity.application_count < hires:
                raise ValidationError(
                    self.env._(
                        "“%(name)s”: more people were hired than have applied. Enter "
                        "at least %(hires)s applications.",
                        name=opportunity.name,
                        hires=hires,
                    )
                )
            if opportunity.application_count and not opportunity.application_date:
                raise ValidationError(
                    self.env._(
                        "“%s”: say on which day the employer reported the "
                        "applications.",
                        opportunity.name,
                    )
                )
            if hires and not opportunity.date_published:
                raise ValidationError(
                    self.env._(
                        "“%s” is a draft: nobody can have been hired through it. Enter "
                        "when it was published.",
                        opportunity.name,
                    )
                )

    @api.onchange("application_count")
    def _onchange_application_count(self):
        if self.application_count and not self.application_date:
            self.application_date = fields.Date.context_today(self)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        posted = self.filtered("hire_ids")
        if posted:
            raise UserError(
                self.env._(
                    "“%s” has hires and stays. Delete them first if they are wrong.",
                    posted[0].name,
                )
            )

    def action_publish(self):
        """Posted from today on; or open again after it was closed."""
        today = fields.Date.context_today(self)
        for opportunity in self:
            deceased = opportunity.partner_id.alumni_deceased
            late = opportunity.date_deadline and opportunity.date_deadline < today
            if deceased and not opportunity.date_published:
                raise UserError(
                    self.env._(
                        "%s is deceased: have somebody else post it.",
                        opportunity.partner_id.display_name,
                    )
                )
            if late:
                raise UserError(
                    self.env._(
                        "“%s”: the deadline has passed. Enter a new one first.",
                        opportunity.name,
                    )
                )
            opportunity.write(
                {
                    "date_published": opportunity.date_published or today,
                    "closing": False,
                    "date_closed": False,
                }
            )

    def action_fill(self):
        """Somebody has the place, through the network or not."""
        self._close("filled")

    def action_withdraw(self):
        """Taken back: it was posted, and counts as posted."""
        self._close("withdrawn")

    def _close(self, closing):
        drafts = self.filtered(lambda opportunity: not opportunity.date_published)
        if drafts:
            raise UserError(
                self.env._(
                    "“%s” was never published: delete the draft instead.",
                    drafts[0].name,
                )
            )
        today = fields.Date.context_today(self)
        self.write({"closing": closing, "date_closed": today})

    def action_view_hires(self):
        """Who was hired through it."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "alumni_relations.alumni_hire_action"
            ),
            "domain": [("opportunity_id", "=", self.id)],
            "context": {"default_opportunity_id": self.id},
        }
