from odoo import fields, models
from odoo.tools import SQL

from .alumni_funnel_mixin import CELL, STEPS


class AlumniFunnelCube(models.Model):
    """The funnel added up over its events and over the generations and schools of
    people: some eighty rows for an event, however many were asked."""

    _name = "alumni.funnel.cube"
    _description = "Event funnel by dimension"
    _inherit = ["alumni.cube.mixin", "alumni.funnel.mixin"]
    _order = "id"
    _log_access = False
    _cube_rows = "alumni.funnel"
    _cube_cell = CELL
    _cube_measures = ("pairs", *STEPS)
    _cube_count = "pairs"

    pairs = fields.Integer(readonly=True, help="People, each once for each event.")

    _period_idx = models.Index("(period_id)")
    _event_idx = models.Index("(event_id)")

    def init(self):
        """A funnel that was there before its cube is added up once."""
        some = SQL(
            "SELECT EXISTS (SELECT FROM %s), EXISTS (SELECT FROM %s)",
            SQL.identifier(self.env[self._cube_rows]._table),
            SQL.identifier(self._table),
        )
        if self.env.execute_query(some) == [(True, False)]:
            self._recount()
        return super().init()
