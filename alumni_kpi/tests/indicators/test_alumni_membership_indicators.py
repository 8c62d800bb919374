from odoo.tests import freeze_time, new_test_user, tagged

from .common import IndicatorCommon


@tagged("post_install", "-at_install")
class TestMembershipIndicators(IndicatorCommon):
    """Accounts and dues (ENG-52 to ENG-55, CST-18), thanks and follow-ups (FOL-10,
    FOL-14), counted by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann, cls.bob = (cls._alumnus() for _ in range(2))
        cls.cid, cls.eve = (
            cls._alumnus(award="2015-07-01", school=cls.arts) for _ in range(2)
        )
        cls.dan = cls._alumnus(alumni_deceased=True)
        cls.dues = cls.env.ref("alumni_relations.gift_type_dues")

    @classmethod
    def _account(cls, person, *logins, groups="base.group_portal"):
        user = new_test_user(cls.env, f"login{person.id}", groups=groups)
        user.partner_id = person
        for login in logins:
            cls.env.cr.execute(
                "INSERT INTO res_users_log (create_uid, create_date) VALUES (%s, %s)",
                [user.id, login],
            )
        cls.env["res.users"]._measure_changed()
        return user

    def _logins(self, user):
        self.env.cr.execute(
            "SELECT create_date::date::text FROM res_users_log WHERE create_uid = %s"
            " ORDER BY 1",
            [user.id],
        )
        return [day for [day] in self.env.cr.fetchall()]

    def test_accounts(self):
        self.assertValues({"ENG-52": "no_records", "ENG-53": "no_records"})
        self._account(self.ann, "2023-09-01 08:00:00", "2022-01-01 08:00:00")
        self._account(self.bob, "2023-08-31 08:00:00")
        # Never logged in, or only later: at midnight of 1 September in Paris.
        self._account(self.cid)
        late = self._account(self.eve, "2024-08-31 22:00:00")
        self._account(self.dan, "2024-05-01 08:00:00")
        self._enter("platform_cost", 500)
        self.assertValues({"ENG-52": 100 * 2 / 4, "ENG-53": 100 * 1 / 4, "CST-18": 500})
        self.assertValues({"ENG-52": 100}, "award_decade", "2000")
        self.assertValues({"ENG-52": 0, "ENG-53": 0}, "school", self.arts)
        self.assertValues({"ENG-53": 50}, "generation", self.older)
        years = self.env["alumni.person.year"].search(
            [("period_id", "=", self.period.id)]
        )
        self.assertOpens(
            years.filtered(lambda year: year.partner_id in self.ann + self.bob),
            "ENG-52",
        )
        self.assertOpens(
            years.filtered(lambda year: year.partner_id == self.ann), "ENG-53"
        )
        # Staff who log in to work are no members.
        self.assertTrue(late.share)
        late.group_ids = self.env.ref("base.group_user")
        self.env.cr.execute(
            "UPDATE res_users_log SET create_date = '2024-05-01' WHERE create_uid = %s",
            [late.id],
        )
        self.assertValues({"ENG-52": 100 * 2 / 4})

    def test_logins_of_each_month_are_kept(self):
        """Of portal users, for 36 months; of staff the last one only, as Odoo does."""
        logins = [
            "2020-01-05",
            "2024-01-05",
            "2024-01-25",
            "2024-02-10",
            "2024-02-11",
        ]
        member = self._account(self.ann, *logins)
        staff = self._account(self.bob, *logins, groups="base.group_user")
        self.env.cr.execute(
            "UPDATE res_users_log SET create_date = create_date + (date_trunc('month',"
            " now() AT TIME ZONE 'UTC') - TIMESTAMP '2024-02-01')"
            " WHERE create_uid = ANY(%s) RETURNING create_date",
            [[member.id, staff.id]],
        )
        before = self._logins(member)
        self.assertEqual(len(before), 5)
        self.env["res.users.log"]._gc_user_logs()
        self.assertEqual(self._logins(member), [before[2], before[4]])
        self.assertEqual(self._logins(staff), [before[4]])

    def test_dues(self):
        self.assertValues({"ENG-54": "no_records", "ENG-55": "no_records"})
        for person, *days in (
            (self.ann, "2022-10-01", "2023-10-01", "2024-02-01"),
            (self.bob, "2023-01-01"),
            (self.cid, "2024-08-31"),
            (self.dan, "2023-01-01", "2023-10-01"),
        ):
            for day in days:
                self._gift(person, day, self.dues, amount=30)
        self._gift(self.eve, "2024-01-01", self.dues, amount=30, state="pledged")
        self._gift(self.eve, "2024-01-01", amount=30)
        self.assertValues({"ENG-54": 100 * 2 / 4, "ENG-55": 100 * 1 / 2})
        self.assertValues({"ENG-54": 50, "ENG-55": 50}, "award_decade", "2000")
        self.assertValues({"ENG-54": 50, "ENG-55": "empty"}, "generation", self.younger)
        self.assertValues({"ENG-55": "no_records"}, period=self.before)
        years = self.env["alumni.person.year"].search(
            [("period_id", "=", self.period.id)]
        )
        self.assertOpens(
            years.filtered(lambda year: year.partner_id in self.ann + self.cid),
            "ENG-54",
        )
        self.assertOpens(
            years.filtered(lambda year: year.partner_id == self.ann), "ENG-55"
        )

    def _gifts_to_thank(self):
        """Friday, Friday, Saturday, Sunday and Monday: due on the Friday after, the
        last one on the Monday after."""
        gifts = self.env["alumni.gift"].union(
            *(
                self._gift(self.ann, f"2024-03-0{day}", amount=10)
                for day in (1, 1, 2, 3)
            ),
            self._gift(self.ann, "2024-03-04", self.time, hours=1),
        )
        self._gift(self.ann, "2024-03-01", self.dues, amount=10)
        self._gift(self.ann, "2024-03-01", amount=10, state="pledged")
        return gifts

    def test_thanks(self):
        gifts = self._gifts_to_thank()
        self.assertValues({"FOL-14": "no_records"})
        for gift, day in zip(
            gifts,
            ("2024-03-08", "2024-03-09", "2024-03-08", "2024-03-09"),
            strict=False,
        ):
            gift.thanked_date = day
        self.assertValues({"FOL-14": 100 * 2 / 5})
        self.assertValues({"FOL-14": 50}, "gift_type", self.money)
        self.assertValues({"FOL-14": 0}, "gift_type", self.time)
        self.assertOpens(gifts[0] + gifts[2], "FOL-14")

    @freeze_time("2024-03-11")
    def test_there_is_still_time_to_thank(self):
        gifts = self._gifts_to_thank()
        gifts[0].thanked_date = "2024-03-04"
        self.assertValues({"FOL-14": 100 * 1 / 4})

    def _activity(self, due, done=None, user=None, record=None):
        activity = (record or self.ann).activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=due,
            user_id=(user or self.officer).id,
        )
        if done:
            activity.action_done()
            self._settle()
            self.env.cr.execute(
                "UPDATE mail_activity SET date_done = %s WHERE id = %s",
                [done, activity.id],
            )
            self.env.invalidate_all()
        return activity

    def test_follow_ups(self):
        self.assertValues({"FOL-10": "no_records"})
        on_time = self._activity("2024-03-01", "2024-03-01")
        self._activity("2024-03-01", "2024-03-02")
        self._activity("2024-08-31")
        gift = self._gift(self.ann, amount=10)
        other = self._activity("2024-04-01", "2024-03-20", self.manager, gift)
        # Of no concern: deleted, of another period, about something else.
        self._activity("2024-03-01").unlink()
        self._activity("2024-09-01", "2024-08-31")
        self._activity("2024-03-01", record=self.mailing)
        self.assertValues({"FOL-10": 100 * 2 / 4})
        self.assertValues({"FOL-10": 100 * 1 / 3}, "officer", self.officer)
        self.assertValues({"FOL-10": 100}, "officer", self.manager)
        self.assertOpens(on_time, "FOL-10", "officer", self.officer)
        self.assertOpens(on_time + other, "FOL-10")

    @freeze_time("2024-03-10")
    def test_a_follow_up_of_today_is_not_late_yet(self):
        self._activity("2024-03-10")
        self.assertValues({"FOL-10": "no_records"})
        self._activity("2024-03-09")
        self.assertValues({"FOL-10": 0})
