"""Notices a job that keeps changing between good and bad."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class FlappingRule:
    """A job that changed at least this often within this time is flapping, until so many of its runs in a row end
    alike."""

    changes: int = 6
    within: timedelta = timedelta(hours=2)
    stable_runs: int = 3


@dataclass(frozen=True, slots=True)
class Flapping:
    """A job is flapping: since when, and how often it changed within the rule's time."""

    since: datetime
    changes: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How a run ended, as good or bad; cancelled ones do not count."""

    ended_at: datetime
    is_bad: bool


def flapping(ends: Sequence[RunEnd], rule: FlappingRule) -> Flapping | None:
    """Whether a job is flapping after these ends, oldest first. Follows from them alone, so nothing has to be kept."""
    state: Flapping | None = None
    for position, end in enumerate(ends):
        changes = _changes(ends[: position + 1], end.ended_at - rule.within)
        recent = ends[max(position + 1 - rule.stable_runs, 0) : position + 1]
        is_stable = len(recent) == rule.stable_runs and len({one.is_bad for one in recent}) == 1
        if state and is_stable:
            state = None
        elif changes >= rule.changes and not is_stable:
            state = Flapping(state.since if state else end.ended_at, changes, rule.within)
        elif state:
            state = Flapping(state.since, changes, rule.within)
    return state


def _changes(ends: Sequence[RunEnd], since: datetime) -> int:
    recent = [end.is_bad for end in ends if end.ended_at >= since]
    return sum(before != after for before, after in pairwise(recent))
