import csv
import io

from odoo.tests import tagged
from odoo.tools import SQL

from .common import IntakeCommon

HEADER = "event_ref,date,label,nature,payer,labour,hours,rate_eur,amount_eur"


@tagged("post_install", "-at_install")
class TestImportCosts(IntakeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.EUR").active = True
        cls.company.currency_id = cls.env.ref("base.EUR")
        cls.programme = cls.env["alumni.programme"].create(
            {"name": "Career talks", "code": "T-TALKS"}
        )
        cls.event = cls._event("T1")
        cls.Line = cls.env["alumni.cost.line"]

    @classmethod
    def _event(cls, code, day="2025-07-05"):
        return cls.env["event.event"].create(
            {
                "name": code,
                "code": code,
                "date_begin": f"{day} 16:00:00",
                "date_end": f"{day} 18:00:00",
                "programme_id": cls.programme.id,
                "company_id": cls.company.id,
            }
        )

    def _costs(self, *lines, header=HEADER):
        content = "\n".join([header, *lines]).encode()
        return self.run_file(content, "costs.csv", "costs")

    def _created(self):
        return self.Line.search([("import_key", "!=", False)], order="id")

    def _reasons(self, document):
        return document.problem_ids.mapped(lambda line: (line.number, line.reason))

    def test_sample_gives_the_expected_totals(self):
        expected = self.expected()["events"]
        content = self.sample("costs.csv")
        rows = list(csv.DictReader(io.StringIO(content.decode())))
        for code in {row["event_ref"] for row in rows}:
            self._event(code)
        document = self.document(content, "costs.csv", "costs")
        document.action_check()
        self.assertEqual(document.records_new, len(rows))
        self.assertFalse(self._created(), "Checking writes nothing.")
        document._run()
        self.assertEqual((document.records_created, document.rejected), (len(rows), 0))
        sums = {
            category: round(cost + volunteer, 2)
            for category, cost, volunteer in self.Line._read_group(
                [("import_key", "!=", False)],
                ["category"],
                ["cost_amount:sum", "volunteer_amount:sum"],
            )
        }
        self.assertEqual(
            sums,
            {
                "expense_university": expected["cost_eur_university"],
                "expense_other": expected["cost_eur_other"],
                "labour_paid": expected["cost_eur_paid"],
                "labour_volunteer": expected["cost_eur_volunteer"],
            },
        )
        again = self.run_file(content, "costs.csv", "costs")
        self.assertEqual((again.records_new, again.records_created), (0, 0))

    def test_lines(self):
        self._costs(
            "T1,2025-07-05,Venue,expense,university,,,,974",
            "T1,2025-07-05,Catering,expense,Town of T,,,,1056.5",
            "T1,2025-07-05,Staff,labour,university,paid,16,38.5,",
            "T1,2025-07-05,Hosts,labour,other,volunteer,9,24,216",
        )
        venue, catering, staff, hosts = lines = self._created()
        self.assertEqual(lines.mapped("state"), ["validated"] * 4)
        self.assertEqual(lines.validated_by_id, self.env.user)
        self.assertEqual(lines.programme_id, self.programme)
        self.assertEqual(
            (venue.category, venue.cost_amount), ("expense_university", 974)
        )
        self.assertEqual(
            (catering.payer, catering.payer_name, catering.amount),
            ("other", "Town of T", 1056.5),
        )
        self.assertEqual((staff.role, staff.amount), ("staff", 616))
        self.assertFalse(staff.hourly_rate_id)
        self.assertEqual((hosts.payer, hosts.volunteer_amount), (False, 216))

    def test_rows_are_those_that_the_orm_writes(self):
        rate = self.env["alumni.hourly.rate"].create(
            {"labour": "volunteer", "rate": 20, "date_from": "2025-01-01"}
        )
        self._costs(
            "T1,2025-07-05,Venue,expense,university,,,,974",
            "T1,2025-07-05,Catering,expense,Town,,,,10",
            "T1,2025-07-05,Staff,labour,university,paid,16,38.5,",
            "T1,2025-07-05,Hosts,labour,,volunteer,9,,",
        )
        self.assertEqual(self._created()[3].hourly_rate_id, rate)
        names = "name event_id date nature hours amount payer_name evidence state"
        names += " validated_by_id validated_date"
        for loaded in self._created():
            values = loaded.read(names.split(), load=False)[0]
            values.pop("id")
            if loaded.labour:
                values |= {"labour": loaded.labour}
                values.pop("amount")
                if not loaded.hourly_rate_id:
                    values["rate"] = loaded.rate
            else:
                values["payer"] = loaded.payer
            created = self.Line.create(values)
            self.env.flush_all()
            rows = []
            for line in (loaded, created):
                [row] = self.env.execute_query_dict(
                    SQL("SELECT * FROM alumni_cost_line WHERE id = %s", line.id)
                )
                for name in ("id", "create_date", "write_date", "import_key"):
                    row.pop(name)
                rows.append(row)
            self.assertEqual(*rows)

    def test_french_file(self):
        self._costs(
            'T1;05/07/2025;Salle;Dépense;Université;"1 250,50";F-12;;',
            "T1;05/07/2025;Accueil;Travail;;;;Bénévole;2,5",
            header="Code événement;Date;Libellé;Nature;Payé par;Montant;Facture;"
            "Travail;Heures",
        )
        document = self.env["alumni.import"].search([], limit=1)
        self.assertEqual(self._reasons(document), [(3, "no_rate")])
        line = self._created()
        self.assertEqual((line.amount, line.evidence), (1250.5, "F-12"))
        self.assertEqual(line.payer, "university")

    def test_programme_without_event(self):
        self._costs(
            "T-TALKS,2025-07-05,Brochure,expense,80",
            "NONE,2025-07-05,Brochure,expense,80",
            header="programme,date,label,nature,amount",
        )
        line = self._created()
        self.assertEqual((line.programme_id, line.event_id.id), (self.programme, False))

    def test_rate_of_the_table(self):
        rates = self.env["alumni.hourly.rate"].create(
            [
                {"labour": "paid", "role": "staff", "rate": rate, "date_from": day}
                for rate, day in ((30, "2024-01-01"), (40, "2025-07-01"))
            ]
        )
        document = self._costs(
            "T1,2025-06-30,Staff,labour,,paid,2,,",
            "T1,2025-07-01,Staff,labour,,paid,2,,80",
            "T1,2023-12-31,Staff,labour,,paid,2,,",
            "T1,2025-07-01,Hosts,labour,,volunteer,2,,",
        )
        self.assertEqual(self._reasons(document), [(4, "no_rate"), (5, "no_rate")])
        self.assertEqual(self._created().hourly_rate_id, rates)
        self.assertEqual(self._created().mapped("amount"), [60, 80])

    def test_rejected_lines(self):
        document = self._costs(
            "T9,2025-07-05,Venue,expense,university,,,,974",
            "T1,2025-02-30,Venue,expense,university,,,,974",
            "T1,2025-07-05,Venue,gift,university,,,,974",
            "T1,2025-07-05,Venue,expense,university,,,,-5",
            "T1,2025-07-05,Venue,expense,university,,,,",
            "T1,2025-07-05,Venue,expense,university,,3,,974",
            "T1,2025-07-05,Staff,labour,university,paid,,38.5,",
            "T1,2025-07-05,Staff,labour,university,slave,3,38.5,",
            "T1,2025-07-05,Staff,labour,university,paid,3,10,31",
            "T1,,Staff,labour,university,paid,3,10,",
            ",2025-07-05,Staff,labour,university,paid,3,10,",
        )
        self.assertFalse(self._created())
        self.assertEqual(
            self._reasons(document),
            [
                (2, "unknown_event"),
                (3, "bad_date"),
                (4, "bad_value"),
                (5, "bad_value"),
                (6, "missing_value"),
                (7, "bad_value"),
                (8, "missing_value"),
                (9, "bad_value"),
                (10, "bad_value"),
                (11, "missing_value"),
                (12, "missing_value"),
            ],
        )

    def test_event_of_another_institution_is_unknown(self):
        self.event.company_id = self.other_company
        self.event.programme_id = False
        document = self._costs("T1,2025-07-05,Venue,expense,university,,,,974")
        self.assertEqual(self._reasons(document), [(2, "unknown_event")])

    def test_closed_books(self):
        self.patch(
            type(self.Line),
            "_closed_condition",
            lambda self, company_id, date: SQL("%s < DATE '2025-07-05'", date),
        )
        document = self._costs(
            "T1,2025-07-04,Venue,expense,university,,,,974",
            "T1,2025-07-05,Venue,expense,university,,,,974",
        )
        self.assertEqual(self._reasons(document), [(2, "closed")])
        self.assertEqual(len(self._created()), 1)

    def test_closed_books_know_their_lines(self):
        """Loading a file again has no effect, also when its period is closed since."""
        lines = ["T1,2025-07-05,Taxi,expense,university,,,,20"] * 2
        self._costs(*lines)
        self.patch(
            type(self.Line),
            "_closed_condition",
            lambda self, company_id, date: SQL("%s < DATE '2025-07-06'", date),
        )
        again = self._costs(*lines)
        self.assertEqual((again.records_new, again.records_created), (0, 0))
        self.assertEqual(self._reasons(again), [])
        third = self._costs(*lines, lines[0])
        self.assertEqual(self._reasons(third), [(4, "closed")])
        self.assertEqual(len(self._created()), 2)

    def test_other_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        dollar.rate_ids.unlink()
        self.env.ref("base.EUR").rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": dollar.id, "name": "2025-07-05", "rate": 2}
        )
        document = self._costs(
            "T1,2025-07-04,Venue,expense,university,,,,974",
            "T1,2025-07-05,Venue,expense,university,,,,974",
            "T1,2025-07-05,Hosts,labour,,volunteer,2,10,",
            header=HEADER.replace("eur", "usd"),
        )
        self.assertEqual(self._reasons(document), [(2, "no_rate")])
        venue, hosts = self._created()
        self.assertEqual((venue.amount_company, venue.cost_amount), (487, 487))
        self.assertEqual((hosts.currency_id, hosts.volunteer_amount), (dollar, 10))

    def test_equal_lines_are_equal_costs(self):
        line = "T1,2025-07-05,Taxi,expense,university,,,,20"
        self.assertEqual(self._costs(line, line).records_created, 2)
        self.assertEqual(self._costs(line, line).records_created, 0)
        self.assertEqual(self._costs(line, line, line).records_created, 1)
