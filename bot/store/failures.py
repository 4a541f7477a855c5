"""Reads for the people who ask what has failed lately."""

from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from bot.core.model import Execution, ExecutionStatus
from bot.store.executions import execution_of, full_rows
from bot.store.tables import ExecutionRow


def newest(session: Session, since: datetime, *, limit: int, skip: int) -> tuple[list[Execution], int]:
    """Runs that failed since then, newest first, and how many there are in all. Cancelled ones are left out: somebody
    wanted that."""
    query = full_rows().where(_failed(since)).order_by(ExecutionRow.ended_at.desc(), ExecutionRow.id.desc())
    rows = session.execute(query.offset(skip).limit(limit))
    total = session.execute(select(func.count()).select_from(ExecutionRow).where(_failed(since))).scalar_one()
    return [execution_of(row) for row in rows], total


def _failed(since: datetime) -> ColumnElement[bool]:
    return (ExecutionRow.ended_at >= since) & (ExecutionRow.status == _FAILED)


_FAILED: BindParameter[ExecutionStatus] = bindparam(None, ExecutionStatus.FAILED, literal_execute=True)
"""Written out, since an index on some of the rows is used only where the statement itself says that it will do."""
