"""The indicators, as their definitions say, over the tables of ``people.sql``."""

from pathlib import Path

HERE = Path(__file__).parent

DIMENSIONS = {
    "generation": "generation_id",
    "school": "school_id",
    "degree_level": "degree_level",
    "award_decade": "award_decade",
    "country": "country_id",
    "gender": "gender",
    "audience": "audience_id",
    "rfm": "rfm",
}
MODES = {
    "philanthropic": "ph",
    "volunteer": "vo",
    "experiential": "ex",
    "communication": "co",
}
CHANNELS = {"email": "eml", "phone": "tel", "post": "mail"}
ALL_MODES = "ph::INT + vo::INT + ex::INT + co::INT"

PEOPLE = {
    "ENG-01": ("1", None),
    "ENG-03": ("liv", None),
    "ENG-04": ("con", None),
    "ENG-05": ("con", "liv"),
    "ENG-06": ("lost", "liv"),
    "ENG-07": ("opted_out", "liv"),
    "ENG-09": ("eml", "liv"),
    "ENG-10": ("agreed", "works"),
    "ENG-11": ("duplicate", "1"),
    "ENG-12": ("fresh", "liv"),
    "ENG-13": ("employed", "liv"),
    "ENG-14": ("en", None),
    "ENG-15": ("en", "con"),
    "ENG-16": ("ph", "con"),
    "ENG-17": ("vo", "con"),
    "ENG-18": ("ex", "con"),
    "ENG-19": ("co", "con"),
    "ENG-22": ("en AND modes >= 2", "en"),
    "ENG-23": (ALL_MODES, "en"),
    "ENG-24": ("en AND NOT ph", "en"),
    "ENG-25": ("ph AND (vo OR ex OR co)", "ph"),
    "GIV-02": ("ph", "con"),
}
"""Numerator and denominator, each the number of people of a period."""


def _number(condition):
    return f"sum(({condition})::INT)"


OTHERWISE = "(vo OR ex OR co)"
COURSES = {
    "ENG-26": ("person", _number("{en}"), None),
    "ENG-26 points": ("person", _number("{en}"), _number("con")),
    "ENG-27": (
        "history",
        _number("{en} AND {en}_before"),
        _number("con AND {en}_before"),
    ),
    "ENG-28": ("history", _number("{en} AND NOT en_earlier"), _number("en")),
    "ENG-29": (
        "history",
        _number("{en} AND en_earlier AND NOT en_before"),
        _number("en"),
    ),
    "ENG-30": ("person", _number("en"), _number("con")),
    "ENG-52": ("login", _number("activated"), _number("TRUE")),
    "ENG-53": ("login", _number("active"), _number("TRUE")),
    "ENG-54": ("member", _number("paid"), _number("TRUE")),
    "ENG-55": ("member", _number("paid AND paid_before"), _number("paid_before")),
    "ENG-62": ("start", _number("vo AND vo_now"), _number("vo")),
    "FOL-04": ("course", "median(recency) FILTER (liv)", None),
    "GIV-01": ("donor", "count(*)", None),
    "GIV-05": ("donor_before", _number("again"), "count(*)"),
    "GIV-05 new": ("donor_before", _number("is_new AND again"), _number("is_new")),
    "GIV-05 repeat": (
        "donor_before",
        _number("NOT is_new AND again"),
        _number("NOT is_new"),
    ),
    "GIV-06": ("donor", _number("came_back"), "count(*)"),
    "GIV-07": ("donor", "median(amount) FILTER (amount > 0)", None),
    "GIV-08": ("donor", "sum(amount) FILTER (is_top)", "sum(amount)"),
    "LDR-02": ("course", _number("stage = 'leader'"), None),
    "LDR-03": (
        "course",
        _number("stage = 'leader' AND NOT led"),
        _number("stage = 'leader'"),
    ),
    "LRN-05": (
        "done",
        "count(DISTINCT partner_id) FILTER (kind IN"
        " ('participation_speaker', 'participation_mentor'))",
        None,
    ),
    "PRO-01": ("course", _number("ambassador AND acts > 0"), None),
    "PRO-02": ("course", _number("ambassador AND acts > 0"), _number("ambassador")),
    "ROI-15": (
        "person",
        _number(f"ph AND {OTHERWISE}"),
        _number(f"con AND {OTHERWISE}"),
    ),
    "ROI-15 others": (
        "person",
        _number(f"ph AND NOT {OTHERWISE}"),
        _number(f"con AND NOT {OTHERWISE}"),
    ),
    "ROI-17": ("donor", "median(years_until_first)", None),
    "FOL-05": ("fifth", "count(*)", None),
    "FOL-06": (
        "course",
        "sum(acts_recent) / 2.0",
        "sum(acts_earlier) / 3.0",
    ),
    "FOL-07": ("course", _number("liv AND has_interest"), _number("liv")),
    "FOL-12": ("course", "sum(kept)", "sum(taken)"),
    "FOL-17": (
        "course",
        _number("graduate AND works AND has_account"),
        _number("graduate"),
    ),
    "FOL-18": ("course", _number("dormant"), _number("con")),
}
"""Numerator and denominator, each an aggregate over a table with one row per person and
period; by mode, what is in braces is done in the mode."""

