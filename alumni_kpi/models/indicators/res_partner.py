from odoo import fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """Contacts, and so recipients of mailings, can be chosen by a named filter of
    person-years."""

    _inherit = "res.partner"

    alumni_filter_id = fields.Many2one(
        comodel_name="alumni.filter",
        string="Named filter",
        compute="_compute_alumni_filter_id",
        search="_search_alumni_filter_id",
        groups="alumni_relations.group_officer,alumni_relations.group_analyst",
        help="Choose people by what they were and did in a period, for instance "
        "donors of the last complete period.",
    )

    def _compute_alumni_filter_id(self):
        # It is there to search by: a person passes many filters.
        self.alumni_filter_id = False

    def _search_alumni_filter_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        filters = self.env["alumni.filter"].browse(
            [item for item in value if isinstance(item, int)]
        )
        return Domain.OR(
            Domain("id", "in", named._partner_ids().subselect("partner_id"))
            for named in filters.filtered(lambda f: f.source == "person_year")
        )
