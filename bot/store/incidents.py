"""Incidents: what is wrong with each workflow, and what is normal for its jobs."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import bindparam, case, func, insert, or_, select, update
from sqlalchemy.orm import Session

from bot import typed_json
from bot.core.flapping import RUNS_FOR_FLAPPING, RunEnd
from bot.core.handles import CardRef
from bot.core.incidents import Incident
from bot.core.model import Execution, ExecutionStatus
from bot.core.normal import Background, LastAcknowledgement, usual
from bot.core.transitions import Transition
from bot.store.message_tables import IncidentRow
from bot.store.tables import ExecutionRow, JobRow, WorkflowRow

RUNS_FOR_BAND = 30
COUNTED = timedelta(days=30)


_OPEN = (
    select(IncidentRow.workflow_key, IncidentRow.id, IncidentRow.snapshot)
    .where(IncidentRow.workflow_key.in_(bindparam("keys", expanding=True)), IncidentRow.closed_at.is_(None))
    .order_by(IncidentRow.id)
    .with_for_update()
)


def open_in(session: Session, workflow_keys: Iterable[int]) -> dict[int, dict[int, Incident]]:
    """The open incidents of workflows: for each of these by row id, oldest first. The rows are locked, where that
    exists: whoever tells of an incident and whoever changes it wait for each other, so that no card is made of a state
    that is past."""
    found: dict[int, dict[int, Incident]] = {key: {} for key in workflow_keys}
    for workflow_key, key, snapshot in session.connection().execute(_OPEN, {"keys": list(found)}):
        found[workflow_key][key] = decode(snapshot)
    return found


def get(session: Session, key: int) -> Incident:
    """One incident, locked like `open_in`."""
    one = select(IncidentRow.snapshot).where(IncidentRow.id == key).with_for_update()
    return decode(session.execute(one).scalar_one())


def find(session: Session, ref: CardRef) -> Incident | None:
    """The incident of a card, locked like `open_in`; None when the card is of another life of the database."""
    one = select(IncidentRow.snapshot).where(IncidentRow.id == ref.incident_key).with_for_update()
    return _if_meant(session.execute(one).scalar_one_or_none(), ref)


def peek(session: Session, ref: CardRef) -> Incident | None:
    """Like `find`, for whoever changes nothing."""
    snapshot = session.execute(select(IncidentRow.snapshot).where(IncidentRow.id == ref.incident_key)).scalar()
    return _if_meant(snapshot, ref)


def all_open(session: Session) -> dict[int, Incident]:
    """The open incidents of all workflows, locked like `open_in`; few, whatever the history."""
    rows = session.execute(
        select(IncidentRow.id, IncidentRow.snapshot)
        .where(IncidentRow.closed_at.is_(None))
        .order_by(IncidentRow.id)
        .with_for_update()
    )
    return {key: decode(snapshot) for key, snapshot in rows}


def opened_since(session: Session, since: datetime) -> int:
    """How many, those that are over included."""
    opened = select(func.count()).select_from(IncidentRow).where(IncidentRow.opened_at >= since)
    return session.scalar(opened) or 0


def failing_workflows(session: Session) -> set[str]:
    """The ids of the workflows that have an open incident."""
    ids = select(WorkflowRow.workflow_id).join(IncidentRow, IncidentRow.workflow_key == WorkflowRow.id)
    return set(session.scalars(ids.where(IncidentRow.closed_at.is_(None))))


_WORKFLOW = (
    select(WorkflowRow.id, WorkflowRow.name)
    .join(IncidentRow, IncidentRow.workflow_key == WorkflowRow.id)
    .where(IncidentRow.id == bindparam("key"))
)


def workflow_of(session: Session, key: int) -> tuple[int, str]:
    """The workflow that it is about: row id and name."""
    workflow_key, name = session.connection().execute(_WORKFLOW, {"key": key}).one()
    return workflow_key, name


def name_of_workflow(session: Session, key: int) -> str | None:
    """The name of the workflow that it is about; None where there is no such incident."""
    name = select(WorkflowRow.name).join(IncidentRow, IncidentRow.workflow_key == WorkflowRow.id)
    return session.execute(name.where(IncidentRow.id == key)).scalar_one_or_none()


_ADD = insert(IncidentRow).returning(IncidentRow.id)


def add(session: Session, workflow_key: int, incident: Incident) -> int:
    """A new incident; returns its row id."""
    values = {
        "workflow_key": workflow_key,
        "opened_at": incident.opened_at,
        "closed_at": incident.closed_at,
        "snapshot": _encode(incident),
    }
    key: int = session.connection().execute(_ADD, values).scalar_one()
    return key


_SAVE = (
    update(IncidentRow)
    .where(IncidentRow.id == bindparam("key"))
    .values(closed_at=bindparam("closed", type_=IncidentRow.closed_at.type), snapshot=bindparam("state"))
)


def save(session: Session, key: int, incident: Incident) -> None:
    """What it has become."""
    values = {"key": key, "closed": incident.closed_at, "state": _encode(incident)}
    session.connection().execute(_SAVE, values)


_RUNS_OF_JOB = (
    select(ExecutionRow.ended_at, ExecutionRow.job_execution_id, ExecutionRow.status, ExecutionRow.started_at)
    .join(JobRow, JobRow.id == ExecutionRow.job_key)
    .where(ExecutionRow.workflow_key == bindparam("workflow_key"), JobRow.job_id == bindparam("job_id"))
)
_OTHER_RUNS_OF_JOB = _RUNS_OF_JOB.where(ExecutionRow.job_execution_id != bindparam("this_one"))
_NEWEST_FIRST = (ExecutionRow.began_at.desc(), ExecutionRow.id.desc())
_UNTIL = bindparam("until", type_=ExecutionRow.ended_at.type)

_RECENT_ENDS = (
    _OTHER_RUNS_OF_JOB.with_only_columns(ExecutionRow.ended_at, ExecutionRow.job_execution_id, ExecutionRow.status)
    .where(ExecutionRow.ended_at <= _UNTIL, ExecutionRow.status != ExecutionStatus.CANCELED)
    .order_by(*_NEWEST_FIRST)
    .limit(RUNS_FOR_FLAPPING)
)


def recent_ends(session: Session, workflow_key: int, transition: Transition) -> list[RunEnd]:
    """How the job's runs ended up to this end, oldest first; cancelled ones left out.

    One reading may bring later ends, too: what is said of this one must not depend on how often we look.
    """
    execution = transition.execution
    here = transition.happened_at, execution.job_execution_id
    rows = session.connection().execute(
        _RECENT_ENDS,
        {
            "workflow_key": workflow_key,
            "job_id": execution.job.job_id,
            "this_one": execution.job_execution_id,
            "until": transition.happened_at,
        },
    )
    ends = [(ended_at, run, status) for ended_at, run, status in rows if ended_at and (ended_at, run) < here]
    if execution.status is not ExecutionStatus.CANCELED:
        ends.append((*here, execution.status))
    return [RunEnd(ended_at, status is not ExecutionStatus.COMPLETED) for ended_at, _, status in sorted(ends)]


_NO_FAILURE = ExecutionRow.status.in_((ExecutionStatus.COMPLETED, ExecutionStatus.CANCELED))
_COMPLETED = (
    _OTHER_RUNS_OF_JOB.with_only_columns(ExecutionRow.ended_at, ExecutionRow.started_at)
    .where(ExecutionRow.status == ExecutionStatus.COMPLETED, ExecutionRow.ended_at <= _UNTIL)
    .order_by(*_NEWEST_FIRST)
    .limit(RUNS_FOR_BAND)
)
_COUNTS = (
    _RUNS_OF_JOB.with_only_columns(func.count(), func.coalesce(func.sum(case((_NO_FAILURE, 0), else_=1)), 0))
    .where(ExecutionRow.is_ended, or_(ExecutionRow.ended_at.is_(None), ExecutionRow.ended_at <= _UNTIL))
    .where(ExecutionRow.began_at >= bindparam("since", type_=ExecutionRow.began_at.type))
)


def background(session: Session, workflow_key: int, execution: Execution, now: datetime) -> Background:
    """What was normal for the execution's job when it ended. The execution is counted among the failures, as whoever
    reads the card would count it."""
    connection = session.connection()
    of_job = {"workflow_key": workflow_key, "job_id": execution.job.job_id, "until": execution.ended_at or now}
    completed = connection.execute(_COMPLETED, of_job | {"this_one": execution.job_execution_id}).all()
    durations = [row.ended_at - row.started_at for row in completed if row.started_at and row.ended_at]
    total, failures = connection.execute(_COUNTS, of_job | {"since": now - COUNTED}).one()
    return Background(
        usual=usual(durations),
        last_success_at=max((row.ended_at for row in completed if row.ended_at), default=None),
        failures=int(failures),
        runs=total,
        last_acknowledged=_last_acknowledged(session, workflow_key, execution.job.job_id),
    )


def _if_meant(snapshot: str | None, ref: CardRef) -> Incident | None:
    incident = decode(snapshot) if snapshot else None
    return incident if incident and int(incident.opened_at.timestamp()) == ref.opened_at else None


def decode(snapshot: str) -> Incident:
    return typed_json.decode(snapshot, Incident)


def _encode(incident: Incident) -> str:
    return msgspec.json.encode(incident).decode()


_LAST_CLOSED = (
    select(IncidentRow.snapshot)
    .where(IncidentRow.workflow_key == bindparam("workflow_key"), IncidentRow.closed_at.is_not(None))
    .order_by(IncidentRow.closed_at.desc())
    .limit(10)
)


def _last_acknowledged(session: Session, workflow_key: int, job_id: str) -> LastAcknowledgement | None:
    """From the job's last closed incident that somebody looked after."""
    rows = session.connection().execute(_LAST_CLOSED, {"workflow_key": workflow_key})
    for incident in map(decode, rows.scalars()):
        if incident.acknowledged and incident.lasted is not None and incident.trouble_of(job_id):
            return LastAcknowledgement(incident.acknowledged.by, incident.lasted)
    return None
