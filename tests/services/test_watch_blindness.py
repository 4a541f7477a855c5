"""A watcher that cannot see says so once, and says once what it made up for."""

from datetime import timedelta

import pytest

from bot.core.blindness import Blind
from bot.core.model import ExecutionStatus, Workflow
from bot.errors import ApiUnreachable
from bot.services.answers import StatusReport
from bot.services.ports import Outgoing
from bot.services.watch_blindness import WatchBlindness
from tests.doubles import START, an_ended_execution
from tests.services.world import MINUTE, SECOND, World

BLIND_AFTER = 10 * MINUTE
DOWN = ApiUnreachable("getWorkflowExecutions: nobody answers")


class Watch:
    """The watch on one world, and what it told."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.step = WatchBlindness(world.database, world.clock, BLIND_AFTER, MINUTE).step

    def cycle(self, after: timedelta = MINUTE) -> None:
        self.world.cycle(after)
        while self.step():
            pass

    def pass_by(self, minutes: int) -> None:
        for _ in range(minutes):
            self.cycle()

    def sent(self) -> list[Outgoing]:
        """What the channels are told of our sight."""
        self.world.deliver_for(3 * SECOND)
        return [message for message in self.world.slack.sent if isinstance(message.facts, Blind)]

    def told(self) -> list[Blind]:
        return [message.facts for message in self.sent() if isinstance(message.facts, Blind)]


@pytest.fixture
def watch(world: World) -> Watch:
    """A watch that has seen everything until now."""
    watch = Watch(world)
    watch.cycle()
    return watch


def test_a_short_silence_of_the_api_is_no_news(watch: Watch) -> None:
    watch.world.source.failure = DOWN
    watch.pass_by(9)
    watch.world.source.failure = None
    watch.pass_by(3)

    assert watch.told() == []


def test_a_long_silence_is_told_once_with_its_reason(watch: Watch) -> None:
    watch.world.source.failure = DOWN
    watch.pass_by(30)

    (told,) = watch.told()
    assert told == Blind(START + MINUTE, str(DOWN))


def test_what_was_missed_is_told_when_it_is_over(watch: Watch) -> None:
    watch.world.source.failure = DOWN
    watch.pass_by(15)
    watch.told()
    watch.world.source.put(
        an_ended_execution("good", ExecutionStatus.COMPLETED, at=START + 5 * MINUTE),
        an_ended_execution("bad", ExecutionStatus.FAILED, at=START + 6 * MINUTE),
        an_ended_execution("old", ExecutionStatus.FAILED, at=START - MINUTE),
    )
    watch.world.source.failure = None
    watch.pass_by(3)

    first, change, reply = watch.sent()
    assert (change.edits is not None, reply.thread is not None, reply.is_broadcast) == (True, True, True)
    assert change.facts == reply.facts
    assert isinstance(reply.facts, Blind)
    assert isinstance(first.facts, Blind)
    assert (reply.facts.since, reply.facts.ended, reply.facts.failed) == (first.facts.since, 2, 1)
    assert reply.facts.over_at is not None


def test_one_that_is_over_before_its_message_is_sent_is_one_message(watch: Watch) -> None:
    watch.world.source.failure = DOWN
    watch.pass_by(15)
    watch.world.source.failure = None
    watch.pass_by(3)

    (told,) = watch.told()
    assert told.over_at is not None


def test_one_workflow_that_cannot_be_read_is_not_blindness(watch: Watch) -> None:
    watch.world.source.account.append(Workflow("w2", "billing"))
    watch.world.source.failures["w2"] = DOWN
    watch.pass_by(30)

    assert watch.told() == []


def test_it_is_over_only_when_every_workflow_was_tried(watch: Watch) -> None:
    watch.world.source.account.append(Workflow("w2", "billing"))
    watch.pass_by(2)
    watch.world.source.failure = DOWN
    watch.pass_by(15)
    watch.told()
    watch.world.source.failure = None
    watch.world.clock.advance(MINUTE)
    watch.world.list_workflows()
    watch.step()
    watch.step()
    assert len(watch.told()) == 1
    watch.pass_by(2)

    assert len(watch.told()) == 3


def test_an_api_that_answers_once_and_falls_silent_again_is_one_time_without_sight(watch: Watch) -> None:
    watch.world.source.failure = DOWN
    watch.pass_by(15)
    watch.world.source.failure = None
    watch.world.clock.advance(MINUTE)
    watch.world.list_workflows()
    watch.step()
    watch.world.source.failure = DOWN
    watch.pass_by(15)
    assert len(watch.told()) == 1
    watch.world.source.failure = None
    watch.pass_by(3)

    assert len(watch.told()) == 3


def test_each_time_is_told(watch: Watch) -> None:
    for _ in range(2):
        watch.world.source.failure = DOWN
        watch.pass_by(15)
        watch.told()
        watch.world.source.failure = None
        watch.pass_by(3)

    assert len(watch.told()) == 6


def test_a_restart_repeats_nothing(watch: Watch) -> None:
    watch.world.source.failure = DOWN
    watch.pass_by(15)
    watch.told()
    watch.world.start("C1")
    again = Watch(watch.world)
    again.pass_by(5)

    assert len(again.told()) == 1


def test_every_alert_channel_hears_of_it(world: World) -> None:
    world.start("C1", "C2")
    watch = Watch(world)
    watch.cycle()
    world.source.failure = DOWN
    watch.pass_by(15)

    assert [message.channel for message in watch.sent()] == ["C1", "C2"]


def test_status_says_since_when(watch: Watch) -> None:
    watch.world.source.failure = DOWN
    watch.pass_by(15)
    report = watch.world.ask("status")

    assert isinstance(report, StatusReport)
    assert report.blind_since == START + MINUTE


def test_it_is_the_same_on_each_database(world_on_each: World) -> None:
    watch = Watch(world_on_each)
    watch.cycle()
    world_on_each.source.failure = DOWN
    watch.pass_by(15)
    world_on_each.source.put(an_ended_execution("bad", ExecutionStatus.FAILED, at=START + 6 * MINUTE))
    world_on_each.source.failure = None
    watch.pass_by(3)

    (told,) = watch.told()
    assert (told.ended, told.failed) == (1, 1)
