"""Executions: every one ever seen, with its status and times. How they are written down is in recording.py."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Row, Select, bindparam, select, update
from sqlalchemy.orm import Session

from bot.core.model import Execution, ExecutionStatus, Job, Trigger
from bot.store.chunks import chunks
from bot.store.tables import ExecutionRow, JobRow, TriggerRow, WorkflowRow

_STILL_OPEN = (
    select(ExecutionRow.workflow_key, ExecutionRow.job_execution_id, JobRow.job_id)
    .join(JobRow, JobRow.id == ExecutionRow.job_key)
    .where(ExecutionRow.workflow_key.in_(bindparam("keys", expanding=True)))
    .where(~ExecutionRow.is_ended, ExecutionRow.lost_at.is_(None))
)


def still_open(session: Session, workflow_keys: Sequence[int]) -> dict[int, dict[str, str]]:
    """Executions that had not ended when last seen, by workflow: execution id to job id."""
    rows = session.connection().execute(_STILL_OPEN, {"keys": list(workflow_keys)})
    found: dict[int, dict[str, str]] = {}
    for workflow_key, execution_id, job_id in rows:
        found.setdefault(workflow_key, {})[execution_id] = job_id
    return found


def mark_lost(session: Session, execution_ids: Iterable[str], now: datetime) -> None:
    """These had not ended and the API no longer knows them: nobody waits for them any more."""
    for chunk in chunks(execution_ids):
        session.execute(update(ExecutionRow).where(ExecutionRow.job_execution_id.in_(chunk)).values(lost_at=now))


def newest(
    session: Session, workflow_id: str, status: ExecutionStatus | None, *, count: int, skip: int
) -> list[Execution]:
    """A page of a workflow's executions, newest first."""
    query = full_rows().where(WorkflowRow.workflow_id == workflow_id)
    if status is not None:
        query = query.where(ExecutionRow.status == status)
    query = query.order_by(ExecutionRow.began_at.desc(), ExecutionRow.id.desc()).offset(skip).limit(count)
    return [execution_of(row) for row in session.execute(query)]


def by_key(session: Session, keys: Iterable[int]) -> dict[int, Execution]:
    """Executions by their row ids."""
    rows = (row for chunk in chunks(keys) for row in session.execute(full_rows().where(ExecutionRow.id.in_(chunk))))
    return {row[0].id: execution_of(row) for row in rows}


def full_rows() -> Select[ExecutionRow, JobRow, TriggerRow, str]:
    """Executions with all that makes them up, for `execution_of`."""
    return (
        select(ExecutionRow, JobRow, TriggerRow, WorkflowRow.workflow_id)
        .join(JobRow, JobRow.id == ExecutionRow.job_key)
        .join(WorkflowRow, WorkflowRow.id == ExecutionRow.workflow_key)
        .outerjoin(TriggerRow, TriggerRow.id == ExecutionRow.trigger_key)
    )


def execution_of(row: Row[ExecutionRow, JobRow, TriggerRow, str]) -> Execution:
    seen, job, _, workflow_id = row
    trigger: TriggerRow | None = row[2]  # an outer join, which its type does not show
    return Execution(
        job_execution_id=seen.job_execution_id,
        workflow_id=workflow_id,
        job=Job(job.job_id, job.name, job.timeout_minutes, job.script_path, job.log_path),
        status=seen.status,
        reported_status=seen.reported_status or seen.status.value,
        created_at=seen.created_at,
        started_at=seen.started_at,
        ended_at=seen.ended_at,
        trigger=Trigger(trigger.trigger_id, trigger.name) if trigger else None,
        waiting_time=seen.waiting_time,
        running_time=seen.running_time,
        executor_num=seen.executor_num,
    )
