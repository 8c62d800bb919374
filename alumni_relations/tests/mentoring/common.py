from contextlib import contextmanager

from odoo.exceptions import UserError
from odoo.fields import Command

from ..common import AlumniCommon

ASKED = "2024-09-02"


class MentoringCommon(AlumniCommon):
    """A mentoring programme, a tree of interests, and short ways to make mentors,
    requests, pairs and sessions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.programme = cls.env["alumni.programme"].create(
            {"name": "Mentoring", "programme_type": "mentoring"}
        )
        cls.science = cls._interest("Science")
        cls.physics = cls._interest("Physics", cls.science)
        cls.optics = cls._interest("Optics", cls.physics)
        cls.chemistry = cls._interest("Chemistry", cls.science)
        cls.law = cls._interest("Law")
        cls.french = cls._lang("fr_FR")
        cls.english = cls._lang("en_US")
        cls.british = cls._lang("en_GB")
        cls.spanish = cls._lang("es_ES")
        cls.france = cls.env.ref("base.fr")
        cls.spain = cls.env.ref("base.es")
        cls.ada = cls._person("Ada Lovelace")
        cls.alan = cls._person("Alan Turing")
        cls.grace = cls._person("Grace Hopper")

    @contextmanager
    def _refused(self, message):
        """What is done here is refused with a message, and nothing is half done."""
        with self.assertRaisesRegex(UserError, message), self.cr.savepoint():
            yield

    @classmethod
    def _interest(cls, name, parent=None):
        return cls.env["alumni.interest"].create(
            {"name": name, "parent_id": parent and parent.id}
        )

    @classmethod
    def _lang(cls, code):
        langs = cls.env["res.lang"].with_context(active_test=False)
        return langs.search([("code", "=", code)])

    @classmethod
    def _terms(cls, model, person, values):
        for name in ("interest_ids", "lang_ids"):
            if name in values:
                values[name] = [Command.set(values[name].ids)]
        return cls.env[model].create(
            {
                "partner_id": person.id,
                "programme_id": cls.programme.id,
                "interest_ids": False,
                "lang_ids": False,
                **values,
            }
        )

    @classmethod
    def _mentor(cls, person=None, **values):
        return cls._terms(
            "alumni.mentor", person or cls.ada, {"date_start": "2024-01-01", **values}
        )

    @classmethod
    def _request(cls, person=None, **values):
        return cls._terms(
            "alumni.mentoring.request", person or cls.alan, {"date": ASKED, **values}
        )

    @classmethod
    def _pair(cls, mentor=None, request=None, state="active", **values):
        """A pair that started on 2024-10-01, unless it did not get that far."""
        dates = {"date_proposed": ASKED}
        if state in ("agreed", "active", "ended"):
            dates["date_agreed"] = "2024-09-20"
        if state in ("active", "ended"):
            dates["date_start"] = "2024-10-01"
        if state == "ended":
            dates |= {
                "date_end": "2025-06-30",
                "end_reason": "completed",
                "result": "reached",
            }
        if state == "declined":
            dates["declined_by"] = "mentor"
        return cls.env["alumni.mentoring.pair"].create(
            {
                "mentor_id": (mentor or cls._mentor()).id,
                "request_id": (request or cls._request()).id,
                "state": state,
                **dates,
                **values,
            }
        )

    @classmethod
    def _session(cls, pair, date="2024-10-15", state="held", **values):
        return cls.env["alumni.mentoring.session"].create(
            {"pair_id": pair.id, "date": date, "state": state, **values}
        )
