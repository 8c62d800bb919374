from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import TODAY, ScoreCommon

READ = (
    "alumni.score",
    "alumni.score.contribution",
    "alumni.score.scheme",
    "alumni.score.rule",
)
KEPT = (
    "alumni.score.total",
    "alumni.score.distribution",
    "alumni.score.queue",
    "alumni.score.run",
)


@tagged("post_install", "-at_install")
class TestScoreAccess(ScoreCommon):
    """Who reads scores, who changes their rules; that institutions are apart."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada = cls._alumnus("Ada Byron", phone="+33 1 23 45 67 89")
        cls._gift(cls.ada, TODAY)
        cls._settle()
        cls.env["alumni.score.run"]._request()._run_now()

    def test_staff_reads(self):
        for user in (self.officer, self.manager, self.analyst):
            for model in READ:
                found = self.env[model].with_user(user).search([])
                self.assertTrue(found, (user.login, model))
                self.assertEqual(found.company_id, self.company)
        score = self._score(self.ada)
        for user in (self.officer, self.analyst):
            score.with_user(user).web_read(
                {
                    "summary": {},
                    "ambassador_stage": {},
                    "contribution_ids": {"fields": {"kind_label": {}, "points": {}}},
                }
            )
            parts = score.contribution_ids.with_user(user)
            for groupby in ("score_id", "kind"):
                [group] = parts.formatted_read_group([], [groupby], ["points:sum"])
                self.assertEqual(group["points:sum"], 10)
            score.with_user(user).formatted_read_grouping_sets(
                [("in_base", "=", True)],
                [[], ["rogers"], ["generation_id"]],
                ["score:avg", "__count"],
            )

    def test_others_do_not(self):
        for user in (self.portal, self.public):
            for model in (*READ, *KEPT):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search_count([])
            with self.assertRaises(AccessError):
                self.ada.with_user(user).read(["alumni_score"])
            with self.assertRaises(AccessError):
                self.env["res.partner"].with_user(user).search(
                    [("is_ambassador_candidate", "=", True)]
                )

    def test_nobody_writes_scores(self):
        for user in (self.officer, self.manager, self.analyst):
            for model in (*READ[:2], *KEPT):
                for operation in ("create", "write", "unlink"):
                    self.assertFalse(
                        self.env[model].with_user(user).has_access(operation),
                        (user.login, model, operation),
                    )

    def test_rules_are_the_manager_s(self):
        for user in (self.officer, self.analyst):
            scheme = self.scheme.with_user(user)
            for model in READ[2:]:
                self.assertFalse(self.env[model].with_user(user).has_access("write"))
            with self.assertRaises(AccessError):
                scheme.action_new_version()
            with self.assertRaises(AccessError):
                scheme.action_use()
        self.assertTrue(self.scheme.with_user(self.manager).action_new_version())

    def test_other_institution(self):
        for model in READ[:2]:
            self.assertFalse(
                self.env[model].with_user(self.other_officer).search_count([])
            )
        schemes = self.env["alumni.score.scheme"].with_user(self.other_officer)
        self.assertNotIn(self.company, schemes.search([]).company_id)
        ada = self.ada.with_user(self.other_officer)
        self.assertFalse(ada.alumni_score_text)
        self.company.alumni_score_cut = 100
        self.env["alumni.score.distribution"]._of(self.company)._cut()
        found = ada.search([("is_ambassador_candidate", "=", True)])
        self.assertFalse(found)
        found = self.ada.with_user(self.officer).search(
            [("is_ambassador_candidate", "=", True)]
        )
        self.assertEqual(found.ids, self.ada.ids)

    def test_analysts_open_acts_officers_the_contact(self):
        score = self._score(self.ada)
        action = score.with_user(self.officer).action_open_person()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("res.partner", self.ada.id)
        )
        action = score.with_user(self.officer).action_open_people()
        self.assertEqual(action["domain"], [("id", "in", self.ada.ids)])
        action = score.with_user(self.analyst).action_open_person()
        self.assertEqual(action["res_model"], "alumni.engagement")
        with self.assertRaises(AccessError):
            score.with_user(self.analyst).action_open_people()

    def test_no_contact_data_for_analysts(self):
        """No field of a score is an e-mail, phone or address."""
        names = set(self.env["alumni.score"]._fields)
        self.assertFalse({"email", "phone", "street", "zip", "city"} & names)
