"""P6: the benchmark spreadsheet."""

import time

from . import in_turns
from .figures import LAST_YEAR, ROUNDS, compute_indicators


def write_spreadsheet(env, path):
    """The benchmark spreadsheet from stored values, as ./alumni export writes it."""
    env["alumni.benchmark.export"].write_file(LAST_YEAR, path)


def read_cells(path):
    """Every written cell of every sheet: ``{sheet: [(row, column, value)]}``."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    return {
        sheet.title: [
            (cell.row - 1, cell.column - 1, cell.value)
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        ]
        for sheet in book.worksheets
    }


def write_bare(_env, path, sheets):
    """The same cells by bare xlsxwriter: no formats, no charts, no checks."""
    import xlsxwriter

    started = time.perf_counter()
    book = xlsxwriter.Workbook(path)
    for title, cells in sheets.items():
        sheet = book.add_worksheet(title)
        for row, column, value in cells:
            sheet.write(row, column, value)
    book.close()
    return time.perf_counter() - started


def measure(run):
    databases = run.databases
    database = run.filled()
    ours = databases.worker(database)
    theirs = databases.worker(database)
    path, bare = (str(run.folder / name) for name in ("export.xlsx", "bare.xlsx"))
    run.say("P6: the benchmark spreadsheet")
    # in the other process, so that the memory of ours is that of the export
    values = theirs.result(compute_indicators, LAST_YEAR)
    ours.call(write_spreadsheet, path)
    sheets = read_cells(path)
    cells = sum(len(written) for written in sheets.values())
    seconds, other = in_turns(
        2 * ROUNDS,
        lambda: ours.seconds(write_spreadsheet, path),
        lambda: theirs.result(write_bare, bare, sheets),
    )
    run.add(
        "P6",
        "benchmark spreadsheet from stored values",
        f"{run.people:,} people, {values:,} values, {cells:,} cells",
        seconds,
        other,
        1.5,
        ours.peak(),
        "the same cells written by bare xlsxwriter, without formats and charts",
    )
    databases.release(ours, theirs)
