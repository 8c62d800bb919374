from odoo import api, models
from odoo.tools import SQL


class AlumniBulkMixin(models.AbstractModel):
    """For models whose records are also written many at a time by SQL, past
    ``create`` and ``write``.

    Whoever keeps something derived from such a model (a counter, a table of facts)
    overrides :meth:`_bulk_written` and thereby learns of these records; it is
    called once per statement, not once per record::

        class AlumniGift(models.Model):
            _inherit = "alumni.gift"

            @api.model
            def _bulk_written(self, ids):
                super()._bulk_written(ids)
                self._refresh_what_depends_on(ids)
    """

    _name = "alumni.bulk.mixin"
    _description = "Written in bulk"

    @api.model
    def _bulk_written(self, ids: SQL):
        """Called after records of this model were written by SQL.

        :param ids: sub-select of the ids that were created or changed; it can be
            read until the caller goes on, so use it at once or keep its result
        """
