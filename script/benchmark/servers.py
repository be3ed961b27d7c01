"""The servers of one run: the product, the product with a counter of statements, the bare view."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmark import Problem, cpu
from benchmark.client import Client, Request
from benchmark.database import free_port

ROOT = Path(__file__).resolve().parents[2]
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH")


@dataclass(frozen=True)
class Site:
    """A Django project with its settings and its database."""

    settings: str
    wsgi: str
    database: str
    data: Path
    alive: str

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the caller's own site: the same everywhere."""
        return {
            **{name: os.environ[name] for name in INHERITED if name in os.environ},
            "DJANGO_SETTINGS_MODULE": self.settings,
            "DATABASE_URL": self.database,
            "DATA_DIR": str(self.data),
            "SULUH_DEMO": "1",
            "SECRET_KEY": "bench-" + "x" * 60,
            "LOG_LEVEL": "WARNING",
            "WEB_CONCURRENCY": "1",
        }

    def run(self, module: str, *arguments: str) -> None:
        """Run a module of ours inside this project; its standard output joins the progress."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments], cwd=ROOT, env=self.environment, stdout=sys.stderr
        )
        if done.returncode:
            raise Problem(f"{module} failed with status {done.returncode} (see above).")


@dataclass(frozen=True)
class Server:
    """A running one."""

    client: Client
    pid: int
    database: int | None

    def cpu(self) -> float:
        """Seconds of processor time so far, the database server's included."""
        return cpu.of_tree(self.pid) + (cpu.of_tree(self.database) if self.database else 0.0)


@contextmanager
def serve(site: Site, database: int | None) -> Iterator[Server]:
    """Start gunicorn with the product's own settings and wait until it answers.

    No worker is renewed on the way: its start would count as work for a request.
    """
    port = free_port()
    log = site.data / f"{site.settings}.log"
    command = [sys.executable, "-m", "gunicorn", site.wsgi, "--config", "lms/gunicorn.py"]
    command += ["--bind", f"127.0.0.1:{port}", "--max-requests", "0"]
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=site.environment, stdout=output, stderr=output)
    try:
        client = Client(port)
        _wait(process, client, site, log)
        yield Server(client, process.pid, database)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen, client: Client, site: Site, log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            client.reconnect()
            client.send(Request(site.alive))
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise Problem(f"{site.wsgi} did not start:\n{log.read_text()[-2000:]}")
