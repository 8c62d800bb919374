from odoo import api, fields, models
from odoo.tools import SQL

CHUNK = 100_000
"""Records of a source that are turned into acts in one step."""
EVENTS = 20
"""Events whose funnel is computed in one step."""
PEOPLE = 25_000
"""People whose person-years are computed in one step."""
WORK_MEMORY = "128MB"
"""What one sort or join of a step may hold in memory."""


class AlumniRebuild(models.Model):
    """A computation of all figures from the records."""

    _name = "alumni.rebuild"
    _description = "Rebuild of figures"
    _inherit = ["alumni.background.mixin"]
    _rec_name = "create_date"
    _background_cron = "alumni_kpi.ir_cron_alumni_rebuild"

    company_ids = fields.Many2many(
        comodel_name="res.company",
        string="Institutions",
        readonly=True,
        help="Whose periods are computed. Empty: all.",
    )
    source = fields.Char(
        readonly=True,
        help="The model whose records become acts now, or that is computed now.",
    )
    last_id = fields.Integer(
        help="Id of the last record of the source, person or period done."
    )

    @api.model
    def _request_for(self, companies=None):
        """Ask for a rebuild of some institutions, all by default."""
        waiting = self._pending("waiting")
        rebuild = self._request()
        if not companies:
            rebuild.company_ids = [fields.Command.clear()]
        elif not waiting or waiting.company_ids:
            rebuild.company_ids |= companies
        return rebuild

    @api.model
    def _run(self, companies=None):
        """Rebuild at once, in the running transaction."""
        # The figures follow the records whoever asks.
        rebuild = self.sudo().create(
            {"company_ids": [fields.Command.set(companies.ids)] if companies else []}
        )
        rebuild._run_now()
        return rebuild

    def _begin(self):
        result = super()._begin()
        self.source = self.env["alumni.engagement"]._sources()[0]
        return result

    def _step(self):
        """Refresh some records of a source, the person-years of some people, the cube
        of a period or the funnel of some events."""
        tasks = {
            **dict.fromkeys(self.env["alumni.engagement"]._sources(), self._step_acts),
            "alumni.person.year": self._step_people,
            "alumni.person.year.cube": self._step_cube,
            "alumni.funnel": self._step_funnel,
        }
        names = list(tasks)
        rank = names.index(self.source)
        # For the sorts and joins of this step only.
        self.env.cr.execute(SQL("SET LOCAL work_mem = %s", WORK_MEMORY))
        last_id, highest = tasks[self.source]()
        share = min(last_id / highest, 1) if highest else 1
        self.write({"last_id": last_id, "progress": 100 * (rank + share) / len(names)})
        self.env.cr.execute("SET LOCAL work_mem TO DEFAULT")
        if last_id >= highest:
            self._analyze()
            self.write({"source": (names + [False])[rank + 1], "last_id": 0})
        if not self.source:
            self._finish()

    def _analyze(self):
        """Tell the planner about what was written: with statistics from before a load
        it would look for the acts of one person among all of a year. A table that has
        not grown by a tenth since it was told of it is left to autovacuum."""
        model = self.env[self.source]
        if self.source in self.env["alumni.engagement"]._sources():
            model = self.env["alumni.engagement"]
        table = SQL.identifier(model._table)
        grown = self.env.execute_query(
            SQL(
                """
                SELECT FROM pg_class
                WHERE oid = %s::regclass AND pg_relation_size(oid)
                    > 1.1 * relpages * current_setting('block_size')::bigint
                """,
                model._table,
            )
        )
        if grown:
            self.env.cr.execute(SQL("ANALYZE %s", table))

    def _step_acts(self):
        """Refresh the acts of some records of a source.

        :return: the highest id done, the highest there is
        """
        source = self.env[self.source]
        last_id = self.last_id + CHUNK
        touched = source._engagement_rebuild(
            SQL("res_id > %s AND res_id <= %s", self.last_id, last_id)
        )
        # Now, so that the acts of the next step find their periods. Their
        # person-years are computed once, when all acts are there.
        self.env["alumni.period"]._ensure_for_dates(
            {(company, date) for _person, _period, company, date in touched if date},
            refresh=False,
        )
        highest = self._highest(
            SQL("SELECT max(id) FROM %s", SQL.identifier(source._table)),
            SQL(
                "SELECT max(res_id) FROM alumni_engagement WHERE res_model = %s",
                source._name,
            ),
        )
        return last_id, highest

    def _step_people(self):
        """Refresh the person-years of some people.

        :return: the highest id done, the highest there is
        """
        if not self.last_id:
            self.env["alumni.period"]._ensure_current(self._companies(), refresh=False)
        last_id = self.last_id + PEOPLE
        self.env["alumni.person.year"]._refresh_between(
            self.last_id + 1, last_id, self._companies()
        )
        highest = self._highest(
            SQL("SELECT max(partner_id) FROM alumni_education"),
            SQL("SELECT max(partner_id) FROM alumni_person_year"),
        )
        return last_id, highest

    def _step_cube(self):
        """Count the cells of a period anew.

        :return: the highest id done, the highest there is
        """
        periods = self.env["alumni.period"].search(
            [("company_id", "in", self._companies().ids), ("state", "!=", "closed")],
            order="id",
        )
        period = periods.filtered(lambda p: p.id > self.last_id)[:1]
        if not period:
            return self.last_id, self.last_id
        self.env["alumni.person.year.cube"]._recount(period)
        return period.id, periods[-1:].id

    def _step_funnel(self):
        """Refresh the funnel of some events, and count its cube anew in the end.

        :return: the highest id done, the highest there is
        """
        last_id = self.last_id + EVENTS
        highest = self._highest(SQL("SELECT max(id) FROM event_event"))
        self.env["alumni.funnel"]._refresh(
            SQL("event_id > %s AND event_id <= %s", self.last_id, last_id)
        )
        if last_id >= highest:
            self.env["alumni.funnel.cube"]._recount()
        return last_id, highest

    def _highest(self, *selects):
        """The highest number that some SQL SELECTs find, 0 if none."""
        numbers = SQL(", ").join(SQL("(%s)", select) for select in selects)
        return self.env.execute_query(SQL("SELECT GREATEST(%s, 0)", numbers))[0][0]

    def _companies(self):
        return self.company_ids or self.env["res.company"].search(
            [("active", "=", True)]
        )

    def _done_message(self):
        return self.env._("The figures are up to date.")

    def action_request(self):
        """Button of the manager: rebuild the figures of the chosen institutions."""
        self.check_access("read")
        return self._request_for(self.env.companies)._action_open()
