import contextlib
import itertools
import re

from psycopg2.extras import Json

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.cells import original, parse_date, parse_number

MAX_TEXT = 256
"""Characters in a name, number, code, phone or e-mail. Longer ones are another
column's content, and would not fit into the indexes of the database."""


class LineProblem(Exception):
    """A line that is not taken.

    :param reason: one of the reasons of ``alumni.import.line``
    :param message: what is wrong, for whoever corrects the line
    """

    def __init__(self, reason, message):
        super().__init__(message)
        self.reason = reason
        self.message = message


class AlumniImportKind(models.AbstractModel):
    """How one kind of file is loaded. A new kind is one class that inherits from
    this one, with its targets in ``alumni.import.target``::

        class AlumniImportKindEvents(models.AbstractModel):
            _name = "alumni.import.kind.events"
            _inherit = "alumni.import.kind"
            _kind = "events"
            _stage_columns = {"event_ref": "varchar", "date": "date"}

    Lines are parsed one by one in Python into typed values, copied into a staging
    table, and from there matched and written with a few statements a chunk.
    """

    _name = "alumni.import.kind"
    _description = "Kind of import"

    _kind = None
    """Code of the kind, as in ``./alumni import --kind``."""
    _kind_sequence = 10
    _stage_columns = {}
    """Columns of the staging table with PostgreSQL's own names of their types.
    ``line`` (number of the line) and ``root`` (first line of the same record) come
    before them."""
    _stage_keys = ()
    """Columns by which the staging table is joined, all if empty."""
    _required_codes = ()
    """Targets without which nothing can be loaded; no line may leave them empty."""

    @api.model
    def _kind_label(self):
        """Name of the kind for the user."""
        raise NotImplementedError

    @api.model
    def _check_columns(self, document, codes):
        """Raise a UserError when columns without which nothing can be loaded are not
        mapped.

        :param codes: the targets that are mapped
        """
        missing = set(self._required_codes) - codes
        if missing:
            names = self.env["alumni.import.target"].search(
                [("kind", "=", self._kind), ("code", "in", list(missing))]
            )
            raise UserError(
                self.env._(
                    "No column is mapped to: %(fields)s. Does the first line of the "
                    "file hold the names of the columns? If it does, choose the field "
                    "of each column and check again.",
                    fields=", ".join(names.mapped("name")),
                )
            )

    @api.model
    def _parser(self, document, columns):
        """Return the function that turns the cells of a line into the values of the
        staging columns, or raises :class:`LineProblem`.

        :param columns: position of the column of each mapped target
        """
        raise NotImplementedError

    @api.model
    def _staged(self, document, stage):
        """Called when all lines are in the staging table: find the lines that belong
        together and those that cannot be taken after all (see ``_reject``)."""

    @api.model
    def _preview(self, document, stage):
        """Return what loading would create, as values of the document's ``new_*``
        fields, without writing anything."""
        raise NotImplementedError

    @api.model
    def _begin(self, document, stage):
        """Called once before the first chunk: create what the records refer to."""

    @api.model
    def _load(self, document, stage, first, last):
        """Load the lines whose root is in ``first..last``. Doing so again must have
        no effect.

        :return: numbers to add to the counters of the document
        """
        raise NotImplementedError

    # helpers for the kinds

    @api.model
    def _values_reader(self, document, columns, long_codes=()):
        """Return a function from cells to text by target, with plain white space.

        :param long_codes: targets whose text may be long
        """
        columns = list(columns.items())
        limits = {
            code: MAX_TEXT * (8 if code in long_codes else 1) for code, _ in columns
        }
        headers = {m.target_id.code: m.header for m in document.mapping_ids}
        env = self.env

        def read(cells):
            values = {code: " ".join(cells[at].split()) for code, at in columns}
            for code, value in values.items():
                if value[:1] == "'":
                    values[code] = original(value)
                if len(value) > limits[code]:
                    raise LineProblem(
                        "too_long",
                        env._(
                            "%(column)s has %(length)s characters.",
                            column=headers[code],
                            length=len(value),
                        ),
                    )
            return values

        return read, headers

    @api.model
    def _check_required(self, values, headers):
        """Refuse a line that leaves one of the required targets empty."""
        for code in self._required_codes:
            if not values[code]:
                raise LineProblem(
                    "missing_value",
                    self.env._("%(column)s is empty.", column=headers[code]),
                )

    @api.model
    def _date(self, values, headers, code):
        """The day that stands in a column, or None when it is empty or not there."""
        if not values.get(code):
            return None
        try:
            return parse_date(values[code])
        except ValueError:
            raise self._bad_value(headers[code], values[code], "bad_date") from None

    @api.model
    def _whole(self, values, headers, code, first, last):
        """The whole number from ``first`` to ``last`` that stands in a column, or
        None when it is empty or not there."""
        text = values.get(code)
        if not text:
            return None
        number = re.fullmatch(r"(\d{1,9})(?:[.,]0+)?", text)
        if not number or not first <= int(number[1]) <= last:
            raise self._bad_value(headers[code], text)
        return int(number[1])

    @api.model
    def _number(self, values, headers, code):
        """The amount or number of hours, not negative, that stands in a column; 0
        when it is empty or not there."""
        text = values.get(code)
        if not text:
            return 0
        try:
            value = parse_number(text)
        except ValueError:
            raise self._bad_value(headers[code], text) from None
        if value < 0:
            raise self._bad_value(headers[code], text)
        return value

    @api.model
    def _currency_reader(self, document, headers, *amounts):
        """Return a function from the values of a line to the id of its currency: the
        one that the line says, else the one that the header of a column of amounts
        says, as amount_eur does, else the institution's.

        :param amounts: targets of amounts
        """
        currencies = {
            currency.name: currency.id
            for currency in self.env["res.currency"]
            .with_context(active_test=False)
            .search_fetch([], ["name"])
        }
        usual = document.company_id.currency_id.id
        for code in amounts:
            stated = re.search(r"[^A-Za-z]([A-Za-z]{3})$", headers.get(code) or "")
            if stated and stated[1].upper() in currencies:
                usual = currencies[stated[1].upper()]
                break

        def read(values):
            text = values.get("currency")
            if not text:
                return usual
            if text.upper() not in currencies:
                raise self._bad_value(headers["currency"], text)
            return currencies[text.upper()]

        return read

    @api.model
    def _number_repeats(self, stage):
        """Give lines with the same ``content`` a content of their own: the first one
        is the first record, the second one the second, in every file."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(stage)s stage SET content = content || '-' || again.place
                FROM (SELECT line, row_number() OVER (
                          PARTITION BY content ORDER BY line) AS place
                      FROM %(stage)s) again
                WHERE again.line = stage.line
                """,
                stage=stage,
            )
        )

    @api.model
    def _bad_value(self, header, value, reason="bad_value"):
        """The problem of a line in whose column ``header`` ``value`` stands."""
        if reason == "bad_date":
            message = self.env._(
                "%(column)s: there is no date “%(value)s”.", column=header, value=value
            )
        else:
            message = self.env._(
                "%(column)s: “%(value)s” is not understood.", column=header, value=value
            )
        return LineProblem(reason, message)

    @api.model
    def _union(self, stage, groups):
        """Give lines that belong together one root.

        :param groups: one statement per rule; its rows are arrays of roots that are
            the same record by this rule
        """
        parent = {}

        def find(root):
            while (above := parent.get(root, root)) != root:
                parent[root] = parent.get(above, above)
                root = above
            return root

        for group in groups:
            self.env.cr.execute(group)
            for (roots,) in iter(self.env.cr.fetchone, None):
                for one, other in itertools.pairwise(roots):
                    low, high = sorted((find(one), find(other)))
                    parent[high] = low
        moved = [(root, find(root)) for root in parent]
        if moved:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE %s stage SET root = moved.new
                    FROM unnest(%s::int[], %s::int[]) AS moved (old, new)
                    WHERE stage.root = moved.old AND moved.new != moved.old
                    """,
                    stage,
                    [old for old, _new in moved],
                    [new for _old, new in moved],
                )
            )

    @api.model
    def _temporary(self, name, query, keys=()):
        """Keep the rows of a query until the end of the transaction, under a name.

        :param keys: the columns by which it is joined, all if empty: counting the
            values of every column of a wide table takes longer than filling it
        """
        table = SQL.identifier(name)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", table))
        self.env.cr.execute(
            SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", table, query)
        )
        self.env.cr.execute(self._analyze_statement(table, keys))
        return table

    @api.model
    def _analyze_statement(self, table, keys):
        """The statement that tells the planner about a table.

        :param keys: the columns by which it is joined, all if empty
        """
        if not keys:
            return SQL("ANALYZE %s", table)
        return SQL("ANALYZE %s (%s)", table, SQL(", ").join(map(SQL.identifier, keys)))

    @api.model
    def _defaults(self, model):
        """Column values that the defaults of a model's fields give a new record."""
        Model = self.env[model]
        names = [name for name, f in Model._fields.items() if f.store and f.column_type]
        return {
            name: Model._fields[name].convert_to_column_insert(value, Model)
            for name, value in Model.default_get(names).items()
        }

    @api.model
    def _insert(self, model, values, source, defaults):
        """Insert one record of a model per row of ``source``, with all columns.

        :param values: SQL expression per column; they stand for themselves
        :param source: SQL from FROM on
        :param defaults: values of the other columns
        :return: ``INSERT`` statement without ``RETURNING``
        """
        Model = self.env[model]
        columns = {name: SQL("%s", value) for name, value in defaults.items()}
        if Model._log_access:
            columns |= {
                "create_uid": SQL("%s", self.env.uid),
                "write_uid": SQL("%s", self.env.uid),
                "create_date": SQL("(now() AT TIME ZONE 'UTC')"),
                "write_date": SQL("(now() AT TIME ZONE 'UTC')"),
            }
        columns |= values
        return SQL(
            "INSERT INTO %s (%s) SELECT %s %s",
            SQL.identifier(Model._table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(columns.values()),
            source,
        )

    @api.model
    def _defaults_by_example(self, model, examples, own):
        """Values that the ORM gives to the columns of every new record, whatever
        addons are installed: two examples are created, compared and discarded.

        :param examples: values of two records that differ in every field
        :param own: columns that the caller supplies
        :return: value per column; names of the stored computed fields that depend on
            the record and must be left to the ORM
        """
        Model = self.env[model].with_context(
            tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True
        )

        class Discard(Exception):
            pass

        rows = []
        with contextlib.suppress(Discard):
            with self.env.cr.savepoint():
                records = Model.create(examples)
                self.env.flush_all()
                rows = self.env.execute_query_dict(
                    SQL(
                        "SELECT * FROM %s WHERE id IN %s ORDER BY id",
                        SQL.identifier(Model._table),
                        tuple(records.ids),
                    )
                )
                raise Discard
        first, second = rows
        skipped = {"id", "create_uid", "create_date", "write_uid", "write_date", *own}
        defaults, differing = {}, []
        for name, value in first.items():
            if name in skipped:
                continue
            if value == second[name]:
                if value is not None:
                    defaults[name] = Json(value) if isinstance(value, dict) else value
            elif (field := Model._fields.get(name)) and field.compute:
                differing.append(name)
        return defaults, differing
