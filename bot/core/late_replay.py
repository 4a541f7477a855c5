"""Finds in the past what took too long and what did not start, as it would have been noticed at once.

What is usual is learned as it is live, from the runs that had ended when a run began; so is when a workflow starts.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.model import Execution, ExecutionStatus
from bot.core.normal import FLOOR
from bot.core.overdue import (
    EARLY,
    ENOUGH_WEEKS,
    RUNS,
    STARTS,
    WAIT_FLOOR,
    ExpectedStart,
    Late,
    Limit,
    running_limit,
    start_by_habit,
    start_limit,
    waiting_limit,
)
from bot.core.recurrence import SCHEDULE_ZONE, Recurrence
from bot.core.rules import Outcome


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run as it is stored. `gone_at` is when it ended or was lost; None while it has not."""

    execution: Execution
    began_at: datetime
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is known of when a workflow is started, and since when: `rule` is its trigger's, where we know one."""

    workflow_id: str
    holds_since: datetime
    rule: Recurrence | None


@dataclass(frozen=True, slots=True)
class PastLate:
    """Something that was late, and when it was over; None: not by the end of what is replayed."""

    late: Late
    workflow_name: str
    over_at: datetime | None


@dataclass(frozen=True, slots=True)
class LateHistory:
    """What there is to judge by, with the names of workflows by their ids."""

    runs: Sequence[PastRun]
    schedules: Sequence[Schedule]
    names: dict[str, str]


def late_between(history: LateHistory, since: datetime, until: datetime) -> list[PastLate]:
    """What became late after `since` and up to `until`, in that order."""
    by_job: dict[tuple[str, str], list[PastRun]] = defaultdict(list)
    begun: dict[str, list[datetime]] = defaultdict(list)
    for run in history.runs:
        by_job[run.execution.workflow_id, run.execution.job.job_id].append(run)
        begun[run.execution.workflow_id].append(run.began_at)
    found = [one for runs in by_job.values() for one in _late_runs(runs, until)]
    for schedule in history.schedules:
        found += _missed_starts(schedule, sorted(begun[schedule.workflow_id]), since, until)
    named = [replace(one, workflow_name=history.names[one.late.workflow_id]) for one in found]
    return sorted((one for one in named if since < one.late.due_at <= until), key=lambda one: one.late.due_at)


def _late_runs(runs: Sequence[PastRun], until: datetime) -> Iterator[PastLate]:
    """Of one job. Most runs cannot have been late, whatever is usual: those cost nothing."""
    ended = sorted(((run.gone_at, run.execution) for run in runs if run.gone_at), key=lambda one: one[0])
    times = [at for at, _ in ended]

    def before(run: PastRun) -> list[Execution]:
        end = bisect_left(times, run.began_at)
        return [execution for _, execution in ended[max(0, end - RUNS) : end]]

    for run in runs:
        execution, gone_at = run.execution, run.gone_at or until
        waited_until = execution.started_at or gone_at
        if execution.created_at and waited_until - execution.created_at > WAIT_FLOOR:
            limit = waiting_limit(before(run))
            yield from _if_late(run, Outcome.WAITING_LONG, execution.created_at, limit, waited_until)
        if execution.started_at and gone_at - execution.started_at > FLOOR:
            running = running_limit(before(run), execution.job.timeout_minutes)
            if running:
                yield from _if_late(run, Outcome.RUNNING_LONG, execution.started_at, running, gone_at)


def _if_late(run: PastRun, outcome: Outcome, since: datetime, limit: Limit, over_at: datetime) -> Iterator[PastLate]:
    is_running = outcome is Outcome.RUNNING_LONG
    as_it_was = replace(run.execution, status=ExecutionStatus.RUNNING if is_running else ExecutionStatus.READY)
    late = Late(outcome, run.execution.workflow_id, since, limit, as_it_was)
    if over_at > late.due_at:
        is_over = run.gone_at is not None or (run.execution.started_at is not None and not is_running)
        yield PastLate(late, "", over_at if is_over else None)


def _missed_starts(
    schedule: Schedule, begun: Sequence[datetime], since: datetime, until: datetime
) -> Iterator[PastLate]:
    """While a start is missed no second one is, as live."""
    over_at: datetime | None = None
    for start in _expected(schedule, begun, max(since - timedelta(days=1), schedule.holds_since), until):
        if over_at and start.at < over_at:
            continue
        place = bisect_left(begun, start.counts_from)
        began_at = begun[place] if place < len(begun) else None
        late = Late(Outcome.NEVER_STARTED, schedule.workflow_id, start.at, start.limit)
        if late.due_at < until and (began_at is None or began_at > late.due_at):
            yield PastLate(late, "", began_at)
            if began_at is None:
                return
            over_at = began_at


def _expected(
    schedule: Schedule, begun: Sequence[datetime], since: datetime, until: datetime
) -> Iterator[ExpectedStart]:
    if schedule.rule is None:
        yield from _expected_by_habit(begun, since, until)
        return
    for at in schedule.rule.starts_between(since, until):
        before = begun[: bisect_right(begun, at - EARLY)][-STARTS:]
        yield ExpectedStart(at, at - EARLY, start_limit(schedule.rule, before))


def _expected_by_habit(begun: Sequence[datetime], since: datetime, until: datetime) -> Iterator[ExpectedStart]:
    zone = ZoneInfo(SCHEDULE_ZONE)
    first: dict[date, datetime] = {}
    for moment in begun:
        first.setdefault(moment.astimezone(zone).date(), moment)
    day = since.astimezone(zone).date()
    while day <= until.astimezone(zone).date():
        start = start_by_habit([first.get(day - timedelta(weeks=week)) for week in range(1, ENOUGH_WEEKS + 1)], day)
        if start and since <= start.at:
            yield start
        day += timedelta(days=1)
