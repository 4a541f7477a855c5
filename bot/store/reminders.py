"""What was decided each time that a reminder came due."""

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bot.store.decisions import Decided
from bot.store.message_tables import ReminderRow


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
