"""Forgets executions that ended long ago, a few at a time, and keeps how many there were of each day for ever."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone

from sqlalchemy import bindparam, delete, select, text, update
from sqlalchemy.orm import Session

from bot.core.model import ExecutionStatus
from bot.store.message_tables import DecisionRow
from bot.store.overdue_tables import OverdueRow
from bot.store.tables import DailyCountRow, ExecutionRow, TransitionRow
from bot.store.upsert import insert_if_absent

KST = timezone(timedelta(hours=9))
"""The days of the API's own statistics, as far as the guide tells."""

Kind = tuple[int, date, ExecutionStatus]


def forget(session: Session, ended_before: datetime, most: int) -> int:
    """Forget so many of the executions that ended before, oldest first; returns how many.

    1. Find them by the index on their ends. One that something overdue refers to stays with it.
    2. Count them by workflow, day and status.
    3. Delete them with their transitions and decisions. Messages have their facts, and stay.
    """
    rows = session.execute(
        select(ExecutionRow.id, ExecutionRow.workflow_key, ExecutionRow.ended_at, ExecutionRow.status)
        .where(ExecutionRow.ended_at < ended_before, ExecutionRow.is_ended)
        .where(~select(OverdueRow.id).where(OverdueRow.execution_key == ExecutionRow.id).exists())
        .order_by(ExecutionRow.ended_at)
        .limit(most)
    ).all()
    counts = Counter((key, ended_at.astimezone(KST).date(), status) for _, key, ended_at, status in rows if ended_at)
    _count(session, counts)
    _delete(session, [row.id for row in rows])
    return len(rows)


_ADD = (
    update(DailyCountRow)
    .where(
        DailyCountRow.workflow_key == bindparam("of_workflow"),
        DailyCountRow.day == bindparam("on_day"),
        DailyCountRow.status == bindparam("of_status", type_=DailyCountRow.status.type),
    )
    .values(count=DailyCountRow.count + bindparam("more"))
)


def _count(session: Session, counts: Mapping[Kind, int]) -> None:
    """As two statements for all: nearly every run is of another workflow, and others wait for the transaction. In the
    same order by everybody, so that two processes do not wait for each other."""
    if not counts:
        return
    kinds = sorted(counts)
    rows = [{"workflow_key": key, "day": day, "status": status, "count": 0} for key, day, status in kinds]
    more = [{"of_workflow": kind[0], "on_day": kind[1], "of_status": kind[2], "more": counts[kind]} for kind in kinds]
    session.connection().execute(insert_if_absent(session, DailyCountRow), rows)
    session.connection().execute(_ADD, more)


def _delete(session: Session, keys: Sequence[int]) -> None:
    transitions = select(TransitionRow.id).where(TransitionRow.execution_key.in_(keys))
    for statement in (
        delete(DecisionRow).where(DecisionRow.transition_key.in_(transitions)),
        delete(TransitionRow).where(TransitionRow.execution_key.in_(keys)),
        delete(ExecutionRow).where(ExecutionRow.id.in_(keys)),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})


def give_back(session: Session, pages: int) -> bool:
    """Let SQLite's file shrink by so many pages; returns whether it did. PostgreSQL sees to that by itself."""
    if session.get_bind().dialect.name != "sqlite":
        return False
    free: int = session.execute(text("PRAGMA freelist_count")).scalar_one()
    if not free:
        return False
    cursor = session.connection().connection.cursor()
    cursor.execute(f"PRAGMA incremental_vacuum({pages})")
    cursor.fetchall()  # each page is a row without columns, and is given back when it is fetched
    return True
