from odoo import api, fields, models


class AlumniAmountMixin(models.AbstractModel):
    """An amount of a day in any currency, and what it is in the institution's."""

    _name = "alumni.amount.mixin"
    _description = "Amount in two currencies"

    amount = fields.Monetary()
    date = fields.Date(required=True, default=fields.Date.context_today)
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        required=True,
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the institution"
    )
    amount_company = fields.Monetary(
        string="Amount in the institution's currency",
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        store=True,
        help="At the last rate of the currency on or before the day.",
    )

    @api.depends("company_id")
    def _compute_currency_id(self):
        for record in self:
            if not record.currency_id:
                record.currency_id = record.company_id.currency_id

    @api.depends("amount", "currency_id", "company_id", "date")
    def _compute_amount_company(self):
        # One rate per currency, company and day, however many amounts.
        for (currency, company, date), records in self.grouped(
            lambda record: (record.currency_id, record.company_id, record.date)
        ).items():
            target = company.currency_id
            rate = (
                currency._get_conversion_rate(
                    currency, target, company, date or fields.Date.today()
                )
                if currency and target
                else 1.0
            )
            for record in records:
                amount = record.amount * rate
                record.amount_company = target.round(amount) if target else amount
