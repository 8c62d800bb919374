import re
import unicodedata

from odoo import api, fields, models

from .alumni_degree import DEGREE_LEVELS

AMBASSADOR_STAGES = [
    ("identified", "Identified"),
    ("approached", "Approached"),
    ("accepted", "Accepted"),
    ("active", "Active"),
    ("resting", "Resting"),
    ("former", "Former"),
]

REACH_REASONS = [
    ("ok", "Reachable"),
    ("deceased", "Deceased"),
    ("missing", "No address"),
    ("invalid", "Address not valid"),
    ("bounced", "Messages bounce"),
    ("blacklisted", "Blacklisted"),
    ("refused", "Refused"),
    ("no_consent", "Has not agreed"),
]
"""Why a channel works or not, in the order in which reasons are looked for."""


def match_key(family_name, first_name, birth_date):
    """The text by which two records are known to be one person, or False when a
    part is missing: names without accents, case, hyphens and spaces, and the date.
    """
    if not (family_name and first_name and birth_date):
        return False

    def plain(name):
        decomposed = unicodedata.normalize("NFKD", name.casefold())
        return re.sub(r"[^a-z0-9]", "", decomposed)

    return f"{plain(family_name)}|{plain(first_name)}|{birth_date:%Y-%m-%d}"


class ResPartner(models.Model):
    """A person whom the alumni office looks after. Nothing here applies to
    contacts that are companies."""

    _inherit = "res.partner"

    # identity
    alumni_first_name = fields.Char(string="First name")
    alumni_family_name = fields.Char(string="Family name")
    alumni_birth_name = fields.Char(string="Birth name")
    alumni_birth_date = fields.Date(string="Birth date")
    alumni_gender = fields.Selection(
        selection=[("female", "Woman"), ("male", "Man"), ("other", "Other")],
        string="Gender",
    )
    alumni_match_key = fields.Char(
        compute="_compute_alumni_match_key",
        store=True,
        index="btree_not_null",
        help="Family name, first name and birth date without accents, case, hyphens "
        "and spaces: two people with the same key are the same person.",
    )
    alumni_student_number_ids = fields.One2many(
        comodel_name="alumni.student.number",
        inverse_name="partner_id",
        string="Student numbers",
    )
    alumni_deceased = fields.Boolean(string="Deceased")
    alumni_deceased_date = fields.Date(string="Date of death")
    alumni_linkedin_url = fields.Char(string="LinkedIn")
    alumni_source = fields.Selection(
        selection=[
            ("registrar", "Registrar file"),
            ("linkedin", "LinkedIn"),
            ("word_of_mouth", "Word of mouth"),
            ("event", "Event"),
            ("self", "By himself or herself"),
        ],
        string="How found",
        index="btree_not_null",
    )
    alumni_verified_date = fields.Date(
        string="Last verified",
        help="When somebody last made sure that this record is right (ENG-12).",
    )
    alumni_employer = fields.Char(string="Current employer")
    alumni_employer_date = fields.Date(
        string="Employer known since", help="When the employer was last known (ENG-13)."
    )

    # education
    alumni_education_ids = fields.One2many(
        comodel_name="alumni.education",
        inverse_name="partner_id",
        string="Educations",
    )
    is_alumnus = fields.Boolean(
        string="Alumnus", compute="_compute_alumni_education", store=True, index=True
    )
    alumni_first_award_year = fields.Integer(
        string="First award year",
        compute="_compute_alumni_education",
        store=True,
        index="btree_not_null",
        aggregator=None,
    )
    alumni_first_award_decade = fields.Char(
        string="Decade",
        compute="_compute_alumni_education",
        store=True,
        index="btree_not_null",
        help="Decade of the first award, for instance 1990.",
    )
    alumni_generation_id = fields.Many2one(
        comodel_name="alumni.generation",
        string="Generation",
        compute="_compute_alumni_education",
        store=True,
        index="btree_not_null",
    )
    alumni_school_id = fields.Many2one(
        comodel_name="alumni.school",
        string="Main school",
        compute="_compute_alumni_education",
        store=True,
        index="btree_not_null",
        help="School of the first awarded degree, else of the first education.",
    )
    alumni_degree_level = fields.Selection(
        selection=DEGREE_LEVELS,
        string="Degree level",
        compute="_compute_alumni_education",
        store=True,
        index="btree_not_null",
        help="Highest level among the awarded degrees.",
    )
    alumni_audience_ids = fields.Many2many(
        comodel_name="alumni.audience", string="Audiences"
    )
    alumni_audience_id = fields.Many2one(
        comodel_name="alumni.audience",
        string="Main audience",
        compute="_compute_alumni_audience_id",
        store=True,
        index="btree_not_null",
        help="The audience under which the person is counted once.",
    )

    # ties
    alumni_ambassador_stage = fields.Selection(
        selection=AMBASSADOR_STAGES,
        string="Ambassador stage",
        index="btree_not_null",
        tracking=True,
    )
    is_ambassador = fields.Boolean(
        string="Ambassador", compute="_compute_is_ambassador", store=True, index=True
    )
    alumni_disposition = fields.Selection(
        selection=[("goodwill", "Goodwill"), ("leader", "Leader")],
        string="Goodwill or leader",
        index="btree_not_null",
    )
    alumni_interest_ids = fields.Many2many(
        comodel_name="alumni.interest", string="Interests"
    )
    alumni_motivation_ids = fields.Many2many(
        comodel_name="alumni.motivation", string="Motivations"
    )
    alumni_ready_gift_type_ids = fields.Many2many(
        comodel_name="alumni.gift.type",
        string="Ready to give",
        help="What the person is ready to give: attention, time, talent, money, "
        "network.",
    )
    alumni_gift_ids = fields.One2many(
        comodel_name="alumni.gift", inverse_name="partner_id", string="Gifts"
    )
    alumni_participation_ids = fields.One2many(
        comodel_name="alumni.participation",
        inverse_name="partner_id",
        string="Participations",
    )

    # contactability
    alumni_consent_ids = fields.One2many(
        comodel_name="alumni.consent", inverse_name="partner_id", string="Consents"
    )
    alumni_email_reason = fields.Selection(
        selection=REACH_REASONS,
        string="By e-mail",
        compute="_compute_alumni_contactable",
        store=True,
    )
    alumni_phone_reason = fields.Selection(
        selection=REACH_REASONS,
        string="By phone",
        compute="_compute_alumni_contactable",
        store=True,
    )
    alumni_post_reason = fields.Selection(
        selection=REACH_REASONS,
        string="By post",
        compute="_compute_alumni_contactable",
        store=True,
    )
    alumni_contactable = fields.Boolean(
        string="Contactable",
        compute="_compute_alumni_contactable",
        store=True,
        index=True,
        help="Living, with at least one channel that works and that the law and the "
        "person's wishes allow (ENG-04).",
    )
    alumni_lost = fields.Boolean(
        string="Lost",
        compute="_compute_alumni_contactable",
        store=True,
        index=True,
        help="Living, with no channel that works, whatever the consents (ENG-06).",
    )

    @api.depends("alumni_first_name", "alumni_family_name", "alumni_birth_date")
    def _compute_alumni_match_key(self):
        for partner in self:
            partner.alumni_match_key = match_key(
                partner.alumni_family_name,
                partner.alumni_first_name,
                partner.alumni_birth_date,
            )

    @api.depends("alumni_audience_ids", "alumni_audience_ids.sequence")
    def _compute_alumni_audience_id(self):
        for partner in self:
            partner.alumni_audience_id = partner.alumni_audience_ids.sorted()[:1]

    @api.depends("alumni_ambassador_stage")
    def _compute_is_ambassador(self):
        for partner in self:
            partner.is_ambassador = partner.alumni_ambassador_stage in (
                "accepted",
                "active",
                "resting",
            )

    @api.depends(
        "alumni_education_ids.state",
        "alumni_education_ids.award_date",
        "alumni_education_ids.school_id",
        "alumni_education_ids.degree_id",
    )
    def _compute_alumni_education(self):
        levels = [level for level, _label in DEGREE_LEVELS]
        generations = self.env["alumni.generation"].search([])
        for partner in self:
            educations = partner.alumni_education_ids.sorted(
                lambda e: (
                    e.award_date or fields.Date.end_of(fields.Date.today(), "year"),
                    e.start_year,
                )
            )
            awarded = educations.filtered(lambda e: e.state == "awarded")
            first = (awarded or educations)[:1]
            year = awarded[:1].award_year
            partner.is_alumnus = bool(awarded)
            partner.alumni_first_award_year = year
            partner.alumni_first_award_decade = str(year // 10 * 10) if year else False
            partner.alumni_school_id = first.school_id
            partner.alumni_generation_id = generations.filtered(
                lambda g, y=year: g.year_from <= y <= g.year_to
            )[:1]
            partner.alumni_degree_level = max(
                awarded.filtered("degree_level").mapped("degree_level"),
                key=levels.index,
                default=False,
            )

    @api.depends(
        "email_normalized", "alumni_deceased", "alumni_consent_ids.state", "phone"
    )
    def _compute_alumni_contactable(self):
        for partner in self:
            partner.alumni_email_reason = (
                "ok" if partner.email_normalized else "missing"
            )
            partner.alumni_phone_reason = "ok" if partner.phone else "missing"
            partner.alumni_post_reason = "ok" if partner.street else "missing"
            partner.alumni_contactable = False
            partner.alumni_lost = False
