"""Executions: every one ever seen, with its status and times, and the transitions between."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Row, Select, insert, select, update
from sqlalchemy.orm import Session

from bot.core.model import Execution, ExecutionStatus, Job, Trigger
from bot.core.transitions import Change, KnownExecution, Transition
from bot.store.tables import ExecutionRow, JobRow, TransitionRow, TriggerRow, WorkflowRow
from bot.store.upsert import insert_if_absent

T = TypeVar("T")

ROWS_AT_ONCE = 500
"""A statement takes no more than some thousands of parameters."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of executions: those of the workflow, by id, and the ids that another workflow had first."""

    ours: Mapping[str, KnownExecution]
    of_others: Set[str]


def known(session: Session, workflow_key: int, execution_ids: Iterable[str]) -> Known:
    """As many look-ups as there are ids, however long the history."""
    ours: dict[str, KnownExecution] = {}
    of_others = set()
    for chunk in _chunks(list(execution_ids)):
        rows = session.execute(
            select(
                ExecutionRow.workflow_key,
                ExecutionRow.job_execution_id,
                ExecutionRow.status,
                ExecutionRow.started_at,
                ExecutionRow.ended_at,
                ExecutionRow.lost_at.is_not(None),
            ).where(ExecutionRow.job_execution_id.in_(chunk))
        )
        for key, execution_id, status, started_at, ended_at, is_lost in rows:
            if key == workflow_key:
                ours[execution_id] = KnownExecution(status, started_at, ended_at, is_lost)
            else:
                of_others.add(execution_id)
    return Known(ours, of_others)


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + ROWS_AT_ONCE] for start in range(0, len(items), ROWS_AT_ONCE))


def still_open(session: Session, workflow_keys: Sequence[int]) -> dict[int, dict[str, str]]:
    """Executions that had not ended when last seen, by workflow: execution id to job id."""
    rows = session.execute(
        select(ExecutionRow.workflow_key, ExecutionRow.job_execution_id, JobRow.job_id)
        .join(JobRow, JobRow.id == ExecutionRow.job_key)
        .where(ExecutionRow.workflow_key.in_(workflow_keys), ~ExecutionRow.is_ended, ExecutionRow.lost_at.is_(None))
    )
    found: dict[int, dict[str, str]] = {}
    for workflow_key, execution_id, job_id in rows:
        found.setdefault(workflow_key, {})[execution_id] = job_id
    return found


def write(session: Session, workflow_key: int, changes: Sequence[Change], now: datetime) -> None:
    """Write what changed."""
    job_keys = _job_keys(session, workflow_key, {change.execution.job for change in changes})
    trigger_keys = _trigger_keys(session, {change.execution.trigger for change in changes})

    def values(execution: Execution) -> dict[str, object]:
        trigger = execution.trigger
        return _values(execution) | {
            "job_key": job_keys[execution.job.job_id],
            "trigger_key": trigger_keys[trigger.trigger_id] if trigger else None,
        }

    _insert(
        session,
        workflow_key,
        [(change.execution, values(change.execution)) for change in changes if change.is_new],
        now,
    )
    for change in changes:
        if not change.is_new:
            _update(session, change.execution.job_execution_id, values(change.execution))


def keys_of(session: Session, execution_ids: Iterable[str]) -> dict[str, int]:
    """The row ids of these executions."""
    return {
        execution_id: key
        for chunk in _chunks(list(execution_ids))
        for execution_id, key in session.execute(
            select(ExecutionRow.job_execution_id, ExecutionRow.id).where(ExecutionRow.job_execution_id.in_(chunk))
        )
    }


def mark_lost(session: Session, execution_ids: Iterable[str], now: datetime) -> None:
    """These had not ended and the API no longer knows them: nobody waits for them any more."""
    session.execute(
        update(ExecutionRow).where(ExecutionRow.job_execution_id.in_(list(execution_ids))).values(lost_at=now)
    )


def add_transition(session: Session, execution_key: int, transition: Transition) -> int:
    """Remember one step of an execution; returns its row id."""
    return session.execute(
        insert(TransitionRow)
        .values(
            execution_key=execution_key,
            from_status=transition.previous,
            to_status=transition.status,
            happened_at=transition.happened_at,
            seen_at=transition.seen_at,
        )
        .returning(TransitionRow.id)
    ).scalar_one()


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
    chunks = _chunks(list(keys))
    rows = (row for chunk in chunks for row in session.execute(full_rows().where(ExecutionRow.id.in_(chunk))))
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


def _values(execution: Execution) -> dict[str, object]:
    is_known_word = execution.status is not ExecutionStatus.UNKNOWN
    return {
        "status": execution.status,
        "is_ended": execution.is_ended,
        "reported_status": None if is_known_word else execution.reported_status,
        "created_at": execution.created_at,
        "started_at": execution.started_at,
        "ended_at": execution.ended_at,
        "waiting_time": execution.waiting_time,
        "running_time": execution.running_time,
        "executor_num": execution.executor_num,
        "lost_at": None,
    }


def _insert(
    session: Session, workflow_key: int, fresh: list[tuple[Execution, dict[str, object]]], now: datetime
) -> None:
    """As one statement for all, which could not return their row ids: SQLite would then take them one by one."""
    if not fresh:
        return
    rows = [
        values
        | {
            "job_execution_id": execution.job_execution_id,
            "workflow_key": workflow_key,
            "began_at": execution.created_at or execution.started_at or execution.ended_at or now,
        }
        for execution, values in fresh
    ]
    session.connection().execute(insert(ExecutionRow), rows)


def _update(session: Session, execution_id: str, values: dict[str, object]) -> None:
    session.execute(update(ExecutionRow).where(ExecutionRow.job_execution_id == execution_id).values(**values))


def _job_keys(session: Session, workflow_key: int, jobs: set[Job]) -> Mapping[str, int]:
    """Row ids by job id; jobs that are new are added, those that changed take over name and paths."""
    rows = session.scalars(select(JobRow).where(JobRow.workflow_key == workflow_key))
    by_id = {row.job_id: row for row in rows}
    for job in jobs:
        row = by_id.get(job.job_id)
        if row is None:
            row = by_id[job.job_id] = JobRow(workflow_key=workflow_key, job_id=job.job_id)
            session.add(row)
        row.name, row.timeout_minutes = job.name, job.timeout_minutes
        row.script_path, row.log_path = job.script_path, job.log_path
    session.flush()
    return {job_id: row.id for job_id, row in by_id.items()}


def _trigger_keys(session: Session, triggers: set[Trigger | None]) -> Mapping[str, int]:
    """Row ids by trigger id; added and renamed as needed.

    Another process may be adding the same triggers, for a workflow that shares them: whoever comes second waits and
    finds them. Both go in the same order, so that neither waits for the other.
    """
    names = {trigger.trigger_id: trigger.name for trigger in triggers if trigger}
    known = set(session.scalars(select(TriggerRow.trigger_id).where(TriggerRow.trigger_id.in_(names))))
    for trigger_id in sorted(names.keys() - known):
        session.execute(insert_if_absent(session, TriggerRow).values(trigger_id=trigger_id, name=names[trigger_id]))
    rows = session.scalars(select(TriggerRow).where(TriggerRow.trigger_id.in_(names))).all()
    for row in rows:
        row.name = names[row.trigger_id]
    session.flush()
    return {row.trigger_id: row.id for row in rows}
