from collections import namedtuple
from operator import itemgetter

from odoo import api, fields, models
from odoo.tools import SQL

from ..indicators.alumni_breakdown import DIMENSIONS
from ..indicators.alumni_indicator import FACTORS, PERCENTAGES, UNIT_BY_CODE
from . import disclosure
from .workbook import Chart, Cover, Figure, Note, Table, WorkbookWriter, sheet_name

Stored = namedtuple(
    "Stored",
    "indicator_id period_id breakdown key series label numerator denominator value"
    " reference share state missing_reason unit sequence formula_version",
)

Subject = namedtuple(
    "Subject", "id code name variant formula counted out_of unit series origin"
)
"""An indicator in words, read once for all sheets."""

CARDS = ("ENG-01", "ENG-04", "ENG-14", "ENG-15")
PEOPLE = ("people", "percent", "number", "per_10k")
"""Units of which the numerator counts people."""
SUMS = ("hours", "amount", "fte", "items", "days", "years")
"""Units of figures that do not say how many people stand behind them."""
MODE_RATES = ("ENG-16", "ENG-17", "ENG-18", "ENG-19")
CHART_ROWS = 15


class AlumniBenchmarkReport(models.AbstractModel):
    """Turns stored values into the benchmark spreadsheet: a cover with the
    institution and the method, one sheet of indicators, one per breakdown, one of
    definitions. Only aggregates go in, and small cells are hidden."""

    _name = "alumni.benchmark.report"
    _description = "Benchmark spreadsheet"

    @api.model
    def _write_workbook(self, target, periods, indicators, breakdowns, threshold):
        """Write the spreadsheet, in the language of the context.

        :param target: path or binary stream
        :param periods: ``alumni.period`` of one institution, in any order
        :param indicators: ``alumni.indicator``
        :param breakdowns: ``alumni.breakdown``, a sheet for each
        :param threshold: the smallest count of people that is published
        :return: dict with the number of ``cells`` and of ``hidden`` cells
        """
        periods = periods.sorted("date_end")
        company = periods.company_id
        subjects = self._read_subjects(indicators)
        values = self._read_values(periods, indicators)
        hidden = self._hide(values, indicators, threshold)
        writer = WorkbookWriter(
            target,
            {
                "title": self.env._("Alumni engagement indicators"),
                "company": company.name,
                "comments": self.env._("Small cells are hidden; only aggregates."),
            },
        )
        tables = self._tables(values, hidden, periods, subjects, breakdowns)
        writer.write_cover(
            self._cover(values, hidden, periods, subjects, threshold),
            self._cover_charts(tables[0], periods),
        )
        for table in tables:
            writer.write_table(table)
        writer.close()
        return {"cells": len(values), "hidden": len(hidden)}

    # reading and hiding

    @api.model
    def _read_subjects(self, indicators):
        """The indicators in words, in the language of the context."""
        rows = indicators.read(
            [
                *("code", "name", "variant", "formula", "needs", "unit", "series"),
                *("origin", "numerator_id", "denominator_id"),
            ],
            load=None,
        )
        measures = {
            measure["id"]: measure
            # The column and the filter tell what to hide.
            for measure in (indicators.numerator_id | indicators.denominator_id).read(
                ["name", "description", "column", "filter_id"], load=None
            )
        }
        subjects = []
        for row in rows:
            counted = measures.get(row["numerator_id"])
            out_of = measures.get(row["denominator_id"])
            subjects.append(
                Subject(
                    row["id"],
                    row["code"],
                    row["name"],
                    row["variant"] or "",
                    row["formula"],
                    counted["description"] or counted["name"]
                    if counted
                    else self.env._("Not yet: %s", row["needs"]),
                    out_of["name"] if out_of else "",
                    row["unit"],
                    row["series"],
                    row["origin"] or "",
                )
            )
        return subjects

    @api.model
    def _read_values(self, periods, indicators):
        """The stored values, with labels in the language of the context:
        ``{(indicator id, period id, breakdown, key, series): Stored}``."""
        if not indicators:
            return {}
        self.env["alumni.indicator.value"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT indicator_id, period_id, breakdown, key, series,
                       COALESCE(label ->> %(lang)s, label ->> 'en_US'), numerator,
                       denominator, value, reference, share, state,
                       missing_reason, unit, sequence, formula_version
                  FROM alumni_indicator_value
                 WHERE period_id IN %(periods)s AND indicator_id IN %(indicators)s
                """,
                lang=self.env.lang or "en_US",
                periods=tuple(periods.ids),
                indicators=tuple(indicators.ids),
            )
        )
        return {row[:5]: Stored._make(row) for row in rows}

    @api.model
    def _hide(self, values, indicators, threshold):
        """The keys of the values that must be hidden. The cells of one indicator in
        one period are looked at together, because they add up to one total."""
        tables = {}
        hidden = set()
        for place, value in values.items():
            if value.state == "missing":
                if value.missing_reason in ("empty", "no_reference"):
                    # Saying that a group has nobody in it is saying a small count.
                    hidden.add(place)
            elif value.reference is not None and value.breakdown != "total":
                # From a comparison the figure that it was compared with follows,
                # and whether that one may be known is not looked up: published for
                # the whole institution only.
                hidden.add(place)
            elif value.unit not in SUMS:
                cells = tables.setdefault(place[:2], {})
                # Points and money are no people: only those whom they are counted
                # over can be too few.
                people = value.unit in PEOPLE or not value.denominator
                cells[place[2:]] = disclosure.Cell(
                    value.numerator if people else value.denominator,
                    value.denominator,
                    value.unit == "people",
                    value.unit in ("people", "percent"),
                )
            elif value.breakdown != "total":
                # How many people stand behind a sum of money or hours is not kept,
                # so it is published for the whole institution only.
                hidden.add(place)
        by_id = {indicator.id: indicator for indicator in indicators}
        sums = {
            table: self._sums(by_id[table[0]], cells) for table, cells in tables.items()
        }
        rates = self._rates_of_counts(tables, by_id)
        already = {}
        todo = list(tables)
        while todo:
            told = {}
            for table in todo:
                dark = disclosure.hidden_cells(
                    tables[table], sums[table], threshold, already.get(table, ())
                )
                already[table] = dark
                for cell in dark:
                    for rate_table, rate in rates.get((table, cell), ()):
                        told.setdefault(rate_table, set()).add(rate)
            todo = [table for table, cells in told.items() if cells - already[table]]
            for table in todo:
                already[table] = already[table] | told[table]
        hidden.update((*table, *cell) for table in already for cell in already[table])
        return hidden

    @api.model
    def _rates_of_counts(self, tables, indicators):
        """Which percentages have a count as their numerator that stands in the same
        file: ``{(table, cell of the count): [(table, cell of the rate)]}``."""
        counts, rates = {}, {}
        finders = {id_: i._numerator_finder() for id_, i in indicators.items()}
        for table, cells in tables.items():
            indicator_id, period_id = table
            find = finders[indicator_id]
            for key, cell in cells.items():
                place = (period_id, *find(*key))
                found = counts if cell.is_count else rates
                found.setdefault(place, []).append((table, key))
        return {
            count: rates[place]
            for place, places in counts.items()
            if place in rates
            for count in places
        }

    @api.model
    def _sums(self, indicator, cells):
        """Which cells of an indicator, as (breakdown, key, series), add up to
        which."""
        own = indicator.series
        additive = {"modes_count", "stage"}
        if indicator.numerator_id.column == "modes":
            additive.add("mode")
        by_part = {}
        for cell in cells:
            breakdown, _key, series = cell
            by_part.setdefault((breakdown, series), []).append(cell)
        sums = []
        for (breakdown, series), parts in by_part.items():
            total = ("total", "", "")
            if own:
                total = (own, series, series)
            elif breakdown in additive:
                sums.append(disclosure.Sum(total, parts, True))
            if breakdown in DIMENSIONS:
                sums.append(disclosure.Sum(total, parts, False))
        if own in additive:
            by_place = {}
            for cell in cells:
                breakdown, key, _series = cell
                place = ("total", "") if breakdown == own else (breakdown, key)
                by_place.setdefault(place, []).append(cell)
            # The whole, 100 %, is known to everyone.
            sums.extend(disclosure.Sum(None, p, True) for p in by_place.values())
        return sums

    # tables

    @api.model
    def _tables(self, values, hidden, periods, subjects, breakdowns):
        blocks = {}
        for place, value in values.items():
            indicator_id, period_id, breakdown, key, series = place
            block = blocks.setdefault(breakdown, {}).setdefault(indicator_id, {})
            block.setdefault((key, series), {})[period_id] = value
        words = self._words()
        taken = {self.env._("Cover")}
        tables = [
            self._compose_table(name, code, blocks, hidden, periods, subjects, words)
            for name, code in (
                (self.env._("Indicators"), "total"),
                *((b.name, b.code) for b in breakdowns if b.code in blocks),
            )
        ]
        tables.append(self._definitions(values, subjects, words))
        named = []
        for table in tables:
            name = sheet_name(table.name, taken)
            taken.add(name)
            named.append(table._replace(name=name))
        return named

    @api.model
    def _words(self):
        """What stands in many cells, in the language of the context."""
        return {
            "hidden": Note(self.env._("hidden")),
            "missing": Note(self.env._("n/a")),
            "part": dict(
                self.env["alumni.indicator.value"]
                ._fields["series"]
                ._description_selection(self.env)
            ),
            "unit": dict(
                self.env["alumni.indicator"]
                ._fields["unit"]
                ._description_selection(self.env)
            ),
            "reason": dict(
                self.env["alumni.indicator.value"]
                ._fields["missing_reason"]
                ._description_selection(self.env)
            ),
        }

    @api.model
    def _compose_table(self, name, breakdown, blocks, hidden, periods, subjects, words):
        """One sheet: a line for each indicator and part, a column for each period."""
        whole = breakdown == "total"
        rows, starts = [], {}
        for subject in subjects:
            own = subject.series if whole and subject.series else breakdown
            block = blocks.get(own, {}).get(subject.id)
            if not block:
                continue
            starts[subject] = len(rows)
            rows.extend(
                self._block_rows(subject, breakdown, block, hidden, periods, words)
            )
        has_part = whole or any(row[3] for row in rows)
        heads = [
            (self.env._("Code"), 9),
            (self.env._("Indicator"), 34),
            (name, 30),
            (self.env._("Part"), 20),
            (self.env._("Unit"), 9),
            (self.env._("Out of"), 24),
            *((self._period_name(period), 14) for period in periods),
        ]
        if whole:
            heads.append(
                (self.env._("People in the denominator, %s", periods[-1].name), 24)
            )
        heads.append((self.env._("Remark"), 36))
        drop = [
            index
            for index, dropped in (
                (2, whole),
                (3, not has_part),
                (len(heads) - 1, not any(row[-1] for row in rows)),
            )
            if dropped
        ]
        for index in reversed(drop):
            for line in (heads, *rows):
                del line[index]
        first = 5 if whole else 5 + has_part
        charts = []
        if not whole:
            charts = self._table_charts(rows, starts, heads, first + len(periods) - 1)
        return Table(
            name,
            self.env._("Indicators") if whole else self.env._("By %s", name.lower()),
            ", ".join(periods.mapped("name")) + " · " + periods.company_id.name,
            [head for head, _width in heads],
            [width for _head, width in heads],
            range(first, first + len(periods) + whole),
            2 if whole else 3,
            rows,
            charts,
        )

    @api.model
    def _block_rows(self, subject, breakdown, block, hidden, periods, words):
        """The lines of one indicator: for each part a line of figures and, for a
        count with a denominator, a line of shares. What is hidden comes last, so
        that what is shown can be charted."""
        period_ids = periods.ids
        last = period_ids[-1]
        whole = breakdown == "total"
        lines = []
        for (key, series), by_period in block.items():
            sample = by_period.get(last) or next(iter(by_period.values()))
            dark = {
                period_id
                for period_id, value in by_period.items()
                if value[:5] in hidden
            }
            size = sample.numerator or 0 if breakdown == "country" else 0
            order = (
                last not in by_period or last in dark,
                sample.sequence,
                0 if last in dark else -size,
                sample.label,
                (key, series),
            )
            remark = self._remark(by_period, dark, words)
            lines.append((order, sample, by_period, dark, remark))
        lines.sort(key=itemgetter(0))
        rows = []
        for share in (False, True) if subject.unit == "people" else (False,):
            if share and not subject.out_of:
                continue
            shown = "percent" if share else subject.unit
            unit = words["unit"][shown]
            out_of = subject.out_of if shown in FACTORS else ""
            for _order, sample, by_period, dark, remark in lines:
                row = [
                    subject.code,
                    subject.name,
                    sample.label,
                    words["part"].get(sample.series, ""),
                    unit,
                    out_of,
                    *[
                        words["hidden"]
                        if period_id in dark
                        else self._cell(by_period.get(period_id), share, words)
                        for period_id in period_ids
                    ],
                ]
                if whole:
                    row.append(
                        self._base(by_period.get(last), shown, last in dark, words)
                    )
                row.append(remark)
                rows.append(row)
        return rows

    @api.model
    def _cell(self, value, share, words):
        """One published figure. Counts are rounded to 5, and rates to a tenth of a
        point, so that the exact counts cannot be worked back from them."""
        if value is None:
            return None
        if value.state == "missing":
            return words["missing"]
        if share:
            if value.share is None:
                return words["hidden"]
            return Figure(round(value.share / 100, 3), "percent")
        if value.unit == "people":
            return Figure(disclosure.round_count(value.value), "people")
        if value.unit in PERCENTAGES:
            return Figure(round(value.value / 100, 3), value.unit)
        return Figure(round(value.value, UNIT_BY_CODE[value.unit].digits), value.unit)

    @api.model
    def _remark(self, by_period, dark, words):
        """Why figures of this line are missing, if any are."""
        reasons = dict.fromkeys(
            words["reason"][value.missing_reason]
            for period_id, value in by_period.items()
            if value.state == "missing" and period_id not in dark
        )
        return "; ".join(reasons)

    @api.model
    def _base(self, value, unit, dark, words):
        if unit not in FACTORS or not value or not value.denominator:
            return None
        if dark or value.state == "missing":
            return words["hidden"]
        return Figure(disclosure.round_count(value.denominator), "people")

    @api.model
    def _period_name(self, period):
        if period.date_end >= fields.Date.context_today(self):
            return self.env._("%s (running)", period.name)
        return period.name

    @api.model
    def _table_charts(self, rows, starts, heads, column):
        """A chart of the engagement rate, or of the first figure there is, in the
        last period, which stands in ``column``."""
        chosen = min(
            (subject for subject in starts if not subject.series),
            key=lambda subject: (subject.code != "ENG-15", subject.unit != "percent"),
            default=None,
        )
        if not chosen:
            return []
        first = last = starts[chosen]
        while (
            last < len(rows)
            and last - first < CHART_ROWS
            and rows[last][0] == chosen.code
            and isinstance(rows[last][column], Figure)
            and rows[last][column].unit == chosen.unit
        ):
            last += 1
        if last - first < 2:
            return []
        return [
            Chart(
                f"{chosen.name}, {heads[column][0]}",
                "column" if last - first <= 8 else "bar",
                column,
                first,
                last - 1,
                2,
                chosen.unit in PERCENTAGES,
            )
        ]

    @api.model
    def _definitions(self, values, subjects, words):
        versions = {}
        for value in values.values():
            versions.setdefault(value.indicator_id, set()).add(value.formula_version)
        rows = [
            [
                subject.code,
                subject.name,
                subject.variant,
                subject.formula,
                subject.counted,
                subject.out_of,
                words["unit"][subject.unit],
                ", ".join(map(str, sorted(versions.get(subject.id, ())))),
                subject.origin,
            ]
            for subject in subjects
        ]
        return Table(
            self.env._("Definitions"),
            self.env._("Definitions"),
            self.env._(
                "V: read in a published page. R: professional knowledge. P: our own "
                "rule. L: law. Aligned with CASE's Alumni Engagement Metrics."
            ),
            [
                self.env._("Code"),
                self.env._("Indicator"),
                self.env._("Variant"),
                self.env._("Formula"),
                self.env._("Counted"),
                self.env._("Out of"),
                self.env._("Unit"),
                self.env._("Formula version"),
                self.env._("Source"),
            ],
            [9, 34, 12, 70, 90, 24, 9, 10, 24],
            (),
            2,
            rows,
            [],
        )

    # cover

    @api.model
    def _cover(self, values, hidden, periods, subjects, threshold):
        method, changed = self._method(periods)
        notes = [
            (
                self.env._("hidden"),
                self.env._(
                    "Fewer than %(threshold)s people; for a percentage, a "
                    "denominator under %(threshold)s or a numerator or remainder "
                    "under %(part)s; or a cell from which such a one could be found "
                    "by subtraction.",
                    threshold=threshold,
                    part=disclosure.SMALLEST_PART,
                ),
            ),
            (
                self.env._("Rounding"),
                self.env._(
                    "Counts are rounded to 5; percentages to a tenth, from counts "
                    "that were not rounded."
                ),
            ),
            (
                self.env._("Formulas"),
                self.env._("The last sheet defines every indicator."),
            ),
        ]
        if changed:
            notes.append(
                (
                    self.env._("Comparison"),
                    self.env._(
                        "Not all periods were counted in the same way (see Method): "
                        "compare them with care."
                    ),
                )
            )
        now = fields.Datetime.context_timestamp(self, fields.Datetime.now())
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US")
        return Cover(
            self.env._("Cover"),
            periods.company_id.name,
            self.env._("Alumni engagement indicators"),
            self.env._(
                "%(periods)s · generated on %(date)s",
                periods=", ".join(map(self._period_name, periods)),
                date=now.strftime(f"{lang.date_format} %H:%M"),
            ),
            self._cards(values, hidden, periods, subjects),
            method,
            notes,
        )

    @api.model
    def _cards(self, values, hidden, periods, subjects):
        """The headline figures of the last period, with those of the one before."""

        def figure(subject, period):
            place = (subject.id, period.id, "total", "", "")
            if place in hidden:
                return Note(self.env._("hidden"))
            value = values.get(place)
            if value is None or value.state == "missing":
                return None
            return self._cell(value, False, {})

        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US")
        cards = []
        for subject in subjects:
            cell = subject.code in CARDS and figure(subject, periods[-1])
            if not cell:
                continue
            before = len(periods) > 1 and figure(subject, periods[-2])
            text = ""
            if isinstance(before, Figure):
                number, unit = before
                percent = unit == "percent"
                text = self.env._(
                    "%(figure)s in %(period)s",
                    figure=self.env["alumni.indicator.value"]._format_percent(
                        100 * number
                    )
                    if percent
                    else lang.format("%.0f", number, grouping=True),
                    period=periods[-2].name,
                )
            cards.append((subject.name, cell, text))
        return cards

    @api.model
    def _method(self, periods):
        """How the figures were counted: (header, lines) and whether it changed from
        one period to another."""
        flags = dict(
            self.env.execute_query(
                SQL(
                    "SELECT DISTINCT ON (period_id) period_id, method_flags"
                    " FROM alumni_indicator_value WHERE period_id IN %s",
                    tuple(periods.ids),
                )
            )
        )
        described = [
            self.env["alumni.indicator.value"]._describe_method(
                flags.get(period.id) or {}
            )
            for period in periods
        ]
        lines = [
            [name, *(lines[index][1] for lines in described)]
            for index, (name, _text) in enumerate(described[0])
        ]
        # The first line holds the dates, which always differ.
        changed = any(len(set(line[1:])) > 1 for line in lines[1:])
        header = [self.env._("Method"), *map(self._period_name, periods)]
        return (header, lines), changed

    @api.model
    def _cover_charts(self, table, periods):
        """The engagement rate over the periods, and the four modes in the last."""
        column = 5
        latest = column + len(periods) - 1
        index = {row[0]: i for i, row in reversed(list(enumerate(table.rows)))}
        charts = []
        rate = index.get("ENG-15")
        if rate is not None and len(periods) > 1:
            cells = table.rows[rate][column : latest + 1]
            if all(isinstance(cell, Figure) for cell in cells):
                chart = Chart(
                    table.rows[rate][1], "line", (column, latest), rate, rate, 1, True
                )
                charts.append((table.name, chart))
        rows = [index.get(code) for code in MODE_RATES]
        if None not in rows and all(
            isinstance(table.rows[row][latest], Figure) for row in rows
        ):
            title = self.env._("Rates by mode, %s", self._period_name(periods[-1]))
            chart = Chart(title, "column", latest, rows[0], rows[-1], 1, True)
            charts.append((table.name, chart))
        return charts
