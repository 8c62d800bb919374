"""Fetch Debian packages with a private apt, without touching the system's own.

Odoo 19 is packaged in Debian's unstable suite. Its files are unpacked, not installed;
apt checks the signature of the suite and the hash of every file.
"""

import os
import shutil
import subprocess
import tempfile
import threading
import urllib.parse
from pathlib import Path

from .console import AlumniError, Step, human_size

ODOO = (
    "odoo-19/unstable",
    # Odoo's package replaces third-party files by relative links to these.
    "libjs-jquery/unstable",
    "libjs-jquery-form/unstable",
    "libjs-underscore/unstable",
    "fonts-roboto-unhinted/unstable",
    "fonts-montserrat/unstable",
    "fonts-inconsolata/unstable",
    "fonts-ocr-b/unstable",
    # Unstable has version 7, whose files have other names than Odoo links to.
    "fonts-font-awesome/{stable}",
)
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# Left out of the package for its licence, yet named by the backend's assets. It blurs
# the background of video calls; without any file the browser logs an error.
STRIPPED = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def release():
    """Return the facts of /etc/os-release."""
    facts = {}
    for line in Path("/etc/os-release").read_text().splitlines():
        name, _, value = line.partition("=")
        facts[name] = value.strip("\"'")
    return facts


class Apt:
    """An apt of our own: the machine's mirror and settings, our lists and cache."""

    def __init__(self, folder):
        if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
            raise AlumniError(
                "Odoo 19 is fetched from Debian's packages and this machine has no "
                "apt-get. Get the source of Odoo 19 and name its folder: "
                "./alumni --odoo PATH run (or set ALUMNI_ODOO)."
            )
        self.folder = folder
        self.stable = release().get("VERSION_CODENAME", "stable")
        if self.stable in ("sid", "unstable"):
            self.stable = "bookworm"
        for name in ("lists/partial", "cache/archives/partial", "state", "debs"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "status").touch()
        self.options = [
            f"Dir::State={folder / 'state'}",
            f"Dir::State::Lists={folder / 'lists'}",
            f"Dir::State::status={folder / 'status'}",
            f"Dir::Cache={folder / 'cache'}",
            f"Dir::Etc::SourceList={folder / 'sources.list'}",
            "Dir::Etc::SourceParts=/dev/null",
            "Dir::Etc::Preferences=/dev/null",
            "Dir::Etc::PreferencesParts=/dev/null",
            "Acquire::Languages=none",
            "Acquire::Retries=3",
            # The user _apt cannot write in a folder that only we can read.
            "APT::Sandbox::User=root",
        ]

    def run(self, *arguments, **keywords):
        options = [word for option in self.options for word in ("-o", option)]
        return subprocess.run(
            ["apt-get", "-q", *options, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=dict(os.environ, LC_ALL="C.UTF-8"),
            **keywords,
        )

    def mirrors(self):
        """Return the addresses of Debian that the machine's apt is set to use."""
        listing = subprocess.run(
            [
                "apt-get",
                "indextargets",
                "--format",
                "$(REPO_URI) $(RELEASE) $(COMPONENT)",
                "Identifier: Packages",
            ],
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
        found = [line.split() for line in listing.splitlines()]
        addresses = [
            line[0]
            for line in found
            if len(line) == 3
            and line[1] in (self.stable, "stable", "sid", "unstable")
            and line[2] == "main"
        ]
        # A third party may also call its suite by Debian's code name.
        addresses.sort(key=lambda uri: not uri.rstrip("/").endswith("debian"))
        if not addresses:
            raise AlumniError(
                f"No Debian mirror for '{self.stable} main' is set in /etc/apt. Add "
                "one, or name a source tree of Odoo 19: ./alumni --odoo PATH run."
            )
        return list(dict.fromkeys(addresses))

    def update(self):
        """Read the package lists of unstable and of the machine's own suite."""
        signed = f"[signed-by={KEYRING}] " if KEYRING.exists() else ""
        said = ""
        for mirror in self.mirrors():
            (self.folder / "sources.list").write_text(
                f"deb {signed}{mirror} unstable main\n"
                f"deb {signed}{mirror} {self.stable} main\n"
            )
            result = self.run("update", "-o", "APT::Update::Error-Mode=any")
            if result.returncode == 0:
                return
            said = result.stdout.strip()
        raise AlumniError(
            f"Debian's package lists cannot be read:\n{said[-2000:]}\nCheck the "
            "network and the mirror in /etc/apt, then run the same command again."
        )

    def download(self, names, step):
        """Return the package files; what is there and right is not fetched again."""
        names = [name.format(stable=self.stable) for name in names]
        debs = self.folder / "debs"
        result = self.run("download", "--print-uris", *names, cwd=debs)
        wanted = {}
        for line in result.stdout.splitlines():
            words = line.split()
            if line.startswith("'") and len(words) >= 3:
                wanted[urllib.parse.unquote(words[1])] = int(words[2])
        if result.returncode or len(wanted) < len(names):
            raise AlumniError(
                f"Debian does not offer {', '.join(names)}:\n{result.stdout[-2000:]}\n"
                "Name a source tree of Odoo 19 instead: ./alumni --odoo PATH run."
            )
        for path in debs.glob("*.deb"):
            if urllib.parse.unquote(path.name) not in wanted:
                path.unlink()
        total = human_size(sum(wanted.values()))
        finished = threading.Event()

        def watch():
            while not finished.wait(0.5):
                size = sum(
                    path.stat().st_size for path in debs.rglob("*") if path.is_file()
                )
                step.progress(f"{human_size(size)} of {total}")

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            result = self.run("download", *names, cwd=debs)
        finally:
            finished.set()
            watcher.join()
        if result.returncode:
            raise AlumniError(
                f"A package could not be fetched:\n{result.stdout[-2000:]}\n"
                "Check the network and run the same command again; what has arrived "
                "is kept."
            )
        return sorted(debs.glob("*.deb"))


def fetch_odoo(home):
    """Unpack Odoo 19 into the home folder and return the path that Python imports."""
    packages = home.odoo / "usr/lib/python3/dist-packages"
    if home.stamp(home.odoo):
        return packages
    apt = Apt(home.debian)
    with Step("package lists of Debian"):
        apt.update()
    with Step("Odoo 19") as step:
        debs = apt.download(ODOO, step)
        size = human_size(sum(deb.stat().st_size for deb in debs))
        part = Path(tempfile.mkdtemp(prefix="odoo.part.", dir=home.path))
        for deb in debs:
            step.progress(f"{size} fetched, unpacking {deb.name.split('_')[0]}")
            subprocess.run(["dpkg-deb", "-x", str(deb), str(part)], check=True)
        stripped = part / "usr/lib/python3/dist-packages" / STRIPPED
        if not stripped.exists():
            stripped.parent.mkdir(parents=True, exist_ok=True)
            stripped.touch()
        home.set_stamp(part, "\n".join(deb.name for deb in debs))
        if home.odoo.exists():
            shutil.rmtree(home.odoo)
        part.rename(home.odoo)
    for left in home.path.glob("odoo.part.*"):
        shutil.rmtree(left)
    shutil.rmtree(home.debian)
    return packages


def fetch_pip(home):
    """Return a wheel of pip from Debian, for a Python that comes without one."""
    apt = Apt(home.debian)
    with Step("pip") as step:
        apt.update()
        for deb in apt.download(("python3-pip-whl/{stable}",), step):
            subprocess.run(["dpkg-deb", "-x", str(deb), str(home.debian)], check=True)
    return next((home.debian / "usr/share/python-wheels").glob("pip-*.whl"))


def install_system(packages, commands):
    """Install Debian packages on this machine unless their commands are there.

    Returns the commands that are still missing (no right to install, no network).
    """
    missing = [name for name in commands if not shutil.which(name)]
    if not missing:
        return []
    prefix = []
    if os.geteuid() != 0:
        sudo = shutil.which("sudo")
        if not sudo:
            return missing
        if subprocess.run([sudo, "-n", "true"], capture_output=True).returncode:
            return missing
        prefix = [sudo, "-n"]
    with Step(f"Debian packages {', '.join(packages)}") as step:
        for arguments in (
            ["update"],
            ["install", "-y", "--no-install-recommends", *packages],
        ):
            process = subprocess.Popen(
                [
                    *prefix,
                    "env",
                    "DEBIAN_FRONTEND=noninteractive",
                    "apt-get",
                    *arguments,
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for line in process.stdout:
                step.progress(line.strip()[:70])
            process.wait()
    return [name for name in commands if not shutil.which(name)]
