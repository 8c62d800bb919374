from contextlib import suppress

from psycopg2 import errors

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from .alumni_indicator import METHOD_VERSION

CONCURRENT = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.LockNotAvailable,
)
"""What the database says when somebody else has just written the same row."""
GOING = (errors.UndefinedColumn, errors.UndefinedTable)
"""What it says while the addon is being uninstalled, column by column."""
ATTEMPTS = 5


class AlumniPeriod(models.Model):
    """When the figures of a period were worked out, and whether the records have
    changed since."""

    _inherit = "alumni.period"

    values_date = fields.Datetime(
        string="Figures computed at",
        readonly=True,
        copy=False,
        help="When the indicators of this period were last worked out.",
    )
    values_mark = fields.Integer(
        readonly=True,
        copy=False,
        help="The last change of the person-years that the figures contain; "
        "0: something else has changed and they are worked out again.",
    )

    values_method = fields.Integer(
        readonly=True,
        copy=False,
        help="By which version of the method the figures were worked out.",
    )

    soundness_ids = fields.One2many(
        comodel_name="alumni.soundness",
        inverse_name="period_id",
        string="Checks of the figures",
    )

    def _previous(self):
        """The period of the same institution that ends where this one starts, or
        none."""
        self.ensure_one()
        return self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("date_end", "<", self.date_start),
            ],
            order="date_end desc",
            limit=1,
        )

    def _last_day(self):
        """The day on which the figures of this period stand: its last one, of a period
        under way today."""
        self.ensure_one()
        return min(self.date_end, fields.Date.today())

    def _mark_values_outdated(self):
        """Have the figures of these open periods (all, if none is given) worked out
        again the next time that they are asked for."""
        self.env["alumni.period"].flush_model(["state", "values_mark"])
        self.env.cr.execute(
            SQL(
                "UPDATE alumni_period SET values_mark = 0"
                " WHERE state <> 'closed' AND values_mark != 0 AND %s",
                SQL("id IN %s", tuple(self.ids)) if self else SQL("TRUE"),
            ),
            log_exceptions=False,
        )
        self.env["alumni.period"].invalidate_model(["values_mark"])

    @api.model
    def _mark_values_outdated_or_later(self):
        """The same at the end of a transaction, which must not fail for it: somebody
        may be working the figures out at this very moment, and what has just been
        sent by mail cannot be called back. Then it is done right after."""
        try:
            with self.env.cr.savepoint(flush=False):
                self._mark_values_outdated()
        except GOING:
            return
        except CONCURRENT:
            registry = self.env.registry

            def mark():
                for _attempt in range(ATTEMPTS):
                    with suppress(*CONCURRENT), registry.cursor() as cr:
                        cr.execute("SET LOCAL lock_timeout = '5s'")
                        env = api.Environment(cr, SUPERUSER_ID, {})
                        env["alumni.period"]._mark_values_outdated()
                        return

            self.env.cr.postcommit.add(mark)

    @api.model
    def _read_marks(self, periods):
        """The last change of the person-years of each period or of an earlier one,
        which it is compared with: {period id: mark}. A period without person-years
        has none."""
        if not periods:
            return {}
        # Acts of this very transaction become person-years before it ends: now.
        self.env.cr.flush()
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    WITH changed AS (
                        SELECT id, company_id, date_start, (
                            SELECT MAX(cell.id) FROM alumni_person_year_cube cell
                            WHERE cell.period_id = period.id
                        ) AS mark
                        FROM alumni_period period
                        WHERE company_id IN %s
                    )
                    SELECT period.id, MAX(earlier.mark)
                    FROM changed period
                    JOIN changed earlier USING (company_id)
                    WHERE period.id IN %s AND period.mark IS NOT NULL
                        AND earlier.date_start <= period.date_start
                    GROUP BY period.id
                    """,
                    tuple(periods.company_id.ids),
                    tuple(periods.ids),
                )
            )
        )

    def _refresh_values(self, force=False):
        """Work out the figures of those of these periods that are open and whose
        records have changed. With ``force``, of all that are open."""
        periods = self.filtered(lambda period: period.state != "closed")
        marks = self._read_marks(periods)
        today = fields.Date.today()
        outdated = periods.filtered(
            lambda period: (
                force
                # Of a period under way some figures are those of the day.
                or period.values_date
                and period.values_date.date() < min(today, period.date_end)
                or period.values_mark != marks.get(period.id, -1)
                or period.values_method != METHOD_VERSION
            )
        )
        # Figures belong to the institution: whoever may read them may have them
        # brought up to date, and nobody can choose what is written.
        self.env["alumni.indicator"].sudo()._compute_values(outdated.sudo())
        self.env["alumni.cohort"].sudo()._recount(outdated.sudo())
        return outdated

    def action_refresh_values(self):
        """Work out the figures of these periods now."""
        self._refresh_values(force=True)
        return True

    @api.model
    def _cron_refresh_values(self):
        """Bring the figures of open periods up to date, one period at a time."""
        periods = self.search([("state", "!=", "closed")])
        self.env["ir.cron"]._commit_progress(remaining=len(periods))
        for period in periods:
            period._refresh_values()
            if not self.env["ir.cron"]._commit_progress(1):
                break
