"""A new database where the bot has watched before: it learns so from its own messages, before it polls."""

from datetime import datetime, timedelta

import pytest

from bot.core.alerting import Alert
from bot.core.delivery import Notice, NoticeKind, Purpose, message_key
from bot.core.digest import MessageRef
from bot.services.find_earlier_watch import REACH
from bot.services.look_back import ASK_AGAIN_AFTER
from bot.services.ports import Mark, Outgoing, Unreadable
from bot.services.sweep_repeats import SweepRepeats
from bot.services.tell import alert_key
from bot.store import migrate, watch
from bot.store.engine import Database
from tests.doubles import START, FakeClock, FakeSlack, an_ended_execution
from tests.services.world import MINUTE, SECOND, TIMES, World

DAY = timedelta(days=1)
TEMPORARY = Unreadable("service_unavailable", is_lasting=False)
LASTING = Unreadable("missing_scope", is_lasting=True)


def trace(ts: str, watching_since: datetime) -> tuple[MessageRef, Outgoing]:
    """A message of an earlier life in C1."""
    mark = Mark(message_key("C1", Purpose.NOTICE, ts), watching_since)
    return MessageRef("C1", ts), Outgoing(mark, "C1", Notice(NoticeKind.CHANNEL_REFUSES, "hello"))


def since(world: World) -> datetime:
    with world.database.snapshot() as session:
        return watch.since(session)


@pytest.mark.parametrize(
    ("traces", "expected"),
    [
        ([], START),
        ([trace("1772400000.1", START - DAY)], START - DAY),
        ([trace("1772300000.1", START - 3 * DAY), trace("1772400000.1", START - DAY)], START - DAY),
        ([trace("1772400000.1", START - 30 * DAY)], START - REACH),
        ([trace("1772400000.1", START + DAY)], START),  # a clock that was wrong
    ],
)
def test_the_newest_trace_tells_since_when_we_watch(
    sqlite: Database, clock: FakeClock, traces: list[tuple[MessageRef, Outgoing]], expected: datetime
) -> None:
    assert since(World(sqlite, clock, FakeSlack(posts=traces))) == expected


def test_nothing_is_polled_before_slack_has_answered(sqlite: Database, clock: FakeClock) -> None:
    world = World(sqlite, clock, FakeSlack(unreadable=TEMPORARY))
    assert not world.list_workflows()
    assert not world.find_earlier_watch()

    world.slack.unreadable = None
    world.slack.posts = [trace("1772400000.1", START - DAY)]
    clock.advance(ASK_AGAIN_AFTER)
    assert world.find_earlier_watch()
    assert since(world) == START - DAY
    assert world.list_workflows()


def test_slack_is_not_asked_more_often_than_now_and_then(sqlite: Database, clock: FakeClock) -> None:
    world = World(sqlite, clock, FakeSlack(unreadable=TEMPORARY))
    world.slack.unreadable = None
    assert not world.find_earlier_watch()
    clock.advance(ASK_AGAIN_AFTER)
    assert world.find_earlier_watch()
    assert not world.find_earlier_watch()


def test_without_the_right_to_read_we_watch_since_the_database_was_made(sqlite: Database, clock: FakeClock) -> None:
    world = World(sqlite, clock, FakeSlack(unreadable=LASTING))
    assert since(world) == START
    assert world.list_workflows()


def test_a_database_that_knows_does_not_ask(world: World) -> None:
    world.slack.posts = [trace("1772400000.1", START - DAY)]
    world.clock.advance(MINUTE)
    world.start("C1")
    assert since(world) == START


def test_a_lost_database_loses_no_alert_and_repeats_none(
    database: Database, empty_database: Database, clock: FakeClock
) -> None:
    """One was told before the loss, one was not: its message waited when the file was deleted."""
    world = World(database, clock)
    world.cycle()
    world.deliver_for(TIMES.settle)
    told, waiting = (an_ended_execution(f"e{number}", at=clock.now + number * MINUTE) for number in (1, 2))
    world.source.put(told)
    world.cycle(2 * MINUTE)
    world.deliver_for(5 * SECOND)
    world.source.put(waiting)
    world.cycle(2 * MINUTE)

    migrate.upgrade(empty_database)
    reborn = World(empty_database, clock, world.slack)
    reborn.source = world.source
    reborn.start("C1")
    for _ in range(2):
        reborn.cycle()
        reborn.deliver_for(TIMES.settle + 5 * SECOND)
    alerts = [post.mark.key for _, post in world.slack.posts if isinstance(post.facts, Alert)]
    assert alerts == [alert_key("C1", execution_id, told.status) for execution_id in ("e1", "e2")]


def test_a_channel_that_holds_a_trace_is_swept_before_anything_is_posted_to_it(
    sqlite: Database, clock: FakeClock
) -> None:
    earlier, repeat = trace("1772400000.1", START - DAY), trace("1772400000.1", START - DAY)[1]
    world = World(sqlite, clock, FakeSlack(posts=[earlier, (MessageRef("C1", "1772400000.2"), repeat)]))
    assert SweepRepeats(sqlite, world.slack, clock, TIMES, world.boot).step()
    assert world.slack.posts == [earlier]
