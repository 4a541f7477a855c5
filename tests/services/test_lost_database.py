"""A database that was lost: what its earlier life posted is found again in Slack, in channels and in threads."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.catch_up import MANY_AT_ONCE
from bot.store.engine import Database
from tests.doubles import FakeClock, an_ended_execution
from tests.services.world import MINUTE, SECOND, World


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
