import base64
import contextlib
import csv
import io
import itertools
import json
import logging
from urllib.parse import quote

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, sql

from ...tools.cells import neutral
from ...tools.match_key import plain_name
from ...tools.table_file import ENCODINGS, SEPARATORS, FileProblem, TableFile
from .alumni_import_kind import LineProblem

_logger = logging.getLogger(__name__)

CHUNK = 25_000
"""Lines loaded in one transaction in the background: a few seconds of work, so that
a killed server loses little and other work waits shortly."""
AT_ONCE = 500_000
"""Bytes up to which a file is checked or loaded while the user waits: 2,000 lines of a
registrar, about a second on two cores."""
PACKED = 5
"""How many times smaller a spreadsheet is than the same lines as text."""
WORKING = ("checking", "running")
"""States in which the file is worked on in the background."""
BUFFER = 4 * 2**20
"""Characters that are gathered before they are sent to the database."""
HEAD = 10
"""Lines that are shown before loading."""


class AlumniImport(models.Model):
    """A file that is loaded: what it is, which column means what, what would happen,
    what has happened, and the lines that were not taken.

    ======== =================================================================
    draft    the file is known; columns are mapped
    checking it is being read in the background
    ready    the whole file was checked; what would happen is known
    running  it is being loaded, chunk by chunk, each in one transaction
    done     it is loaded; loading it again has no effect
    failed   it could not be loaded; what is wrong stands in the document
    ======== =================================================================
    """

    _name = "alumni.import"
    _description = "Import"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _rec_name = "file_name"

    kind = fields.Selection(
        selection="_selection_kind",
        string="Content",
        required=True,
        default="people",
        help="What the lines of the file are about.",
    )
    # Not required: for the browser an empty file is none, and its message about a
    # field that is missing would help nobody.
    file = fields.Binary(attachment=True, help="A CSV or .xlsx file.")
    file_name = fields.Char(string="File name")
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
        index=True,
    )
    encoding = fields.Selection(
        selection=ENCODINGS,
        help="How letters are written in the file. It is guessed; correct it if "
        "accents look wrong below.",
    )
    separator = fields.Selection(
        selection=SEPARATORS, help="The sign between two columns. It is guessed."
    )
    state = fields.Selection(
        string="Status",
        selection=[
            ("draft", "To check"),
            ("checking", "Checking"),
            ("ready", "Ready"),
            ("running", "Loading"),
            ("done", "Loaded"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        tracking=True,
        copy=False,
    )
    error = fields.Text(string="What went wrong", readonly=True, copy=False)
    mapping_ids = fields.One2many(
        comodel_name="alumni.import.mapping",
        inverse_name="import_id",
        string="Columns",
    )
    head = fields.Json(readonly=True, help="The first lines of the file.")
    head_html = fields.Html(
        string="First lines", compute="_compute_head_html", sanitize=False
    )
    problem_ids = fields.One2many(
        comodel_name="alumni.import.line",
        inverse_name="import_id",
        string="Rejected lines",
        readonly=True,
        copy=False,
    )
    problems_file = fields.Binary(
        string="File of rejected lines",
        compute="_compute_problems_file",
        help="The rejected lines as they stand in the file, with the reason in one "
        "more column. Correct them and load this file.",
    )
    problems_file_name = fields.Char(compute="_compute_problems_file_name")

    # what would happen
    people_new = fields.Integer(string="New people", readonly=True, copy=False)
    people_known = fields.Integer(string="Known people", readonly=True, copy=False)
    degrees_new = fields.Integer(string="New educations", readonly=True, copy=False)
    records_new = fields.Integer(string="New records", readonly=True, copy=False)
    outcome_html = fields.Html(
        string="Rejected lines by reason",
        compute="_compute_outcome_html",
        sanitize=False,
    )

    # what has happened
    line_count = fields.Integer(string="Lines", readonly=True, copy=False)
    rejected = fields.Integer(string="Lines rejected", readonly=True, copy=False)
    people_created = fields.Integer(string="People created", readonly=True, copy=False)
    people_updated = fields.Integer(
        string="People updated",
        readonly=True,
        copy=False,
        help="People who were known and about whom the file said something new.",
    )
    schools_created = fields.Integer(
        string="Schools created", readonly=True, copy=False
    )
    degrees_created = fields.Integer(
        string="Educations created",
        readonly=True,
        copy=False,
        help="Degrees of people: one per person and degree.",
    )
    catalogue_created = fields.Integer(
        string="Degrees added to the catalogue", readonly=True, copy=False
    )
    records_created = fields.Integer(
        string="Records created",
        readonly=True,
        copy=False,
        help="Records other than people, such as gifts.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Started by",
        readonly=True,
        copy=False,
        help="With whose rights the file is checked and loaded, and who is told when "
        "that has ended.",
    )
    date_start = fields.Datetime(string="Started", readonly=True, copy=False)
    date_end = fields.Datetime(string="Finished", readonly=True, copy=False)

    # how far it is
    staged = fields.Boolean(readonly=True, copy=False)
    last_line = fields.Integer(readonly=True, copy=False)
    position = fields.Integer(
        readonly=True, copy=False, help="Every record up to this line is loaded."
    )
    progress = fields.Float(compute="_compute_progress", help="In percent.")

    @api.model
    def _selection_kind(self):
        kinds = self._kinds()
        return [(kind._kind, kind._kind_label()) for kind in kinds]

    @api.model
    def _kinds(self):
        """The kinds of files that can be loaded, in the order of the list."""
        names = self.env.registry.descendants(["alumni.import.kind"], "_inherit")
        kinds = [self.env[name] for name in names if self.env[name]._kind]
        return sorted(kinds, key=lambda kind: (kind._kind_sequence, kind._kind))

    def _loader(self):
        """The model that knows this kind of file."""
        self.ensure_one()
        return next(kind for kind in self._kinds() if kind._kind == self.kind)

    @api.depends("position", "last_line", "state")
    def _compute_progress(self):
        for document in self:
            document.progress = (
                100 * document.position / document.last_line
                if document.state in ("running", "failed") and document.last_line
                else 100 * (document.state == "done")
            )

    @api.depends("head")
    def _compute_head_html(self):
        for document in self:
            document.head_html = document.head and self.env["ir.qweb"]._render(
                "alumni_relations.import_head", {"lines": document.head}
            )

    @api.depends("problem_ids")
    def _compute_outcome_html(self):
        labels = dict(
            self.env["alumni.import.line"]
            ._fields["reason"]
            ._description_selection(self.env)
        )
        counts = {}
        for document, reason, count in self.env["alumni.import.line"]._read_group(
            [("import_id", "in", self.ids)], ["import_id", "reason"], ["__count"]
        ):
            counts.setdefault(document.id, []).append((labels[reason], count))
        for document in self:
            reasons = counts.get(document.id)
            document.outcome_html = reasons and self.env["ir.qweb"]._render(
                "alumni_relations.import_outcome", {"reasons": reasons}
            )

    def _compute_problems_file_name(self):
        for document in self:
            document.problems_file_name = document._problems_name()

    def _compute_problems_file(self):
        for document in self:
            document.problems_file = document.rejected and base64.b64encode(
                document._problems_bytes()
            )

    # the file

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("file") and not vals.get("file_name"):
                vals["file_name"] = "file.csv"
        documents = super(
            AlumniImport, self.with_context(alumni_import_file=True)
        ).create(vals_list)
        documents = documents.with_env(self.env)
        for document in documents:
            document._read_head()
        return documents

    def write(self, vals):
        result = super(AlumniImport, self.with_context(alumni_import_file=True)).write(
            vals
        )
        if self.env.context.get("alumni_import_head"):
            return result
        if vals.keys() & {"file", "encoding", "separator", "kind"}:
            for document in self:
                document._read_head(
                    document.encoding if "file" not in vals else None,
                    document.separator if "file" not in vals else None,
                )
        elif "mapping_ids" in vals:
            self.filtered(lambda d: d.state == "ready").state = "draft"
        return result

    def unlink(self):
        for document in self:
            document._drop_stage()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        if any(document.state in WORKING for document in self):
            raise UserError(
                self.env._(
                    "A file that is being checked or loaded cannot be deleted. Wait."
                )
            )

    def _attachment(self):
        # The attachment of a field can only be read by administrators; whoever may
        # read the document may read its file.
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "file"),
                    ("res_id", "=", self.id),
                ],
                limit=1,
            )
        )

    def _is_quick(self):
        """Whether a user can wait for the file to be checked or loaded."""
        # A spreadsheet has no encoding of its own.
        size = self._attachment().file_size
        return size * (1 if self.encoding else PACKED) <= AT_ONCE

    @contextlib.contextmanager
    def _open(self, encoding=None, separator=None):
        """The file as a table. It is read from the file store and not through the
        field, which would hold it in memory twice."""
        self.ensure_one()
        attachment = self._attachment()
        if not attachment and not self.file_name:
            raise UserError(self.env._("Choose the file to load first."))
        if not attachment:
            raise UserError(self.env._("The file is empty. Export it again."))
        with (
            open(attachment._full_path(attachment.store_fname), "rb")
            if attachment.store_fname
            else io.BytesIO(attachment.raw)
        ) as stream:
            try:
                yield TableFile(stream, encoding, separator)
            except FileProblem as problem:
                raise UserError(problem.message(self.env.lang)) from problem

    def _read_head(self, encoding=None, separator=None):
        """Read the first lines of the file and propose the mapping."""
        self.ensure_one()
        with self._open(encoding, separator) as table:
            rows = [cells for _number, cells in itertools.islice(table.rows(), HEAD)]
            proposed = self._propose(table.header)
            self._drop_stage()
            self.with_context(alumni_import_head=True).write(
                {
                    "encoding": table.encoding,
                    "separator": table.separator,
                    "head": [table.header, *(row[: len(table.header)] for row in rows)],
                    "state": "draft",
                    "error": False,
                    "mapping_ids": [
                        fields.Command.clear(),
                        *(
                            fields.Command.create(
                                {
                                    "position": position,
                                    "header": header,
                                    "target_id": target.id,
                                    "sample": self._sample(rows, position),
                                }
                            )
                            for position, (header, target) in enumerate(
                                zip(table.header, proposed, strict=True)
                            )
                        ),
                    ],
                }
            )
            self.problem_ids.unlink()

    @api.model
    def _sample(self, rows, position):
        values = dict.fromkeys(
            row[position][:40] for row in rows if len(row) > position and row[position]
        )
        return ", ".join(list(values)[:3])

    def _propose(self, header):
        """The target of each column: as in the latest file in which a column had
        this name, else as the known headers say. No target is proposed twice."""
        known = self.env["alumni.import.target"]._by_header(self.kind)
        latest = self.env["alumni.import.mapping"].search(
            [
                ("import_id.kind", "=", self.kind),
                ("import_id.company_id", "=", self.company_id.id),
                ("import_id.state", "=", "done"),
                ("import_id", "!=", self.id),
                ("target_id", "!=", False),
                ("header", "in", header),
            ],
            order="id desc",
            limit=200,
        )
        earlier = {mapping.header: mapping.target_id for mapping in reversed(latest)}
        nothing = self.env["alumni.import.target"]
        used, targets = set(), []
        for name in header:
            target = earlier.get(name) or known.get(plain_name(name)) or nothing
            targets.append(nothing if target.id in used else target)
            used.add(target.id)
        return targets

    def _fitting_kind(self):
        """The other kind of file whose fields are best recognised in the header, if
        any has all that it needs."""
        fitting = []
        for kind in self._kinds():
            known = self.env["alumni.import.target"]._by_header(kind._kind)
            codes = {
                known[name].code
                for name in map(plain_name, self.head[0])
                if name in known
            }
            with contextlib.suppress(UserError):
                if kind._kind != self.kind:
                    kind._check_columns(self, codes)
                    fitting.append((len(codes), kind))
        return max(fitting, key=lambda found: found[0], default=(0, None))[1]

    # buttons

    def action_check(self):
        """Read the whole file and find out what loading it would do, without
        writing any person or gift: a small file now, a large one in the background."""
        for document in self:
            document._check_idle()
            document._columns()
            if document._is_quick():
                document._check()
            else:
                document.write(
                    {"state": "checking", "user_id": self.env.uid, "error": False}
                )
                document._trigger()

    def action_load(self):
        """Load the file: a small one now, a large one in the background."""
        for document in self:
            document._check_idle()
            document._columns()
            if document._is_quick():
                document._run()
            else:
                document._start()
                document._trigger()

    def action_draft(self):
        """Back to the mapping."""
        for document in self:
            document._check_idle()
        self.write({"state": "draft"})

    def action_problems(self):
        """Download the rejected lines."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/problems_file"
            f"/{quote(self.problems_file_name)}?download=true",
            "target": "self",
        }

    def action_problem_lines(self):
        """Show the rejected lines in a list of their own."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "alumni_relations.alumni_import_line_action"
        )
        return action | {"domain": [("import_id", "=", self.id)]}

    def _check_idle(self):
        if self.state in WORKING:
            raise UserError(
                self.env._(
                    "“%(name)s” is being checked or loaded. Wait until it is done.",
                    name=self.file_name,
                )
            )

    # loading

    def _trigger(self):
        # Triggers belong to administrators; loading is a manager's work.
        self.env.ref("alumni_relations.ir_cron_alumni_import").sudo()._trigger()

    @api.model
    @api.private
    def run_files(self, kind, files):
        """Load files from outside the user interface, a nightly feed for instance.

        A file that cannot be loaded is left out and leaves the others alone.

        :param kind: as in the field of this name
        :param files: list of (name or path, bytes)
        :return: ``lines``, ``people_created``, ``people_updated``,
            ``degrees_created``, ``records_created``, ``rejected``: sums over the
            files; ``problems``: list of (name, bytes), one file of rejected lines
            per loaded file that has any; ``problems_file``: None, for the caller who
            writes these files to fill in; ``errors``: list of (name, message) of the
            files that could not be loaded
        :raise UserError: no file could be loaded
        """
        kinds = dict(self._selection_kind())
        if kind not in kinds:
            raise UserError(
                self.env._(
                    "There is no kind “%(kind)s”. Choose one of: %(kinds)s.",
                    kind=kind,
                    kinds=", ".join(kinds),
                )
            )
        names = ["people_created", "people_updated", "degrees_created"]
        names += ["records_created", "rejected"]
        result = {"lines": 0, **dict.fromkeys(names, 0)}
        result |= {"problems": [], "problems_file": None, "errors": []}
        for name, content in files:
            try:
                with self.env.cr.savepoint():
                    document = self.create(
                        {
                            "kind": kind,
                            "file_name": name.rpartition("/")[2],
                            "file": base64.b64encode(content),
                        }
                    )
                    document._run()
            except UserError as error:
                result["errors"].append((name, str(error)))
                continue
            result["lines"] += document.line_count
            for counter in names:
                result[counter] += document[counter]
            if document.rejected:
                folder = name.rpartition("/")[0]
                name = "/".join(filter(None, (folder, document._problems_name())))
                result["problems"].append((name, document._problems_bytes()))
        if files and len(result["errors"]) == len(files):
            raise UserError(
                "\n".join(f"{name}: {text}" for name, text in result["errors"])
            )
        return result

    def _run(self):
        """Check and load the file in one go, in the current transaction.

        :raise UserError: the file cannot be loaded
        """
        for document in self:
            document._start()
            while document._step():
                pass

    def _start(self):
        counters = ["people_created", "people_updated", "schools_created"]
        counters += ["degrees_created", "catalogue_created", "records_created"]
        self.write(
            {
                **dict.fromkeys(counters, 0),
                "state": "running",
                "user_id": self.env.uid,
                "error": False,
                "staged": False,
                "position": 0,
                "date_start": fields.Datetime.now(),
                "date_end": False,
            }
        )

    def _check(self):
        self.ensure_one()
        self._lock()
        self._stage()
        self.write(self._loader()._preview(self, self._stage_table()))
        self._drop_stage()
        self.write({"state": "ready", "staged": False, "error": False})

    def _step(self):
        """Do the next piece of work. Whatever was done before a piece that failed is
        kept, and a piece that is done twice has no effect the second time.

        :return: how many pieces are left
        """
        self.ensure_one()
        self._lock()
        if not self._is_staged():
            # Also after a crash of the database, which empties the staging table:
            # the pieces that are done already find their own records again.
            self.position = 0
            self._stage()
            self.write(self._loader()._preview(self, self._stage_table()))
            self._loader()._begin(self, self._stage_table())
        else:
            first, last = self.position + 1, self.position + CHUNK
            counters = self._loader()._load(self, self._stage_table(), first, last)
            self.write(
                {name: self[name] + count for name, count in counters.items()}
                | {"position": min(last, self.last_line)}
            )
        left = -(-(self.last_line - self.position) // CHUNK)
        if not left:
            self._finish()
        return left

    def _finish(self):
        self._drop_stage()
        self.write(
            {"state": "done", "staged": False, "date_end": fields.Datetime.now()}
        )
        self.message_post(body=self._outcome())

    def _outcome(self):
        """What has come of the file, in one sentence."""
        if self.state == "failed":
            return self.error
        if self.state == "ready":
            return self.env._(
                "Checked: %(lines)s lines, of which %(rejected)s would be rejected.",
                lines=self.line_count,
                rejected=self.rejected,
            )
        return self.env._(
            "%(lines)s lines: %(created)s people created, %(updated)s updated, "
            "%(degrees)s educations and %(records)s other records created, "
            "%(rejected)s lines rejected.",
            lines=self.line_count,
            created=self.people_created,
            updated=self.people_updated,
            degrees=self.degrees_created,
            records=self.records_created,
            rejected=self.rejected,
        )

    def _notify(self):
        """Tell whoever did not wait for the file what has come of it, wherever in
        the system that is."""
        self.user_id._bus_send(
            "simple_notification",
            {
                "type": "danger" if self.state == "failed" else "success",
                "title": self.file_name,
                "message": self._outcome(),
                "sticky": True,
            },
        )

    def _lock(self):
        """Let one import at a time write the people of an institution: two at once
        would both create whoever stands in both files."""
        self.env.cr.execute(
            SQL(
                "SELECT pg_advisory_xact_lock(hashtext('alumni_import'), %s)",
                self.company_id.id,
            )
        )

    @api.model
    def _cron_run(self):
        """Go on with the files in the background, one chunk a transaction."""
        working = [("state", "in", WORKING)]
        while document := self.search(working, order="id", limit=1):
            # The document runs with the rights, in the institution and in the
            # language of whoever loads it.
            user = document.user_id
            if user:
                document = document.with_user(user).with_context(lang=user.lang)
            document = document.with_company(document.company_id)
            left, failure = 0, None
            try:
                if not user:
                    raise UserError(
                        self.env._("Who started this has no account any more.")
                    )
                with self.env.cr.savepoint():
                    if document.state == "checking":
                        document._check()
                    else:
                        left = document._step()
            except UserError as error:
                failure = str(error)
            except (
                psycopg2.errors.SerializationFailure,
                psycopg2.errors.LockNotAvailable,
            ):
                raise
            except Exception:
                _logger.exception("The import %s has failed", document.id)
                failure = document.env._(
                    "An unexpected error has occurred; the log of the server has "
                    "the details. What was loaded before it is kept. Load the "
                    "file again, or ask your administrator."
                )
            # sudo: who has lost the right to load is told that as well
            document = document.sudo()
            if failure:
                document._fail(failure)
            if document.state not in WORKING:
                document._notify()
            others = self.search_count(working)
            if not self.env["ir.cron"]._commit_progress(1, remaining=left + others):
                break

    def _fail(self, message):
        self._drop_stage()
        self.write({"state": "failed", "error": message, "staged": False})
        self.message_post(body=message)

    # staging

    def _stage_table(self):
        return SQL.identifier(f"alumni_import_stage_{self.id}")

    def _is_staged(self):
        if not self.staged or not sql.table_exists(
            self.env.cr, f"alumni_import_stage_{self.id}"
        ):
            return False
        [(filled,)] = self.env.execute_query(
            SQL("SELECT EXISTS (SELECT 1 FROM %s)", self._stage_table())
        )
        return filled or self.rejected == self.line_count

    def _drop_stage(self):
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", self._stage_table()))

    def _columns(self):
        """The position of the column of each target.

        :raise UserError: a target has two columns, or a necessary one has none
        """
        columns = {
            mapping.target_id.code: mapping.position
            for mapping in self.mapping_ids
            if mapping.target_id
        }
        if len(columns) < len(self.mapping_ids.filtered("target_id")):
            raise UserError(
                self.env._(
                    "Two columns are mapped to the same field. "
                    "Choose one of them for each field."
                )
            )
        try:
            self._loader()._check_columns(self, set(columns))
        except UserError as error:
            other = self._fitting_kind()
            if other is not None:
                raise UserError(
                    self.env._(
                        "By its columns this looks like a file of another content: "
                        "%(content)s. If it is, choose this content and check again.",
                        content=other._kind_label(),
                    )
                ) from error
            raise
        return columns

    def _stage(self):
        """Parse the file and copy it into a staging table of its own, the lines that
        are not understood into the rejected lines.

        :raise UserError: the file cannot be read, or a necessary column is missing
        """
        self.ensure_one()
        loader, columns = self._loader(), self._columns()
        self.env["alumni.import.line"].search([("import_id", "=", self.id)]).unlink()
        self._drop_stage()
        types = {"line": "int4", "root": "int4", **loader._stage_columns}
        stage_columns = [
            SQL("%s %s", SQL.identifier(name), SQL.identifier(kind))
            for name, kind in types.items()
        ]
        # Unlogged: what is in it can be had from the file again.
        self.env.cr.execute(
            SQL(
                "CREATE UNLOGGED TABLE %s (%s)",
                self._stage_table(),
                SQL(", ").join(stage_columns),
            )
        )
        self.env.flush_all()
        with self._open(self.encoding, self.separator) as table:
            if table.header != self.head[0]:
                raise UserError(self.env._("The file has changed. Upload it again."))
            lines, rejected, last = self._copy(
                table, loader._parser(self, columns), types
            )
        self.write(
            {
                "line_count": lines,
                "rejected": rejected,
                "last_line": last,
                "staged": True,
            }
        )
        loader._staged(self, self._stage_table())
        self.env.cr.execute(SQL("CREATE INDEX ON %s (root)", self._stage_table()))
        self.env.cr.execute(
            loader._analyze_statement(self._stage_table(), loader._stage_keys)
        )
        self.invalidate_recordset(["problem_ids"])

    def _copy(self, table, parse, types):
        """Send the lines of the file to the database.

        :return: number of lines, of rejected lines, number of the last line
        """
        width = len(table.header)
        taken = _Copy(self.env.cr, self._stage_table(), types)
        problems = _Copy(
            self.env.cr,
            SQL.identifier("alumni_import_line"),
            ["import_id", "company_id", "number", "reason", "message", "cells"],
        )
        lines = number = 0
        for number, cells in table.rows():
            lines += 1
            try:
                if len(cells) != width:
                    cells = self._fit(cells, width, table.is_xlsx)
                taken.add((number, number, *parse(cells)))
            except LineProblem as problem:
                problems.add(
                    (
                        self.id,
                        self.company_id.id,
                        number,
                        problem.reason,
                        problem.message,
                        self._cells_json(cells),
                    )
                )
        taken.send()
        problems.send()
        return lines, problems.count, number

    def _fit(self, cells, width, is_xlsx):
        """The cells of a line that has not as many as the header: empty ones at the
        end make no difference, and spreadsheets leave them out."""
        if len(cells) > width and not any(cells[width:]):
            return cells[:width]
        if len(cells) < width and is_xlsx:
            return cells + [""] * (width - len(cells))
        raise LineProblem(
            "wrong_columns",
            self.env._(
                "The line has %(count)s columns, the header %(width)s.",
                count=len(cells),
                width=width,
            ),
        )

    @api.model
    def _cells_json(self, cells):
        """The line itself, for the list and the file of rejected lines."""
        return json.dumps(cells, ensure_ascii=False)

    def _reject(self, stage, condition, reason, message):
        """Move staged lines to the rejected ones. The stage needs a column
        ``cells``.

        :param condition: SQL that is true for these lines
        :param message: SQL expression
        """
        self.env.cr.execute(
            SQL(
                """
                WITH gone AS (DELETE FROM %(stage)s WHERE %(condition)s RETURNING *)
                INSERT INTO alumni_import_line
                    (import_id, company_id, number, reason, message, cells)
                SELECT %(id)s, %(company)s, line, %(reason)s, %(message)s, cells
                FROM gone
                """,
                stage=stage,
                condition=condition,
                id=self.id,
                company=self.company_id.id,
                reason=reason,
                message=message,
            )
        )
        self.rejected += self.env.cr.rowcount

    # the file of rejected lines

    def _problem_words(self):
        """How the file of rejected lines is called at its end, and its last column."""
        return self.env._("problems"), self.env._("problem")

    def _known_problem_words(self):
        """The same in every language: the file may be one that we have written."""
        languages = ["en_US", *dict(self.env["res.lang"].get_installed())]
        words = [self.with_context(lang=code)._problem_words() for code in languages]
        return map(set, zip(*words, strict=True))

    def _problems_name(self):
        stem = (self.file_name or "file").rpartition(".")[0] or self.file_name
        for ending in next(self._known_problem_words()):
            stem = stem.removesuffix(f"_{ending}")
        return f"{stem}_{self._problem_words()[0]}.csv"

    def _problems_bytes(self):
        """The rejected lines in the form of the file they come from, with the reason
        in one more column, so that they can be corrected and loaded. Nothing in it
        is run as a formula by a spreadsheet program."""
        self.ensure_one()
        header = self.head[0]
        _endings, columns = self._known_problem_words()
        known = next((at for at, name in enumerate(header) if name in columns), None)
        labels = dict(
            self.problem_ids._fields["reason"]._description_selection(self.env)
        )

        def with_problem(cells, text):
            if known is None:
                return [*cells[: len(header)], *[""] * (len(header) - len(cells)), text]
            return [*cells[:known], text, *cells[known + 1 :]]

        output = io.StringIO(newline="")
        writer = csv.writer(output, delimiter=self.separator or ";")
        writer.writerow(map(neutral, with_problem(header, self._problem_words()[1])))
        lines = self.env["alumni.import.line"].search([("import_id", "=", self.id)])
        for line in lines:
            text = line.message or labels[line.reason]
            writer.writerow(map(neutral, with_problem(line.cells, text)))
        return output.getvalue().encode(self.encoding or "utf-8-sig", "replace")


class _Copy:
    """Sends rows to a table with COPY, a few megabytes at a time."""

    def __init__(self, cr, table, columns):
        self.cr = cr
        self.count = 0
        self.statement = SQL(
            "COPY %s (%s) FROM STDIN WITH (FORMAT csv)",
            table,
            SQL(", ").join(map(SQL.identifier, columns)),
        ).code
        self._clear()

    def _clear(self):
        self.buffer = io.StringIO(newline="")
        self.add_row = csv.writer(self.buffer).writerow

    def add(self, row):
        self.add_row(row)
        self.count += 1
        if self.buffer.tell() > BUFFER:
            self.send()

    def send(self):
        self.buffer.seek(0)
        self.cr.copy_expert(self.statement, self.buffer)
        self._clear()
