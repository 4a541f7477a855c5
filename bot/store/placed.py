"""What a message in Slack tells, by its place: for somebody who points at it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.delivery import DeliveryState, Facts
from bot.core.digest import MessageRef
from bot.store import facts
from bot.store.message_tables import OutboxRow


def facts_at(session: Session, ref: MessageRef) -> list[Facts]:
    """Everything that was folded into the message there, oldest first, else what it says now; empty when no message of
    ours is known to stand there. Each change of a message is a row at its place, so that the newest tells."""
    rows = session.scalars(
        select(OutboxRow)
        .where(OutboxRow.message_ts == ref.ts, OutboxRow.message_channel == ref.channel)
        .order_by(OutboxRow.id)
    ).all()
    folded = [row for row in rows if row.state is DeliveryState.FOLDED]
    return [facts.decode(row.purpose, row.facts) for row in folded or rows[-1:]]
