"""Keeps the rules of triggers current: when workflows should begin. Without them we go by habit."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock
from bot.errors import DataFlowError
from bot.services.ports import ExecutionSource
from bot.store import triggers
from bot.store.engine import Database

log = logging.getLogger(__name__)

READ_EVERY = timedelta(minutes=10)
"""Less than the least time a start may be late: a rule that was changed is read before its old time is missed."""


@dataclass(frozen=True, slots=True)
class ReadTriggers:
    """The step that reads getTriggers."""

    database: Database
    source: ExecutionSource
    clock: Clock

    def step(self) -> bool:
        """Read them when it is due; returns whether it was. An account that may not read them loses nothing else, so
        a failure says nothing about the API."""
        now = self.clock()
        with self.database.transaction() as session:
            is_due = triggers.claim_reading(session, now, now + READ_EVERY)
        if not is_due:
            return False
        try:
            listing = self.source.triggers()
        except DataFlowError as error:
            log.warning("could not read triggers, so starts are expected by habit: %s", error)
            return True
        for skipped in listing.skipped:
            log.warning("skipped a trigger that cannot be read: %s", skipped)
        with self.database.transaction() as session:
            triggers.record(session, listing.items, self.clock())
        return True
