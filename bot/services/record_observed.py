"""Turns readings of workflows into rows: executions, transitions, incidents, and what is told of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.alerting import End
from bot.core.flapping import FlappingRule, flapping
from bot.core.incidents import Change as IncidentChange
from bot.core.incidents import Incident, advance, depends_on_flapping
from bot.core.model import Execution
from bot.core.transitions import Change, Transition, detect
from bot.services.tell import Audience, Told, tell
from bot.store import decisions, incidents, recording, silences, subscriptions
from bot.store.decisions import Decided, Subject
from bot.store.engine import Session
from bot.store.recording import Remembered, Step
from bot.store.workflows import WatchedWorkflow


@dataclass(frozen=True, slots=True)
class Reading:
    """The executions of a workflow that the API reported as new or different.

    `unclear_until` is set for the first reading since the start: an earlier process may have posted its alerts.
    """

    workflow: WatchedWorkflow
    executions: Sequence[Execution]
    unclear_until: datetime | None = None


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


@dataclass(frozen=True, slots=True)
class _Compared:
    """A reading beside what is known."""

    reading: Reading
    changes: Sequence[Change]
    left_out: Sequence[str]

    @property
    def transitions(self) -> list[Transition]:
        return [change.transition for change in self.changes if change.transition]


def record_observed(
    session: Session, readings: Sequence[Reading], now: datetime, rules: RecordingRules
) -> list[Observed]:
    """Write down what changed and queue what is to be told, within the caller's transaction; one answer for each
    reading. A crash loses all or nothing: the next poll finds the same changes and makes the same messages of them.

    Many workflows take hardly more statements than one; only what is told takes its own.

    1. Compare the readings with what is known.
    2. Write the executions that changed, and their transitions.
    3. Follow each end through the incidents of its workflow, decide for each subscription, and queue.
    4. Write what was decided.
    """
    known = recording.known(session, {one.job_execution_id for reading in readings for one in reading.executions})
    compared = list(_compare(readings, known, now, rules.keep_for))
    recording.write(session, {one.reading.workflow.key: one.changes for one in compared}, now)
    noticed = [(one.reading, transition) for one in compared for transition in one.transitions]
    keys = _add_transitions(session, known, [transition for _, transition in noticed])
    ends = [
        (reading, transition, key)
        for (reading, transition), key in zip(noticed, keys, strict=True)
        if transition.execution.is_ended
    ]
    if ends:
        decisions.add(session, *_follow(session, ends, now, rules))
    return [Observed(one.transitions, one.left_out) for one in compared]


def _compare(
    readings: Sequence[Reading], known: Mapping[str, Remembered], now: datetime, keep_for: timedelta
) -> Iterator[_Compared]:
    owners = {execution_id: remembered.workflow_key for execution_id, remembered in known.items()}
    for reading in readings:
        mine = reading.workflow.key
        ours, left_out = [], set()
        for one in reading.executions:
            if owners.setdefault(one.job_execution_id, mine) != mine:
                left_out.add(one.job_execution_id)
            elif one.job_execution_id in known or not _is_forgotten(one, now, keep_for):
                ours.append(one)
        ids = {one.job_execution_id for one in ours}.intersection(known)
        states = {execution_id: known[execution_id].state for execution_id in ids}
        yield _Compared(reading, detect(states, ours, reading.workflow.watch, now), sorted(left_out))


def _is_forgotten(execution: Execution, now: datetime, keep_for: timedelta) -> bool:
    """The API may list for longer than we remember: what it shows again is no news."""
    return execution.is_ended and execution.ended_at is not None and now - execution.ended_at > keep_for


def _add_transitions(
    session: Session, known: Mapping[str, Remembered], transitions: Sequence[Transition]
) -> Sequence[int]:
    """Returns their row ids, in the same order."""
    ids = [transition.execution.job_execution_id for transition in transitions]
    keys = {execution_id: known[execution_id].key for execution_id in ids if execution_id in known}
    keys |= recording.keys_of(session, [execution_id for execution_id in ids if execution_id not in keys])
    steps = [Step(keys[transition.execution.job_execution_id], transition) for transition in transitions]
    return recording.add_transitions(session, steps)


def _follow(
    session: Session, ends: Sequence[tuple[Reading, Transition, int]], now: datetime, rules: RecordingRules
) -> list[tuple[Subject, Decided]]:
    """What the ends, each with the row of its transition, do to incidents and channels."""
    audience = Audience(subscriptions.active(session), silences.in_force(session, now))
    open_incidents = incidents.open_in(session, dict.fromkeys(reading.workflow.key for reading, _, _ in ends))
    decided = []
    for reading, transition, key in ends:
        workflow = reading.workflow
        incident_key, change = _advance(session, workflow.key, open_incidents[workflow.key], transition, rules.flapping)
        end = End(transition, workflow.name, change)
        told = Told(end, workflow.key, key, incident_key, reading.unclear_until, rules.poll_every, now)
        decided += tell(session, told, audience)
    return decided


def _advance(
    session: Session, workflow_key: int, open_here: dict[int, Incident], transition: Transition, rule: FlappingRule
) -> tuple[int | None, IncidentChange]:
    """What the end does to the workflow's open incidents, written down and in `open_here`; with the row of the incident
    that it belongs to."""
    execution = transition.execution
    state = None
    if depends_on_flapping(open_here.values(), execution):
        state = flapping(incidents.recent_ends(session, workflow_key, transition), rule)
    change = advance(list(open_here.values()), execution, transition.happened_at, state)
    if change.incident is None:
        return None, change
    if change.before is None:
        key = incidents.add(session, workflow_key, change.incident)
    else:
        key = next(key for key, incident in open_here.items() if incident == change.before)
        if change.incident != change.before:
            incidents.save(session, key, change.incident)
    open_here[key] = change.incident
    if not change.incident.is_open:
        del open_here[key]
    return key, change
