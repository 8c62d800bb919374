from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import SQL

AVAILABILITIES = (
    "available_day",
    "available_evening",
    "available_weekend",
    "available_email",
)
"""When and how people can be met."""


class AlumniMentoringTerms(models.AbstractModel):
    """On which terms a person takes part in a mentoring programme, as mentor or as
    mentee: subjects, languages, place and hours. What is known of the person is
    proposed and can be changed for this programme."""

    _name = "alumni.mentoring.terms"
    _description = "Terms of mentoring"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]
    _check_company_auto = True

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain=[("is_company", "=", False), ("alumni_deceased", "=", False)],
    )
    generation_id = fields.Many2one(
        related="partner_id.alumni_generation_id", string="Generation"
    )
    school_id = fields.Many2one(related="partner_id.alumni_school_id", string="School")
    programme_id = fields.Many2one(
        comodel_name="alumni.programme",
        required=True,
        default=lambda self: self._default_programme_id(),
        index=True,
        ondelete="restrict",
        domain=[("programme_type", "=", "mentoring")],
    )
    company_id = fields.Many2one(
        related="programme_id.company_id",
        string="Institution",
        store=True,
        precompute=True,
        index=True,
    )
    interest_ids = fields.Many2many(
        comodel_name="alumni.interest",
        string="Interests",
        compute="_compute_interest_ids",
        store=True,
        readonly=False,
    )
    lang_ids = fields.Many2many(
        comodel_name="res.lang",
        string="Languages",
        compute="_compute_lang_ids",
        store=True,
        readonly=False,
        context={"active_test": False},
        help="In which languages the person can talk. Variants of one language count "
        "as one.",
    )
    city = fields.Char(compute="_compute_city", store=True, readonly=False)
    country_id = fields.Many2one(
        comodel_name="res.country",
        compute="_compute_country_id",
        store=True,
        readonly=False,
    )
    available_day = fields.Boolean(string="On weekdays, in the daytime")
    available_evening = fields.Boolean(string="In the evening")
    available_weekend = fields.Boolean(string="At weekends")
    available_email = fields.Boolean(string="By e-mail")
    note = fields.Text(string="Notes")

    @api.model
    def _default_programme_id(self):
        """The mentoring programme of the institution, where there is only one."""
        found = self.env["alumni.programme"].search(
            [
                ("programme_type", "=", "mentoring"),
                ("company_id", "=", self.env.company.id),
            ],
            limit=2,
        )
        return found if len(found) == 1 else False

    @api.depends("partner_id.display_name")
    def _compute_display_name(self):
        for terms in self:
            terms.display_name = terms.partner_id.display_name or "…"

    # One by one: what is entered for one leaves the others as they are known.

    @api.depends("partner_id")
    def _compute_interest_ids(self):
        for terms in self:
            terms.interest_ids = terms.partner_id.alumni_interest_ids

    @api.depends("partner_id")
    def _compute_lang_ids(self):
        Lang = self.env["res.lang"].with_context(active_test=False)
        codes = self.partner_id.mapped("lang")
        languages = {lang.code: lang for lang in Lang.search([("code", "in", codes)])}
        for terms in self:
            terms.lang_ids = languages.get(terms.partner_id.lang)

    @api.depends("partner_id")
    def _compute_city(self):
        for terms in self:
            terms.city = terms.partner_id.city

    @api.depends("partner_id")
    def _compute_country_id(self):
        for terms in self:
            terms.country_id = terms.partner_id.country_id

    @api.constrains("partner_id")
    def _check_partner(self):
        for terms in self:
            person = terms.partner_id
            if person.is_company:
                raise ValidationError(
                    self.env._(
                        "%(name)s is a company: choose the person who takes part.",
                        name=person.display_name,
                    )
                )
            if person.alumni_deceased:
                raise ValidationError(
                    self.env._(
                        "%(name)s is deceased and can be neither mentor nor mentee.",
                        name=person.display_name,
                    )
                )

    @api.constrains("programme_id")
    def _check_programme_active(self):
        for terms in self:
            if not terms.programme_id.active:
                raise ValidationError(
                    self.env._(
                        "The programme “%s” is archived. Choose another one, or "
                        "unarchive it first.",
                        terms.programme_id.display_name,
                    )
                )

    def write(self, vals):
        for name in ("partner_id", "programme_id"):
            paired = name in vals and self.filtered(
                lambda terms, name=name: terms.pair_ids and terms[name].id != vals[name]
            )
            if paired:
                raise UserError(
                    self.env._(
                        "%s is in a mentoring pair: person and programme stay as they "
                        "are. Create another record instead.",
                        paired[0].display_name,
                    )
                )
        return super().write(vals)

    def _merge_terms_into(self, kept, link):
        """Give the terms and pairs of this record to another one of the same person,
        and delete it.

        :param link: the field by which pairs refer to it
        """
        kept.write(
            {
                "interest_ids": [Command.link(id_) for id_ in self.interest_ids.ids],
                "lang_ids": [Command.link(id_) for id_ in self.lang_ids.ids],
                "city": kept.city or self.city,
                "country_id": (kept.country_id or self.country_id).id,
                "note": "\n".join(filter(None, (kept.note, self.note))) or False,
                **{name: kept[name] or self[name] for name in AVAILABILITIES},
            }
        )
        other = "request_id" if link == "mentor_id" else "mentor_id"
        known = {pair[other]: pair for pair in kept.pair_ids}
        for pair in self.pair_ids:
            if pair[other] in known:
                pair._merge_into(known[pair[other]])
        moved = self.pair_ids
        self.env.flush_all()
        # Not by write: what was agreed and held stays, only its record is another.
        self.env.cr.execute(
            SQL(
                "UPDATE alumni_mentoring_pair SET %s = %s WHERE id = ANY(%s)",
                SQL.identifier(link),
                kept.id,
                moved.ids,
            )
        )
        self.env.invalidate_all()
        moved.modified(["state"])
        self.unlink()
