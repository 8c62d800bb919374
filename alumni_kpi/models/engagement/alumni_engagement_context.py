from odoo import models


class AlumniEngagementContext(models.AbstractModel):
    """For models that are no acts themselves, but that the statement of a source
    reads: the event of a gift, the mailing of a reply."""

    _name = "alumni.engagement.context"
    _description = "Context of engagement"

    # Fields that the statements of the sources read here.
    _engagement_context_fields = frozenset()

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        if any(
            not self._engagement_context_fields.isdisjoint(vals) for vals in vals_list
        ):
            self._engagement_touch_acts()
        return result

    def unlink(self):
        self._engagement_touch_acts()
        return super().unlink()

    def _engagement_touch_acts(self):
        """Have the acts refreshed that depend on these records."""
        if self.ids:
            for source, condition in self._engagement_acts().items():
                self.env[source]._engagement_touch_where(condition)

    def _engagement_acts(self):
        """The SQL condition, by source model, of the records whose acts depend on
        these."""
        raise NotImplementedError
