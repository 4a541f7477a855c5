"""Decisions: what was decided on each end, and on what takes too long, for each subscription."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.alerting import Decision, Verdict
from bot.store.bulk import insert_many
from bot.store.chunks import chunks
from bot.store.message_tables import DecisionRow, SubscriptionRow
from bot.store.tables import ExecutionRow, TransitionRow


@dataclass(frozen=True, slots=True)
class Subject:
    """What a decision is about: the subscription it was taken for, and a transition, with the incident it belongs to,
    or something overdue."""

    subscription_key: int
    transition_key: int | None = None
    incident_key: int | None = None
    overdue_key: int | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided, when, and the message it led to."""

    decision: Decision
    at: datetime
    outbox_key: int | None = None


_NAMES = (
    "subscription_key",
    "transition_key",
    "incident_key",
    "overdue_key",
    "decided_at",
    "verdict",
    "reason",
    "silence_key",
    "held_until",
    "outbox_key",
)


def add(session: Session, *decided: tuple[Subject, Decided]) -> None:
    """Remember what was decided."""
    insert_many(session, DecisionRow, _NAMES, [_row(*one) for one in decided])


def _row(subject: Subject, decided: Decided) -> tuple[object, ...]:
    decision = decided.decision
    return (
        subject.subscription_key,
        subject.transition_key,
        subject.incident_key,
        subject.overdue_key,
        decided.at,
        decision.verdict,
        decision.reason.name,
        decision.silence.silence_id if decision.silence else None,
        decision.until,
        decided.outbox_key,
    )


def verdicts(session: Session, execution_ids: Iterable[str]) -> dict[tuple[str, str], set[Verdict]]:
    """What was decided on these executions, by (execution, channel)."""
    found: dict[tuple[str, str], set[Verdict]] = {}
    for chunk in chunks(execution_ids):
        rows = session.execute(
            select(ExecutionRow.job_execution_id, SubscriptionRow.channel, DecisionRow.verdict)
            .join(TransitionRow, TransitionRow.execution_key == ExecutionRow.id)
            .join(DecisionRow, DecisionRow.transition_key == TransitionRow.id)
            .join(SubscriptionRow, SubscriptionRow.id == DecisionRow.subscription_key)
            .where(ExecutionRow.job_execution_id.in_(chunk))
        )
        for execution_id, channel, verdict in rows:
            found.setdefault((execution_id, channel), set()).add(verdict)
    return found
