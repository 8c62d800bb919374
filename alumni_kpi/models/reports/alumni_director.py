from odoo import api, models
from odoo.fields import Domain

PERIODS = 12
"""Periods to choose from."""
PROGRAMMES = 6
"""Programmes that are shown, those that cost most first."""


class AlumniDirector(models.AbstractModel):
    """What a director wants to know of a period: was what was wanted reached
    (strategy, targets), what did it cost and what came of it. The figures are those of
    the page for the governance, and each opens what it is made of.

    It is a page and no spreadsheet: whether a target is met and how far an objective
    has got is worked out when it is read, and cells of a spreadsheet open no record."""

    _name = "alumni.director"
    _description = "Dashboard of the director"
    _inherit = ["alumni.overview"]

    @api.model
    @api.readonly
    def read_page(self, period_id=False):
        """The page of a period.

        :param period_id: the last complete period of the current institution if empty
        :return: ``{"periods", "period_id", "title", "status", "answers": [{"id",
            "title", "lead", "figures", "charts"}], "targets", "objectives",
            "programmes"}``; charts are SVG texts, figures and lines have the id of the
            record that they open. ``{"periods": []}`` if there is no period

        Read from a replica if there is one; if the figures have to be worked out first,
        Odoo asks the server that can be written to.
        """
        Period = self.env["alumni.period"]
        Period.check_access("read")
        periods = Period.search(
            [("company_id", "=", self.env.company.id)],
            order="date_end DESC",
            limit=PERIODS,
        )
        period = periods.filtered(lambda period: period.id == period_id)
        period = period or self._last_period() or periods[:1]
        if not period:
            return {"periods": []}
        self._prepare(period)
        page = self._page(period)
        charts = {"engagement": ("line", "bars"), "cost": ("money",), "impact": ()}
        return {
            "periods": [{"id": one.id, "name": one.name} for one in periods | period],
            "period_id": period.id,
            "title": page["title"],
            "status": self._status(page),
            "answers": [
                {
                    "id": question,
                    "title": title,
                    "lead": page["lead"][question],
                    "figures": page["figures"][question],
                    "charts": [
                        {"title": page["captions"][chart], "svg": str(page[chart])}
                        for chart in charts[question]
                    ],
                }
                for question, title in page["answers"]
            ],
            "targets": [
                target | {"sign": target["light"][0], "colour": target["light"][1]}
                for target in page["targets"]
            ],
            "objectives": {
                "said": page["objectives"]["said"] if page["objectives"]["all"] else "",
                "lines": [
                    {"name": name, "met": met, "way": way, "id": record}
                    for name, met, way, record in page["objectives"]["names"]
                ],
            },
            "programmes": self._programmes(period),
            "method": page["method"],
        }

    def _status(self, page):
        if page["under_way"]:
            return self.env._("The period is under way.")
        if page["frozen"]:
            return self.env._("Closed: these figures no longer change.")
        return self.env._("Complete, not closed yet.")

    def _programmes(self, period):
        """What the programmes of the period cost, with their events, and for how many
        people."""
        domain = Domain("company_id", "=", period.company_id.id)
        domain &= Domain("date", ">=", period.date_start)
        domain &= Domain("date", "<=", period.date_end)
        groups = self.env["alumni.action.report"]._read_group(
            domain & Domain("programme_id", "!=", False),
            ["programme_id"],
            ["cost:sum", "participants:sum", "cost_per_participant:sum"],
        )
        currency = period.company_id.currency_id
        groups.sort(key=lambda group: (-(group[1] or 0), group[0].display_name))
        return [
            {
                "id": programme.id,
                "name": programme.display_name,
                "cost": currency.format(cost) if cost else "–",
                "participants": self._number(participants or 0),
                "each": currency.format(each) if each and cost else "–",
            }
            for programme, cost, participants, each in groups[:PROGRAMMES]
        ]

    @api.model
    @api.readonly
    def action_open(self, what, period_id):
        """What stands behind a heading: an action.

        :param what: ``"figures"``, ``"targets"``, ``"objectives"`` or
            ``"programmes"``
        """
        period = self.env["alumni.period"].browse(period_id)
        period.check_access("read")
        action = {
            "figures": "alumni_kpi.alumni_indicator_value_action",
            "targets": "alumni_kpi.alumni_target_action",
            "objectives": "alumni_relations.alumni_objective_action",
            "programmes": "alumni_kpi.alumni_action_report_action",
        }[what]
        action = self.env["ir.actions.act_window"]._for_xml_id(action)
        if what in ("figures", "targets"):
            action["domain"] = [("period_id", "=", period.id)]
        elif what == "objectives":
            action["domain"] = [
                ("level", "=", "strategic"),
                ("company_id", "=", period.company_id.id),
            ]
        else:
            action["domain"] = [
                ("company_id", "=", period.company_id.id),
                ("date", ">=", period.date_start),
                ("date", "<=", period.date_end),
            ]
        action["context"] = {}
        return action
