from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import AlumniKpiCommon


@tagged("post_install", "-at_install")
class TestAlumniPeriod(AlumniKpiCommon):
    """Fiscal years: their bounds, when they are made, and that closed ones stay."""

    def _bounds(self, period):
        return str(period.date_start), str(period.date_end)

    def test_named_by_the_year_in_which_it_ends(self):
        period = self._period(2022)
        self.assertEqual(period.name, "2021-2022")
        self.assertEqual(self._bounds(period), ("2021-09-01", "2022-08-31"))

    def test_calendar_year(self):
        self.company.alumni_fiscal_month = "1"
        period = self._period(2022)
        self.assertEqual(period.name, "2022")
        self.assertEqual(self._bounds(period), ("2022-01-01", "2022-12-31"))

    def test_leap_day(self):
        self.company.alumni_fiscal_month = "3"
        self.assertEqual(self._bounds(self._period(2020)), ("2019-03-01", "2020-02-29"))

    def test_made_once(self):
        periods = self.env["alumni.period"]._ensure_for_years(self.company, 2019, 2021)
        self.assertEqual(periods.mapped("year"), [2019, 2020, 2021])
        self.assertEqual(
            self.env["alumni.period"]._ensure_for_years(self.company, 2019, 2021),
            periods,
        )

    def test_new_institution_has_its_running_period(self):
        company = self.env["res.company"].create({"name": "New university"})
        self.assertTrue(
            self.env["alumni.period"].search([("company_id", "=", company.id)])
        )

    def test_acts_make_the_periods_they_need(self):
        ada = self._alumnus(award="1990-07-01")
        self._gift(ada, date="1995-10-01")
        self._settle()
        period = self.env["alumni.period"].search(
            [("year", "=", 1996), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(self._bounds(period), ("1995-09-01", "1996-08-31"))
        self.assertEqual(self._year(ada, 1996).philanthropic, 1)

    def test_begins_by_itself(self):
        ada = self._alumnus()
        act = self._act(self._gift(ada, date="2030-10-01"))
        self.assertFalse(act.period_id)
        with (
            freeze_time("2030-10-02 12:00:00"),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("alumni_kpi.ir_cron_alumni_period").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(act.period_id.year, 2031)
        self.assertEqual(self._year(ada, 2031).philanthropic, 1)

    def test_change_of_fiscal_year(self):
        ada = self._alumnus()
        self._gift(ada, date="2023-10-01")
        self.assertEqual(self._year(ada, 2024).philanthropic, 1)
        self.company.alumni_fiscal_month = "1"
        self.env["alumni.rebuild"]._run(self.company)
        period = self._period(2024)
        self.assertEqual(period.name, "2024")
        self.assertEqual(self._bounds(period), ("2024-01-01", "2024-12-31"))
        self.assertEqual(self._year(ada, 2024).philanthropic, 0)
        self.assertEqual(self._year(ada, 2023).philanthropic, 1)
        self.assertFiguresHold()

    def test_change_of_fiscal_year_beside_a_closed_period(self):
        periods = self.env["alumni.period"]._ensure_for_years(self.company, 2021, 2023)
        periods[1]._close()
        self.company.alumni_fiscal_month = "1"
        self.assertEqual(
            [self._bounds(period) for period in periods],
            [
                ("2021-01-01", "2021-08-31"),
                ("2021-09-01", "2022-08-31"),
                ("2022-09-01", "2023-12-31"),
            ],
        )
        self.company.alumni_fiscal_month = "11"
        self.assertEqual(
            [self._bounds(period) for period in periods],
            [
                ("2020-11-01", "2021-08-31"),
                ("2021-09-01", "2022-08-31"),
                ("2022-09-01", "2023-10-31"),
            ],
        )

    def test_closed_period_is_frozen(self):
        """Later gifts, deaths, merges and erasures do not rewrite it."""
        giver, dead, erased, twin = (self._alumnus() for _i in range(4))
        other_twin = self._alumnus(degree=self.master)
        for person in (giver, dead, twin, other_twin):
            self._gift(person, amount=10)
        period = self._period(2024)
        self._settle()
        period.with_user(self.manager)._close()
        measures = ["people:sum", "living:sum", "engaged:sum", "amount:sum"]
        domain = [("period_id", "=", period.id)]
        years = self.env["alumni.person.year"]
        frozen = years._read_group(domain, ["generation_id"], measures)
        rows = years.search_count(domain)

        self._gift(giver, amount=90)
        dead.write({"alumni_deceased": True, "alumni_deceased_date": "2024-01-01"})
        erased.unlink()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            [twin.id, other_twin.id], twin
        )
        self._settle()
        self.env["alumni.rebuild"]._run()
        self.assertEqual(years._read_group(domain, ["generation_id"], measures), frozen)
        self.assertEqual(years.search_count(domain), rows)

    def test_events_after_closing(self):
        """Attendance that is marked late and an event that is moved away are taken;
        the figures of the closed period stay."""
        early, late = self._alumnus(), self._alumnus()
        self._attendance(early)
        seat = self._attendance(late, state="open")
        period = self._period(2024)
        self._settle()
        period._close()
        measures = ["people:sum", "experiential:sum", "engaged:sum"]
        years = self.env["alumni.person.year"]

        def figures():
            self._settle()
            return years._read_group([("period_id", "=", period.id)], [], measures)

        frozen = figures()
        self.assertEqual(frozen[0][1], 1)
        seat.with_user(self.officer).action_set_done()
        self.assertEqual((seat.state, figures()), ("done", frozen))
        self.event.with_user(self.officer).write(
            {"date_begin": "2025-06-01 16:00:00", "date_end": "2025-06-01 20:00:00"}
        )
        self.assertEqual(figures(), frozen)
        later = [("period_id", "=", self._period(2025).id)]
        [(people,)] = years._read_group(later, [], ["experiential:sum"])
        self.assertEqual(people, 2, "where the event is now, both of them came")

    def test_what_is_pending_is_in_the_closed_period(self):
        ada = self._alumnus()
        period = self._period(2024)
        self._gift(ada)
        period._close()
        self.assertEqual(self._year(ada).philanthropic, 1)

    def test_generation_of_a_closed_period_stays(self):
        self._alumnus()
        self._settle()
        self._period(2024)._close()
        with self.assertRaises(UserError):
            self.older.unlink()
