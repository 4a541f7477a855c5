"""Decisions: what was decided on each end, and on what takes too long, for each subscription."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.core.alerting import Decision, Verdict
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


def add(session: Session, subject: Subject, decided: Decided) -> None:
    """Remember what was decided."""
    decision = decided.decision
    session.execute(
        insert(DecisionRow).values(
            **asdict(subject),
            decided_at=decided.at,
            verdict=decision.verdict,
            reason=decision.reason.name,
            silence_key=decision.silence.silence_id if decision.silence else None,
            held_until=decision.until,
            outbox_key=decided.outbox_key,
        )
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
