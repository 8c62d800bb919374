from odoo import api, models
from odoo.tools import SQL


class AlumniBulkMixin(models.AbstractModel):
    """Records that were written by SQL are acts, stand in the funnel and are measured
    like all others."""

    _inherit = "alumni.bulk.mixin"

    @api.model
    def _bulk_written(self, ids):
        result = super()._bulk_written(ids)
        # Nobody may write acts; they follow the records whoever loads those.
        engagement = self.env["alumni.engagement"].sudo()
        if self._name in engagement._sources():
            engagement._refresh({self._name: SQL("res_id IN (%s)", ids)})
        if isinstance(self, self.env.registry["alumni.funnel.source"]):
            self._funnel_touch_where(SQL("id IN (%s)", ids))
        if isinstance(self, self.env.registry["alumni.measure.source"]):
            self._measure_changed()
        return result
