from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, format_date

from ..programmes.alumni_participation import VOLUNTEER_ROLES
from .alumni_hourly_rate import LABOURS, RATE_ROLES

PAYERS = [("university", "University"), ("other", "Others")]

CATEGORIES = [
    ("expense_university", "Expenses paid by the university"),
    ("expense_other", "Expenses paid by others"),
    ("labour_paid", "Paid labour"),
    ("labour_volunteer", "Volunteer labour"),
]
"""The four parts of what an action takes. The first three are its cost; the value of
volunteer labour stands beside the cost and is never added to it."""

FIGURES = frozenset(
    {
        "date",
        "nature",
        "payer",
        "labour",
        "role",
        "country_id",
        "hours",
        "hourly_rate_id",
        "rate",
        "amount",
        "currency_id",
        "company_id",
    }
)
"""What a validated line can no longer change."""


class AlumniCostLine(models.Model):
    """What an event or programme took: an expense, or hours of labour at a rate.

    ========= ==================================================================
    draft     entered; shown as "to validate", in no figure
    validated a manager has compared it with its evidence; it counts and is fixed
    cancelled kept for the record, counted nowhere
    ========= ==================================================================

    The rate of labour is that of the table of hourly rates on the day of the line, or
    is typed; either way it stays on the line. An amount in another currency is
    converted at the last rate of that currency on or before the day of the line."""

    _name = "alumni.cost.line"
    _description = "Cost line"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "alumni.amount.mixin",
        "alumni.bulk.mixin",
    ]
    _order = "date desc, id desc"
    _rec_names_search = ["name", "evidence"]
    _check_company_auto = True

    name = fields.Char(string="Label", required=True, tracking=True)
    date = fields.Date(
        index=True,
        tracking=True,
        help="The day of the expense or work; it says to which period the cost "
        "belongs and which rates hold.",
    )
    event_id = fields.Many2one(
        comodel_name="event.event",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    programme_id = fields.Many2one(
        comodel_name="alumni.programme",
        compute="_compute_programme_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="The programme of the event; costs that belong to no event are entered "
        "for the programme itself.",
    )
    nature = fields.Selection(
        selection=[("expense", "Expense"), ("labour", "Labour")],
        required=True,
        default="expense",
        tracking=True,
    )
    payer = fields.Selection(
        selection=PAYERS,
        string="Paid by",
        compute="_compute_payer",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Who bears the cost. Nobody pays for the labour of volunteers.",
    )
    payer_partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Payer",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Sponsor, foundation, company ... that paid.",
    )
    payer_name = fields.Char(
        string="Payer's name", help="For a payer who is not among the contacts."
    )
    labour = fields.Selection(
        selection=LABOURS,
        compute="_compute_labour",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    role = fields.Selection(
        selection=RATE_ROLES,
        compute="_compute_role",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    country_id = fields.Many2one(
        comodel_name="res.country",
        default=lambda self: self.env.company.country_id,
        help="Where the work is done.",
    )
    hours = fields.Float(tracking=True)
    hourly_rate_id = fields.Many2one(
        comodel_name="alumni.hourly.rate",
        string="Rate of the table",
        compute="_compute_hourly_rate_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The hourly rate that held on the day. Empty when the rate was typed or "
        "came with a file.",
    )
    rate = fields.Monetary(
        string="Rate per hour",
        compute="_compute_rate",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
        tracking=True,
        help="Kept as it was used: later changes of the table do not reach it.",
    )
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
        tracking=True,
        help="Of labour, hours times rate.",
    )
    amount_company = fields.Monetary(aggregator=None)
    category = fields.Selection(
        selection=CATEGORIES, compute="_compute_category", store=True, index=True
    )
    cost_amount = fields.Monetary(
        string="Cost",
        currency_field="company_currency_id",
        compute="_compute_parts",
        store=True,
        help="Expenses and paid labour, in the institution's currency.",
    )
    volunteer_amount = fields.Monetary(
        string="Value of volunteer labour",
        currency_field="company_currency_id",
        compute="_compute_parts",
        store=True,
        help="What the hours of volunteers would have cost. It is no part of the cost.",
    )
    evidence = fields.Char(
        tracking=True,
        help="What the line rests on: number of the invoice, time sheet, contract. "
        "The document itself can be attached.",
    )
    state = fields.Selection(
        string="Status",
        selection=[
            ("draft", "To validate"),
            ("validated", "Validated"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        index=True,
        copy=False,
        tracking=True,
    )
    validated_by_id = fields.Many2one(
        comodel_name="res.users", string="Validated by", readonly=True, copy=False
    )
    validated_date = fields.Date(string="Validated on", readonly=True, copy=False)
    volunteers_recorded = fields.Integer(
        string="Volunteers recorded by name",
        compute="_compute_volunteers_recorded",
        help="Participations of volunteers at this event, or in this programme "
        "outside its events, whose hours are recorded by name.",
    )
    import_key = fields.Char(
        copy=False,
        index="btree_not_null",
        help="Which line of which feed this came from, so that loading the same "
        "file again has no effect.",
    )

    _programme_or_event = models.Constraint(
        "CHECK (programme_id IS NOT NULL OR event_id IS NOT NULL)",
        "Say for which programme or event the cost was incurred.",
    )
    _amounts_not_negative = models.Constraint(
        "CHECK (amount >= 0 AND hours >= 0 AND rate >= 0)",
        "A cost cannot be negative. To take one back, cancel its line; for a partial "
        "refund, correct the amount and attach the credit note.",
    )
    _labour_complete = models.Constraint(
        "CHECK ((nature = 'labour') = (labour IS NOT NULL))",
        "Say whether the labour is paid or volunteer; an expense is neither.",
    )
    _payer_known = models.Constraint(
        "CHECK ((payer IS NULL) = (labour IS NOT DISTINCT FROM 'volunteer'))",
        "Say who pays. Nobody pays for the labour of volunteers.",
    )
    _import_key_uniq = models.UniqueIndex(
        "(company_id, import_key) WHERE import_key IS NOT NULL",
        "This line was loaded already.",
    )

    # what follows from what

    @api.depends("event_id.programme_id")
    def _compute_programme_id(self):
        for line in self:
            if line.event_id:
                line.programme_id = line.event_id.programme_id

    @api.depends("nature")
    def _compute_labour(self):
        for line in self:
            line.labour = line.nature == "labour" and (line.labour or "paid")

    @api.depends("labour")
    def _compute_payer(self):
        for line in self:
            line.payer = line.labour != "volunteer" and (line.payer or "university")

    @api.depends("labour")
    def _compute_role(self):
        usual = {"paid": "staff", "volunteer": "volunteer"}
        for line in self:
            role = line.role
            if role in (False, *usual.values()):
                role = usual.get(line.labour)
            line.role = bool(line.labour) and role

    @api.depends("labour", "role", "country_id", "date", "company_id")
    def _compute_hourly_rate_id(self):
        def key(line):
            return (
                line.company_id.id,
                line.role or None,
                line.labour,
                line.country_id.id or None,
                line.date,
            )

        # A rate that was typed stays.
        open_lines = self.filtered(
            lambda line: (
                line.labour
                and line.date
                and (line._origin.hourly_rate_id or not line._origin.rate)
            )
        )
        rates = self.env["alumni.hourly.rate"]._rates_for(map(key, open_lines))
        for line in self:
            line.hourly_rate_id = rates[key(line)] if line in open_lines else False

    @api.depends("hourly_rate_id", "nature")
    def _compute_rate(self):
        for line in self:
            if line.hourly_rate_id:
                line.rate = line.hourly_rate_id.rate
            elif line.nature == "expense":
                line.rate = 0

    @api.depends("hourly_rate_id")
    def _compute_currency_id(self):
        for line in self.filtered("hourly_rate_id"):
            line.currency_id = line.hourly_rate_id.currency_id
        return super()._compute_currency_id()

    @api.depends("nature", "hours", "rate", "currency_id")
    def _compute_amount(self):
        for line in self:
            if line.nature == "labour":
                amount = line.hours * line.rate
                currency = line.currency_id
                line.amount = currency.round(amount) if currency else amount

    @api.depends("labour", "payer")
    def _compute_category(self):
        for line in self:
            line.category = (
                f"labour_{line.labour}" if line.labour else f"expense_{line.payer}"
            )

    @api.depends("amount_company", "labour")
    def _compute_parts(self):
        for line in self:
            volunteer = line.labour == "volunteer"
            line.cost_amount = 0 if volunteer else line.amount_company
            line.volunteer_amount = line.amount_company if volunteer else 0

    @api.depends("labour", "event_id", "programme_id")
    def _compute_volunteers_recorded(self):
        lines = self.filtered(lambda line: line.labour == "volunteer")
        Participation = self.env["alumni.participation"]
        counts = {}
        # Analysts see figures and no participations.
        if lines and Participation.has_access("read"):
            counts = {
                (event, programme): count
                for event, programme, count in Participation._read_group(
                    [
                        ("role", "in", VOLUNTEER_ROLES),
                        ("state", "=", "done"),
                        ("hours", ">", 0),
                        "|",
                        ("event_id", "in", lines.event_id.ids),
                        "&",
                        ("event_id", "=", False),
                        ("programme_id", "in", lines.programme_id.ids),
                    ],
                    ["event_id", "programme_id"],
                    ["__count"],
                )
            }
        for line in self:
            line.volunteers_recorded = line in lines and sum(
                count
                for (event, programme), count in counts.items()
                if event == line.event_id and (event or programme == line.programme_id)
            )

    # what is refused

    @api.constrains("payer", "payer_partner_id", "payer_name")
    def _check_payer(self):
        for line in self:
            if line.payer == "other" and not (line.payer_partner_id or line.payer_name):
                raise ValidationError(
                    self.env._(
                        "%s: say who pays, by choosing a contact or writing a name.",
                        line.name,
                    )
                )

    @api.constrains("nature", "amount", "hours", "rate", "hourly_rate_id", "role")
    def _check_amounts(self):
        for line in self:
            if line.nature == "expense":
                if line.hours or line.rate:
                    raise ValidationError(
                        self.env._(
                            "%s is an expense: it has an amount, no hours and no rate "
                            "per hour.",
                            line.name,
                        )
                    )
                if line.currency_id.is_zero(line.amount):
                    raise ValidationError(
                        self.env._("%s: enter the amount of the expense.", line.name)
                    )
                continue
            if line.hours <= 0:
                raise ValidationError(
                    self.env._("%s: enter how many hours were worked.", line.name)
                )
            if line.currency_id.is_zero(line.rate):
                raise ValidationError(self._no_rate_message(line))
            if line.hourly_rate_id and (
                line.rate != line.hourly_rate_id.rate
                or line.currency_id != line.hourly_rate_id.currency_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(line)s: the rate of the table is %(rate)s. To use another "
                        "rate, empty “Rate of the table” first.",
                        line=line.name,
                        rate=line.hourly_rate_id.display_name,
                    )
                )
            if line.currency_id.compare_amounts(line.amount, line.hours * line.rate):
                raise ValidationError(
                    self.env._(
                        "%s: the amount of labour is hours times rate. Change the "
                        "hours or the rate.",
                        line.name,
                    )
                )

    def _no_rate_message(self, line):
        roles = dict(self._fields["role"]._description_selection(self.env))
        labours = dict(self._fields["labour"]._description_selection(self.env))
        return self.env._(
            "%(line)s: no hourly rate holds on %(day)s for %(role)s (%(labour)s). "
            "Enter it under Configuration, Hourly rates, or type a rate on the line.",
            line=line.name,
            day=format_date(self.env, line.date),
            role=roles.get(line.role, ""),
            labour=labours.get(line.labour, "").lower(),
        )

    @api.constrains("currency_id", "date", "company_id")
    def _check_currency_rate(self):
        foreign = self.filtered(
            lambda line: line.currency_id != line.company_id.currency_id
        )
        for company, lines in foreign.grouped("company_id").items():
            first = dict(
                self.env["res.currency.rate"]._read_group(
                    [
                        ("currency_id", "in", lines.currency_id.ids),
                        ("company_id", "in", (False, company.root_id.id)),
                    ],
                    ["currency_id"],
                    ["name:min"],
                )
            )
            for line in lines:
                # Odoo would take a later rate, or 1.
                begin = first.get(line.currency_id)
                if not begin or line.date < begin:
                    raise ValidationError(
                        self.env._(
                            "%(line)s: there is no rate of %(currency)s on or before "
                            "%(day)s. Ask an administrator to enter it under "
                            "Currencies, or enter the amount in %(own)s.",
                            line=line.name,
                            currency=line.currency_id.name,
                            day=format_date(self.env, line.date),
                            own=company.currency_id.name,
                        )
                    )

    @api.model
    def _closed_condition(self, company_id: SQL, date: SQL):
        """An SQL condition: whether the books of an institution are closed on a day,
        so that no cost may be added, changed or removed there. Whoever keeps periods
        overrides this.

        :param company_id: the id of the institution, as SQL
        :param date: the day, as SQL
        """
        return SQL("FALSE")

    def _check_open(self):
        self.flush_recordset(["company_id", "date"])
        rows = self.env.execute_query(
            SQL(
                "SELECT line.id FROM alumni_cost_line line WHERE line.id = ANY(%s)"
                " AND %s LIMIT 1",
                self.ids,
                self._closed_condition(SQL("line.company_id"), SQL("line.date")),
            )
        )
        if rows:
            line = self.browse(rows[0])
            raise UserError(
                self.env._(
                    "%(line)s: %(day)s lies in a closed period, whose costs no longer "
                    "change. Date the line in an open period and say in its label "
                    "what it is about.",
                    line=line.name,
                    day=format_date(self.env, line.date),
                )
            )

    def _check_may_validate(self):
        if not self.env.su and not self.env.user.has_group(
            "alumni_relations.group_manager"
        ):
            raise AccessError(
                self.env._(
                    "Costs are validated by a manager, so that whoever enters a cost "
                    "is not the only one to see it."
                )
            )

    # writing

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get("state", "draft") != "draft" for vals in vals_list):
            self._check_may_validate()
        vals_list = [
            {"hourly_rate_id": False, **vals} if vals.get("rate") else vals
            for vals in vals_list
        ]
        lines = super().create(vals_list)
        lines._check_open()
        return lines

    def write(self, vals):
        if {"state", "validated_by_id", "validated_date"} & vals.keys():
            # An officer may give up a line that nobody has validated.
            given_up = vals.get("state") == "cancelled" and len(vals) == 1
            if not given_up or "validated" in self.mapped("state"):
                self._check_may_validate()
        figures = not FIGURES.isdisjoint(vals)
        if figures:
            self._check_not_validated()
        if figures or "state" in vals:
            self._check_open()
        result = super().write(vals)
        if figures:
            self._check_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_fixed(self):
        self._check_not_validated()
        self._check_open()

    def _check_not_validated(self):
        validated = self.filtered(lambda line: line.state == "validated")[:1]
        if validated:
            raise UserError(
                self.env._(
                    "%s is validated. A manager can set it back to “To validate”; "
                    "then it can be changed.",
                    validated.name,
                )
            )

    @api.onchange("nature")
    def _onchange_nature(self):
        if self.nature == "expense":
            self.hours = 0

    # buttons

    def action_validate(self):
        """The manager has compared the lines with their evidence: they count."""
        self.filtered(lambda line: line.state == "draft").write(
            {
                "state": "validated",
                "validated_by_id": self.env.uid,
                "validated_date": fields.Date.context_today(self),
            }
        )

    def action_draft(self):
        """Back to be validated: the lines count no longer and can be changed."""
        self.write(
            {"state": "draft", "validated_by_id": False, "validated_date": False}
        )

    def action_cancel(self):
        """Keep the lines, count them no longer."""
        self.write({"state": "cancelled"})

    # totals

    @api.model
    def _totals(self, field_name, records, domain=()):
        """What programmes or events cost, in the institution's currency, in one
        query: ``{record: {"cost", "volunteer", "to_validate"}}``. Cost and value of
        volunteer labour are those of validated lines; what waits for validation, of
        either kind, stands apart.

        :param field_name: ``programme_id`` or ``event_id``
        :param domain: which lines, for instance those of a fiscal year
        """
        totals = {
            record: {"cost": 0.0, "volunteer": 0.0, "to_validate": 0.0}
            for record in records
        }
        for record, state, cost, volunteer in self._read_group(
            [
                (field_name, "in", records.ids),
                ("state", "in", ("draft", "validated")),
                *domain,
            ],
            [field_name, "state"],
            ["cost_amount:sum", "volunteer_amount:sum"],
        ):
            total = totals[record]
            if state == "draft":
                total["to_validate"] += cost + volunteer
            else:
                total["cost"] += cost
                total["volunteer"] += volunteer
        return totals
