"""Odoo itself: where its source is, its configuration and its processes."""

import contextlib
import ctypes
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from . import debian, python_env
from .console import AlumniError
from .home import REPOSITORY, digest, write_private

# Odoo's sub-commands with a sub-command of their own before any option.
NESTED = ("i18n", "module")
PR_SET_PDEATHSIG = 1  # linux/prctl.h
WITHOUT_CONFIGURATION = ("deploy", "help", "scaffold", "upgrade_code")


class Odoo:
    """An Odoo 19 source tree with an environment to run it in."""

    def __init__(self, home, path=None):
        self.home = home
        self.python = None
        if path:
            self.source = Path(path).expanduser().absolute()
            if not (self.source / "odoo" / "release.py").is_file():
                raise AlumniError(
                    f"{self.source} holds no Odoo: there is no odoo/release.py in it."
                )
        else:
            self.source = None

    def prepare(self):
        with self.home.lock():
            self.python = python_env.prepare(self.home)
            if self.source is None:
                self.source = debian.fetch_odoo(self.home)
        release = (self.source / "odoo" / "release.py").read_text()
        version = re.search(r"version_info\s*=\s*\((\d+),\s*'?(\d+)", release)
        if not version or version.group(1) != "19":
            raise AlumniError(f"{self.source} is not Odoo 19.")
        self.version = digest(release, str(self.source))
        return self

    def configuration(self, server, name="odoo", **options):
        """Write the configuration for a server and return its file."""
        addons = [
            folder
            for folder in (
                self.source / "odoo" / "addons",
                self.source / "addons",
                REPOSITORY,
            )
            if folder.is_dir() and any(folder.glob("*/__manifest__.py"))
        ]
        values = {
            "addons_path": ",".join(map(str, addons)),
            "data_dir": self.home.data,
            "admin_passwd": self.home.secret("master"),
            "db_host": server.host,
            "db_port": server.port,
            "db_user": server.user,
            "db_password": server.password or "False",
            "db_sslmode": server.sslmode,
            "http_interface": "127.0.0.1",
            "list_db": "False",
            "unaccent": "True",
            # Odoo's programs for pg_dump and restore; its own PATH may have none.
            "pg_path": server.binaries,
            **options,
        }
        # Two checkouts of one home have addons of their own.
        identity = digest(server.key, str(REPOSITORY))
        path = self.home.path / f"{name}-{identity}.conf"
        lines = [f"{key} = {value}\n" for key, value in values.items()]
        write_private(path, "[options]\n" + "".join(lines))
        return path

    def environment(self, **more):
        path = [str(self.source)]
        if os.environ.get("PYTHONPATH"):
            path.append(os.environ["PYTHONPATH"])
        return python_env.environment(
            self.home, PYTHONPATH=os.pathsep.join(path), **more
        )

    def command(self, configuration, *arguments):
        """Return an Odoo command line; a sub-command keeps its first place."""
        arguments = list(map(str, arguments))
        words = 0
        if arguments and re.fullmatch(r"[a-z_0-9]+", arguments[0]):
            words = 2 if arguments[0] in NESTED else 1
        options = ["-c", str(configuration)]
        if words and arguments[0] in WITHOUT_CONFIGURATION:
            options = []
        return [
            *(str(self.python), "-m", "odoo", *arguments[:words]),
            *options,
            *arguments[words:],
        ]

    def start(self, command, **keywords):
        keywords.setdefault("env", self.environment())
        return subprocess.Popen(command, preexec_fn=ending_with_us(), **keywords)


def ending_with_us():
    """Return what a child does first so as to end when we do, even by SIGKILL, after
    which nobody could end it and it would keep its port. Linux alone has the means.
    """
    if sys.platform != "linux":
        return None
    # Looked up here: between fork and exec as little as possible may happen.
    prctl, us = ctypes.CDLL(None).prctl, os.getpid()

    def ask():
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != us:  # we ended before it could ask
            os._exit(1)

    return ask


@contextlib.contextmanager
def ending(process):
    """Do not leave a child behind when an error or Ctrl-C leaves the block."""
    try:
        yield process
    except BaseException:
        process.terminate()
        process.wait()
        raise


def wait(process, interrupt=False):
    """Wait for a child; what would end us is handed to it, and it ends first.

    The terminal sends Ctrl-C to the child too, unless it has a session of its own:
    then ``interrupt`` says to hand that on as well.
    """

    def forward(number, _frame):
        process.send_signal(number)

    def outlive(_number, _frame):
        pass

    handlers = {
        signal.SIGINT: forward if interrupt else outlive,
        signal.SIGTERM: forward,
        signal.SIGHUP: forward,
    }
    previous = {
        number: signal.signal(number, handler) for number, handler in handlers.items()
    }
    try:
        while process.poll() is None:
            # A signal that comes just before the system call that waits is handled
            # only after it: without an end to the waiting it would be lost.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=1)
        return process.returncode
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
