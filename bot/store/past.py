"""The past as it is replayed: which runs ended, in order."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.replay import PastEnd
from bot.store.executions import execution_of, full_rows
from bot.store.tables import ExecutionRow, WorkflowRow


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
