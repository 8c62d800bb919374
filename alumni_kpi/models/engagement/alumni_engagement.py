from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.alumni_relations.models.giving.alumni_gift_type import (
    ENGAGEMENT_MODES,
)


class AlumniEngagement(models.Model):
    """One act of one person on one date in one of the four modes of engagement
    (aligned with CASE's Alumni Engagement Metrics). Nobody writes here: each source
    (gift, participation, attendance, reply, survey answer) states how its records
    become acts, and the acts follow the records."""

    _name = "alumni.engagement"
    _description = "Engagement"
    _order = "date desc, id desc"
    _rec_name = "kind_label"
    _log_access = False

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    date = fields.Date(required=True, readonly=True)
    period_id = fields.Many2one(
        comodel_name="alumni.period",
        readonly=True,
        ondelete="set null",
        help="Empty for an act dated in the future or before 1900.",
    )
    mode = fields.Selection(selection=ENGAGEMENT_MODES, required=True, readonly=True)
    kind = fields.Char(
        required=True,
        readonly=True,
        help="What kind of act, for instance gift_money, event_attendance, "
        "participation_mentor, mailing_reply or survey_answer.",
    )
    kind_label = fields.Char(string="What", compute="_compute_kind_label")
    res_model = fields.Char(string="Source", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Source record", model_field="res_model", required=True, readonly=True
    )
    hours = fields.Float(digits=(16, 2), readonly=True)
    amount = fields.Monetary(readonly=True, help="In the institution's currency.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    programme_id = fields.Many2one(
        comodel_name="alumni.programme",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    event_id = fields.Many2one(
        comodel_name="event.event",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    _person_idx = models.Index("(partner_id, period_id)")
    _source_idx = models.Index("(res_model, res_id)")
    _date_idx = models.Index("(date DESC, id DESC)")
    # What the acts of people add up to by kind of act, for the score, and whether
    # somebody gave after an event, without a look at the acts themselves.
    _sums_idx = models.Index("(partner_id, mode, kind, date) INCLUDE (company_id)")

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_kind_label(self):
        labels = self._kind_labels()
        for act in self:
            act.kind_label = labels.get(act.kind, act.kind)

    @api.model
    def _kind_labels(self):
        """What each kind of act is called."""
        # A name of a type is no secret, and analysts see gifts only as figures.
        types = self.env["alumni.gift.type"].sudo().with_context(active_test=False)
        role = self.env["alumni.participation"]._fields["role"]
        offer = self.env["alumni.opportunity"]._fields["opportunity_type"]
        return {
            "event_attendance": self.env._("Attendance"),
            "mailing_reply": self.env._("Reply to a newsletter"),
            "mailing_click": self.env._("Click in a newsletter"),
            "survey_answer": self.env._("Survey answer"),
            "intern_recruited": self.env._("Intern recruited"),
            **{
                f"opportunity_{code}": self.env._("Offer posted: %(type)s", type=label)
                for code, label in offer._description_selection(self.env)
            },
            **{
                f"gift_{gift_type.code}": self.env._(
                    "Gift: %(type)s", type=gift_type.name
                )
                for gift_type in types.search([])
            },
            **{
                f"participation_{code}": label
                for code, label in role._description_selection(self.env)
            },
        }

    @api.model
    def _sources(self):
        """The models whose records are acts of engagement."""
        source = self.env.registry["alumni.engagement.source"]
        return sorted(
            name
            for name, model in self.env.registry.items()
            if issubclass(model, source) and not model._abstract
        )

    @api.model
    def _pending(self):
        """What the running transaction has changed and not refreshed yet: ids of
        records by source, ids of people, and of those of them about whom something
        changed that may reach into closed periods. Refreshed once, before commit."""
        precommit = self.env.cr.precommit
        if "alumni_kpi.pending" not in precommit.data:
            precommit.data["alumni_kpi.pending"] = {
                "sources": defaultdict(set),
                "people": set(),
                "past": set(),
            }
            # Acts follow the records whoever changes them, and nobody may write
            # acts; the context of one change must not colour the others.
            engagement = self.with_env(self.env(su=True, context={}))
            precommit.add(engagement._refresh_pending)
        return precommit.data["alumni_kpi.pending"]

    @api.model
    def _refresh_pending(self):
        """Bring acts, person-years and cube up to date with what the running
        transaction has changed: a few statements, however many records."""
        self.env.flush_all()
        pending = self.env.cr.precommit.data.pop("alumni_kpi.pending", None)
        if pending:
            self._refresh(
                {
                    source: SQL("res_id = ANY(%s)", sorted(ids))
                    for source, ids in pending["sources"].items()
                },
                pending["people"],
            )
            self.env["alumni.closing.change"]._log_people(pending["past"])

    @api.model
    def _refresh(self, conditions, people=()):
        """Refresh the acts of some records, then the person-years that they or
        the people's own changes concern.

        :param conditions: an SQL condition on ``res_id`` by source model
        :param people: ids of people whose person-years of all open periods change
        """
        touched, undated, active, givers = set(), set(), set(people), set(people)
        for source, condition in sorted(conditions.items()):
            gives = self.env[source]._engagement_gives
            for person, period, company, date in self.env[source]._engagement_refresh(
                condition
            ):
                active.add(person)
                if gives:
                    givers.add(person)
                if period:
                    touched.add((person, period))
                elif date:
                    undated.add((company, date))
        self.env["alumni.period"]._ensure_for_dates(undated)
        self.env["alumni.person.year"]._refresh_touched(touched, people)
        self.env["alumni.funnel"]._refresh_people(givers)
        self.env["alumni.score.queue"]._add(active)
        self.invalidate_model()

    @api.model
    def _rebuild(self, companies=None):
        """Compute all acts, and the person-years and the cube of the open periods
        of some institutions (all by default), from the records, in the background.

        :return: the ``alumni.rebuild`` that shows the progress
        """
        return self.env["alumni.rebuild"]._request_for(companies)

    @api.readonly
    def action_open_source(self):
        """Open the record that this act comes from."""
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id)
        if not record.has_access("read"):
            raise UserError(
                self.env._(
                    "You do not have access to the record behind this act. "
                    "Ask an alumni officer to look at it."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
