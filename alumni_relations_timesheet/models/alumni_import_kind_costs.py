from odoo import api, models
from odoo.tools import SQL


class AlumniImportKindCosts(models.AbstractModel):
    """A file does not count again what comes from analytic accounts."""

    _inherit = "alumni.import.kind.costs"

    @api.model
    def _staged(self, document, stage):
        result = super()._staged(document, stage)
        document._reject(
            stage,
            SQL(
                """
                (labour = 'paid' OR nature = 'expense' AND payer = 'university')
                AND EXISTS (
                    SELECT FROM account_analytic_account account
                    WHERE (account.alumni_event_id = %(stage)s.event_id
                        OR %(stage)s.event_id IS NULL
                        AND account.alumni_programme_id = %(stage)s.programme_id)
                    AND COALESCE(account.alumni_date_from, %(stage)s.date)
                        <= %(stage)s.date)
                """,
                stage=stage,
            ),
            "repeated",
            SQL(
                "%s::text",
                self.env._(
                    "What the university pays for this comes from an analytic account."
                ),
            ),
        )
        return result
