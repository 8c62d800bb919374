import json

from odoo.tests import freeze_time, tagged
from odoo.tools import json_default

from .common import IndicatorCommon


@tagged("post_install", "-at_install")
class TestMailingIndicators(IndicatorCommon):
    """ENG-45 to ENG-50 of two newsletters and one invitation, counted by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.newsletter = cls.env.ref("alumni_relations.purpose_newsletter")
        cls.events = cls.env.ref("alumni_relations.purpose_events")
        cls.mailing.write(
            {
                "alumni_purpose_id": cls.newsletter.id,
                "alumni_company_id": cls.company.id,
                "state": "done",
                "sent_date": "2024-02-01 10:00:00",
            }
        )
        cls.ann, cls.bob = (cls._alumnus() for _ in range(2))
        cls.cid = cls._alumnus(award="2015-07-01", alumni_deceased=True)
        cls.guest = cls._person("A Guest", email="guest@example.org")

    def _mailing(self, purpose=None, sent="2024-08-31 21:30:00", **values):
        return self.mailing.copy(
            {
                "alumni_purpose_id": purpose and purpose.id,
                "state": "done",
                "sent_date": sent,
                **values,
            }
        )

    def _records(self):
        sent = self._trace
        sent(self.ann, trace_status="open")
        sent(self.bob, trace_status="reply", links_click_datetime="2024-02-02")
        sent(self.cid, trace_status="sent")
        sent(self.guest, trace_status="bounce")
        # Never left, or a trial.
        sent(self.ann, trace_status="error")
        sent(self.bob, trace_status="cancel")
        sent(self.bob, trace_status="sent", is_test_trace=True)
        # An invitation, still on 31 August in Paris.
        self.invitation_mailing = self._mailing(self.events)
        invitation = self.env["alumni.invitation"].create(
            {
                "event_id": self.event.id,
                "partner_id": self.ann.id,
                "invited_date": "2024-05-01",
            }
        )
        self._trace(
            self.ann,
            mass_mailing_id=self.invitation_mailing.id,
            model="alumni.invitation",
            res_id=invitation.id,
            trace_status="open",
            links_click_datetime="2024-09-01",
        )
        # In the next period, by another institution, not sent yet.
        other = self.env["res.company"].create({"name": "Elsewhere"})
        for mailing in (
            self._mailing(sent="2024-08-31 22:30:00"),
            self._mailing(sent="2024-01-01", alumni_company_id=other.id),
            self._mailing(sent="2024-01-01", state="draft"),
        ):
            self._trace(self.bob, mass_mailing_id=mailing.id, trace_status="sent")
        for source, day in (("mailing", "2024-02-03"), ("form", "2024-02-03")):
            self.env["alumni.consent"].create(
                {
                    "partner_id": self.bob.id,
                    "purpose_id": self.newsletter.id,
                    "channel": "email",
                    "state": "refused",
                    "source": source,
                    "date": day,
                }
            )

    def test_nothing_sent_is_unknown(self):
        codes = ("ENG-45", "ENG-46", "ENG-47", "ENG-48", "ENG-49", "ENG-50")
        self.assertValues(dict.fromkeys(codes, "no_records"))

    def test_total(self):
        self._records()
        self.assertValues(
            {
                "ENG-45": 100 * 4 / 5,
                "ENG-46": 100 * 1 / 5,
                "ENG-47": "no_records",
                "ENG-48": 100 * 3 / 4,
                "ENG-49": 100 * 1 / 4,
                # ann twice and bob, in 12 months, of 2 contactable people
                "ENG-50": 3 / 12 / 2,
            }
        )

    def test_clicks_only_when_they_count(self):
        self._records()
        self.company.alumni_clicks_count = True
        self.assertValues({"ENG-47": 100 * 2 / 4})
        self.assertValues({"ENG-47": 100 * 1 / 3}, "purpose", self.newsletter)
        traces = self.env["mailing.trace"].search(
            [("links_click_datetime", "!=", False)]
        )
        self.assertOpens(traces, "ENG-47")

    def test_by_purpose_and_generation(self):
        self._records()
        self.assertValues(
            {"ENG-45": 75, "ENG-46": 25, "ENG-48": 100 * 2 / 3, "ENG-49": 100 / 3},
            "purpose",
            self.newsletter,
        )
        self.assertValues(
            {"ENG-45": 100, "ENG-48": 100, "ENG-49": 0}, "purpose", self.events
        )
        self.assertValues(
            {"ENG-46": 0, "ENG-49": 100 / 3, "ENG-50": 3 / 12 / 2},
            "generation",
            self.older,
        )
        self.assertValues({"ENG-46": 0, "ENG-50": "empty"}, "generation", self.younger)

    def test_opening_is_told_of_mailings_only(self):
        """Whoever makes an indicator of opening by generation gets no figure."""
        self._records()
        opened = self.env.ref("alumni_kpi.indicator_eng_48")
        opened.breakdown_ids += self.env.ref("alumni_kpi.breakdown_generation")
        values = self._values("generation", self.older)
        self.assertNotEqual(values["ENG-48"].state, "computed")
        self.assertOpens(self.mailing + self.invitation_mailing, "ENG-48")
        self.assertOpens(
            self.env["alumni.consent"].search([("source", "=", "mailing")]), "ENG-49"
        )

    @freeze_time("2024-03-10")
    def test_pressure_of_a_running_period(self):
        """Seven months have begun since September."""
        self._trace(self.ann, trace_status="sent")
        self.assertValues({"ENG-50": 1 / 7 / 2})

    def test_traces_behind_a_figure(self):
        self._records()
        bounced = self.env["mailing.trace"].search(
            [("trace_status", "=", "bounce"), ("mass_mailing_id", "=", self.mailing.id)]
        )
        self.assertOpens(bounced, "ENG-46")
        for code in ("ENG-45", "ENG-49", "ENG-50"):
            action = self._values()[code].action_open_people()
            json.dumps(action["domain"], default=json_default)
