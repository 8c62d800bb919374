"""./alumni test: prepare all that the tests need, run them, count them."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

from . import debian, postgres, python_env
from .commands import Session
from .console import say
from .home import REPOSITORY, write_private
from .laboratory import SETUP
from .odoo_env import wait

# Chromium runs the tours, LibreOffice opens the spreadsheet that we write.
SYSTEM = {"chromium": "chromium", "libreoffice-calc-nogui": "soffice"}


def main(options, arguments):
    session = Session(options)
    home, odoo = session.home, session.odoo
    odoo.prepare()
    with home.lock():
        python = python_env.prepare(home, python_env.TEST_REQUIREMENTS)
        programs = postgres.binaries(home, python)
        missing = debian.install_system(list(SYSTEM), list(SYSTEM.values()))
    if missing:
        say(
            f"  Missing: {', '.join(missing)}. The tests that need them will fail; as "
            f"root: apt-get install {' '.join(SYSTEM)}"
        )
    cluster = postgres.Cluster(home, programs, "test", postgres.THROW_AWAY)
    with cluster.use() as server, tempfile.TemporaryDirectory() as folder:
        setup, counts = Path(folder, "setup.json"), Path(folder, "counts.json")
        write_private(
            setup,
            json.dumps(
                {
                    "home": str(home.path),
                    "source": str(odoo.source),
                    "binaries": str(programs),
                    "host": server.host,
                    "port": server.port,
                    "user": server.user,
                    "password": server.password,
                    "admin": server.admin,
                }
            ),
        )
        environment = odoo.environment(
            **{SETUP: str(setup), "ALUMNI_TEST_COUNTS": str(counts)}
        )
        environment["PYTHONPATH"] = os.pathsep.join(
            (str(REPOSITORY), environment["PYTHONPATH"])
        )
        code = wait(
            subprocess.Popen(
                [
                    *(str(python), "-m", "pytest", "-p", "launcher.pytest_odoo_addons"),
                    *("--rootdir", str(REPOSITORY), "-c", "pyproject.toml"),
                    *arguments,
                ],
                env=environment,
                cwd=REPOSITORY,
            )
        )
        text, code = summary(code, counts)
    print(text, flush=True)
    return code


def summary(code, counts):
    """Return the last line and the exit code for those of pytest.

    :param counts: the file in which the tests were counted, if it got so far
    """
    total = {"passed": 0, "failed": 0, "stopped": code < 0}
    if counts.exists():
        total = json.loads(counts.read_text())
    if code and not total["failed"] and not total["stopped"] and code != 5:
        # pytest itself could not do its work: that is no success.
        total["failed"] = 1
    text = f"{total['passed']} passed, {total['failed']} failed"
    if total["stopped"]:
        return f"Stopped before the end; until then {text}", 130
    return text, 1 if total["failed"] or not total["passed"] else 0
