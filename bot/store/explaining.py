"""Reads the chain of a run: its steps, the decisions on them, and what became of the messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.core.alerting import Reason
from bot.core.digest import MessageRef
from bot.core.explanation import DecisionTrace, MessageTrace, OverdueTrace, TransitionTrace
from bot.core.incidents import Incident
from bot.core.model import Execution
from bot.store import executions, incidents, overdue, silences
from bot.store.message_tables import DecisionRow, IncidentRow, OutboxRow, SubscriptionRow
from bot.store.overdue_tables import OverdueRow
from bot.store.subscriptions import subscription_of
from bot.store.tables import ExecutionRow, TransitionRow, WorkflowRow


@dataclass(frozen=True, slots=True)
class KnownRun:
    """A run by its row."""

    key: int
    execution: Execution
    workflow_name: str
    lost_at: datetime | None


def run(session: Session, job_execution_id: str) -> KnownRun | None:
    """The run of this id."""
    row = session.execute(
        select(ExecutionRow.id, ExecutionRow.lost_at, WorkflowRow.name)
        .join(WorkflowRow, WorkflowRow.id == ExecutionRow.workflow_key)
        .where(ExecutionRow.job_execution_id == job_execution_id)
    ).one_or_none()
    if row is None:
        return None
    return KnownRun(row.id, executions.by_key(session, [row.id])[row.id], row.name, row.lost_at)


def steps(session: Session, run: KnownRun) -> list[tuple[int, TransitionTrace]]:
    """Its steps, oldest first, with their rows; what was decided on them is read one by one."""
    rows = session.scalars(
        select(TransitionRow).where(TransitionRow.execution_key == run.key).order_by(TransitionRow.id)
    )
    return [(row.id, TransitionTrace(row.from_status, row.to_status, row.happened_at, row.seen_at)) for row in rows]


def decisions_on(session: Session, transition_key: int) -> list[DecisionTrace]:
    """What was decided on a step, in the order in which it was."""
    return _decisions(session, DecisionRow.transition_key == transition_key)


def incidents_of(session: Session, transition_keys: Sequence[int]) -> list[Incident]:
    """The incidents that the decisions on these steps belong to."""
    rows = session.scalars(
        select(IncidentRow.snapshot)
        .where(
            IncidentRow.id.in_(select(DecisionRow.incident_key).where(DecisionRow.transition_key.in_(transition_keys)))
        )
        .order_by(IncidentRow.id)
    )
    return [incidents.decode(snapshot) for snapshot in rows]


def overdue_of(session: Session, run: KnownRun) -> list[OverdueTrace]:
    """When it took too long, and what was decided on that."""
    rows = session.scalars(select(OverdueRow).where(OverdueRow.execution_key == run.key).order_by(OverdueRow.id))
    return [
        OverdueTrace(
            row.outcome,
            row.due_at,
            overdue.decode_basis(row.basis),
            row.closed_at,
            tuple(_decisions(session, DecisionRow.overdue_key == row.id)),
        )
        for row in rows
    ]


def _decisions(session: Session, wanted: ColumnElement[bool]) -> list[DecisionTrace]:
    """Of two subscriptions that share a channel, the message is the first one's own."""
    rows = session.execute(
        select(DecisionRow, SubscriptionRow)
        .join(SubscriptionRow, SubscriptionRow.id == DecisionRow.subscription_key)
        .where(wanted)
        .order_by(DecisionRow.id)
    ).all()
    owner: dict[int | None, int] = {}
    return [
        DecisionTrace(
            subscription=subscription_of(subscription),
            verdict=decision.verdict,
            reason=Reason[decision.reason],
            silence=silences.get(session, decision.silence_key) if decision.silence_key is not None else None,
            held_until=decision.held_until,
            released_at=decision.released_at,
            message=_message(
                session,
                decision.outbox_key,
                is_own=owner.setdefault(decision.outbox_key, subscription.id) == subscription.id,
            ),
        )
        for decision, subscription in rows
    ]


def _message(session: Session, outbox_key: int | None, *, is_own: bool) -> MessageTrace | None:
    row = session.get(OutboxRow, outbox_key) if outbox_key is not None else None
    if row is None:
        return None
    is_placed = row.message_channel and row.message_ts
    return MessageTrace(
        purpose=row.purpose,
        channel=row.channel,
        state=row.state,
        ref=MessageRef(row.message_channel or "", row.message_ts or "") if is_placed else None,
        due_at=row.due_at,
        closed_at=row.closed_at,
        error=row.last_error,
        sent_to=row.sent_to,
        attempts=row.attempts,
        may_repeat=row.may_repeat,
        is_own=is_own,
    )
