from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class AlumniAudience(models.Model):
    """Whom the university talks to: entering, returning or leaving students,
    graduates, staff, strategic partners. A person can be in several."""

    _name = "alumni.audience"
    _description = "Audience"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Stable key used by imports and indicators, for instance graduate.",
    )
    sequence = fields.Integer(
        default=10,
        help="A person in several audiences is counted under the one that comes "
        "first here, so that totals by audience count everyone once.",
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(code)", "An audience with this code exists.")

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"sequence", "active"}:
            relation = self.env["res.partner"]._fields["alumni_audience_ids"]
            # sudo: the order of audiences concerns people of every company
            self.env["res.partner"].sudo()._alumni_refresh(
                SQL(
                    "SELECT %s FROM %s WHERE %s = ANY(%s)",
                    SQL.identifier(relation.column1),
                    SQL.identifier(relation.relation),
                    SQL.identifier(relation.column2),
                    self.ids,
                )
            )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.env["res.partner"].search_count(
            [("alumni_audience_ids", "in", self.ids)], limit=1
        ):
            raise UserError(
                self.env._(
                    "There are people in this audience. Archive it instead, or take "
                    "them out of it first."
                )
            )
