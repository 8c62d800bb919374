from odoo import api, models
from odoo.tools import SQL

CHUNK = 25_000
"""People who are brought up to date in one step: about two seconds."""
AT_ONCE = 5_000
"""People who are brought up to date while whoever changes a setting waits."""


class AlumniRefresh(models.Model):
    """Everybody is brought up to date with what the institutions have decided: who
    counts as an alumnus, whom e-mail may reach."""

    _name = "alumni.refresh"
    _description = "Update of people"
    _inherit = ["alumni.background.mixin"]
    _rec_name = "create_date"
    _background_cron = "alumni_relations.ir_cron_alumni_refresh"

    @api.model
    def _request(self):
        """Bring everybody up to date: at once where they are few, else in the
        background."""
        refresh = super()._request()
        [(many,)] = self.env.execute_query(
            SQL(
                "SELECT count(*) > %s FROM (SELECT FROM res_partner LIMIT %s) person",
                AT_ONCE,
                AT_ONCE + 1,
            )
        )
        if not many:
            refresh._run_now()
        return refresh

    def _step(self):
        self.env.flush_all()
        [(last_id, highest)] = self.env.execute_query(
            SQL(
                """
                SELECT max(id), (SELECT max(id) FROM res_partner)
                FROM (
                    SELECT id FROM res_partner WHERE id > %s ORDER BY id LIMIT %s
                ) chunk
                """,
                self.last_id,
                CHUNK,
            )
        )
        if last_id:
            self.env["res.partner"]._alumni_recompute_sql(
                SQL(
                    """
                    SELECT id FROM res_partner
                    WHERE id > %s AND id <= %s AND NOT COALESCE(is_company, FALSE)
                    """,
                    self.last_id,
                    last_id,
                ),
                everyone=True,
            )
            self.write({"last_id": last_id, "progress": 100 * last_id / highest})
        if last_id == highest:
            self._finish()

    def _done_message(self):
        return self.env._("All people are up to date with the settings.")
