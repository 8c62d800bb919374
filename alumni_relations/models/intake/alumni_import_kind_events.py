from datetime import datetime, time

import pytz

from odoo import api, models
from odoo.tools import SQL

from ...tools.match_key import plain_name
from ..objectives.impact import IMPACT_OBJECTIVES

FROM, TO = time(9), time(18)
"""An event of which only the day is known lasts this long, in its time zone."""

PROGRAMME_TYPES = {
    "mentoring_day": "mentoring",
    "mentoring": "mentoring",
    "career_talk": "career_talks",
    "career_talks": "career_talks",
    "researcher_visit": "researcher_visits",
    "researcher_visits": "researcher_visits",
    "webinar": "lifelong_learning",
}
"""Types of programmes by the codes that feeds have for them."""


class AlumniImportKindEvents(models.AbstractModel):
    """Events, one per line, known again by their code.

    What is on record is only completed: a file never moves an event that staff may
    have moved. Programmes that nobody has heard of are created.
    """

    _name = "alumni.import.kind.events"
    _inherit = "alumni.import.kind"
    _description = "Import of events"

    _kind = "events"
    _kind_sequence = 3
    _required_codes = ("event_ref", "name", "date")
    _stage_columns = {
        "event_ref": "varchar",
        "name": "varchar",
        "kind_id": "int4",
        "programme": "varchar",
        "date": "date",
        "capacity": "int4",
        "objective": "varchar",
        "target": "int4",
        "cells": "jsonb",
    }

    @api.model
    def _kind_label(self):
        return self.env._("Events")

    @api.model
    def _parser(self, document, columns):
        read, headers = self._values_reader(document, columns)
        kinds = self._by_name(
            self.env["alumni.event.kind"].search([("active", "=", True)])
        )
        objectives = {}
        for lang, _label in self.env["res.lang"].get_installed():
            field = self.env["event.event"]._fields["alumni_impact_objective"]
            labels = field._description_selection(self.env(context={"lang": lang}))
            objectives |= {plain_name(label): code for code, label in labels}
        objectives |= {plain_name(code): code for code, _label in IMPACT_OBJECTIVES}

        def choose(values, code, known):
            text = values.get(code)
            if text and plain_name(text) not in known:
                raise self._bad_value(headers[code], text)
            return known[plain_name(text)] if text else None

        def parse(cells):
            values = read(cells)
            self._check_required(values, headers)
            return (
                values["event_ref"],
                values["name"],
                choose(values, "kind", kinds),
                values.get("programme") or None,
                self._date(values, headers, "date"),
                self._whole(values, headers, "capacity", 0, 10**6),
                choose(values, "objective", objectives),
                self._whole(values, headers, "target", 0, 10**6),
                document._cells_json(cells),
            )

        return parse

    @api.model
    def _by_name(self, records):
        """Ids of records by their code and by their name in every language."""
        known = {}
        for lang, _label in self.env["res.lang"].get_installed():
            for record in records.with_context(lang=lang):
                known[plain_name(record.name)] = record.id
        return known | {
            plain_name(record.code or record.name): record.id for record in records
        }

    @api.model
    def _staged(self, document, stage):
        document._reject(
            stage,
            SQL(
                "EXISTS (SELECT 1 FROM %(stage)s earlier WHERE earlier.event_ref = "
                "%(stage)s.event_ref AND earlier.line < %(stage)s.line)",
                stage=stage,
            ),
            "repeated",
            SQL(
                "%s || ' ' || event_ref",
                self.env._("An earlier line has the event code"),
            ),
        )

    @api.model
    def _known(self, document):
        """Ids of the events of the institution by code."""
        events = (
            self.env["event.event"]
            .with_context(active_test=False)
            .search_fetch(
                [
                    ("code", "!=", False),
                    ("company_id", "in", (False, document.company_id.id)),
                ],
                ["code"],
            )
        )
        return {event.code: event for event in events}

    @api.model
    def _preview(self, document, stage):
        refs = self.env.execute_query(SQL("SELECT event_ref FROM %s", stage))
        known = self._known(document)
        return {"records_new": sum(ref not in known for (ref,) in refs)}

    @api.model
    def _begin(self, document, stage):
        programmes = self._programmes(document)
        texts = self.env.execute_query(
            SQL(
                "SELECT programme FROM %s WHERE programme IS NOT NULL "
                "GROUP BY programme ORDER BY min(line)",
                stage,
            )
        )
        self.env["alumni.programme"].create(
            [
                {
                    "name": text.replace("_", " ").capitalize(),
                    "code": text,
                    "programme_type": PROGRAMME_TYPES.get(text, "other"),
                    "company_id": document.company_id.id,
                }
                for (text,) in texts
                if plain_name(text) not in programmes
            ]
        )

    @api.model
    def _programmes(self, document):
        return self._by_name(
            self.env["alumni.programme"]
            .with_context(active_test=False)
            .search([("company_id", "=", document.company_id.id)])
        )

    @api.model
    def _load(self, document, stage, first, last):
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT * FROM %s WHERE root BETWEEN %s AND %s ORDER BY line",
                stage,
                first,
                last,
            )
        )
        programmes, known = self._programmes(document), self._known(document)
        ended = self.env["event.stage"].search([("pipe_end", "=", True)], limit=1)
        today = datetime.now().date()
        created = []
        for row in rows:
            values = {
                "alumni_kind_id": row["kind_id"],
                "programme_id": row["programme"]
                and programmes[plain_name(row["programme"])],
                "alumni_impact_objective": row["objective"],
                "alumni_target_attendance": row["target"],
            }
            if event := known.get(row["event_ref"]):
                missing = {
                    name: value
                    for name, value in values.items()
                    if value and not event[name]
                }
                if missing:
                    event.write(missing)
                continue
            zone = pytz.timezone(self.env.user.tz or "UTC")
            begin, end = (
                zone.localize(datetime.combine(row["date"], hour))
                .astimezone(pytz.utc)
                .replace(tzinfo=None)
                for hour in (FROM, TO)
            )
            values |= {
                "code": row["event_ref"],
                "name": row["name"],
                "date_begin": begin,
                "date_end": end,
                "date_tz": zone.zone,
                "seats_limited": bool(row["capacity"]),
                "seats_max": row["capacity"] or 0,
                "company_id": document.company_id.id,
                # Nobody who is loaded from a file is written to by the way.
                "event_mail_ids": [],
            }
            if row["date"] < today and ended:
                values["stage_id"] = ended.id
            created.append(values)
        self.env["event.event"].with_context(
            tracking_disable=True, mail_create_nosubscribe=True
        ).create(created)
        return {"records_created": len(created)}