STAGES = ("leader", "volunteering", "participant", "interested", "known")

PREVIOUS = ("ENG-26", "ENG-26 points")
WHOLE = ("ENG-30",)
"""What is set against the figure of the previous period, and against the total."""
KEYS = {
    "total": "''",
    **{
        name: f"coalesce({name}_id::VARCHAR, 'none')"
        for name in (
            *("programme", "generation", "school", "event_kind", "purpose"),
            *("gift_type", "country"),
        )
    },
    "kind": "kind",
    "award_decade": "coalesce(award_decade::VARCHAR, 'none')",
    "officer": "user_id::VARCHAR",
}
"""The part of a breakdown to which a row of a table of acts belongs."""

RATED = "measure = 'satisfaction' AND kind = 'quantitative' AND said IS NOT NULL"


def _promoters(what):
    """NPS: 9 and 10 less 0 to 6, and how many said."""
    said = f"FILTER (measure = 'recommendation' AND recommends = '{what}' AND said %s)"
    return (
        "answer",
        f"count(*) {said % '>= 9'} - count(*) {said % '<= 6'}",
        f"count(*) {said % 'IS NOT NULL'}",
    )


def _ledger(amount, known="cost"):
    """An aggregate over the ledger, unknown where no cost was entered."""
    return "ledger", f"CASE WHEN count({known}) > 0 THEN {amount} END"


def _of(table, condition, what="*"):
    """How many rows of a table, or how many different ``what``, meet a condition."""
    return table, f"count({what}) FILTER ({condition})"


def _known(condition, amount):
    """An amount that is unknown where no row meets a condition."""
    return f"CASE WHEN bool_or({condition}) THEN {amount} END"


def _entry(code):
    """A figure that the office entered."""
    return f"entry WHERE code = '{code}'", "sum(amount)"


def _high(question):
    """Answers 4 and 5 to a question of the bank, and all answers to it."""
    asked = f"asked = '{question}'"
    return _of("opinion", f"{asked} AND said >= 4"), _of("opinion", asked)


