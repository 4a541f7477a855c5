"""Claims due work: one statement that lets each row go to one worker only, on SQLite and on PostgreSQL alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.store.message_tables import DigestRow
from bot.store.tables import WatchRow, WorkflowRow

LeasedRow = type[WatchRow] | type[WorkflowRow] | type[DigestRow]


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that is ours until its lease ends. Writes that follow the work name the token."""

    id: int
    token: int


@dataclass(frozen=True, slots=True)
class Due:
    """Which rows to claim of those that are due, and how many at the most."""

    row: LeasedRow
    most: int
    conditions: Sequence[ColumnElement[bool]]


def claim_due(
    session: Session, row: LeasedRow, now: datetime, lease_for: timedelta, *conditions: ColumnElement[bool]
) -> Claim | None:
    """Take the row that has been due longest."""
    claimed = claim_all_due(session, Due(row, 1, conditions), now, lease_for)
    return claimed[0][0] if claimed else None


def claim_all_due(
    session: Session, due: Due, now: datetime, lease_for: timedelta, *wanted: InstrumentedAttribute[Any]
) -> list[tuple[Claim, Sequence[Any]]]:
    """Take the rows that have been due longest, each with the values that are wanted of it. SKIP LOCKED keeps processes
    on PostgreSQL from waiting in line; SQLite has one writer at a time anyway."""
    row = due.row
    ids = (
        select(row.id)
        .where(row.due_at <= now, or_(row.lease_until.is_(None), row.lease_until <= now), *due.conditions)
        .order_by(row.due_at)
        .limit(due.most)
        .with_for_update(skip_locked=True)
        .cte("due")  # PostgreSQL could run a plain subquery more than once, and lock other rows each time
    )
    claimed = session.execute(
        update(row)
        .where(row.id.in_(select(ids.c.id)))
        .values(lease_until=now + lease_for, token=row.token + 1)
        .returning(row.id, row.token, *wanted)
    )
    return [(Claim(key, token), rest) for key, token, *rest in claimed]


def finish(session: Session, row: LeasedRow, claim: Claim, **values: object) -> bool:
    """Write the result of the work and give the lease back; False when the claim had run out and was taken over."""
    written = session.execute(
        update(row)
        .where(row.id == claim.id, row.token == claim.token)
        .values(lease_until=None, **values)
        .returning(row.id)
    )
    return written.one_or_none() is not None


def release_all(session: Session) -> None:
    """After a start: what a process had claimed when it died need not wait for its lease to end.

    One that lives loses nothing: its result counts unless the row was claimed anew before it was there.
    """
    rows: tuple[LeasedRow, ...] = (WatchRow, WorkflowRow, DigestRow)
    for row in rows:
        session.execute(update(row).where(row.lease_until.is_not(None)).values(lease_until=None))
