from collections import namedtuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .alumni_breakdown import DIMENSIONS, NOT_RECORDED
from .alumni_filter import FILTER_SOURCES

MEASURE_UNITS = [
    ("people", "people"),
    ("items", "items"),
    ("points", "points"),
    ("hours", "hours"),
    ("amount", "amount"),
    ("days", "days"),
    ("years", "years"),
    ("fte", "FTE"),
]
"""What a measure counts. Amounts are in the institution's currency; items are acts,
answers, invitations, posts ..., of which one person can have several."""

Column = namedtuple("Column", "code label unit part_of additive")
Column.__new__.__defaults__ = ("people", (), True)
"""A quantity that a source adds up. ``part_of``: the codes of the quantities that
contain all that this one counts: only of these can it be a percentage.
``additive``: whether the parts of a population make up its whole, which those of a
median or of the largest tenth do not."""

PERSON_YEAR_COLUMNS = [
    Column("people", "Alumni of record"),
    Column("living", "Living", part_of=("people",)),
    Column("contactable", "Legally contactable", part_of=("living",)),
    Column("contactable_email", "Reachable by e-mail", part_of=("contactable",)),
    Column("contactable_phone", "Reachable by phone", part_of=("contactable",)),
    Column("contactable_post", "Reachable by post", part_of=("contactable",)),
    Column("lost", "Living with no valid channel", part_of=("living",)),
    Column("opted_out", "Living with a global opt-out", part_of=("living",)),
    Column("new_opt_out", "Opted out in the period", part_of=("living",)),
    Column("email_valid", "Valid e-mails", part_of=("living",)),
    Column(
        "email_consented",
        "Valid e-mails with unexpired consent",
        part_of=("email_valid",),
    ),
    Column(
        "fresh", "Living, verified or updated within 24 months", part_of=("living",)
    ),
    Column(
        "employment_known",
        "Living, employer known within 24 months",
        part_of=("living",),
    ),
    Column("duplicate", "Records that repeat a person", part_of=("people",)),
    Column("acted", "With at least one act, contactable or not", part_of=("people",)),
    Column("engaged", "Engaged", part_of=("contactable", "acted")),
    Column("philanthropic", "Philanthropic", part_of=("engaged",)),
    Column("volunteer", "Volunteer", part_of=("engaged",)),
    Column("experiential", "Experiential", part_of=("engaged",)),
    Column("communication", "Communication", part_of=("engaged",)),
    Column("modes", "Modes of engagement, added up", "items"),
    Column("modes_1", "Engaged in exactly 1 mode", part_of=("engaged",)),
    Column("modes_2", "Engaged in exactly 2 modes", part_of=("multi_mode",)),
    Column("modes_3", "Engaged in exactly 3 modes", part_of=("multi_mode",)),
    Column("modes_4", "Engaged in all 4 modes", part_of=("multi_mode",)),
    Column("multi_mode", "Engaged in 2 modes or more", part_of=("engaged",)),
    Column("engaged_no_gift", "Engaged without a gift", part_of=("engaged",)),
    Column("acts", "Acts", "items"),
    Column("hours", "Hours", "hours"),
    Column("amount", "Amount given", "amount"),
]
"""What the person-years count (0 or 1 per person) or add up (the last three)."""

PERIOD_START_COLUMNS = [
    Column("start_contactable", "Contactable at the start of the period"),
    Column(
        "start_opt_out",
        "Of these, opted out in the period",
        part_of=("start_contactable",),
    ),
]

ENTRY_COLUMNS = [Column("entry", "Figure entered by hand")]

COST_COLUMNS = [
    Column("cost", "Cost", "amount"),
    Column("cost_thousand", "Cost in thousands", "amount"),
    Column("cost_net", "Cost less expenses paid by others", "amount", ("cost",)),
    Column("cost_labour", "Cost of staff", "amount", ("cost",)),
    Column("cost_fundraising", "Cost of fundraising", "amount", ("cost",)),
    Column("gain_fundraising", "Money received less cost of fundraising", "amount"),
    Column("cost_event", "Cost of events", "amount", ("cost",)),
    Column("no_show_cost", "Cost of no-shows", "amount", ("cost_event",)),
    Column("attendees", "People who took part"),
    Column("attendances", "Attendances and participations", "items"),
    Column("gain_cash", "Money received less cost", "amount"),
    Column("gain_extended", "Contributions less cost", "amount"),
    Column(
        "gain_event", "Gifts within 90 days after an event, less its cost", "amount"
    ),
]

CONTRIBUTION_COLUMNS = [
    Column("money", "Money received", "amount", ("contribution",)),
    Column("in_kind", "Received in kind", "amount", ("contribution",)),
    Column("volunteer_amount", "Value of volunteering", "amount", ("contribution",)),
    Column("contribution", "Money, in kind and value of volunteering", "amount"),
]

