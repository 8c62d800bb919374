"""The dashboard of the analyst: cohorts, the funnel of events, generations, modes."""

from .sheet import (
    BLUE,
    GREEN,
    MODES,
    ORANGE,
    RATE_NOTE,
    VERMILION,
    Dashboard,
    Data,
    chart,
    figure,
    pivot,
    scorecard,
)

GROUPS = 12
BANDS = [f"{first:02}" for first in range(0, 55, 5)]
STEPS = (
    ("invited", "Invited"),
    ("answered", "Answered"),
    ("accepted", "Accepted"),
    ("registered", "Registered"),
    ("attended", "Attended"),
    ("gave", "Gave or volunteered within 12 months"),
)
LEVELS = 5
"""Degree levels that a pivot can have, the one that is not known among them."""
PEOPLE = ("contactable", "engaged")
OF_EVENTS = ("invited", "answered", "attended", "walk_in", "no_show")
PIVOTS = {
    # id: model, name, rows, whether the period filter applies, measures
    "1": ("alumni.person.year", "Period", None, True, ("people", *PEOPLE, "modes")),
    "2": ("alumni.person.year", "Complete periods", None, False, PEOPLE),
    "3": ("alumni.cohort", "Cohorts", "band", True, PEOPLE),
    "4": ("alumni.cohort", "Cohorts of complete periods", "band", False, PEOPLE),
    "5": (
        "alumni.person.year",
        "Generations",
        "generation_id",
        True,
        (*PEOPLE, *(code for code, _label, _colour in MODES)),
    ),
    "6": ("alumni.person.year", "Degree levels", "degree_level", True, PEOPLE),
    "7": (
        "alumni.funnel",
        "Funnel",
        None,
        True,
        (*(step for step, _label in STEPS), "walk_in", "no_show"),
    ),
    "8": ("alumni.funnel", "Kinds of event", "event_kind_id", True, OF_EVENTS),
}
PERIOD_NAMES = [f"{year}-{year + 1}" for year in range(2022, 2026)]
SAMPLE_GENERATIONS = [("1", 900), ("2", 1700), ("3", 2400), ("4", 2700), ("5", 1260)]
SAMPLE_BANDS = (1320, 1410, 1280, 1150, 980, 870, 690, 520, 380, 230, 130)
SAMPLE_RATES = (31, 24, 19, 16, 14, 14, 15, 17, 18, 13, 7)
SAMPLE_FUNNEL = (2400, 1310, 840, 760, 610, 120)
SAMPLE_KINDS = (("Career talk", 900, 40, 410), ("Reunion", 1200, 60, 380))
SAMPLE_LEVELS = (("Bachelor", 3900), ("Master", 4200), ("Doctorate", 860))


