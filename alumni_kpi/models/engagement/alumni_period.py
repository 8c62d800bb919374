from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL


class AlumniPeriod(models.Model):
    """A fiscal year of an institution (French: exercice), named by the calendar
    year in which it ends. Open periods follow the records; a closed one is frozen:
    later merges, deaths or erasures do not rewrite it."""

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
        selection=[("open", "Open"), ("closed", "Closed")],
        required=True,
        default="open",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        ondelete="cascade",
    )

    _year_uniq = models.UniqueIndex(
        "(company_id, year)", "This institution has this period already."
    )
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
    def _ensure_for_years(self, company, first_year, last_year):
        """The periods of an institution that end in the calendar years
        ``first_year`` to ``last_year``, created where they do not exist."""
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
        return (periods.sudo(False) | created).sorted("year")
