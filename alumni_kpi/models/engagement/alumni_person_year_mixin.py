from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.alumni_relations.models.people.alumni_degree import DEGREE_LEVELS

DIMENSIONS = (
    "generation_id",
    "school_id",
    "degree_level",
    "award_decade",
    "country_id",
    "gender",
    "audience_id",
)
"""What a person has exactly one of (or none) in a period: that is why sums over
any grouping by these count everyone once."""

PEOPLE = (
    "people",
    "living",
    "contactable",
    "contactable_email",
    "contactable_phone",
    "contactable_post",
    "lost",
    "opted_out",
    "new_opt_out",
    "email_valid",
    "email_consented",
    "fresh",
    "employment_known",
    "duplicate",
    "acted",
    "engaged",
    "philanthropic",
    "volunteer",
    "experiential",
    "communication",
    "modes",
    "modes_1",
    "modes_2",
    "modes_3",
    "modes_4",
    "engaged_no_gift",
)
"""Measures that count people: 0 or 1 for one person, except modes (0 to 4). They
have no value over several periods, in each of which the same people stand again."""

MEASURES = (*PEOPLE, "acts", "hours", "amount")


def of_one_period(model, query, aggregate):
    """The SQL of an aggregate of a model with ``people`` and ``period_id``, empty for
    a group of several periods."""
    # All people stand in one period if the mean of the squares of its id is the
    # square of its mean. Unlike the smallest and largest id, these sums do not see
    # cells of the cube that everyone has left.
    people = model._field_to_sql(model._table, "people", query)
    period = model._field_to_sql(model._table, "period_id", query)
    first = SQL("SUM(%s * %s::bigint)", people, period)
    second = SQL("SUM(%s * %s::bigint * %s::bigint)", people, period, period)
    return SQL(
        "CASE WHEN SUM(%(people)s) * %(second)s = %(first)s * %(first)s"
        " THEN %(aggregate)s END",
        people=people,
        first=first,
        second=second,
        aggregate=aggregate,
    )


class AlumniPersonYearMixin(models.AbstractModel):
    """The dimensions and measures that person-years and their cube share."""

    _name = "alumni.person.year.mixin"
    _description = "Dimensions and measures of person-years"

    period_id = fields.Many2one(
        comodel_name="alumni.period",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="People are counted once per period: over several periods there is no "
        "number of people, only of acts, hours and amounts.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        readonly=True,
        ondelete="cascade",
    )

    # dimensions
    generation_id = fields.Many2one(
        comodel_name="alumni.generation", readonly=True, ondelete="set null"
    )
    school_id = fields.Many2one(
        comodel_name="alumni.school",
        readonly=True,
        ondelete="set null",
        help="School of the first degree that makes the person an alumnus.",
    )
    degree_level = fields.Selection(
        string="Degree level",
        selection=DEGREE_LEVELS,
        readonly=True,
        help="Highest level among the degrees awarded by the end of the period.",
    )
    award_decade = fields.Char(
        string="Decade",
        readonly=True,
        help="Decade of the first award, for instance 1990.",
    )
    country_id = fields.Many2one(
        comodel_name="res.country", readonly=True, ondelete="set null"
    )
    gender = fields.Selection(
        selection=lambda self: self._selection_gender(), readonly=True
    )
    audience_id = fields.Many2one(
        comodel_name="alumni.audience",
        string="Main audience",
        readonly=True,
        ondelete="set null",
    )

    # reach
    people = fields.Integer(
        readonly=True, help="Alumni of record, living or not (ENG-01)."
    )
    living = fields.Integer(
        readonly=True, help="Not known to be deceased on the last day (ENG-03)."
    )
    contactable = fields.Integer(
        readonly=True,
        help="Living, with at least one channel that works and that the law and the "
        "person's wishes allow (ENG-04). The denominator of every rate.",
    )
    contactable_email = fields.Integer(string="Contactable by e-mail", readonly=True)
    contactable_phone = fields.Integer(string="Contactable by phone", readonly=True)
    contactable_post = fields.Integer(string="Contactable by post", readonly=True)
    lost = fields.Integer(
        readonly=True,
        help="Living, with no channel that works, whatever the consents (ENG-06).",
    )
    opted_out = fields.Integer(
        string="Opted out",
        readonly=True,
        help="Living, and the latest decision about every purpose and channel is a "
        "refusal (ENG-07).",
    )
    new_opt_out = fields.Integer(
        string="New opt-outs",
        readonly=True,
        help="Living, with a refusal, of whatever purpose or channel, dated in the "
        "period (ENG-08). What a registrar's file says of people whom the same load "
        "created is no new refusal.",
    )
    email_valid = fields.Integer(
        string="Valid e-mail",
        readonly=True,
        help="Living, with an e-mail address that works, whatever the consents.",
    )
    email_consented = fields.Integer(
        string="Consented e-mail",
        readonly=True,
        help="With a valid e-mail address and a recorded, unexpired consent to its "
        "use (ENG-10).",
    )
    fresh = fields.Integer(
        string="Fresh records",
        readonly=True,
        help="Living, verified or updated within 24 months before the last day of "
        "the period, or before today while it runs (ENG-12).",
    )
    employment_known = fields.Integer(
        string="Employment known",
        readonly=True,
        help="Living, with an employer known within the same 24 months (ENG-13).",
    )
    duplicate = fields.Integer(
        string="Duplicates",
        readonly=True,
        help="An earlier alumnus has the same names and birth date (ENG-11).",
    )

    # engagement
    acted = fields.Integer(
        readonly=True,
        help="With at least one act in the period, contactable or not. Who acted "
        "without being contactable is left out of the rates.",
    )
    engaged = fields.Integer(
        readonly=True,
        help="Contactable, with at least one act in the period (ENG-14).",
    )
    philanthropic = fields.Integer(readonly=True)
    volunteer = fields.Integer(readonly=True)
    experiential = fields.Integer(readonly=True)
    communication = fields.Integer(readonly=True)
    modes = fields.Integer(
        readonly=True,
        help="Modes per engaged person, 0 to 4; its sum is the sum of the four modes.",
    )
    modes_1 = fields.Integer(string="In one mode", readonly=True)
    modes_2 = fields.Integer(string="In two modes", readonly=True)
    modes_3 = fields.Integer(string="In three modes", readonly=True)
    modes_4 = fields.Integer(string="In four modes", readonly=True)
    engaged_no_gift = fields.Integer(
        string="Engaged, no gift",
        readonly=True,
        help="Engaged, but not in the philanthropic mode (ENG-24).",
    )
    acts = fields.Integer(readonly=True, help="Acts in the period.")
    hours = fields.Float(digits=(16, 2), readonly=True, help="Hours given.")
    amount = fields.Monetary(
        readonly=True, help="Amounts given, in the institution's currency."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        aggregate = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec.partition(":")[0] not in PEOPLE:
            return aggregate
        return of_one_period(self, query, aggregate)

    def _selection_gender(self):
        partner = self.env["res.partner"]
        return partner._fields["alumni_gender"]._description_selection(self.env)
