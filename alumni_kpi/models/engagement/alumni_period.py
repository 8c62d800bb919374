from collections import defaultdict
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

FIRST_YEAR = 1900
"""Acts of earlier fiscal years are kept without a period: such a date is a slip."""


class AlumniPeriod(models.Model):
    """A fiscal year of an institution (French: exercice), named by the calendar
    year in which it ends. Open periods follow the records, and so do those that are
    being closed; a closed one is frozen: later merges, deaths or erasures do not
    rewrite it."""

    _name = "alumni.period"
    _description = "Period"
    _order = "year, id"

    name = fields.Char(required=True)
    year = fields.Integer(
        required=True,
        aggregator=None,
        help="The calendar year in which the period ends.",
    )
    date_start = fields.Date(required=True, string="First day")
    date_end = fields.Date(required=True, string="Last day")
    state = fields.Selection(
        string="Status",
        selection=[("open", "Open"), ("closing", "Closing"), ("closed", "Closed")],
        required=True,
        default="open",
        help="While a period is being closed its check list is worked off and its "
        "figures still follow the records. Those of a closed one are frozen.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        ondelete="cascade",
    )

    _year_uniq = models.UniqueIndex(
        "(company_id, year)", "This institution has this period already."
    )
    # With the status in a key, a change of the status has to wait for whoever has
    # locked the row FOR KEY SHARE to write figures of the period, and makes whoever
    # comes later begin anew; a change of any other column disturbs nobody.
    _state_key = models.UniqueIndex("(id, state)")
    _dates_ordered = models.Constraint(
        "CHECK (date_start <= date_end)", "A period cannot end before it starts."
    )
    # The company is folded into the range itself because an equality operator in
    # a gist index needs the btree_gist extension, which hosted databases may lack.
    # Deferrable, so that one statement can move several periods at once.
    _dates_disjoint = models.Constraint(
        """EXCLUDE USING gist (int8range(
            company_id::bigint * 10000000 + (date_start - DATE '0001-01-01'),
            company_id::bigint * 10000000 + (date_end - DATE '0001-01-01'), '[]'
        ) WITH &&) DEFERRABLE""",
        "Periods of one institution must not overlap, "
        "so that each day falls into one period only.",
    )

    @api.model
    def _fiscal_bounds(self, company, year):
        """First and last day of the fiscal year of an institution that ends in a
        calendar year. Beside a closed period it starts or ends where that one
        leaves off, so that a change of fiscal year leaves no gap and no overlap."""
        month = int(company.alumni_fiscal_month)
        end = date(year, month, 1) + relativedelta(years=month == 1, days=-1)
        start = end + relativedelta(days=1, years=-1)
        neighbours = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "closed"),
                ("year", "in", (year - 1, year + 1)),
            ]
        )
        for neighbour in neighbours:
            if neighbour.year < year:
                start = neighbour.date_end + relativedelta(days=1)
            else:
                end = neighbour.date_start - relativedelta(days=1)
        return start, end

    @api.model
    def _fiscal_name(self, start, end):
        return str(end.year) if start.year == end.year else f"{start.year}-{end.year}"

    @api.model
    def _ensure_for_years(self, company, first_year, last_year, refresh=True):
        """The periods of an institution that end in the calendar years
        ``first_year`` to ``last_year``, created where they do not exist.

        :param refresh: whether to compute the person-years of new periods; not for
            whoever computes all of them afterwards
        """
        # Periods belong to the institution, whoever records the act that needs one.
        periods = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("year", ">=", first_year),
                ("year", "<=", last_year),
            ]
        )
        missing = set(range(first_year, last_year + 1)) - set(periods.mapped("year"))
        created = self.browse()
        for year in sorted(missing):
            start, end = self.sudo()._fiscal_bounds(company, year)
            # Two users may need the same period at the same time: the second one
            # waits here, then its transaction is run again by the server.
            rows = self.env.execute_query(
                SQL(
                    """
                    INSERT INTO alumni_period
                        (name, year, date_start, date_end, state, company_id,
                         create_uid, write_uid, create_date, write_date)
                    VALUES (%s, %s, %s, %s, 'open', %s, %s, %s, now(), now())
                    ON CONFLICT (company_id, year) DO NOTHING RETURNING id
                    """,
                    self._fiscal_name(start, end),
                    year,
                    start,
                    end,
                    company.id,
                    self.env.uid,
                    self.env.uid,
                )
            )
            created |= self.browse(row[0] for row in rows)
        created._take_acts()
        for period in created if refresh else ():
            self.env["alumni.person.year"]._refresh_period(period)
        return (periods.sudo(False) | created).sorted("year")

    @api.model
    def _ensure_for_dates(self, undated, refresh=True):
        """Create the periods that acts without a period need.

        :param undated: pairs ``(company id, date)``
        :param refresh: see :meth:`_ensure_for_years`
        """
        if not undated:
            return
        dates_by_company = defaultdict(set)
        for company_id, day in undated:
            dates_by_company[company_id].add(day)
        for company in self.env["res.company"].browse(dates_by_company):
            current = self._current_year(company)
            years = {self._year_of(company, d) for d in dates_by_company[company.id]}
            for year in sorted(years):
                if FIRST_YEAR <= year <= current:
                    self._ensure_for_years(company, year, year, refresh)

    @api.model
    def _year_of(self, company, day):
        """The calendar year in which the fiscal year of a day ends."""
        month = int(company.alumni_fiscal_month)
        return day.year + (month > 1 and day.month >= month)

    @api.model
    def _current_year(self, company):
        today = fields.Datetime.context_timestamp(
            self.with_context(tz=company.alumni_tz), fields.Datetime.now()
        )
        return self._year_of(company, today.date())

    @api.model
    def _ensure_current(self, companies, refresh=True):
        """The running period of each institution, and a period for every act that
        has none and is not in the future.

        :param refresh: see :meth:`_ensure_for_years`
        """
        for company in companies:
            year = self._current_year(company)
            self._ensure_for_years(company, year, year, refresh)
        self._ensure_for_dates(
            self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT company_id, date FROM alumni_engagement
                    WHERE period_id IS NULL AND company_id = ANY(%s)
                    """,
                    companies.ids,
                )
            ),
            refresh,
        )

    def _take_acts(self):
        """Give these periods the acts and the events that are dated in them."""
        if self:
            self.env.execute_query(
                SQL(
                    """
                    UPDATE alumni_engagement act SET period_id = period.id
                    FROM alumni_period period
                    WHERE period.id = ANY(%s)
                        AND act.company_id = period.company_id
                        AND act.date BETWEEN period.date_start AND period.date_end
                        AND act.period_id IS DISTINCT FROM period.id
                    RETURNING act.id
                    """,
                    self.ids,
                )
            )
            self.env["alumni.engagement"].invalidate_model(["period_id"])
            self.env["alumni.funnel"]._take_periods(self)

    @api.model
    def _recut(self, companies):
        """Cut the open periods of institutions anew after a change of fiscal year,
        and move the acts to the periods they now fall into."""
        self.flush_model()
        periods = self.sudo().search(
            [("company_id", "in", companies.ids), ("state", "!=", "closed")]
        )
        cuts = []
        for period in periods:
            start, end = self._fiscal_bounds(period.company_id, period.year)
            cuts.append(SQL("(%s, %s, %s)", period.id, start, end))
            period.name = self._fiscal_name(start, end)
        if not cuts:
            return
        # One statement, for bounds moved one by one would overlap in between.
        self.env.cr.execute(
            SQL(
                """
                UPDATE alumni_period period
                SET date_start = cut.date_start::date, date_end = cut.date_end::date
                FROM (VALUES %s) AS cut (id, date_start, date_end)
                WHERE period.id = cut.id
                """,
                SQL(", ").join(cuts),
            )
        )
        periods.invalidate_recordset(["date_start", "date_end"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE alumni_engagement SET period_id = NULL
                WHERE period_id = ANY(%s)
                """,
                periods.ids,
            )
        )
        periods._take_acts()

    @api.model
    def _cron_current(self):
        """Open the period of each institution that begins, and refresh what time
        alone changes in the running ones (the age of records and consents)."""
        companies = self.env["res.company"].search([("active", "=", True)])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            self._ensure_current(company)
            year = self._current_year(company)
            period = self._ensure_for_years(company, year, year)
            self.env["alumni.person.year"]._refresh_period(period)
            cron._commit_progress(1)
