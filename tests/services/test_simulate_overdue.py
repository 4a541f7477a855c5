"""The simulation tells of what takes too long, or does not start, what the services tell."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.core.comparison import MessageCounts, Simulation
from bot.core.delivery import Purpose
from bot.core.model import ExecutionStatus
from bot.core.rules import Rules
from bot.core.simulation import Kind
from bot.core.subscribing import Wish
from bot.store import subscriptions
from bot.store.message_tables import OutboxRow
from tests.doubles import START, an_ended_execution, an_execution
from tests.services.test_watch_overdue import (
    COMPLETED,
    DAILY_AT_TEN,
    DAY,
    HOUR,
    READY,
    RUNNING,
    WEEK,
    Watch,
    begun_at,
    ended,
    mute,
    running,
    scheduled,
    ten_minute_runs,
)
from tests.services.world import MINUTE, SECOND, World


@pytest.fixture
def watch(world: World) -> Watch:
    return Watch(world)


def simulated(watch: Watch, span: str = "2d") -> Simulation:
    answer = watch.world.ask(f"simulate {span} nth=1")
    assert isinstance(answer, Simulation)
    assert answer.present == answer.changed
    return answer


def told(watch: Watch) -> "Counter[Kind]":
    """What the services have told of what was overdue, in the words of the simulation."""
    with watch.world.database.snapshot() as session:
        rows = session.execute(select(OutboxRow.purpose, OutboxRow.edits, OutboxRow.reply_to)).all()
    kinds = [
        Kind.SUMMARY if purpose is Purpose.HELD else Kind.EDIT if edits else Kind.REPLY if reply_to else Kind.NEW
        for purpose, edits, reply_to in rows
        if purpose in (Purpose.HELD, Purpose.OVERDUE)
    ]
    return Counter(kinds)


def counted(counts: MessageCounts) -> "Counter[Kind]":
    return +Counter(
        {Kind.NEW: counts.new, Kind.SUMMARY: counts.summaries, Kind.REPLY: counts.replies, Kind.EDIT: counts.edits}
    )


def hours(watch: Watch, count: float) -> None:
    """Let time pass, minute by minute, with everything that can be told delivered."""
    for _ in range(round(count * 60)):
        watch.cycle()
        watch.world.deliver_for(2 * SECOND)
        watch.world.clock.advance(-3 * SECOND)


@pytest.mark.parametrize("is_over", [False, True])
def test_a_run_that_takes_too_long(watch: Watch, is_over: bool) -> None:
    ten_minute_runs(watch.world)
    running(watch.world)
    hours(watch, 0.5)
    if is_over:
        ended(watch.world)
    hours(watch, 0.1)

    result = simulated(watch)
    assert (result.late_count, counted(result.present)) == (1, told(watch))
    assert told(watch) == (Counter({Kind.NEW: 1, Kind.EDIT: 1}) if is_over else Counter({Kind.NEW: 1}))


def test_a_run_that_waits_too_long(watch: Watch) -> None:
    watch.world.source.put(an_execution("e1", READY, created_at=START))
    hours(watch, 0.6)
    watch.world.source.put(an_execution("e1", RUNNING, created_at=START, started_at=watch.world.clock.now))
    hours(watch, 0.1)

    result = simulated(watch)
    assert (result.late_count, counted(result.present)) == (1, told(watch))


@pytest.mark.parametrize("ends_after", [0.5, 1.5, 3])
def test_what_a_mute_holds_back(watch: Watch, ends_after: float) -> None:
    """It is over before the mute ends, after it, or not yet."""
    ten_minute_runs(watch.world)
    running(watch.world)
    mute(watch.world, START + HOUR)
    hours(watch, min(ends_after, 2))
    if ends_after <= 2:
        ended(watch.world)
    hours(watch, 2.1 - min(ends_after, 2))

    assert counted(simulated(watch).present) == told(watch)


def test_a_start_that_does_not_come_by_its_rule(watch: Watch) -> None:
    scheduled(watch, DAILY_AT_TEN)
    watch.cycle(DAY + 20 * MINUTE)
    watch.world.deliver_for(2 * SECOND)
    watch.world.source.put(an_execution("late", RUNNING, created_at=START + DAY + 47 * MINUTE))
    watch.cycle(30 * MINUTE)

    result = simulated(watch)
    assert (result.late_count, counted(result.present)) == (1, told(watch))


def test_a_start_that_does_not_come_by_habit(watch: Watch) -> None:
    begun_at([START + DAY - week * WEEK for week in range(1, 6)], watch.world)
    scheduled(watch)
    watch.cycle(DAY + HOUR)

    result = simulated(watch)
    assert (result.late_count, counted(result.present)) == (1, told(watch))


def test_starts_that_came_in_time_are_no_news(watch: Watch) -> None:
    scheduled(watch, DAILY_AT_TEN)
    for day in range(1, 4):
        at = START + day * DAY + 5 * MINUTE
        watch.world.source.put(an_ended_execution(f"e{day}", COMPLETED, at=at, ran_for=timedelta()))
    watch.cycle(4 * DAY - HOUR)

    assert (simulated(watch, "5d").late_count, told(watch)) == (0, Counter())


def test_other_rules_keep_it_quiet(watch: Watch) -> None:
    ten_minute_runs(watch.world)
    running(watch.world)
    hours(watch, 0.5)
    answer = watch.world.ask("simulate 1d outcomes=failed")
    assert isinstance(answer, Simulation)
    assert (answer.present.new, answer.changed.new) == (1, 0)


def test_two_subscriptions_of_a_channel_are_told_once(watch: Watch) -> None:
    with watch.world.database.transaction() as session:
        subscriptions.put(session, Wish("C1", "orders", Rules()), START)
    ten_minute_runs(watch.world)
    running(watch.world)
    hours(watch, 0.5)

    assert counted(simulated(watch).present) == told(watch) == Counter({Kind.NEW: 1})


def test_what_would_have_come_folded_is_said(world: World) -> None:
    world.cycle()
    at = world.clock.now + SECOND
    world.source.put(*(an_ended_execution(f"e{number}", ExecutionStatus.CANCELED, at=at) for number in range(30)))
    world.cycle()
    answer = world.ask("simulate 1d nth=2")
    assert isinstance(answer, Simulation)
    assert (answer.present.new, answer.present.crowded) == (30, 30)
