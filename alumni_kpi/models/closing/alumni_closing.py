import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..engagement.alumni_person_year_mixin import DIMENSIONS, MEASURES
from ..indicators.alumni_indicator import METHOD_VERSION

BLOCK = 1000
"""How many numbers of person-years are hashed at a time."""
SUMS = ("hours", "amount")
"""Measures that are decimal numbers: 1.5 and 1.50 are written in one way."""
VALUE_COLUMNS = (
    "indicator_id",
    "breakdown",
    "key",
    "series",
    "label",
    "numerator",
    "denominator",
    "reference",
    "value",
    "share",
    "state",
    "missing_reason",
    "unit",
    "formula_version",
    "method_flags",
)
"""What a value says; ``value`` and ``share`` are decimal numbers."""


class AlumniClosing(models.Model):
    """One closing of a period: who, when, how many person-years, cells and values
    were frozen, and a fingerprint (SHA-256) of them, by which anybody can tell later
    whether the frozen content is still what was closed. A period that is reopened
    and closed again has several; none is ever deleted.

    The fingerprint of each part is that of its rows, written as PostgreSQL writes rows
    and sorted, so that it depends neither on their order nor on who asks. People have
    no name in it, not even a number: erasing somebody does not change it."""

    _name = "alumni.closing"
    _description = "Closing of a period"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "period_id desc, version desc"
    _rec_name = "period_id"

    period_id = fields.Many2one(
        comodel_name="alumni.period",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        string="Institution", related="period_id.company_id", store=True, index=True
    )
    version = fields.Integer(
        required=True,
        readonly=True,
        aggregator=None,
        help="1 for the first closing of the period, 2 after it was reopened ...",
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Closed by", required=True, readonly=True
    )
    date = fields.Datetime(string="Closed on", required=True, readonly=True)
    method_version = fields.Integer(
        string="Method version", readonly=True, aggregator=None
    )
    accepted = fields.Text(
        readonly=True,
        help="What was not in order when the period was closed, and why that was "
        "accepted.",
    )
    person_year_count = fields.Integer(
        string="Person-years", readonly=True, aggregator=None
    )
    cell_count = fields.Integer(
        string="Cells", readonly=True, aggregator=None, help="Cells of the cube."
    )
    value_count = fields.Integer(string="Values", readonly=True, aggregator=None)
    person_year_hash = fields.Char(
        string="Fingerprint of the person-years", readonly=True
    )
    cell_hash = fields.Char(string="Fingerprint of the cube", readonly=True)
    value_hash = fields.Char(string="Fingerprint of the values", readonly=True)
    content_hash = fields.Char(
        string="Fingerprint",
        readonly=True,
        help="SHA-256 of the institution, the bounds of the period, the method "
        "version and the fingerprints of person-years, cube and values.",
    )
    verified_date = fields.Datetime(string="Compared on", readonly=True)
    verified_hash = fields.Char(string="Fingerprint found", readonly=True)
    verified = fields.Selection(
        string="Frozen content",
        selection=[("same", "As it was closed"), ("changed", "Changed since")],
        readonly=True,
    )
    differing = fields.Char(
        compute="_compute_differing", help="What is no longer as it was closed."
    )
    differing_parts = fields.Json(readonly=True)
    compared_date = fields.Datetime(
        string="Effect worked out on",
        readonly=True,
        help="When it was last worked out what the figures would be if the period "
        "were reopened.",
    )
    reopened_by_id = fields.Many2one(
        comodel_name="res.users", string="Reopened by", readonly=True
    )
    reopened_date = fields.Datetime(string="Reopened on", readonly=True)
    reopen_reason = fields.Text(string="Reason", readonly=True)
    reopened_hash = fields.Char(
        string="Fingerprint when reopened",
        readonly=True,
        help="That of the content just before it followed the records again.",
    )
    value_ids = fields.One2many(
        comodel_name="alumni.closing.value",
        inverse_name="closing_id",
        string="Closed values",
    )
    change_ids = fields.One2many(
        comodel_name="alumni.closing.change",
        inverse_name="closing_id",
        string="Changes since",
    )
    change_count = fields.Integer(
        string="Number of changes", compute="_compute_change_count"
    )

    _version_uniq = models.UniqueIndex("(period_id, version)")
    _in_force_uniq = models.UniqueIndex(
        "(period_id) WHERE reopened_date IS NULL",
        "This period is closed already.",
    )

    @api.depends("period_id", "version")
    def _compute_display_name(self):
        for closing in self:
            closing.display_name = self.env._(
                "%(period)s, closing %(version)s",
                period=closing.period_id.name,
                version=closing.version,
            )

    @api.depends_context("lang")
    @api.depends("differing_parts")
    def _compute_differing(self):
        parts = {
            "person_year": self.env._("person-years"),
            "cell": self.env._("cube"),
            "value": self.env._("values"),
            "bounds": self.env._("bounds of the period"),
        }
        for closing in self:
            closing.differing = ", ".join(
                parts[part] for part in closing.differing_parts or ()
            )

    def _compute_change_count(self):
        counts = dict(
            self.env["alumni.closing.change"]._read_group(
                [("closing_id", "in", self.ids)], ["closing_id"], ["__count"]
            )
        )
        for closing in self:
            closing.change_count = counts.get(closing, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The record of a closing is kept for ever."))

    # fingerprint

    @api.model
    def _read_content(self, period):
        """How much is frozen of a period, and the fingerprint of each part:
        ``{part: (rows, hash)}`` for ``person_year``, ``cell`` and ``value``."""
        self.env.flush_all()
        return {
            "person_year": self._digest(
                "alumni_person_year",
                period,
                ("id", "award_year", *DIMENSIONS, *MEASURES),
            ),
            "cell": self._digest(
                "alumni_person_year_cube",
                period,
                (*DIMENSIONS, *MEASURES),
                group_by=DIMENSIONS,
            ),
            "value": self._digest("alumni_indicator_value", period, VALUE_COLUMNS),
        }

    @api.model
    def _digest(self, table, period, columns, group_by=()):
        """The number of rows of a table in a period and the fingerprint of these
        columns, worked out by the database. Where rows have a number, a thousand
        numbers are hashed at a time, so that a million people need no memory.

        :param group_by: columns of which the others are added up; rows that add up
            to nothing count as absent
        """

        def content(name):
            column = SQL.identifier(name)
            if group_by and name not in group_by:
                column = SQL("SUM(%s)", column)
            if name in (*SUMS, "value", "share"):
                column = SQL("trim_scale(%s::numeric)", column)
            return column

        grouping = SQL("")
        if group_by:
            sums = [name for name in columns if name not in group_by]
            grouping = SQL(
                "GROUP BY %s HAVING %s",
                SQL(", ").join(map(SQL.identifier, group_by)),
                SQL(" OR ").join(
                    SQL("SUM(%s) <> 0", SQL.identifier(name)) for name in sums
                ),
            )
        [(count, digest)] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(rows), 0)::bigint, encode(sha256(COALESCE(
                    string_agg(digest, ''::bytea ORDER BY block), ''::bytea)), 'hex')
                FROM (
                    SELECT block, COUNT(*) AS rows, sha256(convert_to(string_agg(
                        content, E'\n' ORDER BY content COLLATE "C"), 'UTF8')) AS digest
                    FROM (
                        SELECT %(block)s AS block, ROW(%(content)s)::text AS content
                        FROM %(table)s WHERE period_id = %(period)s %(grouping)s
                    ) AS row
                    GROUP BY block
                ) AS block
                """,
                block=SQL("id / %s", BLOCK) if "id" in columns else SQL("0"),
                content=SQL(", ").join(map(content, columns)),
                table=SQL.identifier(table),
                period=period.id,
                grouping=grouping,
            )
        )
        return count, digest

    @api.model
    def _content_hash(self, period, method_version, content):
        """The fingerprint of all that is frozen of a period."""
        return hashlib.sha256(
            json.dumps(
                [
                    period.company_id.id,
                    period.year,
                    str(period.date_start),
                    str(period.date_end),
                    method_version,
                    *(content[part][1] for part in ("person_year", "cell", "value")),
                ]
            ).encode()
        ).hexdigest()

    @api.model
    def _record(self, period):
        """Record that a period has been closed now: what is noted of it from now on
        is a change since."""
        last = self.search(
            [("period_id", "=", period.id)], order="version desc", limit=1
        )
        return self.create(
            {
                "period_id": period.id,
                "version": last.version + 1,
                "user_id": self.env.uid,
                "date": fields.Datetime.now(),
                "method_version": METHOD_VERSION,
                "accepted": period._accepted_checks(),
            }
        )

    def _seal(self):
        """Keep the values and the fingerprint of a period whose content no longer
        changes."""
        self.ensure_one()
        period = self.period_id
        content = self._read_content(period)
        self.write(
            {
                "person_year_count": content["person_year"][0],
                "cell_count": content["cell"][0],
                "value_count": content["value"][0],
                "person_year_hash": content["person_year"][1],
                "cell_hash": content["cell"][1],
                "value_hash": content["value"][1],
                "content_hash": self._content_hash(
                    period, self.method_version, content
                ),
            }
        )
        self.env["alumni.closing.value"]._take(self)

    def _verify(self):
        """Compare what is frozen with what was closed."""
        for closing in self.filtered(
            lambda closing: closing.content_hash and not closing.reopened_date
        ):
            period = closing.period_id
            content = self._read_content(period)
            found = self._content_hash(period, closing.method_version, content)
            parts = [
                part
                for part, (_count, digest) in content.items()
                if digest != closing[f"{part}_hash"]
            ]
            same = found == closing.content_hash
            closing.write(
                {
                    "verified_date": fields.Datetime.now(),
                    "verified_hash": found,
                    "verified": "same" if same else "changed",
                    "differing_parts": parts if parts or same else ["bounds"],
                }
            )
            if not same:
                closing._alert()

    def _alert(self):
        """Have whoever has closed the period look at it."""
        warning = "mail.mail_activity_data_warning"
        if not self.activity_search([warning]):
            self.activity_schedule(
                warning,
                user_id=self.user_id.id,
                summary=self.env._("The frozen content has changed"),
                note=self.env._(
                    "%(period)s no longer holds what was closed: %(parts)s. Somebody "
                    "has written to the database past the program.",
                    period=self.period_id.name,
                    parts=self.differing,
                ),
            )

    # opening

    def action_open_values(self):
        """What the indicators said when the period was closed."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "alumni_kpi.alumni_closing_value_action"
        )
        return action | {
            "domain": [("closing_id", "=", self.id)],
            "display_name": self.display_name,
        }

    def action_open_changes(self):
        """What has changed in the records of the period since it was closed."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "alumni_kpi.alumni_closing_change_action"
        )
        return action | {
            "domain": [("closing_id", "=", self.id)],
            "display_name": self.env._("Since closing: %s", self.period_id.name),
        }
