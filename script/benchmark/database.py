"""Empty databases for one run, one for each server, thrown away afterwards."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmark import Problem

NAMES = ("product", "reference")


@dataclass(frozen=True)
class Databases:
    """Addresses by the server's name, and the process whose tree is the database server, where there is one."""

    urls: dict[str, str]
    root: int | None = None


@contextmanager
def sqlite(folder: Path) -> Iterator[Databases]:
    """Two files; the product's begins as a copy of the migrated one that `SULUH_BENCH_START` names, if it names one."""
    if start := os.environ.get("SULUH_BENCH_START"):
        shutil.copyfile(start, folder / "product.sqlite3")
    yield Databases({name: f"sqlite:///{folder / name}.sqlite3" for name in NAMES})


@contextmanager
def postgres() -> Iterator[Databases]:
    """A server of our own, as it comes, so that its processes work for nobody else."""
    tools = _tools()
    home = Path(tempfile.mkdtemp(prefix="suluh-bench-", dir="/tmp"))  # a socket's path must be short
    password = secrets.token_hex(16)
    (home / "password").write_text(password)
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
        shutil.chown(home / "password", "postgres")
    data, port = home / "data", free_port()

    def run(tool: str, *arguments: str) -> None:
        as_owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [*as_owner, str(tools / tool), "-D", str(data), *arguments], cwd="/", capture_output=True, text=True
        )
        if done.returncode:
            raise Problem(f"PostgreSQL's {tool} failed: {(done.stderr or done.stdout).strip().splitlines()[-1]}")

    try:
        run("initdb", "-U", "suluh", "-A", "scram-sha-256", f"--pwfile={home / 'password'}", "-E", "UTF8", "--locale=C")
        options = f"-k {home} -p {port} -c listen_addresses=127.0.0.1"
        run("pg_ctl", "-w", "-t", "60", "-l", str(home / "log"), "-o", options, "start")
        try:
            yield Databases(_create(port, password), int((data / "postmaster.pid").read_text().split()[0]))
        finally:
            run("pg_ctl", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(home)


def _create(port: int, password: str) -> dict[str, str]:
    import psycopg

    with psycopg.connect(
        host="127.0.0.1", port=port, user="suluh", password=password, dbname="postgres", autocommit=True
    ) as connection:
        for name in NAMES:
            connection.execute(f"CREATE DATABASE {name}")
    return {name: f"postgres://suluh:{password}@127.0.0.1:{port}/{name}" for name in NAMES}


def _tools() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: float(each.parts[-3]))
    initdb = found[-1] if found else Path(shutil.which("initdb") or "")
    if not initdb.name:
        raise Problem("there is no PostgreSQL server on this machine: install it, or leave --postgres away.")
    return initdb.parent


def free_port() -> int:
    """A port on this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
