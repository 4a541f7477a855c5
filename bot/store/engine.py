"""Opens the database and its two kinds of transaction: SQLite by default, PostgreSQL by address."""

import importlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session
from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_fixed

from bot.errors import DatabaseUnusable, SettingsError
from bot.store.turns import InTurn

__all__ = ["Database", "Session"]

BUSY_TIMEOUT_MS = 5000
_BEGIN = "bot_begin"
_SQLITE_SNAPSHOT = {_BEGIN: "BEGIN"}
_POSTGRES_SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class Database:
    """A database and its pool of connections. Nothing is opened before the first transaction."""

    def __init__(self, url: str) -> None:
        self.url = normalised(url)
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else create_engine(self.url, pool_pre_ping=True)
        self._turns: AbstractContextManager[None] = InTurn() if self.is_sqlite else nullcontext()
        self._readers = self.engine.execution_options(**(_SQLITE_SNAPSHOT if self.is_sqlite else _POSTGRES_SNAPSHOT))

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Read and write; committed at the end, rolled back on an error.

        On SQLite it takes the write lock at once: a transaction that reads first and writes later fails with
        "database is locked" whenever another one wrote in between, and no busy time-out helps. The threads of this
        process take turns.
        """
        with self._turns, Session(self.engine) as session, session.begin():
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Read only; the same state of the database throughout. Waits for nobody, on either database."""
        with Session(self._readers) as session:
            yield session

    @contextmanager
    def required(self) -> Iterator[None]:
        """Raises a DatabaseUnusable where the database does not do what is asked of it within.

        The connections are given up with it: one that was opened while the file could not be written never writes.
        """
        try:
            yield
        except DBAPIError as error:
            self.engine.dispose()
            raise DatabaseUnusable(f"{self.url.render_as_string(hide_password=True)}: {error.orig}") from error

    def exists(self) -> bool:
        """Whether there is anything to read; merely opening SQLite would create the file."""
        path = self.url.database
        return not self.is_sqlite or bool(path and Path(path).exists())

    def close(self) -> None:
        self.engine.dispose()


def normalised(url: str) -> URL:
    """`postgres://`, as platforms hand it out, and `postgresql://` both mean psycopg 3.

    Raises a SettingsError for anything but SQLite and PostgreSQL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingsError("DATABASE_URL: not a database address (accepted: sqlite:///… or postgresql://…)") from None
    if parsed.drivername in ("postgres", "postgresql"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise SettingsError(f"DATABASE_URL: {parsed.drivername} is not supported (accepted: SQLite or PostgreSQL)")
    return parsed


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(url, module=_sqlite_module())
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _sqlite_module() -> ModuleType:
    """SQLite up to 3.51.2 can corrupt a WAL that two connections reset at once (fixed in 3.51.3, see its release
    notes); pysqlite3 brings a newer one along than most systems have."""
    try:
        return importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return importlib.import_module("sqlite3.dbapi2")


def _configure(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would come too late and without IMMEDIATE
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    if connection.execute("PRAGMA page_count").fetchone() == (0,):
        # counts only while the file is empty, and always waits for the write lock, which a reader must not
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous = FULL")  # an outbox row that was committed must survive a power cut
    connection.execute("PRAGMA foreign_keys = ON")


def _write_ahead(connection: Any) -> None:
    """A file is switched to a WAL once in its life. Where another connection writes at that moment, SQLite refuses at
    once, whatever the busy time-out: so it is met by two processes that start together on a new file."""
    switching = Retrying(
        retry=retry_if_exception(lambda error: getattr(error, "sqlite_errorname", "") == "SQLITE_BUSY"),
        stop=stop_after_delay(BUSY_TIMEOUT_MS / 1000),
        wait=wait_fixed(0.02),
        reraise=True,
    )
    switching(connection.execute, "PRAGMA journal_mode = WAL")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN IMMEDIATE"))
