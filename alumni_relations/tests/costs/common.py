from ..common import AlumniCommon


class CostsCommon(AlumniCommon):
    """A programme with an event, rates of an hour, and a short way to make lines."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Line = cls.env["alumni.cost.line"]
        cls.programme, cls.other_programme = cls.env["alumni.programme"].create(
            [{"name": "Career talks"}, {"name": "Reunions"}]
        )
        cls.event = cls._event("Working abroad")
        cls.rate_staff, cls.rate_volunteer = cls.env["alumni.hourly.rate"].create(
            [
                {"labour": "paid", "role": "staff", "rate": 38.5},
                {"labour": "volunteer", "rate": 24},
            ]
        )
        (cls.rate_staff | cls.rate_volunteer).date_from = "2025-01-01"

    @classmethod
    def _event(cls, name, programme=None, day="2025-07-05", **values):
        return cls.env["event.event"].create(
            {
                "name": name,
                "date_begin": f"{day} 16:00:00",
                "date_end": f"{day} 18:00:00",
                "programme_id": (programme or cls.programme).id,
                "company_id": cls.company.id,
                **values,
            }
        )

    @classmethod
    def _line(cls, amount=0, **values):
        return cls.Line.create(
            {
                "name": "Venue",
                "event_id": cls.event.id,
                "date": "2025-07-05",
                "amount": amount,
                **values,
            }
        )

    @classmethod
    def _labour(cls, hours, **values):
        return cls.Line.create(
            {
                "name": "Preparation",
                "event_id": cls.event.id,
                "date": "2025-07-05",
                "nature": "labour",
                "hours": hours,
                **values,
            }
        )
