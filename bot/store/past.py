"""The past as it is replayed: which runs ended, in order, and what shows which of them were late."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.late_replay import LateHistory, PastRun, Schedule
from bot.core.model import Execution, Job, TriggerRule
from bot.core.replay import PastEnd
from bot.store.executions import execution_of, full_rows
from bot.store.tables import ExecutionRow, JobRow, WorkflowRow
from bot.store.triggers import recurrence_of


def ended_between(session: Session, since: datetime, until: datetime) -> list[PastEnd]:
    """Runs that ended at a known time within these, oldest first."""
    names = {row.workflow_id: row.name for row in session.execute(select(WorkflowRow.workflow_id, WorkflowRow.name))}
    rows = session.execute(
        full_rows()
        .where(ExecutionRow.is_ended, ExecutionRow.ended_at > since, ExecutionRow.ended_at <= until)
        .order_by(ExecutionRow.ended_at, ExecutionRow.job_execution_id)
    )
    runs = (execution_of(row) for row in rows)
    return [PastEnd(run, names[run.workflow_id], run.ended_at) for run in runs if run.ended_at]


LEARNED_FROM = timedelta(days=36)
"""So long before the time that is replayed it is learned what is usual: five weeks, and the day itself."""


def late_history(session: Session, since: datetime, until: datetime) -> LateHistory:
    """What it takes to find what was late in that time. Whole columns rather than rows: there are very many."""
    rows = session.execute(select(WorkflowRow))
    workflows = {row.id: row for row in rows.scalars()}
    watched = (row for row in workflows.values() if row.is_watched and row.is_listed)
    recurring = [row for row in watched if row.trigger_rule is TriggerRule.RECURRING]
    return LateHistory(
        runs=_runs(session, {key: row.workflow_id for key, row in workflows.items()}, since - LEARNED_FROM, until),
        schedules=[_schedule(session, row) for row in recurring],
        names={row.workflow_id: row.name for row in workflows.values()},
    )


def _schedule(session: Session, row: WorkflowRow) -> Schedule:
    known = recurrence_of(session, row.trigger_id) if row.trigger_id else None
    rule, since = known or (None, row.baseline_at)
    return Schedule(row.workflow_id, max(since, row.baseline_at), rule)


def _runs(session: Session, workflow_ids: dict[int, str], since: datetime, until: datetime) -> list[PastRun]:
    jobs = {row.id: Job(row.job_id, row.name, row.timeout_minutes) for row in session.scalars(select(JobRow))}
    columns = (
        ExecutionRow.job_execution_id,
        ExecutionRow.workflow_key,
        ExecutionRow.job_key,
        ExecutionRow.status,
        ExecutionRow.created_at,
        ExecutionRow.started_at,
        ExecutionRow.ended_at,
        ExecutionRow.waiting_time,
        ExecutionRow.running_time,
        ExecutionRow.began_at,
        ExecutionRow.lost_at,
    )
    rows = session.execute(select(*columns).where(ExecutionRow.began_at > since, ExecutionRow.began_at <= until))
    runs = []
    for run, workflow, job, status, created_at, started_at, ended_at, waiting, running, began_at, lost_at in rows:
        execution = Execution(
            run,
            workflow_ids[workflow],
            jobs[job],
            status,
            created_at=created_at,
            started_at=started_at,
            ended_at=ended_at,
            waiting_time=waiting,
            running_time=running,
        )
        if ended_at or lost_at or not execution.is_ended:  # of an end without a date nobody knows how long it took
            runs.append(PastRun(execution, began_at, ended_at or lost_at))
    return runs
