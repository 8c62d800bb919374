from odoo import api, models
from odoo.tools import SQL

from ...models.engagement.alumni_engagement_source import FACT_COLUMNS


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Merged people keep all their acts and are counted once in the open periods.
    The merge writes foreign keys in SQL, past the records that watch for changes."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _alumni_touch_funnel(self, people):
        """The merged person gets one row per event, worked out anew from the records
        of both. Two rows could not become those of one person."""
        self.env.flush_all()
        funnel = self.env["alumni.funnel"]
        events = funnel._forget(people)
        funnel._pending()["pairs"].update(
            (event, person) for event in events for person in people.ids
        )

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        people = self.env["res.partner"].browse(partner_ids)
        years = self.env["alumni.person.year"]
        years._touch(people._alumni_same_person(), past=True)
        self._alumni_touch_funnel(people)
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        self.env["alumni.mentor"]._measure_changed()
        # Computed anew with the acts that have come together, like all who changed.
        self.env["alumni.score.total"]._keep_one(
            SQL("partner_id = ANY(%s)", partner_ids)
        )
        # Whoever merges need not have access to every source.
        engagement = self.env["alumni.engagement"].sudo()
        for source in engagement._sources():
            self.env[source].sudo()._engagement_touch_where(
                SQL(
                    "id IN (SELECT res_id FROM (%s) AS act (%s)"
                    " WHERE partner_id = ANY(%s))",
                    self.env[source]._engagement_select(),
                    SQL(", ").join(map(SQL.identifier, FACT_COLUMNS)),
                    partner_ids,
                )
            )
        return result
