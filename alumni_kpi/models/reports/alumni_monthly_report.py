import logging
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from .alumni_overview import SMALL

_logger = logging.getLogger(__name__)

MODES = ("philanthropic", "volunteer", "experiential", "communication")
GROUPINGS = ("mode", "school_id", "generation_id", "event_id", "programme_id")
"""By what the people of a month are counted, each once in every part."""
FAILED = "mail.mail_activity_data_warning"
ACTIONS = 3
"""Events and programmes that are named, those with most people first."""


class AlumniMonthlyReport(models.Model):
    """A letter by mail, once a month, to people who are chosen: what the last complete
    month came to, what moved and why, in sentences made from the figures. Each month is
    set beside the same month of the year before, because a university year has seasons,
    and beside the month before.

    Nobody is named in it. Numbers of fewer than ten people are said as such, and money
    or hours of fewer than ten people are not said at all; why something moved is what
    moved with it, nothing more."""

    _name = "alumni.monthly.report"
    _description = "Monthly report"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        string="Institution",
        required=True,
        default=lambda self: self.env.company,
        index=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        required=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        help="Is told when the report could not be sent.",
    )
    recipient_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Recipients",
        help="Each receives it in the own language. They need no access to Odoo.",
    )
    sent_month = fields.Date(
        string="Last month sent",
        readonly=True,
        copy=False,
        help="The first day of the last month that was reported.",
    )
    month = fields.Date(
        compute="_compute_body", help="The first day of the last complete month."
    )
    body = fields.Html(
        string="What it says",
        compute="_compute_body",
        sanitize=False,
        help="The report of the last complete month, in the language of its reader.",
    )

    @api.depends_context("lang")
    @api.depends("company_id")
    def _compute_body(self):
        for report in self:
            month = report._last_month()
            report.month = month
            report.body = report.company_id and report._body(month)

    def _last_month(self):
        """The first day of the last complete month."""
        today = fields.Date.context_today(self)
        return today.replace(day=1) - relativedelta(months=1)

    # what the figures say

    def _figures(self, first):
        """What contactable alumni did in a month, and what was received from whomever:
        a dictionary of numbers, with ``engaged``, ``new``, ``gifts``, ``donors``,
        ``amount``, ``volunteers``, ``hours``, and ``by``: numbers of people by (name of
        the grouping, part)."""
        last = first + relativedelta(months=1)
        acts = self.env["alumni.engagement"]
        acts.check_access("read")
        acts.flush_model()
        month = SQL(
            """
            SELECT act.*, person.id IS NOT NULL AS counted,
                   person.school_id, person.generation_id
            FROM alumni_engagement act
            LEFT JOIN alumni_person_year person
                ON person.partner_id = act.partner_id
                AND person.period_id = act.period_id AND person.contactable = 1
            WHERE act.company_id = %s AND act.date >= %s AND act.date < %s
            """,
            self.company_id.id,
            first,
            last,
        )
        names = ("engaged", "new", "gifts", "donors", "amount", "volunteers", "hours")
        [row] = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(DISTINCT partner_id) FILTER (WHERE counted),
                       COUNT(DISTINCT partner_id) FILTER (WHERE counted AND NOT EXISTS (
                           SELECT FROM alumni_engagement earlier
                           WHERE earlier.partner_id = month.partner_id
                               AND earlier.company_id = month.company_id
                               AND earlier.date < %s)),
                       COUNT(*) FILTER (WHERE mode = 'philanthropic'),
                       COUNT(DISTINCT partner_id) FILTER (WHERE mode = 'philanthropic'),
                       COALESCE(SUM(amount) FILTER (WHERE mode = 'philanthropic'), 0),
                       COUNT(DISTINCT partner_id)
                           FILTER (WHERE mode = 'volunteer' AND hours > 0),
                       COALESCE(SUM(hours) FILTER (WHERE mode = 'volunteer'), 0)
                FROM (%s) AS month
                """,
                first,
                month,
            )
        )
        columns = SQL(", ").join(map(SQL.identifier, GROUPINGS))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT GROUPING(%(columns)s), %(columns)s, COUNT(DISTINCT partner_id)
                FROM (%(month)s) AS month WHERE counted
                GROUP BY GROUPING SETS (%(sets)s)
                """,
                columns=columns,
                month=month,
                sets=SQL(", ").join(
                    SQL("(%s)", SQL.identifier(name)) for name in GROUPINGS
                ),
            )
        )
        everything = 2 ** len(GROUPINGS) - 1
        by = {}
        for grouping, *parts, people in rows:
            # A bit of GROUPING is 0 for the column that the row is about.
            [place] = (
                place
                for place in range(len(GROUPINGS))
                if everything - grouping == 2 ** (len(GROUPINGS) - 1 - place)
            )
            by[GROUPINGS[place], parts[place]] = people
        return dict(zip(names, row, strict=True)) | {"by": by}

    # how it is said

    def _number(self, number):
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US")
        return lang.format("%.0f", number, grouping=True)

    def _people(self, number):
        """A number of people, unless they are so few that one might know them."""
        if 0 < number < SMALL:
            return self.env._("fewer than %s", SMALL)
        return self._number(number)

    def _may_compare(self, *numbers):
        return all(number == 0 or number >= SMALL for number in numbers)

    def _change(self, now, before, name):
        """How a number of people compares with that of another month."""
        if not self._may_compare(now, before):
            return self.env._(
                "%(name)s: %(count)s", name=name, count=self._people(before)
            )
        if now == before:
            return self.env._("as many as in %s", name)
        if now > before:
            return self.env._(
                "%(more)s more than in %(name)s (%(count)s)",
                more=self._number(now - before),
                name=name,
                count=self._number(before),
            )
        return self.env._(
            "%(less)s fewer than in %(name)s (%(count)s)",
            less=self._number(before - now),
            name=name,
            count=self._number(before),
        )

    def _month_name(self, month):
        return format_date(self.env, month, date_format="MMMM y")

    def _sentences(self, month):
        """What there is to say about a month, a list of sentences."""
        self.ensure_one()
        year_before = month - relativedelta(years=1)
        month_before = month - relativedelta(months=1)
        now, then, last = map(self._figures, (month, year_before, month_before))
        names = {
            "month": self._month_name(month),
            "year_before": self._month_name(year_before),
        }
        sentences = [
            self.env._(
                "In %(month)s, %(count)s graduates who can be contacted did something "
                "with the university: %(year)s; %(before)s.",
                month=names["month"],
                count=self._people(now["engaged"]),
                year=self._change(
                    now["engaged"], then["engaged"], names["year_before"]
                ),
                before=self._change(
                    now["engaged"], last["engaged"], self._month_name(month_before)
                ),
            )
        ]
        sentences += self._why(now, then, names["year_before"])
        sentences += self._where(now)
        if now["new"]:
            sentences.append(
                self.env._(
                    "%s of them had never done anything before.",
                    self._people(now["new"]),
                )
            )
        sentences += self._gifts(now, then, names["year_before"])
        sentences += self._hours(now, then, names["year_before"])
        sentences += self._period(month)
        return sentences

    def _why(self, now, then, year_before):
        """What moved most in the direction in which all moved: a mode and a school."""
        change = now["engaged"] - then["engaged"]
        if not change or not self._may_compare(now["engaged"], then["engaged"]):
            return []
        modes = dict(
            self.env["alumni.engagement"]
            ._fields["mode"]
            ._description_selection(self.env)
        )
        schools = {
            school.id: school.display_name
            for school in self.env["alumni.school"].search(
                [("company_id", "=", self.company_id.id)]
            )
        }
        found = []
        for grouping, labels in (("mode", modes), ("school_id", schools)):
            moved = []
            for part, label in labels.items():
                counts = [
                    figures["by"].get((grouping, part), 0) for figures in (now, then)
                ]
                if self._may_compare(*counts) and (counts[0] - counts[1]) * change > 0:
                    moved.append((abs(counts[0] - counts[1]), label, *counts))
            if moved:
                found.append(max(moved, key=lambda entry: (entry[0], entry[1])))
        if not found:
            return []
        parts = [
            self.env._(
                "%(label)s (%(now)s instead of %(then)s)",
                label=label,
                now=self._number(count),
                then=self._number(before),
            )
            for _change, label, count, before in found
        ]
        return [
            self.env._(
                "What moved most with it since %(month)s: %(parts)s.",
                month=year_before,
                parts=", ".join(parts),
            )
        ]

    def _where(self, now):
        """The events and programmes that most people came to."""
        places = []
        for grouping, model in (
            ("event_id", "event.event"),
            ("programme_id", "alumni.programme"),
        ):
            counts = {
                part: people
                for (name, part), people in now["by"].items()
                if name == grouping and part and people >= SMALL
            }
            # Analysts read how many came, and to what, but not events themselves.
            for record in self.env[model].sudo().browse(counts).exists():
                places.append((counts[record.id], record.display_name))
        places.sort(key=lambda place: (-place[0], place[1]))
        if not places:
            return []
        return [
            self.env._(
                "Where most of them were: %s.",
                ", ".join(
                    f"{name} ({self._number(people)})"
                    for people, name in places[:ACTIONS]
                ),
            )
        ]

    def _gifts(self, now, then, year_before):
        if not now["donors"]:
            return [self.env._("Nobody gave money or in kind.")]
        if now["donors"] < SMALL:
            return [self.env._("Fewer than %s people gave money or in kind.", SMALL)]
        currency = self.company_id.currency_id
        if then["donors"] and then["donors"] < SMALL:
            return [
                self.env._(
                    "%(donors)s people gave %(amount)s.",
                    donors=self._number(now["donors"]),
                    amount=currency.format(now["amount"]),
                )
            ]
        return [
            self.env._(
                "%(donors)s people gave %(amount)s; in %(month)s %(before)s people "
                "gave %(amount_before)s.",
                donors=self._number(now["donors"]),
                amount=currency.format(now["amount"]),
                month=year_before,
                before=self._number(then["donors"]),
                amount_before=currency.format(then["amount"]),
            )
        ]

    def _hours(self, now, then, year_before):
        if not now["volunteers"]:
            return []
        if now["volunteers"] < SMALL:
            return [self.env._("Fewer than %s volunteers gave hours.", SMALL)]
        if not self._may_compare(then["volunteers"]):
            return [
                self.env._(
                    "%(volunteers)s volunteers gave %(hours)s hours.",
                    volunteers=self._number(now["volunteers"]),
                    hours=self._number(now["hours"]),
                )
            ]
        return [
            self.env._(
                "%(volunteers)s volunteers gave %(hours)s hours; in %(month)s there "
                "were %(before)s volunteers and %(hours_before)s hours.",
                volunteers=self._number(now["volunteers"]),
                hours=self._number(now["hours"]),
                month=year_before,
                before=self._number(then["volunteers"]),
                hours_before=self._number(then["hours"]),
            )
        ]

    def _period(self, month):
        """The rate of the period so far, and its targets."""
        last_day = month + relativedelta(months=1) - timedelta(days=1)
        period = self.env["alumni.period"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("date_start", "<=", last_day),
                ("date_end", ">=", last_day),
            ],
            limit=1,
        )
        overview = self.env["alumni.overview"]
        overview._prepare(period)
        rate = overview._values(period, {"ENG-15"}).get("ENG-15")
        if not rate:
            return []
        sentences = [
            self.env._(
                "Engagement rate of %(period)s as far as it is known today: %(rate)s "
                "of %(count)s graduates who can be contacted.",
                period=period.name,
                rate=overview._shown(rate),
                count=self._people(rate.denominator),
            )
        ]
        targets = self.env["alumni.target"].search(
            [("period_id", "=", period.id), ("breakdown", "=", "total")]
        )
        if targets:
            met = targets.filtered(lambda target: target.light == "met")
            sentences.append(
                self.env._(
                    "%(met)s of %(all)s targets of the period are met.",
                    met=len(met),
                    all=len(targets),
                )
            )
        return sentences

    def _body(self, month):
        """The report of a month as HTML, in the language of the environment."""
        lines = Markup("").join(
            Markup("<li>%s</li>") % sentence for sentence in self._sentences(month)
        )
        note = self.env._(
            "Every graduate is counted once, whatever they did; who cannot be "
            "contacted is left out, but for gifts and hours. What moved with a figure "
            "is not proved to be its cause. Numbers of fewer than %s people are not "
            "said.",
            SMALL,
        )
        return Markup("<h3>%s</h3><ul>%s</ul><p><small>%s</small></p>") % (
            escape(
                self.env._(
                    "%(institution)s: graduates in %(month)s",
                    institution=self.company_id.name,
                    month=self._month_name(month),
                )
            ),
            lines,
            note,
        )

    # sending

    def action_send(self):
        """Send the report of the last complete month now."""
        self.ensure_one()
        self.check_access("write")
        self._send()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Sent to %s.", ", ".join(self.recipient_ids.mapped("name"))
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _send(self):
        """Send the report of the last complete month to each recipient in the own
        language, and keep what was said."""
        self.ensure_one()
        if not self.recipient_ids:
            raise UserError(
                self.env._("Nobody would receive %s: enter recipients.", self.name)
            )
        without = self.recipient_ids.filtered(lambda partner: not partner.email)
        if without:
            raise UserError(
                self.env._(
                    "These recipients have no e-mail address: %s. Enter it, or take "
                    "them off the report.",
                    ", ".join(without.mapped("name")),
                )
            )
        template = self.env.ref("alumni_kpi.mail_template_alumni_monthly_report")
        for lang, recipients in self.recipient_ids.grouped("lang").items():
            template.with_context(lang=lang or self.env.lang).send_mail(
                self.id, email_values={"recipient_ids": [(6, 0, recipients.ids)]}
            )
        self.message_post(
            body=Markup("<p>%s</p>%s")
            % (
                self.env._("Sent to %s.", ", ".join(self.recipient_ids.mapped("name"))),
                self.body,
            )
        )
        # Whoever may send it need not have rights on activities of others.
        self.sudo().activity_feedback(
            [FAILED], feedback=self.env._("The report has been sent since.")
        )
        self.sent_month = self.month

    @api.model
    def _cron_send(self):
        """Send every report whose last complete month has not been sent. One that fails
        harms no other: its responsible is told, and it is due again tomorrow."""
        month = self._last_month()
        due = self.search(["|", ("sent_month", "=", False), ("sent_month", "<", month)])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(due))
        for report in due:
            try:
                with self.env.cr.savepoint():
                    report.with_context(lang=report.user_id.lang)._send()
            # Whatever goes wrong with one report, the others still have to be sent.
            except Exception as error:
                _logger.exception("Monthly report %s failed", report.id)
                self.env.invalidate_all()
                report._leave_failure(error)
            if not cron._commit_progress(1):
                break

    def _leave_failure(self, error):
        """Tell the responsible, once."""
        self.ensure_one()
        if self.activity_search([FAILED]):
            return
        localized = self.with_context(lang=self.user_id.lang)
        self.activity_schedule(
            FAILED,
            user_id=self.user_id.id,
            summary=localized.env._("The monthly report was not sent"),
            note=str(error) or type(error).__name__,
        )
