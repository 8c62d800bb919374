from odoo import api, fields, models

LESS_IS_BETTER = frozenset(
    {
        *("ENG-06", "ENG-07", "ENG-08", "ENG-11", "ENG-38", "ENG-39", "ENG-46"),
        *("ENG-49", "ENG-50", "FOL-04", "FOL-11", "FOL-18"),
        *("CST-01", "CST-04", "CST-05", "CST-06", "CST-07", "CST-08", "CST-09"),
        *("CST-10", "CST-11", "CST-16", "CST-18"),
        *("ROI-01", "ROI-04", "ROI-05", "ROI-17", "GIV-08", "BMK-08", "BMK-09"),
    }
)
"""Indicators of the catalogue of which an office wants less."""


class AlumniIndicator(models.Model):
    """Whether more is better, so that a target can be met and a trend can be good."""

    _inherit = "alumni.indicator"

    direction = fields.Selection(
        selection=[
            ("up", "More is better"),
            ("down", "Less is better"),
        ],
        string="Wanted",
        compute="_compute_direction",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="Less is better for costs, no-shows, opt-outs, lost alumni: a target "
        "is then met by a figure that is not above it.",
    )

    @api.depends("code")
    def _compute_direction(self):
        for indicator in self:
            less = indicator.code in LESS_IS_BETTER
            indicator.direction = "down" if less else "up"