IMPROVEMENT_COLUMNS = [
    Column("improvements_accepted", "Points to improve, accepted", "items"),
    Column(
        "improvements_done",
        "Points to improve, done",
        "items",
        ("improvements_accepted",),
    ),
]

ANSWER_COLUMNS = [
    Column("answers_asked", "People asked in surveys", "items"),
    Column("answers_given", "People who answered surveys", "items", ("answers_asked",)),
    Column("ratings", "Ratings of satisfaction", "items"),
    Column("rating_points", "Points of satisfaction", "points"),
    Column("people_surveyed", "People surveyed"),
    Column(
        "people_expecting",
        "People who told what they expected",
        part_of=("people_surveyed",),
    ),
    Column("expectations", "Ratings with an expectation", "items"),
    Column("expectation_points", "Points above expectation", "points"),
    Column("useful_learning", "Answers whether learning is useful", "items"),
    Column("useful_learning_high", "Learning is useful", "items", ("useful_learning",)),
    Column("useful_network", "Answers whether the network is useful", "items"),
    Column(
        "useful_network_high", "The network is useful", "items", ("useful_network",)
    ),
    Column("recommendations_event", "Recommendations of events", "items"),
    Column("promoters_event", "Promoters less detractors of events", "items"),
    Column(
        "recommendations_institution", "Recommendations of the institution", "items"
    ),
    Column(
        "promoters_institution",
        "Promoters less detractors of the institution",
        "items",
    ),
]

TARGET_COLUMNS = [
    Column("target_actual", "What targets came to"),
    Column("target_expected", "What targets expected"),
]

EVENT_COLUMNS = [
    Column("invited_people", "People invited to events"),
    Column("invitations", "Invitations to events", "items"),
    Column("invitations_delivered", "Invitations delivered", "items", ("invitations",)),
    Column(
        "invitations_answered",
        "Invitations answered",
        "items",
        ("invitations_delivered",),
    ),
    Column(
        "invitations_accepted",
        "Invitations accepted",
        "items",
        ("invitations_answered",),
    ),
    Column(
        "invitations_registered",
        "Invitations delivered to people who registered",
        "items",
        ("invitations_delivered", "registered"),
    ),
    Column(
        "invitations_attended",
        "Invitations of people who came",
        "items",
        ("invitations", "event_attendances"),
    ),
    Column("registered", "Registrations for events", "items"),
    Column("cancelled", "Cancelled registrations", "items", ("registered",)),
    Column(
        "registered_expected",
        "Registrations less cancellations, the event being over",
        "items",
        ("registered",),
    ),
    Column(
        "registered_attended",
        "Registered and attended",
        "items",
        ("registered_expected", "event_attendances"),
    ),
    Column("no_shows", "Registered and absent", "items", ("registered_expected",)),
    Column("event_attendances", "Attendances at events", "items"),
    Column("walk_ins", "Walk-ins", "items", ("event_attendances",)),
    Column("event_attendees", "People who came to events"),
    Column(
        "first_attendees",
        "People who came for the first time",
        part_of=("event_attendees",),
    ),
    Column(
        "invitations_aimed",
        "Invitations to events with topics",
        "items",
        ("invitations",),
    ),
    Column(
        "invitations_fitting",
        "Invitations that match an interest",
        "items",
        ("invitations_aimed",),
    ),
    Column("seats", "Seats of events", "items"),
    Column("seats_used", "Seats of events that were used", "items", ("seats",)),
]

MAILING_COLUMNS = [
    Column("mails_sent", "Messages of mailings, sent", "items"),
    Column(
        "mails_delivered", "Messages of mailings, delivered", "items", ("mails_sent",)
    ),
    Column("mails_bounced", "Messages that came back", "items", ("mails_sent",)),
    Column("mails_clicked", "Messages with a click", "items", ("mails_delivered",)),
    Column("mails_opened", "Messages opened", "items", ("mails_delivered",)),
    Column("mails_unsubscribed", "Unsubscriptions", "items", ("mails_delivered",)),
    Column("mails_per_month", "Messages to contactable alumni per month", "items"),
]

VOLUNTEERING_COLUMNS = [
    Column("volunteer_hours", "Hours of volunteers", "hours"),
    Column(
        "volunteer_alumni_hours",
        "Hours of contactable volunteers",
        "hours",
        ("volunteer_hours",),
    ),
    Column("volunteer_fte", "Hours of volunteers in full-time posts", "fte"),
    Column(
        "volunteer_programme_hours",
        "Hours of volunteers in volunteer programmes",
        "hours",
        ("volunteer_hours",),
    ),
    Column(
        "volunteer_programme_cost", "Cost of volunteer programmes", "amount", ("cost",)
    ),
]

START_COLUMNS = [
    Column("volunteers_before", "Volunteers of the previous period"),
    Column(
        "volunteers_again", "Of these, volunteers again", part_of=("volunteers_before",)
    ),
    Column("recovered", "Contactable again", part_of=("contactable",)),
]

