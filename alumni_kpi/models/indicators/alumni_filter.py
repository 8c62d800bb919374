import ast

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

FILTER_SOURCES = [
    ("person_year", "Person-years"),
    ("act", "Acts"),
    ("giving", "Gifts of money"),
]
"""Sources whose rows can be chosen by a filter. Those of the person-years choose
people, and so serve pivots, contacts and mailings as well."""

PERIOD_RULES = [
    ("current", "The running period"),
    ("complete", "The last complete period"),
]


class AlumniFilter(models.Model):
    """A choice of records that has a name: donors of the year, engaged without a
    gift. Measures count what it lets through; a filter of person-years can also be
    chosen in the pivot of engagement, in the list of contacts, and for the
    recipients of a mailing. What is meant by the name is written down once."""

    _name = "alumni.filter"
    _description = "Named filter"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    source = fields.Selection(
        selection=FILTER_SOURCES, required=True, default="person_year"
    )
    model = fields.Char(compute="_compute_model")
    domain = fields.Char(
        string="Condition",
        required=True,
        default="[]",
        help="Which records are let through. Compare with fixed values only: in a "
        "measure, the period is added by itself.",
    )
    period_rule = fields.Selection(
        selection=PERIOD_RULES,
        string="For contacts and mailings",
        required=True,
        default="complete",
        help="Of which period people are chosen where no period is asked for.",
    )
    description = fields.Text(translate=True, help="Who is chosen, in words.")
    measure_ids = fields.One2many(
        comodel_name="alumni.measure", inverse_name="filter_id", string="Measures"
    )
    active = fields.Boolean(default=True)

    @api.depends("source")
    def _compute_model(self):
        for named in self:
            named.model = self.env["alumni.measure"]._filter_model(named.source)._name

    def _domain(self):
        """The condition, without any period."""
        self.ensure_one()
        return Domain(ast.literal_eval(self.domain))

    @api.constrains("source", "domain")
    def _check_domain(self):
        for named in self:
            model = self.env["alumni.measure"]._filter_model(named.source)
            try:
                domain = named._domain()
                domain.validate(model.sudo())
                # As whoever writes the filter: nobody counts what they may not see.
                model.with_context(active_test=False).search_count(domain, limit=1)
            except AccessError:
                raise
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "The condition of “%(name)s” cannot be used: %(error)s. "
                        "Choose fields of the records and compare them with fixed "
                        "values.",
                        name=named.name,
                        error=error,
                    )
                ) from error

    @api.constrains("source", "measure_ids")
    def _check_measures(self):
        for named in self:
            other = named.measure_ids.filtered(lambda m, s=named.source: m.source != s)
            if other:
                raise ValidationError(
                    self.env._(
                        "“%(name)s” is used by “%(measure)s”, which counts records of "
                        "another kind.",
                        name=named.name,
                        measure=other[0].name,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if {"source", "domain"} & vals.keys():
            # Values that were counted by another condition are another formula.
            indicators = self.env["alumni.indicator"].search(
                Domain("numerator_id", "in", self.measure_ids.ids)
                | Domain("denominator_id", "in", self.measure_ids.ids)
            )
            for indicator in indicators:
                indicator.formula_version += 1
            self.env["alumni.period"]._mark_values_outdated()
        return result

    def _condition(self, alias, period):
        """SQL condition: a row of the source in a period, whose record's id is in the
        column ``id`` of ``alias``, is let through. The ORM makes the SQL."""
        model = self.env["alumni.measure"]._filter_model(self.source)
        # Looked for among the records of the period: of ten years there are millions.
        place = (
            Domain("period_id", "=", period.id)
            if "period_id" in model._fields
            else Domain("company_id", "=", period.company_id.id)
        )
        query = (
            model.sudo().with_context(active_test=False)._search(self._domain() & place)
        )
        return SQL("%s IN %s", SQL.identifier(alias, "id"), query.subselect())

    def _partner_ids(self):
        """SQL SELECT of the people whom a filter of person-years chooses in the
        period that it names, in the institutions of the user."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        begun = (
            Domain("date_end", "<", today)
            if self.period_rule == "complete"
            else Domain("date_start", "<=", today)
        )
        periods = self.env["alumni.period"]
        for company in self.env.companies:
            periods |= periods.search(
                begun & Domain("company_id", "=", company.id),
                order="date_end desc",
                limit=1,
            )
        return self.env["alumni.person.year"]._search(
            Domain("period_id", "in", periods.ids)
            & Domain("partner_id", "!=", False)
            & self._domain()
        )

    def action_open_people(self):
        """Whom the filter chooses, in the engagement pivot or as records."""
        self.ensure_one()
        if self.source == "person_year":
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "alumni_kpi.alumni_person_year_action"
            )
            field = (
                "last_period" if self.period_rule == "complete" else "current_period"
            )
            action["context"] = {
                "search_default_filter_id": self.id,
                f"search_default_{field}": 1,
            }
            return action
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self.model,
            "view_mode": "list,form",
            "domain": list(self._domain()),
        }

    def action_open_contacts(self):
        """Whom the filter chooses, as contacts."""
        self.ensure_one()
        if not self.env.user.has_group("alumni_relations.group_officer"):
            raise AccessError(self.env._("Only alumni officers may open the contacts."))
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "res.partner",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("alumni_filter_id", "=", self.id)],
            "context": {"create": False},
        }
