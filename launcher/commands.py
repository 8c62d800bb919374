"""The command line of ./alumni."""

import argparse
import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from . import database, postgres
from .console import AlumniError, Step, say
from .home import REPOSITORY, Home
from .odoo_env import Odoo, ending, wait

DESCRIPTION = """\
run and test the alumni suite for Odoo 19

  ./alumni run                 a university to look at, on http://127.0.0.1:8069
  ./alumni test [ARGS]         all tests; -k EXPRESSION or PATH for a part
  ./alumni odoo ARGS           any Odoo command line (shell -d DB, -u ADDON -d DB ...)
  ./alumni bench ARGS          the benchmark on a large generated university
  ./alumni import --database DB --kind KIND FILE...
  ./alumni export --database DB --period 2024 OUT.xlsx
  ./alumni reset               remove what the others made; --yes does not ask
"""


def parser():
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--db-url",
        default=argparse.SUPPRESS,
        metavar="URL",
        help="a PostgreSQL server of yours, postgresql://user:password@host:port "
        "(default: ALUMNI_DB_URL, else an embedded one)",
    )
    common.add_argument(
        "--odoo",
        default=argparse.SUPPRESS,
        metavar="PATH",
        dest="odoo_path",
        help="an Odoo 19 source tree (default: ALUMNI_ODOO, else Debian's package)",
    )
    main = argparse.ArgumentParser(
        prog="./alumni",
        description=DESCRIPTION,
        parents=[common],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = main.add_subparsers(dest="command", required=True, metavar="COMMAND")

    run = commands.add_parser("run", parents=[common], help="start the system")
    run.add_argument("--database", help="name of the database (default: alumni)")
    run.add_argument("--port", type=int, default=8069)
    run.add_argument("--host", default="127.0.0.1", help="address to listen on")
    run.add_argument(
        "--no-demo",
        action="store_true",
        help="an empty database (default name: alumni_empty)",
    )

    load = commands.add_parser("import", parents=[common], help="load files")
    load.add_argument("--database", required=True)
    load.add_argument("--kind", required=True, help="people, gifts, events ...")
    load.add_argument("files", nargs="+", metavar="FILE", type=Path)
    load.add_argument("--verbose", action="store_true", help="show Odoo's log")

    export = commands.add_parser(
        "export", parents=[common], help="write the benchmark spreadsheet"
    )
    export.add_argument("--database", required=True)
    export.add_argument(
        "--period",
        required=True,
        type=int,
        help="the calendar year in which the period ends",
    )
    export.add_argument("out", metavar="OUT.xlsx", type=Path)
    export.add_argument("--verbose", action="store_true", help="show Odoo's log")

    reset = commands.add_parser("reset", parents=[common], help="remove everything")
    reset.add_argument("--yes", action="store_true", help="do not ask")

    for name, text in (
        ("odoo", "any Odoo command line"),
        ("bench", "the benchmark"),
        ("test", "all tests, or a part"),
    ):
        commands.add_parser(name, help=text, add_help=False)
    return main


class Session:
    """The parts that the commands share, each prepared on first use."""

    def __init__(self, options):
        self.home = Home()
        self.home.prepare()
        self.url = getattr(options, "db_url", os.environ.get("ALUMNI_DB_URL"))
        self.odoo = Odoo(
            self.home, getattr(options, "odoo_path", os.environ.get("ALUMNI_ODOO"))
        )

    @contextlib.contextmanager
    def server(self):
        """Prepare Odoo and yield the PostgreSQL server to use."""
        self.odoo.prepare()
        with self.home.lock():
            programs = postgres.binaries(self.home, self.odoo.python)
        if self.url:
            server = postgres.Server.from_url(programs, self.url)
            server.check()
            yield server
        else:
            with postgres.Cluster(self.home, programs).use() as server:
                yield server

    def inside(self, server, options, task, *arguments):
        """Run a task inside Odoo on an existing database; return its exit code."""
        name = options.database
        if not server.exists(name):
            raise AlumniError(f"There is no database '{name}'.")
        configuration = self.odoo.configuration(server)
        command = database.inside(
            *(self.odoo, configuration, name, task, *arguments),
            log_level="info" if options.verbose else "warn",
        )
        environment = self.odoo.environment()
        environment["PYTHONPATH"] += os.pathsep + str(REPOSITORY)
        return wait(self.odoo.start(command, env=environment))


def check_port(host, port):
    """Fail before the long steps if the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise AlumniError(
                    f"Port {port} of {host} is taken by another program. End that "
                    f"program, or take another port: ./alumni run --port {port + 1}"
                ) from error
            raise AlumniError(
                f"Cannot listen on {host}, port {port}: {error.strerror}. Choose with "
                "--host and --port."
            ) from error


def answers(url):
    """Tell whether the web server answers there."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            f"{url}/web/health", timeout=5
        ) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def run(options):
    check_port(options.host, options.port)
    session = Session(options)
    home = session.home
    with session.server() as server:
        name = options.database or server.database
        if not name or name == "postgres":
            name = "alumni_empty" if options.no_demo else "alumni"
        facts = database.ensure(
            home, session.odoo, server, name, demo=not options.no_demo
        )
        log = home.logs / f"server-{options.port}.log"
        configuration = session.odoo.configuration(
            server,
            name=f"run-{options.port}",
            db_name=name,
            dbfilter=f"^{name}$",
            http_interface=options.host,
            http_port=options.port,
        )
        shown = "127.0.0.1" if options.host in ("0.0.0.0", "::") else options.host
        url = f"http://{f'[{shown}]' if ':' in shown else shown}:{options.port}"
        with open(log, "w") as stream:
            process = session.odoo.start(
                session.odoo.command(configuration),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                cwd=REPOSITORY,
                start_new_session=True,
            )
        with Step("server"), ending(process):
            while not answers(url):
                if process.poll() is not None:
                    raise AlumniError(
                        f"Odoo ended:\n{log.read_text()[-3000:]}\nThe log is in {log}."
                    )
                time.sleep(0.2)
        if facts:
            password = home.secret("odoo administrator")
            note = f"(unless you have changed it; kept in {home.secrets})"
            if roles := facts.get("roles"):
                note += f"\n            (the same for {', '.join(roles)})"
        else:
            password = "yours:"
            note = "this database was not made by ./alumni"
        with contextlib.suppress(KeyboardInterrupt), ending(process):
            print(
                f"\n  Address   {url}\n  Login     admin\n  Password  {password}\n"
                f"            {note}\n  Database  {name}\n  Log       {log}\n\n"
                "  Ctrl-C ends it.",
                flush=True,
            )
            code = wait(process, interrupt=True)
            return 0 if code in (0, -signal.SIGINT, -signal.SIGTERM) else code
        return 0


