from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

REQUEST_STATES = [
    ("open", "Looking for a mentor"),
    ("proposed", "Mentor asked"),
    ("matched", "Matched"),
    ("done", "Mentoring ended"),
    ("withdrawn", "Withdrawn"),
]


class AlumniMentoringRequest(models.Model):
    """A person who asks for a mentor in a programme, since when and on which terms.
    Its status follows from its pairs: it is matched once mentor and mentee have
    agreed. The share of requests that are matched within 30 days is NET-02."""

    _name = "alumni.mentoring.request"
    _description = "Request for a mentor"
    _inherit = ["alumni.mentoring.terms"]
    _order = "date desc, id desc"

    partner_id = fields.Many2one(string="Mentee")
    date = fields.Date(
        string="Asked on", required=True, default=fields.Date.context_today
    )
    date_withdrawn = fields.Date(string="Withdrawn on", readonly=True, copy=False)
    state = fields.Selection(
        selection=REQUEST_STATES,
        string="Status",
        compute="_compute_state",
        store=True,
        precompute=True,
        index=True,
    )
    pair_ids = fields.One2many(
        comodel_name="alumni.mentoring.pair", inverse_name="request_id", string="Pairs"
    )

    _open_uniq = models.UniqueIndex(
        "(partner_id, programme_id) WHERE state IN ('open', 'proposed', 'matched')",
        "This person has a request in this programme already: withdraw it, or end its "
        "pair, before there is another one.",
    )

    @api.depends("pair_ids.state", "date_withdrawn")
    def _compute_state(self):
        for request in self:
            states = set(request.pair_ids.mapped("state"))
            if states & {"agreed", "active"}:
                request.state = "matched"
            elif request.date_withdrawn:
                request.state = "withdrawn"
            elif "proposed" in states:
                request.state = "proposed"
            else:
                request.state = "done" if "ended" in states else "open"

    @api.constrains("date")
    def _check_date(self):
        for request in self:
            if request.date > fields.Date.context_today(request):
                raise ValidationError(
                    self.env._(
                        "%s: a request cannot be dated in the future. Enter the day on "
                        "which the person asked.",
                        request.display_name,
                    )
                )

    def action_find_mentors(self):
        """Propose mentors for these requests, best first, with the reasons. Nobody is
        paired by it."""
        requests = self.filtered(lambda request: request.state in ("open", "proposed"))
        if not requests:
            raise UserError(
                self.env._(
                    "There is nothing to look for: these requests are matched, ended "
                    "or withdrawn."
                )
            )
        return self.env["alumni.mentoring.proposal"]._propose(requests)

    def action_withdraw(self):
        """The person no longer looks for a mentor; those who were asked are free."""
        matched = self.filtered(lambda request: request.state == "matched")
        if matched:
            raise UserError(
                self.env._(
                    "%s has a mentor. End the pair instead, and say how it went.",
                    matched[0].display_name,
                )
            )
        self.pair_ids.filtered(lambda pair: pair.state == "proposed").write(
            {"state": "declined", "declined_by": "mentee"}
        )
        self.write({"date_withdrawn": fields.Date.context_today(self)})

    def action_reopen(self):
        """The person looks for a mentor again."""
        self.write({"date_withdrawn": False})

    def action_view_pairs(self):
        """The pairs of this request."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "alumni_relations.alumni_mentoring_pair_action"
            ),
            "domain": [("request_id", "=", self.id)],
            "context": {"default_request_id": self.id},
        }

    def _merge_into(self, kept):
        """Make one request out of two open ones of one person: the earlier day
        holds."""
        self.ensure_one()
        kept.write({"date": min(kept.date, self.date)})
        self._merge_terms_into(kept, "request_id")
