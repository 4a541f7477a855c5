"""Keeps the list of workflows current: which there are, what they are called, which of them we watch."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.core.delivery import Notice, Purpose, message_key
from bot.core.model import Workflow
from bot.errors import DataFlowError
from bot.services.boot import Boot
from bot.services.ports import ExecutionSource
from bot.store import outbox, subscriptions, watch, workflows
from bot.store.engine import Database, Session
from bot.store.outbox import Draft

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class ListWorkflows:
    """The step that reads getWorkflows. `wanted` holds ids or names from the settings; empty means all."""

    database: Database
    source: ExecutionSource
    clock: Clock
    list_every: timedelta
    boot: Boot
    wanted: Sequence[str] = ()

    def step(self) -> bool:
        """Read the list when it is due; returns whether it was.

        1. Claim the listing, so that of several processes one asks.
        2. Ask the API, outside any transaction.
        3. Remember the answer, or that there was none.
        """
        with self.database.transaction() as session:
            claim = watch.claim_listing(session, self.clock(), LEASE)
        if claim is None:
            return False
        try:
            listing = self.source.workflows()
        except DataFlowError as error:
            log.warning("could not list workflows: %s", error)
            with self.database.transaction() as session:
                watch.note_failure(session, str(error), self.clock())
                watch.finish_listing(session, claim, self.clock() + self.list_every)
            return True
        now = self.clock()
        with self.database.transaction() as session:
            if watch.finish_listing(session, claim, now + self.list_every):
                self._record(session, listing.items, now)
        return True

    def _record(self, session: Session, listed: Sequence[Workflow], now: datetime) -> None:
        """On the first listing the baseline of every workflow is the beginning of the watch, and the channels hear of
        it: by that message a bot that lost its database knows since when it watched."""
        is_first = not workflows.names(session)
        since = watch.since(session)
        watched_ids = {workflow.workflow_id for workflow in self._wanted(listed)}
        baseline_at = (since if is_first else now) + self.source.clock_offset
        workflows.record_listing(session, listed, watched_ids, now, baseline_at)
        watch.note_answer(session, now)
        if is_first:
            for channel in subscriptions.alert_channels(session):
                self._greet(session, channel, len(watched_ids), since)

    def _greet(self, session: Session, channel: str, watched: int, since: datetime) -> None:
        notice = Notice(
            f"I am watching Data Flow: {watched} {'workflow' if watched == 1 else 'workflows'}.",
            "When a run fails or is cancelled, this channel hears of it. Type /dataflow help to ask me something.",
        )
        key = message_key(channel, Purpose.NOTICE, "watching", since.isoformat())
        unclear_until = self.boot.unclear_until if since < self.boot.at else None
        outbox.add(session, Draft(key, channel, notice, since, unclear_until), self.clock())

    def _wanted(self, listed: Iterable[Workflow]) -> list[Workflow]:
        """Those that the settings ask for and that we may view; a wish that nothing answers to is logged."""
        listed = list(listed)
        if not self.wanted:
            return [workflow for workflow in listed if workflow.is_viewable]
        known = {workflow.workflow_id for workflow in listed} | {workflow.name for workflow in listed}
        for missing in sorted(set(self.wanted) - known):
            log.warning("WORKFLOWS names %r, but the API lists no workflow with this id or name", missing)
        return [workflow for workflow in listed if {workflow.workflow_id, workflow.name} & set(self.wanted)]
