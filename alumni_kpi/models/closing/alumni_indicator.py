from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class AlumniIndicator(models.Model):
    """What an indicator said in closed periods stays, and so does the indicator."""

    _inherit = "alumni.indicator"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        closed = self.env.execute_query(
            SQL(
                """
                SELECT indicator_id FROM alumni_closing_value
                WHERE indicator_id = ANY(%s) LIMIT 1
                """,
                self.ids,
            )
        )
        if closed:
            raise UserError(
                self.env._(
                    "%s has values in periods that were closed. Archive it instead of "
                    "deleting it.",
                    self.browse(closed[0]).display_name,
                )
            )
