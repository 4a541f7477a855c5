"""The claim on a message, and what became of the attempt. Each write that follows a claim is guarded by its token."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.core.delivery import DeliveryState, DeliveryTimes, Facts, Posted, Purpose
from bot.core.digest import MessageRef
from bot.core.retry import Form
from bot.store import channels, facts
from bot.store.cards import stream_of
from bot.store.message_tables import CardRow, ChannelRow, OutboxRow, WorkspaceRow

_OPEN = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNCLEAR)

# Made once: an alias of so wide a row costs milliseconds, and a claim is tried several times a second.
_EARLIER = aliased(OutboxRow)
_REFERRED = aliased(OutboxRow)


@dataclass(frozen=True, slots=True)
class ClaimedMessage:
    """A message that is ours to send until the lease ends. `attempts` counts this one.

    `send_to` is the channel to post to: `channel`, or the fallback while that one is broken. `thread` is the message
    to reply to, `edits` the one to change; where they stand, it is sent. `has_way_out`: it need not be sent there, a
    new message would go to the fallback.
    """

    id: int
    token: int
    key: str
    purpose: Purpose
    channel: str
    send_to: str
    facts: Facts
    form: Form
    may_repeat: bool
    attempts: int
    claimed_at: datetime
    thread: MessageRef | None
    edits: MessageRef | None
    is_broadcast: bool
    has_way_out: bool = False

    @property
    def is_detour(self) -> bool:
        return self.send_to != self.channel and self.thread is None


def claim(session: Session, now: datetime, times: DeliveryTimes, fallback: str | None) -> ClaimedMessage | None:
    """Take the next message whose channel is ready, and close that channel's gate for one `pace`.

    The claim is the durable intent to send: it is committed before the first byte leaves. On PostgreSQL the two row
    locks are skipped by other processes, so that they take neither the same message nor the same channel's turn.
    """
    detour = fallback if fallback and channels.is_ready(session, fallback, now) else None
    due = (
        select(OutboxRow.id)
        .join(ChannelRow, ChannelRow.channel == OutboxRow.channel)
        .where(_is_due(now), _has_an_open_gate(now, detour), _is_next_in_stream(), _has_what_it_refers_to())
        .order_by(OutboxRow.due_at, OutboxRow.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=(OutboxRow, ChannelRow))
    )
    row = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == due.scalar_subquery())
        .values(
            state=DeliveryState.SENDING,
            token=OutboxRow.token + 1,
            attempts=OutboxRow.attempts + 1,
            started_at=now,
            lease_until=now + times.lease,
        )
        .returning(OutboxRow),
        execution_options={"synchronize_session": False},
    ).scalar_one_or_none()
    if row is None:
        return None
    return _claimed(session, row, now, times, fallback)


def _claimed(
    session: Session, row: OutboxRow, now: datetime, times: DeliveryTimes, fallback: str | None
) -> ClaimedMessage:
    thread, edits = place_of(session, row.reply_to), place_of(session, row.edits)
    referred = thread or edits
    if referred:
        send_to = channels.named(session, referred.channel, row.channel)
    else:
        send_to = row.channel if fallback is None or channels.is_ready(session, row.channel, now) else fallback
    if channels.is_ready(session, send_to, now):  # or it waits for longer: what is changed may stand elsewhere
        channels.hold_channel(session, send_to, now + times.pace)
    row.sent_to = send_to
    return ClaimedMessage(
        id=row.id,
        token=row.token,
        key=row.key,
        purpose=row.purpose,
        channel=row.channel,
        send_to=send_to,
        facts=facts.decode(row.purpose, row.facts),
        form=row.form,
        may_repeat=row.may_repeat,
        attempts=row.attempts,
        claimed_at=now,
        thread=thread,
        edits=edits,
        is_broadcast=row.is_broadcast,
        has_way_out=referred is not None and fallback not in (None, send_to),
    )


def mark_sent(session: Session, claimed: ClaimedMessage, posted: Posted, now: datetime) -> None:
    """It stands in the channel, and so does what it carries."""
    place = {"message_channel": posted.channel, "message_ts": posted.ts}
    if _finish(session, claimed, state=DeliveryState.SENT, closed_at=now, last_error=None, **place):
        set_place_of_carried(session, claimed.id, place)


def mark_retry(session: Session, claimed: ClaimedMessage, at: datetime, form: Form, error: str) -> None:
    """It surely does not stand in the channel and is tried again."""
    _finish(session, claimed, state=DeliveryState.PENDING, due_at=at, form=form, lease_until=None, last_error=error)


def give_back(session: Session, claimed: ClaimedMessage, now: datetime) -> None:
    """It was not sent at all, and is as it was before the claim."""
    attempts = claimed.attempts - 1
    _finish(session, claimed, state=DeliveryState.PENDING, due_at=now, attempts=attempts, lease_until=None)


def mark_unclear(session: Session, claimed: ClaimedMessage, error: str, until: datetime) -> None:
    """Nobody knows whether it stands in the channel; at `until` the channel tells.

    An edit is not looked for: made again it changes nothing, once the first one can no longer arrive after it.
    """
    state = DeliveryState.PENDING if claimed.edits else DeliveryState.UNCLEAR
    _finish(session, claimed, state=state, due_at=until, lease_until=None, last_error=error)


def post_anew(session: Session, claimed: ClaimedMessage, error: str, now: datetime) -> None:
    """What it was to change or to reply to is gone or fixed: it becomes a message of its own.

    A change takes the place of what it was to change: later changes, replies and reminders refer to it.
    """
    gone = session.scalar(select(OutboxRow.edits).where(OutboxRow.id == claimed.id))
    values = {"edits": None, "reply_to": None, "is_broadcast": False}
    state = DeliveryState.PENDING
    if not _finish(session, claimed, state=state, due_at=now, lease_until=None, last_error=error, **values) or not gone:
        return
    session.execute(update(CardRow).where(CardRow.outbox_key == gone).values(outbox_key=claimed.id))
    is_unsent = OutboxRow.message_ts.is_(None) & OutboxRow.state.in_(_OPEN)
    # in the stream of the changes to come, or one that is tried again later would overwrite them
    changes = update(OutboxRow).where(OutboxRow.edits == gone, is_unsent)
    session.execute(changes.values(edits=claimed.id, stream=stream_of(claimed.id)))
    session.execute(update(OutboxRow).where(OutboxRow.reply_to == gone, is_unsent).values(reply_to=claimed.id))


def mark_dead(session: Session, claimed: ClaimedMessage, error: str, now: datetime) -> None:
    """Slack will not take it in any form; it is kept and shown, and so is what it carries."""
    if _finish(session, claimed, state=DeliveryState.DEAD, closed_at=now, last_error=error):
        session.execute(
            update(OutboxRow)
            .where(OutboxRow.carried_by == claimed.id)
            .values(state=DeliveryState.DEAD, last_error=error)
        )


def set_place_of_carried(session: Session, carrier: int, place: dict[str, str]) -> None:
    """What was folded into a message stands where that one stands."""
    session.execute(update(OutboxRow).where(OutboxRow.carried_by == carrier).values(**place))


def _finish(session: Session, claimed: ClaimedMessage, **values: object) -> bool:
    """A claim that was taken over must not overwrite what happened since."""
    written = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == claimed.id, OutboxRow.token == claimed.token, OutboxRow.state == DeliveryState.SENDING)
        .values(**values)
        .returning(OutboxRow.id),
        execution_options={"synchronize_session": False},
    )
    return written.one_or_none() is not None


def _is_due(now: datetime) -> ColumnElement[bool]:
    return (
        OutboxRow.message_ts.is_(None)
        & (OutboxRow.state == DeliveryState.PENDING)
        & (OutboxRow.due_at <= now)
        & select(WorkspaceRow.id).where(WorkspaceRow.ready_at <= now).exists()
    )


def _has_an_open_gate(now: datetime, detour: str | None) -> ColumnElement[bool]:
    """The channel's own gate, or the way around it while the channel is broken."""
    is_open = ChannelRow.ready_at <= now
    if detour is None:
        return is_open
    return is_open | (ChannelRow.broken_since.is_not(None) & (ChannelRow.channel != detour))