class AnalystData(Data):
    def fill(self):
        self.choose_period(PERIOD_NAMES)
        self.current()
        self.cohorts()
        self.groups("5", "generation_id", SAMPLE_GENERATIONS, "K", GROUPS)
        self.modes()
        self.levels()
        self.funnel()
        self.kinds()

    def current(self):
        """A3:C8, figures of the period and of the one before; B11, B12, the period
        with its number of people and of invitations."""
        put = self.put
        contactable, engaged = (8960, 8700), (1613, 1392)
        rows = (
            (5, "Contactable alumni", "contactable", contactable),
            (6, "Engaged alumni", "engaged", engaged),
        )
        for row, label, measure, samples in rows:
            put(f"A{row}", f'=_t("{label}")')
            for column, number, place, sample in (
                ("B", 1, "$C$1", samples[0]),
                ("C", 2, "$B$2", samples[1]),
            ):
                self.value(
                    f"{column}{row}",
                    place,
                    f'{number},"{measure}:sum"',
                    sample,
                    "#,##0",
                )
        put("A9", '=_t("Engagement rate")')
        for column in "BC":
            self.share(f"{column}9", f"{column}6", f"{column}5")
        put("A11", '=_t("Period and people")')
        put(
            "B11",
            '=B1&IF(OR(B1="",B2<>""),""," · "&_t("under way"))'
            '&", n = "&TEXT(B5,"#,##0")',
        )

    def cohorts(self):
        """A20:E30, time since graduation: name with the number of people, rate, and
        rate of the period before; AD1:AE40, the periods of these pivots."""
        put = self.put
        self.position("A15", 3, "AD")
        self.position("A16", 4, "AE", name="$C$2", sample=2)
        put("B19", "=B11")
        put("C19", "=C2")
        for row, band in enumerate(BANDS, 20):
            people, rate = SAMPLE_BANDS[row - 20], SAMPLE_RATES[row - 20]
            put(f"D{row}", f'=IFERROR(PIVOT.HEADER(3,"band","{band}"),"")', band)
            for columns, number, place, less in (
                ("EF", 3, "$A$15", 0),
                ("GH", 4, "$A$16", 2),
            ):
                samples = people, round(people * (rate - less) / 100)
                for column, measure, sample in zip(
                    columns, PEOPLE, samples, strict=True
                ):
                    self.value(
                        f"{column}{row}",
                        place,
                        f'{number},"{measure}:sum","band","{band}"',
                        sample,
                    )
            self.label(f"A{row}", f"E{row}", f"D{row}")
            self.share(f"B{row}", f"F{row}", f"E{row}")
            self.share(f"C{row}", f"H{row}", f"G{row}")

    def modes(self):
        """P1:T13, share of the contactable of each generation in each mode."""
        columns = "PQRS"
        for column, (_code, label, _colour) in zip(columns, MODES, strict=True):
            self.put(f"{column}1", f'=_t("{label}")&" · "&$B$1')
        for place in range(1, GROUPS + 1):
            row = place + 1
            for column, count, (code, _label, _colour) in zip(
                columns, "TUVW", MODES, strict=True
            ):
                known = place <= len(SAMPLE_GENERATIONS)
                part = 1 + ord(count) - ord("T")
                self.put(
                    f"{count}{row}",
                    f'=IFERROR(PIVOT.VALUE(5,"{code}:sum","#generation_id",{place},'
                    '"#period_id",$C$1),"")',
                    round(SAMPLE_GENERATIONS[place - 1][1] * part / 50)
                    if known
                    else "",
                )
                self.share(f"{column}{row}", f"{count}{row}", f"L{row}")

    def levels(self):
        """A34:C38, degree levels."""
        self.put("B33", "=B11")
        for place in range(1, LEVELS + 1):
            row = 33 + place
            known = place <= len(SAMPLE_LEVELS)
            name, people = SAMPLE_LEVELS[place - 1] if known else ("", "")
            self.put(
                f"D{row}",
                f'=IFERROR(PIVOT.HEADER(6,"#degree_level",{place}),"")',
                name,
            )
            for column, measure, sample in (
                ("E", "contactable", people),
                ("F", "engaged", people and round(people * place / 12)),
            ):
                self.put(
                    f"{column}{row}",
                    f'=IFERROR(PIVOT.VALUE(6,"{measure}:sum","#degree_level",{place},'
                    '"#period_id",$C$1),"")',
                    sample,
                )
            self.label(f"A{row}", f"E{row}", f"D{row}")
            self.share(f"B{row}", f"F{row}", f"E{row}")

    def funnel(self):
        """A42:B47, how many people and events each step of the funnel has; B12:B14,
        its rates; AF1:AF40, its periods."""
        put = self.put
        self.position("A17", 7, "AF")
        put("B41", '=B1&", n = "&TEXT(B42,"#,##0")')
        for row, (step, label) in enumerate(STEPS, 42):
            put(f"A{row}", f'=_t("{label}")')
            sample = SAMPLE_FUNNEL[row - 42]
            self.value(f"B{row}", "$A$17", f'7,"{step}:sum"', sample, "#,##0")
        for row, (step, sample) in enumerate((("walk_in", 55), ("no_show", 150)), 48):
            self.value(f"B{row}", "$A$17", f'7,"{step}:sum"', sample)
        put("A12", '=_t("Invitations sent")')
        put("A13", '=_t("Response rate")')
        put("A14", '=_t("Attendance rate")')
        put("B12", "=B42", number_format="#,##0")
        self.share("B13", "B43", "B42")
        self.share("B14", "(B46-B48)", "(B46-B48+B49)")

    def kinds(self):
        """X2:AC13, kinds of event: name, invited, answered, came with a seat, seats,
        then in A52:C63 the rates by name with the number of those invited."""
        put = self.put
        self.position("A19", 8, "AH")
        put("B51", '=_t("Response rate")&" · "&B1')
        put("C51", '=_t("Attendance rate")&" · "&B1')
        for place in range(1, GROUPS + 1):
            row = 51 + place
            known = place <= len(SAMPLE_KINDS)
            name, invited, share, came = (
                SAMPLE_KINDS[place - 1] if known else ("", "", 0, 0)
            )
            put(
                f"D{row}",
                f'=IFERROR(PIVOT.HEADER(8,"#event_kind_id",{place}),"")',
                name,
            )
            samples = (invited, known and round(invited * share / 100), came, 10, 90)
            for column, measure, sample in zip(
                "EFGHI", OF_EVENTS, samples, strict=True
            ):
                self.value(
                    f"{column}{row}",
                    "$A$19",
                    f'8,"{measure}:sum","#event_kind_id",{place}',
                    sample if known else "",
                )
            self.label(f"A{row}", f"E{row}", f"D{row}")
            self.share(f"B{row}", f"F{row}", f"E{row}")
            came = f"(G{row}-H{row})"
            self.share(f"C{row}", came, f"({came}+I{row})")


