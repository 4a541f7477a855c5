"""Folds many alerts into one catch-up message with a thread: after an outage, or when very many runs fail at once.

What is fresh and few is told singly. Every folded alert is findable by its line in the thread.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from bot.core.alerting import Alert
from bot.core.model import Execution, ExecutionStatus

MANY_AT_ONCE = 20
"""More alerts than this waiting for a channel are folded, however fresh they are."""

FEW = 3
"""As many alerts of runs that ended long ago are told singly; more are folded."""

GATHER_FOR = timedelta(seconds=5)
"""Old news waits this much longer, so that what is found workflow by workflow can be told together."""

ALERTS_PER_PAGE = 250
SHOWN_JOBS = 15
SHOWN_NEWEST = 5


@dataclass(frozen=True, slots=True)
class WaitingAlert:
    """An alert in the outbox, by its row."""

    row: int
    key: str
    alert: Alert
    queued_at: datetime

    def age(self, now: datetime) -> timedelta:
        """How old the news is: since its run ended, without the time for which it was held back on purpose, between
        being seen and being queued."""
        return (self.alert.seen_at - _ended_at(self)) + (now - self.queued_at)


@dataclass(frozen=True, slots=True)
class FoldedRun:
    """One folded failure as it stands in its line."""

    job_execution_id: str
    status: ExecutionStatus
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class FoldedJob:
    """The folded failures of one job. `is_broken` is true while its newest run is not a completed one."""

    workflow_name: str
    job_name: str
    failed: int
    canceled: int
    other: int
    last_at: datetime
    is_broken: bool

    @property
    def total(self) -> int:
        return self.failed + self.canceled + self.other


@dataclass(frozen=True, slots=True)
class NewestFailure:
    """A failure told in the catch-up message itself."""

    workflow_name: str
    job_name: str
    run: FoldedRun


@dataclass(frozen=True, slots=True)
class CatchUp:
    """The message: how many, since when, which jobs, what is still broken, the newest failures."""

    first_at: datetime
    last_at: datetime
    total: int
    jobs: tuple[FoldedJob, ...]
    job_count: int
    broken_count: int
    newest: tuple[NewestFailure, ...]
    pages: int


@dataclass(frozen=True, slots=True)
class PageJob:
    """Some of a job's folded failures, newest first."""

    workflow_name: str
    job_name: str
    runs: tuple[FoldedRun, ...]


@dataclass(frozen=True, slots=True)
class CatchUpPage:
    """A reply in its thread, with a line for each failure. `carries` marks the alerts that it stands for."""

    number: int
    pages: int
    jobs: tuple[PageJob, ...]
    carries: tuple[str, ...]


def stale_after(poll_every: timedelta) -> timedelta:
    """How long ago a run must have ended for its alert to be old news."""
    return max(timedelta(minutes=5), 3 * poll_every)


def choose_to_fold(waiting: Sequence[WaitingAlert], now: datetime, stale: timedelta) -> Sequence[WaitingAlert]:
    """All of them when there are very many; else those that are old news, unless they are few."""
    if len(waiting) > MANY_AT_ONCE:
        return waiting
    old = [waits for waits in waiting if waits.age(now) > stale]
    return old if len(old) > FEW else ()


def carried_mark(key: str) -> str:
    """A key cut to 48 bits, by which a catch-up message says what it carries: hundreds have to fit its metadata."""
    return key.replace("-", "")[:12]


Pages = list[list[WaitingAlert]]


def fold(chosen: Sequence[WaitingAlert], is_broken: Callable[[Execution], bool]) -> tuple[CatchUp, Pages]:
    """The catch-up message of these alerts, and which of them each page of its thread carries."""
    by_job = _by_job(chosen)
    jobs = [_folded_job(alerts, is_broken(alerts[0].alert.execution)) for alerts in by_job]
    ordered = [alert for alerts in by_job for alert in alerts]
    pages = [ordered[start : start + ALERTS_PER_PAGE] for start in range(0, len(ordered), ALERTS_PER_PAGE)]
    newest = sorted(chosen, key=_ended_at, reverse=True)[:SHOWN_NEWEST]
    message = CatchUp(
        first_at=min(map(_ended_at, chosen)),
        last_at=max(map(_ended_at, chosen)),
        total=len(chosen),
        jobs=tuple(jobs[:SHOWN_JOBS]),
        job_count=len(jobs),
        broken_count=sum(job.is_broken for job in jobs),
        newest=tuple(
            NewestFailure(alert.alert.workflow_name, alert.alert.execution.job.name, _folded_run(alert))
            for alert in newest
        ),
        pages=len(pages),
    )
    return message, pages


def page_of(alerts: Sequence[WaitingAlert], number: int, pages: int) -> CatchUpPage:
    """The page that carries these alerts; they come as `fold` ordered them."""
    return CatchUpPage(
        number=number,
        pages=pages,
        jobs=tuple(
            PageJob(workflow_name, job_name, tuple(map(_folded_run, group)))
            for (workflow_name, job_name), group in groupby(alerts, key=_names)
        ),
        carries=tuple(carried_mark(alert.key) for alert in alerts),
    )


def _by_job(alerts: Iterable[WaitingAlert]) -> list[list[WaitingAlert]]:
    """The jobs that failed last come first, and so do their failures."""
    jobs: dict[tuple[str, str], list[WaitingAlert]] = {}
    for alert in sorted(alerts, key=_ended_at, reverse=True):
        execution = alert.alert.execution
        jobs.setdefault((execution.workflow_id, execution.job.job_id), []).append(alert)
    return list(jobs.values())


def _folded_job(alerts: Sequence[WaitingAlert], is_broken: bool) -> FoldedJob:
    count = Counter(alert.alert.execution.status for alert in alerts)
    failed, canceled = count[ExecutionStatus.FAILED], count[ExecutionStatus.CANCELED]
    workflow_name, job_name = _names(alerts[0])
    other = len(alerts) - failed - canceled
    return FoldedJob(workflow_name, job_name, failed, canceled, other, _ended_at(alerts[0]), is_broken)


def _folded_run(alert: WaitingAlert) -> FoldedRun:
    execution = alert.alert.execution
    return FoldedRun(execution.job_execution_id, execution.status, _ended_at(alert))


def _names(alert: WaitingAlert) -> tuple[str, str]:
    return alert.alert.workflow_name, alert.alert.execution.job.name


def _ended_at(alert: WaitingAlert) -> datetime:
    return alert.alert.execution.ended_at or alert.alert.seen_at
