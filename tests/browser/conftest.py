"""A real site for the browser: its own database and files, gunicorn and a worker, the shipped curriculum."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests import templates
from tests.browser import static
from tests.browser.looking import CHROMIUM, ROOT, SHOTS, Site
from tests.browser.main_job import SLUG, certified
from tests.browser.people import Person


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    """The demo site as `script/demo` serves it, on a free port."""
    if not CHROMIUM or os.environ.get("SULUH_SKIP_BROWSER"):
        pytest.skip("no Chromium on this machine: the browser journeys are left out")
    data = tmp_path_factory.mktemp("site")
    with templates.site_database(data) as database:
        yield from _serve(data, database)


def _one_course(data: Path) -> dict[str, str]:
    """With what environment the demo has the one course of the main job only: the others are imported once."""
    shutil.copytree(ROOT / "curriculum" / SLUG, data / "curriculum" / SLUG)
    shutil.copy(ROOT / "curriculum" / "terms.yaml", data / "curriculum")
    return {
        "DJANGO_SETTINGS_MODULE": "tests.browser.one_course",
        "SULUH_JOURNEYS_CURRICULUM": str(data / "curriculum"),
    }


def _serve(data: Path, database: str) -> Iterator[Site]:
    port = _free_port()
    environment = {
        **os.environ,
        "SULUH_DEMO": "1",
        "REQUIRE_REVIEW": "0",
        "DATA_DIR": str(data),
        "DATABASE_URL": database,
        "PUBLIC_URL": f"http://localhost:{port}",
        "ALLOWED_HOSTS": "localhost",
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "SECRET_KEY": "journey-" + "y" * 60,
        "LOG_LEVEL": "WARNING",
        "PORT": str(port),
    }
    site = Site(f"http://localhost:{port}", environment, [])
    static.collect(site, data / "static")
    for command, more in (
        (["migrate", "-v0"], {}),
        (["createcachetable"], {}),
        (["load_demo", "--people", "0"], _one_course(data) if os.environ.get("SULUH_DATABASE_TESTS_ONLY") else {}),
    ):
        done = site.manage(*command, check=False, **more)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    log = (data / "server.log").open("w")
    for command in (
        ["-m", "gunicorn", "lms.wsgi", "--config", "lms/gunicorn.py", "--bind", f"127.0.0.1:{port}", "--workers", "1"],
        ["manage.py", "db_worker", "-v0"],
    ):
        site.processes.append(
            subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stdout=log, stderr=log)
        )
    _wait_until_alive(site.url)
    yield site
    for process in site.processes:
        process.terminate()
    for process in site.processes:
        process.wait(20)
    log.close()


def _wait_until_alive(url: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the site did not come up")


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright_driver) -> Iterator[Browser]:
    browser = playwright_driver.chromium.launch(
        executable_path=CHROMIUM,
        args=[
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    )
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def phone_officer(chromium, site) -> str:
    """Sari did the whole main job on a phone; the number of her certificate."""
    return certified(chromium, site, "phone", "officer", "S. W.")


@pytest.fixture(scope="session")
def desktop_officer(chromium, site) -> str:
    """Kanya, of another member, did the same on a desktop."""
    return certified(chromium, site, "desktop", "officer2", "K. S.")


@pytest.fixture
def people(chromium: Browser, site: Site) -> Iterator[Callable[..., Person]]:
    """As many people as a journey asks for, each with a browser of the size that it names."""
    there: list[Person] = []

    def at(size: str, **context) -> Person:
        there.append(Person(chromium, site, size, SHOTS, **context))
        return there[-1]

    yield at
    for person in there:
        person.close()
