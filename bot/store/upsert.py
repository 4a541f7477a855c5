"""INSERT … ON CONFLICT DO NOTHING, which both databases have and SQLAlchemy keeps in two places."""

from typing import TYPE_CHECKING

from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from bot.store.base import Base

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def insert_if_absent(session: Session, row: type[Base]) -> "postgresql.Insert | sqlite.Insert":
    """An INSERT that leaves a row alone which another transaction has added under the same unique key."""
    return insert_or_leave(session.get_bind().dialect.name, row)


def insert_or_leave(dialect: str, row: type[Base]) -> "postgresql.Insert | sqlite.Insert":
    """The same, for whoever makes a statement once."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - 3 MB that SQLite has no use for

        return postgresql.insert(row).on_conflict_do_nothing()
    return sqlite.insert(row).on_conflict_do_nothing()
