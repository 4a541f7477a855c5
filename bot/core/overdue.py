"""Judges what takes too long: runs, waits, and starts that do not come. What is usual follows from the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from statistics import median
from zoneinfo import ZoneInfo

from bot.core.alerting import Decision, Reason, Verdict, hold_back
from bot.core.model import Execution, ExecutionStatus
from bot.core.normal import SPREADS, usual
from bot.core.recurrence import SCHEDULE_ZONE, Interval, Recurrence
from bot.core.rules import Outcome, Subscription
from bot.core.silence import Silence

TIMEOUT_SHARE = 0.8
"""A run that has used up so much of its time-out is told while somebody can still do something about it."""
WAIT_FLOOR = timedelta(minutes=10)
UNKNOWN_WAIT = timedelta(minutes=30)
START_FLOOR = timedelta(minutes=15)
EARLY = timedelta(minutes=5)
"""A start may come before its time by that much: clocks differ."""
RUNS = 60
"""So many of a job, the newest before it, tell what is usual for a run."""
STARTS = 30
"""So many of a workflow tell how late it usually starts."""
ENOUGH_WEEKS = 5
WIDEST_HABIT = timedelta(hours=2)
"""What begins at a time that differs by more than this from week to week has no usual start."""


class BasisKind(StrEnum):
    """What a limit follows from."""

    RUNS = "runs"
    WAITS = "waits"
    TIMEOUT = "timeout"
    TOO_FEW_RUNS = "too few runs"
    TRIGGER = "trigger"
    HABIT = "habit"


@dataclass(frozen=True, slots=True)
class Basis:
    """How a limit came about. `span` is the usual duration or the time-out, `runs` how many are known; `rule` is the
    trigger's, or what the starts have kept to."""

    kind: BasisKind
    span: timedelta = timedelta()
    runs: int = 0
    rule: Recurrence | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """How long something may take, and how that came about."""

    span: timedelta
    basis: Basis


class HowOver(StrEnum):
    """How something overdue came to its end."""

    ENDED = "ended"
    STARTED = "started"
    BEGAN = "began"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class ExpectedStart:
    """When a workflow should have begun. A run from `counts_from` on is that start."""

    at: datetime
    counts_from: datetime
    limit: Limit


@dataclass(frozen=True, slots=True)
class Late:
    """Something that should have come, by `since` and a limit. Without an execution it is a start."""

    outcome: Outcome
    workflow_id: str
    since: datetime
    limit: Limit
    execution: Execution | None = None

    @property
    def due_at(self) -> datetime:
        return self.since + self.limit.span

    @property
    def subject(self) -> str:
        """What it is about, the same whoever notices it."""
        return self.execution.job_execution_id if self.execution else f"{self.workflow_id} {self.since.isoformat()}"


def late_run(execution: Execution, began_at: datetime, history: Sequence[Execution], as_of: datetime) -> Late | None:
    """What is late about an execution that had not ended when we last looked. `history` holds ended ones of its job,
    `began_at` is the earliest time known of it."""
    match execution.status:
        case ExecutionStatus.RUNNING:
            outcome, since = Outcome.RUNNING_LONG, execution.started_at or began_at
            limit = running_limit(history, execution.job.timeout_minutes)
        case ExecutionStatus.READY:
            outcome, since = Outcome.WAITING_LONG, execution.created_at or began_at
            limit = waiting_limit(history)
        case _:
            return None
    if limit is None or as_of <= since + limit.span:
        return None
    return Late(outcome, execution.workflow_id, since, limit, execution)


def running_limit(history: Sequence[Execution], timeout_minutes: int | None) -> Limit | None:
    """The stricter one of what is usual and most of the time-out; None when nothing is known."""
    completed = [run.ran_for for run in history if run.status is ExecutionStatus.COMPLETED and run.ran_for is not None]
    limits = []
    if band := usual(completed):
        limits.append(Limit(band.limit, Basis(BasisKind.RUNS, band.median, band.runs)))
    if timeout_minutes:
        timeout = timedelta(minutes=timeout_minutes)
        limits.append(Limit(timeout * TIMEOUT_SHARE, Basis(BasisKind.TIMEOUT, timeout)))
    return min(limits, key=lambda limit: limit.span, default=None)


