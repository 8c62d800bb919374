from odoo import api, fields, models
from odoo.tools import SQL

CHANNELS = [("email", "E-mail"), ("phone", "Phone"), ("post", "Post")]


class AlumniConsentPurpose(models.Model):
    """What the university writes to people for (CNIL: finalité): newsletter,
    events, fundraising, surveys."""

    _name = "alumni.consent.purpose"
    _description = "Purpose of contact"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(code)", "A purpose with this code exists.")

    @api.model_create_multi
    def create(self, vals_list):
        purposes = super().create(vals_list)
        self._alumni_refresh_people()
        return purposes

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals:
            self._alumni_refresh_people()
        return result

    def unlink(self):
        result = super().unlink()
        self._alumni_refresh_people()
        return result

    @api.model
    def _alumni_refresh_people(self):
        """A new purpose opens a channel that was refused purpose by purpose."""
        # sudo: consents of every company count
        self.env["res.partner"].sudo()._alumni_refresh(
            SQL("SELECT partner_id FROM alumni_consent WHERE purpose_id IS NOT NULL")
        )


class AlumniConsent(models.Model):
    """A decision of a person about being contacted: for one purpose (or all), by
    one channel (or all), given or refused, with its date, its source and the text
    the person saw. Decisions are only added; the latest one that covers a purpose
    and a channel is in force (GDPR articles 7 and 21)."""

    _name = "alumni.consent"
    _description = "Consent"
    _order = "date desc, id desc"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        index=True,
        ondelete="cascade",
    )
    purpose_id = fields.Many2one(
        comodel_name="alumni.consent.purpose",
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: every purpose.",
    )
    channel = fields.Selection(selection=CHANNELS, help="Empty: every channel.")
    state = fields.Selection(
        string="Status",
        selection=[("given", "Given"), ("refused", "Refused")],
        required=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    expiry_date = fields.Date(
        string="Expiry date",
        help="After this day the consent no longer counts as given.",
    )
    source = fields.Selection(
        selection=[
            ("registrar", "Registrar file"),
            ("form", "Form"),
            ("mailing", "Newsletter link"),
            ("spoken", "Spoken"),
            ("paper", "Paper"),
            ("staff", "Entered by staff"),
        ],
        required=True,
        default="staff",
    )
    text_version = fields.Char(
        string="Text version", help="Which wording the person agreed to."
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )

    _refusal_lasts = models.Constraint(
        "CHECK (state = 'given' OR expiry_date IS NULL)",
        "A refusal does not expire: it holds until the person agrees again.",
    )
