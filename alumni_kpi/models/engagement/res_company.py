from odoo import api, fields, models

from odoo.addons.base.models.res_partner import _tz_get

MONTHS = [
    ("1", "January"),
    ("2", "February"),
    ("3", "March"),
    ("4", "April"),
    ("5", "May"),
    ("6", "June"),
    ("7", "July"),
    ("8", "August"),
    ("9", "September"),
    ("10", "October"),
    ("11", "November"),
    ("12", "December"),
]

REBUILD_FIELDS = frozenset(
    {"alumni_fiscal_month", "alumni_clicks_count", "alumni_dues_mode", "alumni_tz"}
)
"""Settings that change the figures of the open periods. Those that change what is known
about people do so as well, when all people are up to date (``alumni.refresh``)."""


class ResCompany(models.Model):
    """What an institution decides about how its engagement is counted."""

    _inherit = "res.company"

    alumni_fiscal_month = fields.Selection(
        selection=MONTHS,
        string="Fiscal year starts in",
        default="9",
        required=True,
        help="A change cuts the open periods anew and rebuilds the figures; closed "
        "periods stay as they are.",
    )
    alumni_clicks_count = fields.Boolean(
        string="Clicks count as engagement",
        help="A click in a newsletter counts as communication. Replies always do, "
        "opening never does: mail programs open messages by themselves.",
    )
    alumni_dues_mode = fields.Selection(
        selection=[
            ("nothing", "Nothing"),
            ("philanthropic", "A gift"),
            ("experiential", "An experience"),
        ],
        string="Dues count as",
        default="nothing",
        required=True,
        help="Dues are the price of a membership. Only if they count as a gift is "
        "their amount among the amounts given.",
    )
    alumni_fte_hours = fields.Integer(
        string="Hours of a full-time post",
        default=1607,
        required=True,
        help="How many hours a full-time post works in a year: what hours of "
        "volunteers are divided by to say how many posts they are worth (ROI-09). "
        "1,607 is the legal year in France.",
    )
    alumni_tz = fields.Selection(
        selection=_tz_get,
        string="Timezone of acts",
        default=lambda self: self._default_alumni_tz(),
        required=True,
        help="An act is dated by the calendar of this timezone.",
    )

    _alumni_fte_hours_positive = models.Constraint(
        "CHECK (alumni_fte_hours > 0)",
        "Enter how many hours a full-time post works in a year.",
    )

    @api.model
    def _default_alumni_tz(self):
        return self.env.user.tz or "UTC"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env["alumni.period"]._ensure_current(companies)
        return companies

    def write(self, vals):
        changed = {
            name: self.filtered(lambda c, name=name: c[name] != vals[name])
            for name in REBUILD_FIELDS.intersection(vals)
        }
        result = super().write(vals)
        if recut := changed.get("alumni_fiscal_month"):
            self.env["alumni.period"]._recut(recut)
        if "alumni_fte_hours" in vals:
            self.env["alumni.period"]._mark_values_outdated()
        if companies := self.browse().union(*changed.values()):
            self.env["alumni.engagement"]._rebuild(companies)
        return result
