from contextlib import contextmanager

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import TODAY, ScoreCommon


@tagged("post_install", "-at_install")
class TestAlumniScoreScheme(ScoreCommon):
    """Versions of the rules: numbered, one in use, never changed once used; bad rules
    are refused with a word on what to do."""

    def _draft(self, **values):
        return self.env["alumni.score.scheme"].with_user(self.manager).create(values)

    @contextmanager
    def _refused(self, error, message):
        """Something is refused, and nothing of it stays."""
        with self.assertRaisesRegex(error, message), self.env.cr.savepoint():
            yield

    def test_versions_are_counted_in_each_institution(self):
        first = self.scheme.version
        self.assertEqual(self._draft().version, first + 1)
        self.assertEqual(self._draft(version=77).version, first + 2)
        other = self.env["alumni.score.scheme"]._in_use(self.other_company)
        self.assertEqual((other.version, other.state), (1, "used"))
        self.assertEqual(
            {rule.mode: (rule.weight, rule.cap) for rule in other.rule_ids},
            {
                "philanthropic": (10, 40),
                "volunteer": (10, 40),
                "experiential": (5, 20),
                "communication": (2, 10),
            },
        )
        self.assertEqual(other.half_life, 365)
        self.assertEqual(other, other._in_use(self.other_company), "made once")

    def test_a_draft_cannot_be_smuggled_in(self):
        draft = self._draft(state="used")
        self.assertEqual(draft.state, "draft")
        for vals in ({"state": "used"}, {"version": 9}, {"date_used": TODAY}):
            with self.assertRaisesRegex(UserError, "put in use by its button"):
                draft.write(vals)

    def test_a_used_version_stays(self):
        rule = self.scheme.rule_ids[0]
        for change in (
            lambda: self.scheme.write({"half_life": 100}),
            lambda: self.scheme.write({"rule_ids": [fields.Command.clear()]}),
            lambda: self.scheme.unlink(),
            lambda: rule.write({"weight": 3}),
            lambda: rule.unlink(),
            lambda: rule.copy({"mode": False, "kind": "survey_answer"}),
            lambda: self.scheme.action_use(),
        ):
            with self.assertRaisesRegex(UserError, "Make a new version"):
                change()
        self.scheme.note = "Decided by the board"
        draft = self._draft()
        with self.assertRaisesRegex(UserError, "Make a new version"):
            draft.rule_ids[0].scheme_id = self.scheme

    def test_new_version(self):
        """The manager copies a version, changes it, uses it; scores say which version
        they are of, and the one before stays to be read."""
        ada = self._alumnus()
        self._gift(ada, TODAY)
        self._everybody()
        self.assertEqual(self._score(ada).scheme_id, self.scheme)
        action = self.scheme.with_user(self.manager).action_new_version()
        draft = self.env["alumni.score.scheme"].browse(action["res_id"])
        self.assertEqual(draft.state, "draft")
        self.assertEqual(
            draft.rule_ids.mapped("weight"), self.scheme.rule_ids.mapped("weight")
        )
        with Form(draft.with_user(self.manager)) as form:
            form.half_life = 100
            with form.rule_ids.edit(0) as rule:
                rule.weight = 4
        action = draft.with_user(self.manager).action_use()
        self.assertEqual(action["res_model"], "alumni.score.run")
        self.assertEqual((draft.state, self.scheme.state), ("used", "former"))
        self.assertEqual(draft.date_used, TODAY)
        self.assertEqual(self._score(ada).scheme_id, self.scheme, "until computed")
        self.assertEqual(self._score(ada).points, 10)
        self._everybody()
        self.assertEqual(self._score(ada).scheme_id, draft)
        self.assertEqual(self._score(ada).points, 4)
        self.assertScores()

    def test_a_new_version_is_computed_though_nobody_asks(self):
        self._everybody()
        self._scheme([("philanthropic", False, 1, 1)])
        self.env["alumni.score.run"].search([]).unlink()
        self.env["alumni.score"]._cron_refresh()
        self.assertTrue(self.env["alumni.score.run"].search_count([]))

    def test_bad_rules(self):
        draft = self._draft()
        rule = draft.rule_ids[0]
        for vals, message in (
            ({"weight": -1}, "from 0 to 1000"),
            ({"weight": 1001}, "from 0 to 1000"),
            ({"cap": 0}, "not the cap 0"),
            ({"cap": -5}, "not the cap 0"),
        ):
            with self._refused(ValidationError, message):
                rule.write(vals)
        for vals, message in (
            ({"half_life": 0}, "from 1 to 36500, not 0"),
            ({"half_life": -7}, "from 1 to 36500"),
            ({"half_life": 40_000}, "from 1 to 36500"),
            ({"tier_2": 0}, "more points than the one before"),
            ({"tier_3": 30}, "more points than the one before"),
            ({"tier_4": 1}, "more points than the one before"),
        ):
            with self._refused(ValidationError, message):
                draft.write(vals)

    @mute_logger("odoo.sql_db")
    def test_mode_or_kind_once(self):
        draft = self._draft()
        rules = self.env["alumni.score.rule"].with_user(self.manager)
        for vals in (
            {"mode": "volunteer", "kind": "survey_answer"},
            {},
            {"mode": "volunteer"},
        ):
            with self.assertRaises(Exception), self.cr.savepoint():  # noqa: B017
                rules.create({"scheme_id": draft.id, "weight": 1, "cap": 1, **vals})

    def test_weights_of_nothing(self):
        draft = self._draft()
        draft.rule_ids.weight = 0
        with self.assertRaisesRegex(ValidationError, "at least one mode or kind"):
            draft.action_use()
        draft.rule_ids.unlink()
        with self.assertRaisesRegex(ValidationError, "at least one mode or kind"):
            draft.action_use()
        self.assertEqual(self.scheme.state, "used")

    def test_kinds_have_names(self):
        draft = self._draft()
        rule = draft.rule_ids[0]
        rule.write({"mode": False, "kind": "participation_mentor"})
        self.assertEqual(rule.display_name, "Mentor")
        kinds = dict(rule._fields["kind"]._description_selection(self.env))
        self.assertEqual(kinds["gift_money"], "Gift: Money")

    def test_bad_cut(self):
        for cut in (0, -1, 101):
            with self.assertRaisesRegex(ValidationError, "at most 100 percent"):
                self.company.alumni_score_cut = cut
