from odoo import api, models
from odoo.tools import SQL

KEPT_MONTHS = 36
"""How long the months in which a portal user has logged in are kept."""


class ResUsersLog(models.Model):
    """Odoo keeps the last log-in of a user only, so that nobody could tell who was
    active in an earlier period. Of portal users the last log-in of each month is kept
    as well, for 36 months."""

    _inherit = "res.users.log"

    @api.autovacuum
    def _gc_user_logs(self):
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM res_users_log log
                WHERE EXISTS (
                    SELECT FROM res_users_log later
                    WHERE later.create_uid = log.create_uid
                        AND later.create_date > log.create_date
                        AND (date_trunc('month', later.create_date)
                                = date_trunc('month', log.create_date)
                            OR log.create_date < now() AT TIME ZONE 'UTC'
                                - make_interval(months => %s)
                            OR NOT EXISTS (
                                SELECT FROM res_users account
                                WHERE account.id = log.create_uid AND account.share))
                )
                """,
                KEPT_MONTHS,
            )
        )
        # Log-ins mark no figure as outdated, for people must not wait for each other
        # at the door: figures follow them once a day.
        self.env["res.users"]._measure_changed()
