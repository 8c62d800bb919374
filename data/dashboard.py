"""Writes the two files of the alumni dashboard: the one that reads the database and
the sample that is shown while there is nobody to count.

    python -m data.dashboard

The visible sheet holds figures only, so that a telephone, which shows figures and no
cells, shows everything. They read the sheet "Data": pivots of ``alumni.person.year``
by position, always one period, so that nobody is counted twice whatever is filtered.
Every label that is shown is a ``_t`` term or a figure's title, which Odoo translates.
"""

import json
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "alumni_kpi" / "data" / "files"
FILES = {
    False: FOLDER / "alumni_engagement_dashboard.json",
    True: FOLDER / "alumni_engagement_sample_dashboard.json",
}
MODEL = "alumni.person.year"
PERIOD, SCHOOL, GENERATION = (
    "a1000000-0000-4000-8000-000000000001",
    "a1000000-0000-4000-8000-000000000002",
    "a1000000-0000-4000-8000-000000000003",
)
FILTERS = {
    PERIOD: ("Period", "alumni.period", "period_id"),
    SCHOOL: ("School", "alumni.school", "school_id"),
    GENERATION: ("Generation", "alumni.generation", "generation_id"),
}
MENU = "alumni_kpi.menu_alumni_person_year"
"""Where a click on a figure leads: the pivot behind it."""

# Okabe and Ito's palette: told apart with every kind of colour vision.
BLUE, ORANGE, GREEN, VERMILION, PURPLE = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
)
DARK, GREY, CARD, WHITE = "#222222", "#5F6368", "#F3F6FA", "#FFFFFF"
FEWEST = 10
"""A rate of fewer people than this is not shown."""

YEARS, GROUPS, COUNTRIES = 8, 12, 40
PERIODS = 40
"""Among how many periods the one that is shown is looked for."""
MODES = (
    ("philanthropic", "Philanthropic", BLUE),
    ("volunteer", "Volunteer", VERMILION),
    ("experiential", "Experiential", GREEN),
    ("communication", "Communication", PURPLE),
)
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


def matching(period):
    return {
        key: {"chain": chain, "type": "many2one"}
        for key, (_label, _model, chain) in FILTERS.items()
        if period or key != PERIOD
    }


def pivot(number, name, rows, period, measures):
    definition = {
        "type": "ODOO",
        "id": number,
        "formulaId": number,
        "name": name,
        "model": MODEL,
        "domain": [] if period else [["period_id.date_end", "<", "today"]],
        "context": {},
        "measures": [
            {"id": f"{measure}:sum", "fieldName": measure, "aggregator": "sum"}
            for measure in measures
        ],
        "columns": [],
        "rows": [{"fieldName": "period_id", "order": "desc"}],
        "fieldMatching": matching(period),
    }
    if rows:
        definition["columns"] = definition["rows"]
        definition["rows"] = [{"fieldName": rows}]
        if rows == "country_id":
            # The total over the periods has no number of people to sort by.
            definition["measures"].append({"id": "__count", "fieldName": "__count"})
            definition["sortedColumn"] = {
                "measure": "__count",
                "order": "desc",
                "domain": [],
            }
    return definition


class Data:
    """The hidden sheet: cells, number formats, and the ranges the figures read."""

    def __init__(self, sample):
        self.sample = sample
        self.cells = {}
        self.formats = {}

    def put(self, cell, content, sample=None, number_format=None):
        if self.sample and sample is not None:
            content = sample
        self.cells[cell] = str(content)
        if number_format:
            self.formats[cell] = number_format

    def fill(self):
        self.current()
        self.trend()
        self.modes()
        self.groups("3", "generation_id", "K", GROUPS)
        self.groups("4", "school_id", "P", GROUPS)
        self.groups("5", "country_id", "U", COUNTRIES)

    def current(self):
        """A1:C12, the figures of the period and of the one before; AA1:AC40, which
        period that is. Of several, it is the newest complete one: a period that runs
        is shown when it is chosen, and is compared with none."""
        put, sample = self.put, SAMPLE
        complete = f"AB1:AB{PERIODS}"
        for place in range(1, PERIODS + 1):
            shown = sample["periods"][-place] if place <= YEARS else ""
            for column, number in (("AA", 1), ("AB", 2)):
                put(
                    f"{column}{place}",
                    f'=IFERROR(PIVOT.HEADER({number},"#period_id",{place}),"")',
                    shown,
                )
            put(
                f"AC{place}",
                f'=IF(AA{place}="","",IF(COUNTIF({complete},AA{place})=0,"",{place}))',
                place if shown else "",
            )
        put("A1", '=_t("Period")')
        put("B1", f"=INDEX(AA1:AA{PERIODS},C1)", sample["periods"][-1])
        # the positions, newest first, of the period shown ...
        put("C1", f"=IF(COUNT(AC1:AC{PERIODS})=0,1,MIN(AC1:AC{PERIODS}))", 1)
        put("A2", '=_t("Previous period")')
        # ... and of the one before it, among the complete ones
        put("B2", f'=IFERROR(MATCH(B1,{complete},0)+1,"")', 2)
        put(
            "C2",
            f'=IF(B2="","",IFERROR(INDEX({complete},B2),""))',
            sample["periods"][-2],
        )
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

    def groups(self, number, field, first, count):
        """Five columns from ``first``: name, contactable, engaged, name with the
        number of people, rate; one row per group from row 2."""
        columns = [chr(ord(first) + offset) for offset in range(5)]
        name, people, engaged, label, rate = columns
        self.put(f"{rate}1", "=B11")
        samples = SAMPLE[field]
        for place in range(1, count + 1):
            row = place + 1
            sample = samples[place - 1] if place <= len(samples) else ("", "", "")
            self.put(
                f"{name}{row}",
                f'=IFERROR(PIVOT.HEADER({number},"#{field}",{place}),"")',
                sample[0],
            )
            for column, measure, value in (
                (people, "contactable", sample[1]),
                (
                    engaged,
                    "engaged",
                    sample[1] and round(sample[1] * (0.1 + place / 40)),
                ),
            ):
                self.put(
                    f"{column}{row}",
                    f'=IFERROR(PIVOT.VALUE({number},"{measure}:sum",'
                    f'"#{field}",{place},"#period_id",$C$1),"")',
                    value,
                )
            self.put(
                f"{label}{row}",
                f'=IF(OR({people}{row}="",{people}{row}=0),"",'
                f'TEXT({people}{row},"#,##0")&" · "&{name}{row})',
            )
            self.put(
                f"{rate}{row}",
                f'=IF({label}{row}="","",IF({people}{row}<{FEWEST},"",'
                f"{engaged}{row}/{people}{row}))",
                number_format="0.0%",
            )


