"""Writes down what a reading of the API found, of many workflows at once: executions with their jobs and triggers, and
their transitions. What is asked of them later is in executions.py."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from bot.core.model import Execution, ExecutionStatus, Job, Trigger
from bot.core.transitions import Change, KnownExecution, Transition
from bot.store.among import among
from bot.store.bulk import insert_many
from bot.store.tables import ExecutionRow, JobRow, TransitionRow, TriggerRow
from bot.store.upsert import insert_if_absent


@dataclass(frozen=True, slots=True)
class Remembered:
    """An execution that was seen before: its row, the workflow it belongs to, and how it was."""

    key: int
    workflow_key: int
    state: KnownExecution


@dataclass(frozen=True, slots=True)
class Step:
    """A transition of the execution with this row."""

    execution_key: int
    transition: Transition


_KNOWN = select(
    ExecutionRow.job_execution_id,
    ExecutionRow.id,
    ExecutionRow.workflow_key,
    ExecutionRow.status,
    ExecutionRow.started_at,
    ExecutionRow.ended_at,
    ExecutionRow.lost_at.is_not(None),
).where(among(ExecutionRow.job_execution_id, "ids"))


def known(session: Session, execution_ids: Iterable[str]) -> dict[str, Remembered]:
    """What is remembered of these: as many look-ups as there are ids, however long the history."""
    return {
        execution_id: Remembered(key, workflow_key, KnownExecution(status, started_at, ended_at, is_lost))
        for execution_id, key, workflow_key, status, started_at, ended_at, is_lost in session.connection().execute(
            _KNOWN, {"ids": list(execution_ids)}
        )
    }


_KEYS = select(ExecutionRow.job_execution_id, ExecutionRow.id).where(among(ExecutionRow.job_execution_id, "ids"))


def keys_of(session: Session, execution_ids: Sequence[str]) -> dict[str, int]:
    """The row ids of these executions."""
    found = session.connection().execute(_KEYS, {"ids": execution_ids})
    return {execution_id: key for execution_id, key in found}  # noqa: C416 - its rows are no pairs to a type checker


_NEW = (
    "job_execution_id",
    "workflow_key",
    "began_at",
    "job_key",
    "trigger_key",
    "status",
    "is_ended",
    "reported_status",
    "created_at",
    "started_at",
    "ended_at",
    "waiting_time",
    "running_time",
    "executor_num",
)
_SEEN = _NEW[3:]
"""The columns that change with each sighting."""


_UPDATE = (
    update(ExecutionRow)
    .where(ExecutionRow.job_execution_id == bindparam("at_id"))
    .values(
        {name: bindparam(f"new_{name}", type_=ExecutionRow.__table__.c[name].type) for name in _SEEN}
        | {"lost_at": None}  # what is seen is not lost
    )
)


def write(session: Session, changes: Mapping[int, Sequence[Change]], now: datetime) -> None:
    """Write what changed, by workflow."""
    every = [change.execution for some in changes.values() for change in some]
    if not every:
        return
    jobs = _job_keys(session, {key: {change.execution.job for change in some} for key, some in changes.items()})
    triggers = _trigger_keys(session, {execution.trigger for execution in every})
    new, seen = [], []
    for workflow_key, some in changes.items():
        for change in some:
            execution = change.execution
            values = _values(execution, jobs[workflow_key, execution.job.job_id], triggers)
            if change.is_new:
                began_at = execution.created_at or execution.started_at or execution.ended_at or now
                new.append((execution.job_execution_id, workflow_key, began_at, *values))
            else:
                bound = {f"new_{name}": value for name, value in zip(_SEEN, values, strict=True)}
                seen.append({"at_id": execution.job_execution_id, **bound})
    insert_many(session, ExecutionRow, _NEW, new)
    if seen:
        session.connection().execute(_UPDATE, seen)


def _values(execution: Execution, job_key: int, trigger_keys: Mapping[str, int]) -> tuple[object, ...]:
    """In the order of `_SEEN`."""
    status = execution.status
    return (
        job_key,
        trigger_keys[execution.trigger.trigger_id] if execution.trigger else None,
        status,
        execution.is_ended,
        execution.reported_status if status is ExecutionStatus.UNKNOWN else None,
        execution.created_at,
        execution.started_at,
        execution.ended_at,
        execution.waiting_time,
        execution.running_time,
        execution.executor_num,
    )


_ADD_STEP = insert(TransitionRow).returning(TransitionRow.id, sort_by_parameter_order=True)


def add_transitions(session: Session, steps: Sequence[Step]) -> list[int]:
    """Remember these; returns their row ids, in the same order."""
    rows = [
        {
            "execution_key": step.execution_key,
            "from_status": step.transition.previous,
            "to_status": step.transition.status,
            "happened_at": step.transition.happened_at,
            "seen_at": step.transition.seen_at,
        }
        for step in steps
    ]
    return list(session.connection().execute(_ADD_STEP, rows).scalars()) if rows else []


_JOBS = select(
    JobRow.workflow_key,
    JobRow.job_id,
    JobRow.id,
    JobRow.name,
    JobRow.timeout_minutes,
    JobRow.script_path,
    JobRow.log_path,
).where(JobRow.workflow_key.in_(bindparam("keys", expanding=True)))


def _job_keys(session: Session, jobs: Mapping[int, set[Job]]) -> dict[tuple[int, str], int]:
    """Row ids by workflow and job id; jobs that are new are added, those that changed take over name and paths."""
    found = session.connection().execute(_JOBS, {"keys": list(jobs)})
    rows = {(key, job_id): (row_id, facts) for key, job_id, row_id, *facts in found}
    keys = {place: row_id for place, (row_id, _) in rows.items()}
    for workflow_key, some in jobs.items():
        for job in some:
            place = workflow_key, job.job_id
            facts = [job.name, job.timeout_minutes, job.script_path, job.log_path]
            values = dict(zip(("name", "timeout_minutes", "script_path", "log_path"), facts, strict=True))
            if place not in keys:
                added = insert(JobRow).values(workflow_key=workflow_key, job_id=job.job_id, **values)
                keys[place] = session.execute(added.returning(JobRow.id)).scalar_one()
            elif rows.get(place, (None, facts))[1] != facts:
                session.execute(update(JobRow).where(JobRow.id == keys[place]).values(**values))
    return keys


_TRIGGERS = select(TriggerRow.trigger_id, TriggerRow.id, TriggerRow.name).where(
    TriggerRow.trigger_id.in_(bindparam("ids", expanding=True))
)


def _trigger_keys(session: Session, triggers: set[Trigger | None]) -> dict[str, int]:
    """Row ids by trigger id; added and renamed as needed.

    Another process may be adding the same triggers, for a workflow that shares them: whoever comes second waits and
    finds them. Both go in the same order, so that neither waits for the other.
    """
    names = {trigger.trigger_id: trigger.name for trigger in triggers if trigger}
    if not names:
        return {}
    found = {row.trigger_id: row for row in session.connection().execute(_TRIGGERS, {"ids": list(names)})}
    missing = sorted(names.keys() - found.keys())
    for trigger_id in missing:
        session.execute(insert_if_absent(session, TriggerRow).values(trigger_id=trigger_id, name=names[trigger_id]))
    if missing:
        found |= {row.trigger_id: row for row in session.connection().execute(_TRIGGERS, {"ids": missing})}
    for trigger_id, row in sorted(found.items()):
        if row.name != names[trigger_id]:
            session.execute(update(TriggerRow).where(TriggerRow.id == row.id).values(name=names[trigger_id]))
    return {trigger_id: row.id for trigger_id, row in found.items()}
