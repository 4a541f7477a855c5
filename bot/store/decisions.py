"""Decisions: what was decided on each end for each subscription, and what is held back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bot.core.alerting import Decision, Reason, Verdict
from bot.store.message_tables import DecisionRow, SubscriptionRow
from bot.store.tables import ExecutionRow, TransitionRow


@dataclass(frozen=True, slots=True)
class Subject:
    """What a decision is about: a transition, the subscription it was taken for, the incident it belongs to."""

    transition_key: int
    subscription_key: int
    incident_key: int | None


@dataclass(frozen=True, slots=True)
class Held:
    """Something held back that is due to be looked at again."""

    decision_key: int
    subject: Subject
    reason: Reason
    silence_key: int | None
    held_until: datetime


def add(session: Session, subject: Subject, decision: Decision, outbox_key: int | None) -> None:
    """Remember what was decided, and which message it led to."""
    session.execute(
        insert(DecisionRow).values(
            transition_key=subject.transition_key,
            subscription_key=subject.subscription_key,
            incident_key=subject.incident_key,
            verdict=decision.verdict,
            reason=decision.reason.name,
            silence_key=decision.silence.silence_id if decision.silence else None,
            held_until=decision.until,
            outbox_key=outbox_key,
        )
    )


def due(session: Session, now: datetime) -> Sequence[Held]:
    """What is held back no longer: all of the subscription and the cause that have been due longest."""
    waits = select(DecisionRow).where(
        DecisionRow.held_until.is_not(None), DecisionRow.released_at.is_(None), DecisionRow.held_until <= now
    )
    first = session.scalars(waits.order_by(DecisionRow.held_until, DecisionRow.id).limit(1)).first()
    if first is None:
        return []
    rows = session.scalars(
        waits.where(
            DecisionRow.subscription_key == first.subscription_key,
            DecisionRow.reason == first.reason,
            DecisionRow.silence_key.is_not_distinct_from(first.silence_key),
        )
        .order_by(DecisionRow.id)
        .with_for_update(skip_locked=True)
    )
    return [
        Held(
            row.id,
            Subject(row.transition_key, row.subscription_key, row.incident_key),
            Reason[row.reason],
            row.silence_key,
            row.held_until or now,
        )
        for row in rows
    ]


def release(session: Session, keys: Iterable[int], now: datetime, outbox_key: int | None) -> None:
    """These were looked at again, and this message tells of them."""
    session.execute(
        update(DecisionRow).where(DecisionRow.id.in_(list(keys))).values(released_at=now, outbox_key=outbox_key)
    )


def verdicts(session: Session, execution_ids: Iterable[str]) -> dict[tuple[str, str], set[Verdict]]:
    """What was decided on these executions, by (execution, channel)."""
    wanted = list(execution_ids)
    found: dict[tuple[str, str], set[Verdict]] = {}
    for start in range(0, len(wanted), 500):
        rows = session.execute(
            select(ExecutionRow.job_execution_id, SubscriptionRow.channel, DecisionRow.verdict)
            .join(TransitionRow, TransitionRow.execution_key == ExecutionRow.id)
            .join(DecisionRow, DecisionRow.transition_key == TransitionRow.id)
            .join(SubscriptionRow, SubscriptionRow.id == DecisionRow.subscription_key)
            .where(ExecutionRow.job_execution_id.in_(wanted[start : start + 500]))
        )
        for execution_id, channel, verdict in rows:
            found.setdefault((execution_id, channel), set()).add(verdict)
    return found
