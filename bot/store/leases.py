"""Claims due work: one statement that lets each row go to one worker only, on SQLite and on PostgreSQL alike."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from bot.store.message_tables import DigestRow
from bot.store.tables import WatchRow, WorkflowRow

LeasedRow = type[WatchRow] | type[WorkflowRow] | type[DigestRow]


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that is ours until its lease ends. Writes that follow the work name the token."""

    id: int
    token: int


def claim_due(
    session: Session, row: LeasedRow, now: datetime, lease_for: timedelta, *conditions: ColumnElement[bool]
) -> Claim | None:
    """Take the row that has been due longest. SKIP LOCKED keeps processes on PostgreSQL from waiting in line;
    SQLite has one writer at a time anyway."""
    due = (
        select(row.id)
        .where(row.due_at <= now, or_(row.lease_until.is_(None), row.lease_until <= now), *conditions)
        .order_by(row.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    claimed = session.execute(
        update(row)
        .where(row.id == due.scalar_subquery())
        .values(lease_until=now + lease_for, token=row.token + 1)
        .returning(row.id, row.token)
    ).one_or_none()
    return Claim(*claimed) if claimed else None


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
