from odoo import api, fields, models
from odoo.tools import SQL


class AlumniGeneration(models.Model):
    """A band of first-award years. Generation 1 is the first cohort that left
    under the alumni programme. The database itself refuses bands that overlap, so
    that a graduate has one generation at most."""

    _name = "alumni.generation"
    _description = "Generation"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        compute="_compute_sequence",
        store=True,
        help="The first year of the band, so that generations read in time order.",
    )
    year_from = fields.Integer(required=True, string="First year")
    year_to = fields.Integer(required=True, string="Last year")
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    active = fields.Boolean(default=True)

    _years_ordered = models.Constraint(
        "CHECK (1000 <= year_from AND year_from <= year_to AND year_to <= 9999)",
        "The first year of a generation must not come after its last year.",
    )
    # The company is folded into the range itself because an equality operator in
    # a gist index needs the btree_gist extension, which hosted databases may lack.
    _years_disjoint = models.Constraint(
        """EXCLUDE USING gist (int8range(
            company_id::bigint * 10000 + year_from,
            company_id::bigint * 10000 + year_to, '[]') WITH &&)""",
        "Generations of one institution must not overlap: "
        "change the years so that each year falls into one generation only.",
    )

    @api.depends("year_from")
    def _compute_sequence(self):
        for generation in self:
            generation.sequence = generation.year_from

    @api.model_create_multi
    def create(self, vals_list):
        generations = super().create(vals_list)
        generations._alumni_refresh_people()
        return generations

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"year_from", "year_to", "company_id", "active"}:
            self._alumni_refresh_people()
        return result

    def _alumni_refresh_people(self):
        """Give their generation to the people whose first award falls into these
        years, and take it from those who had one of these and fall out."""
        # sudo: a generation counts people of every company that shares a contact
        self.env["res.partner"].sudo()._alumni_refresh(
            SQL(
                """
                SELECT partner.id FROM res_partner partner
                JOIN alumni_generation generation ON generation.id = ANY(%s)
                WHERE partner.alumni_generation_id = generation.id
                OR partner.alumni_first_award_year
                    BETWEEN generation.year_from AND generation.year_to
                """,
                self.ids,
            )
        )
