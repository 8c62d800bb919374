from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..programmes.alumni_participation import PARTICIPATION_ROLES

RATE_ROLES = [*PARTICIPATION_ROLES, ("staff", "Staff")]
"""Roles whose hours have a price: those of people who take part, and staff."""

LABOURS = [("paid", "Paid"), ("volunteer", "Volunteer")]


class AlumniHourlyRate(models.Model):
    """What an hour of a role is worth from a day on: the loaded rate of paid labour,
    the value that an auditor accepts for an hour of a volunteer.

    The rate of a day is the last one that begins on or before it. The role's own
    rates come before those for all roles, and among these the country's own before
    those for all countries. As no two rates begin on one day for the same role,
    labour and country, there is never a choice.

    Whoever uses a rate copies it and keeps a link to it; from then on it can no
    longer be changed or deleted. A new price is a new rate that begins later."""

    _name = "alumni.hourly.rate"
    _description = "Hourly rate"
    _inherit = ["mail.thread"]
    _order = "labour, role, country_id, date_from desc, id"
    _rec_names_search = ["role", "country_id.name"]

    role = fields.Selection(
        selection=RATE_ROLES, tracking=True, help="Empty: every role without its own."
    )
    labour = fields.Selection(
        selection=LABOURS, required=True, default="volunteer", tracking=True
    )
    country_id = fields.Many2one(
        comodel_name="res.country",
        tracking=True,
        help="Where the work is done. Empty: every country without its own rate.",
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        help="The first day of this rate; it holds until the next one begins.",
    )
    rate = fields.Monetary(
        string="Rate per hour",
        required=True,
        aggregator=None,
        tracking=True,
        help="For paid labour the loaded rate: pay, employer's contributions and "
        "overhead. For volunteers what the hour would cost if it were paid.",
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        tracking=True,
    )
    evidence = fields.Char(
        tracking=True,
        help="What the rate rests on: a pay scale, a decision, a published figure.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )

    _rate_positive = models.Constraint(
        "CHECK (rate > 0)", "A rate per hour is more than 0."
    )
    _begin_uniq = models.UniqueIndex(
        "(company_id, labour, COALESCE(role, ''), COALESCE(country_id, 0), date_from)",
        "A rate for this role, labour and country begins on this day already.",
    )

    @api.depends("role", "labour", "country_id", "rate", "currency_id", "date_from")
    @api.depends_context("lang")
    def _compute_display_name(self):
        roles = dict(self._fields["role"]._description_selection(self.env))
        labours = dict(self._fields["labour"]._description_selection(self.env))
        for rate in self:
            rate.display_name = self.env._(
                "%(rate)s, %(who)s, from %(day)s",
                rate=rate.currency_id.format(rate.rate) if rate.currency_id else "",
                who=", ".join(
                    filter(
                        None,
                        [
                            roles.get(rate.role) or self.env._("every role"),
                            labours.get(rate.labour, "").lower(),
                            rate.country_id.name,
                        ],
                    )
                ),
                day=format_date(self.env, rate.date_from),
            )

    def write(self, vals):
        if vals.keys() & {
            "role",
            "labour",
            "country_id",
            "date_from",
            "rate",
            "currency_id",
            "company_id",
        }:
            self._check_unused()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_unused()

    def _check_unused(self):
        """What was valued at a rate must be found there again."""
        for field in self._users():
            # A rate may be used where its user may not look.
            used = (
                self.env[field.model_name]
                .sudo()
                .search_fetch([(field.name, "in", self.ids)], [field.name], limit=1)
            )
            if used:
                raise UserError(
                    self.env._(
                        "%(rate)s: hours were valued at this rate, so it stays as it "
                        "is. Enter a new rate that begins on a later day; what was "
                        "valued before keeps its own.",
                        rate=used[field.name].display_name,
                    )
                )

    @api.model
    def _users(self):
        """The stored fields in which records keep the rate that they were valued
        at, whatever addon they come from."""
        return [
            field
            for model in self.env.registry.values()
            if not model._abstract and not model._transient and model._auto
            for field in model._fields.values()
            if field.comodel_name == self._name
            and field.type == "many2one"
            and field.store
        ]

    @api.model
    def _rate_for(self, company, role, labour, country, date):
        """The rate of an hour, or an empty record when none holds on that day.

        :param role: one of ``RATE_ROLES``, or nothing
        :param labour: ``paid`` or ``volunteer``
        :param country: record of the country in which the work is done, or empty
        """
        key = (company.id, role or None, labour, country.id or None, date)
        return self._rates_for([key])[key]

    @api.model
    def _rates_for(self, keys):
        """The rates of many hours in one query: ``{key: rate, empty if none}``.

        :param keys: tuples of company id, role, labour, country id and day
        """
        keys = list(dict.fromkeys(keys))
        found = dict.fromkeys(keys, self.browse())
        if not keys:
            return found
        companies, roles, labours, countries, dates = zip(*keys, strict=True)
        needs = SQL(
            """
            SELECT * FROM unnest(
                %s::int[], %s::int[], %s::varchar[],
                %s::varchar[], %s::int[], %s::date[]
            ) AS need (id, company_id, role, labour, country_id, date)
            """,
            list(range(len(keys))),
            list(companies),
            list(roles),
            list(labours),
            list(countries),
            list(dates),
        )
        self.flush_model()
        for place, rate_id, _rate, _currency in self.env.execute_query(
            self._select_rates(needs)
        ):
            found[keys[place]] = self.browse(rate_id)
        return found

    @api.model
    def _select_rates(self, needs: SQL):
        """The rates of many hours, for statements of one's own: an SQL SELECT of
        ``id`` (of the need), ``hourly_rate_id``, ``rate`` and ``currency_id``, one
        row for each need that has a rate. Flush this model before.

        :param needs: an SQL SELECT of ``id, company_id, role, labour, country_id,
            date``
        """
        return SQL(
            """
            SELECT need.id, found.id AS hourly_rate_id, found.rate, found.currency_id
            FROM (%s) AS need
            JOIN LATERAL (
                SELECT rate.id, rate.rate, rate.currency_id
                FROM alumni_hourly_rate rate
                WHERE rate.company_id = need.company_id
                    AND rate.labour = need.labour
                    AND (rate.role = need.role OR rate.role IS NULL)
                    AND (rate.country_id = need.country_id OR rate.country_id IS NULL)
                    AND rate.date_from <= need.date
                ORDER BY rate.role IS NULL, rate.country_id IS NULL, rate.date_from DESC
                LIMIT 1
            ) AS found ON TRUE
            """,
            needs,
        )

    @api.model
    def _select_values(self, needs: SQL):
        """What an hour is worth in the institution's currency, for statements of
        one's own: an SQL SELECT of ``id`` (of the need), ``hourly_rate_id``,
        ``rate``, ``currency_id`` and ``hour_value``, one row for each need that has a
        rate. The value is empty when the rate is in another currency that has no
        rate on or before the day. Flush this model before.

        :param needs: as for :meth:`_select_rates`
        """
        return SQL(
            """
            SELECT need.id, found.hourly_rate_id, found.rate, found.currency_id,
                   found.rate * CASE
                       WHEN found.currency_id = company.currency_id THEN 1
                       ELSE (%(own)s) / (%(foreign)s) END AS hour_value
            FROM (%(needs)s) AS need
            JOIN res_company company ON company.id = need.company_id
            JOIN (%(rates)s) AS found ON found.id = need.id
            """,
            needs=needs,
            rates=self._select_rates(needs),
            # Odoo counts a currency without rates of its own as the unit.
            own=SQL("COALESCE((%s), 1)", self._select_currency(SQL("company"))),
            foreign=self._select_currency(SQL("found")),
        )

    @api.model
    def _select_currency(self, holder: SQL):
        """The last rate of a currency on or before the day of ``need``."""
        return SQL(
            """
            SELECT currency.rate FROM res_currency_rate currency
            WHERE currency.currency_id = %s.currency_id AND currency.name <= need.date
                AND (currency.company_id IS NULL OR currency.company_id
                    = split_part(company.parent_path, '/', 1)::int)
            ORDER BY currency.company_id, currency.name DESC LIMIT 1
            """,
            holder,
        )
