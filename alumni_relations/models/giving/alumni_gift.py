from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AlumniGift(models.Model):
    """A gift of time, money, skill, network or attention by a person on a date.

    Only a received gift counts as engagement; a pledge counts when it is paid."""

    _name = "alumni.gift"
    _description = "Gift"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "alumni.amount.mixin",
        "alumni.bulk.mixin",
    ]
    _order = "date desc, id desc"
    _rec_names_search = ["partner_id", "description"]
    _check_company_auto = True

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Donor",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain=[("is_company", "=", False)],
        tracking=True,
    )
    generation_id = fields.Many2one(
        related="partner_id.alumni_generation_id", string="Donor's generation"
    )
    school_id = fields.Many2one(
        related="partner_id.alumni_school_id", string="Donor's school"
    )
    gift_type_id = fields.Many2one(
        comodel_name="alumni.gift.type",
        string="Type",
        required=True,
        index=True,
        ondelete="restrict",
    )
    measured_in = fields.Selection(
        string="Measured in", related="gift_type_id.measured_in"
    )
    date = fields.Date(
        index=True,
        tracking=True,
        help="The day on which the gift was received; of a pledge, the day on which "
        "it is expected.",
    )
    pledge_date = fields.Date(
        string="Pledged on",
        help="The day on which the gift was promised, when it was promised first.",
    )
    state = fields.Selection(
        string="Status",
        selection=[
            ("pledged", "Pledged"),
            ("received", "Received"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="received",
        index=True,
        tracking=True,
        copy=False,
    )
    amount = fields.Monetary(
        tracking=True,
        help="What was given; of a gift in kind, its estimated value.",
    )
    hours = fields.Float(help="Hours given, for time and skill.", tracking=True)
    thanked_date = fields.Date(
        string="Thanked on",
        tracking=True,
        copy=False,
        help="The day on which somebody of the office thanked the donor personally. "
        "Empty: not yet.",
    )
    description = fields.Char()
    programme_id = fields.Many2one(
        comodel_name="alumni.programme",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    event_id = fields.Many2one(
        comodel_name="event.event",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
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
    _to_thank_idx = models.Index(
        "(date) WHERE state = 'received' AND thanked_date IS NULL"
    )
    _import_key_uniq = models.UniqueIndex(
        "(company_id, import_key) WHERE import_key IS NOT NULL",
        "This line was loaded already.",
    )

    @api.depends("gift_type_id.name", "partner_id.display_name")
    def _compute_display_name(self):
        for gift in self:
            gift.display_name = self.env._(
                "%(type)s from %(donor)s",
                type=gift.gift_type_id.name or self.env._("Gift"),
                donor=gift.partner_id.display_name or "…",
            )

    @api.constrains("partner_id")
    def _check_partner_is_person(self):
        for gift in self:
            if gift.partner_id.is_company:
                raise ValidationError(
                    self.env._(
                        "%(name)s is a company: a gift is made by a person. "
                        "Choose the person who gave.",
                        name=gift.partner_id.display_name,
                    )
                )

    @api.constrains("gift_type_id", "amount", "hours", "currency_id")
    def _check_measure(self):
        for gift in self:
            measure = gift.gift_type_id.measured_in
            if measure == "amount" and gift.currency_id.is_zero(gift.amount):
                raise ValidationError(
                    self.env._(
                        "A gift of type %(type)s needs an amount: enter what %(donor)s "
                        "gave (of a gift in kind, its estimated value).",
                        type=gift.gift_type_id.name,
                        donor=gift.partner_id.display_name,
                    )
                )
            if measure == "hours" and gift.hours <= 0:
                raise ValidationError(
                    self.env._(
                        "A gift of type %(type)s needs hours: enter how many hours "
                        "%(donor)s gave.",
                        type=gift.gift_type_id.name,
                        donor=gift.partner_id.display_name,
                    )
                )
            if measure != "amount" and not gift.currency_id.is_zero(gift.amount):
                raise ValidationError(
                    self.env._(
                        "A gift of type %(type)s has no amount: enter the money as a "
                        "gift of its own, so that it is counted as money.",
                        type=gift.gift_type_id.name,
                    )
                )
            if measure != "hours" and gift.hours:
                raise ValidationError(
                    self.env._(
                        "A gift of type %(type)s has no hours: enter the time as a "
                        "gift of its own, so that it is counted as time.",
                        type=gift.gift_type_id.name,
                    )
                )

    @api.onchange("gift_type_id")
    def _onchange_gift_type_id(self):
        if self.measured_in != "amount":
            self.amount = 0
        if self.measured_in != "hours":
            self.hours = 0

    def action_receive(self):
        """Take the gift as received today. A pledge keeps the day of the promise
        apart, because a gift counts in the year in which it is received."""
        today = fields.Date.context_today(self)
        for gift in self.filtered(lambda gift: gift.state != "received"):
            promised = gift.pledge_date or gift.date
            gift.write(
                {"state": "received", "pledge_date": promised, "date": today}
                if gift.state == "pledged"
                else {"state": "received"}
            )

    def action_thank(self):
        """The donors were thanked today. A pledge can be thanked for before it is
        paid; the first thanks stay."""
        cancelled = self.filtered(lambda gift: gift.state == "cancelled")
        if cancelled:
            raise UserError(
                self.env._(
                    "%s is cancelled: there is nothing to thank for.",
                    cancelled[0].display_name,
                )
            )
        self.filtered(
            lambda gift: not gift.thanked_date
        ).thanked_date = fields.Date.context_today(self)

    def action_pledge(self):
        """Take the gift as promised and not received yet."""
        self.write({"state": "pledged"})

    def action_cancel(self):
        """Keep the record, count it no longer."""
        self.write({"state": "cancelled"})
