from odoo import fields, models

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
    _rec_name = "kind"
    _log_access = False

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
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