def scorecard(title, row, x, width=175, mode="percentage"):
    data = {
        "type": "scorecard",
        "title": {"text": title, "bold": True, "color": DARK, "fontSize": 11},
        "background": CARD,
        "keyValue": f"Data!B{row}",
        "baseline": f"Data!C{row}",
        "baselineMode": mode,
        "baselineDescr": {"text": "previously" if mode == "text" else "vs previous"},
        "baselineColorUp": BLUE,
        "baselineColorDown": VERMILION,
        "humanize": False,
    }
    return figure(data, x, 60, width, 118)


def chart(kind, title, labels, ranges, colours, **more):
    return {
        "type": kind,
        "title": {"text": title, "bold": True, "color": DARK, "fontSize": 16},
        "background": WHITE,
        "legendPosition": "top",
        "dataSets": [
            {"dataRange": f"Data!{data}", "backgroundColor": colour}
            for data, colour in zip(ranges, colours, strict=True)
        ],
        "labelRange": f"Data!{labels}",
        "dataSetsHaveTitle": True,
        "stacked": False,
        "aggregated": False,
        **more,
    }


def figure(data, x, y, width, height):
    number = f"b1{x:04d}00-{y:04d}-4000-8000-000000000000"
    return {
        "id": number,
        "col": 0,
        "row": 0,
        "offset": {"x": x, "y": y},
        "width": width,
        "height": height,
        "tag": "chart",
        "data": {**data, "chartId": number},
    }


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


def build(sample):
    """The content of one of the two files."""
    data = Data(sample)
    data.fill()
    shown = figures()
    formats = sorted(set(data.formats.values()))
    sheet = {
        "merges": [],
        "styles": {},
        "formats": {},
        "borders": {},
        "conditionalFormats": [],
        "dataValidationRules": [],
        "tables": [],
        "figures": [],
        "headerGroups": {"ROW": [], "COL": []},
        "comments": {},
        "isVisible": True,
        "areGridLinesVisible": True,
    }
    note = (
        "A rate of fewer than 10 people is not shown. The number beside a name or "
        "period is that of its contactable alumni."
    )
    return {
        "version": "18.5.10",
        "revisionId": "START_REVISION",
        "uniqueFigureIds": True,
        "sheets": [
            sheet
            | {
                "id": "dashboard",
                "name": "Dashboard",
                "colNumber": 6,
                "rowNumber": 76,
                "rows": {"0": {"size": 32}},
                "cols": {str(column): {"size": 194} for column in range(6)},
                "cells": {
                    "A1": '=_t("Alumni engagement")&" – "&Data!B11&" "'
                    '&_t("contactable alumni")',
                    "A75": f'=_t("{note}")',
                },
                "styles": {"A1": 1, "A75": 2},
                "figures": shown,
            },
            sheet
            | {
                "id": "data",
                "name": "Data",
                "colNumber": 29,
                "rowNumber": 60,
                "rows": {},
                "cols": {"0": {"size": 160}},
                "cells": data.cells,
                "formats": {
                    cell: formats.index(number_format) + 1
                    for cell, number_format in data.formats.items()
                },
            },
        ],
        "styles": {
            "1": {"textColor": "#01666B", "bold": True, "fontSize": 16},
            "2": {"textColor": GREY, "italic": True},
        },
        "formats": {str(i): text for i, text in enumerate(formats, 1)},
        "borders": {},
        "settings": {
            "locale": {
                "name": "English (US)",
                "code": "en_US",
                "thousandsSeparator": ",",
                "decimalSeparator": ".",
                "dateFormat": "mm/dd/yyyy",
                "timeFormat": "hh:mm:ss",
                "formulaArgSeparator": ",",
                "weekStart": 7,
            }
        },
        "pivots": {}
        if sample
        else {number: pivot(number, *parts) for number, parts in PIVOTS.items()},
        "pivotNextId": len(PIVOTS) + 1,
        "customTableStyles": {},
        "globalFilters": []
        if sample
        else [
            {
                "id": key,
                "type": "relation",
                "label": label,
                "modelName": model,
                "defaultValueDisplayNames": [],
            }
            for key, (label, model, _chain) in FILTERS.items()
        ],
        "lists": {},
        "listNextId": 1,
        "chartOdooMenusReferences": {}
        if sample
        else {one["id"]: MENU for one in shown},
    }


def text(sample):
    return json.dumps(build(sample), indent=1, ensure_ascii=False) + "\n"


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for sample, path in FILES.items():
        path.write_text(text(sample), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
