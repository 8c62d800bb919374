"""What the spreadsheets of all dashboards have in common.

The visible sheet holds figures only, so that a telephone, which shows figures and no
cells, shows everything. They read the sheet "Data": pivots by position, always one
period, so that nobody is counted twice whatever is filtered. Every label that is shown
is a ``_t`` term or a figure's title, which Odoo translates.
"""

import json
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "alumni_kpi" / "data" / "files"

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
PERIODS = 40
"""Among how many periods the one that is shown is looked for."""
MODES = (
    ("philanthropic", "Philanthropic", BLUE),
    ("volunteer", "Volunteer", VERMILION),
    ("experiential", "Experiential", GREEN),
    ("communication", "Communication", PURPLE),
)
RATE_NOTE = "A rate of fewer than 10 people is not shown."


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
        raise NotImplementedError

    def choose_period(self, names):
        """A1:C2, the period shown and the one before; AA1:AC40, from which periods.
        Of several, it is the newest complete one: a period that runs is shown when it
        is chosen, and is compared with none. Pivot 1 follows the filter, pivot 2 has
        the complete periods.

        :param names: invented periods, the oldest first
        """
        put = self.put
        complete = f"AB1:AB{PERIODS}"
        for place in range(1, PERIODS + 1):
            shown = names[-place] if place <= len(names) else ""
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
        put("B1", f"=INDEX(AA1:AA{PERIODS},C1)", names[-1])
        # the positions, newest first, of the period shown ...
        put("C1", f"=IF(COUNT(AC1:AC{PERIODS})=0,1,MIN(AC1:AC{PERIODS}))", 1)
        put("A2", '=_t("Previous period")')
        # ... and of the one before it, among the complete ones
        put("B2", f'=IFERROR(MATCH(B1,{complete},0)+1,"")', 2)
        put(
            "C2",
            f'=IF(B2="","",IFERROR(INDEX({complete},B2),""))',
            names[-2],
        )

    def position(self, cell, number, column, name="$B$1", sample=1):
        """Put into a cell the position of a period among those of another pivot,
        which need not be the same ones.

        :param column: where the names of the periods of that pivot are listed
        """
        for place in range(1, PERIODS + 1):
            self.put(
                f"{column}{place}",
                f'=IFERROR(PIVOT.HEADER({number},"#period_id",{place}),"")',
                "",
            )
        self.put(
            cell,
            f'=IF({name}="","",IFERROR(MATCH({name},{column}1:{column}{PERIODS},0),""))',
            sample,
        )

    def value(self, cell, place, arguments, sample, number_format=None):
        """Put a number of a pivot into a cell, nothing if there is no such period."""
        self.put(
            cell,
            f'=IFERROR(IF({place}="","",PIVOT.VALUE({arguments},"#period_id",{place})),"")',
            sample,
            number_format,
        )

    def share(self, cell, above, below, number_format="0.0%"):
        """Put a share of people into a cell, nothing if they are fewer than ten."""
        self.put(
            cell,
            f'=IFERROR(IF({below}<{FEWEST},"",{above}/{below}),"")',
            number_format=number_format,
        )

    def label(self, cell, people, name):
        """Put a name with its number of people into a cell, nothing if there are
        none."""
        self.put(
            cell,
            f'=IF(OR({people}="",{people}=0),"",TEXT({people},"#,##0")&" · "&{name})',
        )

    def groups(self, number, field, samples, first, count):
        """Five columns from ``first``: name, contactable, engaged, name with the
        number of people, rate; one row per group from row 2.

        :param samples: invented names and numbers of contactable people
        """
        columns = [chr(ord(first) + offset) for offset in range(5)]
        name, people, engaged, label, rate = columns
        self.put(f"{rate}1", "=B11")
        for place in range(1, count + 1):
            row = place + 1
            sample = samples[place - 1] if place <= len(samples) else ("", "")
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
            self.label(f"{label}{row}", f"{people}{row}", f"{name}{row}")
            self.put(
                f"{rate}{row}",
                f'=IF({label}{row}="","",IF({people}{row}<{FEWEST},"",'
                f"{engaged}{row}/{people}{row}))",
                number_format="0.0%",
            )


def matching(period, fields=tuple(FILTERS)):
    return {
        key: {"chain": chain, "type": "many2one"}
        for key, (_label, _model, chain) in FILTERS.items()
        if key in fields and (period or key != PERIOD)
    }


def pivot(model, number, name, rows, period, measures, fields=tuple(FILTERS)):
    """A pivot by period, the newest first; with ``rows`` the periods are columns.

    :param period: whether the filter on periods applies; else only complete ones
    :param fields: the filters that the model has a field for
    """
    definition = {
        "type": "ODOO",
        "id": number,
        "formulaId": number,
        "name": name,
        "model": model,
        "domain": [] if period else [["period_id.date_end", "<", "today"]],
        "context": {},
        "measures": [
            {"id": f"{measure}:sum", "fieldName": measure, "aggregator": "sum"}
            for measure in measures
        ],
        "columns": [],
        "rows": [{"fieldName": "period_id", "order": "desc"}],
        "fieldMatching": matching(period, fields),
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


def scorecard(title, row, x, width=175, mode="percentage", y=60):
    data = {
        "type": "scorecard",
        "title": {"text": title, "bold": True, "color": DARK, "fontSize": 11},
        "background": CARD,
        "keyValue": f"Data!B{row}",
    }
    if mode:
        data |= {
            "baseline": f"Data!C{row}",
            "baselineMode": mode,
            "baselineDescr": {
                "text": "previously" if mode == "text" else "vs previous"
            },
        }
    data |= {
        "baselineColorUp": BLUE,
        "baselineColorDown": VERMILION,
        "humanize": False,
    }
    return figure(data, x, y, width, 118)


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


class Dashboard:
    """One dashboard, written as two files: one that reads the database, and the
    sample that is shown while there is nothing to count."""

    name = None
    """Of the files, without what they all have."""
    data = Data
    pivots = {}
    filters = tuple(FILTERS)
    heading = None
    """What stands in the first cell: a formula."""
    note = None
    rows = 76
    columns = 29
    """Size of the visible sheet in rows, of the hidden one in columns."""
    menu = "alumni_kpi.menu_alumni_person_year"
    """Where a click on a figure leads: what is behind it."""

    def figures(self):
        raise NotImplementedError

    def menus(self, shown):
        """Menu by figure, for those that lead elsewhere."""
        return {one["id"]: self.menu for one in shown}

    def path(self, sample):
        middle = "_sample" if sample else ""
        return FOLDER / f"{self.name}{middle}_dashboard.json"

    def build(self, sample):
        """The content of one of the two files."""
        data = self.data(sample)
        data.fill()
        shown = self.figures()
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
        foot = f"A{self.rows - 1}"
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
                    "rowNumber": self.rows,
                    "rows": {"0": {"size": 32}},
                    "cols": {str(column): {"size": 194} for column in range(6)},
                    "cells": {"A1": self.heading, foot: f'=_t("{self.note}")'},
                    "styles": {"A1": 1, foot: 2},
                    "figures": shown,
                },
                sheet
                | {
                    "id": "data",
                    "name": "Data",
                    "colNumber": self.columns,
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
            "pivots": {} if sample else self.pivots,
            "pivotNextId": len(self.pivots) + 1,
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
                if key in self.filters
            ],
            "lists": {},
            "listNextId": 1,
            "chartOdooMenusReferences": {} if sample else self.menus(shown),
        }

    def text(self, sample):
        return json.dumps(self.build(sample), indent=1, ensure_ascii=False) + "\n"
