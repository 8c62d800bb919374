from odoo import api, models
from odoo.exceptions import UserError

BAND_FIELDS = frozenset({"year_from", "year_to", "active", "company_id"})


class AlumniGeneration(models.Model):
    """A change of the bands moves people from one generation to another in the
    open periods; a band that closed periods count under stays."""

    _inherit = "alumni.generation"

    @api.model_create_multi
    def create(self, vals_list):
        generations = super().create(vals_list)
        generations._rebuild_figures()
        return generations

    def write(self, vals):
        result = super().write(vals)
        if not BAND_FIELDS.isdisjoint(vals):
            self._rebuild_figures()
        return result

    def unlink(self):
        self._rebuild_figures()
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        # Those who may delete a generation need not see all figures under it.
        if (
            self.env["alumni.person.year"]
            .sudo()
            .search_count(
                [
                    ("generation_id", "in", self.ids),
                    ("period_id.state", "=", "closed"),
                ],
                limit=1,
            )
        ):
            raise UserError(
                self.env._(
                    "Closed periods count people under this generation. "
                    "Archive it instead of deleting it."
                )
            )

    def _rebuild_figures(self):
        companies = self.company_id
        if companies and self.env["alumni.education"].sudo().search_count(
            [("company_id", "in", companies.ids)], limit=1
        ):
            self.env["alumni.engagement"]._rebuild(companies)
