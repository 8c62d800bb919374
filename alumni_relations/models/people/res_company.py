from odoo import fields, models

REFRESH_FIELDS = frozenset({"alumni_rule", "alumni_email_basis", "alumni_bounce_limit"})
"""Settings that change what is known about everybody."""


class ResCompany(models.Model):
    """An institution: what is a setting and not code in how people are counted."""

    _inherit = "res.company"

    alumni_rule = fields.Selection(
        selection=[
            ("awarded", "Everyone with an awarded degree"),
            ("awarded_no_certificate", "Awarded degrees, certificates left out"),
            ("attended", "Everyone who left, with or without the degree"),
        ],
        string="Who counts as an alumnus",
        default="awarded",
        required=True,
    )
    alumni_email_basis = fields.Selection(
        selection=[
            ("opt_out", "Everyone who has not refused"),
            ("opt_in", "Only those who have agreed"),
        ],
        string="Whom e-mail may reach",
        default="opt_out",
        required=True,
        help="Legal basis of messages by e-mail: legitimate interest or public "
        "mission with the right to object, or prior consent (GDPR article 6).",
    )
    alumni_bounce_limit = fields.Integer(
        string="Bounces before an address counts as dead",
        default=3,
        required=True,
        help="Messages in a row that came back; 0: bounces are not looked at. A "
        "message received from the person starts the count again.",
    )

    _alumni_bounce_limit_positive = models.Constraint(
        "CHECK (alumni_bounce_limit >= 0)",
        "The number of bounces cannot be negative. With 0, bounces are not looked at.",
    )

    def _alumni_lang(self):
        """The language in which the institution writes to whom it does not know
        better, and in which its files are."""
        self.ensure_one()
        installed = dict(self.env["res.lang"].get_installed())
        known = (self.partner_id.lang, self.env.lang)
        return next((lang for lang in known if lang in installed), "en_US")

    def write(self, vals):
        changed = any(
            company[name] != vals[name]
            for name in REFRESH_FIELDS.intersection(vals)
            for company in self
        )
        result = super().write(vals)
        if changed:
            self.env["alumni.refresh"]._request()
        return result
