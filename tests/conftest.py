"""Fixtures for tests that need the whole thing running."""

import contextlib
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from launcher.home import REPOSITORY
from launcher.laboratory import free_port

# Without these Chromium looks for servers of its maker at every start.
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


PATIENCE = 120_000
"""Milliseconds for what the server works on while the user of a browser waits."""


class OdooServer:
    """A running web server: ``url``, ``database``, ``login`` and ``password``."""

    login = "admin"
    password = "admin"

    def __init__(self, url, database):
        self.url = url
        self.database = database
        self.port = int(url.rpartition(":")[2])


@pytest.fixture(scope="module")
def odoo_database(laboratory):
    """Return the name of a new database with both addons, for one test file."""
    return laboratory.clone(laboratory.complete())


@pytest.fixture(scope="module")
def odoo_server(laboratory, odoo_database):
    """Yield a web server on ``odoo_database``."""
    with laboratory.serve(odoo_database) as url:
        yield OdooServer(url, odoo_database)


@pytest.fixture(scope="module")
def university_server(laboratory):
    """Yield a web server on the fictional university."""
    database = laboratory.clone(laboratory.complete())
    laboratory.shell(
        database,
        f"import sys\nsys.path.insert(0, {str(REPOSITORY)!r})\n"
        "from data import university\nuniversity.load(env)\n",
    )
    with laboratory.serve(database) as url:
        yield OdooServer(url, database)


@pytest.fixture(scope="session")
def run_alumni(laboratory):
    """Return a function that runs ./alumni on the test server.

    Keywords are environment variables; None removes one.
    """

    def run(*arguments, cwd=None, stdin="", **variables):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(laboratory.home.path),
            "ALUMNI_HOME": str(laboratory.home.path),
            "ALUMNI_ODOO": str(laboratory.odoo.source),
            "ALUMNI_DB_URL": laboratory.url,
            **variables,
        }
        return subprocess.run(
            [sys.executable, str(REPOSITORY / "alumni"), *map(str, arguments)],
            env={name: value for name, value in environment.items() if value},
            cwd=cwd,
            input=stdin,
            capture_output=True,
            text=True,
        )

    return run


@pytest.fixture(scope="session")
def browser():
    """Yield a Chromium that playwright drives."""
    from playwright.sync_api import sync_playwright

    executable = shutil.which("chromium")
    assert executable, "Chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=executable, args=list(CHROMIUM)
        )
        yield chromium
        chromium.close()


@contextlib.contextmanager
def logged_in(browser, server):
    """Yield a page of the browser in which the administrator is logged in."""
    from playwright.sync_api import expect

    expect.set_options(timeout=PATIENCE)
    page = browser.new_page(viewport={"width": 1400, "height": 850}, locale="en-US")
    page.set_default_timeout(PATIENCE)
    page.goto(f"{server.url}/web/login")
    page.fill("input[name=login]", server.login)
    page.fill("input[name=password]", server.password)
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar")
    yield page
    page.close()


@pytest.fixture(scope="module")
def picture(tmp_path_factory):
    """Return a function that keeps a picture of a page under a name, in the folder
    that ALUMNI_PICTURES names."""
    folder = Path(os.environ.get("ALUMNI_PICTURES") or tmp_path_factory.mktemp("shown"))

    def take(page, name, **options):
        page.screenshot(path=folder / f"{name}.png", **options)

    return take


@pytest.fixture(scope="module")
def page(browser, odoo_server):
    """Yield a page in which the administrator of ``odoo_server`` is logged in."""
    with logged_in(browser, odoo_server) as page:
        yield page


@pytest.fixture(scope="module")
def client(odoo_server):
    """Return an RPC client that is logged in as the administrator."""
    import odoorpc

    client = odoorpc.ODOO("127.0.0.1", port=odoo_server.port)
    client.login(odoo_server.database, odoo_server.login, odoo_server.password)
    return client


@pytest.fixture
def smtp_server():
    """Yield a mail server on 127.0.0.1: its ``port``, the ``messages`` it has got, and
    ``wait(found)``, which waits until ``found(messages)`` is true and returns it."""
    from aiosmtpd.controller import Controller

    class Handler:
        def __init__(self):
            self.messages = []
            self.news = threading.Condition()

        async def handle_DATA(self, _server, _session, envelope):
            with self.news:
                self.messages.append(envelope)
                self.news.notify_all()
            return "250 OK"

        def wait(self, found):
            with self.news:
                result = self.news.wait_for(
                    lambda: found(self.messages), timeout=PATIENCE / 1000
                )
            assert result, f"not among {len(self.messages)} messages"
            return result

    handler = Handler()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    controller.messages = handler.messages
    controller.wait = handler.wait
    try:
        yield controller
    finally:
        with contextlib.suppress(AssertionError):
            controller.stop()
