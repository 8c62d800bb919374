from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

CELL = (
    "event_id",
    "company_id",
    "programme_id",
    "event_kind_id",
    "generation_id",
    "school_id",
    "date",
    "period_id",
)
"""What a person's row has exactly one of (or none)."""

STEPS = (
    "invited",
    "delivered",
    "answered",
    "answered_no",
    "answered_maybe",
    "accepted",
    "registered",
    "cancelled",
    "attended",
    "no_show",
    "walk_in",
    "surveyed",
    "gave",
)
"""The steps of the funnel: 0 or 1 for one person and event."""

RATES = {
    "response_rate": ({"answered": 1}, {"invited": 1}),
    "positive_response_rate": ({"accepted": 1}, {"answered": 1}),
    "attendance_rate": (
        {"attended": 1, "walk_in": -1},
        {"attended": 1, "walk_in": -1, "no_show": 1},
    ),
    "no_show_rate": (
        {"no_show": 1},
        {"attended": 1, "walk_in": -1, "no_show": 1},
    ),
    "walk_in_share": ({"walk_in": 1}, {"attended": 1}),
    "survey_rate": ({"surveyed": 1}, {"attended": 1}),
    "gave_rate": ({"gave": 1}, {"attended": 1}),
}
"""Numerator and denominator of each rate, as steps with their sign. A rate of many
rows is the sum of the one over the sum of the other, never a mean of rates."""


def _search_rate(rate):
    """Return the search method of a rate: the rate of one row is 1 if the numerator
    counts it, else 0."""

    def search(self, operator, value):
        if operator != "in":
            return NotImplemented
        above, _below = RATES[rate]
        counted = Domain.AND(
            [(step, "=", int(sign > 0))] for step, sign in above.items()
        )
        return Domain.OR(
            counted if number else ~counted for number in value if number in (0, 1)
        )

    return search


class AlumniFunnelMixin(models.AbstractModel):
    """The dimensions, steps and rates that the funnel and its cube share."""

    _name = "alumni.funnel.mixin"
    _description = "Dimensions and steps of the event funnel"

    event_id = fields.Many2one(
        comodel_name="event.event", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    programme_id = fields.Many2one(
        comodel_name="alumni.programme", readonly=True, ondelete="set null"
    )
    event_kind_id = fields.Many2one(
        comodel_name="alumni.event.kind",
        string="Kind of event",
        readonly=True,
        ondelete="set null",
    )
    generation_id = fields.Many2one(
        comodel_name="alumni.generation",
        readonly=True,
        ondelete="set null",
        help="The person's generation as it is now.",
    )
    school_id = fields.Many2one(
        comodel_name="alumni.school",
        readonly=True,
        ondelete="set null",
        help="The person's main school as it is now.",
    )
    date = fields.Date(string="Event date", readonly=True)
    period_id = fields.Many2one(
        comodel_name="alumni.period", readonly=True, ondelete="set null"
    )

    invited = fields.Integer(
        readonly=True, help="Asked to come. Who is only on the list is not counted."
    )
    delivered = fields.Integer(
        readonly=True,
        help="The message arrived as far as one knows, the person was asked in "
        "another way, or there is an answer.",
    )
    answered = fields.Integer(
        readonly=True, help="Yes, no or maybe: an answer of no is an answer."
    )
    answered_no = fields.Integer(string="Answered no", readonly=True)
    answered_maybe = fields.Integer(string="Answered maybe", readonly=True)
    accepted = fields.Integer(
        readonly=True, help="The latest answer is yes, with a seat or waiting for one."
    )
    registered = fields.Integer(
        readonly=True,
        help="With a registration, cancelled or not. Somebody who only came to the "
        "door is a walk-in.",
    )
    cancelled = fields.Integer(
        readonly=True, help="Registered, and the registration was cancelled."
    )
    attended = fields.Integer(readonly=True, help="Came, walk-ins included.")
    no_show = fields.Integer(
        string="No-shows",
        readonly=True,
        help="Registered and not cancelled, the event is over, and did not come.",
    )
    walk_in = fields.Integer(
        string="Walk-ins",
        readonly=True,
        help="Came without an invitation and without a registration made before the "
        "event began.",
    )
    surveyed = fields.Integer(
        string="Answered the survey",
        readonly=True,
        help="Came and answered the survey on the event.",
    )
    gave = fields.Integer(
        string="Gave or volunteered",
        readonly=True,
        help="Came, and gave or volunteered within the 12 months after the event.",
    )

    response_rate = fields.Float(
        string="Response rate",
        compute="_compute_rates",
        search=_search_rate("response_rate"),
        aggregator="avg",
        help="Answered / invited.",
    )
    positive_response_rate = fields.Float(
        string="Positive response rate",
        compute="_compute_rates",
        search=_search_rate("positive_response_rate"),
        aggregator="avg",
        help="Accepted / answered.",
    )
    attendance_rate = fields.Float(
        string="Attendance rate",
        compute="_compute_rates",
        search=_search_rate("attendance_rate"),
        aggregator="avg",
        help="Registered and came / (registered - cancelled), for events that are "
        "over. Walk-ins are left out.",
    )
    no_show_rate = fields.Float(
        string="No-show rate",
        compute="_compute_rates",
        search=_search_rate("no_show_rate"),
        aggregator="avg",
        help="1 - attendance rate.",
    )
    walk_in_share = fields.Float(
        string="Share of walk-ins",
        compute="_compute_rates",
        search=_search_rate("walk_in_share"),
        aggregator="avg",
        help="Walk-ins / attended.",
    )
    survey_rate = fields.Float(
        string="Survey response rate",
        compute="_compute_rates",
        search=_search_rate("survey_rate"),
        aggregator="avg",
        help="Answered the survey / attended.",
    )
    gave_rate = fields.Float(
        string="Gave or volunteered, share",
        compute="_compute_rates",
        search=_search_rate("gave_rate"),
        aggregator="avg",
        help="Gave or volunteered within 12 months / attended.",
    )

    @api.depends(*STEPS)
    def _compute_rates(self):
        for row in self:
            for rate, parts in RATES.items():
                above, below = (
                    sum(sign * row[step] for step, sign in part.items())
                    for part in parts
                )
                row[rate] = above / below if below else 0

    def _read_group_select(self, aggregate_spec, query):
        name, _colon, function = aggregate_spec.partition(":")
        if name not in RATES or function != "avg":
            return super()._read_group_select(aggregate_spec, query)
        above, below = (
            SQL(" + ").join(
                SQL("%s * SUM(%s)", sign, self._field_to_sql(self._table, step, query))
                for step, sign in part.items()
            )
            for part in RATES[name]
        )
        return SQL("(%s)::float / NULLIF(%s, 0)", above, below)
