from odoo import fields, models

DIMENSIONS = {
    "generation": "generation_id",
    "school": "school_id",
    "degree_level": "degree_level",
    "award_decade": "award_decade",
    "country": "country_id",
    "gender": "gender",
    "audience": "audience_id",
}
"""Breakdowns that are a column of the person-year: everyone has exactly one value
(or none, counted as not recorded), so the parts add up to the total."""

ACTION_DIMENSIONS = {
    "programme": "alumni.programme",
    "event_kind": "alumni.event.kind",
    "purpose": "alumni.consent.purpose",
    "gift_type": "alumni.gift.type",
    "officer": "res.users",
    "rfm": None,
}
"""Breakdowns of what is done rather than of the people: code and the model whose
records are the parts; none where the key says all. One person can stand in several
parts."""

SERIES_BREAKDOWNS = ("mode", "modes_count", "stage", "channel")
"""Breakdowns that split the measure itself: what people did or how they can be
reached. Somebody can stand in several parts, except of ``modes_count`` and
``stage``."""

PARTITIONS = (*DIMENSIONS, "modes_count", "stage")
"""Breakdowns whose parts count everyone once."""

BREAKDOWNS = [
    ("total", "Total"),
    ("generation", "Generation"),
    ("school", "School"),
    ("degree_level", "Degree level"),
    ("award_decade", "Award decade"),
    ("country", "Country"),
    ("gender", "Gender"),
    ("audience", "Audience"),
    ("mode", "Mode of engagement"),
    ("modes_count", "Number of modes"),
    ("channel", "Channel"),
    ("kind", "Kind of act"),
    ("programme", "Programme"),
    ("event_kind", "Kind of event"),
    ("purpose", "Purpose of contact"),
    ("gift_type", "Gift type"),
    ("officer", "Officer"),
    ("stage", "Stage of the journey"),
    ("rfm", "RFM class"),
]

NOT_RECORDED = "none"
"""Key of the people for whom a dimension is not known."""


class AlumniBreakdown(models.Model):
    """A way to split an indicator: by generation, school, country, mode ... The
    list is fixed, because each entry is a column that the figures are kept by;
    names can be translated and the order changed."""

    _name = "alumni.breakdown"
    _description = "Breakdown"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Selection(
        selection=BREAKDOWNS, required=True, readonly=True, string="Splits by"
    )
    letter = fields.Char(
        readonly=True, help="How the indicator catalogue abbreviates this breakdown."
    )
    sequence = fields.Integer(default=10)

    _code_uniq = models.UniqueIndex("(code)", "This breakdown exists.")
