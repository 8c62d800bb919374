from odoo import api, fields, models
from odoo.tools import SQL

CHUNK = 100_000
"""Records of a source that are turned into acts in one step."""


class AlumniRebuild(models.Model):
    """A computation of all figures from the records. It goes forward in steps, each
    saved when it is done: if the server stops, it goes on where it was. Every step
    may run again without effect."""

    _name = "alumni.rebuild"
    _description = "Rebuild of figures"
    _order = "id desc"
    _rec_name = "create_date"

    state = fields.Selection(
        selection=[("waiting", "Waiting"), ("running", "Running"), ("done", "Done")],
        required=True,
        default="waiting",
        readonly=True,
        index=True,
    )
    company_ids = fields.Many2many(
        comodel_name="res.company",
        string="Institutions",
        readonly=True,
        help="Whose periods are computed. Empty: all.",
    )
    source = fields.Char(readonly=True, help="The model whose records become acts now.")
    last_id = fields.Integer(
        string="Done up to",
        readonly=True,
        aggregator=None,
        help="Id of the last record of the source, then of the last period, done.",
    )
    progress = fields.Float(readonly=True, aggregator=None, help="In percent.")
    date_start = fields.Datetime(string="Started", readonly=True)
    date_end = fields.Datetime(string="Finished", readonly=True)

    @api.model
    def _request(self, companies=None):
        """Ask for a rebuild in the background, or join one that has not begun."""
        # Whoever changes a setting or presses the button may not write rebuilds.
        waiting = self.sudo().search([("state", "=", "waiting")], limit=1)
        if not waiting:
            waiting = self.sudo().create(self._prepare_values(companies))
        elif not companies:
            waiting.company_ids = [fields.Command.clear()]
        elif waiting.company_ids:
            waiting.company_ids |= companies
        self.env.ref("alumni_kpi.ir_cron_alumni_rebuild").sudo()._trigger()
        return waiting

    @api.model
    def _prepare_values(self, companies):
        return {"company_ids": [fields.Command.set(companies.ids)] if companies else []}

    @api.model
    def _run(self, companies=None):
        """Rebuild at once, in the running transaction."""
        # The figures follow the records whoever asks.
        rebuild = self.sudo().create(self._prepare_values(companies))
        self.env.flush_all()
        while rebuild.state != "done":
            rebuild._next_step()
        return rebuild

    def _next_step(self):
        """Do the next step of this rebuild: a chunk of a source, or a period."""
        self.ensure_one()
        sources = self.env["alumni.engagement"]._sources()
        if self.state == "waiting":
            self.write(
                {
                    "state": "running",
                    "date_start": fields.Datetime.now(),
                    "source": sources[0],
                    "last_id": 0,
                }
            )
        if self.source:
            self._step_source(sources)
        else:
            self._step_period()

    def _step_source(self, sources):
        source = self.env[self.source]
        last_id = self.last_id + CHUNK
        source._engagement_refresh(
            SQL("res_id > %s AND res_id <= %s", self.last_id, last_id)
        )
        highest = self.env.execute_query(
            SQL(
                """
                SELECT GREATEST(
                    (SELECT max(id) FROM %s),
                    (SELECT max(res_id) FROM alumni_engagement WHERE res_model = %s),
                    0
                )
                """,
                SQL.identifier(source._table),
                source._name,
            )
        )[0][0]
        rank = sources.index(source._name)
        if last_id < highest:
            self.last_id = last_id
            share = last_id / highest
        else:
            following = sources[rank + 1 : rank + 2]
            self.write({"source": following[0] if following else False, "last_id": 0})
            share = 1
        # Acts and person-years take about the same time.
        self.progress = 50 * (rank + share) / len(sources)
        if not self.source:
            self.env["alumni.period"]._ensure_current(self._companies())

    def _step_period(self):
        periods = self.env["alumni.period"].search(
            [("company_id", "in", self._companies().ids), ("state", "=", "open")],
            order="id",
        )
        period = periods.filtered(lambda p: p.id > self.last_id)[:1]
        if period:
            self.env["alumni.person.year"]._refresh_period(period)
            self.env["alumni.person.year.cube"]._recount(period)
            self.last_id = period.id
            done = periods.ids.index(period.id) + 1
            self.progress = 50 + 50 * done / len(periods)
        else:
            self.write(
                {
                    "state": "done",
                    "progress": 100,
                    "date_end": fields.Datetime.now(),
                }
            )

    def _companies(self):
        return self.company_ids or self.env["res.company"].search(
            [("active", "=", True)]
        )

    @api.model
    def _cron_rebuild(self):
        """Go on with the rebuilds that are asked for, saving after every step."""
        cron = self.env["ir.cron"]
        while rebuild := self.search([("state", "!=", "done")], order="id", limit=1):
            rebuild._next_step()
            left = self.search_count([("state", "!=", "done")])
            if not cron._commit_progress(1, remaining=left):
                break

    @api.model
    def action_request(self):
        """Button of the manager: rebuild the figures of the chosen institutions."""
        self.check_access("read")
        rebuild = self._request(self.env.companies)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": rebuild.id,
            "views": [(False, "form")],
        }
