"""Writing the benchmark spreadsheet with xlsxwriter.

Plain Python, without the ORM: what to write comes in as a ``Cover`` and ``Table``s and
goes out as a file. Text is always written as text: nothing that a spreadsheet program
would run.
"""

import re
from collections import namedtuple

import xlsxwriter

Figure = namedtuple("Figure", "value unit")
"""A number to write; ``unit`` is the key of its number format."""

Note = namedtuple("Note", "text")
"""A word in the place of a number: hidden, or why there is none."""

Chart = namedtuple("Chart", "title kind column first last label_column percent")
"""A chart over rows ``first`` to ``last`` (counted from 0 below the headers) of one
column; ``kind`` is column, bar or line. A line goes along a row instead: ``column``
is then the pair of first and last columns and ``first`` the row."""

Table = namedtuple(
    "Table", "name title intro headers widths numbers frozen rows charts"
)
"""One sheet: a title, a sentence, a header line, rows of cells (text, Figure, Note
or None), and charts beside it. ``numbers``: the columns of figures; ``frozen``: how
many columns stay when scrolling."""

Cover = namedtuple("Cover", "name institution title subtitle cards method notes")
"""The first sheet. ``cards``: (label, cell, earlier label and cell or None);
``method``: header and rows of text; ``notes``: (heading, text)."""

FORMATS = {
    "people": "#,##0",
    "percent": "0.0%",
    "number": "0.00",
    "items": "#,##0",
    "hours": "#,##0",
    "hours_each": "#,##0.00",
    "amount": "#,##0.00",
    "amount_each": "#,##0.00",
    "fte": "0.0",
    "days": "#,##0",
    "years": "0.0",
    "points": "0.0",
    "return": "0.0%",
    "target": "0.0%",
    "change": "0.0%",
    "index": "0.0",
    "ratio": "0.00",
    "per_10k": "0.0",
    "score": "0.0",
}
INK, ACCENT, LIGHT, MUTED = "#1F2A44", "#714B67", "#F3EEF2", "#7A7F8A"
HEADER_ROW = 3
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SHEET_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def clean_text(text):
    """Text as a spreadsheet cell can hold it.

    >>> clean_text("a\\x00b")
    'ab'
    """
    return _CONTROL.sub("", text)[:32000]


def sheet_name(name, taken):
    """A name that spreadsheets accept for a sheet, unlike those already taken.

    >>> sheet_name("By school/faculty", {"By school faculty"})
    'By school faculty 2'
    """
    base = " ".join(_SHEET_FORBIDDEN.sub(" ", name).split()).strip("'")[:28] or "-"
    name, number = base, 1
    while name.lower() in {other.lower() for other in taken}:
        number += 1
        name = f"{base} {number}"
    return name


