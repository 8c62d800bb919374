from ..common import AlumniCommon


class PeopleCommon(AlumniCommon):
    """Two schools, a degree of each level, two generations."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.law, cls.science = cls.env["alumni.school"].create(
            [
                {"name": "Law", "code": "TEST-LAW"},
                {"name": "Science", "code": "TEST-SCI"},
            ]
        )
        cls.certificate, cls.bachelor, cls.master, cls.doctorate = cls.env[
            "alumni.degree"
        ].create(
            [
                {"name": level.capitalize(), "code": f"TEST-{level}", "level": level}
                for level in ("certificate", "bachelor", "master", "doctorate")
            ]
        )
        cls.env["alumni.generation"].search([]).unlink()
        cls.generation_1, cls.generation_2 = cls.env["alumni.generation"].create(
            [
                {"name": "Generation 1", "year_from": 2000, "year_to": 2009},
                {"name": "Generation 2", "year_from": 2010, "year_to": 2019},
            ]
        )
        cls.programme = cls.env["alumni.programme"].create({"name": "Mentoring"})
        cls.newsletter = cls.env.ref("alumni_relations.purpose_newsletter")
        cls.events = cls.env.ref("alumni_relations.purpose_events")

    @classmethod
    def _education(
        cls, person, degree, award_date, school, start_year=0, state="awarded"
    ):
        return cls.env["alumni.education"].create(
            {
                "partner_id": person.id,
                "degree_id": degree.id,
                "school_id": school.id,
                "start_year": start_year,
                "award_date": award_date,
                "state": state,
            }
        )

    @classmethod
    def _consent(cls, person, state, purpose=None, channel=False, **values):
        return cls.env["alumni.consent"].create(
            {
                "partner_id": person.id,
                "state": state,
                "purpose_id": purpose and purpose.id,
                "channel": channel,
                "date": "2024-01-01",
                **values,
            }
        )
