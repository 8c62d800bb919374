from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class AlumniHire(models.Model):
    """One person hired through an opportunity, on a day; who it was need not be
    known."""

    _name = "alumni.hire"
    _description = "Hire"
    _order = "date desc, id desc"
    _rec_names_search = ["opportunity_id", "partner_id"]
    _check_company_auto = True

    opportunity_id = fields.Many2one(
        comodel_name="alumni.opportunity",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    opportunity_type = fields.Selection(
        related="opportunity_id.opportunity_type", store=True, precompute=True
    )
    employer = fields.Char(related="opportunity_id.employer")
    programme_id = fields.Many2one(
        related="opportunity_id.programme_id",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    date = fields.Date(
        string="Hired on", required=True, default=fields.Date.context_today
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Who",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain=[("is_company", "=", False)],
        help="The student or graduate, where the employer or the person says so.",
    )
    note = fields.Char()
    company_id = fields.Many2one(
        related="opportunity_id.company_id",
        string="Institution",
        store=True,
        precompute=True,
        index=True,
    )

    @api.depends("partner_id.display_name", "opportunity_id.name")
    def _compute_display_name(self):
        for hire in self:
            hire.display_name = self.env._(
                "%(person)s, %(opportunity)s",
                person=hire.partner_id.display_name or self.env._("Somebody"),
                opportunity=hire.opportunity_id.name or "…",
            )

    @api.constrains("date", "opportunity_id", "partner_id")
    def _check_hire(self):
        self.opportunity_id._check_numbers()
        for hire in self:
            published = hire.opportunity_id.date_published
            if hire.date > fields.Date.context_today(hire):
                raise ValidationError(
                    self.env._(
                        "A hire is recorded once it is agreed: its day cannot lie in "
                        "the future."
                    )
                )
            if published and hire.date < published:
                raise ValidationError(
                    self.env._(
                        "“%(name)s” was published on %(day)s only: somebody hired "
                        "before did not come through it.",
                        name=hire.opportunity_id.name,
                        day=format_date(self.env, published),
                    )
                )
            person = hire.partner_id
            if person and person == hire.opportunity_id.partner_id:
                raise ValidationError(
                    self.env._(
                        "%s has posted the offer and cannot be hired by it.",
                        person.display_name,
                    )
                )
            if person.is_company:
                raise ValidationError(
                    self.env._(
                        "%(name)s is a company: choose the person who was hired.",
                        name=person.display_name,
                    )
                )
            same = hire.opportunity_id.hire_ids.filtered(
                lambda other, person=person: person and other.partner_id == person
            )
            if len(same) > 1:
                raise ValidationError(
                    self.env._(
                        "%s was hired through this offer already.", person.display_name
                    )
                )
