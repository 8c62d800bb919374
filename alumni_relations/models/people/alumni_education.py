from odoo import api, fields, models


class AlumniEducation(models.Model):
    """One degree of one person (French: parcours): school, years, award."""

    _name = "alumni.education"
    _description = "Education"
    _inherit = ["alumni.bulk.mixin"]
    _order = "award_date desc, start_year desc, id desc"
    _rec_name = "degree_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        index=True,
        ondelete="cascade",
    )
    degree_id = fields.Many2one(
        comodel_name="alumni.degree", required=True, index=True, ondelete="restrict"
    )
    degree_level = fields.Selection(
        string="Degree level", related="degree_id.level", store=True
    )
    school_id = fields.Many2one(
        comodel_name="alumni.school", required=True, index=True, ondelete="restrict"
    )
    student_number = fields.Char(
        string="Student number", help="The number under which this degree was followed."
    )
    start_year = fields.Integer(string="Start year", aggregator=None)
    award_date = fields.Date(string="Award date", index="btree_not_null")
    award_year = fields.Integer(
        string="Award year", compute="_compute_award_year", store=True, aggregator=None
    )
    state = fields.Selection(
        string="Status",
        selection=[
            ("entering", "Entering student"),
            ("returning", "Returning student"),
            ("left", "Left without the degree"),
            ("awarded", "Awarded"),
        ],
        required=True,
        default="awarded",
        index=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )

    _partner_degree_uniq = models.UniqueIndex(
        "(partner_id, degree_id)", "This person has this degree already."
    )
    _awarded_has_date = models.Constraint(
        "CHECK (state != 'awarded' OR award_date IS NOT NULL)",
        "An awarded degree needs its award date.",
    )

    @api.depends("award_date")
    def _compute_award_year(self):
        for education in self:
            education.award_year = education.award_date and education.award_date.year

    def _alumni_merge_into(self, kept):
        """Complete another education about the same degree with what this one knows.

        :param kept: the education that stays
        :return: text that names what contradicts the education that stays, or an
            empty text
        """
        self.ensure_one()
        values = {}
        if self.state == "awarded" and kept.state != "awarded":
            values = {"state": "awarded", "award_date": self.award_date}
        starts = [year for year in (self.start_year, kept.start_year) if year]
        if starts:
            values["start_year"] = min(starts)
        if not kept.student_number:
            values["student_number"] = self.student_number
        kept.write(values)
        contradictions = [
            self.env._(
                "%(field)s: %(other)s instead of %(kept)s",
                field=self._fields[name]._description_string(self.env),
                other=self[name].display_name if name == "school_id" else self[name],
                kept=kept[name].display_name if name == "school_id" else kept[name],
            )
            for name in ("award_date", "school_id", "student_number")
            if self[name] and self[name] != kept[name]
        ]
        if not contradictions:
            return ""
        return self.env._(
            "The merged contact had the degree %(degree)s with other particulars. "
            "%(particulars)s",
            degree=self.degree_id.name,
            particulars="; ".join(contradictions),
        )
