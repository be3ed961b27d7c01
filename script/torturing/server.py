"""The server of a run: gunicorn with the product's own settings, whose workers are killed without warning."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from torturing import Problem

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Server:
    """A running one."""

    pid: int
    port: int
    log: Path

    def workers(self) -> list[int]:
        """The processes that answer; the first one only looks after them."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(each) for each in children.read_text().split()]

    def kill_one(self, rng: random.Random) -> bool:
        """Kill a worker at once, whatever it is doing."""
        workers = self.workers()
        if not workers:
            return False
        try:
            os.kill(rng.choice(workers), signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True


@contextmanager
def serve(folder: Path) -> Iterator[Server]:
    """Start it and wait until it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "server.log"
    command = [sys.executable, "-m", "gunicorn", "lms.wsgi", "--config", "lms/gunicorn.py", "--workers", "2"]
    command += ["--bind", f"127.0.0.1:{port}", "--max-requests", "0", "--log-level", "critical"]
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)
    try:
        _wait(process, port, log)
        yield Server(process.pid, port, log)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen, port: int, log: Path) -> None:
    end = time.monotonic() + 300
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise Problem(f"the server did not start:\n{log.read_text()[-2000:]}")
