"""Workflows: which ones are watched, since when, and how their polling goes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Row, Update, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from bot.core.model import Workflow
from bot.core.transitions import Watch
from bot.store.leases import Claim, Due, claim_all_due, finish
from bot.store.tables import WorkflowRow
from bot.store.types import UtcTime


@dataclass(frozen=True, slots=True)
class WatchedWorkflow:
    """A workflow as the poller needs it."""

    key: int
    workflow_id: str
    name: str
    watch: Watch


@dataclass(frozen=True, slots=True)
class GoodPoll:
    """What is known of a workflow after a good poll: when it is due again, how many executions could not be read."""

    claim: Claim
    due_at: datetime
    skipped: int


@dataclass(frozen=True, slots=True)
class Listed:
    """What the API lists, and which of it we watch. `is_complete` is false when an item could not be read."""

    workflows: Collection[Workflow]
    watched_ids: Collection[str]
    is_complete: bool = True


def record_listing(session: Session, listed: Listed, now: datetime, baseline_at: datetime) -> None:
    """Remember what the API lists.

    1. A workflow seen for the first time, or watched again, is due at once, and has this baseline.
    2. One that we know takes over what changed.
    3. One whose last execution date moved is due at once.
    4. One that is no longer listed is not polled, and comes back with its baseline when it is listed again. It may be
       the item that could not be read, if there is one: then it is polled on.
    """
    known = {row.workflow_id: row for row in session.execute(select(WorkflowRow.id, WorkflowRow.due_at, *_LISTED))}
    by_id = {workflow.workflow_id: workflow for workflow in listed.workflows}
    fresh = [workflow for workflow_id, workflow in by_id.items() if workflow_id not in known]
    if fresh:
        session.execute(
            insert(WorkflowRow),
            [
                {
                    **_listed_values(workflow, workflow.workflow_id in listed.watched_ids),
                    "workflow_id": workflow.workflow_id,
                    "baseline_at": baseline_at,
                    "due_at": now,
                }
                for workflow in fresh
            ],
        )
    alike: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for workflow_id, row in known.items():
        if workflow_id not in by_id and not listed.is_complete:
            continue
        changed = _changes(row, by_id.get(workflow_id), workflow_id in listed.watched_ids)
        if changed.get("is_watched"):
            changed |= {"baseline_at": baseline_at, "due_at": now, "looked_at": None}
        elif "last_execution_at" in changed and row.due_at > now:
            changed["due_at"] = now
        if changed:
            alike.setdefault(tuple(changed), []).append(
                {"at": row.id} | {f"new_{name}": changed[name] for name in changed}
            )
    for names, rows in alike.items():
        session.connection().execute(_take_over(names), rows)


@cache
def _take_over(names: tuple[str, ...]) -> Update:
    """Made once for each set of columns that change together: of thousands of workflows most change alike."""
    table = WorkflowRow.__table__
    values = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    return update(WorkflowRow).where(WorkflowRow.id == bindparam("at")).values(values)


_LISTED = (
    WorkflowRow.workflow_id,
    WorkflowRow.name,
    WorkflowRow.trigger_rule,
    WorkflowRow.is_watched,
    WorkflowRow.is_listed,
    WorkflowRow.last_execution_at,
    WorkflowRow.trigger_id,
)


def _listed_values(workflow: Workflow, is_watched: bool) -> dict[str, object]:
    return {
        "name": workflow.name,
        "trigger_rule": workflow.trigger_rule,
        "is_watched": is_watched,
        "is_listed": True,
        "last_execution_at": workflow.last_execution_at,
        "trigger_id": None if workflow.is_draft else workflow.trigger_id,
    }


def _changes(row: Row[*tuple[Any, ...]], workflow: Workflow | None, is_watched: bool) -> dict[str, object]:
    values = _listed_values(workflow, is_watched) if workflow else {"is_listed": False}
    return {name: value for name, value in values.items() if getattr(row, name) != value}


_FINISH = (
    update(WorkflowRow)
    .where(WorkflowRow.id == bindparam("key"))
    .values(
        lease_until=None,
        due_at=bindparam("next_at"),
        looked_at=func.coalesce(WorkflowRow.looked_at, bindparam("at", type_=UtcTime())),
        polled_at=bindparam("at", type_=UtcTime()),
        poll_error=None,
        skipped=bindparam("bad_rows"),
    )
)


def claim_polls(
    session: Session, now: datetime, lease_for: timedelta, most: int
) -> list[tuple[Claim, WatchedWorkflow]]:
    """Take the workflows whose polls have been due longest, at most so many."""
    is_polled = WorkflowRow.is_watched & WorkflowRow.is_listed
    wanted = (WorkflowRow.workflow_id, WorkflowRow.name, WorkflowRow.baseline_at, WorkflowRow.looked_at)
    claimed = claim_all_due(session, Due(WorkflowRow, most, (is_polled,)), now, lease_for, *wanted)
    return [
        (claim, WatchedWorkflow(claim.id, workflow_id, name, Watch(baseline_at, is_first_look=looked_at is None)))
        for claim, (workflow_id, name, baseline_at, looked_at) in claimed
    ]


def finish_polls(session: Session, polls: Sequence[GoodPoll], now: datetime) -> set[Claim]:
    """Good polls; returns those whose claim had not run out."""
    ours = _held(session, [poll.claim for poll in polls])
    rows = [
        {"key": poll.claim.id, "next_at": poll.due_at, "bad_rows": poll.skipped} for poll in polls if poll.claim in ours
    ]
    if rows:
        session.connection().execute(_FINISH, [{"at": now, **row} for row in rows])
    return ours


_HELD = (
    select(WorkflowRow.id, WorkflowRow.token)
    .where(WorkflowRow.id.in_(bindparam("keys", expanding=True)))
    .order_by(WorkflowRow.id)
    .with_for_update()
)


def _held(session: Session, claims: Sequence[Claim]) -> set[Claim]:
    """Those that nobody has taken over; their rows stay as they are until the end of the transaction."""
    rows = session.connection().execute(_HELD, {"keys": [claim.id for claim in claims]})
    return {Claim(key, token) for key, token in rows} & set(claims)


def note_skipped(session: Session, key: int, skipped: int) -> None:
    """So many executions of the last poll were left out."""
    session.execute(update(WorkflowRow).where(WorkflowRow.id == key).values(skipped=skipped))


def fail_poll(session: Session, claim: Claim, due_at: datetime, error: str) -> bool:
    """A failed one; False when the claim had run out."""
    return finish(session, WorkflowRow, claim, due_at=due_at, poll_error=error)


def poll_soon(session: Session, key: int, now: datetime) -> None:
    """Poll it at once: something is about to be seen."""
    session.execute(update(WorkflowRow).where(WorkflowRow.id == key, WorkflowRow.due_at > now).values(due_at=now))


def are_known(session: Session) -> bool:
    """Whether there was ever a list of workflows."""
    return session.execute(select(WorkflowRow.id).limit(1)).first() is not None


def names(session: Session) -> Sequence[tuple[str, str]]:
    """(id, name) of every workflow we know, watched or not, by name."""
    rows = session.execute(select(WorkflowRow.workflow_id, WorkflowRow.name).order_by(func.lower(WorkflowRow.name)))
    return [(workflow_id, name) for workflow_id, name in rows]


def watched_names(session: Session) -> Sequence[tuple[str, str]]:
    """(id, name) of those that are watched and still there, by name."""
    is_seen = WorkflowRow.is_watched & WorkflowRow.is_listed
    rows = session.execute(select(WorkflowRow.workflow_id, WorkflowRow.name).where(is_seen))
    return sorted(((workflow_id, name) for workflow_id, name in rows), key=lambda one: one[1].lower())


def name_of(session: Session, workflow_id: str) -> str:
    """The workflow's name; its id when we do not know it."""
    query = select(WorkflowRow.name).where(WorkflowRow.workflow_id == workflow_id)
    return session.execute(query).scalar_one_or_none() or workflow_id


def polled_at(session: Session, workflow_id: str) -> datetime | None:
    """When the workflow's executions were last read."""
    query = select(WorkflowRow.polled_at).where(WorkflowRow.workflow_id == workflow_id)
    return session.execute(query).scalar_one_or_none()


def make_polls_due(session: Session, now: datetime) -> None:
    """Poll every workflow now, whatever the schedule says."""
    session.execute(update(WorkflowRow).values(due_at=now))
