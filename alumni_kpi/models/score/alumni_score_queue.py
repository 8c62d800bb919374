from odoo import api, fields, models
from odoo.tools import SQL


class AlumniScoreQueue(models.Model):
    """People whose acts, or who themselves, have changed since their score was
    computed. Rows are only added by those who record, without a constraint on the
    person, so that no two of them ever wait for each other."""

    _name = "alumni.score.queue"
    _description = "People whose score is to be computed"
    _log_access = False

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        index=True,
        ondelete="cascade",
    )

    @api.model
    def _add(self, people):
        """Have the scores of these people computed.

        :param people: ids
        """
        if people:
            # Whoever was deleted meanwhile has no score.
            self.env.cr.execute(
                SQL(
                    "INSERT INTO alumni_score_queue (partner_id)"
                    " SELECT id FROM res_partner WHERE id = ANY(%s)",
                    list(people),
                )
            )

    @api.model
    def _take(self):
        """The ids of the people that wait, who then wait no longer."""
        rows = self.env.execute_query(
            SQL("DELETE FROM alumni_score_queue RETURNING partner_id")
        )
        self.invalidate_model()
        return sorted({person for (person,) in rows})
