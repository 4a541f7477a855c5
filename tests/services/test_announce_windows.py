"""A maintenance window says once in each channel that it has begun, and in the same message that it is over."""

from datetime import datetime, time

import pytest

from bot.core.delivery import DeliveryState, Purpose
from bot.core.model import ExecutionStatus
from bot.core.rules import QuietHours, Rules
from bot.core.silence import Silence, SilenceKind, Weekly
from bot.core.telling import Maintenance
from bot.services.boot import Boot
from bot.store.engine import Database
from tests.doubles import BY_MINA, START, FakeClock
from tests.services.ward import HOUR, MINUTE, SETTLE, Ward

FAILED, COMPLETED = ExecutionStatus.FAILED, ExecutionStatus.COMPLETED
DAY = 24 * HOUR


@pytest.fixture
def ward(sqlite: Database, clock: FakeClock) -> Ward:
    ward = Ward(sqlite, clock)
    ward.subscribe()
    return ward


def a_window(
    starts_at: datetime = START, ends_at: datetime | None = START + HOUR, weekly: Weekly | None = None
) -> Silence:
    return Silence(0, SilenceKind.MAINTENANCE, starts_at, ends_at, weekly=weekly)


def told(ward: Ward) -> list[tuple[str, Maintenance]]:
    queued = ward.queued(Purpose.MAINTENANCE)
    return [(one.channel, one.facts) for one in queued if isinstance(one.facts, Maintenance)]


def test_its_beginning_is_told_once_in_each_channel(ward: Ward) -> None:
    ward.subscribe(channel="C2")
    ward.subscribe(channel="C2", workflows="orders")
    ward.hush(a_window(START + HOUR, START + 2 * HOUR))
    assert ward.announce() == 0
    ward.clock.advance(HOUR)
    assert ward.announce() == 2
    ward.boot = Boot(ward.clock(), SETTLE)
    ward.clock.advance(MINUTE)

    assert ward.announce() == 0
    assert [(channel, facts.until, facts.over_at) for channel, facts in told(ward)] == [
        ("C1", START + 2 * HOUR, None),
        ("C2", START + 2 * HOUR, None),
    ]


def test_its_end_changes_the_message_and_says_how_much_was_held_back(ward: Ward) -> None:
    ward.subscribe(workflows="orders")
    ward.hush(a_window())
    ward.announce()
    ward.deliver()
    ward.ends(FAILED, FAILED)
    ward.clock.now = START + HOUR
    assert ward.announce() == 1

    beginning, end = ward.queued(Purpose.MAINTENANCE)
    assert isinstance(end.facts, Maintenance)
    assert (end.edits, end.facts.over_at, end.facts.held) == (beginning.key, START + HOUR, 2)
    assert ward.announce() == 0


def test_one_that_is_over_before_its_message_is_sent_is_told_as_over(ward: Ward) -> None:
    ward.hush(a_window())
    ward.announce()
    ward.clock.advance(HOUR)
    ward.announce()

    ((_, facts),) = told(ward)
    assert (facts.over_at, facts.held) == (START + HOUR, 0)


def test_an_early_end_is_told_as_it_came(ward: Ward) -> None:
    window = ward.hush(a_window())
    ward.announce()
    ward.clock.advance(10 * MINUTE)
    ward.manage.end(BY_MINA, SilenceKind.MAINTENANCE, window)
    ward.announce()

    assert [facts.over_at for _, facts in told(ward)] == [START + 10 * MINUTE]


@pytest.mark.parametrize(
    ("channel", "workflow_id", "channels"),
    [(None, None, ["C1", "C2"]), ("C2", None, ["C2"]), (None, "w1", ["C1"]), ("C2", "w1", []), ("C9", None, [])],
)
def test_only_channels_that_hear_less_are_told(
    ward: Ward, channel: str | None, workflow_id: str | None, channels: list[str]
) -> None:
    ward.subscribe(channel="C2", workflows="customers")
    ward.hush(Silence(0, SilenceKind.MAINTENANCE, START, START + HOUR, channel, workflow_id))
    ward.announce()

    assert [channel for channel, _ in told(ward)] == channels


def test_a_mute_is_not_announced(ward: Ward) -> None:
    ward.hush(Silence(0, SilenceKind.MUTE, START, START + HOUR))
    assert ward.announce() == 0


def test_quiet_hours_are_not_disturbed(ward: Ward) -> None:
    ward.subscribe(Rules(quiet=QuietHours(time(9), time(10, 30), "Asia/Seoul")))
    ward.hush(a_window(ends_at=START + 2 * HOUR))
    assert ward.announce() == 0
    ward.clock.advance(30 * MINUTE)
    assert ward.announce() == 1


def test_each_occurrence_of_a_weekly_window_is_told(ward: Ward) -> None:
    weekly = Weekly(frozenset((0, 1)), time(10), HOUR, "Asia/Seoul")
    ward.hush(a_window(ends_at=None, weekly=weekly))
    for _ in range(3):
        ward.announce()
        ward.deliver()
        ward.clock.advance(DAY)
    ward.announce()

    assert [(facts.since, facts.over_at) for _, facts in told(ward)] == [
        (START, None),
        (START, START + HOUR),
        (START + DAY, None),
        (START + DAY, START + DAY + HOUR),
    ]


@pytest.mark.parametrize(
    ("booted_at", "state"), [(START, DeliveryState.PENDING), (START + 10 * MINUTE, DeliveryState.UNCLEAR)]
)
def test_what_an_earlier_process_may_have_told_is_looked_for_first(
    ward: Ward, booted_at: datetime, state: DeliveryState
) -> None:
    ward.hush(a_window())
    ward.boot = Boot(booted_at, SETTLE)
    ward.clock.advance(20 * MINUTE)
    ward.announce()

    assert [one.state for one in ward.queued(Purpose.MAINTENANCE)] == [state]