VOLUNTEERING = "programme_type IN ('volunteering', 'mentoring', 'ambassadors')"
FC = ("typed_cost", "sum(cost) FILTER (programme_type = 'fundraising')")
TC = _ledger("sum(cost)")
EXPECTED = _of("funnel", "registered AND NOT cancelled AND is_over")
GIVEN = "sum(money) + sum(in_kind) + sum(volunteering) + sum(beside)"
ACTIONS = {
    "ENG-33": (_of("funnel", "invited", "DISTINCT partner_id"), None),
    "ENG-34 delivered": (
        _of("funnel", "answered AND invited"),
        _of("funnel", "delivered"),
    ),
    "ENG-34 invited": (
        _of("funnel", "answered AND invited"),
        _of("funnel", "invited"),
    ),
    "ENG-35 delivered": (
        _of("funnel", "accepted AND invited"),
        _of("funnel", "delivered"),
    ),
    "ENG-35 answers": (
        _of("funnel", "accepted AND invited"),
        _of("funnel", "answered AND invited"),
    ),
    "ENG-36": (_of("funnel", "delivered AND registered"), _of("funnel", "delivered")),
    "ENG-37": (
        _of("funnel", "registered AND NOT cancelled AND is_over AND came"),
        EXPECTED,
    ),
    "ENG-38": (
        _of("funnel", "registered AND NOT cancelled AND is_over AND NOT came"),
        EXPECTED,
    ),
    "ENG-39": (
        _of("funnel", "registered AND cancelled"),
        _of("funnel", "registered"),
    ),
    "ENG-40": (_of("funnel", "walk_in"), _of("funnel", "came")),
    "ENG-41": (_of("funnel", "invited AND came"), _of("funnel", "invited")),
    "ENG-42": (
        _of("attendance", "day = first_day", "DISTINCT partner_id"),
        _of("attendance", "TRUE", "DISTINCT partner_id"),
    ),
    "ENG-43": (
        _of("attendance", "TRUE"),
        _of("attendance", "TRUE", "DISTINCT partner_id"),
    ),
    "ENG-59": (
        ("suggestion", "count(*) FILTER (state = 'done')"),
        ("suggestion", "count(*)"),
    ),
    "ENG-45": (_of("mail", "NOT came_back"), _of("mail", "TRUE")),
    "ENG-46": (_of("mail", "came_back"), _of("mail", "TRUE")),
    "ENG-47": (
        ("mail", _known("click_counts", "count(*) FILTER (clicked)")),
        _of("mail", "NOT came_back"),
    ),
    "ENG-48": (_of("mail", "opened"), _of("mail", "NOT came_back")),
    "ENG-49": (_of("unsubscription", "TRUE"), _of("mail", "NOT came_back")),
    "ENG-50": (("pressure", "sum(1.0 / months)"), ("person", "sum(con::INT)")),
    "ENG-44": (("seats", "sum(used)"), ("seats", "sum(seats)")),
    "FOL-08": (_of("aimed", "fits"), _of("aimed", "TRUE")),
    "FOL-10": (_of("follow_up", "on_time"), _of("follow_up", "TRUE")),
    "FOL-19": (
        _of("answer", "measure = 'expectation' AND answered", "DISTINCT partner_id"),
        _of("answer", "TRUE", "DISTINCT partner_id"),
    ),
    "GIV-02 record": (("donor", "count(*)"), ("person", "count(*)")),
    "GIV-03": (("money", "sum(received)"), None),
    "GIV-04": (("money", "sum(committed)"), None),
    "LDR-01": (
        (
            "done",
            "count(DISTINCT partner_id) FILTER (kind IN"
            " ('participation_governance', 'participation_jury'))",
        ),
        _entry("seats_all"),
    ),
    "LRN-02": (("learning", "sum(hours)"), None),
    "LRN-04": _high("What I learned is useful to me in my work or my studies."),
    "LRN-06": (("student", "count(DISTINCT partner_id)"), _entry("students")),
    "NET-01": (_of("pair", "met"), _of("pair", "TRUE")),
    "NET-02": (_of("request", "matched"), _of("request", "TRUE")),
    "NET-03": (_of("session", "held"), _of("session", "TRUE")),
    "NET-04": (
        _of("mentor", "used", "DISTINCT partner_id"),
        _of("mentor", "TRUE", "DISTINCT partner_id"),
    ),
    "NET-05": (("posted", "count(*)"), None),
    "NET-09": _high("The alumni network is useful to me."),
    "PRO-05": (_of("fair", "staffed"), _of("fair", "TRUE")),
    "ROI-04": (FC, ("donor", "count(*)")),
    "ROI-04 total": (TC, ("donor", "count(*)")),
    "BMK-06": (("peer", "sum(institution_count)"), ("peer", "count(*)")),
    "BMK-08": (("file", "sum(hidden_count)"), ("file", "sum(cell_count)")),
    "CST-02": (_entry("fte"), None),
    "CST-09": (_entry("promotion_cost"), _of("funnel", "registered")),
    "CST-11": (
        _entry("search_cost"),
        ("start", _number("liv AND NOT con AND con_now")),
    ),
    "CST-12": (("person", _number("con")), _entry("fte")),
    "CST-13": (("person", _number("en")), _entry("fte")),
    "CST-14": (_entry("fte"), ("person", _number("con"))),
    "CST-15": (_entry("earned_revenue"), TC),
    "CST-16": (("budget", "sum(spent - budget)"), ("budget", "sum(budget)")),
    "CST-17": (TC, _entry("operating_budget")),
    "CST-18": (_entry("platform_cost"), ("login", _number("active"))),
    "GIV-09": (_entry("legacies"), None),
    "GIV-10": (_entry("apprenticeship_tax"), None),
    "NET-06": (_entry("hired_by_network"), _entry("respondents_employed")),
    "PRO-03": (_entry("applicants_referred"), None),
    "PRO-04": (_entry("referred_enrolled"), _entry("applicants_referred")),
    "PRO-06": (_entry("testimonials"), None),
    "PRO-07": (_entry("advocacy"), None),
    "ROI-05": (_entry("acquisition_cost"), _of("first_gift", "TRUE")),
    "ROI-03": (
        ("fundraising", _known("cost IS NOT NULL", "sum(money) - sum(cost)")),
        FC,
    ),
    "ENG-60": (("volunteering", "sum(hours)"), None),
    "ENG-61": (
        ("volunteering", "sum(hours) FILTER (con)"),
        ("person", "sum(vo::INT)"),
    ),
    "FOL-14": (
        ("thank", _known("thanked", "count(*) FILTER (is_due AND in_time)")),
        _of("thank", "is_due"),
    ),
    "ROI-09": (("volunteering", "sum(posts)"), None),
    "CST-01": (TC, None),
    "CST-03": (("cost", "sum(labour)"), ("cost", "sum(cost)")),
    "CST-10": (
        ("typed_cost", f"sum(cost) FILTER ({VOLUNTEERING})"),
        ("volunteering", f"sum(hours) FILTER ({VOLUNTEERING})"),
    ),
    "ROI-01": (FC, ("contribution", "sum(money)")),
    "ROI-02": (("contribution", "sum(money)"), FC),
    "CST-04": (TC, ("person", "sum(con::INT)")),
    "CST-05": (TC, ("person", "sum(en::INT)")),
    "CST-06": (TC, _ledger("count(DISTINCT participant)")),
    "CST-07": (
        _ledger("sum(cost) - sum(paid_by_others)"),
        _ledger("count(participant)"),
    ),
    "CST-08": (_ledger("sum(no_show)"), None),
    "ROI-08": (("ledger", "sum(volunteering) + sum(beside)"), None),
    "ROI-10": (("ledger", "sum(in_kind)"), None),
    "ROI-11": (("ledger", GIVEN), None),
    "ROI-12": (_ledger("sum(money) - sum(cost)"), TC),
    "ROI-13": (_ledger(f"{GIVEN} - sum(cost)"), TC),
    "ROI-14": (
        _ledger("sum(after_event) - sum(event_cost)", "event_cost"),
        _ledger("sum(event_cost)", "event_cost"),
    ),
    "ROI-16": (("person", "sum(en::INT)"), _ledger("sum(cost) / 1000")),
    "ENG-51": (
        ("answer", "count(DISTINCT input_id) FILTER (answered)"),
        ("answer", "count(DISTINCT input_id)"),
    ),
    "ENG-56": (
        ("answer", f"sum(said) FILTER ({RATED})"),
        ("answer", f"count(*) FILTER ({RATED})"),
    ),
    "ENG-57": (
        ("answer", _promoters("event")[1]),
        ("answer", _promoters("event")[2]),
    ),
    "ENG-58": (("expectation", "sum(gap)"), ("expectation", "count(*)")),
    "PRO-08": (
        ("answer", _promoters("institution")[1]),
        ("answer", _promoters("institution")[2]),
    ),
}
"""Numerator and denominator, each an aggregate over a table of its own, in total, by
programme and by the generation that the person had in the period."""


