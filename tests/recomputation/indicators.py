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
}
"""Numerator and denominator, each added up over the people of a period."""

MEMBERS = {
    "ENG-54": ("paid", "1"),
    "ENG-55": ("paid AND paid_before", "paid_before"),
}
"""The same, over those who are living, with the dues that they paid."""
KEYS = {
    "total": "''",
    **{
        name: f"coalesce({name}_id::VARCHAR, 'none')"
        for name in (
            *("programme", "generation", "school", "event_kind", "purpose"),
            "gift_type",
        )
    },
    "kind": "kind",
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


class Recount:
    """The figures of a university, from copies of its raw tables.

    ``rows`` holds them as ``{(period id, code, variant, breakdown, key, series):
    (numerator, denominator)}``; a denominator is None where there is none.
    """

    def __init__(self, memory, now):
        self.memory = memory
        self.rows = {}
        memory.execute("SET VARIABLE today = ?::DATE", [now.date()])
        memory.execute("SET VARIABLE now = ?::TIMESTAMP", [now])
        for file in ("people", "costs", "answers", "events", "mailings"):
            memory.execute((HERE / f"{file}.sql").read_text(encoding="utf-8"))
        for code, (numerator, denominator) in PEOPLE.items():
            self._people(code, numerator, denominator)
        for code, (numerator, denominator) in MEMBERS.items():
            self._people(code, numerator, denominator, table="member")
        for code, figures in ACTIONS.items():
            self._actions(code, *figures)
        self._objections()
        self._entered()
        self._shares_of_modes()
        self._numbers_of_modes()

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

    SERIES = {"mode": "mode", "count": "modes_count"}

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
        code, _space, variant = name.partition(" ")
        sums = {}
        for breakdown in ["total", *self.breakdowns(code, variant)]:
            for side, figure in enumerate((above, below)):
                if figure is None or breakdown not in KEYS:
                    continue
                table, aggregate = figure
                for period, part, amount in self._query(
                    f"SELECT period_id, {KEYS[breakdown]} AS part, {aggregate}"
                    f" FROM {table} GROUP BY ALL"
                ):
                    place = (period, code, variant, breakdown, part, "")
                    sums.setdefault(place, [None, None])[side] = amount
        for place, amounts in sums.items():
            self._add(*place, *amounts)

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
                self._add(
                    *(period, "ENG-02", "", breakdown, part, ""),
                    *(people, entries.get((period, breakdown, part))),
                )

    def _shares_of_modes(self):
        for mode, column in MODES.items():
            for variant, below in (("modes", ALL_MODES), ("engaged", "en")):
                self._people("ENG-20", column, below, variant, ("mode", mode))

    def _numbers_of_modes(self):
        for number in range(1, 5):
            self._people(
                "ENG-21", f"en AND modes = {number}", "en", "", ("count", str(number))
            )
