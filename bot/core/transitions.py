"""Notices what happened to executions between what we know and what the API reports now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.model import Execution, ExecutionStatus

CLOCKS_DIFFER_BY = timedelta(minutes=1)
"""At most, once the offset that the client measures is corrected for."""


@dataclass(frozen=True, slots=True)
class KnownExecution:
    """As much of a remembered execution as it takes to notice a change. `is_lost`: the API no longer knew it."""

    status: ExecutionStatus
    started_at: datetime | None
    ended_at: datetime | None
    is_lost: bool = False

    @property
    def is_ended(self) -> bool:
        return self.status.is_ended or (self.status is ExecutionStatus.UNKNOWN and self.ended_at is not None)


@dataclass(frozen=True, slots=True)
class Transition:
    """An execution passed from one status to another. `previous` is None when we first saw it in `status`."""

    execution: Execution
    previous: ExecutionStatus | None
    happened_at: datetime
    seen_at: datetime

    @property
    def status(self) -> ExecutionStatus:
        return self.execution.status


@dataclass(frozen=True, slots=True)
class Change:
    """An execution to write down: new, or different from what we know. Not every change is a transition."""

    execution: Execution
    is_new: bool
    transition: Transition | None


@dataclass(frozen=True, slots=True)
class Watch:
    """Since when a workflow is watched: what ended before is its baseline, and silent.

    `is_first_look` is true for the poll that reads the executions for the first time: whatever it finds ended,
    without a date that says when, counts as baseline.
    """

    baseline_at: datetime
    is_first_look: bool

    def is_baseline(self, execution: Execution) -> bool:
        if not execution.is_ended:
            return False
        if execution.ended_at is None:
            return self.is_first_look
        if not self.is_first_look:
            # It ended since the first look, or that look missed it, as paging can; then it ended long before.
            return execution.ended_at < self.baseline_at - CLOCKS_DIFFER_BY
        if execution.ended_at.microsecond:
            return execution.ended_at <= self.baseline_at
        # The API reports whole seconds: within the baseline's own second, rather tell than lose.
        return execution.ended_at < self.baseline_at.replace(microsecond=0)


def detect(
    known: Mapping[str, KnownExecution], observed: Iterable[Execution], watch: Watch, seen_at: datetime
) -> list[Change]:
    """Compare one reading with what is known; what did not change is left out.

    The API may repeat an execution over two pages, with different statuses: the one further on counts.
    First what makes no transition, which may be all of a long history; then the transitions in the order in which they
    happened.
    """
    silent: list[Change] = []
    told: list[Change] = []
    for execution in _furthest(observed):
        change = _change(known.get(execution.job_execution_id), execution, watch, seen_at)
        if change:
            (told if change.transition else silent).append(change)
    told.sort(key=lambda change: (_happened_at(change.execution, seen_at), change.execution.job_execution_id))
    return silent + told


def _furthest(observed: Iterable[Execution]) -> Iterable[Execution]:
    latest: dict[str, Execution] = {}
    for execution in observed:
        seen = latest.get(execution.job_execution_id)
        if seen is None or _stage(execution.status, execution.is_ended) >= _stage(seen.status, seen.is_ended):
            latest[execution.job_execution_id] = execution
    return latest.values()


def _change(known: KnownExecution | None, execution: Execution, watch: Watch, seen_at: datetime) -> Change | None:
    if known is None:
        is_silent = watch.is_baseline(execution)
        return Change(execution, True, None if is_silent else _transition(None, execution, seen_at))
    if _is_stale(known, execution):
        return None
    if known.status is not execution.status or known.is_ended is not execution.is_ended:
        is_silent = watch.is_first_look and watch.is_baseline(execution)  # open when the watch was last given up
        return Change(execution, False, None if is_silent else _transition(known.status, execution, seen_at))
    if known.is_lost or (known.started_at, known.ended_at) != (execution.started_at, execution.ended_at):
        return Change(execution, False, None)
    return None


def _is_stale(known: KnownExecution, execution: Execution) -> bool:
    """An end is final, and a reading that is behind what we know comes from a page older than the last one."""
    if known.is_ended:
        return known.status is not execution.status or (known.ended_at is not None and execution.ended_at is None)
    return _stage(execution.status, execution.is_ended) < _stage(known.status, known.is_ended)


def _stage(status: ExecutionStatus, is_ended: bool) -> int:
    if is_ended:
        return 2
    return 0 if status is ExecutionStatus.READY else 1


def _transition(previous: ExecutionStatus | None, execution: Execution, seen_at: datetime) -> Transition:
    return Transition(execution, previous, min(_happened_at(execution, seen_at), seen_at), seen_at)


def _happened_at(execution: Execution, seen_at: datetime) -> datetime:
    """The API's own time of the step into the present status; when it gives none, when we saw it."""
    if execution.is_ended:
        return execution.ended_at or seen_at
    if execution.status is ExecutionStatus.READY:
        return execution.created_at or seen_at
    return execution.started_at or execution.created_at or seen_at
