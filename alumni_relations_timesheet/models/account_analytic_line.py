from odoo import api, models

FOLLOWED = {"name", "date", "amount", "unit_amount", "account_id", "employee_id"}
"""What a cost line takes from its analytic line."""


class AccountAnalyticLine(models.Model):
    """An analytic line of an account that holds the costs of an event or programme
    becomes a cost line, and the cost line follows it.

    A time sheet is paid labour at the rate of the table of hourly rates for staff:
    what its employee earns stays in the payroll. Another line is an expense of the
    university if it is negative, as costs are in analytic accounts; income is no
    cost. A line whose day lies in a closed period is left as it is."""

    _inherit = "account.analytic.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._alumni_sync()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if FOLLOWED & vals.keys():
            self._alumni_sync()
        return result

    def unlink(self):
        self._alumni_known()._alumni_drop()
        return super().unlink()

    def _alumni_known(self):
        """The cost lines of these analytic lines."""
        # Who fills in a time sheet may not see costs; these follow all the same.
        return (
            self.env["alumni.cost.line"]
            .sudo()
            .with_context(tracking_disable=True)
            .search([("analytic_line_id", "in", self.ids)])
        )

    def _alumni_sync(self):
        """Bring the cost lines of these analytic lines up to date; doing so again has
        no effect."""
        known = {line.analytic_line_id.id: line for line in self._alumni_known()}
        wanted = self._alumni_cost_values()
        lines = self._alumni_known().browse()
        lines.concat(*(known[i] for i in known.keys() - wanted.keys()))._alumni_drop()
        for line_id in known.keys() & wanted.keys():
            known[line_id]._alumni_follow(wanted[line_id])
        lines._alumni_add([wanted[i] for i in sorted(wanted.keys() - known.keys())])

    def _alumni_cost_values(self):
        """The values of the cost line of each analytic line that is a cost."""
        values = {}
        hour = self.env.ref("uom.product_uom_hour")
        for line in self.sudo():
            account = line.account_id
            begin = account.alumni_date_from
            if (
                not account._alumni_is_linked()
                or (begin and line.date < begin)
                or line.company_id != (account._alumni_company() or line.company_id)
            ):
                continue
            vals = {
                "name": line.name,
                "date": line.date,
                "event_id": account.alumni_event_id.id,
                "company_id": line.company_id.id,
                "analytic_line_id": line.id,
            }
            if not account.alumni_event_id:
                vals["programme_id"] = account.alumni_programme_id.id
            if line.employee_id:
                unit = line.product_uom_id
                hours = unit._compute_quantity(line.unit_amount, hour) if unit else 0
                hours = hours or line.unit_amount
                if hours <= 0:
                    continue
                vals |= {"nature": "labour", "labour": "paid", "hours": hours}
                vals["role"] = "staff"
            elif line.currency_id.compare_amounts(line.amount, 0) < 0:
                vals |= {
                    "nature": "expense",
                    "payer": "university",
                    "amount": -line.amount,
                    "currency_id": line.currency_id.id,
                }
            else:
                continue
            values[line.id] = vals
        return values
