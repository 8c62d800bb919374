from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


class AlumniCostLine(models.Model):
    """A cost line can come from an analytic line and then follows it. When a
    correction arrives after it was validated, it waits for validation again."""

    _inherit = "alumni.cost.line"

    analytic_line_id = fields.Many2one(
        comodel_name="account.analytic.line",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The analytic line or time sheet that this cost comes from and follows.",
    )

    _analytic_line_uniq = models.UniqueIndex(
        "(analytic_line_id) WHERE analytic_line_id IS NOT NULL",
        "This analytic line is a cost already.",
    )

    @api.constrains(
        "event_id", "programme_id", "date", "nature", "payer", "labour", "state"
    )
    def _check_not_in_accounts(self):
        # Whoever types a cost need not see the analytic accounts.
        accounts = (
            self.env["account.analytic.account"]
            .sudo()
            .search(
                Domain("alumni_event_id", "in", self.event_id.ids)
                | Domain("alumni_programme_id", "in", self.programme_id.ids)
            )
        )
        for account in accounts:
            typed = self.sudo().filtered_domain(account._alumni_typed_domain())
            if typed:
                raise ValidationError(
                    self.env._(
                        "%(line)s: what the university pays for this comes from the "
                        "analytic account %(account)s. Enter it there, or it is "
                        "counted twice.",
                        line=typed[0].name,
                        account=account.display_name,
                    )
                )

    def _alumni_add(self, vals_list):
        """Create the cost lines of analytic lines, except those whose labour has no
        rate yet and those of closed periods."""
        self.create([vals for vals in vals_list if self._alumni_can_take(vals)])

    def _alumni_follow(self, vals):
        """Take over what has changed on the analytic line."""
        self.ensure_one()
        changed = {
            name: value
            for name, value in vals.items()
            if self._fields[name].convert_to_write(self[name], self) != value
        }
        if not changed or self._alumni_closed(self.company_id.id, self.date):
            return
        if not self._alumni_can_take(vals):
            self._alumni_drop()
            return
        if self.state == "validated":
            self.action_draft()
        self.write(changed)

    def _alumni_drop(self):
        """Remove the cost lines of analytic lines that are no costs any more; those
        of closed periods stay."""
        lines = self.filtered(
            lambda line: not line._alumni_closed(line.company_id.id, line.date)
        )
        lines.filtered(lambda line: line.state != "draft").action_draft()
        lines.unlink()

    @api.model
    def _alumni_can_take(self, vals):
        if self._alumni_closed(vals["company_id"], vals["date"]):
            return False
        company = self.env["res.company"].browse(vals["company_id"])
        return vals["nature"] == "expense" or self.env["alumni.hourly.rate"]._rate_for(
            company, vals["role"], vals["labour"], company.country_id, vals["date"]
        )

    @api.model
    def _alumni_closed(self, company_id, day):
        condition = self._closed_condition(SQL("%s", company_id), SQL("%s::date", day))
        return self.env.execute_query(SQL("SELECT %s", condition))[0][0]
