import io
import logging

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from . import disclosure

_logger = logging.getLogger(__name__)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NEVER_EXPORTED = ("total", "officer")
"""Breakdowns that no file has: the total has its own sheet, and how single members of
the staff work is nobody else's business."""
FAILED = "mail.mail_activity_data_warning"
MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}


class AlumniBenchmarkExport(models.Model):
    """A spreadsheet of indicators that is produced for the governance of the
    university or for peers, by hand or on a schedule. It holds aggregates only;
    small cells are hidden.

    A run that fails leaves an activity for the person in charge, and its date
    stands: it is tried again every day until it succeeds."""

    _name = "alumni.benchmark.export"
    _description = "Benchmark export"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "name, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="In charge",
        required=True,
        default=lambda self: self.env.user,
        tracking=True,
        help="Who is told when a run fails.",
    )
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language of the file",
        required=True,
        default=lambda self: self.env.company._alumni_lang(),
    )

    # what
    indicator_ids = fields.Many2many(
        comodel_name="alumni.indicator",
        string="Indicators",
        help="Empty: all indicators.",
    )
    breakdown_ids = fields.Many2many(
        comodel_name="alumni.breakdown",
        string="Breakdowns",
        domain=[("code", "not in", NEVER_EXPORTED)],
        default=lambda self: self._default_breakdown_ids(),
        help="One sheet for each, beside the sheet of totals.",
    )
    period_choice = fields.Selection(
        selection=[("last", "The last periods"), ("chosen", "Chosen periods")],
        string="Periods",
        required=True,
        default="last",
    )
    period_count = fields.Integer(
        string="Number of periods", default=3, aggregator=None
    )
    include_running = fields.Boolean(
        string="With the running period",
        help="Its figures are not final; the file says so.",
    )
    period_ids = fields.Many2many(
        comodel_name="alumni.period",
        string="Chosen periods",
        domain="[('company_id', '=', company_id)]",
    )
    threshold = fields.Integer(
        string="Smallest count shown",
        required=True,
        default=disclosure.THRESHOLD_DEFAULT,
        tracking=True,
        aggregator=None,
        help="Counts of fewer people are hidden; 5 to 20.",
    )

    # when and for whom
    recipient_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Recipients",
        help="Who receives the file by e-mail, each in his or her language.",
    )
    schedule = fields.Selection(
        selection=[
            ("none", "By hand"),
            ("monthly", "Every month"),
            ("quarterly", "Every quarter"),
            ("yearly", "Every year"),
        ],
        required=True,
        default="none",
        tracking=True,
    )
    first_date = fields.Date(
        string="First run",
        default=lambda self: self._default_first_date(),
        help="The schedule counts from this day.",
    )
    last_date = fields.Date(
        string="Last run", readonly=True, copy=False, help="The last that succeeded."
    )
    next_date = fields.Date(
        string="Next run", compute="_compute_next_date", store=True, index=True
    )
    run_ids = fields.One2many(
        comodel_name="alumni.benchmark.run", inverse_name="export_id", string="Runs"
    )
    run_count = fields.Integer(compute="_compute_run_count")

    _threshold_range = models.Constraint(
        f"CHECK (threshold BETWEEN {disclosure.THRESHOLD_MIN} "
        f"AND {disclosure.THRESHOLD_MAX})",
        "The smallest count shown must be from 5 to 20.",
    )
    _schedule_has_date = models.Constraint(
        "CHECK (schedule = 'none' OR first_date IS NOT NULL)",
        "A schedule needs the day of its first run.",
    )
    _period_count_positive = models.Constraint(
        "CHECK (period_choice != 'last' OR period_count > 0)",
        "Export at least one period.",
    )

    @api.constrains("breakdown_ids")
    def _check_breakdowns(self):
        for export in self:
            private = export.breakdown_ids.filtered(lambda b: b.code in NEVER_EXPORTED)
            if private:
                raise ValidationError(
                    self.env._(
                        "“%s” is no breakdown of a benchmark file.", private[0].name
                    )
                )

    @api.model
    def _default_breakdown_ids(self):
        return self.env["alumni.breakdown"].search([("code", "not in", NEVER_EXPORTED)])

    @api.model
    def _default_first_date(self):
        return fields.Date.context_today(self) + relativedelta(months=1, day=1)

    @api.depends("schedule", "first_date", "last_date")
    def _compute_next_date(self):
        for export in self:
            export.next_date = export._slot_after(export.last_date)

    def _slot_after(self, day):
        """The first day of the schedule after ``day``, counted from the first run
        so that a run on the 31st does not slip to the 28th for good."""
        months = MONTHS.get(self.schedule)
        if not months or not self.first_date:
            return False
        if not day or day < self.first_date:
            return self.first_date
        since = relativedelta(day, self.first_date)
        count = (since.years * 12 + since.months) // months
        slot = self.first_date
        while slot <= day:
            count += 1
            slot = self.first_date + relativedelta(months=count * months)
        return slot

    @api.depends("run_ids")
    def _compute_run_count(self):
        counts = dict(
            self.env["alumni.benchmark.run"]._read_group(
                [("export_id", "in", self.ids)], ["export_id"], ["__count"]
            )
        )
        for export in self:
            export.run_count = counts.get(export, 0)

    @api.constrains("period_choice", "period_ids", "company_id")
    def _check_periods(self):
        for export in self.filtered(lambda e: e.period_choice == "chosen"):
            if not export.period_ids:
                raise ValidationError(self.env._("Choose the periods to export."))
            if export.period_ids.company_id != export.company_id:
                raise ValidationError(
                    self.env._("Choose periods of %s.", export.company_id.name)
                )

    # producing

    def _periods(self):
        """The periods to export, or an error that says what to do."""
        self.ensure_one()
        if self.period_choice == "chosen":
            return self.period_ids
        domain = [("company_id", "=", self.company_id.id)]
        today = fields.Date.context_today(self)
        before = "date_start" if self.include_running else "date_end"
        domain.append((before, "<", today))
        periods = self.env["alumni.period"].search(domain, order="date_end desc")
        marks = self.env["alumni.period"]._read_marks(periods)
        periods = periods.filtered(lambda period: period.id in marks)
        if not periods:
            raise UserError(
                self.env._(
                    "There is no finished period with figures at %s. Wait until one "
                    "has ended, or include the running period.",
                    self.company_id.name,
                )
            )
        return periods[: self.period_count]

    @api.model
    def _produce(self, periods, indicators, breakdowns, threshold, lang):
        """The spreadsheet: (content, statistics)."""
        # Whoever may read an export may have its figures brought up to date: they
        # are those of the institution, and nobody can choose what is written.
        periods.sudo()._refresh_values()
        stream = io.BytesIO()
        report = self.env["alumni.benchmark.report"].with_context(lang=lang)
        statistics = report._write_workbook(
            stream,
            periods.with_context(lang=lang),
            indicators.with_context(lang=lang),
            breakdowns.with_context(lang=lang),
            threshold,
        )
        return stream.getvalue(), statistics

    def _run(self):
        """Produce the file, keep it, send it. All of it or nothing."""
        self.ensure_one()
        periods = self._periods()
        content, statistics = self._produce(
            periods,
            self.indicator_ids or self.env["alumni.indicator"].search(Domain.TRUE),
            self.breakdown_ids,
            self.threshold,
            self.lang,
        )
        # The history of runs is written by the system and by nobody else.
        run = (
            self.env["alumni.benchmark.run"]
            .sudo()
            .create(
                {
                    "export_id": self.id,
                    "user_id": self.env.uid,
                    "state": "done",
                    "periods": ", ".join(periods.sorted("date_end").mapped("name")),
                    "cell_count": statistics["cells"],
                    "hidden_count": statistics["hidden"],
                }
            )
        )
        run.attachment_id = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": self._file_name(),
                    "raw": content,
                    "mimetype": XLSX,
                    "res_model": run._name,
                    "res_id": run.id,
                }
            )
        )
        return run.sudo(False)

    def _file_name(self):
        day = fields.Date.context_today(self)
        name = self.with_context(lang=self.lang).name.replace("/", "-")
        return f"{name} {day}.xlsx"

    def _send(self, run):
        """Send the file of a run to the recipients, each in his or her language."""
        without = self.recipient_ids.filtered(lambda partner: not partner.email)
        if without:
            raise UserError(
                self.env._(
                    "These recipients have no e-mail address: %s. Enter it, or take "
                    "them off the export.",
                    ", ".join(without.mapped("name")),
                )
            )
        template = self.env.ref("alumni_kpi.mail_template_alumni_benchmark_run")
        for lang, recipients in self.recipient_ids.grouped("lang").items():
            template.with_context(lang=lang or self.lang).send_mail(
                run.id,
                email_values={
                    "recipient_ids": [Command.set(recipients.ids)],
                    "attachment_ids": [Command.link(run.attachment_id.id)],
                },
            )
        run.sent_to = ", ".join(self.recipient_ids.mapped("name"))

    def _run_and_send(self):
        run = self._run()
        self._send(run.sudo())
        self.last_date = fields.Date.context_today(self)
        # Whoever may run it need not have rights on activities of others.
        self.sudo().activity_feedback(
            [FAILED], feedback=self.env._("The export has run since.")
        )
        return run

    def action_run(self):
        """Produce the file now and send it to the recipients."""
        self.ensure_one()
        self.check_access("write")
        if not self.recipient_ids:
            raise UserError(
                self.env._(
                    "Nobody would receive the file: there are no recipients. Enter "
                    "them, or choose “Download now”."
                )
            )
        run = self._run_and_send()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s is ready.", run.attachment_id.name),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_download(self):
        """Produce the file now and download it; nobody is sent anything."""
        self.ensure_one()
        self.check_access("read")
        return self._run().action_download()

    @api.readonly
    def action_open_runs(self):
        """The files produced so far."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "alumni_kpi.alumni_benchmark_run_action"
        )
        return {**action, "domain": [("export_id", "=", self.id)]}

    # schedule

    @api.model
    def _cron_run(self):
        """Run what is due. One that fails harms no other: its activity tells the
        person in charge, and it is due again tomorrow."""
        due = self.search([("next_date", "<=", fields.Date.context_today(self))])
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for export in due:
            try:
                with self.env.cr.savepoint():
                    export._run_and_send()
            # Whatever goes wrong with one export, the others still have to run.
            except Exception as error:
                _logger.exception("Benchmark export %s failed", export.id)
                self.env.invalidate_all()
                export._leave_failure(error)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _leave_failure(self, error):
        """Keep a failed run and tell the person in charge, once."""
        self.ensure_one()
        message = str(error) or type(error).__name__
        self.env["alumni.benchmark.run"].create(
            {"export_id": self.id, "state": "failed", "error": message}
        )
        if not self.activity_search([FAILED]):
            localized = self.with_context(lang=self.user_id.lang)
            self.activity_schedule(
                FAILED,
                user_id=self.user_id.id,
                summary=localized.env._("Benchmark export failed"),
                note=message,
            )

    # from the command line

    @api.private
    @api.model
    def write_file(self, year, path):
        """Write all indicators and breakdowns of the period that ends in a calendar
        year to a file, for the current institution, with the default threshold and
        in the language of the institution.

        :param year: calendar year in which the period ends
        :param path: file to write
        :raise UserError: if there are no figures for that period
        """
        company = self.env.company
        period = self.env["alumni.period"].search(
            [("company_id", "=", company.id), ("year", "=", int(year))]
        )
        if not period or period.id not in period._read_marks(period):
            known = self.env["alumni.period"].search([("company_id", "=", company.id)])
            marks = known._read_marks(known)
            years = [str(p.year) for p in known if p.id in marks]
            raise UserError(
                self.env._(
                    "There are no figures for the period that ends in %(year)s at "
                    "%(institution)s. There are some for: %(years)s.",
                    year=year,
                    institution=company.name,
                    years=", ".join(years) or self.env._("no period"),
                )
            )
        content, statistics = self._produce(
            period,
            self.env["alumni.indicator"].search(Domain.TRUE),
            self._default_breakdown_ids(),
            disclosure.THRESHOLD_DEFAULT,
            company._alumni_lang(),
        )
        with open(path, "wb") as file:
            file.write(content)
        return statistics