ACCOUNT_COLUMNS = [
    Column("accounts_activated", "Accounts activated", part_of=("living",)),
    Column(
        "members_active",
        "Members who logged in within 12 months",
        part_of=("accounts_activated",),
    ),
]

GIFT_COLUMNS = [
    Column("dues_paid", "People who paid dues", part_of=("living",)),
    Column("dues_due", "People who paid dues before", part_of=("living",)),
    Column(
        "dues_renewed", "People who paid dues again", part_of=("dues_due", "dues_paid")
    ),
    Column("gifts_to_thank", "Gifts to thank for", "items"),
    Column("gifts_thanked", "Gifts thanked for in time", "items", ("gifts_to_thank",)),
]

FOLLOW_UP_COLUMNS = [
    Column("follow_ups_due", "Follow-ups due", "items"),
    Column("follow_ups_on_time", "Follow-ups on time", "items", ("follow_ups_due",)),
]

PROGRAMME_COLUMNS = [
    Column("budget", "Budget of programmes that ended", "amount"),
    Column("budget_overrun", "Cost of these programmes above budget", "amount"),
    Column("learning_hours", "Hours of learning", "hours"),
    Column("students_reached", "Students reached by alumni"),
    Column("fairs", "Student fairs", "items"),
    Column("fairs_staffed", "Student fairs with an alumnus", "items", ("fairs",)),
]

MENTORING_PAIR_COLUMNS = [
    Column("mentoring_pairs", "Mentoring pairs at the end of the period", "items"),
    Column(
        "mentoring_pairs_met",
        "Mentoring pairs with a session within 60 days",
        "items",
        ("mentoring_pairs",),
    ),
]

MENTORING_REQUEST_COLUMNS = [
    Column("mentor_requests", "Requests for a mentor", "items"),
    Column(
        "mentor_requests_matched",
        "Requests for a mentor matched within 30 days",
        "items",
        ("mentor_requests",),
    ),
]

MENTORING_SESSION_COLUMNS = [
    Column("mentoring_sessions", "Mentoring sessions scheduled", "items"),
    Column(
        "mentoring_sessions_held",
        "Mentoring sessions held",
        "items",
        ("mentoring_sessions",),
    ),
]

MENTOR_COLUMNS = [
    Column("mentors", "Mentors available"),
    Column("mentors_used", "Mentors with a mentee", part_of=("mentors",)),
]

OPPORTUNITY_COLUMNS = [
    Column("opportunities_posted", "Opportunities posted by alumni", "items"),
]

ACT_COLUMNS = [
    Column("act_people", "Contactable people with such an act", part_of=("engaged",)),
    Column("act_records", "Acts", "items"),
    Column("act_hours", "Hours of acts", "hours"),
    Column("act_amount", "Amounts of acts", "amount"),
]

GIVING_COLUMNS = [
    Column("gift_money", "Money received", "amount"),
    Column("gift_committed", "Newly pledged, and given outright", "amount"),
    Column("gift_records", "Gifts received", "items"),
]

DONOR_COLUMNS = [
    Column("donors", "Donors", part_of=("people",)),
    Column("donors_contactable", "Donors, contactable", part_of=("philanthropic",)),
    Column("donors_first", "Donors who never gave before", part_of=("donors",)),
    Column("donors_lapsed", "Donors after 13 months or more", part_of=("donors",)),
    Column("donor_amount", "Given by donors", "amount"),
    Column(
        "donor_amount_top",
        "Given by the top 10 % of donors",
        "amount",
        ("donor_amount",),
        False,
    ),
    Column("donor_median", "Median of what a donor gave", "amount", (), False),
    Column(
        "first_gift_years", "Median from first degree to first gift", "years", (), False
    ),
]

DONOR_HISTORY_COLUMNS = [
    Column("donors_before", "Donors of the previous period", part_of=("people",)),
    Column("donors_retained", "Of these, donors again", part_of=("donors_before",)),
    Column(
        "donors_before_new", "Of these, for the first time", part_of=("donors_before",)
    ),
    Column(
        "donors_retained_new",
        "Of those for the first time, donors again",
        part_of=("donors_before_new",),
    ),
    Column(
        "donors_before_repeat",
        "Of these, not for the first time",
        part_of=("donors_before",),
    ),
    Column(
        "donors_retained_repeat",
        "Of those not for the first time, donors again",
        part_of=("donors_before_repeat",),
    ),
]

HISTORY_COLUMNS = [
    Column(
        "engaged_before",
        "Engaged in the previous period, still contactable",
        part_of=("contactable",),
    ),
    Column(
        "retained", "Of these, engaged again", part_of=("engaged_before", "engaged")
    ),
    Column("newly_engaged", "Engaged for the first time", part_of=("engaged",)),
    Column("reactivated", "Engaged again after a period without", part_of=("engaged",)),
]

