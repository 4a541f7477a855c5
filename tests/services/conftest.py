"""A watch that has begun: a migrated database, an account on Data Flow and a Slack that takes everything."""

import pytest

from bot.store.engine import Database
from tests.doubles import FakeClock
from tests.services.world import World


@pytest.fixture
def world(sqlite: Database, clock: FakeClock) -> World:
    """On SQLite: what a use case does with its rows does not depend on the database."""
    return World(sqlite, clock)


@pytest.fixture
def world_on_each(database: Database, clock: FakeClock) -> World:
    """On SQLite and on PostgreSQL in turn."""
    return World(database, clock)
