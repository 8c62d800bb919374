import re
from collections import defaultdict
from datetime import date

from lxml import etree

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.modules.db import FunctionStatus
from odoo.tools import SQL

from ...tools.match_key import match_key, sql_match_key
from .alumni_consent import CHANNELS
from .alumni_degree import DEGREE_LEVELS

AMBASSADOR_STAGES = [
    ("identified", "Identified"),
    ("approached", "Approached"),
    ("accepted", "Accepted"),
    ("active", "Active"),
    ("resting", "Resting"),
    ("former", "Former"),
]

AMBASSADOR_STAGES_HELD = ("accepted", "active", "resting")
"""Stages in which a person is an ambassador: has said yes and has not left."""

REACH_REASONS = [
    ("ok", "Reachable"),
    ("deceased", "Deceased"),
    ("missing", "Not recorded"),
    ("invalid", "Not valid"),
    ("bounced", "Messages bounce"),
    ("blacklisted", "Blacklisted"),
    ("refused", "Refused"),
    ("no_consent", "Has not agreed"),
]
"""Why a channel works or not, in the order in which reasons are looked for."""


ANALYZE_FROM = 1000
"""From how many people on the tables are analysed before a recomputation."""

CONTACT_DETAILS = frozenset(
    {
        "email",
        "email_normalized",
        "email_formatted",
        "phone",
        "phone_sanitized",
        "phone_mobile_search",
        "street",
        "street2",
        "zip",
        "city",
        "contact_address",
        "contact_address_complete",
        "contact_address_inline",
        "partner_latitude",
        "partner_longitude",
        "vat",
        "same_vat_partner_id",
        "same_company_registry_partner_id",
        "bank_ids",
        "comment",
        "website",
        "alumni_birth_date",
        "alumni_match_key",
        "alumni_linkedin_url",
        "alumni_student_number_ids",
        "alumni_consent_ids",
    }
)
"""What tells how to reach a person or who exactly the person is: an analyst, who
works with numbers, reads none of it (GDPR article 5, data minimisation)."""

CONTACT_DETAILS_RE = re.compile(rf"\b({'|'.join(sorted(CONTACT_DETAILS))})\b")

EDUCATION_FIELDS = (
    "is_alumnus",
    "alumni_first_award_date",
    "alumni_first_award_year",
    "alumni_first_award_decade",
    "alumni_generation_id",
    "alumni_school_id",
    "alumni_degree_level",
)
REACH_FIELDS = (
    "alumni_email_reason",
    "alumni_phone_reason",
    "alumni_post_reason",
    "alumni_contactable",
    "alumni_lost",
)


def _trigram_definition(column):
    """Index for searches by part of a text; none where the server has no pg_trgm."""

    def definition(registry):
        if not registry.has_trigram:
            return ""
        expression = (
            registry.unaccent(column)
            if registry.has_unaccent == FunctionStatus.INDEXABLE
            else column
        )
        return f"USING gin ({expression} gin_trgm_ops)"

    return definition


