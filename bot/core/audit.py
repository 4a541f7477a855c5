"""Compares three lists of failures: what the API reports, what the bot stored, what Slack shows."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from bot.core.catch_up import carried_mark
from bot.core.delivery import DeliveryState
from bot.core.digest import Counts, time_of
from bot.core.model import Execution
from bot.language import N_


class GapKind(StrEnum):
    """What is wrong with one failure, in words that are shown."""

    NOT_STORED = N_("the API reports it, the bot has not stored it")
    NOT_QUEUED = N_("it is stored, but no alert was queued")
    WAITING = N_("its alert waits to be sent")
    GIVEN_UP = N_("Slack would not take its alert")
    NOT_VISIBLE = N_("its alert was sent, but does not stand in the channel")


@dataclass(frozen=True, slots=True)
class StoredAlert:
    """The outbox's row for an expected alert. `ts` is Slack's, of the message that tells it."""

    state: DeliveryState
    ts: str | None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Expected:
    """A failure that the API reports and a channel has to hear of, and what is known of it."""

    execution: Execution
    workflow_name: str
    channel: str
    key: str
    is_stored: bool
    alert: StoredAlert | None


@dataclass(frozen=True, slots=True)
class Gap:
    """One failure that nobody can see, and why."""

    kind: GapKind
    expected: Expected


@dataclass(frozen=True, slots=True)
class StatisticsView:
    """Runs that ended, by Data Flow's own statistics (completed, failed) and by what the bot stored."""

    completed: int
    failed: int
    stored: Counts


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The comparison. `visible` is None when no channel could be read; `unread` names those and why, `unasked` the
    workflows that the API did not tell of."""

    since: datetime
    until: datetime
    failures: int
    visible: int | None
    median_delay: timedelta | None
    slowest_delay: timedelta | None
    gaps: tuple[Gap, ...]
    statistics: StatisticsView | None
    unread: tuple[tuple[str, str], ...] = ()
    unasked: tuple[tuple[str, str], ...] = ()

    @property
    def is_complete(self) -> bool:
        return not (self.gaps or self.unread or self.unasked)


def find_gaps(expected: Sequence[Expected], visible: Set[str], unread: Set[str]) -> list[Gap]:
    """What is missing. `visible` holds the keys and marks that stand in Slack, `unread` channels not looked into."""
    gaps = ((_gap(failure, visible, unread), failure) for failure in expected)
    return [Gap(kind, failure) for kind, failure in gaps if kind]


def count_visible(expected: Sequence[Expected], visible: Set[str]) -> int:
    """How many nothing is wrong with and were seen in Slack, not counting those that nobody could look for."""
    return sum(_gap(failure, visible, unread=frozenset()) is None for failure in expected)


def delays(expected: Sequence[Expected]) -> tuple[timedelta | None, timedelta | None]:
    """(median, longest) time from the end of a run to its message in Slack."""
    spans = [
        max(time_of(failure.alert.ts) - failure.execution.ended_at, timedelta())
        for failure in expected
        if failure.alert and failure.alert.ts and failure.execution.ended_at
    ]
    if not spans:
        return None, None
    return timedelta(seconds=median(span.total_seconds() for span in spans)), max(spans)


def _gap(failure: Expected, visible: Set[str], unread: Set[str]) -> GapKind | None:
    if not failure.is_stored:
        return GapKind.NOT_STORED
    if failure.alert is None:
        return GapKind.NOT_QUEUED
    if failure.alert.state is DeliveryState.DEAD:
        return GapKind.GIVEN_UP
    if failure.alert.ts is None:
        return GapKind.WAITING
    is_visible = failure.key in visible or carried_mark(failure.key) in visible
    return None if is_visible or failure.channel in unread else GapKind.NOT_VISIBLE
