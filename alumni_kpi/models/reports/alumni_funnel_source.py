from odoo import api, models
from odoo.tools import SQL


class AlumniFunnelSource(models.AbstractModel):
    """For models whose records tell what became of a person at an event: the row of
    the funnel follows them."""

    _name = "alumni.funnel.source"
    _description = "Source of the event funnel"

    _funnel_pair = ("event_id", "partner_id")
    """The fields with the event and the person."""
    _funnel_fields = frozenset()
    """The other fields that the funnel reads."""

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._funnel_touch()
        return records

    def _write_multi(self, vals_list):
        changed = {name for vals in vals_list for name in vals}
        moved = not changed.isdisjoint(self._funnel_pair)
        if moved:
            # What the database has until now: the row there goes.
            self._funnel_touch()
        result = super()._write_multi(vals_list)
        if moved or not changed.isdisjoint(self._funnel_fields):
            self._funnel_touch()
        return result

    def unlink(self):
        self._funnel_touch()
        return super().unlink()

    def _funnel_touch(self):
        """Have the rows about these records refreshed before the transaction ends."""
        if self.ids:
            self._funnel_touch_where(SQL("id = ANY(%s)", self.ids))

    @api.model
    def _funnel_touch_where(self, condition: SQL):
        """The same for the records that meet an SQL condition, as the database has
        them."""
        event, person = map(SQL.identifier, self._funnel_pair)
        pairs = self.env.execute_query(
            SQL(
                "SELECT %(event)s, %(person)s FROM %(table)s WHERE %(condition)s "
                "AND %(event)s IS NOT NULL AND %(person)s IS NOT NULL",
                event=event,
                person=person,
                table=SQL.identifier(self._table),
                condition=condition,
            )
        )
        if pairs:
            self.env["alumni.funnel"]._pending()["pairs"].update(pairs)
