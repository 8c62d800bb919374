from odoo import fields, models
from odoo.fields import Domain


class AlumniPersonYear(models.Model):
    """Person-years can be chosen by a named filter."""

    _inherit = "alumni.person.year"

    filter_id = fields.Many2one(
        comodel_name="alumni.filter",
        string="Named filter",
        compute="_compute_filter_id",
        search="_search_filter_id",
        domain=[("source", "=", "person_year")],
        help="Choose people by a filter that has a name.",
    )

    def _compute_filter_id(self):
        # It is there to search by: a person-year passes many filters.
        self.filter_id = False

    def _search_filter_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        filters = self.env["alumni.filter"].browse(
            [item for item in value if isinstance(item, int)]
        )
        return Domain.OR(
            named._domain()
            for named in filters.filtered(lambda f: f.source == "person_year")
        )
