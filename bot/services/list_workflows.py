"""Keeps the list of workflows current: which there are, what they are called, which of them we watch."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.core.delivery import Notice, NoticeKind, Purpose, message_key
from bot.core.model import Workflow
from bot.errors import DataFlowError
from bot.services.boot import Boot
from bot.services.ports import ExecutionSource, Listing
from bot.store import outbox, resting, subscriptions, watch, workflows
from bot.store.engine import Database, Session
from bot.store.outbox import Draft
from bot.store.workflows import Listed

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
VOUCH_EVERY = timedelta(minutes=5)
"""How often the list of workflows counts as a poll of those that rest: each is judged anew after it."""


RECORD_ANYWAY_EVERY = timedelta(minutes=10)
"""A list that is as this process recorded it last is not compared with the database: another process may have recorded
one since, but seldom."""


@dataclass(slots=True)
class ListWorkflows:
    """The step that reads getWorkflows. `wanted` holds ids or names from the settings; empty means all."""

    database: Database
    source: ExecutionSource
    clock: Clock
    list_every: timedelta
    boot: Boot
    wanted: Sequence[str] = ()
    _recorded: tuple[Listed, datetime] | None = None

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
        asked_at = self.clock()
        try:
            listing = self.source.workflows()
        except DataFlowError as error:
            log.warning("could not list workflows: %s", error)
            with self.database.transaction() as session:
                watch.note_failure(session, str(error), self.clock())
                resting.wake(session, self.clock())
                watch.finish_listing(session, claim, self.clock() + self.list_every)
            return True
        for skipped in listing.skipped:
            log.warning("skipped a workflow that cannot be read: %s", skipped)
        now = self.clock()
        listed = self._choose(listing)
        is_news = self._is_news(listed, now)
        with self.database.transaction() as session:
            is_ours = watch.finish_listing(session, claim, now + self.list_every)
            if is_ours and is_news:
                self._record(session, listed, now)
            if is_ours:
                watch.note_answer(session, now)
                watch.note_listing(session, asked_at)
                resting.vouch(session, asked_at, asked_at - VOUCH_EVERY)
        if is_ours and is_news:
            self._recorded = (listed, now)
        return True

    def _is_news(self, listed: Listed, now: datetime) -> bool:
        last, recorded_at = self._recorded or (None, now)
        return listed != last or now - recorded_at >= RECORD_ANYWAY_EVERY

    def _record(self, session: Session, listed: Listed, now: datetime) -> None:
        """On the first listing the baseline of every workflow is the beginning of the watch, and the channels hear of
        it: by that message a bot that lost its database knows since when it watched."""
        is_first = not workflows.are_known(session)
        since = watch.since(session)
        baseline_at = (since if is_first else now) + self.source.clock_offset
        workflows.record_listing(session, listed, now, baseline_at)
        if is_first:
            for channel in subscriptions.alert_channels(session):
                self._greet(session, channel, len(listed.watched_ids), since)

    def _greet(self, session: Session, channel: str, watched: int, since: datetime) -> None:
        notice = Notice(NoticeKind.WATCHING, count=watched)
        key = message_key(channel, Purpose.NOTICE, "watching", since.isoformat())
        unclear_until = self.boot.unclear_until if since < self.boot.at else None
        outbox.add(session, Draft(key, channel, notice, since, unclear_until), self.clock())

    def _choose(self, listing: Listing[Workflow]) -> Listed:
        """Those that the settings ask for, or else all; a wish that nothing answers to is logged.

        One that we may not view counts as not listed, so that it keeps its baseline for the day when we may, unless
        the settings name it: then its polls say what is wrong.
        """
        wanted = set(self.wanted)
        named = [workflow for workflow in listing.items if {workflow.workflow_id, workflow.name} & wanted]
        known = {word for workflow in named for word in (workflow.workflow_id, workflow.name)}
        for missing in sorted(wanted - known):
            log.warning("WORKFLOWS names %r, but the API lists no workflow with this id or name", missing)
        seen = [workflow for workflow in listing.items if workflow.is_viewable or workflow in named]
        watched_ids = {workflow.workflow_id for workflow in (named if wanted else seen)}
        return Listed(seen, watched_ids, is_complete=not listing.skipped)
