"""What the past tells of jobs and workflows: which runs a job had, and when a workflow began."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.core.model import Execution
from bot.store import executions
from bot.store.tables import ExecutionRow, JobRow


def unended(session: Session, workflow_key: int) -> list[tuple[int, datetime, Execution]]:
    """Executions that had not ended when last seen, each with its row id and the earliest time known of it."""
    rows = session.execute(
        executions.full_rows().where(
            ExecutionRow.workflow_key == workflow_key, ~ExecutionRow.is_ended, ExecutionRow.lost_at.is_(None)
        )
    )
    return [(row[0].id, row[0].began_at, executions.execution_of(row)) for row in rows]


def ended_of_job(session: Session, workflow_key: int, job_id: str, count: int) -> list[Execution]:
    """The newest runs of a job that have ended."""
    rows = session.execute(
        executions.full_rows()
        .where(ExecutionRow.workflow_key == workflow_key, JobRow.job_id == job_id, ExecutionRow.is_ended)
        .order_by(ExecutionRow.began_at.desc(), ExecutionRow.id.desc())
        .limit(count)
    )
    return [executions.execution_of(row) for row in rows]


def execution(session: Session, key: int) -> tuple[Execution, bool]:
    """An execution as last seen, and whether the API no longer knows it."""
    row = session.execute(executions.full_rows().where(ExecutionRow.id == key)).one()
    return executions.execution_of(row), row[0].lost_at is not None


def first_start(session: Session, workflow_key: int, since: datetime, until: datetime | None = None) -> datetime | None:
    """When the workflow first began within this time; None when it did not."""
    began = select(func.min(ExecutionRow.began_at)).where(
        ExecutionRow.workflow_key == workflow_key, ExecutionRow.began_at >= since
    )
    if until is not None:
        began = began.where(ExecutionRow.began_at < until)
    return session.execute(began).scalar_one()


def last_starts(session: Session, workflow_key: int, count: int) -> list[datetime]:
    """When the workflow began, newest first."""
    rows = session.scalars(
        select(ExecutionRow.began_at)
        .where(ExecutionRow.workflow_key == workflow_key)
        .order_by(ExecutionRow.began_at.desc())
        .limit(count)
    )
    return list(rows)