COURSE_COLUMNS = [
    Column("recency_days", "Median of the days since the last act", "days", (), False),
    Column("dormant", "Dormant", part_of=("contactable",)),
    Column("acts_recent", "Acts per year of the last two periods", "items"),
    Column("acts_earlier", "Acts per year of the three periods before", "items"),
    Column("graduates", "Graduates of the period", part_of=("living",)),
    Column("onboarded", "Of these, with account and e-mail", part_of=("graduates",)),
    Column("leaders", "Volunteer leaders", part_of=("volunteer",)),
    Column("leaders_new", "Volunteer leaders for the first time", part_of=("leaders",)),
    Column("journey", "Contactable, by stage of the journey", part_of=("contactable",)),
    Column(
        "seats_kept", "Attendances of frequent registrants", "items", ("seats_taken",)
    ),
    Column("seats_taken", "Registrations of frequent registrants", "items"),
]

BENCHMARK_COLUMNS = [
    Column("cells", "Values in benchmark files", "items"),
    Column("cells_hidden", "Values hidden in benchmark files", "items", ("cells",)),
]

PEER_COLUMNS = [
    Column("peer_medians", "Medians of peers", "items"),
    Column("peer_institutions", "Institutions behind medians, added up", "items"),
]

SCORE_COLUMNS = [
    Column("score_people", "People in the base of the score", part_of=("living",)),
    Column("score_points", "Scores of the base, added up", "points"),
    Column("momentum_people", "Of these, people with a score", part_of=("living",)),
    Column("momentum_points", "Momentum of these, added up", "points"),
    *(
        Column(f"tier_{tier}", f"Contactable, in tier {tier}", part_of=("contactable",))
        for tier in range(5)
    ),
    Column("ambassadors", "Living ambassadors", part_of=("living",)),
    Column("ambassadors_expected", "Share of the base that ambassadors come from"),
]

SOURCES = [
    ("person_year", "Person-years"),
    ("period_start", "Start of the period"),
    ("entry", "Entered by hand"),
    ("improvement", "Points to improve"),
    ("cost", "Costs"),
    ("contribution", "Contributions"),
    ("answer", "Answers"),
    ("event", "Events"),
    ("mailing", "Mailings"),
    ("volunteering", "Volunteering"),
    ("start", "People of the previous period"),
    ("account", "Accounts"),
    ("gift", "Dues and thanks"),
    ("follow_up", "Follow-ups"),
    ("programme", "Programmes"),
    ("act", "Acts"),
    ("giving", "Gifts of money"),
    ("donor", "Donors"),
    ("donor_history", "Donors, compared with the previous period"),
    ("history", "People, compared with the previous period"),
    ("course", "Course of each person"),
    ("target", "Targets"),
    ("mentoring_pair", "Mentoring pairs"),
    ("mentoring_request", "Requests for a mentor"),
    ("mentoring_session", "Mentoring sessions"),
    ("mentor", "Mentors"),
    ("opportunity", "Opportunities"),
    ("benchmark", "Benchmark files"),
    ("peer", "Medians of peers"),
    ("score", "Scores"),
]

COLUMNS = {
    "person_year": PERSON_YEAR_COLUMNS,
    "period_start": PERIOD_START_COLUMNS,
    "entry": ENTRY_COLUMNS,
    "improvement": IMPROVEMENT_COLUMNS,
    "cost": COST_COLUMNS,
    "contribution": CONTRIBUTION_COLUMNS,
    "answer": ANSWER_COLUMNS,
    "event": EVENT_COLUMNS,
    "mailing": MAILING_COLUMNS,
    "volunteering": VOLUNTEERING_COLUMNS,
    "start": START_COLUMNS,
    "account": ACCOUNT_COLUMNS,
    "gift": GIFT_COLUMNS,
    "follow_up": FOLLOW_UP_COLUMNS,
    "programme": PROGRAMME_COLUMNS,
    "act": ACT_COLUMNS,
    "giving": GIVING_COLUMNS,
    "donor": DONOR_COLUMNS,
    "donor_history": DONOR_HISTORY_COLUMNS,
    "history": HISTORY_COLUMNS,
    "course": COURSE_COLUMNS,
    "target": TARGET_COLUMNS,
    "mentoring_pair": MENTORING_PAIR_COLUMNS,
    "mentoring_request": MENTORING_REQUEST_COLUMNS,
    "mentoring_session": MENTORING_SESSION_COLUMNS,
    "mentor": MENTOR_COLUMNS,
    "opportunity": OPPORTUNITY_COLUMNS,
    "benchmark": BENCHMARK_COLUMNS,
    "peer": PEER_COLUMNS,
    "score": SCORE_COLUMNS,
}
"""What each source can add up."""

COLUMN_BY_CODE = {
    column.code: column for columns in COLUMNS.values() for column in columns
}
"""Codes are unique over all sources: figures are kept by them."""

MODES = ("philanthropic", "volunteer", "experiential", "communication")
CHANNELS = ("email", "phone", "post")
STAGES = ("known", "interested", "participant", "volunteering", "leader")
HISTORY = ("engaged_before", "retained", "newly_engaged", "reactivated")

