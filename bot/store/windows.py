"""Messages that tell a channel that a maintenance window has begun, and what it has held back there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.store.message_tables import DecisionRow, SubscriptionRow, WindowRow
from bot.store.upsert import insert_if_absent


@dataclass(frozen=True, slots=True)
class Window:
    """One occurrence of a maintenance window in a channel, from when to when it was to last."""

    silence_id: int
    channel: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """One that was announced, by this message, and whose end was not."""

    key: int
    window: Window
    outbox_key: int


def is_known(session: Session, window: Window) -> bool:
    """Whether it was announced, be it over or not."""
    known = select(WindowRow.id).where(
        WindowRow.silence_key == window.silence_id,
        WindowRow.channel == window.channel,
        WindowRow.until == window.until,
    )
    return session.execute(known).first() is not None


def add(session: Session, window: Window, outbox_key: int) -> None:
    """This message announces it; whoever came first has announced it, where two did."""
    session.execute(
        insert_if_absent(session, WindowRow).values(
            silence_key=window.silence_id,
            channel=window.channel,
            since=window.since,
            until=window.until,
            outbox_key=outbox_key,
        )
    )


def open_ones(session: Session) -> list[OpenWindow]:
    """Those whose end was not told, oldest first."""
    rows = session.scalars(select(WindowRow).where(WindowRow.closed_at.is_(None)).order_by(WindowRow.id))
    return [
        OpenWindow(row.id, Window(row.silence_key, row.channel, row.since, row.until), row.outbox_key) for row in rows
    ]


def close(session: Session, key: int, now: datetime) -> bool:
    """Its end is told; False when somebody else has done so."""
    closed = session.execute(
        update(WindowRow)
        .where(WindowRow.id == key, WindowRow.closed_at.is_(None))
        .values(closed_at=now)
        .returning(WindowRow.id)
    )
    return closed.one_or_none() is not None


def held_back(session: Session, window: Window) -> int:
    """How many alerts it held back in this channel, each once, whoever had asked for it."""
    ends, late = session.execute(
        select(func.count(DecisionRow.transition_key.distinct()), func.count(DecisionRow.overdue_key.distinct()))
        .join(SubscriptionRow, SubscriptionRow.id == DecisionRow.subscription_key)
        .where(DecisionRow.silence_key == window.silence_id, DecisionRow.decided_at >= window.since)
        .where(SubscriptionRow.channel == window.channel)
    ).one()
    return int(ends + late)
