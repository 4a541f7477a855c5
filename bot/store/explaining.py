"""Reads the chain of a run, and what there is of a workflow: steps, the decisions on them, what became of messages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from bot.core.alerting import Reason
from bot.core.digest import MessageRef
from bot.core.explanation import DecisionTrace, EndTrace, MessageTrace, OverdueTrace, ReminderTrace, TransitionTrace
from bot.core.incidents import Incident
from bot.core.model import Execution
from bot.core.rules import Outcome
from bot.store import cards, executions, incidents, overdue, silences
from bot.store.message_tables import CardRow, DecisionRow, IncidentRow, OutboxRow, ReminderRow, SubscriptionRow
from bot.store.overdue_tables import OverdueRow
from bot.store.subscriptions import subscription_of
from bot.store.tables import ExecutionRow, JobRow, TransitionRow, WorkflowRow


@dataclass(frozen=True, slots=True)
class KnownRun:
    """A run by its row."""

    key: int
    execution: Execution
    workflow_name: str
    lost_at: datetime | None


@dataclass(frozen=True, slots=True)
class KnownOverdue:
    """Something overdue by its row, with what its messages are found by."""

    key: int
    outcome: Outcome
    subject: str
    trace: OverdueTrace


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
    return [(row.id, _step(row)) for row in rows]


def decisions_on(session: Session, transition_key: int) -> list[DecisionTrace]:
    """What was decided on a step, in the order in which it was."""
    return _decisions(session, DecisionRow.transition_key == transition_key)


def incidents_of(session: Session, transition_keys: Sequence[int]) -> list[Incident]:
    """The incidents that the decisions on these steps belong to."""
    rows = session.scalars(
        select(IncidentRow.snapshot).where(IncidentRow.id.in_(_incident_keys(transition_keys))).order_by(IncidentRow.id)
    )
    return [incidents.decode(snapshot) for snapshot in rows]


def cards_of(session: Session, transition_keys: Sequence[int]) -> list[tuple[str, int]]:
    """The channel and the row of each message that is, or was, the card of one of their incidents."""
    rows = session.execute(
        select(CardRow.channel, OutboxRow.id, OutboxRow.stream)
        .join(OutboxRow, OutboxRow.id == CardRow.outbox_key)
        .where(CardRow.incident_key.in_(_incident_keys(transition_keys)))
    )
    found = []
    for channel, key, stream in rows:
        found.append((channel, key))
        before = cards.changed_in(stream)  # a change that was posted anew became the card in its stead
        while before is not None:
            found.append((channel, before))
            before = cards.changed_in(session.scalar(select(OutboxRow.stream).where(OutboxRow.id == before)))
    return found


def reminders_of(session: Session, transition_keys: Sequence[int], limit: int) -> list[ReminderTrace]:
    """The newest reminders of their incidents that came due, oldest first."""
    rows = session.execute(
        select(ReminderRow, SubscriptionRow)
        .join(CardRow, CardRow.id == ReminderRow.card_key)
        .join(SubscriptionRow, SubscriptionRow.id == CardRow.subscription_key)
        .where(CardRow.incident_key.in_(_incident_keys(transition_keys)))
        .order_by(ReminderRow.id.desc())
        .limit(limit)
    ).all()
    return [
        ReminderTrace(reminder.decided_at, _trace(session, reminder, subscription, None))
        for reminder, subscription in reversed(rows)
    ]


def overdue_of_run(session: Session, run: KnownRun) -> list[KnownOverdue]:
    """When it took too long, and what was decided on that."""
    query = select(OverdueRow).where(OverdueRow.execution_key == run.key).order_by(OverdueRow.id)
    return [_overdue(session, row) for row in session.scalars(query)]


def overdue_of_workflow(session: Session, workflow_key: int, limit: int) -> list[KnownOverdue]:
    """The newest of what was overdue of a workflow, starts included."""
    query = (
        select(OverdueRow).where(OverdueRow.workflow_key == workflow_key).order_by(OverdueRow.id.desc()).limit(limit)
    )
    return [_overdue(session, row) for row in session.scalars(query)]


def ends_of_workflow(session: Session, workflow_key: int, limit: int) -> list[EndTrace]:
    """The newest runs of a workflow that were seen to end, with what was decided on that."""
    rows = session.execute(
        select(ExecutionRow.job_execution_id, JobRow.name, TransitionRow)
        .join(JobRow, JobRow.id == ExecutionRow.job_key)
        .join(TransitionRow, TransitionRow.execution_key == ExecutionRow.id)
        .where(ExecutionRow.workflow_key == workflow_key, ExecutionRow.is_ended)
        .where(TransitionRow.to_status == ExecutionRow.status)
        .order_by(ExecutionRow.began_at.desc(), TransitionRow.id.desc())
        .limit(limit)
    ).all()
    return [
        EndTrace(execution_id, job_name, replace(_step(row), decisions=tuple(decisions_on(session, row.id))))
        for execution_id, job_name, row in rows
    ]


def messages(session: Session, keys: Iterable[str]) -> list[MessageTrace]:
    """Those of these keys that were ever queued, in the order in which they were."""
    rows = session.scalars(select(OutboxRow).where(OutboxRow.key.in_(list(keys))).order_by(OutboxRow.id))
    return [_message(row) for row in rows]


def _incident_keys(transition_keys: Sequence[int]) -> Select[int | None]:
    return select(DecisionRow.incident_key).where(DecisionRow.transition_key.in_(transition_keys))


def _step(row: TransitionRow) -> TransitionTrace:
    return TransitionTrace(row.from_status, row.to_status, row.happened_at, row.seen_at)


def _overdue(session: Session, row: OverdueRow) -> KnownOverdue:
    decisions = tuple(_decisions(session, DecisionRow.overdue_key == row.id))
    basis = overdue.decode_basis(row.basis)
    return KnownOverdue(
        row.id, row.outcome, row.subject, OverdueTrace(row.outcome, row.due_at, basis, row.closed_at, decisions)
    )


def _decisions(session: Session, wanted: ColumnElement[bool]) -> list[DecisionTrace]:
    """Of two subscriptions that share a channel, the message is the first one's own."""
    rows = session.execute(
        select(DecisionRow, SubscriptionRow)
        .join(SubscriptionRow, SubscriptionRow.id == DecisionRow.subscription_key)
        .where(wanted)
        .order_by(DecisionRow.id)
    ).all()
    owner: dict[int | None, int] = {}
    traces = []
    for decision, subscription in rows:
        trace = _trace(session, decision, subscription, decision.released_at)
        is_own = owner.setdefault(decision.outbox_key, subscription.id) == subscription.id
        traces.append(
            trace if is_own or not trace.message else replace(trace, message=replace(trace.message, is_own=False))
        )
    return traces


def _trace(
    session: Session,
    decision: DecisionRow | ReminderRow,
    subscription: SubscriptionRow,
    released_at: datetime | None,
) -> DecisionTrace:
    message = session.get(OutboxRow, decision.outbox_key) if decision.outbox_key is not None else None
    return DecisionTrace(
        subscription=subscription_of(subscription),
        verdict=decision.verdict,
        reason=Reason[decision.reason],
        silence=silences.get(session, decision.silence_key) if decision.silence_key is not None else None,
        held_until=decision.held_until,
        released_at=released_at,
        message=_message(message) if message else None,
    )


def _message(row: OutboxRow) -> MessageTrace:
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
    )
