"""The virtual environment in which Odoo, the loaders and the tests run."""

import importlib.util
import os
import shutil
import subprocess
import sys

from . import debian
from .console import AlumniError, Step
from .home import REPOSITORY, digest

REQUIREMENTS = REPOSITORY / "launcher" / "requirements.txt"
TEST_REQUIREMENTS = REPOSITORY / "launcher" / "requirements-test.txt"


def _base(home):
    """Make the environment itself; an unfinished or foreign one is made again."""
    python = home.venv / "bin" / "python"
    marker = home.venv / ".alumni-base"
    if marker.exists() and marker.read_text() == sys.version and python.exists():
        return python
    if home.venv.exists():
        shutil.rmtree(home.venv)
    complete = importlib.util.find_spec("ensurepip") is not None
    arguments = [sys.executable, "-m", "venv", str(home.venv)]
    # Debian keeps ensurepip in a package of its own (python3-venv).
    result = subprocess.run(
        arguments if complete else [*arguments, "--without-pip"],
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise AlumniError(
            "No virtual environment can be made with this Python:\n"
            f"{(result.stdout + result.stderr)[-1000:]}\n"
            "On Debian: apt-get install python3-venv, then run this command again."
        )
    if not complete:
        wheel = debian.fetch_pip(home)
        subprocess.run(
            [str(python), f"{wheel}/pip", "install", "-q", "--no-index", str(wheel)],
            check=True,
        )
    marker.write_text(sys.version)
    return python


def prepare(home, requirements=REQUIREMENTS):
    """Install the pinned packages once; return the Python of the environment."""
    python = _base(home)
    stamp = home.venv / f".alumni-{requirements.stem}"
    wanted = digest(requirements.read_bytes())
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    total = sum(
        1
        for line in requirements.read_text().splitlines()
        if line.strip() and not line.startswith(("#", "-"))
    )
    with Step(f"Python packages ({requirements.name})") as step:
        process = subprocess.Popen(
            [
                str(python),
                *("-m", "pip", "install", "--disable-pip-version-check"),
                *("--progress-bar", "off", "--prefer-binary"),
                *("--cache-dir", str(home.path / "pip")),
                *("--no-warn-script-location", "-r", str(requirements)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said, number = [], 0
        for line in process.stdout:
            said = [*said[-20:], line]
            words = line.split()
            if line.startswith("Collecting"):
                number += 1
            elif words and words[0] in ("Downloading", "Using"):
                size = line[line.rfind("(") :].strip("()\n")
                step.progress(
                    f"{min(number, total)} of {total}, "
                    f"{words[-3 if line.rstrip().endswith(')') else -1]} {size}"
                )
            elif line.startswith("Installing"):
                step.progress("unpacking")
        if process.wait():
            raise AlumniError(
                f"Python packages could not be installed:\n{''.join(said)}\n"
                "Check the network and run the same command again."
            )
    shutil.rmtree(home.path / "pip", ignore_errors=True)
    stamp.write_text(wanted)
    return python


def environment(home, **more):
    """Return the environment variables for a program of the virtual environment."""
    kept = {
        name: value
        for name, value in os.environ.items()
        # Odoo and libpq would take the server from these behind our back.
        if not name.startswith(("PG", "ODOO_")) and name != "PYTHONDONTWRITEBYTECODE"
    }
    kept.update(
        PATH=f"{home.venv / 'bin'}:{kept.get('PATH', '/usr/bin:/bin')}",
        PYTHONPYCACHEPREFIX=str(home.path / "pycache"),
        ALUMNI_HOME=str(home.path),
    )
    kept.setdefault("LANG", "C.UTF-8")
    kept.setdefault("HOME", str(home.path))
    kept.update(more)
    return kept
