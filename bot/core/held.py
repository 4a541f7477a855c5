"""Sums up what was held back, for the one message that tells of it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.model import Execution
from bot.core.rules import Outcome
from bot.core.telling import HeldCause, HeldJob, HeldLate, HeldSummary

SHOWN_JOBS = 15
SHOWN_LATE = 10


@dataclass(frozen=True, slots=True)
class HeldEnd:
    """An end that was held back, and what would have been told of it."""

    workflow_name: str
    execution: Execution
    outcome: Outcome
    happened_at: datetime


def sum_up(
    cause: HeldCause, until: datetime, ends: Sequence[HeldEnd], is_broken: Callable[[Execution], bool]
) -> HeldSummary:
    """The summary: job by job, those that are still broken first, then those that ended last."""
    by_job: dict[tuple[str, str], list[HeldEnd]] = {}
    for end in sorted(ends, key=lambda end: end.happened_at):
        by_job.setdefault((end.execution.workflow_id, end.execution.job.job_id), []).append(end)
    jobs = [_held_job(of_job, is_broken(of_job[-1].execution)) for of_job in by_job.values()]
    jobs.sort(key=lambda job: (job.is_broken, job.last_at), reverse=True)
    return HeldSummary(cause, until, len(ends), tuple(jobs[:SHOWN_JOBS]), len(jobs))


def with_late(summary: HeldSummary, late: Sequence[HeldLate]) -> HeldSummary:
    """The same summary with what is overdue, the longest first."""
    longest_first = sorted(late, key=lambda one: one.since)
    return replace(summary, late=tuple(longest_first[:SHOWN_LATE]), late_count=len(late))


def _held_job(ends: Sequence[HeldEnd], is_broken: bool) -> HeldJob:
    count = Counter(end.outcome for end in ends)
    newest = ends[-1]
    failed, canceled, recovered = (
        count.pop(outcome, 0) for outcome in (Outcome.FAILED, Outcome.CANCELED, Outcome.RECOVERED)
    )
    return HeldJob(
        workflow_name=newest.workflow_name,
        job_name=newest.execution.job.name,
        failed=failed,
        canceled=canceled,
        recovered=recovered,
        last_at=newest.happened_at,
        is_broken=is_broken,
        other=count.total(),
    )
