"""What is held back, ends of runs and what takes too long, and its release."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, or_, select, update
from sqlalchemy.orm import Session

from bot.core.alerting import Reason
from bot.core.rules import Outcome
from bot.core.transitions import Transition
from bot.store import executions
from bot.store.decisions import Subject
from bot.store.message_tables import DecisionRow
from bot.store.overdue_tables import OverdueRow
from bot.store.tables import ExecutionRow, JobRow, TransitionRow, WorkflowRow


@dataclass(frozen=True, slots=True)
class Cause:
    """For whom, and by what, something was held back. What has it in common is looked at together."""

    subscription_key: int
    reason: Reason
    silence_key: int | None


@dataclass(frozen=True, slots=True)
class Held:
    """An end that was held back, with the rows that it has in the database."""

    decision_key: int
    subject: Subject
    held_until: datetime
    workflow_key: int
    workflow_name: str
    transition_key: int
    transition: Transition


@dataclass(frozen=True, slots=True)
class HeldOverdue:
    """Something overdue that was held back and is not over. A start that does not come has no job."""

    decision_key: int
    subject: Subject
    held_until: datetime
    outcome: Outcome
    overdue_subject: str
    since: datetime
    workflow_id: str
    workflow_name: str
    job_id: str | None
    job_name: str | None


def due_cause(session: Session, now: datetime, unlooked: datetime | None = None) -> Cause | None:
    """The subscription and the cause whose time has been over longest.

    What waits for a later run to complete is due once the workflow was polled after its time: the run may have
    completed unseen. What has waited since `unlooked` is due all the same.
    """
    row = session.execute(
        select(DecisionRow.subscription_key, DecisionRow.reason, DecisionRow.silence_key)
        .outerjoin(TransitionRow, TransitionRow.id == DecisionRow.transition_key)
        .outerjoin(ExecutionRow, ExecutionRow.id == TransitionRow.execution_key)
        .outerjoin(WorkflowRow, WorkflowRow.id == ExecutionRow.workflow_key)
        .where(*_is_due(now, unlooked))
        .order_by(DecisionRow.held_until, DecisionRow.id)
        .limit(1)
    ).one_or_none()
    return Cause(row.subscription_key, Reason[row.reason], row.silence_key) if row else None


def due(session: Session, cause: Cause, now: datetime, unlooked: datetime | None = None) -> Sequence[Held]:
    """All ends that it held back and that are due, in the order in which they came. The rows are locked, where that
    exists: another process that comes to the same cause finds none."""
    rows = session.execute(
        select(DecisionRow, TransitionRow, WorkflowRow.id, WorkflowRow.name)
        .join(TransitionRow, TransitionRow.id == DecisionRow.transition_key)
        .join(ExecutionRow, ExecutionRow.id == TransitionRow.execution_key)
        .join(WorkflowRow, WorkflowRow.id == ExecutionRow.workflow_key)
        .where(*_is_due(now, unlooked), *_is_of(cause))
        .order_by(DecisionRow.held_until, DecisionRow.id)  # the order of the index, or SQLite scans the table
        .with_for_update(skip_locked=True, of=DecisionRow)
    ).all()
    runs = executions.by_key(session, {transition.execution_key for _, transition, _, _ in rows})
    return [
        Held(
            decision_key=decision.id,
            subject=Subject(decision.subscription_key, transition.id, decision.incident_key),
            held_until=decision.held_until or now,
            workflow_key=workflow_key,
            workflow_name=workflow_name,
            transition_key=transition.id,
            transition=Transition(
                runs[transition.execution_key], transition.from_status, transition.happened_at, transition.seen_at
            ),
        )
        for decision, transition, workflow_key, workflow_name in rows
    ]


def due_overdue(session: Session, cause: Cause, now: datetime) -> Sequence[HeldOverdue]:
    """All that is overdue, was held back by it and is due; locked like `due`."""
    rows = session.execute(
        select(DecisionRow, OverdueRow, WorkflowRow, JobRow.job_id, JobRow.name)
        .join(OverdueRow, OverdueRow.id == DecisionRow.overdue_key)
        .join(WorkflowRow, WorkflowRow.id == OverdueRow.workflow_key)
        .outerjoin(ExecutionRow, ExecutionRow.id == OverdueRow.execution_key)
        .outerjoin(JobRow, JobRow.id == ExecutionRow.job_key)
        .where(DecisionRow.held_until <= now, DecisionRow.released_at.is_(None), *_is_of(cause))
        .order_by(DecisionRow.held_until, DecisionRow.id)
        .with_for_update(skip_locked=True, of=DecisionRow)
    ).all()
    return [
        HeldOverdue(
            decision_key=decision.id,
            subject=Subject(decision.subscription_key, overdue_key=overdue.id),
            held_until=decision.held_until or now,
            outcome=overdue.outcome,
            overdue_subject=overdue.subject,
            since=overdue.since,
            workflow_id=workflow.workflow_id,
            workflow_name=workflow.name,
            job_id=job_id,
            job_name=job_name,
        )
        for decision, overdue, workflow, job_id, job_name in rows
    ]


def end_overdue(session: Session, overdue_key: int, now: datetime) -> list[int]:
    """It is over before its time to be told: held back no more. Returns the subscriptions for which it was."""
    ended = session.execute(
        update(DecisionRow)
        .where(
            DecisionRow.overdue_key == overdue_key,
            DecisionRow.held_until.is_not(None),
            DecisionRow.released_at.is_(None),
        )
        .values(released_at=now)
        .returning(DecisionRow.subscription_key)
    )
    return list(ended.scalars())


def held_by(session: Session, silence_key: int) -> int:
    """How much a mute or window holds back now."""
    return session.execute(
        select(func.count()).where(
            DecisionRow.held_until.is_not(None),
            DecisionRow.released_at.is_(None),
            DecisionRow.silence_key == silence_key,
        )
    ).scalar_one()


def release(session: Session, held: Iterable[Held | HeldOverdue], now: datetime, outbox_key: int | None = None) -> None:
    """These were looked at again, and this message sums them up, where there is one."""
    session.execute(
        update(DecisionRow),
        [{"id": one.decision_key, "released_at": now, "outbox_key": outbox_key} for one in held],
    )


def _is_of(cause: Cause) -> Sequence[ColumnElement[bool]]:
    return (
        DecisionRow.subscription_key == cause.subscription_key,
        DecisionRow.reason == cause.reason.name,
        DecisionRow.silence_key.is_not_distinct_from(cause.silence_key),
    )


def _is_due(now: datetime, unlooked: datetime | None) -> Sequence[ColumnElement[bool]]:
    was_looked_at = or_(
        DecisionRow.reason != Reason.WAITING_FOR_RECOVERY.name,
        WorkflowRow.polled_at >= DecisionRow.held_until,
        false() if unlooked is None else DecisionRow.held_until <= unlooked,
    )
    return DecisionRow.held_until <= now, DecisionRow.released_at.is_(None), was_looked_at
