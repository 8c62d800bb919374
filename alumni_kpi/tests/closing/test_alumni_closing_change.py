import random

from odoo.tests import tagged
from odoo.tools import SQL

from .common import ClosingCommon


@tagged("post_install", "-at_install")
class TestAlumniClosingChange(ClosingCommon):
    """What is listed of later changes; that none reaches the closed figures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.period._close()

    def _changes(self, period=None):
        self._settle()
        return self.env["alumni.closing.change"].search(
            [("period_id", "=", (period or self.period).id)], order="id"
        )

    def test_late_gift(self):
        gift = self._gift(self.cid, amount=50).with_user(self.officer)
        change = self._changes()
        self.assertEqual(change.kind, "act_added")
        self.assertEqual(change.partner_id, self.cid)
        self.assertEqual((change.acts, change.amount), (1, 50))
        self.assertEqual(change.mode, "philanthropic")
        self.assertEqual(change.closing_id, self.period.closing_id)
        self.assertEqual(self.period.change_count, 1)
        action = change.action_open_record()
        self.assertEqual((action["res_model"], action["res_id"]), (gift._name, gift.id))

    def test_by_whom(self):
        self.env["alumni.gift"].with_user(self.officer).create(
            {
                "partner_id": self.cid.id,
                "gift_type_id": self.money.id,
                "date": "2024-03-02",
                "amount": 7,
            }
        )
        self.assertEqual(self._changes().user_id, self.officer)

    def test_changed_and_removed_acts(self):
        self.gift.amount = 130
        self.assertEqual(
            [(c.kind, c.acts, c.amount) for c in self._changes()],
            [("act_changed", 0, 30)],
        )
        self.gift.unlink()
        change = self._changes()[-1]
        self.assertEqual(
            (change.kind, change.acts, change.amount), ("act_removed", -1, -130)
        )

    def test_act_that_moves_to_an_open_period(self):
        self.gift.date = "2025-03-01"
        change = self._changes()
        self.assertEqual(
            (change.kind, change.acts, change.amount), ("act_removed", -1, -100)
        )
        self.assertEqual(self._year(self.ada, 2025).philanthropic, 1)

    def test_open_periods_are_not_listed(self):
        self._gift(self.cid, date="2025-03-01")
        self.assertFalse(self._changes())
        self.assertFalse(self._changes(self._period(2025)))

    def test_late_answers_about_an_event(self):
        invitation = self.env["alumni.invitation"].create(
            {"event_id": self.event.id, "partner_id": self.ada.id}
        )
        self.assertFalse(self._changes(), "who is on the list is not asked yet")
        invitation.invited_date = "2024-05-01 10:00:00"
        self._settle()
        invitation.action_answer_no()
        changes = self._changes()
        self.assertEqual(changes.mapped("kind"), ["funnel", "funnel"])
        self.assertEqual(changes.partner_id, self.ada)
        self.assertEqual(changes[0].action_open_record()["res_model"], self.event._name)
        invitation.unlink()
        self.assertEqual(len(self._changes()), 3)

    def test_late_attendance(self):
        """The registration of somebody invited is one line, the act another one;
        coming, or giving afterwards, is no further one."""
        self.env["alumni.invitation"].create(
            {
                "event_id": self.event.id,
                "partner_id": self.ada.id,
                "invited_date": "2024-05-01 10:00:00",
            }
        )
        self._settle()
        seat = self._attendance(self.ada, state="open")
        self.assertEqual(self._changes().mapped("kind"), ["funnel"] * 2)
        seat.state = "done"
        self.assertEqual(
            self._changes().mapped("kind"), ["funnel", "funnel", "act_added"]
        )
        self._gift(self.ada, date="2024-12-01")
        self.assertEqual(len(self._changes()), 3)

    def test_death_is_noted_once_and_when_taken_back(self):
        self.ada.write({"alumni_deceased": True, "alumni_deceased_date": "2024-01-05"})
        self.assertEqual(
            [(c.kind, c.partner_id) for c in self._changes()], [("died", self.ada)]
        )
        self.ada.alumni_deceased_date = "2024-01-06"
        self.assertEqual(len(self._changes()), 1)
        self.ada.write({"alumni_deceased": False, "alumni_deceased_date": False})
        self.assertEqual(self._changes().mapped("kind"), ["died", "undone"])

    def test_death_after_the_period(self):
        self.ada.write({"alumni_deceased": True, "alumni_deceased_date": "2024-09-01"})
        self.assertFalse(self._changes())

    def test_what_is_of_today_is_no_change_of_the_past(self):
        self.ada.write(
            {"country_id": self.env.ref("base.it").id, "email": "new@example.org"}
        )
        self.assertFalse(self._changes())

    def test_degrees(self):
        new = self._alumnus(award="2010-07-01")
        self._alumnus(award="2025-07-01")
        self._education(self.ada, "2015-07-01", degree=self.master)
        self.bob.alumni_education_ids.award_date = "2026-07-01"
        self.assertEqual(
            {(c.kind, c.partner_id) for c in self._changes()},
            {
                ("person_added", new),
                ("person_changed", self.ada),
                ("person_removed", self.bob),
            },
        )

    def test_degree_of_another_year(self):
        """Of the same decade: the years since graduation would be others."""
        self.ada.alumni_education_ids.award_date = "2006-07-01"
        self.assertEqual(
            [(c.kind, c.partner_id) for c in self._changes()],
            [("person_changed", self.ada)],
        )
        self.ada.alumni_education_ids.award_date = "2005-07-01"
        self.assertEqual(self._changes().mapped("kind"), ["person_changed", "undone"])

    def test_archived(self):
        self.ada.active = False
        self.assertEqual(self._changes().mapped("kind"), ["person_removed"])

    def test_merge(self):
        frozen = self._frozen()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            [self.ada.id, self.eve.id], self.ada
        )
        changes = self._changes()
        self.assertEqual(
            [(c.kind, c.partner_id) for c in changes], [("merged", self.ada)]
        )
        self.ada.active = False
        self.ada.active = True
        self.assertEqual(self._changes(), changes)
        self.assertEqual(self._frozen(), frozen)
        self.env["alumni.soundness"].action_open()
        once = self.period.soundness_ids.filtered(lambda c: c.check_code == "once")
        self.assertEqual(once.state, "passed", "both stand there as they were")

    def test_known_since_and_withdrawn(self):
        new = self._alumnus(award="2010-07-01")
        self._settle()
        new.alumni_education_ids.unlink()
        self.assertEqual(self._changes().mapped("kind"), ["person_added", "undone"])

    def test_merge_with_who_became_known_since(self):
        """The line of the duplicate goes to the person who stays, who is as closed."""
        double = self._alumnus()
        self._settle()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            [self.ada.id, double.id], self.ada
        )
        changes = self._changes()
        self.assertEqual(changes.mapped("kind"), ["person_added", "undone"])
        self.assertEqual(changes.partner_id, self.ada)

    def test_merge_after_something_was_taken_back(self):
        self.ada.write({"alumni_deceased": True, "alumni_deceased_date": "2024-01-05"})
        self._settle()
        self.ada.write({"alumni_deceased": False, "alumni_deceased_date": False})
        self._settle()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            [self.ada.id, self.bob.id], self.ada
        )
        self.assertEqual(self._changes().mapped("kind"), ["died", "undone", "merged"])

    def test_erased_without_a_trace_of_who(self):
        self._gift(self.cid, amount=50)
        self.env["alumni.gift"].search([("partner_id", "=", self.cid.id)]).unlink()
        self._settle()
        self.cid.unlink()
        changes = self._changes()
        self.assertEqual(changes[-1].kind, "erased")
        self.assertFalse(changes.partner_id)
        self.assertFalse(changes[-1].res_id)

    def test_lines_of_who_is_erased_add_up(self):
        """What was taken out before, or came since, is not counted once more."""
        self._attendance(self.ada)
        self._settle()
        self.gift.unlink()
        self._settle()
        self.ada.unlink()
        changes = self._changes()
        self.assertEqual(
            [(c.kind, c.acts, c.amount) for c in changes if c.kind != "funnel"],
            [("act_added", 1, 0), ("act_removed", -1, -100), ("erased", -1, 0)],
        )
        self.assertEqual(sum(changes.mapped("amount")), -100, "what she had given")

    def test_erased_at_once(self):
        """Taken out and erased by the same transaction: each act once."""
        self.gift.unlink()
        self.ada.unlink()
        self.assertEqual(
            [(c.kind, c.acts, c.amount) for c in self._changes()],
            [("act_removed", -1, -100), ("erased", 0, 0)],
        )

    def test_reopening_ends_the_list(self):
        self._gift(self.cid, amount=50)
        first = self.period.closing_id
        self._settle()
        self.period.with_user(self.manager)._reopen("To take the gift")
        self._gift(self.eve, amount=1)
        self._settle()
        self.period._close()
        self.assertEqual(first.change_count, 1, "the list of that closing stays")
        self.assertEqual(self.period.change_count, 0)
        self.ada.active = False
        self._settle()
        self.assertEqual(self.period.change_count, 1)

    def test_random_changes_reach_nothing_frozen(self):
        """Whatever is created, written, archived, deleted, merged or erased: values,
        cube, person-years and fingerprint stay."""
        frozen = self._frozen()
        for seed in range(4):
            dice = random.Random(seed)
            people = [self._alumnus(award="2008-07-01") for _i in range(4)]
            people += (self.ada | self.bob | self.cid | self.eve).exists()
            for _step in range(12):
                person = dice.choice(people)
                if not person.exists():
                    continue
                date = dice.choice(["2024-01-15", "2023-10-01", "2025-02-01"])
                step = dice.randrange(9)
                if step == 0:
                    self._gift(person, date=date, amount=dice.randrange(1, 99))
                elif step == 1:
                    self._participation(person, date=date, hours=dice.randrange(5))
                elif step == 2:
                    self._attendance(person)
                elif step == 3:
                    gifts = self.env["alumni.gift"].search([])
                    gifts[dice.randrange(len(gifts)) :][:1].date = date
                elif step == 4:
                    self.env["alumni.gift"].search([], limit=1).unlink()
                elif step == 5:
                    person.active = not person.active
                elif step == 6:
                    person.write(
                        {"alumni_deceased": True, "alumni_deceased_date": date}
                    )
                elif step == 7:
                    other = dice.choice([p for p in people if p.exists()])
                    if other != person:
                        self.env["base.partner.merge.automatic.wizard"]._merge(
                            [person.id, other.id], other, extra_checks=False
                        )
                else:
                    self.env["alumni.gift"].search(
                        [("partner_id", "=", person.id)]
                    ).unlink()
                    self.env["alumni.participation"].search(
                        [("partner_id", "=", person.id)]
                    ).unlink()
                    self.env["event.registration"].search(
                        [("attendee_id", "=", person.id)]
                    ).unlink()
                    self._settle()
                    person.unlink()
                self._settle()
            self.env["alumni.rebuild"]._run()
            self.env["alumni.period"].search([])._refresh_values(force=True)
            self.assertEqual(self._frozen(), frozen, seed)
            self.period.action_verify()
            self.assertEqual(self.period.verified, "same", seed)
        self.assertTrue(self._changes())

    def test_bulk_load(self):
        """People and acts that are written by SQL are listed like others."""
        self.env.cr.execute(
            "UPDATE alumni_gift SET amount = 111, amount_company = 111 WHERE id = %s",
            [self.gift.id],
        )
        self.gift.invalidate_recordset()
        self.env["alumni.gift"]._bulk_written(SQL("%s", self.gift.id))
        self.assertEqual(
            [(c.kind, c.amount) for c in self._changes()], [("act_changed", 11)]
        )
