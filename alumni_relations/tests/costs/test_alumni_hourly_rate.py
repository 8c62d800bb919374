from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..common import AlumniCommon


@tagged("post_install", "-at_install")
class TestHourlyRate(AlumniCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rate = cls.env["alumni.hourly.rate"]
        cls.france = cls.env.ref("base.fr")
        cls.spain = cls.env.ref("base.es")

    def _rate(self, rate, day, role=None, labour="volunteer", **values):
        return self.Rate.create(
            {"rate": rate, "date_from": day, "role": role, "labour": labour, **values}
        )

    def _for(self, day, role="host", labour="volunteer", country=None, company=None):
        return self.Rate._rate_for(
            company or self.company,
            role,
            labour,
            country or self.france,
            date.fromisoformat(day),
        )

    def test_last_rate_that_has_begun(self):
        old = self._rate(20, "2024-01-01", "host")
        new = self._rate(24, "2025-01-01", "host")
        self.assertFalse(self._for("2023-12-31"))
        self.assertEqual(self._for("2024-01-01"), old)
        self.assertEqual(self._for("2024-12-31"), old)
        self.assertEqual(self._for("2025-01-01"), new)
        self.assertFalse(self._for("2025-01-01", labour="paid"))
        self.assertFalse(self._for("2025-01-01", role="jury"))
        self.assertFalse(self._for("2025-01-01", company=self.other_company))

    def test_the_more_special_rate_wins(self):
        rates = {
            "general": self._rate(10, "2025-06-01"),
            "country": self._rate(11, "2025-05-01", country_id=self.france.id),
            "role": self._rate(12, "2025-04-01", "host"),
            "both": self._rate(13, "2025-03-01", "host", country_id=self.france.id),
        }
        day = "2025-07-01"
        self.assertEqual(self._for(day), rates["both"])
        self.assertEqual(self._for(day, country=self.spain), rates["role"])
        self.assertEqual(self._for(day, role="jury"), rates["country"])
        self.assertEqual(
            self._for(day, role="jury", country=self.spain), rates["general"]
        )
        self.assertEqual(self._for(day, role=None), rates["country"])

    def test_many_in_one_query(self):
        self._rate(20, "2024-01-01")
        self._rate(30, "2025-01-01", "host")
        keys = [
            (self.company.id, role, "volunteer", None, date(year, 6, 1))
            for role in ("host", "jury", None)
            for year in range(2000, 2026)
        ]
        self.Rate.flush_model()
        with self.assertQueryCount(1):
            found = self.Rate._rates_for(keys)
        for key in keys:
            self.assertEqual(
                found[key],
                self.Rate._rate_for(
                    self.company, key[1], "volunteer", self.env["res.country"], key[4]
                ),
            )
        self.assertEqual(sum(bool(rate) for rate in found.values()), 6)
        self.assertEqual(self.Rate._rates_for([]), {})

    def test_statement_gives_one_row_per_need(self):
        rate = self._rate(20, "2024-01-01")
        self._rate(21, "2024-02-01", country_id=self.france.id)
        self.Rate.flush_model()
        rows = self.env.execute_query(
            self.Rate._select_rates(
                SQL(
                    """
                    SELECT id, %s AS company_id, 'host' AS role,
                           'volunteer' AS labour, NULL::int AS country_id, day AS date
                    FROM (VALUES (7, DATE '2024-03-01'), (8, DATE '2023-03-01'))
                        AS need (id, day)
                    """,
                    self.company.id,
                )
            )
        )
        self.assertEqual(rows, [(7, rate.id, 20, self.company.currency_id.id)])

    @mute_logger("odoo.sql_db")
    def test_no_two_rates_for_one_day(self):
        self._rate(20, "2024-01-01")
        self._rate(20, "2024-01-01", country_id=self.france.id)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._rate(21, "2024-01-01")

    @mute_logger("odoo.sql_db")
    def test_rate_is_more_than_nothing(self):
        for rate in (0, -5):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self._rate(rate, "2024-01-01")

    def test_rights(self):
        rate = self._rate(20, "2024-01-01")
        for user, operations in (
            (self.officer, "r"),
            (self.manager, "rwcu"),
            (self.analyst, "r"),
            (self.portal, ""),
            (self.public, ""),
        ):
            with self.subTest(user.login):
                rates = self.Rate.with_user(user)
                self.assertEqual(
                    "".join(
                        o[0]
                        for o in ("read", "write", "create", "unlink")
                        if rates.has_access(o)
                    ),
                    operations,
                )
        with self.assertRaises(AccessError):
            rate.with_user(self.other_officer).read(["rate"])

    def test_name_says_whom_it_is_for(self):
        rate = self._rate(20, "2024-01-01", "host", country_id=self.france.id)
        for part in ("20", "Host", "France", "volunteer"):
            self.assertIn(part, rate.display_name)
        self.assertIn("every role", self._rate(20, "2024-01-01").display_name)

    def test_unused_rate_can_be_corrected(self):
        rate = self._rate(20, "2024-01-01")
        rate.rate = 21
        rate.unlink()
        self.assertFalse(rate.exists())
