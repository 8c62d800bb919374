from ..common import AlumniCommon


class SurveyCommon(AlumniCommon):
    """An event of each institution and the survey that ships for after events."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls.env.ref("alumni_relations.survey_after_event")
        cls.satisfaction = cls.env.ref("alumni_relations.question_event_satisfaction")
        cls.recommend = cls.env.ref("alumni_relations.question_event_recommend")
        cls.programme = cls.env["alumni.programme"].create({"name": "Career talks"})
        cls.event, cls.other_event = cls.env["event.event"].create(
            [
                {
                    "name": "Career talk",
                    "date_begin": "2025-03-01 17:00:00",
                    "date_end": "2025-03-01 20:00:00",
                    "date_tz": "Europe/Paris",
                    "programme_id": cls.programme.id,
                    "company_id": cls.company.id,
                },
                {
                    "name": "Other talk",
                    "date_begin": "2025-03-01 17:00:00",
                    "date_end": "2025-03-01 20:00:00",
                    "date_tz": "Pacific/Auckland",
                    "company_id": cls.other_company.id,
                },
            ]
        )
        cls.ada = cls._person("Ada Lovelace", email="ada@example.org")
        cls.zoe = cls._person("Zoé Dupont", email="zoe@example.org")

    @classmethod
    def _row(cls, person, satisfaction=None, recommend=None, event=None, **values):
        """One row for ``_alumni_record_answers``."""
        return {
            "event_id": (event or cls.event).id,
            "partner_id": person.id,
            "date": "2025-03-02",
            "answers": {
                cls.satisfaction.id: satisfaction,
                cls.recommend.id: recommend,
            },
            **values,
        }

    @classmethod
    def _record(cls, *rows):
        return cls.env["survey.user_input"]._alumni_record_answers(
            cls.survey, list(rows)
        )

    @classmethod
    def _answers(cls, **values):
        domain = [("survey_id", "=", cls.survey.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return cls.env["survey.user_input"].search(domain, order="id")

    def _numbers(self, answer):
        """What an answer says, by question."""
        return {
            line.question_id: line.value_scale or line.value_numerical_box
            for line in answer.user_input_line_ids
        }
