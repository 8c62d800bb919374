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


class Recount:
    """The figures of a university, from copies of its raw tables.

    ``rows`` holds them as ``{(period id, code, variant, breakdown, key, series):
    (numerator, denominator)}``; a denominator is None where there is none.
    """

    def __init__(self, memory, today):
        self.memory = memory
        self.rows = {}
        memory.execute("SET VARIABLE today = ?::DATE", [today])
        memory.execute((HERE / "people.sql").read_text(encoding="utf-8"))
        for code, (numerator, denominator) in PEOPLE.items():
            self._people(code, numerator, denominator)
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

    def _people(self, code, numerator, denominator, variant="", series=""):
        below = f"sum(({denominator})::INT)" if denominator else "NULL"
        for breakdown, key in self.places(code, variant):
            for period, part, above, under in self._query(
                f"SELECT period_id, {key} AS part, sum(({numerator})::INT), {below}"
                " FROM person GROUP BY ALL"
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

    def _shares_of_modes(self):
        for mode, column in MODES.items():
            for variant, below in (("modes", ALL_MODES), ("engaged", "en")):
                self._people("ENG-20", column, below, variant, ("mode", mode))

    def _numbers_of_modes(self):
        for number in range(1, 5):
            self._people(
                "ENG-21", f"en AND modes = {number}", "en", "", ("count", str(number))
            )
