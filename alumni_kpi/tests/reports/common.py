from ..common import AlumniKpiCommon


class ActionCommon(AlumniKpiCommon):
    """Events with costs, and people who come to them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.event.programme_id = cls.programme
        cls.autumn = cls._event("Autumn talk", "2024-10-01")
        cls.env["alumni.hourly.rate"].create(
            {"labour": "volunteer", "rate": 20, "date_from": "2000-01-01"}
        )

    @classmethod
    def _event(cls, name, day, **values):
        return cls.env["event.event"].create(
            {
                "name": name,
                "date_begin": f"{day} 16:00:00",
                "date_end": f"{day} 20:00:00",
                "date_tz": "Europe/Paris",
                "programme_id": cls.programme.id,
                **values,
            }
        )

    @classmethod
    def _cost(cls, amount, event=None, **values):
        line = cls.env["alumni.cost.line"].create(
            {
                "name": "Hall",
                "event_id": (event or cls.event).id,
                "date": (event or cls.event).date_begin.date(),
                "amount": amount,
                **values,
            }
        )
        line.action_validate()
        return line