FILES = (
    *("people", "costs", "answers", "events", "mailings", "history", "offers"),
    *("giving", "programmes", "score"),
)


def _split_name(name):
    """Code and variant of an indicator."""
    code, _space, variant = name.partition(" ")
    return code, variant


def amount(unit, above, below, reference):
    """What an indicator says, from what it counts (docs/indicators.md, "Units"). None
    where there is nothing to say."""
    if above is None or below == 0:
        return None
    if unit in ("change", "index") or reference is not None:
        rate = above if below is None else 100 * above / below
        if reference is None or (reference == 0 and unit != "points"):
            return None
        return {
            "points": rate - reference,
            "change": 100 * (rate - reference) / (reference or 1),
            "index": 100 * rate / (reference or 1),
            "ratio": rate / (reference or 1),
        }[unit]
    if below is None or unit in COUNTED:
        return above
    return FACTORS.get(unit, 1) * above / below


COUNTED = ("people", "items", "amount", "hours", "days", "years", "fte")
FACTORS = {
    **dict.fromkeys(("percent", "points", "return", "target"), 100),
    "per_10k": 10_000,
}

SCORES = {
    ("FOL-01", ""): ("sum(score)", "count(score)"),
    **{
        ("FOL-02", f"tier {tier}"): (f"count(*) FILTER (tier = {tier})", "count(tier)")
        for tier in range(5)
    },
    ("FOL-03", ""): ("sum(momentum)", "count(momentum)"),
    ("FOL-15", ""): (
        "count(*) FILTER (ambassador)",
        "count(score) * any_value(cut)",
    ),
}
"""By code and variant: numerator and denominator over the living of a period."""


