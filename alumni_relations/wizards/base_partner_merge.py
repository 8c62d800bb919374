from odoo import api, models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merging contacts loses nothing that the alumni office has recorded."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_reference_fields(self, src_partners, dst_partner):
        result = super()._update_reference_fields(src_partners, dst_partner)
        # Odoo leaves the traces of mailings with the contact that disappears, and
        # with them every answer and click of the person.
        traces = self.env["mailing.trace"]
        traces.flush_model(["model", "res_id"])
        self.env.cr.execute(
            SQL(
                "UPDATE mailing_trace SET res_id = %s "
                "WHERE model = 'res.partner' AND res_id IN %s",
                dst_partner.id,
                tuple(src_partners.ids),
            )
        )
        traces.invalidate_model(["res_id"])
        return result
