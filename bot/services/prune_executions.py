"""Forgets executions that ended before the settings' retention, in batches so small that nobody waits for one."""

from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock
from bot.store import retention
from bot.store.engine import Database

BATCH = 200
PAGES = 500
"""Two megabytes."""


@dataclass(frozen=True, slots=True)
class PruneExecutions:
    """The step that prunes."""

    database: Database
    clock: Clock
    keep_for: timedelta

    def step(self) -> bool:
        """One batch, or a piece of the file given back when there is none; returns whether there was anything."""
        with self.database.transaction() as session:
            if retention.forget(session, self.clock() - self.keep_for, BATCH):
                return True
        with self.database.transaction() as session:
            return retention.give_back(session, PAGES)
