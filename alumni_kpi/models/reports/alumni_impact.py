from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import formatLang

from odoo.addons.alumni_relations.models.objectives.impact import IMPACT_OBJECTIVES
from odoo.addons.alumni_relations.models.surveys.survey_question import (
    BENEFICIARIES,
    RECOMMEND_WHAT,
)

SCOPES = ("own", "others", "before")
"""This event or programme, others of the same kind, and the same a year before."""


class AlumniImpact(models.TransientModel):
    """The impact page of an event or a programme: were people content, what changed
    for the five objectives, who benefited, compared with others of the kind and with
    the year before. Every result has its number of answers beside it."""

    _name = "alumni.impact"
    _description = "Impact"

    event_id = fields.Many2one(comodel_name="event.event", readonly=True)
    programme_id = fields.Many2one(comodel_name="alumni.programme", readonly=True)
    others = fields.Char(
        readonly=True, help="What the column of others is compared with."
    )
    measure_line_ids = fields.One2many(
        comodel_name="alumni.impact.line",
        inverse_name="impact_id",
        string="Satisfaction and recommendation",
        domain=[("section", "=", "measure")],
        readonly=True,
    )
    objective_line_ids = fields.One2many(
        comodel_name="alumni.impact.line",
        inverse_name="impact_id",
        string="The five objectives",
        domain=[("section", "=", "objective")],
        readonly=True,
    )
    beneficiary_line_ids = fields.One2many(
        comodel_name="alumni.impact.line",
        inverse_name="impact_id",
        string="Who benefited",
        domain=[("section", "=", "beneficiary")],
        readonly=True,
    )

    def _compute_display_name(self):
        for impact in self:
            impact.display_name = (impact.event_id or impact.programme_id).display_name

    @api.model
    def _open(self, record):
        """The page of an event or programme, as an action."""
        record.check_access("read")
        name = "event_id" if record._name == "event.event" else "programme_id"
        impact = self.create({name: record.id})
        impact._fill()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Impact"),
            "res_model": self._name,
            "res_id": impact.id,
            "view_mode": "form",
        }

    def _domains(self):
        """Which answers each scope takes, as domains on the report."""
        self.ensure_one()
        event, programme = self.event_id, self.programme_id
        if event:
            own = Domain("event_id", "=", event.id)
            kind = Domain("event_kind_id", "=", event.alumni_kind_id.id) & Domain(
                "event_id", "!=", False
            )
            company = event.company_id
            day = fields.Datetime.context_timestamp(
                event.with_context(tz=event.date_tz), event.date_begin
            ).date()
            period = self._period(company, day)
            # The same kind of event, of the same programme if it has one.
            same = kind & Domain("programme_id", "=", event.programme_id.id)
        else:
            own = same = Domain("programme_id", "=", programme.id)
            kind = Domain("programme_id.programme_type", "=", programme.programme_type)
            company = programme.company_id
            period = self._period(company, fields.Date.context_today(self))
        at_home = Domain("company_id", "=", (company or self.env.company).id)
        before = (
            self._period(company, period.date_start - relativedelta(days=1))
            if period
            else period
        )
        if not event and period:
            own &= Domain("period_id", "=", period.id)
        return {
            "own": own,
            "others": at_home & kind & ~own,
            "before": at_home & same & Domain("period_id", "in", before.ids),
        }

    def _period(self, company, day):
        return self.env["alumni.period"].search(
            [
                ("company_id", "=", (company or self.env.company).id),
                ("date_start", "<=", day),
                ("date_end", ">=", day),
            ],
            limit=1,
        )

    def _fill(self):
        """Work out the lines."""
        self.ensure_one()
        lines = {}
        for scope, domain in self._domains().items():
            for key, result, count in self._results(domain):
                lines.setdefault(key, {})[scope] = (result, count)
        labels = self._labels()
        # An objective on which nobody has answered anything keeps a line that says so.
        known = {key[1] for key in lines if key[0] == "objective"}
        unasked = {
            ("objective", code, False)
            for code, _label in IMPACT_OBJECTIVES
            if code not in known
        }
        self.env["alumni.impact.line"].create(
            [
                {
                    "impact_id": self.id,
                    "sequence": sequence,
                    "section": key[0],
                    **labels[key],
                    **{
                        name: value
                        for scope in SCOPES
                        for name, value in zip(
                            (f"{scope}_result", f"{scope}_count"),
                            lines.get(key, {}).get(scope, (False, 0)),
                            strict=True,
                        )
                    },
                }
                for sequence, key in enumerate(labels)
                if key in lines or key[0] == "beneficiary" or key in unasked
            ]
        )
        if self.event_id:
            kind = self.event_id.alumni_kind_id.display_name or self.env._(
                "events without a kind"
            )
        else:
            types = self.programme_id._fields["programme_type"]
            kind = dict(types._description_selection(self.env))[
                self.programme_id.programme_type
            ]
        self.others = kind

    def _labels(self):
        """The lines in their order: key, and what they say in the user's language."""

        def selection(model, name):
            return dict(self.env[model]._fields[name]._description_selection(self.env))

        report = "alumni.answer.report"
        objectives = selection(report, "impact_objective")
        kinds = selection(report, "kind")
        what = selection(report, "recommend_what")
        beneficiaries = selection(report, "beneficiary")
        return {
            ("measure", "response"): {"label": self.env._("Response rate")},
            ("measure", "rating"): {"label": self.env._("Satisfaction, mean (1-5)")},
            ("measure", "high"): {"label": self.env._("Satisfaction, share 4-5")},
            ("measure", "gap"): {
                "label": self.env._("Expectation gap (received minus expected)")
            },
            **{
                ("measure", f"nps_{code}"): {
                    "label": self.env._("NPS: %(what)s", what=what[code])
                }
                for code, _label in RECOMMEND_WHAT
            },
            **{
                ("objective", code, kind): {
                    "label": objectives[code],
                    "kind": kinds.get(kind),
                }
                for code, _label in IMPACT_OBJECTIVES
                for kind in (*kinds, False)
            },
            **{
                ("beneficiary", code): {"label": beneficiaries[code]}
                for code, _label in BENEFICIARIES
            },
        }

    def _results(self, domain):
        """``key, result as text, number of answers`` of the answers that a domain
        takes; what nobody has answered is left out."""
        report = self.env["alumni.answer.report"]
        [(asked, answers)] = report._read_group(
            domain, [], ["answer_id:count_distinct", "answered_id:count_distinct"]
        )
        if asked:
            yield ("measure", "response"), self._percent(100 * answers / asked), answers
        [(rated, rating, high)] = report._read_group(
            domain
            & Domain("measure", "=", "satisfaction")
            & Domain("kind", "=", "quantitative"),
            [],
            ["rated:sum", "rating:avg", "high:avg"],
        )
        if rated:
            yield ("measure", "rating"), self._number(rating, 2), rated
            yield ("measure", "high"), self._percent(high), rated
        [(count, gap)] = report._read_group(domain, [], ["gap_count:sum", "gap:avg"])
        if count:
            sign = "+" if gap > 0 else ""
            yield ("measure", "gap"), sign + self._number(gap, 2), count
        for what, count, nps in report._read_group(
            domain & Domain("recommended", "=", 1),
            ["recommend_what"],
            ["recommended:sum", "nps:avg"],
        ):
            sign = "+" if nps > 0 else ""
            yield ("measure", f"nps_{what}"), sign + self._number(nps, 1), count
        impact = domain & Domain("measure", "=", "impact") & Domain("answered", "=", 1)
        for objective, kind, count, yes, rating in report._read_group(
            impact,
            ["impact_objective", "kind"],
            ["answered:sum", "yes:avg", "rating:avg"],
        ):
            result = False
            if kind == "binary" and yes is not None:
                result = self.env._("%(share)s yes", share=self._percent(yes))
            elif kind in ("quantitative", "sentiment") and rating is not None:
                result = self.env._("%(mean)s of 5", mean=self._number(rating, 2))
            elif kind == "qualitative":
                result = self.env._("in words")
            yield ("objective", objective, kind), result, count
        for beneficiary, count, share in report._read_group(
            impact & Domain("kind", "!=", "qualitative"),
            ["beneficiary"],
            ["answered:sum", "favourable:avg"],
        ):
            if beneficiary and share is not None:
                yield ("beneficiary", beneficiary), self._percent(share), count

    def _number(self, value, digits):
        return formatLang(self.env, value, digits=digits)

    def _percent(self, share):
        return self.env._("%(number)s %%", number=formatLang(self.env, share, digits=0))

    @api.readonly
    def action_report(self):
        """The answers behind the page, as a pivot."""
        self.ensure_one()
        name = "event_id" if self.event_id else "programme_id"
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "alumni_kpi.alumni_answer_report_action"
            ),
            "domain": [(name, "=", self[name].id)],
            "context": {},
        }
