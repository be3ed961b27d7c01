"""The database after all migrations, made once and copied: by each process of a test run, and for the journeys' site.

To migrate takes most of a minute of processor time, whatever the database; a copy takes a moment. What is in a template
is named by what made it: change a migration and there is another template.
"""

import fcntl
import hashlib
import importlib.metadata
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from django.apps import apps
from django.conf import settings

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".pytest_cache" / "databases"
_IMPORTS = re.compile(r"^(?:from|import) (\w+(?:\.\w+)*)", re.MULTILINE)


def _is_sqlite() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")


def _sources() -> Iterator[Path]:
    """Every file that has a say in what the migrations make, and those of ours that they import."""
    yield Path(__file__)
    for config in apps.get_app_configs():
        migrations = Path(config.path) / "migrations"
        yield from sorted(migrations.rglob("*.py"))
        if ROOT not in migrations.parents or ROOT / ".venv" in migrations.parents:
            continue
        yield from sorted((Path(config.path) / "data").rglob("*.csv"))
        for file in sorted(migrations.glob("*.py")):
            for name in _IMPORTS.findall(file.read_text(encoding="utf-8")):
                for source in (ROOT / f"{name.replace('.', '/')}.py", ROOT / name.replace(".", "/") / "__init__.py"):
                    if source.is_file():
                        yield source


def key() -> str:
    """What a template is made of, in twelve characters."""
    made_of = hashlib.sha256()
    for source in dict.fromkeys(_sources()):
        # Not where it stands: one environment may be reached by two paths.
        made_of.update(f"{source.parent.parent.name}/{source.name}\0".encode() + source.read_bytes() + b"\0")
    for name in ("django", "wagtail"):
        made_of.update(importlib.metadata.version(name).encode())
    given = (settings.INSTALLED_APPS, settings.LANGUAGES, settings.LANGUAGE_CODE, settings.AUTH_USER_MODEL, sys.version)
    made_of.update(repr(given).encode())
    return made_of.hexdigest()[:12]


@contextmanager
def one_at_a_time(folder: Path = FOLDER) -> Iterator[None]:
    """Whoever makes something for all processes makes it alone."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(url: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0", "--run-syncdb"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": url},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def sqlite_template() -> Path:
    """The file to copy; made when there is none yet, and older ones are thrown away."""
    template = FOLDER / f"{key()}.sqlite3"
    with one_at_a_time():
        if not template.exists():
            for old in FOLDER.glob("*.sqlite3*"):
                old.unlink()
            half = FOLDER / "half.sqlite3"
            _migrate(f"sqlite:///{half}")
            with closing(sqlite3.connect(half)) as file:  # all of it into the one file that is copied
                file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            half.rename(template)
    return template


def postgres_url(name: str) -> str:
    """The address of a database on the server of this run."""
    given = settings.DATABASES["default"]
    host = str(given["HOST"]).replace("/", "%2F")
    return f"postgres://{given['USER']}:{given['PASSWORD']}@{host}:{given['PORT'] or 5432}/{name}"


@contextmanager
def postgres_server() -> Iterator[psycopg.Connection]:
    """A connection for work on whole databases."""
    given = settings.DATABASES["default"]
    with psycopg.connect(
        host=given["HOST"],
        port=given["PORT"] or 5432,
        user=given["USER"],
        password=given["PASSWORD"],
        dbname="postgres",
        autocommit=True,
    ) as connection:
        yield connection


def postgres_template() -> str:
    """The name of the database to copy; as `sqlite_template`, on the server of this run."""
    own = f"suluh_template_{hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]}"
    template = f"{own}_{key()}"
    with one_at_a_time(), postgres_server() as server:
        there = [name for (name,) in server.execute("SELECT datname FROM pg_database") if name.startswith(own)]
        if template not in there:
            for old in there:
                server.execute(f"DROP DATABASE {old} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {own}_half")
            _migrate(postgres_url(f"{own}_half"))
            server.execute(f"ALTER DATABASE {own}_half RENAME TO {template}")
    return template


def prepare() -> None:
    """Make the template of this run's database, so that nobody has to wait for it later."""
    if _is_sqlite():
        sqlite_template()
    else:
        postgres_template()


def use(connection) -> None:
    """Let Django begin its test database with a copy; it migrates that as ever, and finds nothing to do."""
    if not _is_sqlite():
        connection.settings_dict["TEST"]["TEMPLATE"] = postgres_template()
        return
    template, create = sqlite_template(), connection.creation._create_test_db

    def create_from_copy(*args, **kwargs):
        name = create(*args, **kwargs)
        shutil.copyfile(template, name)
        return name

    connection.creation._create_test_db = create_from_copy


@contextmanager
def site_database(folder: Path) -> Iterator[str]:
    """The address of another copy for a site beside the test run, with a database of the same kind."""
    if _is_sqlite():
        file = folder / "site.sqlite3"
        shutil.copyfile(sqlite_template(), file)
        yield f"sqlite:///{file}"
        return
    name = f"suluh_journey_{os.getpid()}"
    template = postgres_template()
    with postgres_server() as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield postgres_url(name)
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
