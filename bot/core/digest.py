"""The daily digest: which local day it reports, when it is due, and what it says."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.model import ExecutionStatus

SHOWN_FAILURES = 10
SHOWN_SLOWEST = 3
SHOWN_RUNNING = 5
COMPARED_DAYS = 7


@dataclass(frozen=True, slots=True)
class Window:
    """A local day as a half-open span of UTC; 23 or 25 hours long where clocks change."""

    day: date
    zone: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where a message stands in Slack."""

    channel: str
    ts: str


def time_of(ts: str) -> datetime:
    """When a message was posted, by Slack's clock: its ts begins with the Unix time."""
    return datetime.fromtimestamp(float(ts), UTC)


@dataclass(frozen=True, slots=True)
class DigestRun:
    """One execution as the digest needs it; `alert` points to the message that told of it."""

    job_execution_id: str
    workflow_name: str
    job_name: str
    status: ExecutionStatus
    started_at: datetime | None
    ended_at: datetime | None
    alert: MessageRef | None = None

    @property
    def ran_for(self) -> timedelta | None:
        if self.started_at is None or self.ended_at is None:
            return None
        return max(self.ended_at - self.started_at, timedelta())


@dataclass(frozen=True, slots=True)
class Counts:
    """Ended runs by outcome. `other` ended with a status that this bot does not know."""

    completed: int = 0
    failed: int = 0
    canceled: int = 0
    other: int = 0

    @property
    def total(self) -> int:
        return self.completed + self.failed + self.canceled + self.other

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.completed + other.completed,
            self.failed + other.failed,
            self.canceled + other.canceled,
            self.other + other.other,
        )

    @property
    def success_rate(self) -> float | None:
        """Completed out of all that ended, 0 to 1; None when nothing ended."""
        return self.completed / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Ended:
    """What ended in a window: how many, and at least the runs that are shown. There may be very many others."""

    counts: Counts
    bad: Sequence[DigestRun]
    timed: Sequence[DigestRun]


@dataclass(frozen=True, slots=True)
class DayCounts:
    """The runs that ended on a local day."""

    day: date
    counts: Counts


@dataclass(frozen=True, slots=True)
class Digest:
    """What one local day looked like. Lists are cut; the numbers beside them are not.

    `is_partial` is true for a day that was not over when the digest was made. `days` are the seven before and the day
    itself, oldest first.
    """

    window: Window
    made_at: datetime
    counts: Counts
    before: Counts
    failures: tuple[DigestRun, ...]
    slowest: tuple[DigestRun, ...]
    running: tuple[DigestRun, ...]
    running_count: int
    days: tuple[DayCounts, ...] = ()

    @property
    def is_partial(self) -> bool:
        return self.made_at < self.window.end

    @property
    def bad_count(self) -> int:
        return self.counts.total - self.counts.completed

    @property
    def rate_change(self) -> float | None:
        """Change of the success rate against the seven days before, in points from -1 to 1."""
        now, then = self.counts.success_rate, self.before.success_rate
        return None if now is None or then is None else now - then


def day_window(day: date, zone: ZoneInfo) -> Window:
    """From local midnight to the next one; a midnight that the clock skips begins when the clock goes on."""
    return Window(day, zone.key, _local(day, time(), zone), _local(day + timedelta(days=1), time(), zone))


def compared_days(day: date, zone: ZoneInfo) -> list[Window]:
    """The seven local days before this one, oldest first."""
    return [day_window(day - timedelta(days=ago), zone) for ago in range(COMPARED_DAYS, 0, -1)]


def digest_due_at(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The digest about a day is due on the morning after. Of a time that comes twice, the first one counts."""
    return _local(day + timedelta(days=1), at, zone)


def next_digest_day(now: datetime, at: time, zone: ZoneInfo) -> date:
    """The first day whose digest is not due yet."""
    day = now.astimezone(zone).date() - timedelta(days=1)
    return day if digest_due_at(day, at, zone) > now else day + timedelta(days=1)


def count(statuses: Iterable[tuple[ExecutionStatus, int]]) -> Counts:
    """Fold (status, how many ended with it) pairs."""
    tally: Counter[ExecutionStatus] = Counter()
    for status, number in statuses:
        tally[status] += number
    completed, failed, canceled = (
        tally.pop(status, 0) for status in (ExecutionStatus.COMPLETED, ExecutionStatus.FAILED, ExecutionStatus.CANCELED)
    )
    return Counts(completed, failed, canceled, other=tally.total())


def summarise(
    ended: Ended,
    running: Sequence[DigestRun],
    before: Sequence[DayCounts],
    window: Window,
    made_at: datetime,
) -> Digest:
    """Make the digest of a window out of what ended in it, the runs that are under way, and the days before."""
    return Digest(
        window=window,
        made_at=made_at,
        counts=ended.counts,
        before=sum((day.counts for day in before), Counts()),
        failures=tuple(sorted(ended.bad, key=_ended_at, reverse=True)[:SHOWN_FAILURES]),
        slowest=tuple(sorted(ended.timed, key=lambda run: run.ran_for or timedelta(), reverse=True)[:SHOWN_SLOWEST]),
        running=tuple(sorted(running, key=lambda run: run.started_at or made_at)[:SHOWN_RUNNING]),
        running_count=len(running),
        days=(*before, DayCounts(window.day, ended.counts)),
    )


def _ended_at(run: DigestRun) -> datetime:
    return run.ended_at or datetime.min.replace(tzinfo=UTC)


def _local(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
