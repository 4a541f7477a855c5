"""What is normal for a job: how long its runs take, and where a run stands against that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

ENOUGH_RUNS = 5
SPREADS = 4
FLOOR = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Band:
    """Usual durations: the median of the last completed runs, and what a run must not exceed to be usual."""

    median: timedelta
    limit: timedelta
    runs: int


@dataclass(frozen=True, slots=True)
class LastAcknowledgement:
    """Who looked after the job's last incident, and how long it took to be over."""

    by: str
    took: timedelta


@dataclass(frozen=True, slots=True)
class Background:
    """What a card tells beside the failure itself. `failures` of so many `runs` count the last 30 days,
    with the failure itself."""

    usual: Band | None
    last_success_at: datetime | None
    failures: int
    runs: int
    last_acknowledged: LastAcknowledgement | None = None


def usual(durations: Sequence[timedelta]) -> Band | None:
    """The band of these durations; None while there are too few to know.

    Median and median absolute deviation: one run that hung for a night does not make the next one look normal. The
    floor keeps a job that takes a steady two seconds from being late at three.
    """
    if len(durations) < ENOUGH_RUNS:
        return None
    seconds = [duration.total_seconds() for duration in durations]
    middle = median(seconds)
    spread = median(abs(duration - middle) for duration in seconds)
    limit = middle + max(SPREADS * 1.4826 * spread, middle / 2, FLOOR.total_seconds())
    return Band(timedelta(seconds=middle), timedelta(seconds=limit), len(durations))
