"""What the sweep needs to know, and what it changes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.core.digest import MessageRef
from bot.store.message_tables import OutboxRow


def threads_since(session: Session, channel: str, since: datetime) -> list[MessageRef]:
    """The messages under which we replied since then."""
    replies = select(OutboxRow.reply_to).where(
        OutboxRow.channel == channel, OutboxRow.reply_to.is_not(None), OutboxRow.started_at >= since
    )
    rows = session.execute(
        select(OutboxRow.message_channel, OutboxRow.message_ts).where(
            OutboxRow.id.in_(replies), OutboxRow.message_ts.is_not(None)
        )
    )
    return [MessageRef(channel, ts) for channel, ts in rows if channel and ts]


def known_keys(session: Session, keys: Sequence[str]) -> set[str]:
    """Those of the keys under which there is a message in the outbox."""
    return set(session.scalars(select(OutboxRow.key).where(OutboxRow.key.in_(keys))))


def point_to(session: Session, removed: MessageRef, kept: MessageRef) -> None:
    """Rows that named the removed message name the kept one."""
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.message_channel == removed.channel, OutboxRow.message_ts == removed.ts)
        .values(message_channel=kept.channel, message_ts=kept.ts)
    )