def waiting_limit(history: Sequence[Execution]) -> Limit:
    """What is usual, and never less than the floor; a fixed time while too few runs are known."""
    band = usual([run.waited_for for run in history if run.waited_for is not None])
    if band is None:
        return Limit(UNKNOWN_WAIT, Basis(BasisKind.TOO_FEW_RUNS))
    return Limit(max(band.limit, WAIT_FLOOR), Basis(BasisKind.WAITS, band.median, band.runs))


def start_by_rule(rule: Recurrence, begun: Sequence[datetime], as_of: datetime) -> ExpectedStart | None:
    """The newest start that should have come by now."""
    limit = start_limit(rule, begun)
    at = rule.last_start(as_of - limit.span)
    return ExpectedStart(at, at - EARLY, limit) if at else None


def start_limit(rule: Recurrence, begun: Sequence[datetime]) -> Limit:
    """How late the rule's starts usually come, learned from those that have; a run later than the first one after its
    time is not the rule's."""
    delays: dict[datetime, timedelta] = {}
    for moment in sorted(begun):
        if due := rule.last_start(moment + EARLY):
            delays.setdefault(due, max(moment - due, timedelta()))
    band = usual(list(delays.values()))
    span = max(band.limit, START_FLOOR) if band else START_FLOOR
    return Limit(span, Basis(BasisKind.TRIGGER, rule=rule))


def start_by_habit(
    first_starts: Sequence[datetime | None], day: date, zone_name: str = SCHEDULE_ZONE
) -> ExpectedStart | None:
    """When the first run of a day usually begins, by the first runs of the same day in the weeks before.

    Silent unless each of the last five of those days had one, at about the same time.
    """
    begun = [moment for moment in first_starts[:ENOUGH_WEEKS] if moment is not None]
    if len(begun) < ENOUGH_WEEKS:
        return None
    zone = ZoneInfo(zone_name)
    local = [moment.astimezone(zone) for moment in begun]
    seconds = [(moment.hour * 60 + moment.minute) * 60 + moment.second for moment in local]
    middle = int(median(seconds))
    spread = timedelta(seconds=SPREADS * 1.4826 * median(abs(one - middle) for one in seconds))
    if spread > WIDEST_HABIT:
        return None
    clock = time(middle // 3600, middle // 60 % 60, middle % 60)
    at = datetime.combine(day, clock, zone).astimezone(UTC)
    habit = Recurrence(Interval.WEEK, clock, frozenset((day.weekday(),)), zone=zone_name)
    basis = Basis(BasisKind.HABIT, runs=ENOUGH_WEEKS, rule=habit)
    midnight = datetime.combine(day, time(), zone).astimezone(UTC)
    return ExpectedStart(at, min(midnight, at - EARLY), Limit(max(spread, START_FLOOR), basis))


_TOLD = {
    Outcome.RUNNING_LONG: Reason.RUNNING_LONG,
    Outcome.WAITING_LONG: Reason.WAITING_LONG,
    Outcome.NEVER_STARTED: Reason.NEVER_STARTED,
}


def decide_late(
    late: Late, workflow_name: str, subscription: Subscription, silences: Sequence[Silence], now: datetime
) -> Decision:
    """What this subscription hears of it: what it covers, which outcomes it asks for, what holds it back."""
    if not subscription.covers(late.workflow_id, workflow_name):
        return Decision(Verdict.SILENT, Reason.WORKFLOW_NOT_WANTED)
    if late.outcome not in subscription.rules.outcomes:
        return Decision(Verdict.SILENT, Reason.OUTCOME_NOT_WANTED)
    job_id = late.execution.job.job_id if late.execution else ""
    covering = [one for one in silences if one.covers(subscription.channel, late.workflow_id, job_id, now)]
    return hold_back(subscription, covering, now) or Decision(Verdict.TELL, _TOLD[late.outcome])


def how_it_ended(outcome: Outcome, execution: Execution | None) -> HowOver:
    """`execution` is as we know it now, None when the API no longer does."""
    if outcome is Outcome.NEVER_STARTED:
        return HowOver.BEGAN
    if execution is None:
        return HowOver.LOST
    return HowOver.ENDED if execution.is_ended else HowOver.STARTED
