"""A watch that has begun: a migrated database, an account on Data Flow and a Slack that takes everything."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.model import Execution, ExecutionStatus, Workflow
from bot.store.engine import Database
from tests.doubles import START, FakeClock, an_ended_execution, an_execution
from tests.services.world import MINUTE, SECOND, World

NAMES = [
    "orders",
    "orders 2",
    "orders failed",
    "Orders-Daily",
    "정산 매일",
    "it's bob's",
    r"back\slash",
    "logs",
    "logs",
]


@pytest.fixture
def world(sqlite: Database, clock: FakeClock) -> World:
    """On SQLite: what a use case does with its rows does not depend on the database."""
    return World(sqlite, clock)


@pytest.fixture
def world_on_each(database: Database, clock: FakeClock) -> World:
    """On SQLite and on PostgreSQL in turn."""
    return World(database, clock)


@pytest.fixture(scope="session")
def asked(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Workflows w0, w1 … with the names above; `orders` has runs e00 (the newest) to e29, every third one failed.
    One for all tests: answering changes nothing."""
    database = Database(f"sqlite:///{shutil.copy(migrated_file, tmp_path_factory.mktemp('asked') / 'bot.db')}")
    world = World(database, FakeClock())
    world.source.account = [Workflow(f"w{number}", name) for number, name in enumerate(NAMES)]
    world.cycle()
    world.source.put(*(a_run(number) for number in range(30)))
    world.source.put(an_execution("open", ExecutionStatus.RUNNING, workflow_id="w1", created_at=START))
    world.cycle()
    yield world
    database.close()


def a_run(number: int) -> Execution:
    status = ExecutionStatus.COMPLETED if number % 3 else ExecutionStatus.FAILED
    return an_ended_execution(f"e{number:02}", status, workflow_id="w0", at=START + MINUTE - number * SECOND)
