"""Messages whose fate only Slack knows: those to look for now, place by place, and what was found of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, func, select, update
from sqlalchemy.orm import Session, aliased

from bot.core.delivery import DeliveryState, Posted
from bot.core.digest import MessageRef
from bot.store.folding import drop_changes
from bot.store.message_tables import OutboxRow
from bot.store.sending import place_of, set_place_of_carried

# Made once: an alias of so wide a row costs milliseconds, and a search is tried several times a second.
_PARENT = aliased(OutboxRow)


@dataclass(frozen=True, slots=True)
class UnclearMessage:
    """One to look for. `was_tried` is false when only an earlier life of the bot can have sent it."""

    id: int
    token: int
    key: str
    was_tried: bool


@dataclass(frozen=True, slots=True)
class Search:
    """Messages to look for in one place: a channel as the settings call it, or a thread. None of them can have been
    posted before `since`."""

    channel: str
    thread: MessageRef | None
    since: datetime
    messages: Sequence[UnclearMessage]

    @property
    def may_stand_elsewhere(self) -> bool:
        """An earlier life may have folded them, or told them around a broken channel or in another thread, and we do
        not know of it."""
        return not all(message.was_tried for message in self.messages)


def claim_search(session: Session, now: datetime, lease_for: timedelta) -> Search | None:
    """Take every message that is due to be looked for in the place of the one that has been due longest."""
    due = _is_due(now)
    first = session.execute(
        select(OutboxRow.channel, OutboxRow.sent_to, OutboxRow.reply_to)
        .where(due)
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(1)
    ).first()
    if first is None:
        return None
    place = func.coalesce(OutboxRow.sent_to, OutboxRow.channel)
    channel = first.sent_to or first.channel
    is_same_thread = OutboxRow.reply_to.is_not_distinct_from(first.reply_to)
    in_place = select(OutboxRow.id).where(due, place == channel, is_same_thread)
    rows = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(in_place.with_for_update(skip_locked=True)))
        .values(state=DeliveryState.UNCLEAR, token=OutboxRow.token + 1, due_at=now + lease_for, lease_until=None)
        .returning(OutboxRow.id, OutboxRow.token, OutboxRow.key, OutboxRow.attempts, OutboxRow.about_at),
        execution_options={"synchronize_session": False},
    ).all()
    if not rows:
        return None
    return Search(
        channel=channel,
        thread=place_of(session, first.reply_to),
        since=min(row.about_at for row in rows),
        messages=[UnclearMessage(row.id, row.token, row.key, row.attempts > 0) for row in rows],
    )


def mark_found(session: Session, message: UnclearMessage, posted: Posted, now: datetime) -> None:
    """It stands in Slack, and so does what it carries."""
    place = {"message_channel": posted.channel, "message_ts": posted.ts}
    if _finish(session, message, state=DeliveryState.SENT, closed_at=now, last_error=None, **place):
        set_place_of_carried(session, message.id, place)


def mark_carried(session: Session, message: UnclearMessage, carrier: Posted, now: datetime) -> None:
    """An earlier life folded it into a message that stands there. There is nothing of its own that could be changed."""
    place = {"message_channel": carrier.channel, "message_ts": carrier.ts}
    if _finish(session, message, state=DeliveryState.FOLDED, closed_at=now, last_error=None, **place):
        drop_changes(session, [message.id], now)


def mark_missing(session: Session, messages: Sequence[UnclearMessage], now: datetime, *, is_certain: bool) -> None:
    """They do not stand in Slack, or nobody can tell: then those that were tried say that they may be repeats."""
    for was_tried in (True, False):
        group = [message for message in messages if message.was_tried is was_tried]
        may_repeat = was_tried and not is_certain
        _finish_all(session, group, state=DeliveryState.PENDING, due_at=now, may_repeat=may_repeat)


def look_again(session: Session, messages: Sequence[UnclearMessage], at: datetime, error: str) -> None:
    """Slack could not be asked."""
    _finish_all(session, messages, due_at=at, last_error=error)


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Those found unclear, and those whose sender died: its lease had room for the send and for settling.

    A reply stands in its parent's thread, so it is looked for once that one is found or sent.
    """
    is_placed = OutboxRow.reply_to.is_(None) | (
        select(_PARENT.id).where(_PARENT.id == OutboxRow.reply_to, _PARENT.closed_at.is_not(None)).exists()
    )
    is_unclear = (OutboxRow.state == DeliveryState.UNCLEAR) & (OutboxRow.due_at <= now)
    is_abandoned = (OutboxRow.state == DeliveryState.SENDING) & (OutboxRow.lease_until <= now)
    return OutboxRow.message_ts.is_(None) & (is_unclear | is_abandoned) & is_placed


def _finish(session: Session, message: UnclearMessage, **values: object) -> bool:
    written = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == message.id, OutboxRow.token == message.token, OutboxRow.state == DeliveryState.UNCLEAR)
        .values(**values)
        .returning(OutboxRow.id),
        execution_options={"synchronize_session": False},
    )
    return written.one_or_none() is not None


def _finish_all(session: Session, messages: Sequence[UnclearMessage], **values: object) -> None:
    """As one statement for all: after an outage there are thousands, and every other step waits for this one."""
    if not messages:
        return
    written = (
        update(OutboxRow)
        .where(
            OutboxRow.id == bindparam("message_id"),
            OutboxRow.token == bindparam("message_token"),
            OutboxRow.state == DeliveryState.UNCLEAR,
        )
        .values(**values)
    )
    rows = [{"message_id": message.id, "message_token": message.token} for message in messages]
    session.connection().execute(written, rows)