SPLITS = {
    ("mode", "modes"): {mode: mode for mode in MODES},
    ("mode", "engaged"): {mode: mode for mode in MODES},
    ("mode", "engaged_no_gift"): {mode: f"{mode}_no_gift" for mode in MODES[1:]},
    ("modes_count", "engaged"): {str(n): f"modes_{n}" for n in range(1, 5)},
    **{("mode", name): {m: f"{name}_{m}" for m in MODES} for name in HISTORY},
    ("stage", "journey"): {stage: f"journey_{stage}" for stage in STAGES},
    ("channel", "contactable"): {c: f"contactable_{c}" for c in CHANNELS},
    ("channel", "email_valid"): {"email": "email_valid"},
    ("channel", "email_consented"): {"email": "email_consented"},
    ("channel", "start_contactable"): {c: f"start_contactable_{c}" for c in CHANNELS},
    ("channel", "start_opt_out"): {c: f"start_opt_out_{c}" for c in CHANNELS},
    ("mode", "target_actual"): {mode: f"target_actual_{mode}" for mode in MODES},
    ("mode", "target_expected"): {mode: f"target_expected_{mode}" for mode in MODES},
}
"""Which columns a measure falls into when it is split by mode, number of modes or
channel: (breakdown, column) -> {key: column of the part}."""

# A column that is not one of the person-year's own is written out here, and only
# here: what users choose from is always a fixed list, never SQL.
_EXPRESSIONS = {"multi_mode": SQL("modes_2 + modes_3 + modes_4")}

FILTER_MEMORY = "256MB"
"""For the ids of a million people, whom a filter lets through."""


