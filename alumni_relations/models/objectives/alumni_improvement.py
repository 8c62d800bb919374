from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AlumniImprovement(models.Model):
    """A point to improve, noted when a programme or an event is looked back upon:
    suggested, then accepted (somebody does it by some day, with an activity to
    remind of it) or refused, and done. The share that is done counts (ENG-59)."""

    _name = "alumni.improvement"
    _description = "Improvement"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="What to improve", required=True, tracking=True)
    description = fields.Html()
    objective_id = fields.Many2one(
        comodel_name="alumni.objective",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    programme_id = fields.Many2one(
        comodel_name="alumni.programme",
        compute="_compute_place",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    event_id = fields.Many2one(
        comodel_name="event.event",
        compute="_compute_place",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
    )
    date = fields.Date(
        string="Suggested on", required=True, default=fields.Date.context_today
    )
    origin = fields.Selection(
        selection=[
            ("review", "Review at closing"),
            ("survey", "Survey"),
            ("participant", "A participant"),
            ("staff", "Staff"),
        ],
        required=True,
        default="review",
    )
    state = fields.Selection(
        string="Status",
        selection=[
            ("suggested", "Suggested"),
            ("accepted", "Accepted, to do"),
            ("done", "Done"),
            ("refused", "Refused"),
        ],
        required=True,
        default="suggested",
        index=True,
        copy=False,
        tracking=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Done by",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
    )
    date_deadline = fields.Date(string="Deadline", tracking=True)
    accepted_date = fields.Date(readonly=True, copy=False)
    done_date = fields.Date(readonly=True, copy=False)
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
    )

    _place = models.Constraint(
        "CHECK (programme_id IS NOT NULL OR event_id IS NOT NULL "
        "OR objective_id IS NOT NULL)",
        "Say which programme, event or objective is to be improved.",
    )

    @api.depends("objective_id")
    def _compute_place(self):
        for improvement in self:
            objective = improvement.objective_id
            event = improvement.event_id or objective.event_id
            improvement.event_id = event
            improvement.programme_id = (
                improvement.programme_id or objective.programme_id or event.programme_id
            )

    @api.depends("objective_id.company_id", "event_id.company_id", "programme_id")
    def _compute_company_id(self):
        for improvement in self:
            improvement.company_id = (
                improvement.objective_id.company_id
                or improvement.event_id.company_id
                or improvement.programme_id.company_id
                or improvement.company_id
                or self.env.company
            )

    @api.constrains("state", "user_id", "date_deadline")
    def _check_accepted(self):
        for improvement in self:
            if improvement.state == "accepted" and not (
                improvement.user_id and improvement.date_deadline
            ):
                raise ValidationError(
                    self.env._(
                        "“%s”: say who does it and by when, then accept it.",
                        improvement.name,
                    )
                )

    def action_accept(self):
        """It will be done: whoever does it is reminded by an activity."""
        self.write({"state": "accepted", "accepted_date": fields.Date.today()})
        for improvement in self:
            improvement.activity_schedule(
                "mail.mail_activity_data_todo",
                improvement.date_deadline,
                summary=improvement.name,
                user_id=improvement.user_id.id,
            )

    def action_done(self):
        """It is done; the activity is marked as done with it."""
        today = fields.Date.today()
        for improvement in self:
            improvement.write(
                {
                    "state": "done",
                    "accepted_date": improvement.accepted_date or today,
                    "done_date": today,
                }
            )
        self.activity_feedback(["mail.mail_activity_data_todo"])

    def action_refuse(self):
        """It will not be done."""
        self.write({"state": "refused", "accepted_date": False, "done_date": False})
        self.activity_unlink(["mail.mail_activity_data_todo"])

    def action_suggest(self):
        """Back to a suggestion, to be decided upon again."""
        self.write({"state": "suggested", "accepted_date": False, "done_date": False})
        self.activity_unlink(["mail.mail_activity_data_todo"])
