"""Times in which the API could not be read: the open one, what it made us miss, and the messages that tell of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, insert, select, update
from sqlalchemy.orm import Session

from bot.core.blindness import ApiView, Spell
from bot.core.model import ExecutionStatus
from bot.store.overdue_tables import BlindCardRow, BlindRow
from bot.store.tables import ExecutionRow, TransitionRow, WatchRow, WorkflowRow
from bot.store.upsert import insert_if_absent


@dataclass(frozen=True, slots=True)
class OpenSpell:
    """The time without sight that we are in, or have not made up for."""

    key: int
    spell: Spell
    reason: str


@dataclass(frozen=True, slots=True)
class BlindCard:
    """The message that told a channel."""

    channel: str
    outbox_key: int


@dataclass(frozen=True, slots=True)
class Missed:
    """Runs that ended unseen, and how many of them failed."""

    ended: int
    failed: int


def api_view(session: Session) -> ApiView:
    """How the API answers, as far as we have asked."""
    row = session.execute(select(WatchRow.api_answered_at, WatchRow.api_failed_at)).one_or_none()
    return ApiView(row.api_answered_at, row.api_failed_at) if row else ApiView(None, None)


def open_spell(session: Session) -> OpenSpell | None:
    """The one that is not closed."""
    row = session.scalars(select(BlindRow).where(BlindRow.closed_at.is_(None)).order_by(BlindRow.id.desc())).first()
    return OpenSpell(row.id, Spell(row.since, row.seen_again_at), row.reason) if row else None


def begin(session: Session, since: datetime, reason: str, now: datetime) -> int | None:
    """A new one; None when somebody else has begun it."""
    return session.execute(
        insert_if_absent(session, BlindRow).values(since=since, reason=reason, opened_at=now).returning(BlindRow.id)
    ).scalar_one_or_none()


def note_sight(session: Session, key: int, seen_again_at: datetime | None) -> None:
    """The API answers again, or fell silent again."""
    session.execute(update(BlindRow).where(BlindRow.id == key).values(seen_again_at=seen_again_at))


def close(session: Session, key: int, now: datetime) -> bool:
    """All that was missed has been read; False when somebody else has closed it."""
    closed = session.execute(
        update(BlindRow)
        .where(BlindRow.id == key, BlindRow.closed_at.is_(None))
        .values(closed_at=now)
        .returning(BlindRow.id)
    ).one_or_none()
    return closed is not None


def behind(session: Session, since: datetime, poll_every: timedelta) -> int:
    """How many watched workflows nobody has tried to read since then. An attempt, good or bad, moves the due time."""
    return session.execute(
        select(func.count()).where(
            WorkflowRow.is_watched, WorkflowRow.is_listed, WorkflowRow.due_at < since + poll_every
        )
    ).scalar_one()


def missed(session: Session, spell: Spell) -> Missed:
    """What ended while we could not see, and has been seen since: nothing is seen between the last answer before and
    the first one after."""
    if spell.seen_again_at is None:
        return Missed(0, 0)
    failed = case((TransitionRow.to_status == ExecutionStatus.FAILED, 1), else_=0)
    row = session.execute(
        select(func.count(), func.coalesce(func.sum(failed), 0))
        .join(ExecutionRow, ExecutionRow.id == TransitionRow.execution_key)
        .where(ExecutionRow.is_ended, ExecutionRow.ended_at >= spell.since)
        .where(TransitionRow.seen_at > spell.since, TransitionRow.happened_at < spell.seen_again_at)
        .where(TransitionRow.to_status == ExecutionRow.status)
    ).one()
    return Missed(row[0], int(row[1]))


def add_card(session: Session, key: int, card: BlindCard) -> None:
    """This message told the channel."""
    session.execute(insert(BlindCardRow).values(blind_key=key, channel=card.channel, outbox_key=card.outbox_key))


def cards_of(session: Session, key: int) -> Sequence[BlindCard]:
    """The messages that told of it."""
    rows = session.execute(
        select(BlindCardRow.channel, BlindCardRow.outbox_key)
        .where(BlindCardRow.blind_key == key)
        .order_by(BlindCardRow.channel)
    )
    return [BlindCard(channel, outbox_key) for channel, outbox_key in rows]