class Recount:
    """The figures of a university, from copies of its raw tables.

    ``rows`` holds them as ``{(period id, code, variant, breakdown, key, series):
    (numerator, denominator)}``; a denominator is None where there is none. Under the
    same places ``references`` holds what a figure is set against.
    """

    def __init__(self, memory, now):
        self.memory = memory
        self.rows = {}
        self.references = {}
        memory.execute("SET VARIABLE today = ?::DATE", [now.date()])
        memory.execute("SET VARIABLE now = ?::TIMESTAMP", [now])
        for file in FILES:
            memory.execute((HERE / f"{file}.sql").read_text(encoding="utf-8"))
        for code, (numerator, denominator) in PEOPLE.items():
            self._people(code, numerator, denominator)
        for name, figure in COURSES.items():
            self._courses(name, *figure)
        for stage in STAGES:
            self._people(
                *("FOL-16", f"stage = '{stage}'", "con"),
                series=("stage", stage),
                table="course",
            )
        for mode, column in MODES.items():
            self._people("ENG-31", column, "con", series=("mode", mode))
        for code, figures in ACTIONS.items():
            self._actions(code, *figures)
        for name in PREVIOUS:
            self._set_against_previous(*_split_name(name))
        for name in WHOLE:
            self._set_against_whole(*_split_name(name))
        self._targets()
        self._learners()
        self._leaders()
        for place in [place for place in self.rows if place[1:3] == ("ROI-15", "")]:
            others = (*place[:2], "others", *place[3:])
            self.references[place] = self._rate(others)
        self._objections()
        self._entered()
        self._shares_of_modes()
        self._numbers_of_modes()
        self._scores()

    def _query(self, statement, parameters=()):
        return self.memory.execute(statement, parameters).fetchall()

    def _add(self, period, code, variant, breakdown, key, series, *amounts):
        numerator, denominator = (
            None if amount is None else float(amount) for amount in amounts
        )
        place = (period, code, variant, breakdown, key, series)
        self.rows[place] = (numerator, denominator)

    def breakdowns(self, code, variant=""):
        """What the indicator is split by, as its record says."""
        rows = self._query(
            """
            SELECT breakdown.code FROM breakdown_of link
              JOIN alumni_breakdown breakdown ON breakdown.id = link.breakdown_id
              JOIN alumni_indicator indicator ON indicator.id = link.indicator_id
             WHERE indicator.code = ? AND coalesce(indicator.variant, '') = ?
            """,
            [code, variant],
        )
        return [row[0] for row in rows]

    def places(self, code, variant=""):
        """The total and the parts of the people: (breakdown, SQL of its key)."""
        yield "total", "''"
        for breakdown in self.breakdowns(code, variant):
            if breakdown in DIMENSIONS:
                column = DIMENSIONS[breakdown]
                yield breakdown, f"coalesce(nullif({column}::VARCHAR, ''), 'none')"

    def _people(
        self, code, numerator, denominator, variant="", series="", table="person"
    ):
        below = f"sum(({denominator})::INT)" if denominator else "NULL"
        for breakdown, key in self.places(code, variant):
            for period, part, above, under in self._query(
                f"SELECT period_id, {key} AS part, sum(({numerator})::INT), {below}"
                f" FROM {table} GROUP BY ALL"
            ):
                place = (breakdown, part)
                if series and breakdown == "total":
                    place = self.SERIES[series[0]], series[1]
                self._add(
                    period, code, variant, *place, series and series[1], above, under
                )
        self._split(code, numerator, denominator, variant)

    SERIES = {"mode": "mode", "count": "modes_count", "stage": "stage"}

    def _courses(self, name, table, above, below):
        code, variant = _split_name(name)
        whole = {"en": "en"}
        places = [(*place, whole) for place in self.places(code, variant)]
        if "mode" in self.breakdowns(code, variant):
            places += [
                ("mode", f"'{mode}'", {"en": column}) for mode, column in MODES.items()
            ]
        for breakdown, key, did in places:
            for row in self._query(
                f"SELECT period_id, {key} AS part, {above.format(**did)},"
                f" {(below or 'NULL').format(**did)} FROM {table} GROUP BY ALL"
            ):
                period, part, *amounts = row
                if below is None or amounts[1] is not None:
                    self._add(period, code, variant, breakdown, part, "", *amounts)

    def _rate(self, place):
        """A count, or a rate in percent; None where it is unknown."""
        numerator, denominator = self.rows.get(place, (None, None))
        if denominator is None or numerator is None:
            return numerator
        return 100 * numerator / denominator if denominator else None

    def _set_against_previous(self, code, variant):
        before = dict(self._query("SELECT period_id, before_id FROM previous"))
        for place in [place for place in self.rows if place[1:3] == (code, variant)]:
            self.references[place] = self._rate((before.get(place[0]), *place[1:]))

    def _set_against_whole(self, code, variant):
        for place in [place for place in self.rows if place[1:3] == (code, variant)]:
            self.references[place] = self._rate((*place[:3], "total", "", place[5]))

    def _targets(self):
        """ENG-32: the engaged against the target on them, in total and by school, and
        the rate of each mode against the target on it."""
        codes = dict(zip(MODES, ("ENG-16", "ENG-17", "ENG-18", "ENG-19"), strict=True))
        places = [
            ("ENG-14", "total", "''", "total", "''", _number("en")),
            ("ENG-14", "school", "school_id::VARCHAR", "school", "target.key")
            + (_number("en"),),
            *(
                (codes[mode], "total", "''", "mode", f"'{mode}'")
                + (f"100.0 * {_number(column)} / {_number('con')}",)
                for mode, column in MODES.items()
            ),
        ]
        for code, breakdown, part, place, key, actual in places:
            for row in self._query(
                f"""
                SELECT target.period_id, {key}, found.actual, target.expected
                  FROM alumni_target target
                  JOIN alumni_indicator indicator ON indicator.id = target.indicator_id
                  JOIN (SELECT period_id, {part} AS part, {actual} AS actual
                          FROM person GROUP BY ALL) found
                    ON found.period_id = target.period_id
                   AND found.part = coalesce(target.key, '')
                 WHERE indicator.code = ? AND target.breakdown = ?
                """,
                [code, breakdown],
            ):
                period, part_key, *amounts = row
                self._add(period, "ENG-32", "", place, part_key, "", *amounts)

    def _split(self, code, numerator, denominator, variant):
        """Parts that are no dimension of a person: mode, channel, kind of act."""
        breakdowns = self.breakdowns(code, variant)
        if "kind" in breakdowns:
            of_mode = "" if numerator == "en" else "AND act.mode = ?"
            mode = {short: mode for mode, short in MODES.items()}.get(numerator)
            totals = dict(
                self._query(
                    f"SELECT period_id, sum(({denominator or 'NULL'})::INT)"
                    " FROM person GROUP BY ALL"
                )
            )
            for period, kind, people in self._query(
                f"""
                SELECT act.period_id, act.kind, count(DISTINCT act.partner_id)
                  FROM act JOIN person ON person.period_id = act.period_id
                   AND person.partner_id = act.partner_id
                 WHERE person.con {of_mode} GROUP BY ALL
                """,
                [mode] if of_mode else [],
            ):
                self._add(
                    period, code, variant, "kind", kind, "", people, totals[period]
                )
        if "channel" in breakdowns and code == "ENG-04":
            for channel, column in CHANNELS.items():
                for period, people in self._query(
                    f"SELECT period_id, sum({column}::INT) FROM person GROUP BY ALL"
                ):
                    self._add(
                        period, code, variant, "channel", channel, "", people, None
                    )
        if "channel" in breakdowns and code == "ENG-10":
            for period, above, under in self._query(
                "SELECT period_id, sum(agreed::INT), sum(works::INT)"
                " FROM person GROUP BY ALL"
            ):
                self._add(period, code, variant, "channel", "email", "", above, under)
        if "modes_count" in breakdowns and code == "ENG-15":
            for number in range(1, 5):
                for period, above, under in self._query(
                    f"SELECT period_id, sum((en AND modes = {number})::INT),"
                    " sum(con::INT) FROM person GROUP BY ALL"
                ):
                    self._add(
                        *(period, code, variant, "modes_count", str(number), ""),
                        *(above, under),
                    )
        if "mode" in breakdowns and code in ("ENG-15", "ENG-24"):
            for mode, column in MODES.items():
                if code == "ENG-24" and mode == "philanthropic":
                    continue
                condition = (
                    column if code == "ENG-15" else f"en AND NOT ph AND {column}"
                )
                for period, above, under in self._query(
                    f"SELECT period_id, sum(({condition})::INT),"
                    f" sum(({denominator})::INT) FROM person GROUP BY ALL"
                ):
                    self._add(period, code, variant, "mode", mode, "", above, under)

    def _actions(self, name, above, below):
        """An indicator of what was done rather than of people; its variant stands
        behind its code."""
        code, variant = _split_name(name)
        sums = {}
        for breakdown in ["total", *self.breakdowns(code, variant)]:
            for side, figure in enumerate((above, below)):
                if figure is None or breakdown not in KEYS:
                    continue
                table, aggregate = figure
                key = KEYS[breakdown]
                if table.startswith("entry "):
                    table += f" AND breakdown = '{breakdown}'"
                    key = "key"
                for period, part, amount in self._query(
                    f"SELECT period_id, {key} AS part, {aggregate}"
                    f" FROM {table} GROUP BY ALL"
                ):
                    place = (period, code, variant, breakdown, part, "")
                    sums.setdefault(place, [None, None])[side] = amount
        for place, amounts in sums.items():
            # Where there is nothing to compare with, nothing is said.
            if below is None or amounts[1] is not None:
                self._add(*place, *amounts)

    def _learners(self):
        """LRN-01: the contactable who learned, of the contactable, in total, by what
        they were, and by kind of act."""
        for breakdown, key in [*self.places("LRN-01"), ("kind", "kind")]:
            learned = (
                f"SELECT period_id, {key} AS part, count(DISTINCT partner_id) AS people"
                " FROM done WHERE programme_type = 'lifelong_learning' GROUP BY ALL"
            )
            below = "''" if breakdown == "kind" else key
            same = "TRUE" if breakdown == "kind" else "learned.part = everyone.part"
            for row in self._query(
                f"""
                SELECT everyone.period_id,
                       {"learned.part" if breakdown == "kind" else "everyone.part"},
                       coalesce(learned.people, 0), everyone.people
                  FROM (SELECT period_id, {below} AS part, sum(con::INT) AS people
                          FROM person GROUP BY ALL) everyone
                  LEFT JOIN ({learned}) learned
                    ON learned.period_id = everyone.period_id
                   AND {same}
                """
            ):
                period, part, *amounts = row
                if part is not None:
                    self._add(period, "LRN-01", "", breakdown, part, "", *amounts)

    def _leaders(self):
        """LDR-05: the share of a part among the leaders, against its share among the
        contactable, which is the variant."""
        counts = {"": _number("stage = 'leader'"), "contactable": _number("con")}
        for variant, count in counts.items():
            whole = dict(
                self._query(f"SELECT period_id, {count} FROM course GROUP BY ALL")
            )
            for breakdown, key in self.places("LDR-05", variant):
                for period, part, people in self._query(
                    f"SELECT period_id, {key} AS part, {count} FROM course GROUP BY ALL"
                ):
                    place = (period, "LDR-05", variant, breakdown, part, "")
                    self._add(*place, people, whole[period])
        for place in [place for place in self.rows if place[1:3] == ("LDR-05", "")]:
            other = (*place[:2], "contactable", *place[3:])
            self.references[place] = self._rate(other)

    def _objections(self):
        """ENG-08: who objected in the period, of those who could be contacted when it
        began, in total, by what they were then, and by channel."""
        for breakdown, key in self.places("ENG-08"):
            for period, part, above, under in self._query(
                f"SELECT period_id, {key} AS part, sum(objected::INT), sum(con::INT)"
                " FROM objection GROUP BY ALL"
            ):
                self._add(period, "ENG-08", "", breakdown, part, "", above, under)
        for channel, column in CHANNELS.items():
            for period, above, under in self._query(
                f"SELECT period_id, sum(objected_{column}::INT), sum({column}::INT)"
                " FROM objection GROUP BY ALL"
            ):
                self._add(period, "ENG-08", "", "channel", channel, "", above, under)

    def _entered(self):
        """ENG-02: alumni of record out of the degrees that the registrar awarded, for
        what the registrar told."""
        entries = {
            (period, breakdown, key or ""): amount
            for period, breakdown, key, amount in self._query(
                """
                SELECT entry.period_id, entry.breakdown, entry.key, entry.amount
                  FROM alumni_measure_entry entry
                  JOIN alumni_measure measure ON measure.id = entry.measure_id
                 WHERE measure.code = 'diplomas'
                """
            )
        }
        for breakdown, key in self.places("ENG-02"):
            for period, part, people in self._query(
                f"SELECT period_id, {key} AS part, count(*) FROM person GROUP BY ALL"
            ):
                awarded = entries.get((period, breakdown, part))
                if awarded is not None:
                    place = (period, "ENG-02", "", breakdown, part, "")
                    self._add(*place, people, awarded)

    def _shares_of_modes(self):
        for mode, column in MODES.items():
            for variant, below in (("modes", ALL_MODES), ("engaged", "en")):
                self._people("ENG-20", column, below, variant, ("mode", mode))

    def _numbers_of_modes(self):
        for number in range(1, 5):
            self._people(
                "ENG-21", f"en AND modes = {number}", "en", "", ("count", str(number))
            )

    def _scores(self):
        """FOL-01 to FOL-03 and FOL-15, of the living."""
        for (code, variant), (above, below) in SCORES.items():
            for breakdown, key in self.places(code, variant):
                for period, part, *amounts in self._query(
                    f"SELECT period_id, {key} AS part, {above}, {below}"
                    " FROM scored GROUP BY ALL"
                ):
                    self._add(period, code, variant, breakdown, part, "", *amounts)
