"""Digests as due work, and the queries that fill them."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, delete, func, select, update
from sqlalchemy.orm import Session

from bot.core.digest import SHOWN_FAILURES, SHOWN_SLOWEST, Counts, DigestRun, Ended, MessageRef, count
from bot.core.model import ExecutionStatus
from bot.store.leases import Claim, claim_due, finish
from bot.store.message_tables import DigestRow, OutboxRow
from bot.store.tables import ExecutionRow, JobRow, TransitionRow, WorkflowRow
from bot.store.upsert import insert_if_absent


@dataclass(frozen=True, slots=True)
class DueDigest:
    """A digest that a claim has to make."""

    channel: str
    day: date
    due_at: datetime


def plan(session: Session, channel: str, day: date, due_at: datetime) -> None:
    """Let the digest of this day for this channel become due; once, however often it is planned."""
    session.execute(insert_if_absent(session, DigestRow).values(channel=channel, day=day, due_at=due_at))


def drop_plans_of_others(session: Session, channels: Collection[str]) -> None:
    """A channel that left the settings hears of no more days, nor, if it returns, of those in between."""
    session.execute(delete(DigestRow).where(DigestRow.made_at.is_(None), DigestRow.channel.not_in(channels)))


def has_plan(session: Session, channel: str) -> bool:
    """Whether a digest for this channel is still to be made."""
    query = select(DigestRow.id).where(DigestRow.channel == channel, DigestRow.made_at.is_(None))
    return session.execute(query.limit(1)).first() is not None


def move_plans(session: Session, due_at: Callable[[str, date], datetime]) -> None:
    """The hour in the settings, or the zone of the channel or of the settings, may have changed since these were
    planned."""
    planned = select(DigestRow.id, DigestRow.channel, DigestRow.day).where(DigestRow.made_at.is_(None))
    for key, channel, day in session.execute(planned).all():
        session.execute(update(DigestRow).where(DigestRow.id == key).values(due_at=due_at(channel, day)))


def claim(session: Session, now: datetime, lease_for: timedelta) -> Claim | None:
    """Take the digest that has been due longest."""
    return claim_due(session, DigestRow, now, lease_for, DigestRow.made_at.is_(None))


def finish_made(session: Session, claimed: Claim, now: datetime, outbox_key: int | None) -> bool:
    """It is made, and this message tells it; None when the same digest was queued before."""
    return finish(session, DigestRow, claimed, made_at=now, outbox_key=outbox_key)


def put_off(session: Session, claimed: Claim, due_at: datetime) -> None:
    """It is not due yet after all."""
    finish(session, DigestRow, claimed, due_at=due_at)


def due(session: Session, key: int) -> DueDigest:
    """The digest of a claim."""
    query = select(DigestRow.channel, DigestRow.day, DigestRow.due_at).where(DigestRow.id == key)
    return DueDigest(*session.execute(query).one())


def ended_between(session: Session, start: datetime, end: datetime) -> Ended:
    """What ended in [start, end). A run whose end has no date ended when we saw that; how long it took is not known
    then. All are counted, and only those read that may be shown."""
    is_bad = ExecutionRow.status != ExecutionStatus.COMPLETED
    is_dated = (ExecutionRow.ended_at >= start) & (ExecutionRow.ended_at < end)
    newest_bad = _run_columns().where(is_dated, is_bad).order_by(ExecutionRow.ended_at.desc()).limit(SHOWN_FAILURES)
    longest = (
        select(ExecutionRow.id)
        .where(is_dated, ExecutionRow.started_at.is_not(None))
        .order_by((ExecutionRow.ended_at - ExecutionRow.started_at).desc(), ExecutionRow.ended_at)
        .limit(SHOWN_SLOWEST)
    )
    slowest = _run_columns().where(ExecutionRow.id.in_(longest))
    dateless = session.execute(
        _run_columns()
        .add_columns(TransitionRow.happened_at)
        .join(TransitionRow, TransitionRow.execution_key == ExecutionRow.id)
        .where(is_bad, *_seen_to_end(start, end))
    )
    seen = [DigestRun(run, workflow, job, status, None, at) for run, workflow, job, status, _, _, at in dateless]
    return Ended(counts_between(session, start, end), [*_runs(session, newest_bad), *seen], _runs(session, slowest))


def running(session: Session) -> list[DigestRun]:
    """Runs that have not ended, as far as we know; where we no longer look, we do not know."""
    is_open = ~ExecutionRow.is_ended & ExecutionRow.lost_at.is_(None)
    return _runs(session, _run_columns().where(is_open, WorkflowRow.is_watched, WorkflowRow.is_listed))


def counts_between(session: Session, start: datetime, end: datetime) -> Counts:
    """Runs that ended in [start, end), by outcome: counted in one pass over the index, which is in order of time and
    would have to be sorted to be grouped."""
    statuses = list(ExecutionStatus)
    counted = select(*(func.count().filter(ExecutionRow.status == status) for status in statuses))
    dated = counted.where(ExecutionRow.ended_at >= start, ExecutionRow.ended_at < end)
    dateless = counted.join(TransitionRow, TransitionRow.execution_key == ExecutionRow.id).where(
        *_seen_to_end(start, end)
    )
    numbers = (session.execute(query).one() for query in (dated, dateless))
    return count(pair for row in numbers for pair in zip(statuses, row, strict=True))


def _seen_to_end(start: datetime, end: datetime) -> Sequence[ColumnElement[bool]]:
    """The API names no date of its end, and we saw it to have ended in [start, end)."""
    return (
        ExecutionRow.is_ended.is_(True),
        ExecutionRow.ended_at.is_(None),
        TransitionRow.to_status == ExecutionRow.status,
        TransitionRow.happened_at >= start,
        TransitionRow.happened_at < end,
    )


def messages(session: Session, keys: Iterable[str]) -> dict[str, MessageRef]:
    """Where the messages with these keys stand, as far as they were posted."""
    rows = session.execute(
        select(OutboxRow.key, OutboxRow.message_channel, OutboxRow.message_ts).where(
            OutboxRow.key.in_(list(keys)), OutboxRow.message_ts.is_not(None)
        )
    )
    return {key: MessageRef(channel, ts) for key, channel, ts in rows if channel and ts}


_RunColumns = Select[str, str, str, ExecutionStatus, datetime | None, datetime | None]


def _run_columns() -> _RunColumns:
    return (
        select(
            ExecutionRow.job_execution_id,
            WorkflowRow.name,
            JobRow.name,
            ExecutionRow.status,
            ExecutionRow.started_at,
            ExecutionRow.ended_at,
        )
        .join(WorkflowRow, WorkflowRow.id == ExecutionRow.workflow_key)
        .join(JobRow, JobRow.id == ExecutionRow.job_key)
    )


def _runs(session: Session, query: _RunColumns) -> list[DigestRun]:
    return [DigestRun(*row) for row in session.execute(query)]
