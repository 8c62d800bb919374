import datetime

from odoo.tests import tagged
from odoo.tools import SQL

from .common import IntakeCommon, registrar_file


@tagged("post_install", "-at_install")
class TestImportPeople(IntakeCommon):
    def test_one_line(self):
        document = self.run_lines({})
        self.assertEqual(document.people_created, 1)
        person = self.by_number("000012345")
        self.assertRecordValues(
            person,
            [
                {
                    "name": "Éloïse DUPONT-MARTIN",
                    "alumni_first_name": "Éloïse",
                    "alumni_family_name": "DUPONT-MARTIN",
                    "alumni_birth_name": "LEFÈVRE",
                    "alumni_birth_date": datetime.date(1983, 3, 2),
                    "alumni_gender": "female",
                    "alumni_match_key": "dupontmartin|eloise|1983-03-02",
                    "email": "Eloise.Dupont@mail.example.org",
                    "email_normalized": "eloise.dupont@mail.example.org",
                    "phone": "06 33 80 83 81",
                    "phone_sanitized": "+33633808381",
                    "street": "47, chemin Victor Girard",
                    "zip": "49268",
                    "city": "Angers",
                    "country_id": self.env.ref("base.fr").id,
                    "alumni_linkedin_url": "https://www.linkedin.com/in/eloise-dupont",
                    "alumni_source": "registrar",
                    "alumni_deceased": False,
                    "is_alumnus": True,
                    "alumni_first_award_year": 2005,
                    "alumni_degree_level": "master",
                    "alumni_email_reason": "ok",
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertRecordValues(
            person.alumni_education_ids,
            [
                {
                    "student_number": "000012345",
                    "start_year": 2003,
                    "award_date": datetime.date(2005, 7, 15),
                    "award_year": 2005,
                    "state": "awarded",
                    "degree_level": "master",
                }
            ],
        )
        self.assertEqual(person.alumni_school_id.code, "TSCI")
        self.assertEqual(person.alumni_audience_ids.mapped("code"), ["graduate"])
        self.assertRecordValues(
            person.alumni_consent_ids,
            [
                {
                    "channel": "email",
                    "state": "given",
                    "date": datetime.date(2024, 7, 1),
                    "source": "registrar",
                }
            ],
        )

    def _row(self, model, record_id):
        [row] = self.env.execute_query_dict(
            SQL(
                "SELECT * FROM %s WHERE id = %s",
                SQL.identifier(self.env[model]._table),
                record_id,
            )
        )
        ignored = {"id", "create_date", "write_date", "partner_id"}
        ignored |= {"commercial_partner_id"}
        return {name: value for name, value in row.items() if name not in ignored}

    def test_row_is_the_one_that_the_orm_writes(self):
        """Every stored column of a loaded person, and of what belongs to it, is what
        the ORM stores for the same values."""
        self.run_lines({"STATUT": "DIPLOME"})
        loaded = self.by_number("000012345")
        education = loaded.alumni_education_ids
        consent = loaded.alumni_consent_ids
        number = loaded.alumni_student_number_ids
        names = ["name", "email", "phone", "street", "zip", "city", "country_id"]
        names += ["company_id", "alumni_first_name", "alumni_family_name"]
        names += ["alumni_birth_name", "alumni_birth_date", "alumni_gender"]
        names += ["alumni_linkedin_url", "alumni_source", "alumni_audience_ids"]
        names += ["alumni_deceased"]

        def values(record, names):
            return {
                name: record._fields[name].convert_to_write(record[name], record)
                for name in names
            }

        created = self.env["res.partner"].create(values(loaded, names))
        rows = {
            "alumni.education": (
                education,
                ["degree_id", "school_id", "student_number", "start_year"]
                + ["award_date", "state", "company_id"],
            ),
            "alumni.consent": (
                consent,
                ["channel", "state", "date", "source", "company_id"],
            ),
        }
        for model, (record, names) in rows.items():
            other = self.env[model].create(
                {**values(record, names), "partner_id": created.id}
            )
            self.env.flush_all()
            with self.subTest(model=model):
                self.assertEqual(
                    self._row(model, record.id), self._row(model, other.id)
                )
        self.env.flush_all()
        row = self._row("res.partner", loaded.id)
        self.assertEqual(row, self._row("res.partner", created.id))
        self.assertEqual(loaded.commercial_partner_id, loaded)
        other = self.env["alumni.student.number"].create(
            {"name": "1", "partner_id": created.id}
        )
        self.env.flush_all()
        self.assertEqual(
            self._row("alumni.student.number", number.id) | {"name": "1"},
            self._row("alumni.student.number", other.id),
        )

    def test_loaded_people_need_no_recomputation(self):
        self.run_lines(
            {}, {"COD_ETU": "2", "PRENOM": "Paul", "STATUT": "PRIMO"}, {"COD_ETU": "3"}
        )
        people = SQL("SELECT partner_id FROM alumni_student_number")
        self.assertEqual(self.env["res.partner"]._alumni_refresh(people), 0)

    def test_same_person_by_number(self):
        self.run_lines({}, {"NOM_USUEL": "BERNARD", "COD_DIPLOME": "TDU"})
        self.assertEqual(len(self.by_number("000012345").alumni_education_ids), 2)

    def test_same_person_by_names_and_birth_date(self):
        document = self.run_lines(
            {},
            {
                "COD_ETU": "990000001",
                "NOM_USUEL": "Dupont Martin",
                "PRENOM": "ELOISE",
                "COD_DIPLOME": "TDU",
                "EMAIL_PERSO": "",
            },
        )
        self.assertEqual(document.people_created, 1)
        person = self.by_number("990000001")
        self.assertEqual(
            person.alumni_student_number_ids.mapped("name"), ["000012345", "990000001"]
        )
        self.assertEqual(person.alumni_first_name, "Éloïse")

    def test_same_person_by_email_and_family_name(self):
        line = {"COD_ETU": "", "DATE_NAISSANCE": "", "PRENOM": "E."}
        document = self.run_lines({}, line | {"COD_DIPLOME": "TDU"})
        self.assertEqual(document.people_created, 1)
        known = self.run_lines(line | {"COD_DIPLOME": "TDU2"})
        self.assertEqual((known.people_created, known.people_updated), (0, 1))
        other = self.run_lines(line | {"NOM_USUEL": "AUTRE"})
        self.assertEqual(other.people_created, 1)

    def test_one_family_address_does_not_make_two_people_one(self):
        sibling = {"COD_ETU": "2", "PRENOM": "Paul", "DATE_NAISSANCE": "01/01/1985"}
        document = self.run_lines({}, sibling)
        self.assertEqual(document.people_created, 2)
        again = self.run_lines(sibling | {"COD_ETU": ""})
        self.assertEqual(again.people_created, 0)

    def test_contact_entered_by_hand_is_found_by_email(self):
        contact = self.env["res.partner"].create(
            {"name": "Éloïse Dupont-Martin", "email": "eloise.dupont@mail.example.org"}
        )
        document = self.run_lines({})
        self.assertEqual((document.people_created, document.people_updated), (0, 1))
        self.assertEqual(self.by_number("000012345"), contact)

    def test_second_number_joins_two_rules(self):
        """A line without number belongs to whom another line of the file says."""
        document = self.run_lines(
            {"COD_ETU": "", "COD_DIPLOME": "D1"},
            {"COD_ETU": "7", "COD_DIPLOME": "D2"},
            {"COD_ETU": "7", "NOM_USUEL": "VERDIER", "EMAIL_PERSO": "v@v.example"},
        )
        self.assertEqual(document.people_created, 1)
        self.assertEqual(document.degrees_created, 3)

    def test_invalid_address_is_kept_as_text(self):
        for number, address in enumerate(
            [
                "a.b@@mail.example.org",
                "a.b at mail.example.org",
                "a.b@ mail.example.org",
            ]
        ):
            self.run_lines(
                {
                    "COD_ETU": f"5{number}",
                    "PRENOM": f"Paul{'x' * number}",
                    "EMAIL_PERSO": address,
                }
            )
            person = self.by_number(f"5{number}")
            self.assertEqual(person.email, address)
            self.assertFalse(person.email_normalized)
            self.assertEqual(person.alumni_email_reason, "invalid")

    def test_known_people_are_completed_not_overwritten(self):
        self.run_lines({"TEL": "", "CIVILITE": "", "EMAIL_PERSO": "x at y"})
        person = self.by_number("000012345")
        person.write({"street": "1, rue Neuve", "city": "Nantes"})
        document = self.run_lines({"VILLE": "Brest", "PRENOM": "Élo"})
        self.assertEqual(document.people_updated, 1)
        self.assertRecordValues(
            person,
            [
                {
                    "alumni_first_name": "Éloïse",
                    "street": "1, rue Neuve",
                    "city": "Nantes",
                    "alumni_gender": "female",
                    "phone_sanitized": "+33633808381",
                    "email_normalized": "eloise.dupont@mail.example.org",
                    "alumni_email_reason": "ok",
                }
            ],
        )
        empty = self.run_lines(
            dict.fromkeys(("TEL", "EMAIL_PERSO", "ADRESSE", "LINKEDIN"), "")
        )
        self.assertEqual(empty.people_updated, 0)
        self.assertTrue(person.phone and person.email and person.alumni_linkedin_url)

    def test_death_is_recorded_and_never_taken_back(self):
        self.run_lines({})
        self.run_lines({"DECEDE": "O"})
        self.run_lines({"DECEDE": "N"})
        self.assertTrue(self.by_number("000012345").alumni_deceased)

    def test_student_becomes_graduate(self):
        self.run_lines({"STATUT": "REINSCRIT", "DATE_OBTENTION": ""})
        person = self.by_number("000012345")
        self.assertFalse(person.is_alumnus)
        self.assertEqual(
            person.alumni_audience_ids.mapped("code"), ["returning_student"]
        )
        document = self.run_lines({})
        self.assertEqual((document.people_updated, document.degrees_created), (1, 0))
        self.assertTrue(person.is_alumnus)
        self.assertEqual(person.alumni_audience_ids.mapped("code"), ["graduate"])
        self.run_lines({"STATUT": "REINSCRIT", "DATE_OBTENTION": ""})
        self.assertTrue(person.is_alumnus, "A degree that is awarded stays so.")

    def test_consent_follows_the_registrar_and_not_silence(self):
        undated = {"CONSENTEMENT_EMAIL": "N", "DATE_CONSENTEMENT": ""}
        self.run_lines(undated)
        person = self.by_number("000012345")
        self.assertEqual(person.alumni_email_reason, "refused")
        self.env["alumni.consent"].create(
            {"partner_id": person.id, "state": "given", "source": "form"}
        )
        self.assertEqual(self.run_lines(undated).people_updated, 0)
        self.assertEqual(person.alumni_email_reason, "ok")
        self.assertEqual(self.run_lines({}).people_updated, 1)
        self.assertEqual(self.run_lines({}).people_updated, 0)
        self.assertEqual(len(person.alumni_consent_ids), 3)

    def test_formula_and_markup_stay_text(self):
        for number, name in enumerate(["=HYPERLINK(1)", "<script>", "O'Neil\\"]):
            self.run_lines({"COD_ETU": f"6{number}", "VILLE": name, "NOM_USUEL": name})
            person = self.by_number(f"6{number}")
            if name.startswith("="):
                self.assertFalse(person)
                self.run_lines({"COD_ETU": f"6{number}", "VILLE": name})
                person = self.by_number(f"6{number}")
            else:
                self.assertEqual(person.alumni_family_name, name)
            self.assertEqual(person.city, name)

    def test_nobody_is_called_like_a_formula(self):
        document = self.run_lines(
            {"COD_ETU": "1", "NOM_USUEL": "=1+1"},
            {"COD_ETU": "2", "PRENOM": "@SUM(A1)"},
            {"COD_ETU": "3", "NOM_PATRONYMIQUE": "'+SUM(1)"},
            {"COD_ETU": "4", "NOM_USUEL": "-", "PRENOM": "Anne-Lise"},
        )
        self.assertEqual(document.people_created, 1)
        lines = document.problem_ids
        self.assertEqual(set(lines.mapped("reason")), {"formula"})
        self.assertEqual(
            lines[0].message,
            "NOM_USUEL: “=1+1” looks like a formula, and nobody is called so.",
        )

    def test_language_of_the_institution(self):
        """People of whom the file does not say what they read."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.company.partner_id.lang = "fr_FR"
        self.run_lines({})
        self.assertEqual(self.by_number("000012345").lang, "fr_FR")
        self.company.partner_id.lang = "en_US"
        self.run_lines({"COD_ETU": "2", "PRENOM": "Paul", "EMAIL_PERSO": ""})
        self.assertEqual(self.by_number("2").lang, "en_US")

    def test_country_in_french_and_english(self):
        for number, (text, country, city) in enumerate(
            [
                ("Royaume-Uni", "GB", "Angers"),
                ("germany", "DE", "Angers"),
                ("Etats Unis", "US", "Angers"),
                ("Yougoslavie", None, "Angers, Yougoslavie"),
            ]
        ):
            self.run_lines(
                {
                    "COD_ETU": f"8{number}",
                    "EMAIL_PERSO": "",
                    "PRENOM": text,
                    "PAYS": text,
                }
            )
            person = self.by_number(f"8{number}")
            self.assertEqual(person.country_id.code or None, country)
            self.assertEqual(person.city, city)

    def test_english_headers(self):
        document = self.run_file(
            b"Student ID,Last name,First name,Date of birth,Personal email\n"
            b"0042,Smith,Ann,1990-05-04,ann@smith.example\n"
        )
        self.assertEqual(document.people_created, 1)
        self.assertEqual(
            self.by_number("0042").alumni_match_key, "smith|ann|1990-05-04"
        )

    def test_rejected_lines_say_why(self):
        document = self.run_lines(
            {"DATE_OBTENTION": "31/02/2011"},
            {"DATE_NAISSANCE": "1983"},
            {"STATUT": "?"},
            {"DATE_OBTENTION": ""},
            {"COD_COMPOSANTE": "", "LIB_COMPOSANTE": ""},
            {"NOM_USUEL": "x" * 300},
            {"NOM_USUEL": "", "NOM_PATRONYMIQUE": "", "PRENOM": ""},
            {"COD_ETU": "", "DATE_NAISSANCE": "", "EMAIL_PERSO": ""},
        )
        self.assertEqual(document.people_created, 0)
        self.assertEqual(
            document.problem_ids.mapped(lambda line: (line.number, line.reason)),
            [
                (2, "bad_date"),
                (3, "bad_date"),
                (4, "bad_value"),
                (5, "missing_value"),
                (6, "missing_value"),
                (7, "too_long"),
                (8, "no_name"),
                (9, "no_identity"),
            ],
        )
        self.assertIn("31/02/2011", document.problem_ids[0].message)
        self.assertIn("DATE_OBTENTION", document.problem_ids[0].message)

    def test_institutions_stay_apart(self):
        self.run_lines({})
        other = self.document(registrar_file({}), company_id=self.other_company.id)
        other._run()
        self.assertEqual(other.people_created, 1)
        numbers = self.env["alumni.student.number"].search([("name", "=", "000012345")])
        self.assertEqual(numbers.company_id, self.company + self.other_company)
        self.assertEqual(len(numbers.partner_id), 2)