def _is_next_in_stream() -> ColumnElement[bool]:
    return or_(
        OutboxRow.stream.is_(None),  # spares the thousands that pile up in an outage a look at each other
        ~select(_EARLIER.id)
        .where(_EARLIER.stream == OutboxRow.stream, _EARLIER.id < OutboxRow.id)
        .where(_EARLIER.message_ts.is_(None), _EARLIER.state.in_(_OPEN))
        .exists(),
    )


def _has_what_it_refers_to() -> ColumnElement[bool]:
    """A reply waits for its parent and an edit for its message, until that one is sent, or surely never will be."""
    return or_(
        OutboxRow.reply_to.is_(None) & OutboxRow.edits.is_(None),
        select(_REFERRED.id)
        .where(or_(_REFERRED.id == OutboxRow.reply_to, _REFERRED.id == OutboxRow.edits))
        .where(_REFERRED.closed_at.is_not(None))
        .exists(),
    )


def place_of(session: Session, row_id: int | None) -> MessageRef | None:
    """Where a message stands that another one refers to. One that was folded has no place of its own: what refers to
    it is posted as a message of its own, and looked for as one."""
    row = session.get(OutboxRow, row_id) if row_id else None
    if row is None or row.state is DeliveryState.FOLDED or not (row.message_channel and row.message_ts):
        return None
    return MessageRef(row.message_channel, row.message_ts)