class AnalystDashboard(Dashboard):
    name = "alumni_analyst"
    data = AnalystData
    pivots = {
        number: pivot(model, number, *parts)
        for number, (model, *parts) in PIVOTS.items()
    }
    heading = (
        '=_t("Cohorts, events, modes")&" – "&Data!B11&" "&_t("contactable alumni")'
    )
    note = (
        f"{RATE_NOTE} The number beside a name is that of its contactable alumni, of "
        "a kind of event that of its invitations."
    )
    rows = 82
    columns = 36

    def figures(self):
        half, full = 575, 1160
        bars = {"showValues": True, "horizontal": True}
        return [
            scorecard("Contactable alumni", 5, 0, 185),
            scorecard("Engaged alumni", 6, 195, 185),
            scorecard("Engaged / contactable", 9, 390, 185, mode="text"),
            scorecard("Invitations sent", 12, 585, 185, mode=None),
            scorecard("Answered / invited", 13, 780, 185, mode=None),
            scorecard("Came / had a seat", 14, 975, 185, mode=None),
            figure(
                chart(
                    "bar",
                    "Engagement by years since graduation, % of contactable",
                    "A19:A30",
                    ["B19:B30", "C19:C30"],
                    [BLUE, ORANGE],
                ),
                *(0, 190, full, 380),
            ),
            figure(
                chart(
                    "bar",
                    "From the invitation to the event, and after",
                    "A41:A47",
                    ["B41:B47"],
                    [BLUE],
                    **bars,
                ),
                *(0, 582, half, 400),
            ),
            figure(
                chart(
                    "bar",
                    "Answers and attendance by kind of event",
                    "A51:A63",
                    ["B51:B63", "C51:C63"],
                    [BLUE, GREEN],
                    **bars,
                ),
                *(585, 582, half, 400),
            ),
            figure(
                chart(
                    "bar",
                    "Modes by generation, % of contactable alumni",
                    "N1:N13",
                    [f"{column}1:{column}13" for column in "PQRS"],
                    [colour for _code, _label, colour in MODES],
                ),
                *(0, 994, full, 380),
            ),
            figure(
                chart(
                    "bar",
                    "Engagement rate by generation, % of contactable alumni",
                    "N1:N13",
                    ["O1:O13"],
                    [BLUE],
                    **bars,
                ),
                *(0, 1386, half, 400),
            ),
            figure(
                chart(
                    "bar",
                    "Engagement rate by degree level, % of contactable alumni",
                    "A33:A38",
                    ["B33:B38"],
                    [VERMILION],
                    **bars,
                ),
                *(585, 1386, half, 400),
            ),
        ]

    def menus(self, shown):
        menus = super().menus(shown)
        for place, menu in (
            (3, "alumni_kpi.menu_alumni_funnel"),
            (4, "alumni_kpi.menu_alumni_funnel"),
            (5, "alumni_kpi.menu_alumni_funnel"),
            (6, "alumni_kpi.menu_alumni_cohort"),
            (7, "alumni_kpi.menu_alumni_funnel"),
            (8, "alumni_kpi.menu_alumni_funnel"),
        ):
            menus[shown[place]["id"]] = menu
        return menus
