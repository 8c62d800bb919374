from odoo import api, fields, models
from odoo.exceptions import UserError


class AlumniProgramme(models.Model):
    """What a programme costs, its events included."""

    _inherit = "alumni.programme"

    currency_id = fields.Many2one(related="company_id.currency_id")
    budget_amount = fields.Monetary(
        string="Budget",
        tracking=True,
        help="What the programme may cost, its events included, from its first day to "
        "its last.",
    )
    budget_left = fields.Monetary(
        compute="_compute_costs",
        help="Budget less cost; below 0 when more was spent. Costs that wait for "
        "validation are not taken off.",
    )
    cost_amount = fields.Monetary(
        string="Cost",
        compute="_compute_costs",
        help="Validated expenses and paid labour of the programme and its events.",
    )
    volunteer_amount = fields.Monetary(
        string="Value of volunteer labour",
        compute="_compute_costs",
        help="Validated hours of volunteers at their rates; no part of the cost.",
    )
    cost_to_validate = fields.Monetary(
        string="Costs to validate",
        compute="_compute_costs",
        help="Entered and not validated yet; in no figure.",
    )

    _budget_not_negative = models.Constraint(
        "CHECK (budget_amount >= 0)", "A budget cannot be negative."
    )

    @api.depends("budget_amount")
    def _compute_costs(self):
        totals = self.env["alumni.cost.line"]._totals("programme_id", self)
        for programme in self:
            total = totals[programme]
            programme.cost_amount = total["cost"]
            programme.volunteer_amount = total["volunteer"]
            programme.cost_to_validate = total["to_validate"]
            programme.budget_left = programme.budget_amount - total["cost"]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_costs(self):
        # Other institutions' lines cannot be there, but a user may not see all.
        if (
            self.env["alumni.cost.line"]
            .sudo()
            .search_count([("programme_id", "in", self.ids)], limit=1)
        ):
            raise UserError(
                self.env._(
                    "A programme that has costs cannot be deleted, because the money "
                    "was spent. Archive it."
                )
            )

    def action_view_costs(self):
        """The costs of this programme and its events."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "alumni_relations.alumni_cost_line_action"
            ),
            "domain": [("programme_id", "=", self.id)],
            "context": {
                "search_default_not_cancelled": 1,
                **self.env.context,
                "default_programme_id": self.id,
            },
        }
