"""Workflows: which ones are watched, since when, and how their polling goes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, insert, literal, select, update
from sqlalchemy.orm import Session

from bot.core.model import Workflow
from bot.core.transitions import Watch
from bot.store.leases import Claim, claim_due, finish
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
class Listed:
    """What the API lists, and which of it we watch. `is_complete` is false when an item could not be read."""

    workflows: Collection[Workflow]
    watched_ids: Collection[str]
    is_complete: bool = True


def record_listing(session: Session, listed: Listed, now: datetime, baseline_at: datetime) -> None:
    """Remember what the API lists.

    1. A workflow seen for the first time, or watched again, is due at once, and has this baseline.
    2. One that we know takes over what changed.
    3. One that is no longer listed is not polled, and comes back with its baseline when it is listed again. It may be
       the item that could not be read, if there is one: then it is polled on.
    """
    known = {row.workflow_id: row for row in session.execute(select(WorkflowRow.id, *_LISTED)).all()}
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
    for workflow_id, row in known.items():
        if workflow_id not in by_id and not listed.is_complete:
            continue
        changed = _changes(row, by_id.get(workflow_id), workflow_id in listed.watched_ids)
        if changed.get("is_watched"):
            changed |= {"baseline_at": baseline_at, "due_at": now, "looked_at": None}
        if changed:
            session.execute(update(WorkflowRow).where(WorkflowRow.id == row.id).values(**changed))


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


def claim_poll(session: Session, now: datetime, lease_for: timedelta) -> Claim | None:
    """Take the workflow whose poll has been due longest."""
    is_polled = WorkflowRow.is_watched & WorkflowRow.is_listed
    return claim_due(session, WorkflowRow, now, lease_for, is_polled)


def finish_poll(session: Session, claim: Claim, now: datetime, due_at: datetime, skipped: int) -> bool:
    """A good poll, in which so many executions could not be read; False when the claim had run out."""
    return finish(
        session,
        WorkflowRow,
        claim,
        due_at=due_at,
        looked_at=func.coalesce(WorkflowRow.looked_at, literal(now, UtcTime())),
        polled_at=now,
        poll_error=None,
        skipped=skipped,
    )


def note_skipped(session: Session, key: int, skipped: int) -> None:
    """So many executions of the last poll were left out."""
    session.execute(update(WorkflowRow).where(WorkflowRow.id == key).values(skipped=skipped))


def fail_poll(session: Session, claim: Claim, due_at: datetime, error: str) -> bool:
    """A failed one; False when the claim had run out."""
    return finish(session, WorkflowRow, claim, due_at=due_at, poll_error=error)


def poll_soon(session: Session, key: int, now: datetime) -> None:
    """Poll it at once: something is about to be seen."""
    session.execute(update(WorkflowRow).where(WorkflowRow.id == key, WorkflowRow.due_at > now).values(due_at=now))


def watched(session: Session, key: int) -> WatchedWorkflow:
    """The workflow of a claim."""
    row = session.execute(
        select(WorkflowRow.workflow_id, WorkflowRow.name, WorkflowRow.baseline_at, WorkflowRow.looked_at).where(
            WorkflowRow.id == key
        )
    ).one()
    watch = Watch(row.baseline_at, is_first_look=row.looked_at is None)
    return WatchedWorkflow(key, row.workflow_id, row.name, watch)


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
