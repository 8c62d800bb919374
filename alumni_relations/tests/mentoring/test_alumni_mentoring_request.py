from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MentoringCommon


@tagged("post_install", "-at_install")
class TestAlumniMentoringRequest(MentoringCommon):
    def test_status_follows_the_pairs(self):
        request = self._request()
        self.assertEqual(request.state, "open")
        pair = self._pair(request=request, state="proposed")
        self.assertEqual(request.state, "proposed")
        pair.action_agree()
        self.assertEqual(request.state, "matched")
        pair.action_start()
        self.assertEqual(request.state, "matched")
        pair.write({"end_reason": "completed", "result": "partly"})
        pair.action_end()
        self.assertEqual(request.state, "done")
        pair.action_reopen()
        self.assertEqual(request.state, "matched")

    def test_declined_looks_again(self):
        request = self._request()
        pair = self._pair(request=request, state="proposed")
        pair.write({"declined_by": "mentor"})
        pair.action_decline()
        self.assertEqual(request.state, "open")

    def test_withdraw(self):
        request = self._request()
        mentor = self._mentor()
        pair = self._pair(mentor, request, "proposed")
        request.action_withdraw()
        self.assertEqual(request.state, "withdrawn")
        self.assertEqual((pair.state, pair.declined_by), ("declined", "mentee"))
        self.assertEqual(mentor.place_count, 1)
        with self._refused("has withdrawn"):
            self._pair(self._mentor(self.grace), request, "proposed")
        request.action_reopen()
        self.assertEqual(request.state, "open")
        other = self._pair(self._mentor(self._person("Eve Other")), request)
        with self._refused("has a mentor"):
            request.action_withdraw()
        self.assertEqual(other.state, "active")

    def test_one_open_request(self):
        request = self._request()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                self._request()
        request.action_withdraw()
        self.env.flush_all()
        self.assertEqual(self._request().state, "open")

    def test_bad_input(self):
        with self._refused("dated in the future"):
            self._request(date=fields.Date.today() + timedelta(days=1))
        request = self._request()
        self._pair(request=request)
        with self._refused("is in a mentoring pair"):
            request.partner_id = self.grace
