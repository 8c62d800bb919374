from odoo import api, fields, models


class AlumniObjectiveMixin(models.AbstractModel):
    """What has objectives: a programme or an event. It says by ``_objective_place``
    which field of an objective and of an improvement names it."""

    _name = "alumni.objective.mixin"
    _description = "With objectives"

    _objective_place = None

    objective_ids = fields.One2many(
        comodel_name="alumni.objective",
        string="Objectives",
        groups="alumni_relations.group_officer",
    )
    objective_count = fields.Integer(
        compute="_compute_objective_count", groups="alumni_relations.group_officer"
    )
    objective_met_count = fields.Integer(
        string="Objectives met",
        compute="_compute_objective_count",
        groups="alumni_relations.group_officer",
    )
    improvement_count = fields.Integer(
        string="Points to improve",
        compute="_compute_improvement_count",
        groups="alumni_relations.group_officer",
        help="Suggested or accepted, and not done yet.",
    )

    @api.depends("objective_ids.is_met")
    def _compute_objective_count(self):
        place = self._objective_place
        groups = self.env["alumni.objective"]._read_group(
            [(place, "in", self.ids)], [place, "is_met"], ["__count"]
        )
        counts = {(record, met): count for record, met, count in groups}
        for record in self:
            met = counts.get((record, True), 0)
            record.objective_met_count = met
            record.objective_count = met + counts.get((record, False), 0)

    def _compute_improvement_count(self):
        place = self._objective_place
        counts = dict(
            self.env["alumni.improvement"]._read_group(
                [(place, "in", self.ids), ("state", "in", ("suggested", "accepted"))],
                [place],
                ["__count"],
            )
        )
        for record in self:
            record.improvement_count = counts.get(record, 0)

    def _open_of_place(self, action):
        self.ensure_one()
        place = self._objective_place
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(action),
            "domain": [(place, "=", self.id)],
            "context": {f"default_{place}": self.id},
        }

    def action_view_objectives(self):
        """The objectives of this programme or event."""
        return self._open_of_place("alumni_relations.alumni_objective_action")

    def action_view_improvements(self):
        """What is to be improved in this programme or event."""
        return self._open_of_place("alumni_relations.alumni_improvement_action")
