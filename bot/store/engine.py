"""Opens the database and its two kinds of transaction: SQLite by default, PostgreSQL by address."""

import importlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
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
CACHE_KIB = 16 * 1024
"""SQLite's cache of the connection that writes, filled as far as the file is large. Its usual 2 MB hold too little of
the indexes of a million runs: to add a row took twice as long. Of those that only read SQLite drops the cache whenever
somebody has written, so they keep the usual one."""
_BEGIN = "bot_begin"
_SQLITE_SNAPSHOT = {_BEGIN: "BEGIN"}
_POSTGRES_SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class Database:
    """A database and its connections. Nothing is opened before the first transaction.

    On SQLite the threads of this process take turns at writing, so one connection writes, and keeps what it has read.
    """

    def __init__(self, url: str) -> None:
        self.url = normalised(url)
        self._turns: AbstractContextManager[None]
        if self.is_sqlite:
            self.engine = _sqlite_engine(self.url, CACHE_KIB)
            reading = _sqlite_engine(self.url) if self._is_file else self.engine
            self.readers = reading.execution_options(**_SQLITE_SNAPSHOT)
            self._turns = InTurn()
        else:
            self.engine = create_engine(self.url, pool_pre_ping=True)
            self.readers = self.engine.execution_options(**_POSTGRES_SNAPSHOT)
            self._turns = nullcontext()

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Read and write; committed at the end, rolled back on an error.

        On SQLite it takes the write lock at once: a transaction that reads first and writes later fails with
        "database is locked" whenever another one wrote in between, and no busy time-out helps.
        """
        with self._turns, Session(self.engine) as session, session.begin():
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Read only; the same state of the database throughout. Waits for nobody, on either database."""
        with Session(self.readers) as session:
            yield session

    @contextmanager
    def required(self) -> Iterator[None]:
        """Raises a DatabaseUnusable where the database does not do what is asked of it within.

        The connections are given up with it: one that was opened while the file could not be written never writes.
        """
        try:
            yield
        except DBAPIError as error:
            self.close()
            raise DatabaseUnusable(f"{self.url.render_as_string(hide_password=True)}: {error.orig}") from error

    @property
    def _is_file(self) -> bool:
        """Another connection to a database in memory would find another one."""
        return self.url.database not in (None, "", ":memory:")

    def exists(self) -> bool:
        """Whether there is anything to read; merely opening SQLite would create the file."""
        path = self.url.database
        return not self.is_sqlite or bool(path and Path(path).exists())

    def close(self) -> None:
        self.engine.dispose()
        self.readers.dispose()


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


def _sqlite_engine(url: URL, cache_kib: int | None = None) -> Engine:
    engine = create_engine(url, module=_sqlite_module())
    event.listen(engine, "connect", partial(_configure, cache_kib=cache_kib))
    event.listen(engine, "begin", _begin)
    return engine


def _sqlite_module() -> ModuleType:
    """SQLite up to 3.51.2 can corrupt a WAL that two connections reset at once (fixed in 3.51.3, see its release
    notes); pysqlite3 brings a newer one along than most systems have."""
    try:
        return importlib.import_module("pysqlite3.dbapi2")
    except ImportError:
        return importlib.import_module("sqlite3.dbapi2")


def _configure(connection: Any, _record: object, *, cache_kib: int | None) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would come too late and without IMMEDIATE
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    if connection.execute("PRAGMA page_count").fetchone() == (0,):
        # counts only while the file is empty, and always waits for the write lock, which a reader must not
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous = FULL")  # an outbox row that was committed must survive a power cut
    connection.execute("PRAGMA foreign_keys = ON")
    if cache_kib:
        connection.execute(f"PRAGMA cache_size = -{cache_kib}")


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
