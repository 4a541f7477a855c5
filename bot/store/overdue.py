"""What takes too long: which workflows are to be judged, what is open, and which messages tell of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot import typed_json
from bot.core.delivery import Purpose
from bot.core.model import TriggerRule
from bot.core.overdue import Basis, HowOver, Late
from bot.core.rules import Outcome
from bot.store.message_tables import DecisionRow, OutboxRow
from bot.store.overdue_tables import OverdueRow
from bot.store.tables import ExecutionRow, WorkflowRow
from bot.store.upsert import insert_if_absent


@dataclass(frozen=True, slots=True)
class PolledWorkflow:
    """A workflow that was polled since it was judged. What is late is late as of `polled_at`: after that we are as
    blind as anybody."""

    key: int
    workflow_id: str
    name: str
    polled_at: datetime
    baseline_at: datetime
    is_recurring: bool
    trigger_id: str | None


@dataclass(frozen=True, slots=True)
class OpenOverdue:
    """Something overdue that has not ended, or begun, as far as we know."""

    key: int
    outcome: Outcome
    execution_key: int | None
    since: datetime
    due_at: datetime
    basis: Basis


@dataclass(frozen=True, slots=True)
class OverdueCard:
    """The message that tells a channel of something overdue: one of its own, or the summary of what was held back."""

    channel: str
    outbox_key: int
    is_summary: bool


def claim_polled(session: Session, limit: int) -> list[PolledWorkflow]:
    """Take workflows that were polled since they were judged last, so that one process judges each."""
    _pass_over(session)
    rows = session.scalars(
        select(WorkflowRow)
        .where(WorkflowRow.is_watched, WorkflowRow.is_listed)
        .where(or_(WorkflowRow.judged_at.is_(None), WorkflowRow.judged_at < WorkflowRow.polled_at))
        .where(WorkflowRow.polled_at.is_not(None))
        .order_by(WorkflowRow.polled_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    claimed = []
    for row in rows:
        row.judged_at = row.polled_at
        if workflow := _polled(row):
            claimed.append(workflow)
    return claimed


def polled(session: Session, workflow_id: str) -> PolledWorkflow | None:
    """The workflow as of its last good poll; None before the first one."""
    row = session.scalars(select(WorkflowRow).where(WorkflowRow.workflow_id == workflow_id)).one_or_none()
    return _polled(row) if row else None


def _polled(row: WorkflowRow) -> PolledWorkflow | None:
    if row.polled_at is None:
        return None
    is_recurring = row.trigger_rule is TriggerRule.RECURRING
    known = (row.id, row.workflow_id, row.name, row.polled_at, row.baseline_at)
    return PolledWorkflow(*known, is_recurring, row.trigger_id)


def _pass_over(session: Session) -> None:
    """Most workflows have nothing that could be late, or over: they are judged by one statement for all."""
    is_running = (ExecutionRow.workflow_key == WorkflowRow.id) & ~ExecutionRow.is_ended & ExecutionRow.lost_at.is_(None)
    is_overdue = (OverdueRow.workflow_key == WorkflowRow.id) & OverdueRow.closed_at.is_(None)
    session.execute(
        update(WorkflowRow)
        .where(or_(WorkflowRow.judged_at.is_(None), WorkflowRow.judged_at < WorkflowRow.polled_at))
        .where(WorkflowRow.polled_at.is_not(None), WorkflowRow.trigger_rule != TriggerRule.RECURRING)
        .where(~select(ExecutionRow.id).where(is_running).exists(), ~select(OverdueRow.id).where(is_overdue).exists())
        .values(judged_at=WorkflowRow.polled_at)
        .execution_options(synchronize_session=False)
    )


def open_of(session: Session, workflow_key: int) -> list[OpenOverdue]:
    """What is overdue of a workflow, oldest first."""
    rows = session.scalars(
        select(OverdueRow)
        .where(OverdueRow.workflow_key == workflow_key, OverdueRow.closed_at.is_(None))
        .order_by(OverdueRow.id)
    )
    return [
        OpenOverdue(row.id, row.outcome, row.execution_key, row.since, row.due_at, decode_basis(row.basis))
        for row in rows
    ]


def is_known(session: Session, late: Late) -> bool:
    """Whether it was opened before, be it open still or not."""
    known = select(OverdueRow.id).where(OverdueRow.outcome == late.outcome, OverdueRow.subject == late.subject)
    return session.execute(known).first() is not None


def open_new(
    session: Session, workflow_key: int, execution_key: int | None, late: Late, now: datetime
) -> OpenOverdue | None:
    """Remember that it is late; None when somebody else did."""
    key = session.execute(
        insert_if_absent(session, OverdueRow)
        .values(
            outcome=late.outcome,
            subject=late.subject,
            workflow_key=workflow_key,
            execution_key=execution_key,
            since=late.since,
            due_at=late.due_at,
            basis=msgspec.json.encode(late.limit.basis).decode(),
            opened_at=now,
        )
        .returning(OverdueRow.id)
    ).scalar_one_or_none()
    if key is None:
        return None
    return OpenOverdue(key, late.outcome, execution_key, late.since, late.due_at, late.limit.basis)


def decode_basis(text: str) -> Basis:
    """What `open_new` stored."""
    return typed_json.decode(text, Basis)


def close(session: Session, key: int, at: datetime, how: HowOver) -> bool:
    """It is over; False when somebody else has closed it."""
    closed = session.execute(
        update(OverdueRow)
        .where(OverdueRow.id == key, OverdueRow.closed_at.is_(None))
        .values(closed_at=at, how_it_ended=how)
        .returning(OverdueRow.id)
    ).one_or_none()
    return closed is not None


def cards_of(session: Session, overdue_key: int) -> Sequence[OverdueCard]:
    """The messages that tell of it, each once."""
    rows = session.execute(
        select(OutboxRow.id, OutboxRow.channel, OutboxRow.purpose)
        .where(OutboxRow.id.in_(select(DecisionRow.outbox_key).where(DecisionRow.overdue_key == overdue_key)))
        .order_by(OutboxRow.id)
    )
    return [OverdueCard(channel, key, is_summary=purpose is Purpose.HELD) for key, channel, purpose in rows]
