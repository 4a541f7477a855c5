"""What was decided each time that a reminder came due, and the reminder that waits to be sent."""

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bot.core.delivery import DeliveryState
from bot.core.telling import Reminder
from bot.store import facts
from bot.store.decisions import Decided
from bot.store.message_tables import OutboxRow, ReminderRow


def add(session: Session, card_key: int, decided: Decided) -> None:
    """Remember what was decided on the card's reminder, and the message it led to."""
    decision = decided.decision
    session.execute(
        insert(ReminderRow).values(
            card_key=card_key,
            decided_at=decided.at,
            verdict=decision.verdict,
            reason=decision.reason.name,
            silence_key=decision.silence.silence_id if decision.silence else None,
            held_until=decision.until,
            outbox_key=decided.outbox_key,
        )
    )


def overtake(session: Session, card_key: int, reminder: Reminder) -> int | None:
    """Let the card's reminder that waits to be posted say this instead. Its row; None where none waits."""
    waiting = (
        select(OutboxRow.id)
        .join(ReminderRow, ReminderRow.outbox_key == OutboxRow.id)
        .where(ReminderRow.card_key == card_key)
        .where(OutboxRow.message_ts.is_(None), OutboxRow.state == DeliveryState.PENDING)
        .limit(1)
        .with_for_update(of=OutboxRow)
    )
    row = session.execute(waiting).scalar_one_or_none()
    if row is not None:
        session.execute(update(OutboxRow).where(OutboxRow.id == row).values(facts=facts.encode(reminder)))
    return row
