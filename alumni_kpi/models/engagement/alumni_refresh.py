from odoo import models


class AlumniRefresh(models.Model):
    """When everybody is up to date, the figures are computed from them."""

    _inherit = "alumni.refresh"

    def _finish(self):
        result = super()._finish()
        # Of every institution: people may belong to several.
        self.env["alumni.engagement"]._rebuild()
        return result
