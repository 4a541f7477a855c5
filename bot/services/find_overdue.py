"""Finds, in what we know of a workflow, what takes too long and what no longer does. Reads only."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.model import Execution, ExecutionStatus
from bot.core.overdue import (
    EARLY,
    ENOUGH_WEEKS,
    RUNS,
    STARTS,
    ExpectedStart,
    HowOver,
    Late,
    how_it_ended,
    late_run,
    start_by_habit,
    start_by_rule,
)
from bot.core.recurrence import SCHEDULE_ZONE
from bot.core.rules import Outcome
from bot.store import history, overdue, triggers
from bot.store.engine import Session
from bot.store.overdue import OpenOverdue, PolledWorkflow

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class NewlyLate:
    """Something late that nobody has noticed, with the row of its execution where it is one."""

    late: Late
    execution_key: int | None


@dataclass(frozen=True, slots=True)
class Over:
    """Something overdue that has ended, or begun, after all."""

    overdue: OpenOverdue
    at: datetime
    how: HowOver


def newly_late(session: Session, workflow: PolledWorkflow) -> list[NewlyLate]:
    """Runs that take too long or wait too long, and a start that did not come, as of the last poll."""
    found = [*_late_runs(session, workflow)]
    if workflow.is_recurring and (late := _late_start(session, workflow)):
        found.append(NewlyLate(late, None))
    return [one for one in found if not overdue.is_known(session, one.late)]


def what_is_over(session: Session, workflow: PolledWorkflow, one: OpenOverdue) -> Over | None:
    """How something overdue came to its end; None while it has not."""
    if one.execution_key is None:
        began_at = history.first_start(session, workflow.key, one.since - EARLY)
        return Over(one, began_at, how_it_ended(one.outcome, None)) if began_at else None
    execution, is_lost = history.execution(session, one.execution_key)
    if not is_lost and not _has_moved_on(one.outcome, execution):
        return None
    moved_at = None if is_lost else execution.ended_at or execution.started_at
    at = max(moved_at or workflow.polled_at, one.since)
    return Over(one, at, how_it_ended(one.outcome, None if is_lost else execution))


def _has_moved_on(outcome: Outcome, execution: Execution) -> bool:
    if outcome is Outcome.WAITING_LONG:
        return execution.status is not ExecutionStatus.READY
    return execution.is_ended


def _late_runs(session: Session, workflow: PolledWorkflow) -> list[NewlyLate]:
    past: dict[str, list[Execution]] = {}
    found = []
    for key, began_at, execution in history.unended(session, workflow.key):
        job_id = execution.job.job_id
        if job_id not in past:
            past[job_id] = history.ended_of_job(session, workflow.key, job_id, RUNS)
        if late := late_run(execution, began_at, past[job_id], workflow.polled_at):
            found.append(NewlyLate(late, key))
    return found


def _late_start(session: Session, workflow: PolledWorkflow) -> Late | None:
    """While a start is missed no second one is: one message says that a schedule stands still."""
    if any(one.outcome is Outcome.NEVER_STARTED for one in overdue.open_of(session, workflow.key)):
        return None
    expected = expected_start(session, workflow)
    if expected is None or expected.at < workflow.baseline_at:
        return None
    if history.first_start(session, workflow.key, expected.counts_from):
        return None
    return Late(Outcome.NEVER_STARTED, workflow.workflow_id, expected.at, expected.limit)


def expected_start(session: Session, workflow: PolledWorkflow) -> ExpectedStart | None:
    """The newest start that should have come by the last poll; None while too little is known to expect any."""
    known = triggers.recurrence_of(session, workflow.trigger_id) if workflow.trigger_id else None
    if known is None:
        return _usual_start(session, workflow)
    rule, holds_since = known
    start = start_by_rule(rule, history.last_starts(session, workflow.key, STARTS), workflow.polled_at)
    return start if start and start.at >= holds_since else None


def _usual_start(session: Session, workflow: PolledWorkflow) -> ExpectedStart | None:
    """Today's, or yesterday's while today's may still come."""
    zone = ZoneInfo(SCHEDULE_ZONE)
    today = workflow.polled_at.astimezone(zone).date()
    for day in (today, today - timedelta(days=1)):
        weeks_before = [day - week * WEEK for week in range(1, ENOUGH_WEEKS + 1)]
        midnights = [(datetime.combine(one, time(), zone), one + timedelta(days=1)) for one in weeks_before]
        begun = [
            history.first_start(session, workflow.key, midnight, datetime.combine(next_day, time(), zone))
            for midnight, next_day in midnights
        ]
        start = start_by_habit(begun, day)
        if start and start.at + start.limit.span <= workflow.polled_at:
            return start
    return None
