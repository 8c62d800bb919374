from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import IndicatorCommon


@tagged("post_install", "-at_install")
class TestVolunteerIndicators(IndicatorCommon):
    """Hours of volunteers (ENG-60, ENG-61, ROI-09, CST-10), added up by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.programme.programme_type = "mentoring"
        cls.ann, cls.bob = (cls._alumnus() for _ in range(2))
        cls.cid = cls._alumnus(award="2015-07-01", school=cls.arts)

    def _records(self):
        self._participation(self.ann, "jury", hours=5)
        self._participation(self.ann, "participant", hours=7)
        self._participation(self.bob, "mentor", "2023-05-01", hours=9)
        reported = self._participation(self.cid, "mentor", hours=3)
        reported.action_report_hours()
        self._gift(self.bob, "2024-02-01", self.time, hours=2)
        self._cost(
            80, nature="labour", labour="volunteer", role="speaker", hours=4, rate=20
        )
        self._cost(220)

    def test_nothing_recorded_is_unknown(self):
        codes = ("ENG-60", "ENG-61", "ROI-09", "CST-10")
        self.assertValues(dict.fromkeys(codes, "no_records"))

    def test_total(self):
        self._records()
        self.assertValues(
            {
                "ENG-60": 5 + 2 + 4,
                # ann, bob and cid, whose hours are not validated
                "ENG-61": (5 + 2) / 3,
                "ROI-09": 11 / 1607,
                "CST-10": 220 / (5 + 4),
            }
        )
        self.company.alumni_fte_hours = 1000
        self.assertValues({"ROI-09": 0.011})

    def test_parts(self):
        self._records()
        hours = {
            ("programme", self.programme): 9,
            ("programme", "none"): 2,
            ("kind", "participation_jury"): 5,
            ("kind", "participation_speaker"): 4,
            ("kind", "gift_time"): 2,
            ("school", self.law): 7,
        }
        for place, figure in hours.items():
            self.assertValues({"ENG-60": figure}, *place)
        self.assertValues({"ENG-61": 3.5}, "generation", self.older)
        self.assertValues({"ENG-61": 0}, "generation", self.younger)
        self.assertValues({"CST-10": 220 / 9}, "programme", self.programme)
        acts = self.env["alumni.engagement"].search(
            [("period_id", "=", self.period.id), ("mode", "=", "volunteer")]
        )
        self.assertOpens(acts.filtered(lambda act: act.hours > 0), "ENG-60")
        self.assertOpens(
            acts.filtered(lambda act: act.kind == "participation_jury"),
            "ENG-60",
            "kind",
            "participation_jury",
        )

    def test_retention(self):
        """Ann stays, Bob does not, Cid is new, Dan can no longer be contacted."""
        self.assertValues({"ENG-62": "no_records"})
        dan = self._alumnus()
        for person in (self.ann, self.bob, dan):
            self._participation(person, "mentor", "2023-05-01")
        for person in (self.ann, self.cid, dan):
            self._participation(person, "jury")
        self._participation(self.bob, "participant")
        self._settle()
        self.before._close()
        dan.alumni_deceased = True
        self.assertValues({"ENG-62": 100 * 1 / 3})
        self.assertValues({"ENG-62": 100 * 1 / 3}, "school", self.law)
        self.assertValues({"ENG-62": "empty"}, "school", self.arts)
        years = self.env["alumni.person.year"].search(
            [("partner_id", "=", self.ann.id), ("period_id", "=", self.period.id)]
        )
        self.assertOpens(years, "ENG-62")

    def test_a_year_has_hours(self):
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(IntegrityError, "alumni_fte_hours_positive"),
        ):
            self.company.alumni_fte_hours = 0
            self.env.flush_all()
