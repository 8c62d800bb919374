"""What may leave the house: hiding small cells of a table of people.

Plain Python, without the ORM, so that the rules can be read and tested by
themselves (docs/kpi_rules.md, Publishing and sharing).

* A count under the threshold is hidden; the others are rounded to 5.
* A percentage is hidden when its denominator is under the threshold, or when its
  numerator or the rest of the denominator is under 5.
* Where the parts of a breakdown add up to a total, a hidden cell could be found by
  subtraction. So further cells are hidden until no hidden cell follows from the
  published ones, and until what remains unpublished of each total is, taken
  together, something that might have been published itself.
* A percentage would give away a hidden count of its numerator by multiplication
  with its denominator, so it is hidden with it (alumni.benchmark.report).
"""

from collections import namedtuple
from fractions import Fraction

ROUNDING = 5
SMALLEST_PART = 5
THRESHOLD_DEFAULT = 10
THRESHOLD_MIN = 5
THRESHOLD_MAX = 20

Cell = namedtuple("Cell", "numerator denominator is_count is_part")
"""A figure about people. ``is_count``: the number of people itself is published;
``is_part``: the numerator is a part of the denominator. A share of a count is both;
a mean, such as modes per person, is neither."""

Sum = namedtuple("Sum", "total parts same_denominator")
"""Parts that add up: the key of the total (None: known to everyone) and the keys of
the parts. ``same_denominator``: the parts are shares of one population, instead of
each having its own."""


def round_count(count):
    """A count rounded to 5, the way in which it may be published.

    >>> [round_count(n) for n in (10, 12, 13, 17, 18)]
    [10, 10, 15, 15, 20]
    """
    return int((count + ROUNDING // 2) // ROUNDING * ROUNDING)


def is_small(cell, threshold):
    """Whether a cell must not be published for what it says by itself.

    >>> is_small(Cell(9, None, True, False), 10)
    True
    >>> is_small(Cell(10, None, True, False), 10)
    False
    >>> is_small(Cell(5, 10, False, True), 10)
    False
    >>> [is_small(Cell(n, 100, False, True), 10) for n in (4, 50, 96)]
    [True, False, True]
    >>> is_small(Cell(5, 9, False, True), 10)
    True
    """
    if cell.is_count and cell.numerator < threshold:
        return True
    if cell.denominator is None:
        return False
    if cell.denominator < threshold or cell.numerator < SMALLEST_PART:
        return True
    return cell.is_part and cell.denominator - cell.numerator < SMALLEST_PART


def hidden_cells(cells, sums, threshold, already=()):
    """Which cells have to be hidden.

    :param cells: ``{key: Cell}``; what is not published anyway does not belong here
    :param sums: list of ``Sum`` over keys of ``cells``
    :param threshold: the smallest count that is published
    :param already: keys that are hidden for some other reason
    :return: set of keys

    >>> cells = {name: Cell(n, None, True, False) for name, n in
    ...          {"all": 100, "a": 4, "b": 16, "c": 80}.items()}
    >>> sorted(hidden_cells(cells, [Sum("all", ["a", "b", "c"], False)], 10))
    ['a', 'b']
    """
    hidden = {key for key, cell in cells.items() if is_small(cell, threshold)}
    hidden.update(already)
    if not hidden:
        return hidden
    sums = [
        Sum(s.total, [key for key in s.parts if key in cells], s.same_denominator)
        for s in sums
        if s.total is None or s.total in cells
    ]
    while True:
        before = len(hidden)
        for each in sums:
            _protect(each, cells, hidden, threshold)
        for key in _determined(sums, hidden):
            _hide_another(key, sums, cells, hidden)
        if len(hidden) == before:
            return hidden


def _protect(each, cells, hidden, threshold):
    """Hide parts of one sum until the rest that it leaves open may be known."""
    while True:
        unknown = [key for key in each.parts if key in hidden]
        if each.total in hidden:
            # Two unknowns in one sum, or one part to hide beside the total.
            if unknown or not _hide_smallest(each.parts, cells, hidden):
                return
            continue
        if not unknown:
            return
        rest = _merge(unknown, cells, each.same_denominator)
        if len(unknown) > 1 and not is_small(rest, threshold):
            return
        if _hide_smallest(each.parts, cells, hidden):
            continue
        if each.total is not None and len(unknown) == 1:
            hidden.add(each.total)
        return


def _merge(keys, cells, same_denominator):
    merged = [cells[key] for key in keys]
    denominators = [c.denominator for c in merged if c.denominator is not None]
    return merged[0]._replace(
        numerator=sum(cell.numerator for cell in merged),
        denominator=None
        if not denominators
        else max(denominators)
        if same_denominator
        else sum(denominators),
    )


def _hide_smallest(keys, cells, hidden):
    """Hide the smallest of these cells that is still shown; false if none is."""
    shown = [key for key in keys if key not in hidden]
    if not shown:
        return False
    hidden.add(min(shown, key=lambda key: cells[key].numerator))
    return True


def _hide_another(key, sums, cells, hidden):
    """Hide one more cell in a sum that gives this hidden cell away."""
    for each in sums:
        members = [*each.parts, *([] if each.total is None else [each.total])]
        if key in members and _hide_smallest(members, cells, hidden):
            return


def _determined(sums, hidden):
    """The hidden cells that follow from the published ones, by any combination of
    the sums: those whose value the linear equations leave no choice about."""
    equations = []
    for each in sums:
        row = {key: 1 for key in each.parts if key in hidden}
        if each.total in hidden:
            row[each.total] = -1
        if row:
            equations.append(row)
    shared = len({key for row in equations for key in row})
    if shared == sum(map(len, equations)):
        # No two sums have a hidden cell in common: each stands for itself.
        return [key for row in equations if len(row) == 1 for key in row]
    return [next(iter(row)) for row in _reduce(equations) if len(row) == 1]


def _reduce(equations):
    """Gauss-Jordan elimination of sparse rows ``{key: coefficient}``."""
    pivots = {}
    for equation in equations:
        row = {key: Fraction(number) for key, number in equation.items()}
        while any(key in pivots for key in row):
            key = next(key for key in row if key in pivots)
            _subtract(row, pivots[key], row[key])
        if not row:
            continue
        pivot = next(iter(row))
        scale = row[pivot]
        row = {key: number / scale for key, number in row.items()}
        for other in pivots.values():
            if pivot in other:
                _subtract(other, row, other[pivot])
        pivots[pivot] = row
    return list(pivots.values())


def _subtract(row, other, factor):
    for key, number in other.items():
        result = row.get(key, 0) - factor * number
        if result:
            row[key] = result
        else:
            row.pop(key, None)
