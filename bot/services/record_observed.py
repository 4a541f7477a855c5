"""Turns one reading of a workflow into rows: executions, transitions, incidents, and what is told of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.alerting import End
from bot.core.flapping import FlappingRule, flapping
from bot.core.incidents import Change, advance
from bot.core.model import Execution
from bot.core.transitions import Transition, detect
from bot.services.tell import Told, tell
from bot.store import executions, incidents, silences, subscriptions
from bot.store.engine import Session
from bot.store.workflows import WatchedWorkflow


@dataclass(frozen=True, slots=True)
class Reading:
    """The executions of a workflow as the API reported them at a moment.

    `unclear_until` is set for the first reading since the start: an earlier process may have posted its alerts.
    """

    executions: Sequence[Execution]
    at: datetime
    unclear_until: datetime | None


@dataclass(frozen=True, slots=True)
class RecordingRules:
    """What holds for every workflow: how often it is polled, when a job of it is flapping, and after what time a run
    that ended is forgotten."""

    poll_every: timedelta
    flapping: FlappingRule = field(default_factory=FlappingRule)
    keep_for: timedelta = timedelta.max


@dataclass(frozen=True, slots=True)
class Observed:
    """What happened; and the executions that are left out, because another workflow has had one of that id before: that
    one keeps it."""

    transitions: Sequence[Transition] = ()
    left_out: Sequence[str] = ()


def record_observed(session: Session, workflow: WatchedWorkflow, reading: Reading, rules: RecordingRules) -> Observed:
    """Write down what changed and queue what is to be told, within the caller's transaction.

    A crash loses both or neither: the next poll finds the same change and makes the same messages of it.
    """
    now = reading.at
    known = executions.known(session, workflow.key, {one.job_execution_id for one in reading.executions})
    observed = [
        one
        for one in reading.executions
        if one.job_execution_id not in known.of_others
        and (one.job_execution_id in known.ours or not _is_forgotten(one, now, rules.keep_for))
    ]
    changes = detect(known.ours, observed, workflow.watch, now)
    executions.write(session, workflow.key, changes, now)
    transitions = [change.transition for change in changes if change.transition]
    keys = executions.keys_of(session, {transition.execution.job_execution_id for transition in transitions})
    subscribed = subscriptions.active(session) if transitions else []
    silenced = silences.in_force(session, now) if transitions else []
    for transition in transitions:
        key = executions.add_transition(session, keys[transition.execution.job_execution_id], transition)
        if transition.execution.is_ended:
            incident_key, change = _advance(session, workflow.key, transition, rules.flapping)
            end = End(transition, workflow.name, change)
            told = Told(end, workflow.key, key, incident_key, reading.unclear_until, rules.poll_every, now)
            tell(session, told, subscribed, silenced)
    return Observed(transitions, sorted(known.of_others))


def _is_forgotten(execution: Execution, now: datetime, keep_for: timedelta) -> bool:
    """The API may list for longer than we remember: what it shows again is no news."""
    return execution.is_ended and execution.ended_at is not None and now - execution.ended_at > keep_for


def _advance(
    session: Session, workflow_key: int, transition: Transition, rule: FlappingRule
) -> tuple[int | None, Change]:
    """What the end does to the workflow's incidents, written down; with the row of the incident that it belongs to."""
    execution = transition.execution
    open_incidents = incidents.open_of(session, workflow_key)
    state = flapping(incidents.recent_ends(session, workflow_key, transition), rule)
    change = advance(list(open_incidents.values()), execution, transition.happened_at, state)
    if change.incident is None:
        return None, change
    if change.before is None:
        return incidents.add(session, workflow_key, change.incident), change
    key = next(key for key, incident in open_incidents.items() if incident == change.before)
    incidents.save(session, key, change.incident)
    return key, change
