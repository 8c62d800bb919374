from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

PROPOSALS = 10
"""How many mentors are proposed for one request."""


class AlumniMentoringProposal(models.TransientModel):
    """A mentor who suits a request, in order and with the reasons: what the officer
    chooses from. Worked out for any number of requests at once and thrown away; a
    pair begins when somebody chooses."""

    _name = "alumni.mentoring.proposal"
    _description = "Proposed mentor"
    _order = "request_id, rank"

    request_id = fields.Many2one(
        comodel_name="alumni.mentoring.request",
        string="Mentee",
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    mentor_id = fields.Many2one(
        comodel_name="alumni.mentor", readonly=True, index=True, ondelete="cascade"
    )
    place_count = fields.Integer(
        related="mentor_id.place_count", string="Free places", aggregator=None
    )
    rank = fields.Integer(readonly=True, aggregator=None)
    score = fields.Float(
        readonly=True,
        digits=(5, 1),
        aggregator=None,
        help="0 to 100: interests 50, language 20, place 15, times 15. What the mentee "
        "leaves open, every mentor meets.",
    )
    interests_wanted = fields.Integer(string="Interests wanted", readonly=True)
    interests_met = fields.Integer(string="Interests met", readonly=True)
    interest_names = fields.Char(string="Common interests", readonly=True)
    language_names = fields.Char(string="Common languages", readonly=True)
    place = fields.Selection(
        selection=[("city", "Same city"), ("country", "Same country")], readonly=True
    )
    times = fields.Char(string="Common times", readonly=True)
    reasons = fields.Char(compute="_compute_reasons")

    def _compute_reasons(self):
        places = dict(self._fields["place"]._description_selection(self.env))
        mentor_fields = self.env["alumni.mentor"]._fields
        for proposal in self:
            reasons = [
                proposal.interests_wanted
                and self.env._(
                    "%(met)s of %(wanted)s interests",
                    met=proposal.interests_met,
                    wanted=proposal.interests_wanted,
                )
                + (f" ({proposal.interest_names})" if proposal.interest_names else ""),
                proposal.language_names,
                places.get(proposal.place),
                *(
                    mentor_fields[name]._description_string(self.env)
                    for name in filter(None, (proposal.times or "").split(","))
                ),
            ]
            proposal.reasons = " · ".join(filter(None, reasons))

    @api.model
    def _propose(self, requests):
        """Work the proposals for these requests out, by one statement, and show
        them."""
        requests.check_access("read")
        self.search([("request_id", "in", requests.ids)]).unlink()
        columns = SQL(
            "request_id, mentor_id, rank, score, interests_wanted, interests_met,"
            " interest_names, language_names, place, times"
        )
        found = self.env.execute_query(
            SQL(
                """
                INSERT INTO alumni_mentoring_proposal
                    (create_uid, write_uid, create_date, write_date, %s)
                SELECT %s, %s, %s, %s, proposal.* FROM (%s) AS proposal
                RETURNING request_id
                """,
                columns,
                self.env.uid,
                self.env.uid,
                fields.Datetime.now(),
                fields.Datetime.now(),
                self.env["alumni.mentor"]._select_proposals(requests, PROPOSALS),
            )
        )
        if not found:
            raise UserError(
                self.env._(
                    "No mentor can be proposed: in this programme nobody has a free "
                    "place and a common language, or everybody was proposed before. "
                    "Find more mentors, or give one more places."
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "alumni_relations.alumni_mentoring_proposal_action"
        )
        return action | {
            "domain": [("request_id", "in", requests.ids)],
            "context": {"search_default_group_request": len(requests) > 1},
        }

    def action_choose(self):
        """Ask these mentors: a pair is proposed for each."""
        pairs = self.env["alumni.mentoring.pair"].create(
            [
                {
                    "request_id": proposal.request_id.id,
                    "mentor_id": proposal.mentor_id.id,
                }
                for proposal in self
            ]
        )
        self.search(
            [
                "|",
                ("request_id", "in", self.request_id.ids),
                (
                    "mentor_id",
                    "in",
                    self.mentor_id.filtered(lambda m: not m.place_count).ids,
                ),
            ]
        ).unlink()
        if len(pairs) > 1:
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": "alumni.mentoring.pair",
            "res_id": pairs.id,
            "views": [(False, "form")],
        }
