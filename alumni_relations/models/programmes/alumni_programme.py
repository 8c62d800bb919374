from odoo import fields, models

PROGRAMME_TYPES = [
    ("mentoring", "Mentoring"),
    ("career_talks", "Career talks"),
    ("researcher_visits", "Researcher visits"),
    ("recruitment", "Recruitment and job offers"),
    ("governance_visits", "Governance visits"),
    ("lifelong_learning", "Lifelong learning"),
    ("fundraising", "Fundraising"),
    ("volunteering", "Volunteering"),
    ("ambassadors", "Ambassadors"),
    ("other", "Other"),
]


class AlumniProgramme(models.Model):
    """A lasting line of action with objectives: mentoring, career talks ..."""

    _name = "alumni.programme"
    _description = "Programme"
    _inherit = ["mail.thread", "mail.activity.mixin", "alumni.objective.mixin"]
    _objective_place = "programme_id"
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(
        copy=False, help="Stable key used by imports, for instance career_talk."
    )
    sequence = fields.Integer(default=10)
    programme_type = fields.Selection(
        selection=PROGRAMME_TYPES, string="Type", required=True, default="other"
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Manager",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        check_company=True,
        tracking=True,
    )
    stage_id = fields.Many2one(
        comodel_name="alumni.programme.stage",
        default=lambda self: self.env["alumni.programme.stage"].search([], limit=1),
        group_expand="_read_group_expand_full",
        index=True,
        ondelete="restrict",
        copy=False,
        tracking=True,
    )
    date_start = fields.Date(string="Start date")
    date_end = fields.Date(string="End date")
    description = fields.Html()
    audience_ids = fields.Many2many(comodel_name="alumni.audience", string="Audiences")
    event_ids = fields.One2many(
        comodel_name="event.event", inverse_name="programme_id", string="Events"
    )
    participation_ids = fields.One2many(
        comodel_name="alumni.participation",
        inverse_name="programme_id",
        string="Participations",
    )
    gift_ids = fields.One2many(
        comodel_name="alumni.gift", inverse_name="programme_id", string="Gifts"
    )
    objective_ids = fields.One2many(inverse_name="programme_id")
    # An analyst reads programmes, but neither who takes part nor what was given.
    event_count = fields.Integer(
        compute="_compute_event_count", groups="alumni_relations.group_officer"
    )
    participation_count = fields.Integer(
        compute="_compute_participation_count",
        groups="alumni_relations.group_officer",
    )
    person_count = fields.Integer(
        compute="_compute_participation_count",
        string="People",
        groups="alumni_relations.group_officer",
        help="Different people who take part or took part, each counted once; "
        "cancelled participations are left out.",
    )
    gift_count = fields.Integer(
        compute="_compute_gift_count",
        groups="alumni_relations.group_officer",
        help="Gifts received for this programme, dues included.",
    )
    invitation_count = fields.Integer(
        compute="_compute_invitation_count",
        string="Invitations",
        groups="alumni_relations.group_officer",
        help="Invitations to the events of this programme.",
    )
    mentoring_pair_ids = fields.One2many(
        comodel_name="alumni.mentoring.pair",
        inverse_name="programme_id",
        string="Mentoring",
        groups="alumni_relations.group_officer",
    )
    opportunity_ids = fields.One2many(
        comodel_name="alumni.opportunity",
        inverse_name="programme_id",
        string="Job offers",
        groups="alumni_relations.group_officer",
    )
    mentoring_pair_count = fields.Integer(
        compute="_compute_mentoring_counts",
        string="Mentoring pairs",
        groups="alumni_relations.group_officer",
        help="Pairs that are active today.",
    )
    mentoring_request_count = fields.Integer(
        compute="_compute_mentoring_counts",
        string="Looking for a mentor",
        groups="alumni_relations.group_officer",
        help="Requests that are not matched yet.",
    )
    mentoring_place_count = fields.Integer(
        compute="_compute_mentoring_counts",
        string="Free places of mentors",
        groups="alumni_relations.group_officer",
        help="Free places of the mentors who are in office today.",
    )
    opportunity_count = fields.Integer(
        compute="_compute_opportunity_count",
        string="Opportunities",
        groups="alumni_relations.group_officer",
        help="Jobs, internships, theses and projects that were posted.",
    )
    hire_count = fields.Integer(
        compute="_compute_opportunity_count",
        string="Hires",
        groups="alumni_relations.group_officer",
        help="People hired through the opportunities of this programme.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    active = fields.Boolean(default=True)

    _dates_ordered = models.Constraint(
        "CHECK (date_start <= date_end)", "A programme cannot end before it starts."
    )
    _code_uniq = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL",
        "A programme with this code exists in this institution.",
    )

    def _compute_event_count(self):
        counts = dict(
            self.env["event.event"]._read_group(
                [("programme_id", "in", self.ids)], ["programme_id"], ["__count"]
            )
        )
        for programme in self:
            programme.event_count = counts.get(programme, 0)

    def _compute_participation_count(self):
        counts = {
            programme: (count, people)
            for programme, count, people in self.env[
                "alumni.participation"
            ]._read_group(
                [("programme_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["programme_id"],
                ["__count", "partner_id:count_distinct"],
            )
        }
        for programme in self:
            programme.participation_count, programme.person_count = counts.get(
                programme, (0, 0)
            )

    def _compute_gift_count(self):
        counts = dict(
            self.env["alumni.gift"]._read_group(
                [("programme_id", "in", self.ids), ("state", "=", "received")],
                ["programme_id"],
                ["__count"],
            )
        )
        for programme in self:
            programme.gift_count = counts.get(programme, 0)

    def _compute_invitation_count(self):
        counts = dict(
            self.env["alumni.invitation"]._read_group(
                [("event_id.programme_id", "in", self.ids)],
                ["event_id.programme_id"],
                ["__count"],
            )
        )
        for programme in self:
            programme.invitation_count = counts.get(programme, 0)

    def _compute_mentoring_counts(self):
        today = fields.Date.context_today(self)
        pairs = dict(
            self.env["alumni.mentoring.pair"]._read_group(
                [("programme_id", "in", self.ids), ("state", "=", "active")],
                ["programme_id"],
                ["__count"],
            )
        )
        waiting = dict(
            self.env["alumni.mentoring.request"]._read_group(
                [
                    ("programme_id", "in", self.ids),
                    ("state", "in", ("open", "proposed")),
                ],
                ["programme_id"],
                ["__count"],
            )
        )
        places = dict(
            self.env["alumni.mentor"]._read_group(
                [
                    ("programme_id", "in", self.ids),
                    ("date_start", "<=", today),
                    "|",
                    ("date_end", "=", False),
                    ("date_end", ">=", today),
                ],
                ["programme_id"],
                ["place_count:sum"],
            )
        )
        for programme in self:
            programme.mentoring_pair_count = pairs.get(programme, 0)
            programme.mentoring_request_count = waiting.get(programme, 0)
            programme.mentoring_place_count = places.get(programme, 0)

    def _compute_opportunity_count(self):
        counts = {
            programme: (count, hires)
            for programme, count, hires in self.env["alumni.opportunity"]._read_group(
                [("programme_id", "in", self.ids), ("date_published", "!=", False)],
                ["programme_id"],
                ["__count", "hire_count:sum"],
            )
        }
        for programme in self:
            programme.opportunity_count, programme.hire_count = counts.get(
                programme, (0, 0)
            )

    def action_view_mentoring_pairs(self):
        """The mentoring pairs of this programme, those active first."""
        return self._action_view(
            "alumni_relations.alumni_mentoring_pair_action",
            {"search_default_active": 1},
        )

    def action_view_mentoring_requests(self):
        """Who looks for a mentor in this programme."""
        return self._action_view(
            "alumni_relations.alumni_mentoring_request_action",
            {"search_default_waiting": 1},
        )

    def action_view_mentors(self):
        """The mentors of this programme."""
        return self._action_view(
            "alumni_relations.alumni_mentor_action", {"search_default_in_office": 1}
        )

    def action_view_opportunities(self):
        """What graduates posted in this programme."""
        return self._action_view("alumni_relations.alumni_opportunity_action", {})

    def _action_view(self, action, context):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(action),
            "domain": [("programme_id", "=", self.id)],
            "context": {"default_programme_id": self.id, **context},
        }

    def action_view_invitations(self):
        """Who was invited to the events of this programme."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "alumni_relations.alumni_invitation_action"
            ),
            "domain": [("event_id.programme_id", "=", self.id)],
            "context": {"create": False, "search_default_group_event": 1},
        }

    def action_view_participations(self):
        """Who takes part in this programme, by role."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "alumni_relations.alumni_participation_action"
            ),
            "domain": [("programme_id", "=", self.id)],
            "context": {"default_programme_id": self.id},
        }

    def action_view_events(self):
        """The events of this programme."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("event.action_event_view"),
            "domain": [("programme_id", "=", self.id)],
            "context": {"default_programme_id": self.id},
        }

    def action_view_gifts(self):
        """The gifts for this programme."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "alumni_relations.alumni_gift_action"
            ),
            "domain": [("programme_id", "=", self.id)],
            "context": {
                "default_programme_id": self.id,
                "search_default_received": 1,
            },
        }
