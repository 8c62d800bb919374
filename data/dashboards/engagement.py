"""The dashboard of alumni engagement: everyone's first look at a period."""

from .sheet import (
    BLUE,
    DARK,
    FEWEST,
    MODES,
    RATE_NOTE,
    Dashboard,
    Data,
    chart,
    figure,
    pivot,
    scorecard,
)

MODEL = "alumni.person.year"
YEARS, GROUPS, COUNTRIES = 8, 12, 40
PEOPLE_MEASURES = ("people", "living", "contactable", "engaged")
MEASURES = (
    *PEOPLE_MEASURES,
    *(code for code, _label, _colour in MODES),
    *(f"modes_{number}" for number in range(1, 5)),
    "hours",
    "amount",
)
PIVOTS = {
    # id: name, rows, whether the period filter applies, measures
    "1": ("Period", None, True, MEASURES),
    "2": ("Trend", None, False, MEASURES),
    "3": ("Generations", "generation_id", True, PEOPLE_MEASURES),
    "4": ("Schools", "school_id", True, PEOPLE_MEASURES),
    "5": ("Countries", "country_id", True, PEOPLE_MEASURES),
}
SAMPLE = {
    "periods": [f"{year}-{year + 1}" for year in range(2018, 2026)],
    "contactable": [8010, 8120, 8240, 8330, 8460, 8580, 8700, 8960],
    "rates": [0.11, 0.12, 0.12, 0.09, 0.13, 0.15, 0.16, 0.18],
    "modes": (540, 620, 830, 289),
    "by_number": (1101, 380, 110, 22),
    "generation_id": [
        ("1", 900, 110),
        ("2", 1700, 270),
        ("3", 2400, 440),
        ("4", 2700, 560),
        ("5", 1260, 233),
    ],
    "school_id": [
        ("A", 4300, 830),
        ("B", 2100, 330),
        ("C", 1700, 350),
        ("D", 860, 103),
    ],
    "country_id": [
        ("France", 8040, 1500),
        ("Belgium", 420, 52),
        ("Canada", 300, 41),
        ("Spain", 160, 15),
    ],
}
"""Invented figures that fit each other: the parts add up to the whole."""


class EngagementData(Data):
    """The hidden sheet of this dashboard."""

    def fill(self):
        self.choose_period(SAMPLE["periods"])
        self.current()
        self.trend()
        self.modes()
        self.groups("3", "generation_id", SAMPLE["generation_id"], "K", GROUPS)
        self.groups("4", "school_id", SAMPLE["school_id"], "P", GROUPS)
        self.groups("5", "country_id", SAMPLE["country_id"], "U", COUNTRIES)

    def current(self):
        """A3:C12, the figures of the period and of the one before."""
        put, sample = self.put, SAMPLE
        contactable = sample["contactable"][-1], sample["contactable"][-2]
        rates = sample["rates"][-1], sample["rates"][-2]
        values = {
            "people": (12000, 11400),
            "living": (11600, 11050),
            "contactable": contactable,
            "engaged": [round(n * r) for n, r in zip(contactable, rates, strict=True)],
            "amount": (184500, 162300),
            "hours": (5240, 4810),
        }
        labels = (
            ("people", "Alumni of record", "{}", "#,##0"),
            ("living", "Living alumni", "{}", "#,##0"),
            ("contactable", "Contactable alumni", "{}", "#,##0"),
            ("engaged", "Engaged alumni", "{}", "#,##0"),
            # the value brings its currency; a large one would not fit to the cent
            (
                "amount",
                "Gifts of money",
                "IF({0}<1000000,{0},FORMAT.LARGE.NUMBER({0}))",
                None,
            ),
            ("hours", "Hours given", "{}", "#,##0"),
        )
        for row, (measure, label, shape, number_format) in enumerate(labels, 3):
            put(f"A{row}", f'=_t("{label}")')
            for column, number, place, shown in (
                ("B", 1, "$C$1", values[measure][0]),
                ("C", 2, "$B$2", values[measure][1]),
            ):
                value = f'PIVOT.VALUE({number},"{measure}:sum","#period_id",{place})'
                # A place that there is not gives an amount of nothing, not nothing.
                value = f'IF({place}="","",{shape.format(value)})'
                put(
                    f"{column}{row}",
                    f'=IFERROR({value},"")',
                    shown,
                    number_format or (self.sample and "#,##0"),
                )
        put("A9", '=_t("Engagement rate")')
        for column in "BC":
            put(
                f"{column}9",
                f'=IFERROR(IF({column}5<{FEWEST},"",{column}6/{column}5),"")',
                number_format="0.0%",
            )
        # what a figure says about itself: which period, how many people
        put("A11", '=_t("Period and people")')
        put(
            "B11",
            '=B1&IF(OR(B1="",B2<>""),""," · "&_t("under way"))'
            '&", n = "&TEXT(B5,"#,##0")',
        )

    def trend(self):
        """A20:I28 newest first as the pivot has it, A30:F38 oldest first as a chart
        wants it; complete periods only, since one that runs would look like a fall."""
        put = self.put
        measures = ("contactable", "engaged", *(code for code, _l, _c in MODES))
        for place in range(1, YEARS + 1):
            row = 20 + place
            put(
                f"A{row}",
                f'=IFERROR(PIVOT.HEADER(2,"#period_id",{place}),"")',
                SAMPLE["periods"][-place],
            )
            contactable = SAMPLE["contactable"][-place]
            engaged = round(contactable * SAMPLE["rates"][-place])
            whole = round(SAMPLE["contactable"][-1] * SAMPLE["rates"][-1])
            people = (
                contactable,
                engaged,
                *(round(engaged * mode / whole) for mode in SAMPLE["modes"]),
            )
            for column, measure, count in zip("BCDEFG", measures, people, strict=True):
                put(
                    f"{column}{row}",
                    f'=IFERROR(PIVOT.VALUE(2,"{measure}:sum","#period_id",{place}),"")',
                    count,
                )
        put("B30", '=_t("Engaged in any way")')
        for column, (_code, label, _colour) in zip("CDEF", MODES, strict=True):
            put(f"{column}30", f'=_t("{label}")')
        for place in range(1, YEARS + 1):
            source, row = 21 + YEARS - place, 30 + place
            put(
                f"A{row}",
                f'=IF(A{source}="","",A{source}&" · "&TEXT(B{source},"#,##0"))',
            )
            for target, column in zip("BCDEF", "CDEFG", strict=True):
                put(
                    f"{target}{row}",
                    f'=IFERROR(IF(B{source}<{FEWEST},"",{column}{source}/B{source}),"")',
                    number_format="0.0%",
                )

    def modes(self):
        """A40:B44 people in each mode, A46:B50 people by how many modes."""
        put = self.put
        put("B40", "=B11")
        put("B46", "=B11")
        for row, (code, label, _colour) in enumerate(MODES, 41):
            put(f"A{row}", f'=_t("{label}")')
            put(
                f"B{row}",
                f'=IFERROR(PIVOT.VALUE(1,"{code}:sum","#period_id",$C$1),"")',
                SAMPLE["modes"][row - 41],
            )
        labels = ("One mode", "Two modes", "Three modes", "Four modes")
        for number, label in enumerate(labels, 1):
            put(f"A{46 + number}", f'=_t("{label}")')
            put(
                f"B{46 + number}",
                f'=IFERROR(PIVOT.VALUE(1,"modes_{number}:sum","#period_id",$C$1),"")',
                SAMPLE["by_number"][number - 1],
            )


