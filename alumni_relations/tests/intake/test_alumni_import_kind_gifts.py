from odoo.tests import tagged

from .common import IntakeCommon


@tagged("post_install", "-at_install")
class TestImportGifts(IntakeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.donor = cls._person("Ann Smith")
        cls.env["alumni.student.number"].create(
            {"name": "0042", "partner_id": cls.donor.id}
        )

    def _gifts(self, *lines, header="donor_ref,date,type,amount_eur,hours,description"):
        content = "\n".join([header, *lines]).encode()
        return self.run_file(content, "gifts.csv", "gifts")

    def test_gift_of_money(self):
        document = self._gifts("0042,2024-01-02,money,1250.50,,Prize")
        self.assertEqual(document.records_created, 1)
        gift = self.donor.alumni_gift_ids
        self.assertEqual(gift.gift_type_id.code, "money")
        self.assertEqual((gift.amount, gift.currency_id.name), (1250.5, "EUR"))
        self.assertEqual((gift.state, gift.description), ("received", "Prize"))

    def test_row_is_the_one_that_the_orm_writes(self):
        self._gifts("0042,2024-01-02,money,12,,")
        loaded = self.donor.alumni_gift_ids
        names = ["partner_id", "gift_type_id", "date", "amount", "currency_id", "hours"]
        created = self.env["alumni.gift"].create(
            loaded.read(names, load=False)[0] | {"company_id": loaded.company_id.id}
        )
        self.env.flush_all()
        rows = []
        for gift in (loaded, created):
            self.env.cr.execute("SELECT * FROM alumni_gift WHERE id = %s", [gift.id])
            row = self.env.cr.dictfetchall()[0]
            for name in ("id", "create_date", "write_date", "import_key"):
                row.pop(name)
            rows.append(row)
        self.assertEqual(*rows)

    def test_amount_follows_the_rate_of_the_day(self):
        euro = self.env.ref("base.EUR")
        dollar = self.env.ref("base.USD")
        other = dollar if self.company.currency_id == euro else euro
        other.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": other.id, "name": "2024-01-01", "rate": 2}
        )
        self._gifts(
            f"0042,2024-01-02,money,10,{other.name.lower()}",
            header="donor_ref,date,type,amount,currency",
        )
        self.assertEqual(self.donor.alumni_gift_ids.amount_company, 5)

    def test_equal_lines_are_equal_gifts(self):
        line = "0042,2024-01-02,time,,2,"
        self.assertEqual(self._gifts(line, line).records_created, 2)
        self.assertEqual(self._gifts(line, line).records_created, 0)
        self.assertEqual(self._gifts(line, line, line).records_created, 1)

    def test_french_file(self):
        document = self._gifts(
            '0042;02/01/2024;Argent;"1 250,50"', header="COD_ETU;Date;Type;Montant"
        )
        self.assertEqual(document.records_created, 1)
        gift = self.donor.alumni_gift_ids
        self.assertEqual(gift.amount, 1250.5)
        self.assertEqual(gift.currency_id, self.company.currency_id)

    def test_rejected_lines(self):
        document = self._gifts(
            "9999,2024-01-02,money,1,,",
            "0042,2024-02-30,money,1,,",
            "0042,2024-01-02,gold,1,,",
            "0042,2024-01-02,money,,,",
            "0042,2024-01-02,money,-5,,",
            '0042,2024-01-02,money,"1,234",,',
            "0042,2024-01-02,time,,two,",
            ",2024-01-02,time,,2,",
        )
        self.assertEqual(document.records_created, 0)
        self.assertEqual(
            document.problem_ids.mapped(lambda line: (line.number, line.reason)),
            [
                (2, "unknown_person"),
                (3, "bad_date"),
                (4, "bad_value"),
                (5, "missing_value"),
                (6, "bad_value"),
                (7, "bad_value"),
                (8, "bad_value"),
                (9, "missing_value"),
            ],
        )
        self.assertEqual(document.problem_ids[0].cells[0], "9999")
