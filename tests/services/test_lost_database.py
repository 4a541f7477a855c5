"""A database that was lost: what its earlier life posted is found again in Slack, in channels and in threads."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.alerting import Alert
from bot.core.catch_up import MANY_AT_ONCE, CatchUp, CatchUpPage
from bot.core.digest import MessageRef
from bot.core.model import Job
from bot.services.sweep_repeats import SweepRepeats
from bot.store import channels
from bot.store.engine import Database
from tests.doubles import FakeClock, an_ended_execution
from tests.services.world import MINUTE, SECOND, TIMES, World


@pytest.fixture
def fresh(migrated_file: Path, tmp_path: Path) -> Iterator[Database]:
    """What the bot starts with after the loss."""
    database = Database(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'fresh.db')}")
    yield database
    database.close()


@pytest.mark.parametrize("failures", [1, MANY_AT_ONCE + 1], ids=["told singly", "folded"])
@pytest.mark.parametrize("more", [0, 1], ids=["", "and one more since"])
def test_what_was_posted_before_a_database_was_lost_is_not_posted_again(
    sqlite: Database, fresh: Database, clock: FakeClock, failures: int, more: int
) -> None:
    world = World(sqlite, clock)
    world.cycle()
    world.deliver_for(MINUTE)
    world.source.put(*(an_ended_execution(f"e{number}", at=clock.now) for number in range(failures)))
    world.cycle()
    world.deliver_for(MINUTE)
    before = [ref for ref, _ in world.slack.posts]

    world.database = fresh
    world.start("C1")
    world.source.put(*(an_ended_execution(f"late{number}", at=clock.now + SECOND) for number in range(more)))
    world.cycle()
    world.deliver_for(timedelta(minutes=3))

    assert [ref for ref, _ in world.slack.posts][: len(before)] == before
    assert len(world.slack.posts) == len(before) + more
    assert len([message for message in world.slack.sent if message.edits is None]) == len(before) + more


@pytest.fixture
def unfinished(sqlite: Database, clock: FakeClock) -> World:
    """A catch-up message stands in the channel, and the page of its thread waits for the pace that Slack allows."""
    world = World(sqlite, clock)
    world.cycle()
    world.deliver_for(MINUTE)
    failures = (an_ended_execution(f"e{number}", at=clock.now) for number in range(MANY_AT_ONCE + 1))
    world.source.put(*(replace(run, job=Job(f"job of {run.job_execution_id}", "load")) for run in failures))
    world.cycle()
    while not standing(world, CatchUp):
        world.deliver_for(timedelta())
    assert standing(world, CatchUpPage) == []
    return world


def test_a_catch_up_message_whose_thread_was_lost_with_the_database_goes_when_another_one_tells_more(
    unfinished: World, fresh: Database, clock: FakeClock
) -> None:
    lose_the_database(unfinished, fresh)
    unfinished.source.put(an_ended_execution("late", at=clock.now + SECOND))
    unfinished.cycle()
    unfinished.deliver_for(timedelta(minutes=3))
    assert len(standing(unfinished, CatchUp)) == 2

    sweep(unfinished)
    (message,), (page,) = standing(unfinished, CatchUp), standing(unfinished, CatchUpPage)
    posts = dict(unfinished.slack.posts)
    assert posts[page].thread == message
    told = posts[message].facts
    assert isinstance(told, CatchUp)
    assert told.total + len(standing(unfinished, Alert)) == MANY_AT_ONCE + 2


def test_one_that_is_found_again_gets_its_thread(unfinished: World, fresh: Database) -> None:
    (message,) = standing(unfinished, CatchUp)
    lose_the_database(unfinished, fresh)
    unfinished.cycle()
    unfinished.deliver_for(timedelta(minutes=3))
    sweep(unfinished)
    assert standing(unfinished, CatchUp) == [message]
    assert len(standing(unfinished, CatchUpPage)) == 1


def test_one_whose_thread_is_still_to_come_is_left_alone(unfinished: World, clock: FakeClock) -> None:
    """Slack may be out of reach for hours in between, and the bot be started anew; its row says that it is ours."""
    unfinished.start("C1")
    clock.advance(timedelta(hours=1))
    sweep(unfinished)
    assert len(standing(unfinished, CatchUp)) == 1


def test_one_whose_thread_may_still_appear_is_left_alone(unfinished: World, fresh: Database, clock: FakeClock) -> None:
    """An earlier life may have sent it with its last breath."""
    clock.advance(timedelta(hours=1))
    lose_the_database(unfinished, fresh)
    sweep(unfinished)
    assert len(standing(unfinished, CatchUp)) == 1
    clock.advance(TIMES.settle)
    sweep(unfinished)
    assert standing(unfinished, CatchUp) == []


def lose_the_database(world: World, fresh: Database) -> None:
    world.database = fresh
    world.start("C1")


def sweep(world: World) -> None:
    step = SweepRepeats(world.database, world.slack, world.clock, TIMES, world.boot).step
    with world.database.transaction() as session:
        channels.forget_sweeps(session)
    assert step()


def standing(world: World, kind: type) -> list[MessageRef]:
    return [ref for ref, post in world.slack.posts if isinstance(post.facts, kind)]
