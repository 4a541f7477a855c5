"""The real store on an SQLite database in memory, whose contents can be taken out as a value and put back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from bot.store import migrate
from bot.store.engine import Database
from bot.store.schema import metadata

TABLES: list[Table] = metadata.sorted_tables

Row = tuple[object, ...]
Contents = tuple[tuple[Row, ...], ...]
"""The rows of every table, in the order of TABLES and of their primary keys."""


class Bench(Database):
    """`on_commit` is told of each commit: "before" it, and "after" it, when it is durable."""

    def __init__(self) -> None:
        super().__init__("sqlite://")
        self.on_commit: Callable[[str], None] = _ignore
        migrate.upgrade(self)
        self._connection: Any = self.engine.raw_connection().driver_connection
        self._taken: tuple[int, Contents] = (-1, ())

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with super().transaction() as session:
            yield session
            self.on_commit("before")
        self.on_commit("after")

    def contents(self) -> Contents:
        """What a process that started now would find here."""
        changes: int = self._connection.total_changes
        if self._taken[0] != changes:
            self._taken = changes, tuple(tuple(self._connection.execute(_READING[table.name])) for table in TABLES)
        return self._taken[1]

    def restore(self, contents: Contents) -> None:
        """Put contents back that were taken out before."""
        run = self._connection.execute
        run("PRAGMA foreign_keys = OFF")
        run("BEGIN")
        for table, rows in zip(TABLES, contents, strict=True):
            run(f"DELETE FROM {table.name}")
            self._connection.executemany(_WRITING[table.name], rows)
        run("COMMIT")
        run("PRAGMA foreign_keys = ON")
        self._taken = self._connection.total_changes, contents


def _ignore(_moment: str) -> None:
    """Nobody listens."""


_READING = {
    table.name: f"SELECT * FROM {table.name} ORDER BY {', '.join(column.name for column in table.primary_key)}"
    for table in TABLES
}
_WRITING = {table.name: f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(table.columns))})" for table in TABLES}
