from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, format_date, format_datetime

from odoo.addons.alumni_relations.models.programmes.alumni_participation import (
    VOLUNTEER_ROLES,
)

from .res_partner import DORMANT_MONTHS, DORMANT_YEARS, NEW_DAYS

LINES = 6
"""Lines of a section; the rest is behind its heading."""
DAYS = 7
"""What is due, and which events, in so many days from today on."""
THANK_MONTHS = 12
"""Nobody is thanked for a gift of longer ago."""


class AlumniMyWeek(models.AbstractModel):
    """What an officer has to do this week: what is due, the events, the invitations
    without an answer, hours to validate, whom to thank, who has fallen silent and who
    has just begun.

    It is a page and no spreadsheet, because the cells of a spreadsheet know neither
    who reads them nor what a click on a name should open. It reads the records
    themselves: few, and by index, however many people there are. Everything is read
    with the rights of the reader."""

    _name = "alumni.my.week"
    _description = "My week"

    @api.model
    @api.readonly
    def read_week(self, mine=False):
        """The page of the user.

        :param bool mine: people of whom the user is in charge, and what concerns
            them, instead of everyone's
        :return: ``{"mine", "mine_count", "sections": [{"id", "title", "icon", "help",
            "count", "lines", "action"}]}``; a count is a text, "6+" where
            the rest is not counted; a line has title, detail, date, late, model and
            id of the record that it opens
        """
        if not self.env.user.has_group("alumni_relations.group_officer"):
            raise AccessError(
                self.env._(
                    "This page is for alumni officers: ask a manager for access."
                )
            )
        own = Domain("user_id", "=", self.env.uid) & Domain("is_company", "=", False)
        count = self.env["res.partner"].search_count(own)
        week = self.with_context(alumni_mine=bool(mine and count))
        sections = [
            week._activities(),
            week._events(),
            week._invitations(),
            week._hours(),
            week._gifts(),
            week._volunteers(),
            week._newly_engaged(),
            week._dormant(),
        ]
        return {
            "mine": bool(mine and count),
            "mine_count": count,
            "sections": sections,
        }

    # what the sections have in common

    def _of_mine(self, path="partner_id."):
        """Only what concerns the user's own people, if these are asked for."""
        if not self.env.context.get("alumni_mine"):
            return Domain.TRUE
        return Domain(f"{path}user_id", "=", self.env.uid)

    def _company_domain(self):
        return Domain("company_id", "in", self.env.companies.ids)

    def _section(self, name, title, icon, text, records, line, action=None, count=None):
        """One section.

        :param records: at most one more than are shown
        :param line: from a record to title, detail, date and whether it is late
        :param action: what the heading opens
        """
        if count is None:
            count = str(len(records))
            if len(records) > LINES:
                count = f"{LINES}+"
        lines = []
        for record in records[:LINES]:
            title_, detail, day, late, *target = line(record)
            target = target[0] if target else record
            lines.append(
                {
                    "title": title_,
                    "detail": detail or "",
                    "date": day or "",
                    "late": late,
                    "model": target._name,
                    "id": target.id,
                }
            )
        return {
            "id": name,
            "title": title,
            "icon": icon,
            "help": text,
            "count": str(count),
            "lines": lines,
            "action": action,
        }

    def _list(self, title, model, domain, views=("list", "form"), **context):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "views": [(False, view) for view in views],
            "domain": list(Domain(domain)),
            "context": {"create": False, **context},
        }

    def _day(self, day):
        return format_date(self.env, day) if day else ""

    # sections

    def _activities(self):
        today = fields.Date.context_today(self)
        domain = Domain("user_id", "=", self.env.uid) & Domain(
            "date_deadline", "<=", today + relativedelta(days=DAYS)
        )
        if self.env.context.get("alumni_mine"):
            people = self.env["res.partner"]._search([("user_id", "=", self.env.uid)])
            domain &= Domain("res_model", "=", "res.partner")
            domain &= Domain("res_id", "in", people)
        Activity = self.env["mail.activity"]
        activities = Activity.search(
            domain & Domain("res_model", "!=", False),
            order="date_deadline, id",
            limit=LINES + 1,
        )
        title = self.env._("To do this week")
        return self._section(
            "activities",
            title,
            "fa-check-square-o",
            self.env._("My activities, late or due within %s days", DAYS),
            activities,
            lambda activity: (
                activity.res_name or "",
                activity.summary or activity.activity_type_id.name,
                self._day(activity.date_deadline),
                activity.date_deadline < today,
                self.env[activity.res_model].browse(activity.res_id),
            ),
            self._list(title, "mail.activity", domain, ("list",)),
        )

    def _events(self):
        now = fields.Datetime.now()
        domain = self._company_domain() | Domain("company_id", "=", False)
        domain &= Domain("date_end", ">=", now)
        domain &= Domain("date_begin", "<=", now + relativedelta(days=DAYS))
        domain &= Domain("stage_id.pipe_end", "=", False)
        if self.env.context.get("alumni_mine"):
            domain &= Domain("user_id", "=", self.env.uid)
        events = self.env["event.event"].search(
            domain, order="date_begin, id", limit=LINES + 1
        )
        title = self.env._("Events of the week")
        return self._section(
            "events",
            title,
            "fa-calendar",
            self.env._("Under way or beginning within %s days", DAYS),
            events,
            lambda event: (
                event.name,
                self.env._("%s registered", event.seats_taken),
                format_datetime(
                    self.env, event.date_begin, tz=event.date_tz, dt_format="short"
                ),
                False,
            ),
            self._list(
                title, "event.event", domain, ("kanban", "list", "form", "calendar")
            ),
        )

    def _invitations(self):
        """Events to come with invitations without an answer."""
        domain = self._company_domain() & self._of_mine()
        domain &= Domain("event_id.date_begin", ">=", fields.Datetime.now())
        domain &= Domain("answer", "=", False) & Domain("invited_date", "!=", False)
        domain &= Domain("event_id.stage_id.pipe_end", "=", False)
        found = self.env["alumni.invitation"]._read_group(
            domain, ["event_id"], ["__count"]
        )
        found.sort(key=lambda group: group[0].date_begin)
        counts = {event.id: count for event, count in found}
        title = self.env._("Invitations without an answer")
        return self._section(
            "invitations",
            title,
            "fa-envelope-o",
            self.env._("For events to come: remind or call"),
            self.env["event.event"].browse(counts),
            lambda event: (
                event.name,
                self.env._("%s without an answer", counts[event.id]),
                self._day(event.date_begin.date()),
                False,
            ),
            self._list(title, "alumni.invitation", domain),
            sum(counts.values()),
        )

    def _hours(self):
        domain = self._company_domain() & self._of_mine()
        domain &= Domain([("hours_state", "=", "reported"), ("state", "=", "done")])
        Participation = self.env["alumni.participation"]
        lines = Participation.search(domain, order="date, id", limit=LINES)
        title = self.env._("Hours to validate")
        return self._section(
            "hours",
            title,
            "fa-clock-o",
            self.env._("Hours of volunteers count once they are validated"),
            lines,
            lambda line: (
                line.partner_id.display_name,
                f"{self._role(line)} · {self._hours_text(line.hours)}",
                self._day(line.date),
                False,
            ),
            self._list(title, "alumni.participation", domain),
            Participation.search_count(domain),
        )

    def _role(self, line):
        field = self.env["alumni.participation"]._fields["role"]
        return dict(field._description_selection(self.env))[line.role]

    def _hours_text(self, hours):
        lang = self.env["res.lang"]._lang_get(self.env.lang or "en_US")
        return self.env._("%s h", lang.format("%.4g", hours))

    def _gifts(self):
        today = fields.Date.context_today(self)
        domain = self._company_domain() & self._of_mine()
        domain &= Domain(
            [
                ("state", "=", "received"),
                ("thanked_date", "=", False),
                ("gift_type_id.is_dues", "=", False),
                ("date", ">=", today - relativedelta(months=THANK_MONTHS)),
                ("date", "<=", today),
            ]
        )
        Gift = self.env["alumni.gift"]
        gifts = Gift.search(domain, order="date desc, id desc", limit=LINES)
        title = self.env._("Gifts to thank for")
        return self._section(
            "gifts",
            title,
            "fa-gift",
            self.env._("Received in the last %s months", THANK_MONTHS),
            gifts,
            lambda gift: (
                gift.partner_id.display_name,
                " · ".join(
                    filter(
                        None,
                        [
                            gift.gift_type_id.name,
                            gift.amount and gift.currency_id.format(gift.amount),
                            gift.hours and self._hours_text(gift.hours),
                        ],
                    )
                ),
                self._day(gift.date),
                False,
            ),
            self._list(title, "alumni.gift", domain),
            Gift.search_count(domain),
        )

    def _volunteers(self):
        today = fields.Date.context_today(self)
        domain = self._company_domain() & self._of_mine()
        domain &= Domain(
            [
                ("state", "=", "done"),
                ("thanked_date", "=", False),
                ("role", "in", VOLUNTEER_ROLES),
                ("date", ">=", today - relativedelta(months=THANK_MONTHS)),
                ("date", "<=", today),
            ]
        )
        Participation = self.env["alumni.participation"]
        lines = Participation.search(domain, order="date desc, id desc", limit=LINES)
        title = self.env._("Volunteers to thank")
        return self._section(
            "volunteers",
            title,
            "fa-handshake-o",
            self.env._("Of the last %s months", THANK_MONTHS),
            lines,
            lambda line: (
                line.partner_id.display_name,
                f"{self._role(line)} · "
                f"{line.programme_id.display_name or line.event_id.display_name or ''}",
                self._day(line.date),
                False,
            ),
            self._list(title, "alumni.participation", domain),
            Participation.search_count(domain),
        )

    def _newly_engaged(self):
        return self._people(
            "new",
            self.env._("Newly engaged"),
            "fa-star-o",
            self.env._("First act ever, in the last %s days: welcome them", NEW_DAYS),
        )

    def _dormant(self):
        return self._people(
            "dormant",
            self.env._("Fallen silent"),
            "fa-moon-o",
            self.env._(
                "Engaged within %(years)s years, no act for %(months)s months",
                years=DORMANT_YEARS,
                months=DORMANT_MONTHS,
            ),
        )

    def _people(self, name, title, icon, text):
        """A section of people in some state of engagement."""
        Partner = self.env["res.partner"]
        mine = SQL("TRUE")
        if self.env.context.get("alumni_mine"):
            mine = SQL(
                "partner_id IN (SELECT id FROM res_partner WHERE user_id = %s)",
                self.env.uid,
            )
        # Without an order the first ones that are found will do: the rest is not
        # read. Somebody engaged in each of three periods is found three times.
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id, date FROM (%s) AS found WHERE %s LIMIT %s",
                Partner._alumni_momentum_select(name),
                mine,
                4 * (LINES + 1),
            )
        )
        days = dict(sorted(rows, key=lambda row: row[1], reverse=True))
        # Whoever the reader may not see is not shown.
        visible = set(Partner.search([("id", "in", list(days))]).ids)
        people = Partner.browse([person for person in days if person in visible])
        domain = Domain("alumni_momentum", "=", name) & self._of_mine("")
        return self._section(
            name,
            title,
            icon,
            text,
            people[: LINES + 1],
            lambda person: (
                person.display_name,
                person.alumni_generation_id.display_name,
                self._day(days[person.id]),
                False,
            ),
            self._list(title, "res.partner", domain, ("list", "kanban", "form")),
        )
