"""Runs that people asked for: the request, written down before it is sent, and what has become of it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import msgspec
from sqlalchemy import Row, Select, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from bot import typed_json
from bot.core.handles import NAMED_JOBS, StartableJobs
from bot.core.model import Execution, TriggerRule
from bot.core.reruns import CLOCKS_DIFFER, Refusal, RerunState
from bot.store import executions
from bot.store.rerun_tables import RerunRow
from bot.store.tables import ExecutionRow, JobRow, WorkflowRow

_UNANSWERED = (RerunState.REQUESTED, RerunState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class NewRerun:
    """A request to write down, with the columns of RerunRow."""

    workflow_key: int
    requested_by: str
    requested_at: datetime
    created_from: datetime
    newest_known: int
    due_at: datetime
    wait_until: datetime
    channel: str | None
    reply_to: int | None
    state: RerunState = RerunState.REQUESTED


@dataclass(frozen=True, slots=True)
class KnownRerun:
    """A request as it stands, of the workflow with this id and name."""

    key: int
    workflow_key: int
    workflow_id: str
    workflow_name: str
    state: RerunState
    requested_by: str
    requested_at: datetime
    created_from: datetime
    newest_known: int
    wait_until: datetime
    found: tuple[int, ...]
    channel: str | None
    reply_to: int | None


@dataclass(frozen=True, slots=True)
class StartableWorkflow:
    """A workflow that somebody wants to run, and the jobs that have been seen of it."""

    key: int
    workflow_id: str
    name: str
    trigger_rule: TriggerRule
    jobs: StartableJobs


def workflow(session: Session, workflow_id: str) -> StartableWorkflow | None:
    """A workflow that is watched, so that its runs are seen."""
    is_seen = (WorkflowRow.workflow_id == workflow_id) & WorkflowRow.is_watched & WorkflowRow.is_listed
    row = session.execute(
        select(WorkflowRow.id, WorkflowRow.name, WorkflowRow.trigger_rule).where(is_seen)
    ).one_or_none()
    if row is None:
        return None
    return StartableWorkflow(row.id, workflow_id, row.name, row.trigger_rule, jobs_of(session, row.id))


def lock(session: Session, workflow_id: str) -> None:
    """Of two people who ask for a run of this workflow at once, one comes first."""
    session.execute(select(WorkflowRow.id).where(WorkflowRow.workflow_id == workflow_id).with_for_update())


_JOB_NAMES = select(JobRow.name).where(JobRow.workflow_key == bindparam("key")).order_by(JobRow.id)


def jobs_of(session: Session, workflow_key: int) -> StartableJobs:
    names = session.connection().scalars(_JOB_NAMES, {"key": workflow_key}).all()
    return StartableJobs(tuple(names[:NAMED_JOBS]), len(names))


_TRIGGER_RULE = select(WorkflowRow.trigger_rule).where(WorkflowRow.id == bindparam("key"))


def trigger_rule(session: Session, workflow_key: int) -> TriggerRule:
    return session.connection().execute(_TRIGGER_RULE, {"key": workflow_key}).scalar_one()


def newest_execution(session: Session, workflow_key: int) -> int:
    """The row of the execution that we came to know last; 0 where there is none."""
    newest = select(func.max(ExecutionRow.id)).where(ExecutionRow.workflow_key == workflow_key)
    return session.execute(newest).scalar_one() or 0


def get(session: Session, key: int) -> KnownRerun:
    """One that is there: none is ever deleted."""
    return _known(session.execute(_full_rows().where(RerunRow.id == key)).one())


def newest_of(session: Session, workflow_key: int) -> KnownRerun | None:
    """The newest request of this workflow that the API did not refuse."""
    not_refused = (RerunRow.workflow_key == workflow_key) & (RerunRow.state != RerunState.REFUSED)
    newest_first = _full_rows().where(not_refused).order_by(RerunRow.requested_at.desc(), RerunRow.id.desc())
    row = session.execute(newest_first.limit(1)).one_or_none()
    return _known(row) if row else None


def add(session: Session, rerun: NewRerun) -> int:
    """From the commit of this on it may be sent, once."""
    return session.execute(insert(RerunRow).values(**asdict(rerun)).returning(RerunRow.id)).scalar_one()


def note_answer(session: Session, key: int, state: RerunState, now: datetime) -> None:
    """What the API said, or that nobody knows, unless its run has been found meanwhile."""
    session.execute(
        update(RerunRow)
        .where(RerunRow.id == key, RerunRow.state.in_(_UNANSWERED), RerunRow.closed_at.is_(None))
        .values(state=state, due_at=now)
    )


def note_refusal(session: Session, key: int, refusal: Refusal, words: str, now: datetime) -> None:
    """The API surely starts nothing."""
    session.execute(
        update(RerunRow)
        .where(RerunRow.id == key, RerunRow.state.in_(_UNANSWERED))
        .values(state=RerunState.REFUSED, refusal=refusal, refused_with=words, closed_at=now)
    )


def due(session: Session, now: datetime) -> KnownRerun | None:
    """The open request that is to be looked at first. Its row is locked, where that exists."""
    key = session.execute(
        select(RerunRow.id)
        .where(RerunRow.closed_at.is_(None), RerunRow.due_at <= now)
        .order_by(RerunRow.due_at, RerunRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).scalar_one_or_none()
    return get(session, key) if key is not None else None


def unknown_before(session: Session, rerun: KnownRerun) -> Sequence[tuple[int, Execution]]:
    """The workflow's executions that began since the request, and that we came to know after it, with their rows."""
    since = rerun.created_from - CLOCKS_DIFFER
    recent = (ExecutionRow.workflow_key == rerun.workflow_key) & (ExecutionRow.began_at >= since)
    later = executions.full_rows().where(recent, ExecutionRow.id > rerun.newest_known)
    rows = session.execute(later.order_by(ExecutionRow.id))
    return [(row[0].id, executions.execution_of(row)) for row in rows]


