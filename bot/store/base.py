"""What all tables share. Times are milliseconds since 1970 UTC."""

from datetime import date, datetime
from typing import Annotated

from sqlalchemy import BigInteger, ColumnElement, Connection, Date, Index, MetaData, Text, TextClause, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.core.alerting import Verdict
from bot.core.audit_log import LogVerdict
from bot.core.delivery import DeliveryState, Purpose
from bot.core.hints import Hint
from bot.core.model import ExecutionStatus, TriggerRule
from bot.core.overdue import HowOver
from bot.core.permissions import Reason
from bot.core.retry import Form
from bot.core.rules import Origin, Outcome
from bot.core.silence import SilenceKind
from bot.store.types import StatusCode, UtcTime, words

Reported = Annotated[int, mapped_column(BigInteger)]
"""A number that came from outside."""


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: UtcTime(),
        date: Date(),
        str: Text(),
        ExecutionStatus: StatusCode(),
        TriggerRule: words(TriggerRule),
        Hint: words(Hint),
        Purpose: words(Purpose),
        DeliveryState: words(DeliveryState),
        Form: words(Form),
        Origin: words(Origin),
        SilenceKind: words(SilenceKind),
        Verdict: words(Verdict),
        LogVerdict: words(LogVerdict),
        Reason: words(Reason),
        Outcome: words(Outcome),
        HowOver: words(HowOver),
    }


class Leased:
    """A piece of due work. Whoever claims it raises `token` and holds it until `lease_until`; a write that follows
    the work is guarded by the token, so that a claim that ran out cannot overwrite its successor's work."""

    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    token: Mapped[int] = mapped_column(default=0)


def partial_index(name: str, columns: str | tuple[str, ...], where: ColumnElement[bool] | TextClause) -> Index:
    """An index of the rows that meet a condition.

    The condition is told to the dialect that creates the index, then: to name the other one, as `postgresql_where=`
    does, loads it, and with SQLite nothing else needs those 3 MB.
    """
    index = Index(name, *([columns] if isinstance(columns, str) else columns))

    def tell(_target: object, connection: Connection, **_options: object) -> None:
        index.dialect_kwargs[f"{connection.dialect.name}_where"] = where

    event.listen(index, "before_create", tell)
    return index
