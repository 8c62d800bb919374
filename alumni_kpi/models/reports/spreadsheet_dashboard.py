import json

from odoo import fields, models


class SpreadsheetDashboard(models.Model):
    """A dashboard with a filter on our periods opens on the last complete one: a
    period that has just begun would look like a fall. Its filters are called what
    their records are called, since Odoo translates their labels in some places only."""

    _inherit = "spreadsheet.dashboard"

    def _get_serialized_readonly_dashboard(self):
        serialized = super()._get_serialized_readonly_dashboard()
        if '"alumni.period"' not in serialized:
            return serialized
        period = self.env["alumni.period"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("date_end", "<", fields.Date.context_today(self)),
            ],
            order="year DESC",
            limit=1,
        )
        data = json.loads(serialized)
        for filter_ in data["snapshot"].get("globalFilters", []):
            model = filter_.get("modelName", "")
            if model.startswith("alumni."):
                filter_["label"] = self.env["ir.model"]._get(model).name
            if model == "alumni.period" and period:
                filter_.setdefault(
                    "defaultValue", {"operator": "in", "ids": period.ids}
                )
        return json.dumps(data)