def figures():
    rate_of = "Engagement rate by {}, % of contactable alumni"
    bars = {"showValues": True, "horizontal": True}
    half, full = 575, 1160
    countries = chart(
        "geo",
        rate_of.format("country"),
        f"U1:U{COUNTRIES + 1}",
        [f"Y1:Y{COUNTRIES + 1}"],
        [BLUE],
        region="world",
        colorScale="blues",
        missingValueColor="#E8E8E8",
    )
    return [
        scorecard("Alumni of record", 3, 0),
        scorecard("Contactable alumni", 5, 185),
        scorecard("Engaged alumni", 6, 370),
        scorecard("Engaged / contactable", 9, 555, mode="text"),
        scorecard("Gifts of money", 7, 740, width=235),
        scorecard("Hours given", 8, 985),
        figure(
            chart(
                "line",
                "Complete periods: share of contactable alumni who were engaged",
                "A30:A38",
                [f"{column}30:{column}38" for column in "BCDEF"],
                [DARK, *(colour for _code, _label, colour in MODES)],
                labelsAsText=True,
                cumulative=False,
            ),
            *(0, 190, full, 340),
        ),
        figure(
            chart(
                "bar",
                "Engaged alumni by mode",
                "A40:A44",
                ["B40:B44"],
                [BLUE],
                showValues=True,
            ),
            *(0, 542, half, 330),
        ),
        figure(
            chart(
                "bar",
                "Engaged alumni by number of modes",
                "A46:A50",
                ["B46:B50"],
                [BLUE],
                showValues=True,
            ),
            *(585, 542, half, 330),
        ),
        figure(
            chart(
                "bar",
                rate_of.format("generation"),
                f"N1:N{GROUPS + 1}",
                [f"O1:O{GROUPS + 1}"],
                [BLUE],
                **bars,
            ),
            *(0, 884, half, 400),
        ),
        figure(
            chart(
                "bar",
                rate_of.format("school"),
                f"S1:S{GROUPS + 1}",
                [f"T1:T{GROUPS + 1}"],
                [BLUE],
                **bars,
            ),
            *(585, 884, half, 400),
        ),
        figure(countries, 0, 1296, half, 400),
        figure(
            chart(
                "bar",
                "Engagement rate in the largest countries",
                "X1:X9",
                ["Y1:Y9"],
                [BLUE],
                **bars,
            ),
            *(585, 1296, half, 400),
        ),
    ]


class EngagementDashboard(Dashboard):
    name = "alumni_engagement"
    data = EngagementData
    pivots = {number: pivot(MODEL, number, *parts) for number, parts in PIVOTS.items()}
    heading = '=_t("Alumni engagement")&" – "&Data!B11&" "&_t("contactable alumni")'
    note = (
        f"{RATE_NOTE} The number beside a name or period is that of its contactable "
        "alumni."
    )

    def figures(self):
        return figures()
