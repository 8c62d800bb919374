import doctest
import random
from fractions import Fraction

from odoo.tests import BaseCase, tagged

from ...models.benchmark import disclosure, workbook

THRESHOLD = 10


@tagged("post_install", "-at_install")
class TestDisclosure(BaseCase):
    """Small cells are hidden, and stay hidden from who can subtract."""

    def test_doctests(self):
        for module in (disclosure, workbook):
            result = doctest.testmod(module)
            self.assertTrue(result.attempted)
            self.assertFalse(result.failed)

    def _counts(self, **numbers):
        return {
            name: disclosure.Cell(number, None, True, False)
            for name, number in numbers.items()
        }

    def _hidden(self, cells, *sums):
        return disclosure.hidden_cells(cells, list(sums), THRESHOLD)

    def test_no_small_cell_no_loss(self):
        cells = self._counts(all=60, a=10, b=20, c=30)
        parts = disclosure.Sum("all", ["a", "b", "c"], False)
        self.assertEqual(self._hidden(cells, parts), set())

    def test_zero_is_small(self):
        self.assertEqual(self._hidden(self._counts(a=0, b=50)), {"a"})

    def test_one_small_cell_takes_another_along(self):
        cells = self._counts(all=104, a=4, b=40, c=60)
        parts = disclosure.Sum("all", ["a", "b", "c"], False)
        self.assertEqual(self._hidden(cells, parts), {"a", "b"})

    def test_two_small_cells_that_are_small_together(self):
        cells = self._counts(all=106, a=2, b=4, c=40, d=60)
        parts = disclosure.Sum("all", ["a", "b", "c", "d"], False)
        self.assertEqual(self._hidden(cells, parts), {"a", "b", "c"})

    def test_only_part(self):
        """With nothing else to hide, the total goes."""
        cells = {
            "all": disclosure.Cell(30, 100, False, True),
            "a": disclosure.Cell(3, 100, False, True),
        }
        self.assertEqual(
            self._hidden(cells, disclosure.Sum("all", ["a"], False)), {"all", "a"}
        )

    def test_shares_of_one_whole(self):
        """Four shares add up to 100 %: three of them tell the fourth."""
        cells = {
            mode: disclosure.Cell(number, 200, False, True)
            for mode, number in {"a": 3, "b": 47, "c": 70, "d": 80}.items()
        }
        self.assertEqual(
            self._hidden(cells, disclosure.Sum(None, list(cells), True)), {"a", "b"}
        )

    def test_percentages(self):
        cell = disclosure.Cell
        small = {
            (4, 100): True,
            (5, 100): False,
            (95, 100): False,
            (96, 100): True,
            (100, 100): True,
            (5, 10): False,
            (5, 9): True,
            (0, 0): True,
        }
        for (numerator, denominator), expected in small.items():
            self.assertEqual(
                disclosure.is_small(
                    cell(numerator, denominator, False, True), THRESHOLD
                ),
                expected,
                (numerator, denominator),
            )

    def _table(self, dice, rows, columns):
        """A table with margins and a grand total, and its sums."""
        size = dice.choice([3, 12, 60])
        body = {
            (r, c): int(dice.expovariate(1 / size))
            for r in range(rows)
            for c in range(columns)
        }
        counts = dict(body)
        sums = []
        for r in range(rows):
            keys = [(r, c) for c in range(columns)]
            counts[r, "all"] = sum(body[key] for key in keys)
            sums.append(disclosure.Sum((r, "all"), keys, False))
        for c in range(columns):
            keys = [(r, c) for r in range(rows)]
            counts["all", c] = sum(body[key] for key in keys)
            sums.append(disclosure.Sum(("all", c), keys, False))
        counts["all", "all"] = sum(body.values())
        for keys in (
            [(r, "all") for r in range(rows)],
            [("all", c) for c in range(columns)],
        ):
            sums.append(disclosure.Sum(("all", "all"), keys, False))
        cells = {
            key: disclosure.Cell(count, None, True, False)
            for key, count in counts.items()
        }
        return cells, sums

    def _can_be_other(self, key, hidden, sums):
        """Whether a table with another number in this cell would be published just
        the same: is there a change of the hidden cells that moves it and keeps all
        the sums? By plain dense elimination, with this cell as the last unknown."""
        unknown = [other for other in hidden if other != key] + [key]
        matrix = []
        for each in sums:
            row = [Fraction(other in each.parts) for other in unknown]
            if each.total in hidden:
                row[unknown.index(each.total)] -= 1
            matrix.append(row)
        rank = 0
        for column in range(len(unknown) - 1):
            pivot = next(
                (i for i in range(rank, len(matrix)) if matrix[i][column]), None
            )
            if pivot is None:
                continue
            matrix[rank], matrix[pivot] = matrix[pivot], matrix[rank]
            for i in range(rank + 1, len(matrix)):
                factor = matrix[i][column] / matrix[rank][column]
                matrix[i] = [
                    a - factor * b for a, b in zip(matrix[i], matrix[rank], strict=True)
                ]
            rank += 1
        return not any(row[-1] for row in matrix[rank:])

    def test_no_hidden_cell_can_be_found(self):
        dice = random.Random(7)
        hidden_somewhere = shown_somewhere = 0
        for _trial in range(150):
            cells, sums = self._table(dice, dice.randint(1, 5), dice.randint(1, 4))
            hidden = disclosure.hidden_cells(cells, sums, THRESHOLD)
            for key, cell in cells.items():
                if cell.numerator < THRESHOLD:
                    self.assertIn(key, hidden)
            for key in hidden:
                hidden_somewhere += 1
                self.assertTrue(self._can_be_other(key, hidden, sums), (key, cells))
            for each in sums:
                rest = [k for k in each.parts if k in hidden]
                if rest and each.total not in hidden:
                    self.assertGreaterEqual(
                        sum(cells[k].numerator for k in rest), THRESHOLD
                    )
            shown_somewhere += len(cells) - len(hidden)
        self.assertGreater(hidden_somewhere, 100)
        self.assertGreater(shown_somewhere, 100, "hiding everything is no solution")
