"""Reads for the people who ask: workflows with their newest run, and how current our picture of each one is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from bot.core.model import ExecutionStatus
from bot.store.tables import ExecutionRow, WorkflowRow


@dataclass(frozen=True, slots=True)
class WorkflowOverview:
    """A workflow, its newest execution and how many have not ended."""

    workflow_id: str
    name: str
    last_status: ExecutionStatus | None
    last_at: datetime | None
    running: int


@dataclass(frozen=True, slots=True)
class PollState:
    """How the polling of a workflow goes. One that rests is behind when it is not swept in time."""

    workflow_id: str
    name: str
    polled_at: datetime | None
    baseline_at: datetime
    error: str | None
    rests_until: datetime | None = None


def overview(session: Session, search: str | None, limit: int, *, skip: int = 0) -> tuple[list[WorkflowOverview], int]:
    """Watched workflows by name, at most `limit` of them, and how many there are in all. Runs are looked up for the
    page alone: sorted with them, all would have theirs looked up first."""
    condition = _watched(search)
    by_name = func.lower(WorkflowRow.name), WorkflowRow.workflow_id
    page = select(WorkflowRow.id).where(condition).order_by(*by_name).offset(skip).limit(limit)
    run = aliased(ExecutionRow)
    newest = (
        select(run.id)
        .where(run.workflow_key == WorkflowRow.id)
        .order_by(run.began_at.desc(), run.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    running = (
        select(func.count(run.id))
        .where(run.workflow_key == WorkflowRow.id, ~run.is_ended, run.lost_at.is_(None))
        .scalar_subquery()
    )
    rows = session.execute(
        select(WorkflowRow.workflow_id, WorkflowRow.name, ExecutionRow.status, ExecutionRow.began_at, running)
        .outerjoin(ExecutionRow, ExecutionRow.id == newest)
        .where(WorkflowRow.id.in_(page))
        .order_by(*by_name)
    )
    total = session.execute(select(func.count()).select_from(WorkflowRow).where(condition)).scalar_one()
    return [WorkflowOverview(*row) for row in rows], total


def most_behind(session: Session, limit: int) -> tuple[Sequence[PollState], int]:
    """The watched workflows whose last good poll is longest ago, and how many are watched in all."""
    condition = _watched(None)
    rests_until = case((WorkflowRow.rests_on.is_not(None), WorkflowRow.due_at))
    rows = session.execute(
        select(
            WorkflowRow.workflow_id,
            WorkflowRow.name,
            WorkflowRow.polled_at,
            WorkflowRow.baseline_at,
            WorkflowRow.poll_error,
            rests_until,
        )
        .where(condition)
        .order_by(func.coalesce(rests_until, WorkflowRow.polled_at, WorkflowRow.baseline_at), WorkflowRow.id)
        .limit(limit)
    )
    total = session.execute(select(func.count()).select_from(WorkflowRow).where(condition)).scalar_one()
    return [PollState(*row) for row in rows], total


def _watched(search: str | None) -> ColumnElement[bool]:
    condition = WorkflowRow.is_watched & WorkflowRow.is_listed
    if search is None:
        return condition
    return condition & or_(
        WorkflowRow.name.icontains(search, autoescape=True), WorkflowRow.workflow_id.icontains(search, autoescape=True)
    )


def skipping(session: Session, limit: int) -> list[tuple[str, str, int]]:
    """The workflows of whose executions the last poll left some out: id, name, how many; the most first."""
    rows = session.execute(
        select(WorkflowRow.workflow_id, WorkflowRow.name, WorkflowRow.skipped)
        .where(_watched(None), WorkflowRow.skipped > 0)
        .order_by(WorkflowRow.skipped.desc(), WorkflowRow.id)
        .limit(limit)
    )
    return [(workflow_id, name, skipped) for workflow_id, name, skipped in rows]


def failing(session: Session) -> int:
    """How many watched workflows could not be polled the last time."""
    condition = _watched(None) & WorkflowRow.poll_error.is_not(None)
    return session.execute(select(func.count()).select_from(WorkflowRow).where(condition)).scalar_one()