def lost(session: Session, keys: Sequence[int]) -> int:
    """How many of these executions can no longer be found in the API, and so will never end."""
    query = select(func.count()).where(ExecutionRow.id.in_(keys), ExecutionRow.lost_at.is_not(None))
    return session.execute(query).scalar_one()


def look_again(session: Session, key: int, at: datetime) -> None:
    session.execute(update(RerunRow).where(RerunRow.id == key).values(due_at=at))


def move(session: Session, key: int, state: RerunState, now: datetime, found: Sequence[int] = ()) -> None:
    """It has come this far; `found` are the rows of its executions. In its last states nobody looks at it again."""
    is_over = state in (RerunState.ENDED, RerunState.MISSING)
    values = {"state": state, "due_at": now, "closed_at": now if is_over else None}
    if found:
        values["found"] = msgspec.json.encode(list(found)).decode()
    session.execute(update(RerunRow).where(RerunRow.id == key).values(**values))


def _full_rows() -> Select[RerunRow, str, str]:
    return select(RerunRow, WorkflowRow.workflow_id, WorkflowRow.name).join(
        WorkflowRow, WorkflowRow.id == RerunRow.workflow_key
    )


def _known(row: Row[RerunRow, str, str]) -> KnownRerun:
    rerun, workflow_id, name = row
    return KnownRerun(
        key=rerun.id,
        workflow_key=rerun.workflow_key,
        workflow_id=workflow_id,
        workflow_name=name,
        state=rerun.state,
        requested_by=rerun.requested_by,
        requested_at=rerun.requested_at,
        created_from=rerun.created_from,
        newest_known=rerun.newest_known,
        wait_until=rerun.wait_until,
        found=tuple(typed_json.decode(rerun.found, list[int])) if rerun.found else (),
        channel=rerun.channel,
        reply_to=rerun.reply_to,
    )
