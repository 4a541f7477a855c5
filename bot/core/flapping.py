"""Notices a job that keeps changing between good and bad."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


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
    before: RunEnd | None = None
    changed: deque[datetime] = deque()  # when the run before each change ended, within the rule's time
    alike = 0
    for end in ends:
        if before and before.is_bad != end.is_bad:
            changed.append(before.ended_at)
            alike = 0
        alike += 1
        before = end
        while changed and changed[0] < end.ended_at - rule.within:
            changed.popleft()
        if alike >= rule.stable_runs:
            state = None
        elif state or len(changed) >= rule.changes:
            state = Flapping(state.since if state else end.ended_at, len(changed), rule.within)
    return state