class WorkbookWriter:
    """Writes one workbook to a path or a binary stream."""

    def __init__(self, target, properties):
        self.book = xlsxwriter.Workbook(
            target,
            {
                # Aggregates of a few periods are some megabytes at most, and no
                # temporary file per part makes writing them twice as fast.
                "in_memory": True,
                # Most cells are plain text: those need no format of their own.
                "default_format_properties": {
                    "font_name": "Calibri",
                    "font_size": 11,
                    "font_color": INK,
                    "valign": "vcenter",
                },
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self.book.set_properties(
            {name: clean_text(text) for name, text in properties.items()}
        )
        self.footer = clean_text(properties.get("company", "")).replace("&", "&&")
        self.formats = {}
        self.texts = {}
        self.numbers = {
            unit: self.format(num_format=number) for unit, number in FORMATS.items()
        }
        self.names = set()

    def close(self):
        self.book.close()

    def format(self, **properties):
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(properties)
        return self.formats[key]

    def text(self, sheet, row, column, text, **properties):
        text = clean_text(text)
        if text.startswith(_RISKY):
            # Stays text even when somebody edits the cell.
            properties["quote_prefix"] = True
        sheet.write_string(row, column, text, self.format(**properties))

    def cell(self, sheet, row, column, cell, **properties):
        if isinstance(cell, Figure):
            form = self.format(num_format=FORMATS[cell.unit], **properties)
            sheet.write_number(row, column, cell.value, form)
        elif isinstance(cell, Note):
            muted = {"font_color": MUTED, "italic": True, "align": "right"}
            self.text(sheet, row, column, cell.text, **{**properties, **muted})
        elif cell is not None:
            self.text(sheet, row, column, cell, **properties)

    def add_sheet(self, name):
        name = sheet_name(name, self.names)
        self.names.add(name)
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer(f"&L&8{self.footer}&C&8&A&R&8&P / &N")
        return sheet

    def write_cover(self, cover, charts=()):
        """The first sheet; ``charts`` are (sheet name, Chart) of tables written
        later under that name."""
        sheet = self.add_sheet(cover.name)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 8, 21)
        sheet.set_row(0, 34)
        self.text(
            sheet, 0, 0, cover.institution, bold=True, font_size=22, font_color=ACCENT
        )
        self.text(sheet, 1, 0, cover.title, font_size=15)
        self.text(sheet, 2, 0, cover.subtitle, font_color=MUTED)
        row = self._write_cards(sheet, 4, cover.cards)
        for index, (name, chart) in enumerate(charts):
            self._insert_chart(sheet, row, 3 * index, name, chart, (530, 300))
        row += 16 if charts else 0
        header, lines = cover.method
        self._header(sheet, row, header)
        for line in lines:
            row += 1
            sheet.set_row(row, 32)
            for column, text in enumerate(line):
                look = {"bottom": 4, "bold": not column, "text_wrap": bool(column)}
                self.text(sheet, row, column, text, **look)
        row += 2
        for heading, text in cover.notes:
            look = self.format(text_wrap=True, valign="top")
            sheet.set_row(row, 32)
            sheet.merge_range(row, 1, row, 5, "", look)
            self.text(sheet, row, 0, heading, bold=True, valign="top")
            self.text(sheet, row, 1, text, text_wrap=True, valign="top")
            row += 1

    def _write_cards(self, sheet, row, cards):
        sheet.set_row(row + 1, 30)
        back = {"bg_color": LIGHT, "indent": 1, "align": "left"}
        for column, (label, _cell, _before) in enumerate(cards):
            self.text(sheet, row, column, label, font_color=MUTED, **back)
        for column, (_label, cell, _before) in enumerate(cards):
            self.cell(sheet, row + 1, column, cell, bold=True, font_size=20, **back)
        for column, (_label, _cell, before) in enumerate(cards):
            self.cell(sheet, row + 2, column, before or "", font_color=MUTED, **back)
        return row + 4

    def _header(self, sheet, row, headers, numbers=()):
        sheet.set_row(row, 48)
        for column, text in enumerate(headers):
            self.text(
                sheet,
                row,
                column,
                text,
                align="right" if column in numbers else "left",
                bold=True,
                text_wrap=True,
                bg_color=INK,
                font_color="#FFFFFF",
            )

    def write_table(self, table):
        sheet = self.add_sheet(table.name)
        name = sheet.get_name()
        for column, width in enumerate(table.widths):
            sheet.set_column(column, column, width)
        sheet.set_row(0, 26)
        self.text(sheet, 0, 0, table.title, bold=True, font_size=16, font_color=ACCENT)
        self.text(sheet, 1, 0, table.intro, font_color=MUTED)
        self._header(sheet, HEADER_ROW, table.headers, table.numbers)
        sheet.freeze_panes(HEADER_ROW + 1, table.frozen)
        sheet.repeat_rows(HEADER_ROW)
        last = HEADER_ROW + len(table.rows)
        sheet.autofilter(HEADER_ROW, 0, last, len(table.headers) - 1)
        self._write_rows(sheet, table.rows)
        for index, chart in enumerate(table.charts):
            self._insert_chart(
                sheet,
                HEADER_ROW + 19 * index,
                len(table.headers) + 1,
                name,
                chart,
                (640, 360),
            )
        return name

    def _write_rows(self, sheet, rows):
        """The bulk of the work: formats are looked up once, not per cell. A line
        separates the indicators: one rule, so that it also does when rows are
        sorted."""
        texts, numbers = self.texts, self.numbers
        write_string, write_number = sheet.write_string, sheet.write_number
        for row, cells in enumerate(rows, HEADER_ROW + 1):
            for column, cell in enumerate(cells):
                if type(cell) is Figure:
                    write_number(row, column, cell.value, numbers[cell.unit])
                elif cell:
                    written = texts.get(cell)
                    if not written:
                        written = texts[cell] = self._text_and_format(cell)
                    write_string(row, column, *written)
        if rows:
            line = self.book.add_format({"top": 1, "top_color": "#C9CCD3"})
            # Else the rule would give the colour of figures to notes as well.
            line.font_color = None
            top, last = HEADER_ROW + 1, HEADER_ROW + len(rows)
            sheet.conditional_format(
                *(top, 0, last, len(rows[0]) - 1),
                {
                    "type": "formula",
                    "criteria": f"=$A{top + 1}<>$A{top}",
                    "format": line,
                },
            )

    def _text_and_format(self, cell):
        note = type(cell) is Note
        text = clean_text(cell.text if note else cell)
        if text.startswith(_RISKY):
            return text, self.format(quote_prefix=True)
        if note:
            return text, self.format(font_color=MUTED, italic=True, align="right")
        return text, None

    def _insert_chart(self, sheet, row, column, name, chart, size):
        picture = self.book.add_chart({"type": chart.kind})
        top = HEADER_ROW + 1
        if chart.kind == "line":
            start, end = chart.column
            line = top + chart.first
            categories = [name, HEADER_ROW, start, HEADER_ROW, end]
            values = [name, line, start, line, end]
        else:
            categories = [
                name,
                top + chart.first,
                chart.label_column,
                top + chart.last,
                chart.label_column,
            ]
            values = [
                name,
                top + chart.first,
                chart.column,
                top + chart.last,
                chart.column,
            ]
        number = FORMATS["percent" if chart.percent else "people"]
        picture.add_series(
            {
                "name": clean_text(chart.title),
                "categories": categories,
                "values": values,
                "fill": {"color": ACCENT},
                "line": {"color": ACCENT, "width": 2.5},
                "marker": {"type": "circle", "size": 7, "fill": {"color": ACCENT}}
                if chart.kind == "line"
                else {"type": "none"},
                "data_labels": {
                    "value": True,
                    "num_format": number,
                    "position": "above" if chart.kind == "line" else "outside_end",
                },
                "gap": 60,
            }
        )
        picture.set_title(
            {"name": clean_text(chart.title), "name_font": {"size": 13, "color": INK}}
        )
        picture.set_legend({"none": True})
        axis = {"min": 0, "num_format": number, "major_gridlines": {"visible": False}}
        picture.set_y_axis(axis)
        if chart.kind == "bar":
            # A bar chart draws its first row at the bottom unless told otherwise.
            picture.set_y_axis({"reverse": True})
            picture.set_x_axis({**axis, "visible": False})
        picture.set_size({"width": size[0], "height": size[1]})
        sheet.insert_chart(row, column, picture)
