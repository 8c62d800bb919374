from odoo import api, fields, models


class AlumniGift(models.Model):
    """A gift of time, money, skill, network or attention by a person on a date.

    Only a received gift counts as engagement; a pledge counts when it is paid."""

    _name = "alumni.gift"
    _description = "Gift"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _rec_name = "gift_type_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Donor",
        required=True,
        index=True,
        ondelete="restrict",
    )
    gift_type_id = fields.Many2one(
        comodel_name="alumni.gift.type",
        string="Type",
        required=True,
        index=True,
        ondelete="restrict",
    )
    date = fields.Date(
        required=True, default=fields.Date.context_today, index=True, tracking=True
    )
    state = fields.Selection(
        selection=[
            ("pledged", "Pledged"),
            ("received", "Received"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="received",
        index=True,
        tracking=True,
    )
    amount = fields.Monetary(tracking=True)
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )
    amount_company = fields.Monetary(
        string="Amount in company currency",
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        store=True,
        help="At the rate of the day of the gift.",
    )
    hours = fields.Float(help="Hours given, for time and skill.")
    description = fields.Char()
    programme_id = fields.Many2one(
        comodel_name="alumni.programme", index="btree_not_null", ondelete="restrict"
    )
    event_id = fields.Many2one(
        comodel_name="event.event", index="btree_not_null", ondelete="restrict"
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    import_key = fields.Char(
        copy=False,
        index="btree_not_null",
        help="Which line of which feed this came from, so that loading the same "
        "file again has no effect.",
    )

    _amounts_not_negative = models.Constraint(
        "CHECK (amount >= 0 AND hours >= 0)",
        "A gift cannot be negative. To take one back, cancel it.",
    )
    _import_key_uniq = models.UniqueIndex(
        "(company_id, import_key) WHERE import_key IS NOT NULL",
        "This line was loaded already.",
    )

    @api.depends("amount", "currency_id", "company_id", "date")
    def _compute_amount_company(self):
        for gift in self:
            gift.amount_company = gift.currency_id._convert(
                gift.amount, gift.company_currency_id, gift.company_id, gift.date
            )
