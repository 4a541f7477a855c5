"""Delivers the outbox: one message at a time, claimed, sent once, its outcome recorded."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.clock import Clock
from bot.core.catch_up import CatchUp, CatchUpPage
from bot.core.delivery import DeliveryTimes
from bot.services.fold_alerts import FoldAlerts
from bot.services.ports import Mark, MessageSender, Outgoing
from bot.services.record_outcome import RecordOutcome
from bot.store import channels, sending, subscriptions, watch
from bot.store.engine import Database, Session
from bot.store.sending import ClaimedMessage

log = logging.getLogger(__name__)

Stopwatch = Callable[[], float]
"""Seconds on a clock that nobody sets; what it counts from does not matter."""


@dataclass(frozen=True, slots=True)
class DeliverOutbox:
    """The step that delivers. `fallback` takes the messages of a channel that refuses us."""

    database: Database
    sender: MessageSender
    clock: Clock
    times: DeliveryTimes
    folds: FoldAlerts
    outcomes: RecordOutcome
    fallback: str | None = None
    stopwatch: Stopwatch = time.monotonic

    def step(self) -> bool:
        """Deliver the next message whose channel is ready; returns whether there was one.

        1. Fold what piled up. Claim a message: from this commit on it may be in Slack.
        2. Send it once, outside any transaction, unless so much time has passed since the claim began that somebody
           else may hold the message by now.
        3. Record what became of it, guarded by the claim's token.
        """
        began = self.stopwatch()
        with self.database.transaction() as session:
            now = self.clock()
            self.folds.fold(session, now)
            claimed = sending.claim(session, now, self.times, self.fallback)
            if claimed is None:
                return False
            message = _outgoing(session, claimed)
        if self._is_too_late(claimed, began):
            log.warning("message %s was held up for too long; it is claimed again", claimed.key)
            with self.database.transaction() as session:
                sending.give_back(session, claimed, self.clock())
            return True
        outcome = self.sender.send(message)
        with self.database.transaction() as session:
            self.outcomes.record(session, claimed, outcome, self.clock())
        return True

    def _is_too_late(self, claimed: ClaimedMessage, began: float) -> bool:
        """A suspended machine may stop either clock, so both are asked."""
        by_stopwatch = self.stopwatch() - began
        by_wall_clock = (self.clock() - claimed.claimed_at).total_seconds()
        return max(by_stopwatch, by_wall_clock) > self.times.send_within.total_seconds()


def _outgoing(session: Session, claimed: ClaimedMessage) -> Outgoing:
    carries = claimed.facts.carries if isinstance(claimed.facts, CatchUpPage) else ()
    return Outgoing(
        mark=Mark(claimed.key, watch.since(session), carries, heads_thread=isinstance(claimed.facts, CatchUp)),
        channel=channels.slack_ids(session).get(claimed.send_to, claimed.send_to),
        facts=claimed.facts,
        form=claimed.form,
        may_repeat=claimed.may_repeat,
        instead_of=claimed.channel if claimed.is_detour else None,
        thread=claimed.thread,
        edits=claimed.edits,
        is_broadcast=claimed.is_broadcast,
        locale=subscriptions.locale_of(session, claimed.channel),
    )