class AlumniMeasure(models.Model):
    """A counted quantity: one column added up over one source. Indicators are made
    of measures. All measures of a source are computed together, in one pass over
    it, for the total and for every breakdown.

    Sources:

    * person-years: everyone counted once per period, whatever the grouping;
    * start of the period: who was contactable when the period began (ENG-08);
    * entered: a figure that no record of ours holds, such as the degrees that the
      registrar awarded (ENG-02), with who entered it, when and on what evidence;
    * any model that is an ``alumni.measure.source``.

    With a named filter a measure counts only what the filter lets through, and is a
    part of the measure without it: so a university adds measures without code.
    """

    _name = "alumni.measure"
    _description = "Measure"
    _order = "sequence, code"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    source = fields.Selection(
        selection=SOURCES,
        required=True,
        default="person_year",
    )
    column = fields.Selection(
        selection=[(column.code, column.label) for column in COLUMN_BY_CODE.values()],
        string="Adds up",
        required=True,
        help="The quantity that is added up over the source.",
    )
    unit = fields.Selection(
        selection=MEASURE_UNITS,
        compute="_compute_unit",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="What is counted. Only of the same can a percentage be made.",
    )
    description = fields.Text(
        translate=True, help="Who or what is counted, in words an auditor can check."
    )
    filter_id = fields.Many2one(
        comodel_name="alumni.filter",
        string="Only",
        index="btree_not_null",
        ondelete="restrict",
        help="Count only what this named filter lets through. It must be a filter of "
        "the same source.",
    )
    filterable = fields.Boolean(compute="_compute_filterable")
    entry_ids = fields.One2many(
        comodel_name="alumni.measure.entry",
        inverse_name="measure_id",
        string="Entered figures",
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(code)", "A measure with this code exists.")

    @api.depends("column")
    def _compute_unit(self):
        for measure in self:
            column = COLUMN_BY_CODE.get(measure.column)
            measure.unit = column.unit if column else "people"

    @api.depends("source")
    def _compute_filterable(self):
        for measure in self:
            measure.filterable = measure.source in dict(FILTER_SOURCES)

    @api.constrains("source", "filter_id")
    def _check_filter(self):
        for measure in self.filtered("filter_id"):
            if measure.source != measure.filter_id.source:
                raise ValidationError(
                    self.env._(
                        "%(measure)s: “%(filter)s” is a filter of other records. "
                        "Choose a filter of the same source.",
                        measure=measure.name,
                        filter=measure.filter_id.name,
                    )
                )

    def _amount_key(self):
        """Under which name the sums of this measure are kept: its column, or with a
        filter a name of its own."""
        return f"filter:{self.id}" if self.filter_id else self.column

    def _is_additive(self):
        """Whether the parts of a breakdown that counts everyone once add up to the
        total."""
        return all(COLUMN_BY_CODE[measure.column].additive for measure in self)

    def _is_part_of(self, whole):
        """Whether all that this measure counts is counted by another one too. Of
        what is entered by hand nobody can tell; a rate above 100 % is then missing
        and says so."""
        if "entry" in (self.source, whole.source):
            return True
        if whole.filter_id and whole.filter_id != self.filter_id:
            return False
        todo, seen = [self.column], set()
        while todo:
            code = todo.pop()
            if code == whole.column:
                return True
            if code not in seen:
                seen.add(code)
                todo.extend(COLUMN_BY_CODE[code].part_of)
        return False

    @api.constrains("source", "column", "unit")
    def _check_column(self):
        for measure in self:
            column = COLUMN_BY_CODE[measure.column]
            if column not in COLUMNS[measure.source]:
                raise ValidationError(
                    self.env._(
                        "%(measure)s: this source cannot add up “%(column)s”. "
                        "Choose another source or another quantity.",
                        measure=measure.name,
                        column=measure.column,
                    )
                )
            if measure.source != "entry" and measure.unit != column.unit:
                units = dict(self._fields["unit"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "%(measure)s is counted in %(unit)s: only a figure entered "
                        "by hand can have another unit.",
                        measure=measure.name,
                        unit=units[column.unit],
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if {"source", "column", "unit", "filter_id"} & vals.keys():
            self.env["alumni.period"]._mark_values_outdated()
        return result

    def _read_sources(self, period, by_kind=True):
        """Add these measures up for one period: one statement per source.

        :param period: one ``alumni.period``
        :param by_kind: whether people are counted by kind of act as well
        :return: ``{(column, breakdown, key): number}`` where the breakdown is
            ``total`` (key empty), a dimension of the person-year (key: id or value
            as text, or ``none`` where not recorded), or ``kind:<mode>`` (key: kind
            of act); and the set of sources that have something to say: a source
            that is absent from it is unknown, which is not zero.
        """
        period.ensure_one()
        # Acts of this very transaction become person-years before it ends: now.
        self.env.cr.flush()
        if self.filter_id:
            # Whom a filter lets through is then looked up in a table in memory; without
            # it, in a list that is read from the top for every row.
            self.env.cr.execute(SQL("SET LOCAL work_mem = %s", FILTER_MEMORY))
        amounts = {}
        sources = set()
        people = self._read_person_years(period, amounts)
        if people:
            sources.add("person_year")
            if "engaged_no_gift" in self.mapped("column"):
                self._read_no_gift_by_mode(period, amounts)
            if by_kind:
                self._read_kinds(period, amounts)
            if "period_start" in self.mapped("source") and self._read_period_start(
                period, amounts
            ):
                sources.add("period_start")
            self._read_filtered(period, amounts)
        self._read_entries(period, amounts)
        for source in set(self.mapped("source")):
            model = self._source_model(source)
            if model is None or model._measure_people and not people:
                continue
            select = model._measure_select(period)
            if select is not None:
                own = {}
                filtered = self.filtered(
                    lambda m, s=source: m.filter_id and m.source == s
                )
                found = filtered._collect_source(own, model, select, period)
                if found or model._measure_people:
                    sources.add(source)
                    sources.update((column, by) for column, by, _key in own)
                    if model._measure_people:
                        sources.update(
                            (column, by)
                            for column in (
                                *model._measure_columns(),
                                *(measure._amount_key() for measure in filtered),
                            )
                            for by in ("total", *model._measure_dimensions)
                        )
                    amounts |= own
        return amounts, sources

    @api.model
    def _source_model(self, source):
        """The model whose records a source adds up; none for the person-years and
        for what is entered by hand."""
        base = self.env.registry["alumni.measure.source"]
        for name, model in self.env.registry.items():
            if issubclass(model, base) and model._measure_source == source:
                return self.env[name]
        return None

    def _collect_source(self, amounts, model, select, period):
        """Add up the rows of a source for these measures, which have a filter, and
        for those without one. PostgreSQL asks a filter once for each breakdown and
        row, and sorts all rows once for each breakdown as soon as one quantity is a
        median: the rows are then read once, with a mark for each filter, and medians
        are worked out apart.

        :param select: the rows, see ``_measure_select`` of ``model``
        """
        columns = model._measure_columns()
        by = model._measure_dimensions
        medians = {
            name
            for name in columns
            if name in COLUMN_BY_CODE and not COLUMN_BY_CODE[name].additive
        }
        if not (self or medians):
            table = SQL("(%s) source", select)
            return self._collect(amounts, table, columns, SQL("TRUE"), by)
        marks = {
            named: SQL.identifier(f"filter_{named.id}") for named in self.filter_id
        }
        for measure in self:
            columns[measure._amount_key()] = SQL(
                "%s FILTER (WHERE %s)",
                columns[measure.column],
                marks[measure.filter_id],
            )
        self.env.cr.execute(
            SQL(
                "CREATE TEMP TABLE alumni_measure_rows AS SELECT %s FROM (%s) source",
                SQL(", ").join(
                    [
                        SQL("source.*"),
                        *(
                            SQL("%s AS %s", named._condition("source", period), mark)
                            for named, mark in marks.items()
                        ),
                    ]
                ),
                select,
            )
        )
        found = False
        for names in (columns.keys() - medians, medians):
            if names:
                part = {name: columns[name] for name in names}
                table = SQL("alumni_measure_rows source")
                found |= self._collect(amounts, table, part, SQL("TRUE"), by)
        self.env.cr.execute("DROP TABLE alumni_measure_rows")
        return found

    @api.model
    def _filter_model(self, source):
        """The model whose records a filter of this source chooses."""
        if source == "person_year":
            return self.env["alumni.person.year"]
        model = self._source_model(source)
        return self.env[model._measure_records or model._name]

    @api.model
    def _group_by_dimensions(self, table, columns, where, by=None):
        """Add up ``columns`` ({name: SQL aggregate}) of ``table`` in one pass, for
        the total and for each dimension in ``by`` ({breakdown: column}; those of the
        person-years by default); yields (breakdown, key, {name: number})."""
        by = DIMENSIONS if by is None else by
        names = list(by)
        if not by:
            [sums] = self.env.execute_query(
                SQL(
                    "SELECT %s FROM %s WHERE %s",
                    SQL(", ").join(columns.values()),
                    table,
                    where,
                )
            )
            yield "total", "", dict(zip(columns, sums, strict=True))
            return
        dimensions = [SQL.identifier(by[name]) for name in names]
        rows = self.env.execute_query(
            SQL(
                "SELECT GROUPING(%s), %s, %s FROM %s WHERE %s"
                " GROUP BY GROUPING SETS ((), %s)",
                SQL(", ").join(dimensions),
                SQL(", ").join(dimensions),
                SQL(", ").join(columns.values()),
                table,
                where,
                SQL(", ").join(SQL("(%s)", dimension) for dimension in dimensions),
            )
        )
        # GROUPING() is a bit mask in which 0 says that the row is grouped by it.
        whole = 2 ** len(names) - 1
        position = {whole ^ (1 << (len(names) - 1 - i)): i for i in range(len(names))}
        for mask, *row in rows:
            keys, sums = row[: len(names)], row[len(names) :]
            if mask == whole:
                breakdown, key = "total", ""
            else:
                breakdown = names[position[mask]]
                key = keys[position[mask]]
                key = NOT_RECORDED if key in (None, "") else str(key)
            yield breakdown, key, dict(zip(columns, sums, strict=True))

    @api.model
    def _collect(self, amounts, table, columns, where, by=None):
        """Write the sums into ``amounts``; false if the source holds no row."""
        found = False
        for breakdown, key, sums in self._group_by_dimensions(
            table, columns, where, by
        ):
            # A part of the people that everyone has left is no part, though its cells
            # stay in the cube until it is compacted.
            if by is None and breakdown != "total" and not any(sums.values()):
                continue
            for column, amount in sums.items():
                if amount is not None:
                    found = True
                    amounts[column, breakdown, key] = float(amount)
        return found

    def _read_person_years(self, period, amounts):
        wanted = set(self.mapped("column"))
        for (_breakdown, column), parts in SPLITS.items():
            if column in wanted:
                wanted.update(parts.values())
        columns = {
            name: SQL("SUM(%s)", _EXPRESSIONS.get(name) or SQL.identifier(name))
            for name in (column.code for column in PERSON_YEAR_COLUMNS)
            # Whether the period has any figures is known by its people.
            if name in wanted or name == "people"
        }
        return self._collect(
            amounts,
            SQL("alumni_person_year_cube"),
            columns,
            SQL("period_id = %s AND company_id = %s", period.id, period.company_id.id),
        )

    def _read_filtered(self, period, amounts):
        """Measures of the person-years with a filter: what the cube does not keep
        apart is read person by person, all of them in one pass."""
        filtered = self.filtered(lambda m: m.source == "person_year" and m.filter_id)
        if filtered:
            self._collect(
                amounts,
                SQL("alumni_person_year"),
                {
                    measure._amount_key(): SQL(
                        "SUM(%s) FILTER (WHERE %s)",
                        _EXPRESSIONS.get(measure.column)
                        or SQL.identifier(measure.column),
                        measure.filter_id._condition("alumni_person_year", period),
                    )
                    for measure in filtered
                },
                SQL(
                    "period_id = %s AND company_id = %s",
                    period.id,
                    period.company_id.id,
                ),
            )

    @api.model
    def _read_no_gift_by_mode(self, period, amounts):
        # The cube keeps each mode apart; who did one thing and not the other is
        # only known person by person.
        modes = MODES[1:]
        [sums] = self.env.execute_query(
            SQL(
                "SELECT %s FROM alumni_person_year"
                " WHERE period_id = %s AND engaged_no_gift = 1",
                SQL(", ").join(SQL("SUM(%s)", SQL.identifier(mode)) for mode in modes),
                period.id,
            )
        )
        for mode, people in zip(modes, sums, strict=True):
            amounts[f"{mode}_no_gift", "total", ""] = float(people or 0)

    @api.model
    def _read_kinds(self, period, amounts):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT mode, kind, COUNT(DISTINCT partner_id)
                  FROM (
                    SELECT DISTINCT act.mode, act.kind, act.partner_id
                      FROM alumni_engagement act
                      JOIN alumni_person_year person
                        ON person.partner_id = act.partner_id
                       AND person.period_id = act.period_id
                     WHERE act.period_id = %s AND person.contactable = 1
                  ) each_person
                 GROUP BY GROUPING SETS ((mode, kind), (kind))
                """,
                period.id,
            )
        )
        for mode, kind, people in rows:
            column = mode or "engaged"
            amounts[column, "kind", kind] = float(people)

    @api.model
    def _read_period_start(self, period, amounts):
        """Who was contactable when the period began, and who of them opted out in
        it, under the generation, school ... they had then. Somebody who objected
        in the period counts as contactable at its start even if the previous
        period was worked out later, when the objection was known already; hence
        no rate can pass 100 %."""
        previous = period._previous()
        if not previous:
            return False
        dimensions = SQL(", ").join(
            SQL.identifier("start", column) for column in DIMENSIONS.values()
        )
        plain = SQL(", ").join(SQL.identifier(column) for column in DIMENSIONS.values())
        starts = [f"start_contactable_{channel}" for channel in CHANNELS]
        outs = [f"start_opt_out_{channel}" for channel in CHANNELS]
        columns = ["start_contactable", "start_opt_out", *starts, *outs]
        table = SQL(
            """(
            SELECT %(plain)s,
                   contactable AS start_contactable, 0 AS start_opt_out,
                   contactable_email AS start_contactable_email,
                   contactable_phone AS start_contactable_phone,
                   contactable_post AS start_contactable_post,
                   0 AS start_opt_out_email,
                   0 AS start_opt_out_phone,
                   0 AS start_opt_out_post
              FROM alumni_person_year_cube
             WHERE period_id = %(previous)s
             UNION ALL
            SELECT %(dimensions)s,
                   refusal.whole * (1 - start.contactable), refusal.whole,
                   refusal.email * (1 - start.contactable_email),
                   refusal.phone * (1 - start.contactable_phone),
                   refusal.post * (1 - start.contactable_post),
                   refusal.email, refusal.phone, refusal.post
              FROM (
                SELECT partner_id,
                       MAX(whole) AS whole, MAX(email) AS email,
                       MAX(phone) AS phone, MAX(post) AS post
                  FROM (
                    SELECT partner_id, 1 AS whole, 0 AS email, 0 AS phone, 0 AS post
                      FROM alumni_person_year
                     WHERE period_id = %(period)s AND new_opt_out = 1
                     UNION ALL
                    SELECT consent.partner_id, 0,
                           (COALESCE(consent.channel, 'email') = 'email')::int,
                           (COALESCE(consent.channel, 'phone') = 'phone')::int,
                           (COALESCE(consent.channel, 'post') = 'post')::int
                      FROM alumni_consent consent
                      JOIN res_partner partner ON partner.id = consent.partner_id
                     WHERE %(new_refusal)s AND consent.company_id = %(company)s
                       AND consent.date BETWEEN %(date_start)s AND %(date_end)s
                  ) each_refusal
                 GROUP BY partner_id
              ) refusal
              JOIN alumni_person_year start
                ON start.partner_id = refusal.partner_id
               AND start.period_id = %(previous)s AND start.living = 1
            ) period_start""",
            plain=plain,
            dimensions=dimensions,
            previous=previous.id,
            period=period.id,
            new_refusal=self.env["alumni.consent"]._new_refusal(),
            company=period.company_id.id,
            date_start=period.date_start,
            date_end=period.date_end,
        )
        return self._collect(
            amounts,
            table,
            {column: SQL("SUM(%s)", SQL.identifier(column)) for column in columns},
            SQL("TRUE"),
        )

    @api.model
    def _read_entries(self, period, amounts):
        entries = self.env["alumni.measure.entry"].search(
            [("period_id", "=", period.id)]
        )
        for entry in entries:
            key = (f"entry:{entry.measure_id.id}", entry.breakdown, entry.key or "")
            amounts[key] = entry.amount

    def _counter(self, amounts, sources):
        """What this measure amounts to in one place, as a function of column,
        breakdown and key. It gives None when nobody knows."""
        if self.source == "entry":
            entry = f"entry:{self.id}"
            return lambda _column, breakdown, key: amounts.get((entry, breakdown, key))
        if self.source not in sources:
            return lambda *_place: None
        # Nobody adds up to 0, but has no median.
        nobody = 0.0 if self._is_additive() else None
        if self._source_model(self.source) is None:
            return lambda *place: amounts.get(place, nobody)

        def count(column, breakdown, key):
            # Records that do not tell a quantity, or not by this breakdown, leave it
            # unknown.
            if (column, breakdown) in sources:
                return amounts.get((column, breakdown, key), nobody)
            return None

        return count
