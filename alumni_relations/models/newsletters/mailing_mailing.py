from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize

from ..people.res_partner import REACH_REASONS

LEFT_OUT_REASONS = [reason for reason, _label in REACH_REASONS if reason != "ok"]


class MailingMailing(models.Model):
    """A mailing to contacts that serves one purpose of contact (CNIL: finalité),
    such as the newsletter, reaches only the people who can be written to by e-mail
    for this purpose, and says how many are left out and why. Mailings without a
    purpose, to other records and to companies are as Odoo made them."""

    _inherit = "mailing.mailing"

    alumni_purpose_id = fields.Many2one(
        comodel_name="alumni.consent.purpose",
        string="Purpose",
        default=lambda self: self._default_alumni_purpose_id(),
        index="btree_not_null",
        ondelete="restrict",
        help="What people are written to for. Those who cannot be reached by e-mail "
        "for this purpose are left out, and the unsubscribe link refuses this purpose "
        "only. Empty: nobody is left out except the addresses on the blacklist.",
    )
    alumni_company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        default=lambda self: self.env.company,
        help="The institution that writes: people of other institutions of this "
        "database are not written to.",
    )
    alumni_is_filtered = fields.Boolean(compute="_compute_alumni_is_filtered")
    alumni_reach = fields.Json(
        copy=False,
        readonly=True,
        help="How many people were reached and left out for each reason on the day "
        "of sending.",
    )
    alumni_reached = fields.Integer(
        string="Reached",
        compute="_compute_alumni_reach",
        help="People chosen who can be written to for this purpose.",
    )
    alumni_left_out = fields.Integer(string="Left out", compute="_compute_alumni_reach")
    alumni_left_out_deceased = fields.Integer(compute="_compute_alumni_reach")
    alumni_left_out_missing = fields.Integer(compute="_compute_alumni_reach")
    alumni_left_out_invalid = fields.Integer(compute="_compute_alumni_reach")
    alumni_left_out_bounced = fields.Integer(compute="_compute_alumni_reach")
    alumni_left_out_blacklisted = fields.Integer(compute="_compute_alumni_reach")
    alumni_left_out_refused = fields.Integer(compute="_compute_alumni_reach")
    alumni_left_out_no_consent = fields.Integer(compute="_compute_alumni_reach")

    @api.model
    def _default_alumni_purpose_id(self):
        """The purpose that a menu or button names by its code in the context."""
        code = self.env.context.get("alumni_purpose_code")
        return code and self.env["alumni.consent.purpose"].search(
            [("code", "=", code)], limit=1
        )

    @api.depends("alumni_purpose_id", "mailing_model_id", "mailing_type")
    def _compute_alumni_is_filtered(self):
        for mailing in self:
            mailing.alumni_is_filtered = bool(
                mailing.alumni_purpose_id
                and mailing.mailing_model_real in ("res.partner", "alumni.invitation")
                and mailing.mailing_type == "mail"
            )

    @api.depends(
        "alumni_is_filtered",
        "alumni_purpose_id",
        "alumni_company_id",
        "alumni_reach",
        "mailing_domain",
        "state",
    )
    def _compute_alumni_reach(self):
        for mailing in self:
            if mailing.state in ("sending", "done") and mailing.alumni_reach:
                counts = mailing.alumni_reach
            elif mailing.alumni_is_filtered:
                counts = mailing._alumni_count_reach()
            else:
                counts = {}
            mailing.alumni_reached = counts.get("ok", 0)
            for reason in LEFT_OUT_REASONS:
                mailing[f"alumni_left_out_{reason}"] = counts.get(reason, 0)
            mailing.alumni_left_out = sum(counts.values()) - counts.get("ok", 0)

    # ------------------------------------------------------------------
    # Recipients
    # ------------------------------------------------------------------

    def _get_default_mailing_domain(self):
        """A new mailing with a purpose is to the graduates, not to every supplier
        in the contact book, until people are chosen."""
        domain = super()._get_default_mailing_domain()
        if self.alumni_is_filtered:
            domain &= Domain("is_alumnus", "=", True)
        return domain

    def _alumni_people_domain(self):
        """The people whom the filter of the mailing chooses, reachable or not."""
        self.ensure_one()
        chosen = Domain(self._parse_mailing_domain())
        if self.mailing_model_real == "alumni.invitation":
            chosen = Domain("alumni_invitation_ids", "any", chosen)
        return chosen & Domain("is_company", "=", False) & self._alumni_company_domain()

    def _get_mass_mailing_context(self):
        if self.mailing_model_real == "alumni.invitation":
            # The links with which people answer are personal: a short link can be
            # guessed, and whoever guessed one could answer for somebody.
            return {}
        return super()._get_mass_mailing_context()

    def _alumni_company_domain(self):
        """Contacts of the institution that writes, and shared ones."""
        if not self.alumni_company_id:
            return Domain.TRUE
        return Domain("company_id", "in", [False, self.alumni_company_id.id])

    def _get_recipients_domain(self):
        domain = super()._get_recipients_domain()
        if not self.alumni_is_filtered:
            return domain
        people = self.env["res.partner"]._search(self._alumni_people_domain())
        reached = SQL(
            "(SELECT id FROM (%s) person WHERE reason = 'ok')",
            self._alumni_reason_select(people.select()),
        )
        if self.mailing_model_real == "alumni.invitation":
            return domain & Domain("partner_id", "in", reached)
        reachable = Domain("id", "in", reached)
        return (
            domain
            & self._alumni_company_domain()
            & (Domain("is_company", "=", True) | reachable)
        )

    def _alumni_count_reach(self):
        """How many of the chosen people are reached (``ok``) and left out, by
        reason, in one statement."""
        self.ensure_one()
        try:
            people = self.env["res.partner"]._search(self._alumni_people_domain())
        except ValueError:
            # A stored filter can name a field that is gone. Sending says so; the
            # form must open for the filter to be corrected.
            return {}
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT reason, count(*) FROM (%s) person GROUP BY reason",
                    self._alumni_reason_select(people.select()),
                )
            )
        )

    def _alumni_reason_select(self, partner_ids):
        """id, reason: why each person is reached or left out.

        :param partner_ids: sub-select of the ids of the people concerned
        """
        partners = self.env["res.partner"]
        partners._alumni_flush()
        partners.flush_model(["alumni_email_reason"])
        return partners._alumni_purpose_reason_select(
            partner_ids, self.alumni_purpose_id, "email"
        )

    def action_alumni_left_out(self):
        """The people who are left out, for the reason in the context or for any."""
        self.ensure_one()
        reason = self.env.context.get("alumni_reason")
        reasons = [reason] if reason in LEFT_OUT_REASONS else LEFT_OUT_REASONS
        people = self._alumni_people_domain()
        # The reason stored on the person is about all purposes; those for whom this
        # purpose differs are few enough to be named.
        differing = self.env.execute_query(
            SQL(
                """
                SELECT person.id, person.reason
                FROM (%s) person
                JOIN res_partner partner USING (id)
                WHERE person.reason IS DISTINCT FROM partner.alumni_email_reason
                ORDER BY person.id
                """,
                self._alumni_reason_select(
                    self.env["res.partner"]._search(people).select()
                ),
            )
        )
        stored = Domain("alumni_email_reason", "in", reasons) & Domain(
            "id", "not in", [row[0] for row in differing]
        )
        named = Domain("id", "in", [row[0] for row in differing if row[1] in reasons])
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Left out: %(mailing)s", mailing=self.subject),
            "res_model": "res.partner",
            "view_mode": "list,form",
            "domain": list(people & (stored | named)),
            "context": {"create": False},
        }

    def write(self, vals):
        if vals.get("state") == "draft":
            vals = {**vals, "alumni_reach": False}
        elif vals.get("state") in ("sending", "done"):
            # What the office answers when asked later why somebody received it or
            # not: the counts of the day, not those of the day of the question.
            for mailing in self.filtered(
                lambda mailing: mailing.alumni_is_filtered and not mailing.alumni_reach
            ):
                mailing.alumni_reach = mailing._alumni_count_reach()
        return super().write(vals)

    # ------------------------------------------------------------------
    # Unsubscribing
    # ------------------------------------------------------------------

    def _alumni_refuse(self, document_id, email):
        """Record that the person behind an unsubscribe link refuses the purpose of
        this mailing by e-mail.

        :param document_id: id of the contact who was written to. After a merge that
            contact is gone; then everybody with the address refuses
        :param email: the address that was written to
        :return: whether the refusal is on record; if not, the caller must honour
            the wish in another way
        """
        self.ensure_one()
        if not self.alumni_is_filtered:
            return False
        Partner = self.env["res.partner"]
        purposes = (self.alumni_purpose_id, self.env["alumni.consent.purpose"])
        document = self.env[self.mailing_model_real].browse(int(document_id or 0))
        if self.mailing_model_real == "alumni.invitation":
            document = document.exists().partner_id
        people = document.exists() or Partner.search(
            [("email_normalized", "=", email_normalize(email or "") or "")]
        )
        people = people.filtered(lambda person: not person.is_company)
        for person in people:
            company = person.company_id or self.alumni_company_id or self.env.company
            latest = person.alumni_consent_ids.filtered(
                lambda consent: (
                    consent.purpose_id in purposes
                    and consent.channel in ("email", False)
                )
            ).sorted(lambda consent: (consent.date, consent.id))[-1:]
            if latest.state == "refused":
                continue
            person.alumni_consent_ids = [
                fields.Command.create(
                    {
                        "purpose_id": self.alumni_purpose_id.id,
                        "channel": "email",
                        "state": "refused",
                        "source": "mailing",
                        "text_version": self.subject,
                        "company_id": company.id,
                    }
                )
            ]
        return bool(people)
