from odoo import api, fields, models
from odoo.exceptions import ValidationError

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


SCORE_BASES = [
    ("engaged", "Alumni engaged in the last 12 months"),
    ("acted", "Alumni who ever did something"),
    ("contactable", "Legally contactable alumni"),
    ("living", "Living alumni"),
]
"""Among whom everybody is ranked. All but the last are contactable people; the first
are, on the last day of a period of twelve months, those of ENG-14."""


class ResCompany(models.Model):
    """What an institution decides about how its engagement is counted, and about among
    whom its alumni are ranked."""

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

    alumni_score_base = fields.Selection(
        selection=SCORE_BASES,
        string="Base of the score",
        default="engaged",
        required=True,
        help="Among whom the points of a person are ranked, and of whom the share that "
        "ambassadors come from is taken.",
    )
    alumni_score_cut = fields.Float(
        string="Share that ambassadors come from",
        default=16,
        required=True,
        digits=(5, 2),
        help="In percent of the base: 16 are Rogers' innovators and early adopters.",
    )

    @api.constrains("alumni_score_cut")
    def _check_alumni_score_cut(self):
        for company in self:
            if not 0 < company.alumni_score_cut <= 100:
                raise ValidationError(
                    self.env._(
                        "The share that ambassadors come from is above 0 and at most "
                        "100 percent; Rogers' is 16."
                    )
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
        if {"alumni_score_base", "alumni_score_cut"} & vals.keys():
            # Ranks and figures belong to the institution, whoever changes a setting.
            self.env["alumni.period"].sudo()._mark_values_outdated()
            self.env.ref("alumni_kpi.ir_cron_alumni_score").sudo()._trigger()
        return result
