import re
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize, format_date

from ...tools.match_key import plain_name


def name_words(*names):
    """The words of a name without accents, case, hyphens and order, so that
    "DUPONT-MOREL Zoé" and "Zoe Dupont Morel" are one name."""
    words = re.findall(r"[^\s\-‐-―]+", " ".join(name or "" for name in names))
    return frozenset(filter(None, map(plain_name, words)))


def is_named(person, words):
    """Whether a person goes by a name: by the name of the contact, or by first
    name and family or birth name. One of both may have more words (a title, a
    second first name), but at least two must be common when both have two."""
    first_name = person.alumni_first_name
    for own in (
        name_words(person.name),
        name_words(first_name, person.alumni_family_name),
        name_words(first_name, person.alumni_birth_name),
    ):
        common = own & words
        if common and (own == words or (common in (own, words) and len(common) > 1)):
            return True
    return False


class EventRegistration(models.Model):
    """Credit goes to who came, not to who booked: someone who books for four
    gives credit to four people."""

    _name = "event.registration"
    _inherit = ["event.registration", "alumni.bulk.mixin"]

    attendee_id = fields.Many2one(
        comodel_name="res.partner",
        compute="_compute_attendee_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        tracking=True,
        domain="company_id and [('is_company', '=', False), "
        "('company_id', 'in', (False, company_id))] or [('is_company', '=', False)]",
        help="The contact who takes this seat and gets the credit. Found by e-mail "
        "address and name, correctable by hand; empty when nobody is known by both.",
    )
    programme_id = fields.Many2one(related="event_id.programme_id")

    _alumni_attendee_idx = models.Index(
        "(event_id, attendee_id) WHERE attendee_id IS NOT NULL"
    )

    @api.depends("name", "email", "partner_id")
    def _compute_attendee_id(self):
        emails = {
            registration: email_normalize(registration.email or "")
            for registration in self
        }
        partners = self.env["res.partner"].browse()
        by_email = defaultdict(partners.browse)
        for partner in partners.search(
            [
                ("email_normalized", "in", [e for e in emails.values() if e]),
                ("is_company", "=", False),
            ],
            order="id",
        ):
            by_email[partner.email_normalized] |= partner
        for registration in self:
            registration.attendee_id = registration._find_attendee(
                by_email[emails[registration]]
            )

    def _find_attendee(self, known):
        """Who takes this seat, or an empty record when that is not sure.

        :param known: people who have the e-mail address of the registration
        """
        self.ensure_one()
        booker = self.partner_id
        words = name_words(self.name)
        if self.company_id:
            known = known.filtered(
                lambda person: person.company_id.id in (False, self.company_id.id)
            )
        if known:
            if words:
                known = known.filtered(lambda person: is_named(person, words))
            elif len(known) > 1:
                # People who share an address: without a name only the one who
                # booked is sure.
                return known & booker
            # Records of one person twice: the one who booked, else the oldest.
            return (known & booker) or known[:1]
        # With an address that nobody is known by, whoever booked is the attendee
        # when the name is theirs.
        if not booker.is_company and is_named(booker, words):
            return booker
        return booker.browse()

    @api.model_create_multi
    def create(self, vals_list):
        registrations = super().create(vals_list)
        registrations._invitations_changed()
        return registrations

    @api.model
    def _invitations_changed(self):
        """What invitations say about attendance is read from the registrations."""
        self.env["alumni.invitation"].invalidate_model(
            ["registration_id", "attendance"], flush=False
        )

    def write(self, vals):
        given_back = (
            self.event_id
            if vals.get("state") in ("draft", "cancel")
            or "event_id" in vals
            or vals.get("active") is False
            else self.env["event.event"]
        )
        result = super().write(vals)
        if vals.keys() & {"state", "active", "attendee_id", "event_id"}:
            self._invitations_changed()
        given_back._alumni_promote()
        return result

    def unlink(self):
        events = self.event_id
        result = super().unlink()
        events._alumni_promote()
        return result

    @api.constrains("state")
    def _check_attendance_day(self):
        """Nobody has come to an event that has not taken place: attendance can be
        marked from the day of the event on, in whatever way."""
        for event in self.filtered(lambda seat: seat.state == "done").event_id:
            here = event._set_tz_context()
            today = fields.Datetime.context_timestamp(here, fields.Datetime.now())
            begin = fields.Datetime.context_timestamp(here, event.date_begin)
            if today.date() < begin.date():
                raise ValidationError(
                    self.env._(
                        "“%(event)s” takes place on %(day)s: attendance can be marked "
                        "from that day on. If the date is wrong, correct it first.",
                        event=event.name,
                        day=format_date(self.env, begin.date()),
                    )
                )

    def action_match_attendees(self):
        """Look again for the people of seats without one, for instance after new
        contacts were loaded. What was entered by hand stays."""
        missing = self.filtered(lambda registration: not registration.attendee_id)
        self.env.add_to_compute(self._fields["attendee_id"], missing)
        missing.flush_recordset(["attendee_id"])
        found = len(missing.filtered("attendee_id"))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if found else "info",
                "message": self.env._(
                    "%(found)s of %(missing)s attendees found.",
                    found=found,
                    missing=len(missing),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
