from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import IntakeCommon

HEADER = "event_ref,name,kind,programme,date,capacity,objective,target_attendance"


@tagged("post_install", "-at_install")
class TestImportEvents(IntakeCommon):
    def _load(self, *lines, header=HEADER):
        content = "\n".join([header, *lines]).encode()
        return self.run_file(content, "events.csv", "events")

    def _event(self, code):
        return self.env["event.event"].search([("code", "=", code)])

    def test_event(self):
        document = self._load(
            "T1,Talk,career_talk,test_talks,2024-07-05,122,networking,43"
        )
        self.assertEqual((document.records_new, document.records_created), (1, 1))
        event = self._event("T1")
        self.assertEqual(event.name, "Talk")
        self.assertEqual(event.alumni_kind_id.code, "career_talk")
        self.assertEqual(
            (event.programme_id.code, event.programme_id.name),
            ("test_talks", "Test talks"),
        )
        self.assertEqual(str(event.date_begin.date()), "2024-07-05")
        self.assertEqual((event.seats_limited, event.seats_max), (True, 122))
        self.assertEqual(event.alumni_impact_objective, "networking")
        self.assertEqual(event.alumni_target_attendance, 43)
        self.assertEqual(event.company_id, self.company)
        self.assertTrue(event.stage_id.pipe_end)
        self.assertFalse(event.event_mail_ids, "loading writes to nobody")

    def test_manager_of_the_office_may_load(self):
        self.Import = self.Import.with_user(self.manager)
        self._load("T1,Talk,webinar,,2024-07-05,,,")
        self.assertEqual(self._event("T1").create_uid, self.manager)

    def test_french_file(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        kind = self.env.ref("alumni_relations.event_kind_webinar")
        kind.with_context(lang="fr_FR").name = "Webinaire"
        self._load(
            "T2;Débat;Webinaire;05/07/2024",
            header="Code événement;Intitulé;Type;Date",
        )
        self.assertEqual(self._event("T2").alumni_kind_id, kind)

    def test_known_event_is_completed_not_moved(self):
        self._load("T1,Talk,,,2024-07-05,,,")
        event = self._event("T1")
        event.write({"name": "Great talk", "alumni_target_attendance": 10})
        begin = event.date_begin
        document = self._load("T1,Talk,webinar,test_talks,2024-09-01,50,giving,99")
        self.assertEqual((document.records_new, document.records_created), (0, 0))
        self.assertEqual((event.name, event.date_begin), ("Great talk", begin))
        self.assertEqual(event.alumni_target_attendance, 10)
        self.assertEqual(event.alumni_kind_id.code, "webinar")
        self.assertEqual(event.alumni_impact_objective, "giving")
        self.assertEqual(event.programme_id.code, "test_talks")

    def test_same_code_in_another_institution(self):
        self._load("T1,Talk,,,2024-07-05,,,")
        self._event("T1").company_id = self.other_company
        self._load("T1,Talk,,,2024-07-05,,,")
        self.assertEqual(len(self._event("T1")), 2)

    def test_rejected_lines(self):
        document = self._load(
            "T1,Talk,career_talk,,2024-07-05,,,",
            "T1,Again,career_talk,,2024-07-06,,,",
            ",Talk,career_talk,,2024-07-05,,,",
            "T3,,career_talk,,2024-07-05,,,",
            "T4,Talk,picnic,,2024-07-05,,,",
            "T5,Talk,,,2024-02-30,,,",
            "T6,Talk,,,2024-02-03,many,,",
            "T7,Talk,,,2024-02-03,,fame,",
            "T8,Talk,,,2024-02-03,,,-1",
        )
        self.assertEqual(document.records_created, 1)
        self.assertEqual(
            document.problem_ids.mapped(lambda line: (line.number, line.reason)),
            [
                (3, "repeated"),
                (4, "missing_value"),
                (5, "missing_value"),
                (6, "bad_value"),
                (7, "bad_date"),
                (8, "bad_value"),
                (9, "bad_value"),
                (10, "bad_value"),
            ],
        )

    def test_column_without_which_nothing_can_be_loaded(self):
        with self.assertRaisesRegex(UserError, "Event code"):
            self._load("Talk,2024-07-05", header="name,date")
