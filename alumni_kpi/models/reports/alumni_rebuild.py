from odoo import models


class AlumniRebuild(models.Model):
    """The returns of actions and the scores of people follow from the acts."""

    _inherit = "alumni.rebuild"

    def _finish(self):
        self.env["alumni.return.run"]._request()
        self.env["alumni.score.run"]._request()
        return super()._finish()
