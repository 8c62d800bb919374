"""The folder outside the repository that holds what is downloaded and made."""

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import shutil
from pathlib import Path

from .console import AlumniError, say

REPOSITORY = Path(__file__).resolve().parent.parent
ADDONS = ("alumni_relations", "alumni_kpi")
BRIDGES = ("alumni_relations_timesheet",)
"""Addons that install themselves where their other half is."""


def default_home():
    """Return ALUMNI_HOME, or the user's cache folder as the XDG rules name it."""
    if os.environ.get("ALUMNI_HOME"):
        return Path(os.environ["ALUMNI_HOME"]).expanduser().absolute()
    cache = os.environ.get("XDG_CACHE_HOME")
    if not cache or not os.path.isabs(cache):
        cache = Path("~/.cache").expanduser()
    return Path(cache) / "alumni"


def write_private(path, text):
    """Replace a file in one move; only its owner can read it."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    os.replace(part, path)


def digest(*parts):
    """Return a short hash that changes with any of the strings or bytes given."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()[:12]


def addons_digest(addons=ADDONS):
    """Return a hash of all that the addons install; tests are left out."""
    parts = []
    for addon in addons:
        for path in sorted((REPOSITORY / addon).rglob("*")):
            relative = path.relative_to(REPOSITORY)
            if path.is_file() and not {"tests", "__pycache__"} & set(relative.parts):
                parts += [str(relative), path.read_bytes()]
    return digest(*parts)


class Home:
    """Layout of the folder, its lock, its secrets and its record of databases."""

    def __init__(self, path=None):
        self.path = Path(path) if path else default_home()
        self.venv = self.path / "venv"
        self.odoo = self.path / "odoo"
        self.debian = self.path / "debian"
        self.logs = self.path / "logs"
        # As root, PostgreSQL runs under a user of its own that must reach its files;
        # opening the parent folders (/root) to everybody for that is no option.
        if os.geteuid() == 0:
            self.postgres = Path("/var/lib") / f"alumni-{digest(str(self.path))}"
        else:
            self.postgres = self.path / "postgres"
        # Passwords and files lie beside the databases that they belong to: a home
        # folder removed by hand must not leave databases that nobody can open.
        self.data = self.postgres / "files"
        self.secrets = self.postgres / "secrets.json"
        self.known = self.postgres / "databases.json"

    def prepare(self):
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.path.chmod(0o700)
            self.logs.mkdir(exist_ok=True)
        except OSError as error:
            raise AlumniError(
                f"{self.path} cannot be used: {error.strerror}. Set ALUMNI_HOME to a "
                "folder of yours."
            ) from error

    def prepare_postgres(self):
        """Make the folder of PostgreSQL; its server's user passes through it."""
        self.postgres.mkdir(parents=True, exist_ok=True)
        self.postgres.chmod(0o755)

    def _keep(self, path, content):
        self.prepare_postgres()
        write_private(path, json.dumps(content, indent=1))

    @contextlib.contextmanager
    def lock(self, name="prepare"):
        """Keep two commands from preparing the same thing at once."""
        self.prepare()
        with open(self.path / f"{name}.lock", "w") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("  another ./alumni prepares the same; waiting for it ...")
                fcntl.flock(stream, fcntl.LOCK_EX)
            yield

    def stamp(self, folder):
        """Return what a finished folder was made from, or None if it is unfinished."""
        try:
            return (folder / ".alumni-stamp").read_text()
        except OSError:
            return None

    def set_stamp(self, folder, value):
        write_private(folder / ".alumni-stamp", value)

    def secret(self, name):
        """Return a password of this machine, made at random on first use."""
        known = json.loads(self.secrets.read_text()) if self.secrets.exists() else {}
        if name not in known:
            known[name] = secrets.token_urlsafe(18)
            self._keep(self.secrets, known)
        return known[name]

    def databases(self):
        """Return the databases that these commands created: {server: {name: facts}}."""
        return json.loads(self.known.read_text()) if self.known.exists() else {}

    def record_database(self, server, name, facts):
        """Note the state of a database; ``facts`` None forgets it."""
        known = self.databases()
        known.setdefault(server, {}).pop(name, None)
        if facts is not None:
            known[server][name] = facts
        self._keep(self.known, known)

    def remove(self):
        for folder in (self.postgres, self.path):
            if folder.exists():
                shutil.rmtree(folder)
