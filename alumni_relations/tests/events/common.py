from datetime import timedelta

from odoo import fields

from ..common import AlumniCommon


class EventCommon(AlumniCommon):
    """An event to come, one that is over, and people to invite."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.purpose = cls.env.ref("alumni_relations.purpose_events")
        cls.programme = cls.env["alumni.programme"].create({"name": "Career talks"})
        cls.event = cls._event("Talk", days=30, programme_id=cls.programme.id)
        cls.past = cls._event("Reunion", days=-30)
        cls.ada = cls._person("Ada Lovelace", email="ada@example.org")
        cls.zoe = cls._person("Zoé Dupont", email="zoe@example.org")
        cls.paul = cls._person("Paul Morel", email="paul@example.org")
        cls.people = cls.ada | cls.zoe | cls.paul

    @classmethod
    def _event(cls, name, days, **values):
        """An event of three hours that begins in ``days`` days."""
        begin = fields.Datetime.now() + timedelta(days=days)
        return cls.env["event.event"].create(
            {
                "name": name,
                "date_begin": begin,
                "date_end": begin + timedelta(hours=3),
                "event_mail_ids": [],
                **values,
            }
        )

    @classmethod
    def _invitation(cls, person=None, event=None, **values):
        return cls.env["alumni.invitation"].create(
            {
                "event_id": (event or cls.event).id,
                "partner_id": (person or cls.ada).id,
                **values,
            }
        )

    @classmethod
    def _register(cls, person=None, event=None, **values):
        person = person or cls.ada
        return cls.env["event.registration"].create(
            {
                "event_id": (event or cls.event).id,
                "partner_id": person.id,
                "attendee_id": person.id,
                **values,
            }
        )