def odoo(options, arguments):
    session = Session(options)
    with session.server() as server:
        configuration = session.odoo.configuration(server)
        return wait(session.odoo.start(session.odoo.command(configuration, *arguments)))


def bench(options, arguments):
    session = Session(options)
    with session.server() as server:
        configuration = session.odoo.configuration(server)
        # With the extensions that only the administrator of a server may prepare.
        empty = f"bench_{os.getpid()}_empty"
        environment = session.odoo.environment(
            ALUMNI_ODOO_RC=str(configuration), ALUMNI_BENCH_EMPTY=empty
        )
        environment["PYTHONPATH"] += os.pathsep + str(REPOSITORY)
        script = (
            "import sys; from data import bench; sys.exit(bench.main(sys.argv[1:]))"
        )
        server.create(empty)
        try:
            return wait(
                session.odoo.start(
                    [str(session.odoo.python), "-c", script, *arguments],
                    env=environment,
                )
            )
        finally:
            server.drop(empty)


def load(options):
    for path in options.files:
        if not path.is_file():
            raise AlumniError(f"There is no file {path}.")
    session = Session(options)
    with session.server() as server:
        return session.inside(
            server,
            options,
            *("import", options.kind),
            *(str(path.absolute()) for path in options.files),
        )


def export(options):
    if not options.out.absolute().parent.is_dir():
        raise AlumniError(f"There is no folder {options.out.absolute().parent}.")
    session = Session(options)
    with session.server() as server:
        return session.inside(
            server,
            options,
            *("export", str(options.period), str(options.out.absolute())),
        )


def reset(options):
    home = Home()
    if not home.path.exists() and not home.postgres.exists():
        say("There is nothing to remove.")
        return 0
    url = getattr(options, "db_url", os.environ.get("ALUMNI_DB_URL"))
    clusters = [
        postgres.Cluster(home, home.postgres / postgres.PROGRAMS, name)
        for name in ("main", "test")
    ]
    if any(cluster.in_use() for cluster in clusters):
        raise AlumniError("An ./alumni command is still running. End it first.")
    known = {
        key: names
        for key, names in home.databases().items()
        if names and key not in ("main", "test")
    }
    server = None
    if known and url:
        server = postgres.Server.from_url(home.postgres / postgres.PROGRAMS, url)
    say(f"This removes {home.path} and {home.postgres}, with the databases in them.")
    for key, names in known.items():
        if server and server.key == key:
            say(f"On {key} it removes the databases it made: {', '.join(names)}.")
        else:
            say(
                f"On {key} the databases {', '.join(names)} stay; to remove them too, "
                "give --db-url."
            )
    if not options.yes:
        if not sys.stdin.isatty():
            raise AlumniError("Say --yes to remove it without being asked.")
        if input("Remove? [y/N] ").strip().lower() not in ("y", "yes"):
            return 1
    if server:
        for name in known.get(server.key, {}):
            server.drop(name)
    for cluster in clusters:
        if cluster.folder.exists():
            cluster.stop()
    clusters[0].remove_user()
    home.remove()
    say("Removed.")
    return 0


def main(arguments):
    if sys.version_info < (3, 10):  # noqa: UP036 (any Python may start it)
        say("Python 3.10 or newer is needed; Debian 12 has 3.11.")
        return 1
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # These take the rest of the line as it is.
    passing = {"odoo": odoo, "bench": bench, "test": None}
    place = next(
        (
            index
            for index, word in enumerate(arguments)
            if word in passing and arguments[index - 1 : index] not in (["--odoo"],)
        ),
        None,
    )
    plain = {"run": run, "import": load, "export": export, "reset": reset}
    taken = any(word in plain for word in arguments[:place])
    try:
        if place is not None and not taken:
            options = parser().parse_args(arguments[: place + 1])
            if options.command == "test":
                from . import testing

                passing["test"] = testing.main
            return passing[options.command](options, arguments[place + 1 :])
        options = parser().parse_args(arguments)
        return plain[options.command](options)
    except AlumniError as error:
        say(f"\n{error}")
        return 1 if arguments[:1] != ["import"] else 2
    except KeyboardInterrupt:
        say("\nInterrupted; the same command goes on where this one stopped.")
        return 130
