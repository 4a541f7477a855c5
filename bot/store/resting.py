"""Workflows that are not polled until the list of workflows says that there is something new to read of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from bot.core.hints import Hint
from bot.core.model import Execution
from bot.store import executions
from bot.store.rerun_tables import RerunRow
from bot.store.tables import ExecutionRow, WorkflowRow

NEWEST = 8
"""Executions that are looked at: a run of several jobs has as many."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether a workflow may rest. `is_busy` while an execution has not ended, or one that somebody asked
    for is awaited."""

    key: int
    hint: Hint
    rests_on: datetime | None
    last_execution_at: datetime | None
    is_busy: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """What was decided: to rest on this date until then at the latest; not to rest where the date is None."""

    key: int
    hint: Hint
    rests_on: datetime | None
    due_at: datetime
    unannounced: int = 0


_HAS_UNENDED = (
    select(ExecutionRow.id)
    .where(ExecutionRow.workflow_key == WorkflowRow.id, ~ExecutionRow.is_ended, ExecutionRow.lost_at.is_(None))
    .exists()
)
_AWAITS_RUN = select(RerunRow.id).where(RerunRow.workflow_key == WorkflowRow.id, RerunRow.closed_at.is_(None)).exists()
_STANDING = select(
    WorkflowRow.id,
    WorkflowRow.hint,
    WorkflowRow.rests_on,
    WorkflowRow.last_execution_at,
    _HAS_UNENDED | _AWAITS_RUN,
).where(WorkflowRow.id.in_(bindparam("keys", expanding=True)))


def standing(session: Session, keys: Sequence[int]) -> list[Standing]:
    return [Standing(*row) for row in session.connection().execute(_STANDING, {"keys": list(keys)})]


_NEWEST_OF = (
    executions.full_rows()
    .where(ExecutionRow.workflow_key == bindparam("key"))
    .order_by(ExecutionRow.began_at.desc(), ExecutionRow.id.desc())
    .limit(NEWEST)
)


def newest_run(session: Session, key: int) -> list[Execution]:
    """The executions that began with the newest one."""
    rows = session.execute(_NEWEST_OF, {"key": key})
    found = [executions.execution_of(row) for row in rows]
    return [run for run in found if run.created_at == found[0].created_at and run.trigger == found[0].trigger]


_SETTLE = (
    update(WorkflowRow)
    .where(WorkflowRow.id == bindparam("at_key"))
    .values(
        hint=bindparam("new_hint", type_=WorkflowRow.hint.type),
        rests_on=bindparam("on_date", type_=WorkflowRow.rests_on.type),
        due_at=bindparam("next_at", type_=WorkflowRow.due_at.type),
        unannounced=WorkflowRow.unannounced + bindparam("more"),
    )
)


def settle(session: Session, decided: Sequence[Settled]) -> None:
    """Write it down."""
    rows = [
        {
            "at_key": one.key,
            "new_hint": one.hint,
            "on_date": one.rests_on,
            "next_at": one.due_at,
            "more": one.unannounced,
        }
        for one in decided
    ]
    session.connection().execute(_SETTLE, rows)


def vouch(session: Session, asked_at: datetime, before: datetime) -> None:
    """The list of workflows, asked for at `asked_at`, says that nothing has begun of those that rest on the start of
    their newest run: that is as good as a poll of them. Those that were polled after `before` need none."""
    session.execute(
        update(WorkflowRow)
        .where(
            WorkflowRow.rests_on == WorkflowRow.last_execution_at,
            WorkflowRow.hint == Hint.STARTS,
            WorkflowRow.polled_at < before,
            WorkflowRow.poll_error.is_(None),
        )
        .values(polled_at=asked_at)
    )


def wake(session: Session, now: datetime) -> None:
    """Poll those that rest: there is no list that vouches for them."""
    is_resting = WorkflowRow.rests_on.is_not(None) & (WorkflowRow.due_at > now)
    session.execute(update(WorkflowRow).where(is_resting).values(due_at=now))


@dataclass(frozen=True, slots=True)
class RestReport:
    """How many workflows rest, how many runs were found that nothing had announced, and of which workflows."""

    resting: int
    unannounced: int
    disbelieved: Sequence[tuple[str, str]]


def report(session: Session, limit: int) -> RestReport:
    """For `status`."""
    is_polled = WorkflowRow.is_watched & WorkflowRow.is_listed
    resting = session.execute(select(func.count()).where(is_polled, WorkflowRow.rests_on.is_not(None))).scalar_one()
    total = session.execute(select(func.coalesce(func.sum(WorkflowRow.unannounced), 0)).where(is_polled)).scalar_one()
    rows = session.execute(
        select(WorkflowRow.workflow_id, WorkflowRow.name)
        .where(is_polled, WorkflowRow.hint == Hint.WRONG)
        .order_by(WorkflowRow.unannounced.desc(), WorkflowRow.id)
        .limit(limit)
    )
    return RestReport(resting, total, [(workflow_id, name) for workflow_id, name in rows])
