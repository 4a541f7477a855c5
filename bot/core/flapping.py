"""Notices a job that keeps changing between good and bad."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

RUNS_FOR_FLAPPING = 50
"""So many of a job's runs, the newest ones, tell whether it is flapping."""


@dataclass(frozen=True, slots=True)
class FlappingRule:
    """A job that changed at least this often within this time is flapping, until so many of its runs in a row end
    alike."""

    changes: int = 6
    within: timedelta = timedelta(hours=2)
    stable_runs: int = 3


@dataclass(frozen=True, slots=True)
class Flapping:
    """A job is flapping: since when, and how often it changed within what time: the rule's, or a longer one once there
    were fewer changes in that than the rule asks for."""

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
    changed: list[datetime] = []  # when the run before each change ended
    recent: deque[datetime] = deque()  # those of them within the rule's time
    alike = 0
    for end in ends:
        if before and before.is_bad != end.is_bad:
            changed.append(before.ended_at)
            recent.append(before.ended_at)
            alike = 0
        alike += 1
        before = end
        while recent and recent[0] < end.ended_at - rule.within:
            recent.popleft()
        if alike >= rule.stable_runs:
            state = None
        elif len(recent) >= rule.changes:
            state = Flapping(state.since if state else end.ended_at, len(recent), rule.within)
        elif state:
            state = Flapping(state.since, rule.changes, end.ended_at - changed[-rule.changes])
    return state
