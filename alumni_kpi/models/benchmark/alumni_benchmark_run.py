from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class AlumniBenchmarkRun(models.Model):
    """One production of a benchmark spreadsheet: when, by whom, the file as it was
    sent, or why it failed. How much of the files of a period was hidden is measured
    (BMK-08)."""

    _name = "alumni.benchmark.run"
    _description = "Benchmark run"
    _inherit = ["alumni.measure.source"]
    _order = "date desc, id desc"
    _rec_name = "date"
    _measure_source = "benchmark"

    export_id = fields.Many2one(
        comodel_name="alumni.benchmark.export",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        string="Institution", related="export_id.company_id", store=True, index=True
    )
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Run by",
        readonly=True,
        default=lambda self: self.env.user,
    )
    state = fields.Selection(
        string="Status",
        selection=[("done", "Done"), ("failed", "Failed")],
        required=True,
        readonly=True,
    )
    error = fields.Text(readonly=True)
    periods = fields.Char(readonly=True, help="The periods that the file covers.")
    attachment_id = fields.Many2one(
        comodel_name="ir.attachment", string="File", readonly=True, ondelete="set null"
    )
    cell_count = fields.Integer(
        string="Values", readonly=True, help="Values that went into the file."
    )
    hidden_count = fields.Integer(
        string="Hidden",
        readonly=True,
        help="Values that are hidden in the file because they stand for few people.",
    )
    sent_to = fields.Char(
        string="Sent to", readonly=True, help="Whom the file was sent to."
    )

    def action_download(self):
        """The file as it was produced."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            # Unlike "download", this has the form below show the new run.
            "target": "new",
        }

    @api.model
    def _measure_select(self, period):
        return SQL(
            """
            SELECT cell_count, hidden_count FROM alumni_benchmark_run
            WHERE state = 'done' AND company_id = %s AND date::date BETWEEN %s AND %s
            """,
            period.company_id.id,
            period.date_start,
            period.date_end,
        )

    @api.model
    def _measure_columns(self):
        return {
            "cells": SQL("NULLIF(SUM(cell_count), 0)"),
            "cells_hidden": SQL("SUM(hidden_count)"),
        }

    @api.model
    def _measure_domain(self, column, period):
        return (
            Domain("state", "=", "done")
            & Domain("company_id", "=", period.company_id.id)
            & Domain("date", ">=", period.date_start)
            & Domain("date", "<=", f"{period.date_end} 23:59:59")
        )
