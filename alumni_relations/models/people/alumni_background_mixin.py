import functools

from odoo import api, fields, models
from odoo.service.model import retrying


class AlumniBackgroundMixin(models.AbstractModel):
    """Work on all records that takes longer than anybody waits. It goes forward in
    steps, each saved when it is done: if the server stops, it goes on where it was.
    Every step may run again without effect."""

    _name = "alumni.background.mixin"
    _description = "Work in the background"
    _order = "id desc"

    # The scheduled action that calls ``_cron_run``.
    _background_cron = None

    state = fields.Selection(
        string="Status",
        selection=[("waiting", "Waiting"), ("running", "Running"), ("done", "Done")],
        required=True,
        default="waiting",
        readonly=True,
        index=True,
    )
    last_id = fields.Integer(
        string="Done up to",
        readonly=True,
        aggregator=None,
        help="Id of the last record that is done.",
    )
    progress = fields.Float(readonly=True, aggregator=None, help="In percent.")
    date_asked = fields.Datetime(string="Asked for", readonly=True)
    date_start = fields.Datetime(string="Started", readonly=True)
    date_end = fields.Datetime(string="Finished", readonly=True)

    @api.model
    def _pending(self, *states):
        """The work that goes on or is asked for, the next to be done first."""
        # sudo: whoever changes a setting may not read or write this work.
        return self.sudo().search(
            [("state", "in", states or ("waiting", "running"))], order="id", limit=1
        )

    @api.model
    def _request(self):
        """Ask for the work in the background, or join one that has not begun."""
        asked = {"date_asked": fields.Datetime.now()}
        if work := self._pending("waiting"):
            # Written, so that if it begins at this moment one of the two is run again:
            # else it would not see what was saved just before it was asked for.
            work.write(asked)
        else:
            work = self.sudo().create(asked)
        self.env.ref(self._background_cron).sudo()._trigger()
        return work

    def _run_now(self):
        """Do all of it at once, in the running transaction."""
        self.env.flush_all()
        while self.state != "done":
            self._next_step()

    def _next_step(self):
        """Do the next step."""
        self.ensure_one()
        if self.state == "waiting":
            self._begin()
        self._step()

    def _begin(self):
        return self.write({"state": "running", "date_start": fields.Datetime.now()})

    def _step(self):
        """Do one step; call :meth:`_finish` when nothing is left."""
        raise NotImplementedError

    def _finish(self):
        """Called when nothing is left; whoever waits for that overrides it."""
        self.write(
            {"state": "done", "progress": 100, "date_end": fields.Datetime.now()}
        )

    def _done_message(self):
        """What whoever has asked is told at the end."""
        raise NotImplementedError

    @api.model
    def _cron_run(self):
        """Go on with the work that is asked for, saving after every step."""
        while work := self._pending():
            # What follows from this work was asked for by the same person.
            work = work.with_user(work.create_uid).sudo()
            # Somebody may have saved one of the records meanwhile.
            retrying(functools.partial(work._next_step), self.env)
            if work.state == "done":
                work._notify()
            left = self.search_count([("state", "!=", "done")])
            if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                break

    def _notify(self):
        user = self.create_uid
        message = self.with_context(lang=user.lang)._done_message()
        user._bus_send("simple_notification", {"type": "success", "message": message})

    @api.model
    def _action_progress(self):
        """Show the work that goes on, or the last one."""
        return (self._pending() or self.sudo().search([], limit=1))._action_open()

    def _action_open(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }
