"""INSERTs of many rows at once. SQLAlchemy binds values row by row and name by name, which takes longer than SQLite
takes to store them; here a whole column is bound at a time, by the column's own type."""

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import Dialect, TypeDecorator, insert
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from bot.store.base import Base

Names = tuple[str, ...]


def insert_many(session: Session, row: type[Base], names: Names, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert rows whose values come in the order of `names`; columns that are not named take no default."""
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.paramstyle != "qmark":
        connection.execute(insert(row), [dict(zip(names, values, strict=True)) for values in rows])
        return
    columns = [
        map(bind, values) if bind else values
        for bind, values in zip(_binds(row, names, connection.dialect), zip(*rows, strict=True), strict=True)
    ]
    connection.exec_driver_sql(_statement(row, names, connection.dialect), list(zip(*columns, strict=True)))


@lru_cache(maxsize=32)
def _statement(row: type[Base], names: Names, dialect: Dialect) -> str:
    places = ", ".join("?" for _ in names)
    quoted = ", ".join(map(dialect.identifier_preparer.quote, names))
    return f"INSERT INTO {row.__tablename__} ({quoted}) VALUES ({places})"  # noqa: S608 - names of our own schema


@lru_cache(maxsize=32)
def _binds(row: type[Base], names: Names, dialect: Dialect) -> list[Any]:
    return [_bind(row.__table__.c[name].type.dialect_impl(dialect), dialect) for name in names]


def _bind(kind: TypeEngine[Any], dialect: Dialect) -> Any:
    """Calls our own type itself where the type below it has nothing to add."""
    if isinstance(kind, TypeDecorator) and kind.impl_instance.bind_processor(dialect) is None:
        return partial(kind.process_bind_param, dialect=dialect)
    return kind.bind_processor(dialect)
