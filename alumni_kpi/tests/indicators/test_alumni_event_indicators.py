from odoo.tests import tagged

from .common import IndicatorCommon


@tagged("post_install", "-at_install")
class TestEventIndicators(IndicatorCommon):
    """ENG-33 to ENG-44 of three events, counted by hand.

    =========  ===============================  =====================  ==========
    person     June talk (kind talk)            May fair (kind other)  August 2023
    =========  ===============================  =====================  ==========
    ann        yes, came                        came to the door       came
    bob        yes, registered, absent          no
    cid        came back, none
    dan (arts) maybe, registered, cancelled     yes, came
    eve (arts) delivered, no answer, registered and came
    =========  ===============================  =====================  ==========
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.talk, cls.other = cls.env["alumni.event.kind"].create(
            [{"name": "Talk"}, {"name": "Other kind"}]
        )
        cls.event.write(
            {
                "alumni_kind_id": cls.talk.id,
                "seats_limited": True,
                "seats_max": 4,
                "event_mail_ids": False,
            }
        )
        cls.fair = cls._event("Fair", "2024-05-01", alumni_kind_id=cls.other.id)
        cls.fair.programme_id = False
        cls.early = cls._event("Early", "2023-08-05", alumni_kind_id=cls.other.id)
        cls.ann, cls.bob, cls.cid = (cls._alumnus() for _ in range(3))
        cls.dan, cls.eve = (
            cls._alumnus(school=cls.arts, award="2015-07-01") for _ in range(2)
        )

    def _records(self):
        self._invite(self.ann, answer="yes")
        self._invite(self.bob, answer="yes")
        self._invite(self.cid, bounced=True)
        self._invite(self.dan, answer="maybe")
        self._invite(self.eve, delivered_date="2024-05-02")
        self._invite(self.bob, self.fair, answer="no")
        self._invite(self.dan, self.fair, answer="yes")
        self._seat(self.ann)
        self._seat(self.bob, state="open")
        self._seat(self.dan, state="cancel")
        self._seat(self.eve)
        self._attendance(self.ann, self.fair)
        self._seat(self.dan, self.fair)
        self._attendance(self.ann, self.early)
        # Somebody without a name takes a seat.
        self.env["event.registration"].create(
            {"event_id": self.event.id, "name": "Guest", "state": "done"}
        )

    def _invite(self, person, event=None, **values):
        return self.env["alumni.invitation"].create(
            {
                "event_id": (event or self.event).id,
                "partner_id": person.id,
                "invited_date": "2024-04-20",
                **values,
            }
        )

    def _seat(self, person, event=None, state="done"):
        """A registration made before the event."""
        event = event or self.event
        seat = self._attendance(person, event, state)
        self.env.cr.execute(
            "UPDATE event_registration SET create_date = '2023-01-01' WHERE id = %s",
            [seat.id],
        )
        return seat

    def test_nothing_recorded_is_unknown(self):
        self.assertValues(
            {
                code: "no_records"
                for code in (
                    "ENG-33",
                    "ENG-34 delivered",
                    "ENG-35 answers",
                    "ENG-37",
                    "ENG-38",
                    "ENG-42",
                    "ENG-43",
                    "ENG-44",
                )
            }
        )

    def test_total(self):
        self._records()
        self.assertValues(
            {
                "ENG-33": 5,
                # 7 invitations, one of which came back; 5 answers, 3 of yes
                "ENG-34 delivered": 100 * 5 / 6,
                "ENG-34 invited": 100 * 5 / 7,
                "ENG-35 delivered": 100 * 3 / 6,
                "ENG-35 answers": 100 * 3 / 5,
                # ann, bob, dan and eve for the talk, dan for the fair
                "ENG-36": 100 * 5 / 6,
                # expected: ann, bob, eve and dan; bob stayed away
                "ENG-37": 100 * 3 / 4,
                "ENG-38": 100 * 1 / 4,
                "ENG-39": 100 * 1 / 5,
                # attendances: ann twice, dan, eve
                "ENG-40": 100 * 1 / 4,
                "ENG-41": 100 * 3 / 7,
                # ann was there in the period before
                "ENG-42": 100 * 2 / 3,
                "ENG-43": 4 / 3,
                # ann, eve and the guest on 4 seats
                "ENG-44": 100 * 3 / 4,
            }
        )
        # Were it in this period, the first time of all three would be in it.
        self.early.write(
            {"date_begin": "2023-10-05 16:00:00", "date_end": "2023-10-05 20:00:00"}
        )
        self.assertValues({"ENG-42": 100, "ENG-43": 5 / 3, "ENG-40": 100 * 2 / 5})

    def test_by_kind_of_event_programme_school_and_generation(self):
        self._records()
        self.assertValues(
            {
                "ENG-33": 5,
                "ENG-35 answers": 100 * 2 / 3,
                "ENG-37": 100 * 2 / 3,
                "ENG-39": 100 * 1 / 4,
                "ENG-40": 0,
                # ann was there before
                "ENG-42": 100 * 1 / 2,
                "ENG-44": 75,
            },
            "event_kind",
            self.talk,
        )
        self.assertValues(
            {"ENG-33": 2, "ENG-39": 0, "ENG-40": 50, "ENG-42": 50},
            "event_kind",
            self.other,
        )
        self.assertValues(
            {"ENG-33": 5, "ENG-37": 100 * 2 / 3}, "programme", self.programme
        )
        self.assertValues({"ENG-33": 2, "ENG-40": 50}, "programme", "none")
        arts = {"ENG-33": 2, "ENG-35 answers": 50, "ENG-37": 100, "ENG-43": 1}
        self.assertValues(arts, "school", self.arts)
        self.assertValues(arts, "generation", self.younger)

    def test_figures_follow_the_records(self):
        self._records()
        self._values()
        invitation = self.env["alumni.invitation"].search(
            [("partner_id", "=", self.eve.id)]
        )
        invitation.answer = "no"
        self.assertValues({"ENG-34 delivered": 100})
        self.event.seats_max = 6
        self.assertValues({"ENG-44": 50})

    def test_rows_behind_a_figure(self):
        self._records()
        self._settle()
        rows = self.env["alumni.funnel"]
        talk = rows.search([("event_id", "=", self.event.id)])
        self.assertOpens(
            talk.filtered(lambda row: row.partner_id in self.bob),
            "ENG-38",
        )
        self.assertOpens(
            talk.filtered(lambda row: row.partner_id in self.ann + self.eve),
            "ENG-37",
            "event_kind",
            self.talk,
        )
        came = rows.search([("attended", "=", 1), ("period_id", "=", self.period.id)])
        self.assertOpens(came, "ENG-43")

    def test_targeting_fit(self):
        """FOL-08: invitations of people with a topic of the event, or an interest
        below it, of the events that have topics."""
        self._records()
        self.assertValues({"FOL-08": "no_records"})
        science, sport = self.env["alumni.interest"].create(
            [{"name": "Science"}, {"name": "Sport"}]
        )
        physics = self.env["alumni.interest"].create(
            {"name": "Physics", "parent_id": science.id}
        )
        self.event.alumni_topic_ids = science
        self.ann.alumni_interest_ids = physics + science
        self.bob.alumni_interest_ids = sport
        self.dan.alumni_interest_ids = science
        self.assertValues({"FOL-08": 100 * 2 / 5})
        self.assertValues({"FOL-08": 100 * 2 / 5}, "event_kind", self.talk)
        rows = self.env["alumni.funnel"].search([("event_id", "=", self.event.id)])
        self.assertOpens(
            rows.filtered(lambda row: row.partner_id in self.ann + self.dan), "FOL-08"
        )
        self.event.alumni_topic_ids = physics
        self.assertValues({"FOL-08": 100 * 1 / 5})
