from odoo import api, fields, models
from odoo.exceptions import ValidationError

COHERENCE = [
    ("0", "None"),
    ("1", "Weak"),
    ("2", "Good"),
    ("3", "Full"),
]
"""How well an operational objective serves a strategic one, from 0 to 3."""


class AlumniObjectiveLink(models.Model):
    """An operational objective serves a strategic one: how well, and why."""

    _name = "alumni.objective.link"
    _description = "Link between objectives"
    _order = "coherence desc, id"
    _rec_name = "strategic_id"

    operational_id = fields.Many2one(
        comodel_name="alumni.objective",
        string="Operational objective",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("level", "=", "operational")],
    )
    strategic_id = fields.Many2one(
        comodel_name="alumni.objective",
        string="Strategic objective",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("level", "=", "strategic")],
    )
    coherence = fields.Selection(
        selection=COHERENCE,
        required=True,
        default="2",
        help="Judged from 0, it does not serve it, to 3, it serves it fully.",
    )
    reason = fields.Char(
        string="Why", required=True, help="Why the coherence is judged so."
    )
    programme_id = fields.Many2one(related="operational_id.programme_id")
    event_id = fields.Many2one(related="operational_id.event_id")
    is_met = fields.Boolean(related="operational_id.is_met", string="Met")
    company_id = fields.Many2one(
        string="Institution",
        related="operational_id.company_id",
        store=True,
        index=True,
    )

    _pair_uniq = models.UniqueIndex(
        "(operational_id, strategic_id)", "These two objectives are linked already."
    )

    @api.constrains("operational_id", "strategic_id")
    def _check_levels(self):
        for link in self:
            if (
                link.operational_id.level != "operational"
                or link.strategic_id.level != "strategic"
                or link.operational_id.company_id != link.strategic_id.company_id
            ):
                raise ValidationError(
                    self.env._(
                        "An operational objective serves strategic ones of the same "
                        "institution: “%(operational)s” cannot serve “%(strategic)s”.",
                        operational=link.operational_id.name,
                        strategic=link.strategic_id.name,
                    )
                )