class ResPartner(models.Model):
    """A person whom the alumni office looks after. Nothing here applies to
    contacts that are companies."""

    _name = "res.partner"
    _inherit = ["res.partner", "alumni.bulk.mixin"]

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
    alumni_first_award_date = fields.Date(
        string="First award",
        compute="_compute_alumni_education",
        store=True,
        index="btree_not_null",
        help="Award date of the first degree that counts for this institution.",
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
        group_expand=True,
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
        domain=[("is_dues", "=", False)],
        help="What the person is ready to give: attention, time, skill, money, "
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
    alumni_invitation_ids = fields.One2many(
        comodel_name="alumni.invitation",
        inverse_name="partner_id",
        string="Invitations",
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
        index="btree_not_null",
    )
    alumni_phone_reason = fields.Selection(
        selection=REACH_REASONS,
        string="By phone",
        compute="_compute_alumni_contactable",
        store=True,
        index="btree_not_null",
    )
    alumni_post_reason = fields.Selection(
        selection=REACH_REASONS,
        string="By post",
        compute="_compute_alumni_contactable",
        store=True,
        index="btree_not_null",
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

    # what the form shows at a glance, read by one query
    # Everything that is counted or named on the form, read together.
    alumni_glance = fields.Json(
        string="Counted and named on the page",
        compute="_compute_alumni_glance",
        groups="alumni_relations.group_officer",
    )
    alumni_interest_names = fields.Char(
        string="Interests at a glance",
        compute="_compute_alumni_at_a_glance",
        groups="alumni_relations.group_officer",
    )
    alumni_motivation_names = fields.Char(
        string="Motivations at a glance",
        compute="_compute_alumni_at_a_glance",
        groups="alumni_relations.group_officer",
    )
    alumni_ready_gift_type_names = fields.Char(
        string="Ready to give at a glance",
        compute="_compute_alumni_at_a_glance",
        groups="alumni_relations.group_officer",
    )
    alumni_student_number_names = fields.Char(
        string="Student numbers at a glance",
        compute="_compute_alumni_at_a_glance",
        groups="alumni_relations.group_officer",
    )
    alumni_consent_count = fields.Integer(
        compute="_compute_alumni_at_a_glance", groups="alumni_relations.group_officer"
    )
    alumni_education_count = fields.Integer(
        compute="_compute_alumni_at_a_glance", groups="alumni_relations.group_officer"
    )
    alumni_gift_count = fields.Integer(
        compute="_compute_alumni_at_a_glance",
        groups="alumni_relations.group_officer",
        help="Gifts received from this person, dues included.",
    )
    alumni_participation_count = fields.Integer(
        compute="_compute_alumni_at_a_glance", groups="alumni_relations.group_officer"
    )
    alumni_attendance_count = fields.Integer(
        compute="_compute_alumni_at_a_glance", groups="alumni_relations.group_officer"
    )
    alumni_invitation_count = fields.Integer(
        compute="_compute_alumni_at_a_glance", groups="alumni_relations.group_officer"
    )
    alumni_mentee_count = fields.Integer(
        string="Pairs as a mentor",
        compute="_compute_alumni_at_a_glance",
        groups="alumni_relations.group_officer",
    )
    alumni_mentor_count = fields.Integer(
        string="Pairs as a mentee",
        compute="_compute_alumni_at_a_glance",
        groups="alumni_relations.group_officer",
    )
    alumni_opportunity_count = fields.Integer(
        string="Offers posted",
        compute="_compute_alumni_at_a_glance",
        groups="alumni_relations.group_officer",
    )

    _alumni_names_idx = models.Index("(alumni_family_name, alumni_first_name, id)")
    _alumni_email_normalized_idx = models.Index(
        "(email_normalized) WHERE email_normalized IS NOT NULL"
    )
    # Finding a contact by part of a name asks these five columns with OR: the
    # planner uses indexes only when it finds one on each of them.
    _alumni_complete_name_trgm = models.Index(_trigram_definition("complete_name"))
    _alumni_email_trgm = models.Index(_trigram_definition("email"))
    _alumni_ref_trgm = models.Index(_trigram_definition("ref"))
    _alumni_vat_trgm = models.Index(_trigram_definition("vat"))
    _alumni_company_registry_trgm = models.Index(
        _trigram_definition("company_registry")
    )

    # ------------------------------------------------------------------
    # Names, rights, counters
    # ------------------------------------------------------------------

    @api.model
    def _alumni_compose_name(self, first_name, family_name):
        """The contact's name: first name, then family name, each as it was written.

        That is how people read a name in an e-mail or on a badge. Registrars' order
        (NAME First) is given by sorting on the family name.
        """
        return " ".join(filter(None, (first_name, family_name)))

    @api.onchange("alumni_first_name", "alumni_family_name")
    def _onchange_alumni_names(self):
        name = self._alumni_compose_name(
            self.alumni_first_name, self.alumni_family_name
        )
        if name and not self.is_company:
            self.name = name

    @api.onchange("alumni_deceased_date")
    def _onchange_alumni_deceased_date(self):
        if self.alumni_deceased_date:
            self.alumni_deceased = True

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [dict(vals) for vals in vals_list]
        for vals in vals_list:
            name = self._alumni_compose_name(
                vals.get("alumni_first_name"), vals.get("alumni_family_name")
            )
            if name and not vals.get("name"):
                vals["name"] = name
            if vals.get("alumni_deceased_date"):
                vals.setdefault("alumni_deceased", True)
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("alumni_deceased_date"):
            vals = {"alumni_deceased": True, **vals}
        result = super().write(vals)
        if vals.keys() & {"alumni_first_name", "alumni_family_name"} and not vals.get(
            "name"
        ):
            for partner in self:
                name = self._alumni_compose_name(
                    partner.alumni_first_name, partner.alumni_family_name
                )
                if name and name != partner.name:
                    partner.name = name
        return result

    def _alumni_contact_details_hidden(self):
        """Whether the user is an analyst and nothing more."""
        user = self.env.user
        return (
            not self.env.su
            and user.has_group("alumni_relations.group_analyst")
            and not user.has_group("alumni_relations.group_officer")
        )

    def _has_field_access(self, field, operation):
        if not super()._has_field_access(field, operation):
            return False
        if self.env.su:
            return True
        if field.name in CONTACT_DETAILS and self._alumni_contact_details_hidden():
            return False
        if field.name.startswith("alumni_") and self.env.user.share:
            # A person sees the own record, not that of a colleague whom the rule of
            # portal users also shows, and finds nobody by a birth date.
            return bool(self) and self <= self.env.user.partner_id
        return True

    @api.model
    def get_view(self, view_id=None, view_type="form", **options):
        result = super().get_view(view_id, view_type, **options)
        if self._alumni_contact_details_hidden():
            # The web client fails on a view that shows or tests a field which the
            # user cannot read: the views of every application are cut to the rest.
            arch = etree.fromstring(result["arch"])
            self._alumni_cut_view(arch)
            result["arch"] = etree.tostring(arch, encoding="unicode")
        return result

    @api.model
    def get_views(self, views, options=None):
        result = super().get_views(views, options)
        if self._alumni_contact_details_hidden():
            # They write to people, hand out addresses or open accounts.
            for view in result["views"].values():
                if "toolbar" in view:
                    view["toolbar"] = {}
        return result

    @api.model
    def _alumni_cut_view(self, arch):
        """Take out of a view what an analyst cannot read, and what depends on it."""
        for node in list(arch.iter(etree.Element)):
            if node.tag == "chatter":
                self._alumni_remove_node(node)
                continue
            if node.tag in ("field", "label") and (
                node.get("name" if node.tag == "field" else "for") in CONTACT_DETAILS
            ):
                before = list(node.itersiblings("i", "field", preceding=True))
                self._alumni_remove_node(node)
                for sibling in before:
                    if sibling.tag == "i":
                        self._alumni_remove_node(sibling)
                    if sibling.tag == "i" or not sibling.get("invisible"):
                        break
                continue
            for name, expression in list(node.attrib.items()):
                if not CONTACT_DETAILS_RE.search(expression):
                    continue
                if name in ("t-if", "t-elif"):
                    node.set(name, "false")
                elif name == "invisible":
                    node.set(name, "True")
                elif name == "domain" and node.tag == "filter":
                    self._alumni_remove_node(node)
                    break
                elif name in ("t-out", "t-esc"):
                    node.set(name, "''")
                elif name.startswith(
                    ("decoration-", "t-att", "filter_domain", "domain", "context")
                ) or name in ("readonly", "required", "column_invisible"):
                    del node.attrib[name]

    @api.model
    def _alumni_remove_node(self, node):
        previous, parent = node.getprevious(), node.getparent()
        if node.tail and previous is not None:
            previous.tail = (previous.tail or "") + node.tail
        elif node.tail:
            parent.text = (parent.text or "") + node.tail
        parent.remove(node)

    def _search_display_name(self, operator, value):
        if not self._alumni_contact_details_hidden():
            return super()._search_display_name(operator, value)
        return Domain("complete_name", operator, value)

    def _compute_display_name(self):
        details = {"show_email": False, "show_address": False, "show_vat": False}
        asked = any(self.env.context.get(key) for key in details)
        if not asked or not self._alumni_contact_details_hidden():
            return super()._compute_display_name()
        plain = self.with_context(**details)
        super(ResPartner, plain)._compute_display_name()
        for partner, shown in zip(self, plain, strict=True):
            partner.display_name = shown.display_name

    def _to_store_defaults(self, target):
        result = super()._to_store_defaults(target)
        return self._alumni_without_contact_details(result)

    def _get_store_avatar_card_fields(self, target):
        result = super()._get_store_avatar_card_fields(target)
        return self._alumni_without_contact_details(result)

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        # Correspondence shows addresses, so that an analyst does not read it.
        if self._alumni_contact_details_hidden():
            return dict.fromkeys(self, "write")
        return super()._mail_get_operation_for_mail_message_operation(message_operation)

    def _alumni_without_contact_details(self, store_fields):
        if not self._alumni_contact_details_hidden():
            return store_fields
        return [field for field in store_fields if field not in CONTACT_DETAILS]

    @api.model
    def _search_for_channel_invite(self, *args, **kwargs):
        if self._alumni_contact_details_hidden():
            self = self.with_context(alumni_by_name_only=True)
        return super()._search_for_channel_invite(*args, **kwargs)

    @api.model
    def _search(self, domain, *args, **kwargs):
        if self.env.context.get("alumni_by_name_only"):
            domain = Domain(domain).map_conditions(
                lambda condition: (
                    Domain.FALSE
                    if condition.field_expr in CONTACT_DETAILS
                    else condition
                )
            )
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _get_mention_suggestions_domain(self, search):
        if not self._alumni_contact_details_hidden():
            return super()._get_mention_suggestions_domain(search)
        return Domain("name", "ilike", search) & Domain("active", "=", True)

    @api.depends(
        "alumni_education_ids",
        "alumni_consent_ids",
        "alumni_gift_ids.state",
        "alumni_participation_ids.state",
        "alumni_invitation_ids",
        "alumni_interest_ids",
        "alumni_motivation_ids",
        "alumni_ready_gift_type_ids",
        "alumni_student_number_ids.name",
    )
    @api.depends_context("lang")
    def _compute_alumni_glance(self):
        # One query for all: opening a form must not cost one for each of them.
        queries = self._alumni_glance_queries(self._origin.ids)
        found = defaultdict(dict)
        for name, partner_id, text in self.env.execute_query(
            SQL(" UNION ALL ").join(SQL("(%s)", query) for query in queries)
        ):
            found[partner_id][name] = text
        for partner in self:
            partner.alumni_glance = found[partner._origin.id]

    @api.depends("alumni_glance")
    def _compute_alumni_at_a_glance(self):
        for partner in self:
            glance = partner.alumni_glance or {}
            for field_name in self._alumni_counted():
                partner[field_name] = int(glance.get(field_name) or 0)
            for field_name in self._alumni_named():
                partner[field_name] = glance.get(field_name)

    @api.model
    def _alumni_glance_queries(self, partner_ids):
        """What is read at a glance: SQL SELECTs of a name, the id of the person and a
        text. Other addons add theirs, so that a form costs no query more."""
        yield from self._alumni_count_queries(partner_ids)
        yield from self._alumni_name_queries(partner_ids)

    @api.model
    def _alumni_count_queries(self, partner_ids):
        for field_name, (model, link, state) in self._alumni_counted().items():
            domain = Domain(link, "in", partner_ids)
            if state:
                domain &= Domain("state", "=", state)
            query = self.env[model]._search(domain)
            query.order = None
            query.groupby = SQL.identifier(query.table, link)
            yield query.select(
                SQL("%s", field_name), query.groupby, SQL("count(*)::text")
            )

    @api.model
    def _alumni_name_queries(self, partner_ids):
        numbers = self.env["alumni.student.number"]._search(
            [("partner_id", "in", partner_ids)]
        )
        numbers.order = None
        numbers.groupby = SQL.identifier(numbers.table, "partner_id")
        yield numbers.select(
            SQL("%s", "alumni_student_number_names"),
            numbers.groupby,
            SQL(
                "string_agg(%(name)s, ', ' ORDER BY %(name)s)",
                name=SQL.identifier(numbers.table, "name"),
            ),
        )
        for field_name, relation_name in self._alumni_named().items():
            relation = self._fields[relation_name]
            if relation.type != "many2many":
                continue
            comodel = self.env[relation.comodel_name]
            comodel.flush_model(["name", "sequence", "active"])
            yield SQL(
                """
                SELECT %(field_name)s, link.%(column1)s,
                       string_agg(%(name)s, ', ' ORDER BY named.sequence, named.id)
                FROM %(relation)s link
                JOIN %(table)s named ON named.id = link.%(column2)s AND named.active
                WHERE link.%(column1)s = ANY(%(partner_ids)s)
                GROUP BY link.%(column1)s
                """,
                field_name=field_name,
                name=comodel._field_to_sql("named", "name"),
                relation=SQL.identifier(relation.relation),
                column1=SQL.identifier(relation.column1),
                column2=SQL.identifier(relation.column2),
                table=SQL.identifier(comodel._table),
                partner_ids=list(partner_ids),
            )

    @api.model
    def _alumni_counted(self):
        """Field of each counter: model, link to the person, state that counts."""
        return {
            "alumni_education_count": ("alumni.education", "partner_id", None),
            "alumni_consent_count": ("alumni.consent", "partner_id", None),
            "alumni_gift_count": ("alumni.gift", "partner_id", "received"),
            "alumni_participation_count": (
                "alumni.participation",
                "partner_id",
                "done",
            ),
            "alumni_attendance_count": ("event.registration", "attendee_id", "done"),
            "alumni_invitation_count": ("alumni.invitation", "partner_id", None),
            "alumni_mentee_count": (
                "alumni.mentoring.pair",
                "mentor_partner_id",
                None,
            ),
            "alumni_mentor_count": (
                "alumni.mentoring.pair",
                "mentee_partner_id",
                None,
            ),
            "alumni_opportunity_count": ("alumni.opportunity", "partner_id", None),
        }

    @api.model
    def _alumni_named(self):
        """Field of each text made of names, with the relation that has the names."""
        return {
            "alumni_interest_names": "alumni_interest_ids",
            "alumni_motivation_names": "alumni_motivation_ids",
            "alumni_ready_gift_type_names": "alumni_ready_gift_type_ids",
            "alumni_student_number_names": "alumni_student_number_ids",
        }

    def action_alumni_profile(self):
        """The dialog in which tastes, reasons and student numbers are edited."""
        self.ensure_one()
        view = self.env.ref("alumni_relations.res_partner_view_form_profile")
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(view.id, "form")],
            "target": "new",
        }

    def action_alumni_consents(self):
        return self._alumni_action(
            "alumni.consent", self.env._("Consents"), "partner_id", "list"
        )

    def action_alumni_educations(self):
        return self._alumni_action(
            "alumni.education", self.env._("Educations"), "partner_id"
        )

    def action_alumni_gifts(self):
        action = self._alumni_action("alumni.gift", self.env._("Gifts"), "partner_id")
        action["context"]["search_default_received"] = 1
        return action

    def action_alumni_participations(self):
        return self._alumni_action(
            "alumni.participation", self.env._("Participations"), "partner_id"
        )

    def action_alumni_attendances(self):
        action = self._alumni_action(
            "event.registration", self.env._("Events attended"), "attendee_id"
        )
        action["domain"].append(("state", "=", "done"))
        return action

    def action_alumni_invitations(self):
        return self._alumni_action(
            "alumni.invitation", self.env._("Invitations"), "partner_id"
        )

    def action_alumni_mentees(self):
        return self._alumni_pairs(self.env._("Mentees"), "mentor_partner_id")

    def action_alumni_mentors(self):
        return self._alumni_pairs(self.env._("Mentors"), "mentee_partner_id")

    def _alumni_pairs(self, name, link):
        action = self._alumni_action("alumni.mentoring.pair", name, link)
        # A pair begins with a request.
        return action | {"context": {"create": False}}

    def action_alumni_opportunities(self):
        return self._alumni_action(
            "alumni.opportunity", self.env._("Opportunities"), "partner_id"
        )

    def _alumni_action(self, model, name, link, view_mode="list,form"):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": view_mode,
            "domain": [(link, "=", self.id)],
            "context": {f"default_{link}": self.id},
        }

    @api.model
    def _cron_alumni_consents(self):
        """Once a day: people whose consent has expired, or whose decision has come
        into force, since the last run. However long the scheduler stood still,
        nobody is left out."""
        parameters = self.env["ir.config_parameter"]
        today = fields.Date.today()
        last = parameters.get_param("alumni_relations.consents_refreshed_on")
        self._alumni_refresh(
            SQL(
                "SELECT partner_id FROM alumni_consent "
                "WHERE (expiry_date >= %(last)s AND expiry_date < %(today)s) "
                "OR (date > %(last)s AND date <= %(today)s)",
                last=fields.Date.to_date(last) or date.min,
                today=today,
            )
        )
        parameters.set_param("alumni_relations.consents_refreshed_on", str(today))

    # ------------------------------------------------------------------
    # Stored fields: one definition, in SQL
    # ------------------------------------------------------------------

    @api.depends("alumni_first_name", "alumni_family_name", "alumni_birth_date")
    def _compute_alumni_match_key(self):
        for partner in self:
            partner.alumni_match_key = match_key(
                partner.alumni_family_name,
                partner.alumni_first_name,
                partner.alumni_birth_date,
            )

    @api.depends("alumni_ambassador_stage")
    def _compute_is_ambassador(self):
        for partner in self:
            partner.is_ambassador = (
                partner.alumni_ambassador_stage in AMBASSADOR_STAGES_HELD
            )

    # A change of an audience's order or of a generation's years concerns many
    # people at once: those models refresh them by one statement of their own.
    @api.depends("is_company", "alumni_audience_ids")
    def _compute_alumni_audience_id(self):
        self._alumni_assign(["alumni_audience_id"], self._alumni_audience_select)

    @api.depends(
        "is_company",
        "alumni_education_ids.partner_id",
        "alumni_education_ids.company_id",
        "alumni_education_ids.state",
        "alumni_education_ids.award_date",
        "alumni_education_ids.start_year",
        "alumni_education_ids.school_id",
        "alumni_education_ids.degree_id.level",
    )
    def _compute_alumni_education(self):
        self._alumni_assign(EDUCATION_FIELDS, self._alumni_education_select)

    @api.depends(
        "is_company",
        "company_id",
        "email",
        "email_normalized",
        "message_bounce",
        "phone",
        "phone_sanitized",
        "street",
        "city",
        "zip",
        "country_id",
        "alumni_deceased",
        "alumni_education_ids.company_id",
        "alumni_consent_ids.partner_id",
        "alumni_consent_ids.purpose_id",
        "alumni_consent_ids.channel",
        "alumni_consent_ids.state",
        "alumni_consent_ids.date",
        "alumni_consent_ids.expiry_date",
    )
    def _compute_alumni_contactable(self):
        self._alumni_assign(REACH_FIELDS, self._alumni_reach_select)

    def _alumni_assign(self, field_names, select):
        """Give stored fields the values that the SQL definition finds.

        :param field_names: the fields, named like the columns of the definition
        :param select: method that returns the definition for a sub-select of ids

        A record that is being edited in a form keeps the saved values until it is
        saved, because what it will be is not in the database yet.
        """
        self._alumni_flush()
        rows = {
            row["id"]: row
            for row in self.env.execute_query_dict(
                select(SQL("SELECT unnest(%s::int[])", list(self._origin.ids)))
            )
        }
        for partner in self:
            origin = partner._origin
            row = rows.get(origin.id, {})
            for name in field_names:
                partner[name] = row.get(name, False)

    def _alumni_flush(self):
        """Write to the database what the SQL definition reads."""
        self.flush_model(
            [
                "is_company",
                "company_id",
                "email",
                "email_normalized",
                "message_bounce",
                "phone",
                "phone_sanitized",
                "street",
                "city",
                "zip",
                "country_id",
                "alumni_deceased",
                "alumni_audience_ids",
            ]
        )
        for model in (
            "alumni.education",
            "alumni.degree",
            "alumni.generation",
            "alumni.audience",
            "alumni.consent",
            "alumni.consent.purpose",
            "mail.blacklist",
            "phone.blacklist",
            "res.company",
        ):
            self.env[model].flush_model()

    @api.model
    def _alumni_recompute_sql(self, partner_ids: SQL, everyone=False):
        """Bring every stored field of ours up to date, in one statement.

        :param partner_ids: sub-select of the ids of the people concerned
        :param everyone: this is one step of ``alumni.refresh``; whoever keeps
            something derived from people may wait for its end
        :return: how many people have changed

        For whoever writes people, educations or consents by SQL. The caller has
        flushed what it wrote through the ORM and has supplied the columns that
        belong to Odoo (``email_normalized``, ``phone_sanitized``...). Only rows
        that change are written, so running it again costs no write.
        """
        columns = {
            "alumni_match_key": SQL("keys.alumni_match_key"),
            "is_ambassador": SQL("keys.is_ambassador"),
            "alumni_audience_id": SQL("audiences.alumni_audience_id"),
        }
        columns |= {
            name: SQL("educations.%s", SQL.identifier(name))
            for name in EDUCATION_FIELDS
        }
        columns |= {
            name: SQL("reach.%s", SQL.identifier(name)) for name in REACH_FIELDS
        }
        execute = self.env.cr.execute
        execute("DROP TABLE IF EXISTS alumni_chosen")
        execute(
            SQL(
                "CREATE TEMPORARY TABLE alumni_chosen ON COMMIT DROP AS "
                "SELECT DISTINCT id FROM (%s) chosen (id)",
                partner_ids,
            )
        )
        if self.env.cr.rowcount > ANALYZE_FROM:
            # The planner knows nothing about rows loaded a moment ago, and would
            # compare each person with each consent.
            # The columns they are joined by: all of them would take longer than
            # what follows.
            relation = self._fields["alumni_audience_ids"]
            execute(
                SQL(
                    "ANALYZE alumni_chosen, res_partner (id, company_id), "
                    "alumni_education (partner_id, degree_id, company_id), "
                    "alumni_consent (partner_id), %s (%s)",
                    SQL.identifier(relation.relation),
                    SQL.identifier(relation.column1),
                )
            )
        chosen = SQL("SELECT id FROM alumni_chosen")
        execute(
            SQL(
                """
                WITH keys AS MATERIALIZED (%(keys)s)
                UPDATE res_partner
                SET (%(names)s) = ROW(%(values)s)
                FROM keys, (%(audiences)s) audiences,
                     (%(educations)s) educations, (%(reach)s) reach
                WHERE res_partner.id = keys.id
                AND audiences.id = keys.id
                AND educations.id = keys.id
                AND reach.id = keys.id
                AND (%(own)s) IS DISTINCT FROM (%(values)s)
                """,
                names=SQL(", ").join(SQL.identifier(name) for name in columns),
                own=SQL(", ").join(
                    SQL.identifier("res_partner", name) for name in columns
                ),
                values=SQL(", ").join(columns.values()),
                keys=self._alumni_key_select(chosen),
                audiences=self._alumni_audience_select(chosen),
                educations=self._alumni_education_select(chosen),
                reach=self._alumni_reach_select(chosen),
            )
        )
        changed = self.env.cr.rowcount
        self.env["res.partner"].invalidate_model(list(columns), flush=False)
        return changed

    @api.model
    def _alumni_refresh(self, partner_ids: SQL):
        """The same as :meth:`_alumni_recompute_sql`, for callers that work through
        the ORM: what is pending is written first."""
        self.env.flush_all()
        return self._alumni_recompute_sql(partner_ids)

    @api.model
    def _alumni_key_select(self, partner_ids: SQL) -> SQL:
        """id, match key and whether an ambassador."""
        return SQL(
            """
            SELECT id, %(match_key)s AS alumni_match_key,
                   COALESCE(alumni_ambassador_stage IN %(held)s, FALSE)
                       AS is_ambassador
            FROM res_partner
            WHERE id IN (%(partner_ids)s)
            """,
            match_key=sql_match_key(
                SQL("alumni_family_name"),
                SQL("alumni_first_name"),
                SQL("alumni_birth_date"),
            ),
            held=AMBASSADOR_STAGES_HELD,
            partner_ids=partner_ids,
        )

    @api.model
    def _alumni_audience_select(self, partner_ids: SQL) -> SQL:
        """id and main audience: the first one in the order of audiences."""
        relation = self._fields["alumni_audience_ids"]
        return SQL(
            """
            SELECT partner.id, main.id AS alumni_audience_id
            FROM res_partner partner
            LEFT JOIN LATERAL (
                SELECT audience.id
                FROM %(relation)s link
                JOIN alumni_audience audience ON audience.id = link.%(column2)s
                WHERE link.%(column1)s = partner.id AND audience.active
                ORDER BY audience.sequence, audience.id
                LIMIT 1
            ) main ON NOT COALESCE(partner.is_company, FALSE)
            WHERE partner.id IN (%(partner_ids)s)
            """,
            relation=SQL.identifier(relation.relation),
            column1=SQL.identifier(relation.column1),
            column2=SQL.identifier(relation.column2),
            partner_ids=partner_ids,
        )

    @api.model
    def _alumni_education_select(self, partner_ids: SQL) -> SQL:
        """id and what follows from the educations.

        Which educations count is the rule of the institution that taught them. The
        first award is the earliest among those that count; of two on one day, the
        one begun first, then the one recorded first.
        """
        level_rank = SQL(" ").join(
            SQL("WHEN %s THEN %s", level, rank)
            for rank, (level, _label) in enumerate(DEGREE_LEVELS)
        )
        return SQL(
            """
            WITH education AS (
                SELECT line.partner_id, line.id, line.company_id, line.school_id,
                       line.award_date, NULLIF(line.start_year, 0) AS start_year,
                       CASE degree.level %(level_rank)s END AS level_rank,
                       line.state = 'awarded' AND (
                           company.alumni_rule != 'awarded_no_certificate'
                           OR degree.level IS DISTINCT FROM 'certificate'
                       ) AS awarded,
                       line.state = 'left' AND company.alumni_rule = 'attended'
                           AS attended
                FROM alumni_education line
                JOIN alumni_degree degree ON degree.id = line.degree_id
                JOIN res_company company ON company.id = line.company_id
                WHERE line.partner_id IN (%(partner_ids)s)
            ),
            first AS (
                SELECT DISTINCT ON (partner_id) partner_id, company_id, school_id,
                       CASE WHEN awarded THEN award_date END AS award_date
                FROM education
                ORDER BY partner_id, awarded DESC,
                         CASE WHEN awarded THEN award_date END,
                         start_year NULLS LAST, id
            ),
            summary AS (
                SELECT partner_id, bool_or(awarded OR attended) AS is_alumnus,
                       max(level_rank) FILTER (WHERE awarded) AS level_rank
                FROM education
                GROUP BY partner_id
            ),
            person AS (
                SELECT partner.id, first.company_id, first.school_id,
                       first.award_date,
                       date_part('year', first.award_date)::int AS award_year,
                       summary.is_alumnus, summary.level_rank
                FROM res_partner partner
                LEFT JOIN first ON first.partner_id = partner.id
                    AND NOT COALESCE(partner.is_company, FALSE)
                LEFT JOIN summary ON summary.partner_id = first.partner_id
                WHERE partner.id IN (%(partner_ids)s)
            )
            SELECT person.id,
                   COALESCE(person.is_alumnus, FALSE) AS is_alumnus,
                   person.award_date AS alumni_first_award_date,
                   COALESCE(person.award_year, 0) AS alumni_first_award_year,
                   (person.award_year / 10 * 10)::varchar
                       AS alumni_first_award_decade,
                   generation.id AS alumni_generation_id,
                   person.school_id AS alumni_school_id,
                   (%(levels)s::varchar[])[person.level_rank + 1]
                       AS alumni_degree_level
            FROM person
            LEFT JOIN alumni_generation generation
                ON generation.company_id = person.company_id
                AND generation.active
                AND person.award_year
                    BETWEEN generation.year_from AND generation.year_to
            """,
            level_rank=level_rank,
            levels=[level for level, _label in DEGREE_LEVELS],
            partner_ids=partner_ids,
        )

    @api.model
    def _alumni_decision_select(self) -> SQL:
        """channel, purpose_id, state: the decision in force on each channel and
        purpose that a person has decided about. To be joined laterally to
        ``res_partner partner``: a plan that looks up each person's few decisions
        stays linear whatever the planner believes about their number.

        A consent that has expired is no decision any more, so that the one before
        it counts again: a person who had refused has refused. Without any purpose
        on record there is one purpose, number 0.
        """
        return SQL(
            """
            SELECT DISTINCT ON (channel.code, purpose.id)
                   channel.code AS channel, purpose.id AS purpose_id, consent.state
            FROM alumni_consent consent
            JOIN (SELECT unnest(%(channels)s::varchar[])) channel (code)
                ON consent.channel IS NULL OR consent.channel = channel.code
            JOIN (%(purposes)s) purpose
                ON consent.purpose_id IS NULL OR consent.purpose_id = purpose.id
            WHERE consent.partner_id = partner.id
            AND consent.date <= %(today)s
            AND (consent.state = 'refused' OR consent.expiry_date IS NULL
                 OR consent.expiry_date >= %(today)s)
            ORDER BY channel.code, purpose.id, consent.date DESC, consent.id DESC
            """,
            channels=[channel for channel, _label in CHANNELS],
            purposes=self._alumni_purpose_select(),
            today=fields.Date.today(),
        )

    @api.model
    def _alumni_purpose_select(self) -> SQL:
        """Ids of the purposes in use, 0 when there is none."""
        return SQL(
            """
            SELECT id FROM alumni_consent_purpose WHERE active
            UNION ALL
            SELECT 0 WHERE NOT EXISTS (
                SELECT 1 FROM alumni_consent_purpose WHERE active)
            """
        )

    @api.model
    def _alumni_settings_select(self) -> SQL:
        """email_basis, bounce_limit: the settings of the institution that looks
        after a person: the person's own, else that of the first education, else
        the first institution. To be joined laterally to ``res_partner partner``.
        """
        return SQL(
            """
            SELECT company.alumni_email_basis AS email_basis,
                   NULLIF(company.alumni_bounce_limit, 0) AS bounce_limit
            FROM res_company company
            WHERE company.id = COALESCE(
                partner.company_id,
                (SELECT line.company_id FROM alumni_education line
                 WHERE line.partner_id = partner.id ORDER BY line.id LIMIT 1),
                (SELECT min(id) FROM res_company))
            LIMIT 1
            """
        )

    @api.model
    def _alumni_reach_select(self, partner_ids: SQL) -> SQL:
        """id, the reason of each channel, contactable, lost.

        E-mail: an address with a full domain, that does not bounce and is not
        blacklisted. Phone: 6 to 15 digits (E.164 allows 15). Post: street, city,
        and zip or country. A channel is closed when every purpose is refused on
        it; where e-mail needs an agreement, one purpose agreed to opens it.
        """
        closed = {
            f"closed_{channel}": SQL(
                """count(*) FILTER (WHERE channel = %s AND state = 'refused')
                   = (SELECT count(*) FROM (%s) purpose)""",
                channel,
                self._alumni_purpose_select(),
            )
            for channel, _label in CHANNELS
        }
        return SQL(
            """
            WITH channel AS (
                SELECT partner.id,
                    CASE
                        WHEN partner.alumni_deceased THEN 'deceased'
                        WHEN COALESCE(btrim(partner.email), '') = ''
                            THEN 'missing'
                        WHEN COALESCE(partner.email_normalized, '') !~ %(email)s
                            THEN 'invalid'
                        WHEN partner.message_bounce >= settings.bounce_limit
                            THEN 'bounced'
                        WHEN email_blacklist.id IS NOT NULL THEN 'blacklisted'
                        WHEN consent.email_closed THEN 'refused'
                        WHEN settings.email_basis = 'opt_in'
                            AND consent.email_given IS NOT TRUE THEN 'no_consent'
                        ELSE 'ok'
                    END AS email_reason,
                    CASE
                        WHEN partner.alumni_deceased THEN 'deceased'
                        WHEN COALESCE(btrim(partner.phone), '') = ''
                            THEN 'missing'
                        WHEN length(regexp_replace(partner.phone, '[^0-9]', '', 'g'))
                            NOT BETWEEN 6 AND 15 THEN 'invalid'
                        WHEN phone_blacklist.id IS NOT NULL THEN 'blacklisted'
                        WHEN consent.phone_closed THEN 'refused'
                        ELSE 'ok'
                    END AS phone_reason,
                    CASE
                        WHEN partner.alumni_deceased THEN 'deceased'
                        WHEN COALESCE(btrim(partner.street), '') = ''
                            THEN 'missing'
                        WHEN COALESCE(btrim(partner.city), '') = ''
                            OR (COALESCE(btrim(partner.zip), '') = ''
                                AND partner.country_id IS NULL) THEN 'invalid'
                        WHEN consent.post_closed THEN 'refused'
                        ELSE 'ok'
                    END AS post_reason
                FROM res_partner partner
                LEFT JOIN LATERAL (%(settings)s) settings ON TRUE
                LEFT JOIN LATERAL (
                    SELECT bool_or(channel = 'email' AND state = 'given')
                               AS email_given,
                           %(closed_email)s AS email_closed,
                           %(closed_phone)s AS phone_closed,
                           %(closed_post)s AS post_closed
                    FROM (%(decisions)s) decision
                ) consent ON TRUE
                LEFT JOIN mail_blacklist email_blacklist
                    ON email_blacklist.email = partner.email_normalized
                    AND email_blacklist.active
                LEFT JOIN phone_blacklist
                    ON phone_blacklist.number = partner.phone_sanitized
                    AND phone_blacklist.active
                WHERE partner.id IN (%(partner_ids)s)
                AND NOT COALESCE(partner.is_company, FALSE)
            )
            SELECT partner.id,
                   channel.email_reason AS alumni_email_reason,
                   channel.phone_reason AS alumni_phone_reason,
                   channel.post_reason AS alumni_post_reason,
                   COALESCE('ok' IN (channel.email_reason, channel.phone_reason,
                                     channel.post_reason), FALSE)
                       AS alumni_contactable,
                   COALESCE(channel.email_reason IN %(broken)s
                            AND channel.phone_reason IN %(broken)s
                            AND channel.post_reason IN %(broken)s, FALSE)
                       AS alumni_lost
            FROM res_partner partner
            LEFT JOIN channel ON channel.id = partner.id
            WHERE partner.id IN (%(partner_ids)s)
            """,
            decisions=self._alumni_decision_select(),
            settings=self._alumni_settings_select(),
            **closed,
            email=r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$",
            broken=("missing", "invalid", "bounced"),
            partner_ids=partner_ids,
        )

    @api.model
    def _alumni_purpose_reason_select(
        self, partner_ids: SQL, purpose, channel="email"
    ) -> SQL:
        """id, reason: why people can or cannot be written to for one purpose.

        :param purpose: ``alumni.consent.purpose`` record, for instance newsletter
        :param channel: ``email``, ``phone`` or ``post``
        """
        return SQL(
            """
            SELECT partner.id, CASE
                WHEN partner.%(reason)s IN ('ok', 'no_consent')
                    AND decision.state = 'refused' THEN 'refused'
                WHEN partner.%(reason)s = 'ok' AND decision.state IS NULL
                    AND %(channel)s = 'email' AND settings.email_basis = 'opt_in'
                    THEN 'no_consent'
                ELSE partner.%(reason)s
            END AS reason
            FROM res_partner partner
            LEFT JOIN LATERAL (%(settings)s) settings ON TRUE
            LEFT JOIN LATERAL (%(decisions)s) decision
                ON decision.channel = %(channel)s
                AND decision.purpose_id = %(purpose_id)s
            WHERE partner.id IN (%(partner_ids)s)
            """,
            reason=SQL.identifier(f"alumni_{channel}_reason"),
            channel=channel,
            settings=self._alumni_settings_select(),
            decisions=self._alumni_decision_select(),
            purpose_id=purpose.id,
            partner_ids=partner_ids,
        )

    @api.model
    def _alumni_reachable_domain(self, purpose, channel="email"):
        """The people who can be written to for this purpose by this channel.

        :param purpose: ``alumni.consent.purpose`` record, for instance newsletter
        :param channel: ``email``, ``phone`` or ``post``
        :return: a domain on contacts, true when it is built (not to be stored)
        """
        self._alumni_flush()
        field_name = f"alumni_{channel}_reason"
        self.flush_model([field_name])
        working = SQL(
            "SELECT id FROM res_partner WHERE %s = 'ok'", SQL.identifier(field_name)
        )
        return Domain(
            "id",
            "in",
            SQL(
                "(SELECT id FROM (%s) person WHERE reason = 'ok')",
                self._alumni_purpose_reason_select(working, purpose, channel),
            ),
        )
