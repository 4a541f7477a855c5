"""The past as it is replayed: which runs ended, in order, and what shows which of them were late.

There are very many: they are read as columns, a row at a time, and share their jobs and triggers.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.core.late_replay import LateHistory, PastRun, Schedule
from bot.core.model import Execution, Job, Trigger, TriggerRule
from bot.core.recurrence import Recurrence
from bot.core.replay import PastEnd
from bot.store.tables import ExecutionRow, JobRow, TriggerRow, WorkflowRow
from bot.store.triggers import recurrences


def ended_between(session: Session, since: datetime, until: datetime) -> list[PastEnd]:
    """Runs that ended at a known time within these, oldest first."""
    names = {row.workflow_id: row.name for row in session.execute(select(WorkflowRow.workflow_id, WorkflowRow.name))}
    ended = (
        _columns()
        .where(ExecutionRow.is_ended, ExecutionRow.ended_at > since, ExecutionRow.ended_at <= until)
        .order_by(ExecutionRow.ended_at, ExecutionRow.job_execution_id)
    )
    runs = (run for run, _, _ in _read(session, ended))
    return [PastEnd(run, names[run.workflow_id], run.ended_at) for run in runs if run.ended_at]


LEARNED_FROM = timedelta(days=36)
"""So long before the time that is replayed it is learned what is usual: five weeks, and the day itself."""


def late_history(session: Session, since: datetime, until: datetime) -> LateHistory:
    """What it takes to find what was late in that time."""
    workflows = session.scalars(select(WorkflowRow)).all()
    watched = (row for row in workflows if row.is_watched and row.is_listed)
    rules = recurrences(session)
    return LateHistory(
        runs=_runs(session, since - LEARNED_FROM, until),
        schedules=[_schedule(row, rules) for row in watched if row.trigger_rule is TriggerRule.RECURRING],
        names={row.workflow_id: row.name for row in workflows},
    )


def _schedule(row: WorkflowRow, rules: Mapping[str, tuple[Recurrence, datetime]]) -> Schedule:
    rule, since = rules.get(row.trigger_id or "", (None, row.baseline_at))
    return Schedule(row.workflow_id, max(since, row.baseline_at), rule)


def _runs(session: Session, since: datetime, until: datetime) -> list[PastRun]:
    """Workflow by workflow, which is how the index has them. Of an end without a date nobody knows how long it took: it
    is left out."""
    began = _columns().where(
        ExecutionRow.workflow_key.in_(select(WorkflowRow.id)),
        ExecutionRow.began_at > since,
        ExecutionRow.began_at <= until,
    )
    return [
        PastRun(run, began_at, run.ended_at or lost_at)
        for run, began_at, lost_at in _read(session, began)
        if run.ended_at or lost_at or not run.is_ended
    ]


Columns = Select[*tuple[Any, ...]]


def _columns() -> Columns:
    return select(
        ExecutionRow.job_execution_id,
        ExecutionRow.workflow_key,
        ExecutionRow.job_key,
        ExecutionRow.status,
        ExecutionRow.reported_status,
        ExecutionRow.created_at,
        ExecutionRow.started_at,
        ExecutionRow.ended_at,
        ExecutionRow.trigger_key,
        ExecutionRow.waiting_time,
        ExecutionRow.running_time,
        ExecutionRow.executor_num,
        ExecutionRow.began_at,
        ExecutionRow.lost_at,
    )


def _read(session: Session, wanted: Columns) -> Iterator[tuple[Execution, datetime, datetime | None]]:
    """Each with the earliest time known of it, and when it was lost."""
    workflow_ids = {row.id: row.workflow_id for row in session.execute(select(WorkflowRow.id, WorkflowRow.workflow_id))}
    jobs = {
        row.id: Job(row.job_id, row.name, row.timeout_minutes, row.script_path, row.log_path)
        for row in session.execute(select(JobRow.__table__))
    }
    triggers: dict[int | None, Trigger] = {
        row.id: Trigger(row.trigger_id, row.name) for row in session.execute(select(TriggerRow.__table__))
    }
    for row in session.connection().execute(wanted):
        run, workflow, job, status, reported, *dates, trigger, waited, ran, executors, began_at, lost_at = row
        created_at, started_at, ended_at = dates
        execution = Execution(
            run,
            workflow_ids[workflow],
            jobs[job],
            status,
            reported or status.value,
            created_at,
            started_at,
            ended_at,
            triggers.get(trigger),
            waited,
            ran,
            executors,
        )
        yield execution, began_at, lost_at
