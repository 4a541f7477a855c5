"""The outbox: messages to post, written with the change that caused them. How they are sent stands beside."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import UpdateBase, func, literal, select, update
from sqlalchemy.orm import Session

from bot.core.delivery import DeliveryState, Facts
from bot.core.retry import Form
from bot.store import facts
from bot.store.message_tables import ChannelRow, OutboxRow, WorkspaceRow
from bot.store.upsert import insert_or_leave


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to queue. `about_at` is when what it tells happened.

    `unclear_until` is set when an earlier life of the bot may have posted it already: then it is looked for in the
    channel first. `stream`, `reply_to` and `edits` are as in OutboxRow.
    """

    key: str
    channel: str
    facts: Facts
    about_at: datetime
    unclear_until: datetime | None = None
    stream: str | None = None
    reply_to: int | None = None
    edits: int | None = None
    is_broadcast: bool = False
    form: Form = Form.BLOCKS


@dataclass(frozen=True, slots=True)
class QueueState:
    """How much waits, how much may or may not be in Slack, and how much was given up."""

    pending: int
    unclear: int
    dead: int
    oldest_at: datetime | None


@cache
def _add(dialect: str) -> UpdateBase:
    """Made once, since making it takes longer than carrying it out."""
    return insert_or_leave(dialect, OutboxRow).returning(OutboxRow.id)


def add(session: Session, draft: Draft, now: datetime, *, not_before: datetime | None = None) -> int | None:
    """Queue a message; returns its row id, or None when the same facts were queued before."""
    values = {
        "key": draft.key,
        "purpose": facts.purpose_of(draft.facts),
        "channel": draft.channel,
        "facts": facts.encode(draft.facts),
        "state": DeliveryState.UNCLEAR if draft.unclear_until else DeliveryState.PENDING,
        "form": draft.form,
        "created_at": now,
        "about_at": draft.about_at,
        "due_at": draft.unclear_until or not_before or now,
        "stream": draft.stream,
        "reply_to": draft.reply_to,
        "edits": draft.edits,
        "is_broadcast": draft.is_broadcast,
    }
    adding = _add(session.get_bind().dialect.name)
    key: int | None = session.connection().execute(adding, values).scalar_one_or_none()
    return key


def put(session: Session, draft: Draft, now: datetime, *, not_before: datetime | None = None) -> int:
    """Queue a message; returns its row id, or that of the same facts where they were queued before, whoever did it."""
    queued = add(session, draft, now, not_before=not_before)
    return row_of(session, draft.key) if queued is None else queued


def row_of(session: Session, key: str) -> int:
    """The row with this key, which somebody has queued."""
    return session.execute(select(OutboxRow.id).where(OutboxRow.key == key)).scalar_one()


def reopen(session: Session, now: datetime, until: datetime) -> None:
    """After a start, nobody knows what became of an open row: an earlier life, or a newer copy of this database, may
    have posted it. Each is looked for in its channel once everything on its way to Slack has settled."""
    session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.message_ts.is_(None),
            OutboxRow.state.in_((DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNCLEAR)),
        )
        .values(
            state=DeliveryState.UNCLEAR,
            token=OutboxRow.token + 1,
            due_at=until,
            lease_until=None,
            started_at=func.coalesce(OutboxRow.started_at, literal(now, OutboxRow.started_at.type)),
        )
    )


def state_of_queue(session: Session) -> QueueState:
    """What is unfinished, and how many messages were given up."""
    rows = session.execute(
        select(OutboxRow.state, func.count(), func.min(OutboxRow.created_at))
        .where(OutboxRow.message_ts.is_(None), OutboxRow.state != DeliveryState.FOLDED)
        .group_by(OutboxRow.state)
    ).all()
    count = {state: number for state, number, _ in rows}
    oldest = min((since for state, _, since in rows if state is not DeliveryState.DEAD), default=None)
    return QueueState(
        pending=count.get(DeliveryState.PENDING, 0),
        unclear=count.get(DeliveryState.SENDING, 0) + count.get(DeliveryState.UNCLEAR, 0),
        dead=count.get(DeliveryState.DEAD, 0),
        oldest_at=oldest,
    )


def next_ready_at(session: Session) -> datetime | None:
    """When the next waiting message can be sent, as far as is known; None when none waits."""
    due, channel, workspace = session.execute(
        select(func.min(OutboxRow.due_at), func.min(ChannelRow.ready_at), func.min(WorkspaceRow.ready_at))
        .join(ChannelRow, ChannelRow.channel == OutboxRow.channel)
        .join(WorkspaceRow, literal(True))
        .where(OutboxRow.message_ts.is_(None), OutboxRow.state.in_((DeliveryState.PENDING, DeliveryState.UNCLEAR)))
    ).one()
    times: list[datetime | None] = [due, channel, workspace]  # of no rows at all, the least is null
    return max((moment for moment in times if moment is not None), default=None)
