"""Delivers the outbox: one message at a time, sent once, its outcome recorded."""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.core.delivery import FailureClass, NotPosted, Outcome, Posted, Unclear
from bot.core.retry import GiveUp, RetryAt, Scope, after_failure
from bot.services.ports import MessageSender, Outgoing
from bot.store import channels, outbox
from bot.store.engine import Database
from bot.store.outbox import ClaimedMessage

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeliveryPace:
    """How long a claim holds, and how far apart two messages to one channel are (Slack docs, rate limits: about one
    message per second per channel)."""

    lease_for: timedelta = timedelta(seconds=90)
    between_messages: timedelta = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class DeliverOutbox:
    """The step that delivers."""

    database: Database
    sender: MessageSender
    clock: Clock
    pace: DeliveryPace = field(default_factory=DeliveryPace)
    jitter: Callable[[], float] = random.random

    def step(self) -> bool:
        """Deliver the next message whose channel is ready; returns whether there was one.

        1. Claim it: from this commit on it may be in Slack.
        2. Send it once, outside any transaction.
        3. Record what became of it, guarded by the claim's token.
        """
        with self.database.transaction() as session:
            claimed = outbox.claim(session, self.clock(), self.pace.lease_for, self.pace.between_messages)
            slack_ids = channels.slack_ids(session) if claimed else {}
        if claimed is None:
            return False
        outcome = self.sender.send(
            Outgoing(
                claimed.key,
                slack_ids.get(claimed.channel, claimed.channel),
                claimed.facts,
                claimed.form,
                claimed.may_repeat,
            )
        )
        with self.database.transaction() as session:
            self._record(session, claimed, outcome)
        return True

    def _record(self, session: Session, claimed: ClaimedMessage, outcome: Outcome) -> None:
        now = self.clock()
        match outcome:
            case Posted():
                outbox.mark_sent(session, claimed, outcome, now)
                channels.heal(session, claimed.channel, outcome.channel)
            case NotPosted():
                log.warning("message %s to %s was refused: %s", claimed.key, claimed.channel, outcome.error)
                self._follow(session, claimed, outcome, now)
            case Unclear():
                log.warning(
                    "message %s to %s: it is unclear whether it was posted: %s",
                    claimed.key,
                    claimed.channel,
                    outcome.error,
                )
                outbox.note_error(session, claimed, outcome.error)

    def _follow(self, session: Session, claimed: ClaimedMessage, refused: NotPosted, now: datetime) -> None:
        match after_failure(refused, claimed.attempts, claimed.form, now, jitter=self.jitter()):
            case GiveUp(reason):
                log.error("message %s to %s is given up: %s", claimed.key, claimed.channel, reason)
                outbox.mark_dead(session, claimed, reason, now)
            case RetryAt(at, scope, form):
                outbox.mark_retry(session, claimed, at, form, refused.error)
                self._hold(session, claimed.channel, scope, at)
                self._note_breakage(session, claimed.channel, refused, now)

    def _hold(self, session: Session, channel: str, scope: Scope, until: datetime) -> None:
        match scope:
            case Scope.CHANNEL:
                channels.hold_channel(session, channel, until)
            case Scope.WORKSPACE:
                channels.hold_workspace(session, until)
            case Scope.MESSAGE:
                pass

    def _note_breakage(self, session: Session, channel: str, refused: NotPosted, now: datetime) -> None:
        match refused.failure:
            case FailureClass.CHANNEL:
                channels.break_channel(session, channel, refused.error, now)
            case FailureClass.TOKEN:
                channels.break_workspace(session, refused.error, now)
            case _:
                pass
