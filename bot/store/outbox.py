"""The outbox: messages to post, written with the change that caused them, and how their delivery goes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session

from bot.core.delivery import DeliveryState, Facts, Posted
from bot.core.retry import Form
from bot.store import facts
from bot.store.tables import ChannelRow, OutboxRow, WorkspaceRow
from bot.store.upsert import insert_if_absent


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A message that is ours to send until the lease ends. `attempts` counts this one."""

    id: int
    token: int
    key: str
    channel: str
    facts: Facts
    form: Form
    may_repeat: bool
    attempts: int


@dataclass(frozen=True, slots=True)
class QueueState:
    """How much waits, how much may or may not be in Slack, and how much was given up."""

    pending: int
    unclear: int
    dead: int
    oldest_at: datetime | None


def add(session: Session, key: str, channel: str, message: Facts, now: datetime) -> int | None:
    """Queue a message; None when the same facts were queued before."""
    return session.execute(
        insert_if_absent(session, OutboxRow)
        .values(
            key=key,
            purpose=facts.purpose_of(message),
            channel=channel,
            facts=facts.encode(message),
            state=DeliveryState.PENDING,
            form=Form.BLOCKS,
            created_at=now,
            due_at=now,
        )
        .returning(OutboxRow.id)
    ).scalar_one_or_none()


def claim(session: Session, now: datetime, lease_for: timedelta, pace: timedelta) -> ClaimedMessage | None:
    """Take the next message whose channel is ready, and close the channel's gate for one `pace`.

    The claim is the durable intent to send: it is committed before the first byte leaves. On PostgreSQL the two row
    locks are skipped by other processes, so that they neither take the same message nor the same channel's turn.
    """
    due = (
        select(OutboxRow.id)
        .join(ChannelRow, ChannelRow.channel == OutboxRow.channel)
        .where(
            OutboxRow.message_ts.is_(None),
            OutboxRow.state == DeliveryState.PENDING,
            OutboxRow.due_at <= now,
            ChannelRow.ready_at <= now,
            select(WorkspaceRow.id).where(WorkspaceRow.ready_at <= now).exists(),
        )
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=(OutboxRow, ChannelRow))
    )
    row = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(due))
        .values(
            state=DeliveryState.SENDING,
            token=OutboxRow.token + 1,
            attempts=OutboxRow.attempts + 1,
            started_at=now,
            lease_until=now + lease_for,
        )
        .returning(
            OutboxRow.id,
            OutboxRow.token,
            OutboxRow.key,
            OutboxRow.channel,
            OutboxRow.purpose,
            OutboxRow.facts,
            OutboxRow.form,
            OutboxRow.may_repeat,
            OutboxRow.attempts,
        )
    ).one_or_none()
    if row is None:
        return None
    session.execute(update(ChannelRow).where(ChannelRow.channel == row.channel).values(ready_at=now + pace))
    message = facts.decode(row.purpose, row.facts)
    return ClaimedMessage(row.id, row.token, row.key, row.channel, message, row.form, row.may_repeat, row.attempts)


def mark_sent(session: Session, claimed: ClaimedMessage, posted: Posted, now: datetime) -> None:
    """It stands in the channel."""
    _finish(
        session,
        claimed,
        state=DeliveryState.SENT,
        closed_at=now,
        message_channel=posted.channel,
        message_ts=posted.ts,
        last_error=None,
    )


def mark_retry(session: Session, claimed: ClaimedMessage, at: datetime, form: Form, error: str) -> None:
    """It surely does not stand in the channel and is tried again."""
    _finish(
        session,
        claimed,
        state=DeliveryState.PENDING,
        due_at=at,
        form=form,
        started_at=None,
        lease_until=None,
        last_error=error,
    )


def mark_dead(session: Session, claimed: ClaimedMessage, error: str, now: datetime) -> None:
    """Slack will not take it in any form; it is kept and shown."""
    _finish(session, claimed, state=DeliveryState.DEAD, closed_at=now, last_error=error)


def note_error(session: Session, claimed: ClaimedMessage, error: str) -> None:
    """Nobody knows yet whether it stands in the channel: it stays `sending`."""
    _finish(session, claimed, last_error=error)


def state_of_queue(session: Session) -> QueueState:
    """What is unfinished, and how many messages were given up."""
    rows = session.execute(
        select(OutboxRow.state, func.count(), func.min(OutboxRow.created_at))
        .where(OutboxRow.message_ts.is_(None))
        .group_by(OutboxRow.state)
    ).all()
    count = {state: number for state, number, _ in rows}
    oldest = min((since for state, _, since in rows if state is not DeliveryState.DEAD), default=None)
    pending, unclear, dead = (
        count.get(state, 0) for state in (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.DEAD)
    )
    return QueueState(pending, unclear, dead, oldest)


def _finish(session: Session, claimed: ClaimedMessage, **values: object) -> None:
    """Guarded by state and token: a claim that was taken back must not overwrite what happened since."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == claimed.id, OutboxRow.token == claimed.token, OutboxRow.state == DeliveryState.SENDING)
        .values(**values)
    )


def next_ready_at(session: Session) -> datetime | None:
    """When the next waiting message can be sent, as far as is known; None when none waits."""
    due, channel, workspace = session.execute(
        select(func.min(OutboxRow.due_at), func.min(ChannelRow.ready_at), func.min(WorkspaceRow.ready_at))
        .join(ChannelRow, ChannelRow.channel == OutboxRow.channel)
        .join(WorkspaceRow, literal(True))
        .where(OutboxRow.message_ts.is_(None), OutboxRow.state == DeliveryState.PENDING)
    ).one()
    times: list[datetime | None] = [due, channel, workspace]  # of no rows at all, the least is null
    return max((moment for moment in times if moment is not None), default=None)
